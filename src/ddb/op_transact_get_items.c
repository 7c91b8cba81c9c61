/* SPDX-License-Identifier: ISC */
/*
 * TransactGetItems - up to 100 items of one moment.
 *
 * A key that is not the table's cancels the transaction: the answer has a
 * reason for each action.  Everything else that is wrong is told as by any
 * other operation.
 */
#include "ddb/get.h"
#include "ddb/shape.h"
#include "ddb/transact.h"

static const struct shape get[] = {
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	SHAPE_TABLE_NAME,
	{ "ProjectionExpression", SHAPE_STRING },
	SHAPE_NAMES,
	{ NULL },
};
static const struct shape action[] = {
	{ "Get", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED, .of = get,
	    .type = SHAPE_MODEL "Get" },
	{ NULL },
};
static const struct shape element[] = { { "member", SHAPE_STRUCT,
    SHAPE_REQUIRED, .of = action, .type = SHAPE_MODEL "TransactGetItem" } };
static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "TransactItems", SHAPE_LIST, SHAPE_REQUIRED, .of = element, .min = 1,
	    .max = LIMIT_TRANSACT },
	{ NULL },
};

/* What is read: an action for each item, and what is shown of it. */
struct gets {
	struct transact t;
	struct expr_paths *paths;
};

static enum err
prepare(struct op_ctx *ctx, const struct json *in, struct action *a,
    struct expr_paths *paths)
{
	a->kind = ACTION_CHECK;
	a->table = json_str(json_get(in, "TableName"));
	a->map = json_get(in, "Key");
	return get_prepare(ctx, in, false, &a->map, 1, paths);
}

static enum err
read_all(struct op_ctx *ctx, struct gets *g, struct buf *out)
{
	uint64_t bytes = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < g->t.n && e == ERR_OK; i++) {
		const struct action *a = &g->t.all[i];
		struct store_item item = { 0 };
		bool there;

		e = store_get(ctx->store, &a->t.row, &a->key, &item);
		there = e == ERR_OK && item.text.p != NULL;
		bytes += there ? item.size : 0;
		if (bytes > LIMIT_TRANSACT_BYTES)
			return op_fail(ctx, ERR_VALIDATION,
			    "The aggregate size of the items in the "
			    "transaction exceeded 4 MB");
		g->t.used[a->used].table +=
		    answer_read_halves(there ? item.size : 0, true);
		buf_puts(out, i > 0 ? STR(",{") : STR("{"));
		if (there) {
			answer_member(out, "Item");
			e = get_put(out, item.text, &g->paths[i]);
		}
		buf_putc(out, '}');
	}
	return e;
}

static enum err
transact_get_items(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *items;
	struct gets g = { .t = { .n = 0 } };
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	items = json_get(in, "TransactItems");
	g.t.n = json_len(items);
	g.t.all = arena_alloc(ctx->arena, g.t.n * sizeof(*g.t.all));
	g.paths = arena_alloc(ctx->arena, g.t.n * sizeof(*g.paths));
	if (g.t.all == NULL || g.paths == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < g.t.n && e == ERR_OK; i++)
		e = prepare(ctx, json_get(json_at(items, i), "Get"),
		    &g.t.all[i], &g.paths[i]);
	if (e == ERR_OK)
		e = transact_begin(ctx, &g.t);
	for (size_t i = 0; i < g.t.n && e == ERR_OK; i++)
		e = get_check_table(ctx, &g.t.all[i].t, &g.paths[i]);
	if (e == ERR_OK)
		e = transact_end(ctx, &g.t);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"Responses\":[");
	e = read_all(ctx, &g, out);
	buf_putc(out, ']');
	transact_put_consumed(out, in, g.t.used, g.t.tables,
	    CAPACITY_TRANSACT_READ);
	buf_putc(out, '}');
	return e;
}

const struct op op_transact_get_items = {
	.name = "TransactGetItems",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_ITEM,
	.run = transact_get_items,
};
