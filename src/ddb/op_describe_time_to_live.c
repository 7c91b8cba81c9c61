/* SPDX-License-Identifier: ISC */
/* DescribeTimeToLive - whether items expire, and by which attribute. */
#include "ddb/answer.h"
#include "ddb/shape.h"
#include "ddb/ttl.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ NULL },
};

static enum err
describe_time_to_live(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	const char *status = "DISABLED";
	struct str name;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	if (e != ERR_OK)
		return e;
	name = t.ttl.attr.name;
	if (name.p != NULL)
		status = t.ttl.building ? "ENABLING" : "ENABLED";
	buf_printf(out,
	    "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"%s\"", status);
	if (name.p != NULL) {
		answer_member(out, "AttributeName");
		json_put_str(out, name);
	}
	BUF_LIT(out, "}}");
	return ERR_OK;
}

const struct op op_describe_time_to_live = {
	.name = "DescribeTimeToLive",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_time_to_live,
};
