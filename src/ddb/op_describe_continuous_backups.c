/* SPDX-License-Identifier: ISC */
/* DescribeContinuousBackups - whether and how far a table can go back. */
#include "ddb/extra.h"
#include "ddb/pitr.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ NULL },
};

static enum err
describe_continuous_backups(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = extra_open_table(ctx, in, &t);
	return e != ERR_OK ? e : pitr_put(&t, out);
}

const struct op op_describe_continuous_backups = {
	.name = "DescribeContinuousBackups",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_continuous_backups,
};
