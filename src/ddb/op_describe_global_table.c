/* SPDX-License-Identifier: ISC */
/* DescribeGlobalTable - a global table and its regions. */
#include "ddb/global.h"

static const struct shape request[] = {
	GLOBAL_SHAPE,
	{ NULL },
};

static enum err
describe_global_table(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct global g;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = global_open(ctx, in, &g);
	if (e == ERR_OK)
		global_put(&g, "ACTIVE", out);
	return e;
}

const struct op op_describe_global_table = {
	.name = "DescribeGlobalTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_global_table,
};
