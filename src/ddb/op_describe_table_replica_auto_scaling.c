/* SPDX-License-Identifier: ISC */
/* DescribeTableReplicaAutoScaling - what was asked for, by replica. */
#include "ddb/replica.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ NULL },
};

static enum err
describe_scaling(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	return e != ERR_OK ? e : replica_put_scaling(ctx, &t, out);
}

const struct op op_describe_table_replica_auto_scaling = {
	.name = "DescribeTableReplicaAutoScaling",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_scaling,
};
