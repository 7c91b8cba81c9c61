/* SPDX-License-Identifier: ISC */
/*
 * partiql_plan - what a statement comes to on its table.
 *
 * Layer: ddb.  Private to partiql*.c and the operations of PartiQL.
 */
#ifndef DDB_PARTIQL_PLAN_H
#define DDB_PARTIQL_PLAN_H

#include "ddb/page.h"
#include "ddb/partiql.h"
#include "ddb/transact.h"

#define PARTIQL_SHAPES                                                         \
	{ "Statement", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,                 \
	    .max = PARTIQL_TEXT_MAX },                                         \
	    { "Parameters", SHAPE_LIST, .of = partiql_parameter, .min = 1 },   \
	    { "ReturnValuesOnConditionCheckFailure", SHAPE_STRING,             \
		.values = "ALL_OLD, NONE" }
extern const struct shape partiql_parameter[];

/* The statement and parameters of in, which holds PARTIQL_SHAPES. */
enum err partiql_begin(struct op_ctx *ctx, const struct json *in,
    struct statement *ret) NONNULL NODISCARD;

/* The table by its name; ERR_NOT_FOUND names it. */
enum err partiql_open(struct op_ctx *ctx, const struct statement *s,
    struct table *ret) NONNULL NODISCARD;

/*
 * A whole primary key that WHERE asks to be equal to, as a Key parameter
 * that lives as long as the statement, and what it says beside that.
 * *ret_key is NULL where WHERE does not name one item.
 */
enum err partiql_key(struct op_ctx *ctx, const struct table *t,
    struct statement *s, const struct json **ret_key,
    const struct expr **ret_rest) NONNULL NODISCARD;

/* A statement that writes, or EXISTS, as an action. */
enum err partiql_action(struct op_ctx *ctx, const struct json *in,
    struct statement *s, struct action *ret) NONNULL NODISCARD;

/* The item of a SELECT that names one: {...} or nothing, and its size. */
enum err partiql_get(struct op_ctx *ctx, const struct table *t,
    const struct statement *s, const struct store_key *key,
    const struct expr *rest, struct buf *out, uint64_t *ret_size)
    __attribute__((nonnull(1, 2, 3, 4, 6, 7))) NODISCARD;

/* What RETURNING asks for of an action that was carried out, or nothing. */
enum err partiql_put_returned(struct op_ctx *ctx, const struct statement *s,
    const struct action *a, struct buf *out) NONNULL NODISCARD;

/* Add to what is used of each table; there is room for one more. */
void partiql_count(struct capacity *all, size_t *n,
    const struct capacity *one) NONNULL;

/*
 * What a SELECT reads: one range for each partition that is asked for, or
 * the whole table or index.
 */
struct select {
	struct table t;
	struct page page;
	struct store_range *ranges;
	size_t n;
	struct json *asked; /* IndexName, ExclusiveStartKey */
};

/* start: a LastEvaluatedKey, in the range of that number; NULL: at the
 * beginning.  *ret is to be freed either way. */
enum err partiql_select(struct op_ctx *ctx, const struct statement *s,
    bool consistent, const struct json *start, size_t range,
    struct select *ret) __attribute__((nonnull(1, 2, 6))) NODISCARD;
void partiql_select_free(struct select *s) NONNULL;

#endif
