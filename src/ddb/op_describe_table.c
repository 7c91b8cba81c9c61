/* SPDX-License-Identifier: ISC */
/* DescribeTable - a table's description; item count and size are true. */
#include "ddb/answer.h"
#include "ddb/shape.h"
#include "ddb/table.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ NULL },
};

static enum err
describe_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"Table\":");
	e = table_put_description(ctx, &t, t.is_making ? "CREATING" : "ACTIVE",
	    NULL, out);
	buf_putc(out, '}');
	return e;
}

const struct op op_describe_table = {
	.name = "DescribeTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_table,
};
