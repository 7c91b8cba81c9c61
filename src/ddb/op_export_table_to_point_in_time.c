/* SPDX-License-Identifier: ISC */
/* ExportTableToPointInTime - files of what a table held then. */
#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/backup.h"
#include "ddb/export.h"
#include "ddb/extra.h"
#include "ddb/pitr.h"

static const struct shape incremental[] = {
	{ "ExportFromTime", SHAPE_DOUBLE },
	{ "ExportToTime", SHAPE_DOUBLE },
	{ "ExportViewType", SHAPE_STRING,
	    .values = "NEW_IMAGE, NEW_AND_OLD_IMAGES" },
	{ NULL },
};
static const struct shape filter[] = { { NULL } };

static const struct shape request[] = {
	{ "TableArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 1024 },
	{ "ExportTime", SHAPE_DOUBLE },
	{ "ClientToken", SHAPE_STRING },
	{ "S3Bucket", SHAPE_STRING, SHAPE_REQUIRED, .max = 255 },
	{ "S3BucketOwner", SHAPE_STRING },
	{ "S3Prefix", SHAPE_STRING, .max = 1024 },
	{ "S3SseAlgorithm", SHAPE_STRING, .values = "AES256, KMS" },
	{ "S3SseKmsKeyId", SHAPE_STRING, .min = 1, .max = 2048 },
	{ "ExportFormat", SHAPE_STRING, .values = "DYNAMODB_JSON, ION" },
	{ "ExportType", SHAPE_STRING,
	    .values = "FULL_EXPORT, INCREMENTAL_EXPORT" },
	{ "IncrementalExportSpecification", SHAPE_STRUCT, SHAPE_FIELD,
	    .of = incremental,
	    .type = SHAPE_MODEL "IncrementalExportSpecification" },
	{ "FilterSpecification", SHAPE_STRUCT, SHAPE_FIELD, .of = filter,
	    .type = SHAPE_MODEL "FilterSpecification" },
	{ NULL },
};

/* What is asked for and not done here is refused, never passed over. */
static enum err
check_served(struct op_ctx *ctx, const struct json *in)
{
	const struct str type = json_str(shape_get(in, "ExportType"));
	const char *what = NULL;

	if (str_eq(json_str(shape_get(in, "ExportFormat")), STR("ION")))
		what = "ExportFormat ION";
	else if (str_eq(type, STR("INCREMENTAL_EXPORT")) ||
	    shape_get(in, "IncrementalExportSpecification") != NULL)
		what = "ExportType INCREMENTAL_EXPORT";
	else if (shape_get(in, "FilterSpecification") != NULL)
		what = "FilterSpecification";
	if (what == NULL)
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION, "%s is not supported here", what);
}

static enum err
check(struct op_ctx *ctx, const struct json *in)
{
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_check_bucket(ctx, "s3Bucket",
		    json_str(json_get(in, "S3Bucket")));
	if (e == ERR_OK)
		e = transfer_check_prefix(ctx,
		    json_str(shape_get(in, "S3Prefix")));
	return e == ERR_OK ? check_served(ctx, in) : e;
}

static enum err
open_source(struct op_ctx *ctx, const struct json *in, struct table *ret)
{
	const struct str arn = json_str(json_get(in, "TableArn"));
	struct extra_arn a;
	enum err e;

	if (!extra_arn(arn, &a) || a.kind.p != NULL)
		return op_fail(ctx, ERR_VALIDATION, "Invalid TableArn: %.*s",
		    STR_ARG(arn));
	if ((e = table_open(ctx, a.table, ret)) == ERR_NOT_FOUND)
		return op_fail(ctx, ERR_TABLE_NOT_FOUND,
		    "Table not found: %.*s", STR_ARG(a.table));
	return e == ERR_OK ? store_table_count(ctx->store, &ret->row) : e;
}

static enum err
choose_time(struct op_ctx *ctx, const struct json *in, const struct table *t,
    uint64_t *ret)
{
	const uint64_t now = clock_wall_ns();
	struct pitr p;
	enum err e = pitr_get(t, &p);

	if (e != ERR_OK)
		return e;
	if (!p.enabled)
		return op_fail(ctx, ERR_RESTORE_OFF,
		    "Point in time recovery is not enabled for table '%.*s'",
		    STR_ARG(t->row.name));
	*ret = now;
	if (shape_get(in, "ExportTime") == NULL)
		return ERR_OK;
	if (!pitr_read_time(shape_get(in, "ExportTime"), ret) ||
	    *ret < p.earliest || *ret > now)
		return op_fail(ctx, ERR_EXPORT_TIME,
		    "The specified ExportTime is outside of the point in time "
		    "recovery window");
	return ERR_OK;
}

/* The members of the answer that stay as they are. */
static enum err
put_about(const struct json *in, const struct table *t, uint64_t time,
    struct buf *out)
{
	static const char *const copied[] = { "S3Bucket", "S3BucketOwner",
		"S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId" };
	struct json *d CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &d);

	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableArn\":");
	json_put(out, json_get(in, "TableArn"));
	answer_member(out, "TableId");
	json_put(out, json_get(d, "TableId"));
	answer_member(out, "ExportTime");
	extra_put_time(out, time);
	for (size_t i = 0; i < NELEM(copied); i++) {
		if (shape_get(in, copied[i]) == NULL)
			continue;
		answer_member(out, copied[i]);
		json_put(out, json_get(in, copied[i]));
	}
	BUF_LIT(out,
	    ",\"ExportFormat\":\"DYNAMODB_JSON\","
	    "\"ExportType\":\"FULL_EXPORT\"}");
	return buf_err(out);
}

static enum err
start(struct op_ctx *ctx, const struct json *in, struct transfer *ret)
{
	struct buf about CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct buf at CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct backup_wanted w = { .hidden = true };
	struct backup b;
	struct table t;
	uint64_t time = 0;
	struct str id;
	enum err e;

	if ((e = open_source(ctx, in, &t)) != ERR_OK ||
	    (e = choose_time(ctx, in, &t, &time)) != ERR_OK ||
	    (e = pitr_find(ctx, time, &w.seq)) != ERR_OK ||
	    (e = put_about(in, &t, time, &about)) != ERR_OK)
		return e;
	w.name = t.row.name;
	if ((e = backup_create(ctx, &t, &w, &b)) != ERR_OK ||
	    (e = transfer_id(ctx, &id)) != ERR_OK)
		return e;
	/* Jobs go by age: the one that makes the backup is done before. */
	buf_printf(&at, "{\"backup\":%llu,\"time\":%llu}",
	    (unsigned long long)b.object.id, (unsigned long long)time);
	return transfer_start(ctx, &transfer_export, in, id, t.row.name,
	    buf_str(&about), buf_str(&at), ret);
}

static enum err
export_table_to_point_in_time(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	bool again = false;
	enum err e = check(ctx, in);

	if (e == ERR_OK)
		e = transfer_again(ctx, &transfer_export, in, &t, &again);
	if (e == ERR_OK && !again)
		e = start(ctx, in, &t);
	if (e == ERR_OK)
		export_put(&t, out);
	return e;
}

const struct op op_export_table_to_point_in_time = {
	.name = "ExportTableToPointInTime",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = export_table_to_point_in_time,
};
