/* SPDX-License-Identifier: ISC */
/* DeleteItem - remove an item; an absent one is no error. */
#include "ddb/answer.h"
#include "ddb/collection.h"
#include "ddb/condition.h"
#include "ddb/key.h"
#include "ddb/shape.h"
#include "ddb/write.h"

static const struct shape request[] = {
	SHAPE_CAPACITY,
	SHAPE_TABLE_NAME,
	CONDITION_RETURN_VALUES,
	CONDITION_RETURN_METRICS,
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	CONDITION_LEGACY,
	CONDITION_REST,
	{ NULL },
};

struct removal {
	struct condition condition;
	bool return_old;
};

static enum err
prepare(struct op_ctx *ctx, const struct json *in)
{
	struct removal *r = arena_alloc(ctx->arena, sizeof(*r));
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (r == NULL)
		return ERR_NO_MEMORY;
	ctx->prepared = r;
	if ((e = condition_begin(&r->condition, ctx, in)) != ERR_OK ||
	    (e = value_check_map(ctx, json_get(in, "Key"), "")) != ERR_OK ||
	    (e = condition_return_values(ctx, in, &r->return_old)) != ERR_OK)
		return e;
	return condition_parse(&r->condition);
}

static enum err
delete_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct removal *r = ctx->prepared;
	struct table t;
	struct write w = { .t = &t };
	struct capacity used = { .t = &t };
	enum err e;

	if ((e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) !=
		ERR_OK ||
	    (e = key_of_map(ctx, &t, json_get(in, "Key"), &w.key)) != ERR_OK ||
	    (e = store_get(ctx->store, &t.row, &w.key, &w.old)) != ERR_OK ||
	    (e = condition_check(&r->condition, &w.old)) != ERR_OK)
		return e;
	buf_putc(out, '{');
	if (r->return_old && w.old.text.p != NULL) {
		answer_member(out, "Attributes");
		buf_puts(out, w.old.text);
	}
	e = write_apply(ctx, &w, &used);
	answer_consumed(out, in, &used);
	if (e == ERR_OK)
		e = collection_answer(ctx, in, &w, out);
	buf_putc(out, '}');
	return e;
}

const struct op op_delete_item = {
	.name = "DeleteItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_ITEM,
	.prepare = prepare,
	.run = delete_item,
};
