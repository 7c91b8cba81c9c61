/* SPDX-License-Identifier: ISC */
/* DescribeGlobalTableSettings - capacities and scaling, by region. */
#include "ddb/global.h"

static const struct shape request[] = {
	GLOBAL_SHAPE,
	{ NULL },
};

static enum err
describe_settings(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct global g;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = global_open(ctx, in, &g);
	return e != ERR_OK ? e : global_put_settings(ctx, &g, out);
}

const struct op op_describe_global_table_settings = {
	.name = "DescribeGlobalTableSettings",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_settings,
};
