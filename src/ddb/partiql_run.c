/* SPDX-License-Identifier: ISC */
/* Statements of one item. */
#include "ddb/get.h"
#include "ddb/key.h"
#include "ddb/partiql_plan.h"
#include "ddb/shape.h"

#define NO_KEY                                                           \
	"Where clause does not contain a mandatory equality on all key " \
	"attributes"

static enum err
insert(struct op_ctx *ctx, const struct statement *s, struct action *a)
{
	a->kind = ACTION_PUT;
	a->expect = EXPECT_NONE;
	a->map = json_get(s->item, "M");
	return transact_item(ctx, a->map, &a->item);
}

static enum err
change(struct op_ctx *ctx, struct statement *s, struct action *a)
{
	enum err e = partiql_key(ctx, &a->t, s, &a->map, &a->condition);

	a->edits = s->edits;
	if (s->kind == STATEMENT_UPDATE) {
		a->kind = ACTION_UPDATE;
		a->expect = EXPECT_ITEM;
	} else if (s->kind == STATEMENT_DELETE) {
		a->kind = ACTION_DELETE;
		a->expect = EXPECT_IF_ITEM;
	} else {
		a->kind = ACTION_CHECK;
		a->expect = EXPECT_ITEM;
	}
	if (e == ERR_OK && a->map == NULL)
		return op_fail(ctx, ERR_VALIDATION, NO_KEY);
	return e;
}

enum err
partiql_action(struct op_ctx *ctx, const struct json *in, struct statement *s,
    struct action *ret)
{
	enum err e;

	*ret = (struct action){ .table = s->table,
		.keep = s->returning != RETURNING_NOTHING };
	ret->show_old = str_eq(json_str(shape_get(in,
				   "ReturnValuesOnConditionCheckFailure")),
	    STR("ALL_OLD"));
	if (s->index.p != NULL || s->order.p != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "EXISTS looks at one item of a table");
	if ((e = partiql_open(ctx, s, &ret->t)) != ERR_OK)
		return e;
	return s->kind == STATEMENT_INSERT ? insert(ctx, s, ret) :
					     change(ctx, s, ret);
}

enum err
partiql_get(struct op_ctx *ctx, const struct table *t, struct statement *s,
    const struct json *key, const struct expr *rest, struct buf *out,
    uint64_t *ret_size)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct store_item item = { 0 };
	struct store_key bytes;
	struct json_error error;
	enum err e = get_check_table(ctx, t, &s->paths);

	*ret_size = 0;
	if (e == ERR_OK)
		e = key_of_map(ctx, t, key, &bytes);
	if (e == ERR_OK)
		e = store_get(ctx->store, &t->row, &bytes, &item);
	if (e != ERR_OK || item.text.p == NULL)
		return e;
	*ret_size = item.size;
	if (rest != NULL &&
	    (e = json_parse(item.text, LIMIT_JSON_DEPTH, &tree, &error)) !=
		ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	if (!expr_eval(rest, tree))
		return ERR_OK;
	return get_put(out, item.text, &s->paths);
}
