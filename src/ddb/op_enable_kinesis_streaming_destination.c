/* SPDX-License-Identifier: ISC */
/*
 * EnableKinesisStreamingDestination - it is ENABLING, and has failed when
 * one looks again.
 */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/kinesis.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "StreamArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ "EnableKinesisStreamingConfiguration", SHAPE_STRUCT, SHAPE_FIELD,
	    .of = kinesis_configuration,
	    .type = SHAPE_MODEL "EnableKinesisStreamingConfiguration" },
	{ NULL },
};

static enum err
keep(struct op_ctx *ctx, struct table *t, struct str arn, struct str precision)
{
	struct buf entry CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *all;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	all = json_get(rest, KINESIS_MEMBER);
	if (json_find(all, arn) == NULL && json_len(all) >= KINESIS_MAX)
		return op_fail(ctx, ERR_LIMIT,
		    "A table can have at most %d Kinesis streaming "
		    "destinations",
		    KINESIS_MAX);
	buf_printf(&entry, "{\"Precision\":\"%.*s\"}", STR_ARG(precision));
	if ((e = buf_err(&entry)) != ERR_OK)
		return e;
	return extra_set_in(ctx, t, KINESIS_MEMBER, arn, buf_str(&entry));
}

static enum err
enable_destination(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *how =
	    shape_get(in, "EnableKinesisStreamingConfiguration");
	struct str precision =
	    json_str(shape_get(how, "ApproximateCreationDateTimePrecision"));
	struct str arn = json_str(shape_get(in, "StreamArn"));
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = kinesis_open(ctx, in, &t);
	if (e != ERR_OK)
		return e;
	if (precision.p == NULL)
		precision = STR("MILLISECOND");
	if ((e = keep(ctx, &t, arn, precision)) != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableName\":");
	json_put_str(out, t.row.name);
	answer_member(out, "StreamArn");
	json_put_str(out, arn);
	BUF_LIT(out,
	    ",\"DestinationStatus\":\"ENABLING\","
	    "\"EnableKinesisStreamingConfiguration\":{"
	    "\"ApproximateCreationDateTimePrecision\":");
	json_put_str(out, precision);
	BUF_LIT(out, "}}");
	return ERR_OK;
}

const struct op op_enable_kinesis_streaming_destination = {
	.name = "EnableKinesisStreamingDestination",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = enable_destination,
};
