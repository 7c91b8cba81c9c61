/* SPDX-License-Identifier: ISC */
/*
 * Scan - every item, in the order of the keys' hashes, or one segment of
 * them: an equal share of the hashes.
 */
#include <string.h>

#include "ddb/key.h"
#include "ddb/page.h"
#include "ddb/shape.h"

#define SEGMENTS_MAX 1000000

static const struct shape request[] = {
	PAGE_SELECT,
	{ "TotalSegments", SHAPE_INTEGER, .min = 1, .max = SEGMENTS_MAX },
	SHAPE_CAPACITY,
	SHAPE_TABLE_NAME,
	LEGACY_OPERATOR,
	{ "ScanFilter", SHAPE_MAP, .of = legacy_filter },
	{ "Segment", SHAPE_INTEGER, .min = 0, .max = SEGMENTS_MAX - 1 },
	PAGE_LIMIT,
	PAGE_NAMES,
	PAGE_REST,
	{ NULL },
};

static const char *const expressions[] = { "ProjectionExpression",
	"FilterExpression", NULL };
static const char *const legacy[] = { "AttributesToGet", "ScanFilter",
	"ConditionalOperator", NULL };

static enum err
check_segment(struct op_ctx *ctx, const struct json *in)
{
	int64_t segment = shape_int(in, "Segment", -1);
	int64_t total = shape_int(in, "TotalSegments", -1);

	if (segment >= 0 && total < 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "The TotalSegments parameter is required but was not "
		    "present in the request when Segment parameter is "
		    "present");
	if (total >= 0 && segment < 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "The Segment parameter is required but was not present "
		    "in the request when parameter TotalSegments is present");
	if (segment >= 0 && segment >= total)
		return op_fail(ctx, ERR_VALIDATION,
		    "The Segment parameter is zero-based and must be less "
		    "than parameter TotalSegments: Segment: %lld is not less "
		    "than TotalSegments: %lld",
		    (long long)segment, (long long)total);
	return ERR_OK;
}

static enum err
prepare(struct op_ctx *ctx, const struct json *in, struct page *page)
{
	struct expr *filter;
	struct expr_request r;
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK ||
	    (e = expr_begin(&r, ctx, in, "", expressions, legacy)) != ERR_OK ||
	    (e = expr_attributes(ctx, in, &page->paths)) != ERR_OK ||
	    (e = legacy_condition(ctx, in, "ScanFilter", &filter)) != ERR_OK)
		return e;
	page->filter = filter;
	if ((e = page_begin(ctx, in, page)) != ERR_OK ||
	    (e = check_segment(ctx, in)) != ERR_OK ||
	    (e = page_prepare(ctx, in, &r, page)) != ERR_OK)
		return e;
	return expr_end(&r);
}

/* The least prefix of segment i of n; absent past the last one. */
static enum err
edge(struct arena *a, uint64_t i, uint64_t n, struct str *ret)
{
	uint64_t at = ((i << 32) + n - 1) / n;
	char *p;

	if (at >> 32 != 0)
		return ERR_OK;
	if ((p = arena_alloc(a, KEY_PREFIX_BYTES)) == NULL)
		return ERR_NO_MEMORY;
	for (int b = 0; b < KEY_PREFIX_BYTES; b++)
		p[b] = (char)(at >> (24 - 8 * b) & 0xff);
	*ret = (struct str){ p, KEY_PREFIX_BYTES };
	return ERR_OK;
}

static enum err
segment_range(struct op_ctx *ctx, const struct json *in, struct store_range *r)
{
	int64_t segment = shape_int(in, "Segment", 0);
	int64_t total = shape_int(in, "TotalSegments", 1);
	struct str start = r->after.hash;
	enum err e = ERR_OK;

	if (segment > 0)
		e = edge(ctx->arena, (uint64_t)segment, (uint64_t)total,
		    &r->from);
	if (e == ERR_OK)
		e = edge(ctx->arena, (uint64_t)segment + 1, (uint64_t)total,
		    &r->to);
	if (e != ERR_OK || start.p == NULL)
		return e;
	if ((r->from.p != NULL && str_cmp(start, r->from) < 0) ||
	    (r->to.p != NULL && str_cmp(start, r->to) >= 0))
		return op_fail(ctx, ERR_VALIDATION,
		    "The provided starting key is invalid: Invalid "
		    "ExclusiveStartKey. Please use ExclusiveStartKey with "
		    "correct Segment. TotalSegments: %lld Segment: %lld",
		    (long long)total, (long long)segment);
	return ERR_OK;
}

static enum err
scan(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct store_range range = { 0 };
	struct page page = { .index = NULL };
	struct table t;
	enum err e;

	if ((e = prepare(ctx, in, &page)) != ERR_OK)
		return e;
	page.scans = true;
	if ((e = table_open(ctx, json_str(json_get(in, "TableName")), &t)) !=
		ERR_OK ||
	    (e = page_open(ctx, in, &t, &page)) != ERR_OK ||
	    (e = page_start(ctx, in, &t, &page, false, &range)) != ERR_OK ||
	    (e = page_check_index(ctx, in, &t, &page)) != ERR_OK ||
	    (e = segment_range(ctx, in, &range)) != ERR_OK ||
	    (e = page_check_table(ctx, &t, &page)) != ERR_OK)
		return e;
	return page_run(ctx, in, &t, &page, &range, out);
}

const struct op op_scan = {
	.name = "Scan",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_ITEM,
	.eventual = true,
	.run = scan,
};
