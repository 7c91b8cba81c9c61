/* SPDX-License-Identifier: ISC */
/*
 * condition - the condition of a write, and what a write may return.
 *
 * Layer: ddb.
 */
#ifndef DDB_CONDITION_H
#define DDB_CONDITION_H

#include "ddb/expr.h"
#include "ddb/legacy.h"

struct condition {
	struct expr_request request;
	struct expr *expr; /* NULL: none */
	bool show_old;	   /* ReturnValuesOnConditionCheckFailure */
};

/* The parameters around it, then the expression itself. */
enum err condition_begin(struct condition *c, struct op_ctx *ctx,
    const struct json *in) NONNULL NODISCARD;
/* The same beside UpdateExpression and AttributeUpdates. */
enum err condition_begin_update(struct condition *c, struct op_ctx *ctx,
    const struct json *in) NONNULL NODISCARD;
enum err condition_parse(struct condition *c) NONNULL NODISCARD;

/* ERR_CONDITION: it does not hold for old, which may be absent. */
enum err condition_check(const struct condition *c,
    const struct store_item *old) NONNULL NODISCARD;

/* ReturnValues of PutItem and DeleteItem: ALL_OLD or NONE. */
enum err condition_return_values(struct op_ctx *ctx, const struct json *in,
    bool *ret_old) NONNULL NODISCARD;

/* In the order in which failures are listed, which differs by operation. */
#define CONDITION_LEGACY                                                       \
	LEGACY_OPERATOR, { "Expected", SHAPE_MAP, .of = legacy_expected }
#define CONDITION_RETURN_VALUES                                                \
	{ "ReturnValues", SHAPE_STRING,                                        \
	    .values = "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW" }
#define CONDITION_RETURN_METRICS                                               \
	{ "ReturnItemCollectionMetrics", SHAPE_STRING,                         \
	    .values = "SIZE, NONE" }
#define CONDITION_REST                                                         \
	{ "ReturnValuesOnConditionCheckFailure", SHAPE_STRING,                 \
	    .values = "ALL_OLD, NONE" },                                       \
	    { "ConditionExpression", SHAPE_STRING }, SHAPE_VALUES, SHAPE_NAMES

#endif
