/* SPDX-License-Identifier: ISC */
/* TransactWriteItems - up to 100 writes and checks, 4 MB, all or none. */
#include "ddb/shape.h"
#include "ddb/transact.h"

#define CONDITION                                              \
	{ "ReturnValuesOnConditionCheckFailure", SHAPE_STRING, \
		.values = "ALL_OLD, NONE" },                   \
	    SHAPE_VALUES, SHAPE_NAMES
#define KEY                                                      \
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value }, \
	    SHAPE_TABLE_NAME

static const struct shape check[] = {
	KEY,
	{ "ConditionExpression", SHAPE_STRING, SHAPE_REQUIRED },
	CONDITION,
	{ NULL },
};
static const struct shape put[] = {
	{ "Item", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	SHAPE_TABLE_NAME,
	{ "ConditionExpression", SHAPE_STRING },
	CONDITION,
	{ NULL },
};
static const struct shape delete[] = {
	KEY,
	{ "ConditionExpression", SHAPE_STRING },
	CONDITION,
	{ NULL },
};
static const struct shape update[] = {
	KEY,
	{ "UpdateExpression", SHAPE_STRING, SHAPE_REQUIRED },
	{ "ConditionExpression", SHAPE_STRING },
	CONDITION,
	{ NULL },
};

static const struct shape actions[] = {
	[ACTION_PUT] = { "Put", SHAPE_STRUCT, SHAPE_FIELD, .of = put,
	    .type = SHAPE_MODEL "Put" },
	[ACTION_UPDATE] = { "Update", SHAPE_STRUCT, SHAPE_FIELD, .of = update,
	    .type = SHAPE_MODEL "Update" },
	[ACTION_DELETE] = { "Delete", SHAPE_STRUCT, SHAPE_FIELD, .of = delete,
	    .type = SHAPE_MODEL "Delete" },
	[ACTION_CHECK] = { "ConditionCheck", SHAPE_STRUCT, SHAPE_FIELD,
	    .of = check, .type = SHAPE_MODEL "ConditionCheck" },
	{ NULL },
};
static const struct shape element[] = { { "member", SHAPE_STRUCT,
    SHAPE_REQUIRED, .of = actions, .type = SHAPE_MODEL "TransactWriteItem" } };
static const struct shape request[] = {
	{ "ReturnItemCollectionMetrics", SHAPE_STRING, .values = "SIZE, NONE" },
	SHAPE_CAPACITY,
	{ "ClientRequestToken", SHAPE_STRING, .min = 1,
	    .max = LIMIT_CLIENT_TOKEN },
	{ "TransactItems", SHAPE_LIST, SHAPE_REQUIRED, .of = element, .min = 1,
	    .max = LIMIT_TRANSACT },
	{ NULL },
};

/* Which one of the actions it is. */
static enum err
choose(struct op_ctx *ctx, const struct json *one, enum action_kind *ret,
    const struct json **ret_in)
{
	size_t n = 0;

	for (enum action_kind k = ACTION_PUT; k <= ACTION_CHECK; k++) {
		const struct json *in = shape_get(one, actions[k].name);

		if (in == NULL)
			continue;
		*ret = k;
		*ret_in = in;
		n++;
	}
	if (n == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid Request: TransactWriteRequest should contain "
		    "Delete or Put or Update request");
	if (n > 1)
		return op_fail(ctx, ERR_VALIDATION,
		    "TransactItems can only contain one of Check, Put, Update "
		    "or Delete");
	return ERR_OK;
}

/* All that can be said without the table. */
static enum err
prepare_one(struct op_ctx *ctx, const struct json *one, struct action *a)
{
	static const char *const conditions[] = { "ConditionExpression", NULL };
	static const char *const both[] = { "UpdateExpression",
		"ConditionExpression", NULL };
	static const char *const none[] = { NULL };
	struct expr_request r;
	const struct json *in = one;
	struct expr *condition = NULL;
	enum err e = choose(ctx, one, &a->kind, &in);

	if (e != ERR_OK)
		return e;
	a->table = json_str(json_get(in, "TableName"));
	a->map = json_get(in, a->kind == ACTION_PUT ? "Item" : "Key");
	a->show_old = str_eq(json_str(shape_get(in,
				 "ReturnValuesOnConditionCheckFailure")),
	    STR("ALL_OLD"));
	e = expr_begin(&r, ctx, in, "",
	    a->kind == ACTION_UPDATE ? both : conditions, none);
	if (e == ERR_OK)
		e = a->kind == ACTION_PUT ?
		    value_item(ctx, a->map, "", &a->item) :
		    value_check_map(ctx, a->map, "");
	if (e == ERR_OK)
		e = value_item_fits(ctx, &a->item);
	if (e == ERR_OK && a->kind == ACTION_UPDATE)
		e = expr_update(&r, "UpdateExpression", &a->edits);
	if (e == ERR_OK)
		e = expr_condition(&r, "ConditionExpression", &condition);
	a->condition = condition;
	return e == ERR_OK ? expr_end(&r) : e;
}

static enum err
prepare(struct op_ctx *ctx, const struct json *in)
{
	struct transact *t = arena_alloc(ctx->arena, sizeof(*t));
	const struct json *items = json_get(in, "TransactItems");
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (t == NULL)
		return ERR_NO_MEMORY;
	t->n = json_len(items);
	t->all = arena_alloc(ctx->arena, t->n * sizeof(*t->all));
	if (t->all == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < t->n && e == ERR_OK; i++)
		e = prepare_one(ctx, json_at(items, i), &t->all[i]);
	ctx->prepared = t;
	return e;
}

static enum err
transact_write_items(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transact *t = ctx->prepared;
	enum err e = ctx->again ? transact_again(ctx, t) : transact_run(ctx, t);

	if (e != ERR_OK)
		return e;
	buf_putc(out, '{');
	transact_put_consumed(out, in, t->used, t->tables,
	    ctx->again ? CAPACITY_TRANSACT_READ : CAPACITY_TRANSACT_WRITE);
	if (!ctx->again)
		e = transact_put_collections(ctx, in, t, out);
	buf_putc(out, '}');
	return e;
}

const struct op op_transact_write_items = {
	.name = "TransactWriteItems",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY,
	.once = "ClientRequestToken",
	.prepare = prepare,
	.run = transact_write_items,
};
