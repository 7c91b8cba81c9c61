/* SPDX-License-Identifier: ISC */
/* DisableKinesisStreamingDestination - none is active. */
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
disable_destination(struct op_ctx *ctx, const struct json *in,
    struct buf *out UNUSED)
{
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = kinesis_open(ctx, in, &t);
	return e != ERR_OK ? e : kinesis_not_active(ctx, in, &t, "DISABLE");
}

const struct op op_disable_kinesis_streaming_destination = {
	.name = "DisableKinesisStreamingDestination",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = disable_destination,
};
