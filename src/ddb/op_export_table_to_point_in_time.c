/* SPDX-License-Identifier: ISC */
/* ExportTableToPointInTime - files of what a table held then. */
#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/backup.h"
#include "ddb/export.h"
#include "ddb/export_filter.h"
#include "ddb/extra.h"
#include "ddb/pitr.h"

/* Between the two times of an incremental export. */
#define RANGE_MIN (UINT64_C(15) * 60 * NS_PER_S)
#define RANGE_MAX (UINT64_C(24) * 3600 * NS_PER_S)

static const struct shape incremental[] = {
	{ "ExportFromTime", SHAPE_DOUBLE },
	{ "ExportToTime", SHAPE_DOUBLE },
	{ "ExportViewType", SHAPE_STRING,
	    .values = "NEW_IMAGE, NEW_AND_OLD_IMAGES" },
	{ NULL },
};

static const struct shape request[] = {
	{ "TableArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 1024 },
	{ "ExportTime", SHAPE_DOUBLE },
	{ "ClientToken", SHAPE_STRING, .pattern = &shape_token },
	{ "S3Bucket", SHAPE_STRING, SHAPE_REQUIRED, .max = 255 },
	{ "S3BucketOwner", SHAPE_STRING, .pattern = &shape_account },
	{ "S3Prefix", SHAPE_STRING, .max = 1024 },
	{ "S3SseAlgorithm", SHAPE_STRING, .values = "AES256, KMS" },
	{ "S3SseKmsKeyId", SHAPE_STRING, .min = 1, .max = 2048 },
	{ "ExportFormat", SHAPE_STRING, .values = "DYNAMODB_JSON, ION" },
	{ "ExportType", SHAPE_STRING,
	    .values = "FULL_EXPORT, INCREMENTAL_EXPORT" },
	{ "IncrementalExportSpecification", SHAPE_STRUCT, SHAPE_FIELD,
	    .of = incremental,
	    .type = SHAPE_MODEL "IncrementalExportSpecification" },
	{ "FilterSpecification", SHAPE_STRUCT, SHAPE_FIELD,
	    .of = export_filter_shape,
	    .type = SHAPE_MODEL "FilterSpecification" },
	{ NULL },
};

static enum err
check_type(struct op_ctx *ctx, const struct json *in)
{
	const bool change = str_eq(json_str(shape_get(in, "ExportType")),
	    STR("INCREMENTAL_EXPORT"));
	const bool spec =
	    shape_get(in, "IncrementalExportSpecification") != NULL;

	if (change == spec)
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    "IncrementalExportSpecification must be specified if and only if "
	    "ExportType is INCREMENTAL_EXPORT");
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
	return e == ERR_OK ? check_type(ctx, in) : e;
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

/* When the changes begin, in ns; 0: it is not given, or no time. */
static uint64_t
range_start(const struct json *in)
{
	uint64_t from;

	return pitr_read_time(json_get(json_get(in,
					   "IncrementalExportSpecification"),
				  "ExportFromTime"),
		   &from) ?
	    from :
	    0;
}

/* *ret: when they end. */
static enum err
choose_range(struct op_ctx *ctx, const struct json *in, const struct pitr *p,
    uint64_t now, uint64_t *ret)
{
	const struct json *to =
	    shape_get(json_get(in, "IncrementalExportSpecification"),
		"ExportToTime");
	const uint64_t from = range_start(in);

	if (from == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "ExportFromTime must be specified for an incremental "
		    "export");
	if ((to != NULL && !pitr_read_time(to, ret)) || *ret > now ||
	    from < p->earliest)
		return op_fail(ctx, ERR_EXPORT_TIME,
		    "The specified export period is outside of the point in "
		    "time recovery window");
	if (*ret < from + RANGE_MIN || *ret > from + RANGE_MAX)
		return op_fail(ctx, ERR_EXPORT_TIME,
		    "The export period must be of at least 15 minutes and at "
		    "most 24 hours");
	return ERR_OK;
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
	if (shape_get(in, "IncrementalExportSpecification") != NULL)
		return choose_range(ctx, in, &p, now, ret);
	if (shape_get(in, "ExportTime") == NULL)
		return ERR_OK;
	if (!pitr_read_time(shape_get(in, "ExportTime"), ret) ||
	    *ret < p.earliest || *ret > now)
		return op_fail(ctx, ERR_EXPORT_TIME,
		    "The specified ExportTime is outside of the point in time "
		    "recovery window");
	return ERR_OK;
}

static void
put_range(const struct json *in, uint64_t to, struct buf *out)
{
	const struct str view =
	    json_str(shape_get(json_get(in, "IncrementalExportSpecification"),
		"ExportViewType"));

	BUF_LIT(out,
	    "\"INCREMENTAL_EXPORT\",\"IncrementalExportSpecification\":{"
	    "\"ExportFromTime\":");
	extra_put_time(out, range_start(in));
	answer_member(out, "ExportToTime");
	extra_put_time(out, to);
	answer_member(out, "ExportViewType");
	json_put_str(out, view.p == NULL ? STR("NEW_AND_OLD_IMAGES") : view);
	buf_putc(out, '}');
}

/* The members of the answer that stay as they are. */
static enum err
put_about(const struct json *in, const struct table *t, uint64_t time,
    struct buf *out)
{
	static const char *const copied[] = { "S3Bucket", "S3BucketOwner",
		"S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId" };
	const struct str format = json_str(shape_get(in, "ExportFormat"));
	struct json *d CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &d);

	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableArn\":");
	json_put(out, json_get(in, "TableArn"));
	answer_member(out, "TableId");
	json_put(out, json_get(d, "TableId"));
	if (range_start(in) == 0) {
		answer_member(out, "ExportTime");
		extra_put_time(out, time);
	}
	for (size_t i = 0; i < NELEM(copied); i++) {
		if (shape_get(in, copied[i]) == NULL)
			continue;
		answer_member(out, copied[i]);
		json_put(out, json_get(in, copied[i]));
	}
	if (shape_get(in, "FilterSpecification") != NULL) {
		const struct shape shape = { "", SHAPE_STRUCT,
			.of = export_filter_shape };

		answer_member(out, "FilterSpecification");
		shape_put(out, &shape, json_get(in, "FilterSpecification"));
	}
	answer_member(out, "ExportFormat");
	json_put_str(out, format.p == NULL ? STR("DYNAMODB_JSON") : format);
	answer_member(out, "ExportType");
	if (range_start(in) == 0)
		BUF_LIT(out, "\"FULL_EXPORT\"");
	else
		put_range(in, time, out);
	buf_putc(out, '}');
	return buf_err(out);
}

/* How the job begins: with a backup that is made of the table ... */
static enum err
begin_full(struct op_ctx *ctx, struct table *t, uint64_t time, struct buf *at)
{
	struct backup_wanted w = { .name = t->row.name, .hidden = true };
	struct backup b;
	enum err e;

	if ((e = pitr_find(ctx, time, &w.seq)) != ERR_OK ||
	    (e = backup_create(ctx, t, &w, &b)) != ERR_OK)
		return e;
	/* Jobs go by age: the one that makes the backup is done before. */
	buf_printf(at, "{\"backup\":%llu,\"time\":%llu}",
	    (unsigned long long)b.object.id, (unsigned long long)time);
	return buf_err(at);
}

/* ... or of an empty one, for what was changed. */
static enum err
begin_change(struct op_ctx *ctx, const struct json *in, struct table *t,
    uint64_t time, struct buf *at)
{
	struct backup b;
	uint64_t from, to;
	enum err e;

	if ((e = store_log_seek(ctx->store, range_start(in), &from)) !=
		ERR_OK ||
	    (e = store_log_seek(ctx->store, time, &to)) != ERR_OK ||
	    (e = backup_create_empty(ctx, t, &b)) != ERR_OK)
		return e;
	buf_printf(at,
	    "{\"backup\":%llu,\"time\":%llu,\"table\":%llu,\"next\":%llu,"
	    "\"last\":%llu}",
	    (unsigned long long)b.object.id, (unsigned long long)time,
	    (unsigned long long)t->row.id, (unsigned long long)from,
	    (unsigned long long)to - 1);
	return buf_err(at);
}

static enum err
start(struct op_ctx *ctx, const struct json *in, struct transfer *ret)
{
	struct buf about CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY_SMALL);
	struct buf at CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct export_filter filter;
	struct table t;
	uint64_t time = 0;
	struct str id;
	enum err e;

	if ((e = open_source(ctx, in, &t)) != ERR_OK ||
	    (e = export_filter_read(ctx, shape_get(in, "FilterSpecification"),
		 &t, &filter)) != ERR_OK ||
	    (e = choose_time(ctx, in, &t, &time)) != ERR_OK ||
	    (e = put_about(in, &t, time, &about)) != ERR_OK)
		return e;
	e = range_start(in) == 0 ? begin_full(ctx, &t, time, &at) :
				   begin_change(ctx, in, &t, time, &at);
	if (e != ERR_OK || (e = transfer_id(ctx, &id)) != ERR_OK)
		return e;
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
