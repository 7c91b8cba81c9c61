/* SPDX-License-Identifier: ISC */
/* PutItem - insert an item or replace it whole. */
#include "ddb/answer.h"
#include "ddb/collection.h"
#include "ddb/condition.h"
#include "ddb/key.h"
#include "ddb/shape.h"
#include "ddb/write.h"

static const struct shape request[] = {
	SHAPE_CAPACITY,
	SHAPE_TABLE_NAME,
	{ "Item", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	CONDITION_LEGACY,
	CONDITION_RETURN_VALUES,
	CONDITION_RETURN_METRICS,
	CONDITION_REST,
	{ NULL },
};

struct put {
	struct condition condition;
	struct write write;
	bool return_old;
};

static enum err
prepare(struct op_ctx *ctx, const struct json *in)
{
	struct put *put = arena_alloc(ctx->arena, sizeof(*put));
	struct store_item *item;
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (put == NULL)
		return ERR_NO_MEMORY;
	ctx->prepared = put;
	item = &put->write.item;
	if ((e = condition_begin(&put->condition, ctx, in)) != ERR_OK ||
	    (e = value_item(ctx, json_get(in, "Item"), VALUE_WRITE, item)) !=
		ERR_OK ||
	    (e = condition_return_values(ctx, in, &put->return_old)) !=
		ERR_OK ||
	    (e = value_item_fits(ctx, item)) != ERR_OK)
		return e;
	return condition_parse(&put->condition);
}

static enum err
put_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct put *put = ctx->prepared;
	struct write w = put->write;
	struct table t;
	struct capacity used = { .t = &t };
	enum err e;

	if ((e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) !=
		ERR_OK ||
	    (e = key_of_item(ctx, &t, json_get(in, "Item"), &w.key)) !=
		ERR_OK ||
	    (e = store_get(ctx->store, &t.row, &w.key, &w.old)) != ERR_OK ||
	    (e = condition_check(&put->condition, &w.old)) != ERR_OK)
		return e;
	buf_putc(out, '{');
	if (put->return_old && w.old.text.p != NULL) {
		answer_member(out, "Attributes");
		buf_puts(out, w.old.text);
	}
	w.t = &t;
	e = write_apply(ctx, &w, &used);
	answer_consumed(out, in, &used);
	if (e == ERR_OK)
		e = collection_answer(ctx, in, &w, out);
	buf_putc(out, '}');
	return e;
}

const struct op op_put_item = {
	.name = "PutItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_ITEM,
	.prepare = prepare,
	.run = put_item,
};
