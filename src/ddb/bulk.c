/* SPDX-License-Identifier: ISC */
#include "ddb/bulk.h"

#include "ddb/answer.h"
#include "ddb/intake.h"

static void
put_usage(const struct transfer *t, uint64_t bytes, struct buf *out)
{
	BUF_LIT(out, ",\"BulkOperationUsage\":[{\"TableName\":");
	json_put_str(out, t->table);
	buf_printf(out,
	    ",\"BulkPutBytes\":%llu,\"Table\":{\"BulkPutBytes\":%llu}}]",
	    (unsigned long long)bytes, (unsigned long long)bytes);
}

void
bulk_put(const struct transfer *t, struct buf *out)
{
	struct intake_at at;

	intake_read_at(t, &at);
	BUF_LIT(out, "{\"BulkOperationDescription\":{\"BulkOperationArn\":");
	transfer_put_arn(out, &transfer_bulk, t);
	answer_member(out, "BulkOperationStatus");
	json_put_str(out, transfer_status(t));
	transfer_put_about(out, t);
	if (json_get(t->def, "token") != NULL) {
		answer_member(out, "ClientToken");
		json_put(out, json_get(t->def, "token"));
	}
	transfer_put_times(out, t);
	buf_printf(out,
	    ",\"ProcessedItemCount\":%llu,\"ProcessedInputBytes\":%llu,"
	    "\"FailedItemCount\":%llu",
	    (unsigned long long)at.items, (unsigned long long)at.bytes,
	    (unsigned long long)at.failed);
	if (at.total > 0)
		buf_printf(out, ",\"TotalInputBytes\":%llu",
		    (unsigned long long)at.total);
	put_usage(t, at.written, out);
	transfer_put_failure(out, t);
	BUF_LIT(out, "}}");
}

void
bulk_put_summary(const struct transfer *t, struct buf *out)
{
	BUF_LIT(out, "{\"BulkOperationArn\":");
	transfer_put_arn(out, &transfer_bulk, t);
	answer_member(out, "BulkOperationStatus");
	json_put_str(out, transfer_status(t));
	transfer_put_times(out, t);
	buf_putc(out, '}');
}

/* ---- the job */

static const struct intake_way way = {
	.conditions = true,
	.good = "COMPLETED",
	.partly = "COMPLETED_WITH_ERRORS",
};

static bool
lists(const struct json *list, struct str name)
{
	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_at(list, i)), name))
			return true;
	return false;
}

static enum err
notes_path(struct op_ctx *ctx, const struct json *to, struct str bucket,
    struct str name, struct str *ret)
{
	const struct json *own = json_get(to, "S3Bucket");
	struct str id, dir;
	const char *path;
	enum err e = transfer_path(ctx, own == NULL ? bucket : json_str(own),
	    json_str(json_get(to, "S3KeyPrefix")), &dir);

	if (e != ERR_OK)
		return e;
	(void)str_cut(name, ' ', &id);
	path = arena_printf(ctx->arena, "%.*s/%.*s/output.json", STR_ARG(dir),
	    STR_ARG(id));
	if (path == NULL)
		return ERR_NO_MEMORY;
	*ret = str_from(path);
	return ERR_OK;
}

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	const struct json *about = json_get(def, "about");
	const struct json *from = json_get(about, "InputS3Configuration");
	const struct json *to = json_get(about, "OutputS3Configuration");
	const struct json *types = json_get(to, "OutputType");
	struct intake_format f = {
		.bucket = json_str(json_get(from, "S3Bucket")),
		.prefix = json_str(json_get(from, "S3KeyPrefix")),
		.packing =
		    intake_packing(json_get(from, "InputCompressionType")),
		.ion =
		    str_eq(json_str(json_get(from, "InputFormat")), STR("ION")),
		.note_failed = lists(types, STR("ERROR")),
		.note_most = UINT64_MAX,
		.note_bytes = SIZE_MAX,
		.note_unmet = lists(types, STR("CONDITION_CHECK_FAILURE")),
	};
	int64_t rate;
	enum err e;

	if (json_int(json_get(about, "MaxWriteRequestUnits"), &rate))
		f.rate = (uint64_t)rate;
	e = notes_path(ctx, to, f.bucket, o->name, &f.notes);
	return e != ERR_OK ? e : intake_step(ctx, &way, &f, o, def);
}

const struct task_kind task_bulk = {
	.name = "bulk",
	.step = step,
};
