/* SPDX-License-Identifier: ISC */
/*
 * GetItem - one item by its primary key, or an empty answer.
 *
 * Without a projection the item's text is copied as it was stored.
 */
#include "ddb/answer.h"
#include "ddb/expr.h"
#include "ddb/key.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "AttributesToGet", SHAPE_LIST, .of = shape_string, .min = 1,
	    .max = 255 },
	SHAPE_TABLE_NAME,
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ "ConsistentRead", SHAPE_BOOLEAN },
	{ "ProjectionExpression", SHAPE_STRING },
	SHAPE_NAMES,
	{ NULL },
};

static const char *const expressions[] = { "ProjectionExpression", NULL };
static const char *const legacy[] = { "AttributesToGet", NULL };

static enum err
prepare(struct op_ctx *ctx, const struct json *in, struct expr_paths *paths)
{
	struct expr_request r;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = expr_begin(&r, ctx, in, "", expressions, legacy);
	if (e == ERR_OK)
		e = value_check_map(ctx, json_get(in, "Key"), "");
	if (e == ERR_OK)
		e = expr_projection(&r, "ProjectionExpression", paths);
	if (e == ERR_OK)
		e = expr_end(&r);
	if (e == ERR_OK)
		e = expr_attributes(ctx, in, paths);
	return e;
}

static enum err
put_item_text(struct buf *out, struct str text, const struct expr_paths *paths)
{
	struct json *item CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	if (paths->n == 0) {
		buf_puts(out, text);
		return ERR_OK;
	}
	e = json_parse(text, LIMIT_JSON_DEPTH, &item, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	expr_project(paths, item, out);
	return ERR_OK;
}

static enum err
get_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct expr_paths paths = { 0 };
	struct store_item item = { 0 };
	struct store_key key;
	struct table t;
	enum err e;

	if ((e = prepare(ctx, in, &paths)) != ERR_OK ||
	    (e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) !=
		ERR_OK ||
	    (e = expr_refuse_nested_paths(ctx, &paths, t.hash.name)) !=
		ERR_OK ||
	    (e = expr_refuse_nested_paths(ctx, &paths, t.range.name)) !=
		ERR_OK ||
	    (e = key_of_map(ctx, &t, json_get(in, "Key"), &key)) != ERR_OK ||
	    (e = store_get(ctx->store, &t.row, &key, &item)) != ERR_OK)
		return e;
	buf_putc(out, '{');
	if (item.text.p != NULL) {
		answer_member(out, "Item");
		e = put_item_text(out, item.text, &paths);
	}
	answer_consumed(out, in, t.row.name,
	    answer_read_halves(item.text.p == NULL ? 0 : item.size,
		shape_bool(in, "ConsistentRead")));
	buf_putc(out, '}');
	return e;
}

const struct op op_get_item = {
	.name = "GetItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = get_item,
};
