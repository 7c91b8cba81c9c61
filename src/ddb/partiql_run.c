/* SPDX-License-Identifier: ISC */
/* Statements of one item. */
#include "ddb/get.h"
#include "ddb/partiql_plan.h"
#include "ddb/shape.h"
#include "ddb/update.h"

#define NO_KEY                                                           \
	"Where clause does not contain a mandatory equality on all key " \
	"attributes"

static enum err
insert(struct op_ctx *ctx, const struct statement *s, struct action *a)
{
	enum err e;

	a->kind = ACTION_PUT;
	a->expect = EXPECT_NONE;
	a->map = json_get(s->item, "M");
	e = value_item(ctx, a->map, "", &a->item);
	return e == ERR_OK ? value_item_fits(ctx, &a->item) : e;
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
	if (s->index.p != NULL || s->norder > 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "EXISTS looks at one item of a table");
	if ((e = partiql_open(ctx, s, &ret->t)) != ERR_OK)
		return e;
	return s->kind == STATEMENT_INSERT ? insert(ctx, s, ret) :
					     change(ctx, s, ret);
}

enum err
partiql_get(struct op_ctx *ctx, const struct table *t,
    const struct statement *s, const struct store_key *key,
    const struct expr *rest, struct buf *out, uint64_t *ret_size)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct store_item item = { 0 };
	struct json_error error;
	enum err e = get_check_table(ctx, t, &s->paths);

	*ret_size = 0;
	if (e == ERR_OK)
		e = store_get(ctx->store, &t->row, key, &item);
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

/* The attributes that were set, of the item before or after. */
static enum err
put_modified(struct op_ctx *ctx, const struct statement *s, struct str text,
    struct buf *out)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct expr_paths paths;
	struct json_error error;
	enum err e = update_paths(ctx, &s->edits, &paths);

	if (e == ERR_OK)
		e = json_parse(text, LIMIT_JSON_DEPTH, &tree, &error);
	if (e == ERR_OK)
		expr_project(&paths, tree, out);
	return e == ERR_JSON ? ERR_STORE : e;
}

enum err
partiql_put_returned(struct op_ctx *ctx, const struct statement *s,
    const struct action *a, struct buf *out)
{
	bool new = s->returning == RETURNING_ALL_NEW ||
	    s->returning == RETURNING_MODIFIED_NEW;
	struct str text = new ? a->after : a->before;

	if (s->returning == RETURNING_NOTHING || text.p == NULL)
		return ERR_OK;
	if (s->returning == RETURNING_MODIFIED_NEW ||
	    s->returning == RETURNING_MODIFIED_OLD)
		return put_modified(ctx, s, text, out);
	buf_puts(out, text);
	return ERR_OK;
}

void
partiql_count(struct capacity *all, size_t *n, const struct capacity *one)
{
	size_t i = 0;

	while (i < *n && all[i].t->row.id != one->t->row.id)
		i++;
	if (i == *n) {
		all[(*n)++] = *one;
		return;
	}
	all[i].table += one->table;
	for (size_t k = 0; k < NELEM(one->index); k++)
		all[i].index[k] += one->index[k];
}
