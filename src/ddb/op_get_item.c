/* SPDX-License-Identifier: ISC */
/* GetItem - one item by its primary key, or an empty answer. */
#include "ddb/answer.h"
#include "ddb/get.h"
#include "ddb/key.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "AttributesToGet", SHAPE_LIST, .of = shape_attribute, .min = 1,
	    .max = 255 },
	SHAPE_TABLE_NAME,
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ "ConsistentRead", SHAPE_BOOLEAN },
	{ "ProjectionExpression", SHAPE_STRING },
	SHAPE_NAMES,
	{ NULL },
};

static enum err
get_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *map = json_get(in, "Key");
	struct expr_paths paths = { 0 };
	struct capacity used = { .t = NULL };
	struct store_item item = { 0 };
	struct store_key key;
	struct table t;
	enum err e;

	if ((e = shape_check(ctx, request, in)) != ERR_OK ||
	    (e = get_prepare(ctx, in, true, &map, 1, &paths)) != ERR_OK ||
	    (e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) !=
		ERR_OK ||
	    (e = key_of_map(ctx, &t, map, &key)) != ERR_OK ||
	    (e = get_check_table(ctx, &t, &paths)) != ERR_OK ||
	    (e = store_get(ctx->store, &t.row, &key, &item)) != ERR_OK)
		return e;
	buf_putc(out, '{');
	if (item.text.p != NULL) {
		answer_member(out, "Item");
		e = get_put(out, item.text, &paths);
	}
	used.t = &t;
	used.table = answer_read_halves(item.text.p == NULL ? 0 : item.size,
	    shape_bool(in, "ConsistentRead"));
	answer_consumed(out, in, &used);
	buf_putc(out, '}');
	return e;
}

const struct op op_get_item = {
	.name = "GetItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.eventual = true,
	.run = get_item,
};
