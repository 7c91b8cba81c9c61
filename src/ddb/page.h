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

#include "ddb/answer.h"
#include "ddb/expr.h"
#include "ddb/legacy.h"
#include "ddb/table.h"

struct page {
	const struct expr *filter; /* NULL: none */
	struct expr_paths paths;
	bool count_only;
	bool consistent;
	bool scans; /* the caller's: it has no key condition */
	uint64_t limit; /* 0: none */
	/* Of page_open(): */
	const struct table_index *index; /* NULL: the table itself */
	struct table_schema schema;	 /* of the one that is read */
	bool fetch; /* what the index does not show comes from the table */
};

/*
 * p holds what is no expression: the filter and AttributesToGet, of which
 * one operation looks at the one first and one at the other.  Limit,
 * ConsistentRead, and the values of ExclusiveStartKey by themselves.
 */
enum err page_begin(struct op_ctx *ctx, const struct json *in, struct page *p)
    NONNULL NODISCARD;

/* Filter and projection, through r, which is left open; Select. */
enum err page_prepare(struct op_ctx *ctx, const struct json *in,
    struct expr_request *r, struct page *p) NONNULL NODISCARD;

/* The table's own. */
struct table_schema page_schema_of(const struct table *t) NONNULL NODISCARD;

/* A filter (NULL: none) looks at what the key conditions do not decide. */
enum err page_refuse_keys(struct op_ctx *ctx, const char *what,
    const struct expr *filter, const struct table_schema *schema)
    __attribute__((nonnull(1, 2, 4))) NODISCARD;

/* Find the index, if one is asked for, and whether it can be read. */
enum err page_open(struct op_ctx *ctx, const struct json *in,
    const struct table *t, struct page *p) NONNULL NODISCARD;

/* What the table has to say about filter and projection. */
enum err page_check_table(struct op_ctx *ctx, const struct table *t,
    const struct page *p) NONNULL NODISCARD;

/* Can what is asked for be had of the index, or must it be fetched? */
enum err page_check_index(struct op_ctx *ctx, const struct json *in,
    const struct table *t, struct page *p) NONNULL NODISCARD;

/* ExclusiveStartKey: sets range->after, whose hash.p is NULL where it is not
 * given, and range->after_item.  A query has other words for what is wrong. */
enum err page_start(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const struct page *p, bool query,
    struct store_range *range) NONNULL NODISCARD;

/* Does it lie in the range of a query? */
enum err page_start_within(struct op_ctx *ctx, const struct store_range *range)
    NONNULL NODISCARD;

/* What a page has come to. */
struct page_end {
	uint64_t count, scanned;
	struct capacity used;
	size_t range;	 /* which of the ranges it ends in */
	struct str last; /* LastEvaluatedKey; absent: there is no more */
};

/* Append the items of the ranges, with commas, one range after another. */
enum err page_read(struct op_ctx *ctx, const struct table *t,
    const struct page *p, struct store_range *ranges, size_t n,
    struct page_end *ret, struct buf *out) NONNULL NODISCARD;

/* The whole answer. */
enum err page_run(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const struct page *p, struct store_range *range,
    struct buf *out) NONNULL NODISCARD;

/* In the order in which failures are listed; between stands what one
 * operation has alone. */
#define PAGE_SELECT                                                            \
	{ "Select", SHAPE_STRING,                                              \
	    .values = "SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, "           \
		      "ALL_PROJECTED_ATTRIBUTES" },                            \
	    { "IndexName", SHAPE_STRING, SHAPE_NAME, .min = 3, .max = 255 }
#define PAGE_NAMES                                                             \
	{ "AttributesToGet", SHAPE_LIST, .of = shape_attribute, .min = 1,      \
	    .max = 255 }
#define PAGE_LIMIT                                                             \
	{ "Limit", SHAPE_INTEGER, .min = 1 }
#define PAGE_REST                                                              \
	{ "ExclusiveStartKey", SHAPE_MAP, .of = shape_value },                 \
	    { "ConsistentRead", SHAPE_BOOLEAN },                               \
	    { "FilterExpression", SHAPE_STRING },                              \
	    { "ProjectionExpression", SHAPE_STRING }, SHAPE_VALUES,            \
	    SHAPE_NAMES

#endif
