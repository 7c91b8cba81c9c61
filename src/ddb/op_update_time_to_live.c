/* SPDX-License-Identifier: ISC */
/*
 * UpdateTimeToLive - which attribute says when an item expires.  The service
 * takes an hour for the change and refuses another one meanwhile; here it is
 * done at once.
 */
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/ttl.h"

static const struct shape specification[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "Enabled", SHAPE_BOOLEAN, SHAPE_REQUIRED },
	{ NULL },
};
static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "TimeToLiveSpecification", SHAPE_STRUCT, SHAPE_REQUIRED | SHAPE_FIELD,
	    .of = specification,
	    .type = SHAPE_MODEL "TimeToLiveSpecification" },
	{ NULL },
};

static enum err
update_time_to_live(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *spec = shape_get(in, "TimeToLiveSpecification");
	struct str name = json_str(shape_get(spec, "AttributeName"));
	bool enable = shape_bool(spec, "Enabled");
	struct str now;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	if (e != ERR_OK)
		return e;
	now = t.ttl.attr.name;
	if (now.p == NULL && !enable)
		return op_fail(ctx, ERR_VALIDATION,
		    "TimeToLive is already disabled");
	if (now.p != NULL && !str_eq(now, name))
		return op_fail(ctx, ERR_VALIDATION,
		    "TimeToLive is active on a different AttributeName: "
		    "current AttributeName is %.*s",
		    STR_ARG(now));
	if (now.p != NULL && enable)
		return op_fail(ctx, ERR_VALIDATION,
		    "TimeToLive is already enabled");
	e = enable ? ttl_enable(ctx, &t, name) : ttl_disable(ctx, &t);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TimeToLiveSpecification\":{\"AttributeName\":");
	json_put_str(out, name);
	buf_printf(out, ",\"Enabled\":%s}}", enable ? "true" : "false");
	return ERR_OK;
}

const struct op op_update_time_to_live = {
	.name = "UpdateTimeToLive",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_time_to_live,
};
