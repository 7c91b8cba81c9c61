/* SPDX-License-Identifier: ISC */
/* Query - the items of one partition key, in the order of the sort key. */
#include "ddb/index.h"
#include "ddb/key.h"
#include "ddb/key_condition.h"
#include "ddb/page.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	PAGE_SELECT,
	SHAPE_CAPACITY,
	{ "QueryFilter", SHAPE_MAP, .of = legacy_filter },
	SHAPE_TABLE_NAME,
	LEGACY_OPERATOR,
	PAGE_NAMES,
	PAGE_LIMIT,
	{ "KeyConditions", SHAPE_MAP, .of = legacy_filter },
	PAGE_REST,
	{ "ScanIndexForward", SHAPE_BOOLEAN },
	{ "KeyConditionExpression", SHAPE_STRING },
	{ NULL },
};

static const char *const expressions[] = { "ProjectionExpression",
	"FilterExpression", "KeyConditionExpression", NULL };
/* The last one goes with expressions where it is the key condition. */
static const char *const legacy[] = { "AttributesToGet", "QueryFilter",
	"ConditionalOperator", NULL };
static const char *const legacy_key[] = { "AttributesToGet", "QueryFilter",
	"ConditionalOperator", "KeyConditions", NULL };

static enum err
prepare_legacy(struct op_ctx *ctx, const struct json *in, struct page *page)
{
	struct expr *filter;
	enum err e = legacy_condition(ctx, in, "QueryFilter", &filter);

	page->filter = filter;
	if (e == ERR_OK)
		e = expr_attributes(ctx, in, &page->paths);
	return e == ERR_OK ? page_begin(ctx, in, page) : e;
}

static enum err
prepare(struct op_ctx *ctx, const struct json *in, struct page *page,
    struct key_conditions *keys)
{
	const struct json *map = shape_get(in, "KeyConditions");
	struct expr_request r;
	struct expr *key = NULL;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = expr_begin(&r, ctx, in, "", expressions,
		    shape_get(in, "KeyConditionExpression") == NULL ?
			legacy :
			legacy_key);
	if (e == ERR_OK)
		e = prepare_legacy(ctx, in, page);
	if (e != ERR_OK)
		return e;
	if (map == NULL && shape_get(in, "KeyConditionExpression") == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "Either the KeyConditions or KeyConditionExpression "
		    "parameter must be specified in the request.");
	e = expr_condition(&r, "KeyConditionExpression", &key);
	if (e == ERR_OK)
		e = page_prepare(ctx, in, &r, page);
	if (e == ERR_OK)
		e = expr_end(&r);
	if (e == ERR_OK)
		e = map != NULL ? key_condition_map(ctx, map, keys) :
				  key_condition_expr(ctx, key, keys);
	return e;
}

static enum err
query(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct key_conditions keys = { .n = 0 };
	struct store_range range = { 0 };
	struct page page = { .index = NULL };
	struct table t;
	enum err e;

	if ((e = prepare(ctx, in, &page, &keys)) != ERR_OK ||
	    (e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) !=
		ERR_OK ||
	    (e = page_open(ctx, in, &t, &page)) != ERR_OK ||
	    (e = page_start(ctx, in, &t, &page, true, &range)) != ERR_OK ||
	    (e = key_condition_range(ctx, &page.schema, &keys, &range)) !=
		ERR_OK ||
	    (e = page_start_within(ctx, &range)) != ERR_OK ||
	    (e = index_refuse_nested(ctx, &t, &page.paths, NULL)) != ERR_OK ||
	    (e = page_refuse_keys(ctx,
		 shape_get(in, "QueryFilter") != NULL ? "QueryFilter" :
							"Filter Expression",
		 page.filter, &page.schema)) != ERR_OK ||
	    (e = page_check_index(ctx, in, &t, &page)) != ERR_OK ||
	    (e = page_check_table(ctx, &t, &page)) != ERR_OK)
		return e;
	range.reverse = shape_get(in, "ScanIndexForward") != NULL &&
	    !shape_bool(in, "ScanIndexForward");
	return page_run(ctx, in, &t, &page, &range, out);
}

const struct op op_query = {
	.name = "Query",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_ITEM,
	.eventual = true,
	.run = query,
};
