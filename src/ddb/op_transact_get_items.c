/* SPDX-License-Identifier: ISC */
/*
 * TransactGetItems - up to 100 items of one moment.
 *
 * A key that is not the table's cancels the transaction: the answer has a
 * reason for each action.  Everything else that is wrong is told as by any
 * other operation.
 */
#include "ddb/answer.h"
#include "ddb/get.h"
#include "ddb/key.h"
#include "ddb/shape.h"

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

struct one {
	const struct json *key;
	struct expr_paths paths;
	struct table table;
	struct store_key bytes; /* hash.p is NULL: not the table's */
	uint64_t halves;
};

static enum err
prepare(struct op_ctx *ctx, const struct json *in, struct one *one)
{
	one->key = json_get(in, "Key");
	return get_prepare(ctx, in, false, &one->key, 1, &one->paths);
}

static enum err
open_one(struct op_ctx *ctx, const struct json *in, struct one *one)
{
	enum err e =
	    table_open(ctx, json_str(json_get(in, "TableName")), &one->table);

	if (e == ERR_OK)
		e = get_check_table(ctx, &one->table, &one->paths);
	if (e == ERR_OK && key_map_fits(&one->table, one->key))
		e = key_of_map(ctx, &one->table, one->key, &one->bytes);
	return e;
}

static enum err
check_unique(struct op_ctx *ctx, const struct one *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (all[i].bytes.hash.p != NULL &&
			    all[i].table.row.id == all[k].table.row.id &&
			    str_eq(all[i].bytes.hash, all[k].bytes.hash) &&
			    str_eq(all[i].bytes.range, all[k].bytes.range))
				return op_fail(ctx, ERR_VALIDATION,
				    "Transaction request cannot include "
				    "multiple operations on one item");
	return ERR_OK;
}

static enum err
cancel(struct op_ctx *ctx, const struct one *all, size_t n)
{
	struct buf codes CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf *out = ctx->error_members;
	bool good = true;

	for (size_t i = 0; i < n; i++)
		good = good && all[i].bytes.hash.p != NULL;
	if (good)
		return ERR_OK;
	if (out != NULL)
		BUF_LIT(out, ",\"CancellationReasons\":[");
	for (size_t i = 0; i < n; i++) {
		bool fits = all[i].bytes.hash.p != NULL;

		buf_printf(&codes, "%s%s", i > 0 ? ", " : "",
		    fits ? "None" : "ValidationError");
		if (out != NULL)
			buf_printf(out, "%s{\"Code\":\"%s}", i > 0 ? "," : "",
			    fits ? "None\"" :
				   "ValidationError\",\"Message\":\"The "
				   "provided key element does not match the "
				   "schema\"");
	}
	if (out != NULL)
		buf_putc(out, ']');
	return op_fail(ctx, ERR_CANCELED,
	    "Transaction cancelled, please refer cancellation reasons for "
	    "specific reasons [%.*s]",
	    STR_ARG(buf_str(&codes)));
}

static enum err
read_all(struct op_ctx *ctx, struct one *all, size_t n, struct buf *out)
{
	uint64_t bytes = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct store_item item = { 0 };
		bool there;

		e = store_get(ctx->store, &all[i].table.row, &all[i].bytes,
		    &item);
		there = e == ERR_OK && item.text.p != NULL;
		bytes += there ? item.size : 0;
		if (bytes > LIMIT_TRANSACT_BYTES)
			return op_fail(ctx, ERR_VALIDATION,
			    "The aggregate size of the items in the "
			    "transaction exceeded 4 MB");
		all[i].halves = answer_read_halves(there ? item.size : 0, true);
		buf_puts(out, i > 0 ? STR(",{") : STR("{"));
		if (there) {
			answer_member(out, "Item");
			e = get_put(out, item.text, &all[i].paths);
		}
		buf_putc(out, '}');
	}
	return e;
}

/* The sum of each table, in the order in which they were named. */
static void
put_capacity(const struct json *in, const struct one *all, size_t n,
    struct buf *out)
{
	answer_member(out, "ConsumedCapacity");
	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		struct capacity used = { .t = &all[i].table };
		bool first = true;

		for (size_t k = 0; k < n; k++) {
			if (all[k].table.row.id != all[i].table.row.id)
				continue;
			first = first && k >= i;
			used.table += all[k].halves;
		}
		if (!first)
			continue;
		if (i > 0)
			buf_putc(out, ',');
		answer_capacity(out, in, &used, CAPACITY_TRANSACT_READ);
	}
	buf_putc(out, ']');
}

static enum err
transact_get_items(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *items;
	struct one *all;
	size_t n;
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	items = json_get(in, "TransactItems");
	n = json_len(items);
	if ((all = arena_alloc(ctx->arena, n * sizeof(*all))) == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = prepare(ctx, json_get(json_at(items, i), "Get"), &all[i]);
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = open_one(ctx, json_get(json_at(items, i), "Get"), &all[i]);
	if (e == ERR_OK)
		e = check_unique(ctx, all, n);
	if (e == ERR_OK)
		e = cancel(ctx, all, n);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"Responses\":[");
	e = read_all(ctx, all, n, out);
	buf_putc(out, ']');
	if (answer_wants_capacity(in))
		put_capacity(in, all, n, out);
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
