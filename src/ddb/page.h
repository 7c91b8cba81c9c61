/* SPDX-License-Identifier: ISC */
/*
 * page - what Query and Scan do alike: read a range up to a page's end,
 * filter, project, count, and say where to go on.
 *
 * A page ends before the item that would take it past LIMIT_PAGE bytes, or
 * behind the Limit-th item; both count before the filter.
 *
 * Layer: ddb.
 */
#ifndef DDB_PAGE_H
#define DDB_PAGE_H

#include "ddb/expr.h"
#include "ddb/legacy.h"
#include "ddb/table.h"

struct page {
	const struct expr *filter; /* NULL: none */
	struct expr_paths paths;
	bool count_only;
	bool consistent;
	uint64_t limit; /* 0: none */
};

/*
 * Select, Limit, ConsistentRead, AttributesToGet and the filter and
 * projection of the request; the two go through r, which is left open.
 * legacy is the name of the filter that is not an expression.
 */
enum err page_prepare(struct op_ctx *ctx, const struct json *in,
    struct expr_request *r, const char *legacy, struct page *ret) NONNULL
    NODISCARD;

/* What the table has to say about them, and about IndexName. */
enum err page_check_table(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const struct page *p) NONNULL NODISCARD;

/* ExclusiveStartKey; ret->hash.p is NULL where it is not given. */
enum err page_start(struct op_ctx *ctx, const struct json *in,
    const struct table *t, struct store_key *ret) NONNULL NODISCARD;

/* The whole answer. */
enum err page_run(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const struct page *p,
    const struct store_range *range, struct buf *out) NONNULL NODISCARD;

#define PAGE_SHAPES                                                            \
	{ "Select", SHAPE_STRING,                                              \
	    .values = "SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, "           \
		      "ALL_PROJECTED_ATTRIBUTES" },                            \
	    { "IndexName", SHAPE_STRING, SHAPE_NAME, .min = 3, .max = 255 },   \
	    SHAPE_CAPACITY, SHAPE_TABLE_NAME, LEGACY_OPERATOR,                 \
	    { "AttributesToGet", SHAPE_LIST, .of = shape_string, .min = 1,     \
		.max = 255 },                                                  \
	    { "Limit", SHAPE_INTEGER, .min = 1 },                              \
	    { "ExclusiveStartKey", SHAPE_MAP, .of = shape_value },             \
	    { "ConsistentRead", SHAPE_BOOLEAN },                               \
	    { "FilterExpression", SHAPE_STRING },                              \
	    { "ProjectionExpression", SHAPE_STRING }, SHAPE_VALUES,            \
	    SHAPE_NAMES

#endif
