/* SPDX-License-Identifier: ISC */
#include "ddb/import.h"

#include "ddb/answer.h"
#include "ddb/intake.h"

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
	transfer_put_times(out, t);
	buf_putc(out, '}');
}

/* ---- the job */

static const struct intake_way way = {
	.making = true,
	.good = "COMPLETED",
	.partly = "FAILED",
	.partly_code = "ItemValidationError",
	.partly_message = "Some of the items failed validation checks and were "
			  "not imported.",
};

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	const struct json *about = json_get(def, "about");
	const struct json *source = json_get(about, "S3BucketSource");
	const struct json *csv =
	    json_get(json_get(about, "InputFormatOptions"), "Csv");
	const struct str delimiter = json_str(json_get(csv, "Delimiter"));
	const struct intake_format f = {
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
	};

	return intake_step(ctx, &way, &f, o, def);
}

const struct task_kind task_import = {
	.name = "import",
	.step = step,
};
