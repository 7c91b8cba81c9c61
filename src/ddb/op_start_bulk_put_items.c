/* SPDX-License-Identifier: ISC */
/* StartBulkPutItems - put what lies in the files of a bucket. */
#include "ddb/answer.h"
#include "ddb/bulk.h"
#include "ddb/extra.h"
#include "ddb/intake.h"

#define RATE_MIN 1024

static const struct shape input[] = {
	{ "S3BucketOwner", SHAPE_STRING, .pattern = &shape_account },
	{ "S3Bucket", SHAPE_STRING, SHAPE_REQUIRED, .max = 255 },
	{ "S3KeyPrefix", SHAPE_STRING, .max = 1024 },
	{ "InputFormat", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "DYNAMODB_JSON, ION" },
	{ "InputCompressionType", SHAPE_STRING, .values = "GZIP, ZSTD, NONE" },
	{ NULL },
};
static const struct shape type[] = { { "member", SHAPE_STRING,
    .values = "ERROR, CONDITION_CHECK_FAILURE" } };
static const struct shape output[] = {
	{ "S3BucketOwner", SHAPE_STRING, .pattern = &shape_account },
	{ "S3Bucket", SHAPE_STRING, .max = 255 },
	{ "S3KeyPrefix", SHAPE_STRING, .max = 1024 },
	{ "S3SseAlgorithm", SHAPE_STRING, .values = "AES256, KMS" },
	{ "S3SseKmsKeyId", SHAPE_STRING, .min = 1, .max = 2048 },
	{ "OutputType", SHAPE_LIST, SHAPE_REQUIRED, .of = type, .min = 1,
	    .max = 2 },
	{ NULL },
};

static const struct shape request[] = {
	{ "ClientToken", SHAPE_STRING },
	{ "InputS3Configuration", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = input, .type = SHAPE_MODEL "InputS3Configuration" },
	{ "OutputS3Configuration", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = output, .type = SHAPE_MODEL "OutputS3Configuration" },
	SHAPE_TABLE_NAME,
	{ "MaxWriteRequestUnits", SHAPE_LONG, .min = RATE_MIN },
	{ "PerformanceTier", SHAPE_STRING, .values = "STANDARD, ACCELERATED" },
	{ NULL },
};

static enum err
check_place(struct op_ctx *ctx, const char *at, const struct json *place)
{
	enum err e = ERR_OK;

	if (shape_get(place, "S3Bucket") != NULL)
		e = transfer_check_bucket(ctx, at,
		    json_str(json_get(place, "S3Bucket")));
	return e != ERR_OK ? e :
			     transfer_check_prefix(ctx,
				 json_str(shape_get(place, "S3KeyPrefix")));
}

static enum err
check(struct op_ctx *ctx, const struct json *in)
{
	const struct json *from = json_get(in, "InputS3Configuration");
	const struct json *to = json_get(in, "OutputS3Configuration");
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = check_place(ctx, "inputS3Configuration.s3Bucket", from);
	if (e == ERR_OK)
		e = check_place(ctx, "outputS3Configuration.s3Bucket", to);
	return e;
}

static enum err
put_about(const struct json *in, const struct table *t, struct buf *out)
{
	struct json *d CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &d);

	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableDetails\":[{\"TableName\":");
	json_put_str(out, t->row.name);
	answer_member(out, "TableId");
	json_put(out, json_get(d, "TableId"));
	BUF_LIT(out, "}]");
	for (const struct shape *s = request + 1; s->name != NULL; s++) {
		if (shape_get(in, s->name) == NULL ||
		    str_eq(str_from(s->name), STR("TableName")))
			continue;
		answer_member(out, s->name);
		shape_put(out, s, json_get(in, s->name));
	}
	if (shape_get(in, "PerformanceTier") == NULL)
		BUF_LIT(out, ",\"PerformanceTier\":\"STANDARD\"");
	buf_putc(out, '}');
	return buf_err(out);
}

static enum err
start(struct op_ctx *ctx, const struct json *in, struct transfer *ret)
{
	struct buf about CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct buf at CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct table t;
	struct str id;
	enum err e = table_open(ctx,
	    table_name(json_str(json_get(in, "TableName"))), &t);

	if (e != ERR_OK || (e = put_about(in, &t, &about)) != ERR_OK ||
	    (e = transfer_id(ctx, &id)) != ERR_OK ||
	    (e = intake_begin_at(ctx, t.row.id, &at)) != ERR_OK)
		return e;
	return transfer_start(ctx, &transfer_bulk, in, id, t.row.name,
	    buf_str(&about), buf_str(&at), ret);
}

static enum err
start_bulk_put_items(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	bool again = false;
	enum err e = check(ctx, in);

	if (e == ERR_OK)
		e = transfer_again(ctx, &transfer_bulk, in, &t, &again);
	if (e == ERR_OK && !again)
		e = start(ctx, in, &t);
	if (e == ERR_OK)
		bulk_put(&t, out);
	return e;
}

const struct op op_start_bulk_put_items = {
	.name = "StartBulkPutItems",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = start_bulk_put_items,
};
