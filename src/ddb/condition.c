/* SPDX-License-Identifier: ISC */
#include "ddb/condition.h"

#include "ddb/shape.h"

static const char *const expressions[] = { "ConditionExpression", NULL };
static const char *const legacy[] = { "Expected", NULL };

static enum err
begin(struct condition *c, struct op_ctx *ctx, const struct json *in,
    const char *const *new, const char *const *old)
{
	*c = (struct condition){ 0 };
	c->show_old = str_eq(json_str(json_get(in,
				 "ReturnValuesOnConditionCheckFailure")),
	    STR("ALL_OLD"));
	return expr_begin(&c->request, ctx, in, VALUE_WRITE, new, old);
}

enum err
condition_begin(struct condition *c, struct op_ctx *ctx, const struct json *in)
{
	return begin(c, ctx, in, expressions, legacy);
}

enum err
condition_begin_update(struct condition *c, struct op_ctx *ctx,
    const struct json *in)
{
	static const char *const update[] = { "UpdateExpression",
		"ConditionExpression", NULL };
	static const char *const old[] = { "AttributeUpdates", "Expected",
		NULL };

	return begin(c, ctx, in, update, old);
}

enum err
condition_parse(struct condition *c)
{
	struct expr_request *r = &c->request;
	struct expr *expected;
	enum err e = legacy_condition(r->ctx, r->in, "Expected", &expected);

	if (e == ERR_OK)
		e = expr_condition(r, "ConditionExpression", &c->expr);
	if (c->expr == NULL)
		c->expr = expected;
	return e == ERR_OK ? expr_end(r) : e;
}

enum err
condition_check(const struct condition *c, const struct store_item *old)
{
	struct json *item CLEANUP(json_freep) = NULL;
	struct buf *members = c->request.ctx->error_members;
	struct json_error error;
	enum err e;

	if (c->expr == NULL)
		return ERR_OK;
	if (old->text.p != NULL) {
		e = json_parse(old->text, LIMIT_JSON_DEPTH, &item, &error);
		if (e != ERR_OK)
			return e == ERR_JSON ? ERR_STORE : e;
	}
	if (expr_eval(c->expr, item))
		return ERR_OK;
	if (c->show_old && old->text.p != NULL && members != NULL) {
		BUF_LIT(members, ",\"Item\":");
		buf_puts(members, old->text);
	}
	return ERR_CONDITION;
}

enum err
condition_return_values(struct op_ctx *ctx, const struct json *in,
    bool *ret_old)
{
	struct str what = json_str(json_get(in, "ReturnValues"));

	*ret_old = str_eq(what, STR("ALL_OLD"));
	if (what.p != NULL && !*ret_old && !str_eq(what, STR("NONE")))
		return op_fail(ctx, ERR_VALIDATION,
		    VALUE_WRITE "ReturnValues can only be ALL_OLD or NONE");
	return ERR_OK;
}
