/* SPDX-License-Identifier: ISC */
/* ImportTable - a new table from the files of a bucket. */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/import.h"
#include "ddb/intake.h"
#include "ddb/lines.h"
#include "ddb/table_shape.h"
#include "ddb/vector.h"

static const struct shape source[] = {
	{ "S3BucketOwner", SHAPE_STRING, .pattern = &shape_account },
	{ "S3Bucket", SHAPE_STRING, SHAPE_REQUIRED, .max = 255 },
	{ "S3KeyPrefix", SHAPE_STRING, .max = 1024 },
	{ NULL },
};
static const struct shape header[] = { { "member", SHAPE_STRING, .min = 1,
    .max = 65536, .pattern = &shape_header } };
static const struct shape csv[] = {
	{ "Delimiter", SHAPE_STRING, .min = 1, .max = 1,
	    .pattern = &shape_delimiter },
	{ "HeaderList", SHAPE_LIST, .of = header, .min = 1, .max = 255 },
	{ NULL },
};
static const struct shape options[] = {
	{ "Csv", SHAPE_STRUCT, SHAPE_FIELD, .of = csv,
	    .type = SHAPE_MODEL "CsvOptions" },
	{ NULL },
};
static const struct shape parameters[] = {
	{ "TableName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	{ "AttributeDefinitions", SHAPE_LIST, SHAPE_REQUIRED,
	    .of = table_definitions_shape },
	{ "KeySchema", SHAPE_LIST, SHAPE_REQUIRED, .of = table_keys_shape,
	    .min = 1, .max = 2 },
	{ "BillingMode", SHAPE_STRING,
	    .values = "PROVISIONED, PAY_PER_REQUEST" },
	TABLE_SHAPE_STRUCT("ProvisionedThroughput", table_throughput_shape,
	    "ProvisionedThroughput"),
	TABLE_SHAPE_STRUCT("OnDemandThroughput", table_on_demand_shape,
	    "OnDemandThroughput"),
	TABLE_SHAPE_STRUCT("SSESpecification", table_encryption_shape,
	    "SSESpecification"),
	{ "GlobalSecondaryIndexes", SHAPE_LIST, .of = table_global_shape },
	{ "VectorIndexes", SHAPE_LIST, .of = vector_shape },
	{ NULL },
};

static const struct shape request[] = {
	{ "ClientToken", SHAPE_STRING, .pattern = &shape_token },
	{ "S3BucketSource", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = source, .type = SHAPE_MODEL "S3BucketSource" },
	{ "InputFormat", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "DYNAMODB_JSON, ION, CSV" },
	{ "InputFormatOptions", SHAPE_STRUCT, SHAPE_FIELD, .of = options,
	    .type = SHAPE_MODEL "InputFormatOptions" },
	{ "InputCompressionType", SHAPE_STRING, .values = "GZIP, ZSTD, NONE" },
	{ "TableCreationParameters", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = parameters, .type = SHAPE_MODEL "TableCreationParameters" },
	{ NULL },
};

/* What is asked for and not done here is refused, never passed over. */
static enum err
check_served(struct op_ctx *ctx, const struct json *in)
{
	const struct json *c =
	    shape_get(shape_get(in, "InputFormatOptions"), "Csv");
	const struct str format = json_str(json_get(in, "InputFormat"));

	if (c != NULL && !str_eq(format, STR("CSV")))
		return op_fail(ctx, ERR_VALIDATION,
		    "InputFormatOptions.Csv can only be specified with "
		    "InputFormat CSV");
	return ERR_OK;
}

static enum err
check(struct op_ctx *ctx, const struct json *in)
{
	const struct json *from = json_get(in, "S3BucketSource");
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_check_bucket(ctx, "s3BucketSource.s3Bucket",
		    json_str(json_get(from, "S3Bucket")));
	if (e == ERR_OK)
		e = transfer_check_prefix(ctx,
		    json_str(shape_get(from, "S3KeyPrefix")));
	return e == ERR_OK ? check_served(ctx, in) : e;
}

/* The empty table, which others do not see yet. */
static enum err
create(struct op_ctx *ctx, const struct json *in, struct table *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct buf answer CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct json *wanted CLEANUP(json_freep) = NULL;
	const struct json *p = json_get(in, "TableCreationParameters");
	const struct shape shape = { "", SHAPE_STRUCT, .of = parameters };
	struct json_error error;
	enum err e;

	shape_put(&text, &shape, p);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	if (json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &wanted, &error) !=
	    ERR_OK)
		return ERR_INTERNAL;
	if ((e = op_create_table.run(ctx, wanted, &answer)) != ERR_OK ||
	    (e = table_open_making(ctx, json_str(json_get(p, "TableName")),
		 ret)) != ERR_OK)
		return e;
	return extra_set(ctx, ret, EXTRA_HEAD, "making", STR("true"));
}

static enum err
put_about(struct op_ctx *ctx, const struct json *in, const struct table *t,
    struct buf *out)
{
	struct json *d CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &d);

	if (e != ERR_OK)
		return e;
	buf_printf(out,
	    "{\"TableArn\":\"arn:aws:dynamodb:%.*s:000000000000:table/%.*s\"",
	    STR_ARG(ctx->region), STR_ARG(t->row.name));
	answer_member(out, "TableId");
	json_put(out, json_get(d, "TableId"));
	for (const struct shape *s = request + 1; s->name != NULL; s++) {
		if (shape_get(in, s->name) == NULL)
			continue;
		answer_member(out, s->name);
		shape_put(out, s, json_get(in, s->name));
	}
	if (shape_get(in, "InputCompressionType") == NULL)
		BUF_LIT(out, ",\"InputCompressionType\":\"NONE\"");
	buf_putc(out, '}');
	return buf_err(out);
}

static enum err
start(struct op_ctx *ctx, const struct json *in, struct transfer *ret)
{
	struct buf about CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY_SMALL);
	struct buf at CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct table t;
	struct str id;
	enum err e;

	if ((e = create(ctx, in, &t)) != ERR_OK ||
	    (e = put_about(ctx, in, &t, &about)) != ERR_OK ||
	    (e = transfer_id(ctx, &id)) != ERR_OK ||
	    (e = intake_begin_at(ctx, t.row.id, &at)) != ERR_OK)
		return e;
	return transfer_start(ctx, &transfer_import, in, id, t.row.name,
	    buf_str(&about), buf_str(&at), ret);
}

static enum err
import_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	bool again = false;
	enum err e = check(ctx, in);

	if (e == ERR_OK)
		e = transfer_again(ctx, &transfer_import, in, &t, &again);
	if (e == ERR_OK && !again)
		e = start(ctx, in, &t);
	if (e == ERR_OK)
		import_put(&t, out);
	return e;
}

const struct op op_import_table = {
	.name = "ImportTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = import_table,
};
