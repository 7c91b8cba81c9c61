/* SPDX-License-Identifier: ISC */
/* UpdateKinesisStreamingDestination - none is active. */
#include "ddb/kinesis.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "StreamArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ "UpdateKinesisStreamingConfiguration", SHAPE_STRUCT, SHAPE_FIELD,
	    .of = kinesis_configuration,
	    .type = SHAPE_MODEL "UpdateKinesisStreamingConfiguration" },
	{ NULL },
};

static enum err
update_destination(struct op_ctx *ctx, const struct json *in,
    struct buf *out UNUSED)
{
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = kinesis_open(ctx, in, &t);
	return e != ERR_OK ? e : kinesis_not_active(ctx, in, &t, "UPDATE");
}

const struct op op_update_kinesis_streaming_destination = {
	.name = "UpdateKinesisStreamingDestination",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_destination,
};
