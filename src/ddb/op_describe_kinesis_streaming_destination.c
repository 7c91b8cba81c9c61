/* SPDX-License-Identifier: ISC */
/* DescribeKinesisStreamingDestination - those that were asked for. */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/kinesis.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ NULL },
};

static enum err
describe_destination(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	struct json_member m = { 0 };
	struct table t;
	size_t n = 0;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	if (e == ERR_OK)
		e = extra_read(&t, EXTRA_REST, &rest);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableName\":");
	json_put_str(out, t.row.name);
	BUF_LIT(out, ",\"KinesisDataStreamDestinations\":[");
	while (json_next(json_get(rest, KINESIS_MEMBER), &m)) {
		if (n++ > 0)
			buf_putc(out, ',');
		BUF_LIT(out, "{\"StreamArn\":");
		json_put_str(out, m.name);
		BUF_LIT(out,
		    ",\"DestinationStatus\":\"ENABLE_FAILED\","
		    "\"DestinationStatusDescription\":\"This server cannot "
		    "reach a Kinesis data stream\","
		    "\"ApproximateCreationDateTimePrecision\":");
		json_put(out, json_get(m.value, "Precision"));
		buf_putc(out, '}');
	}
	BUF_LIT(out, "]}");
	return ERR_OK;
}

const struct op op_describe_kinesis_streaming_destination = {
	.name = "DescribeKinesisStreamingDestination",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_destination,
};
