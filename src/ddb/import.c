/* SPDX-License-Identifier: ISC */
#include "ddb/import.h"

#include "ddb/answer.h"
#include "ddb/intake.h"

/* A log group is a directory beneath exports, by its name. */
#define LOGS "aws-dynamodb/imports"

static void
put_logs(const struct transfer *t, struct buf *out)
{
	answer_member(out, "CloudWatchLogGroupArn");
	buf_printf(out,
	    "\"arn:aws:logs:%.*s:000000000000:log-group:/" LOGS ":*\"",
	    STR_ARG(t->region));
}

void
import_put(const struct transfer *t, struct buf *out)
{
	struct intake_at at;

	intake_read_at(t, &at);
	BUF_LIT(out, "{\"ImportTableDescription\":{\"ImportArn\":");
	transfer_put_arn(out, &transfer_import, t);
	answer_member(out, "ImportStatus");
	json_put_str(out, transfer_status(t));
	transfer_put_about(out, t);
	if (json_get(t->def, "token") != NULL) {
		answer_member(out, "ClientToken");
		json_put(out, json_get(t->def, "token"));
	}
	put_logs(t, out);
	buf_printf(out,
	    ",\"ErrorCount\":%llu,\"ProcessedSizeBytes\":%llu,"
	    "\"ProcessedItemCount\":%llu,\"ImportedItemCount\":%llu",
	    (unsigned long long)at.failed, (unsigned long long)at.bytes,
	    (unsigned long long)at.items, (unsigned long long)at.taken);
	transfer_put_times(out, t);
	transfer_put_failure(out, t);
	BUF_LIT(out, "}}");
}

void
import_put_summary(const struct transfer *t, struct buf *out)
{
	static const char *const shown[] = { "TableArn", "S3BucketSource",
		"InputFormat" };

	BUF_LIT(out, "{\"ImportArn\":");
	transfer_put_arn(out, &transfer_import, t);
	answer_member(out, "ImportStatus");
	json_put_str(out, transfer_status(t));
	for (size_t i = 0; i < NELEM(shown); i++) {
		answer_member(out, shown[i]);
		json_put(out, json_get(t->about, shown[i]));
	}
	put_logs(t, out);
	transfer_put_times(out, t);
	buf_putc(out, '}');
}

/* ---- the job */

#define NOTE_MOST  10000 /* as the service logs */
#define NOTE_BYTES KIB(4)

static const struct intake_way way = {
	.making = true,
	.good = "COMPLETED",
	.partly = "FAILED",
	.partly_code = "ItemValidationError",
	.partly_message = "Some of the items failed validation checks and were "
			  "not imported, see exports/" LOGS,
};

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	const struct json *about = json_get(def, "about");
	const struct json *source = json_get(about, "S3BucketSource");
	const struct json *csv =
	    json_get(json_get(about, "InputFormatOptions"), "Csv");
	const struct str delimiter = json_str(json_get(csv, "Delimiter"));
	struct intake_format f = {
		.bucket = json_str(json_get(source, "S3Bucket")),
		.prefix = json_str(json_get(source, "S3KeyPrefix")),
		.packing =
		    intake_packing(json_get(about, "InputCompressionType")),
		.csv = str_eq(json_str(json_get(about, "InputFormat")),
		    STR("CSV")),
		.ion = str_eq(json_str(json_get(about, "InputFormat")),
		    STR("ION")),
		.delimiter = delimiter.len == 1 ? delimiter.p[0] : ',',
		.headers = json_get(csv, "HeaderList"),
		.types = json_get(json_get(about, "TableCreationParameters"),
		    "AttributeDefinitions"),
		.note_failed = true,
		.note_most = NOTE_MOST,
		.note_bytes = NOTE_BYTES,
	};
	struct str id;
	const char *notes;

	(void)str_cut(o->name, ' ', &id);
	notes = arena_printf(ctx->arena, LOGS "/%.*s/errors.json", STR_ARG(id));
	if (notes == NULL)
		return ERR_NO_MEMORY;
	f.notes = str_from(notes);
	return intake_step(ctx, &way, &f, o, def);
}

const struct task_kind task_import = {
	.name = "import",
	.step = step,
};
