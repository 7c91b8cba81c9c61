/* SPDX-License-Identifier: ISC */
/*
 * UpdateItem - change attributes of an item, which is made where there is
 * none.
 */
#include "ddb/answer.h"
#include "ddb/collection.h"
#include "ddb/condition.h"
#include "ddb/key.h"
#include "ddb/shape.h"
#include "ddb/update.h"
#include "ddb/write.h"

static const struct shape request[] = {
	SHAPE_CAPACITY,
	SHAPE_TABLE_NAME,
	CONDITION_RETURN_METRICS,
	CONDITION_RETURN_VALUES,
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	CONDITION_LEGACY,
	{ "AttributeUpdates", SHAPE_MAP, .of = update_legacy_shape },
	CONDITION_REST,
	{ "UpdateExpression", SHAPE_STRING },
	{ NULL },
};

struct update {
	struct condition condition;
	struct edits edits;
	struct write write;
	struct json *tree; /* of the old item */
};

static enum err
prepare(struct op_ctx *ctx, const struct json *in)
{
	struct update *u = arena_alloc(ctx->arena, sizeof(*u));
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (u == NULL)
		return ERR_NO_MEMORY;
	ctx->prepared = u;
	if ((e = condition_begin_update(&u->condition, ctx, in)) != ERR_OK ||
	    (e = value_check_map(ctx, json_get(in, "Key"), "")) != ERR_OK ||
	    (e = update_legacy(ctx, in, &u->edits)) != ERR_OK)
		return e;
	if (shape_get(in, "UpdateExpression") != NULL)
		e = expr_update(&u->condition.request, "UpdateExpression",
		    &u->edits);
	return e == ERR_OK ? condition_parse(&u->condition) : e;
}

static enum err
read_old(struct op_ctx *ctx, struct update *u)
{
	struct json_error error;
	enum err e = store_get(ctx->store, &u->write.t->row, &u->write.key,
	    &u->write.old);

	if (e == ERR_OK && u->write.old.text.p != NULL)
		e = json_parse(u->write.old.text, LIMIT_JSON_DEPTH, &u->tree,
		    &error);
	if (e == ERR_OK)
		e = condition_check(&u->condition, &u->write.old);
	return e == ERR_JSON ? ERR_STORE : e;
}

/* The attributes that the edits name, if there is one of them. */
static enum err
put_updated(struct op_ctx *ctx, const struct edits *edits,
    const struct json *item, struct buf *out)
{
	struct expr_paths paths;
	size_t mark = out->len, start;
	enum err e = update_paths(ctx, edits, &paths);

	if (e != ERR_OK || item == NULL)
		return e;
	answer_member(out, "Attributes");
	start = out->len;
	expr_project(&paths, item, out);
	if (out->len == start + 2)
		out->len = mark;
	return ERR_OK;
}

static enum err
put_attributes(struct op_ctx *ctx, const struct json *in,
    const struct update *u, struct str new, struct buf *out)
{
	struct str what = json_str(shape_get(in, "ReturnValues"));
	struct json *tree CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	if (str_eq(what, STR("UPDATED_OLD")))
		return put_updated(ctx, &u->edits, u->tree, out);
	if (str_eq(what, STR("UPDATED_NEW"))) {
		e = json_parse(new, LIMIT_JSON_DEPTH, &tree, &error);
		return e == ERR_OK ? put_updated(ctx, &u->edits, tree, out) : e;
	}
	if (str_eq(what, STR("ALL_OLD")))
		new = u->write.old.text;
	else if (!str_eq(what, STR("ALL_NEW")))
		return ERR_OK;
	if (new.p != NULL) {
		answer_member(out, "Attributes");
		buf_puts(out, new);
	}
	return ERR_OK;
}

static enum err
write_new(struct op_ctx *ctx, const struct json *in, struct update *u,
    struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	const struct json *base = u->tree;
	struct store_item *new = &u->write.item;
	struct capacity used = { .t = u->write.t };
	enum err e;

	if (base == NULL)
		base = json_get(in, "Key");
	e = update_run(ctx, &u->edits, base, &text, &new->size);
	if (e != ERR_OK)
		return e;
	new->text = buf_str(&text);
	buf_putc(out, '{');
	if ((e = put_attributes(ctx, in, u, new->text, out)) != ERR_OK)
		return e;
	e = write_apply(ctx, &u->write, &used);
	answer_consumed(out, in, &used);
	if (e == ERR_OK)
		e = collection_answer(ctx, in, &u->write, out);
	buf_putc(out, '}');
	return e;
}

static enum err
update_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct update *u = ctx->prepared;
	struct table t;
	enum err e;

	u->write.t = &t;
	if ((e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) ==
		ERR_OK &&
	    (e = key_of_map(ctx, &t, json_get(in, "Key"), &u->write.key)) ==
		ERR_OK &&
	    (e = update_refuse_keys(ctx, &u->edits, &t)) == ERR_OK &&
	    (e = update_refuse_nested(ctx, &u->edits, &t)) == ERR_OK &&
	    (e = read_old(ctx, u)) == ERR_OK)
		e = write_new(ctx, in, u, out);
	json_free(u->tree);
	return e;
}

const struct op op_update_item = {
	.name = "UpdateItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_ITEM,
	.prepare = prepare,
	.run = update_item,
};
