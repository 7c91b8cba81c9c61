/* SPDX-License-Identifier: ISC */
/*
 * key_condition - from KeyConditionExpression or KeyConditions to a range.
 *
 * Layer: ddb.
 */
#ifndef DDB_KEY_CONDITION_H
#define DDB_KEY_CONDITION_H

#include "ddb/expr.h"
#include "ddb/shape.h"
#include "ddb/table.h"

#define KEY_CONDITIONS_MAX 8 /* of an index with four keys of each kind */

struct key_condition {
	struct str name;
	/* EXPR_EQ to EXPR_GE, BETWEEN, BEGINS_WITH; another one of the map is
	 * refused with the table. */
	enum expr_kind kind;
	const struct json *values[2];
};

struct key_conditions {
	struct key_condition all[KEY_CONDITIONS_MAX];
	size_t n;
};

/* Without the table: from a parsed expression, or from the map. */
enum err key_condition_expr(struct op_ctx *ctx, const struct expr *e,
    struct key_conditions *ret) NONNULL NODISCARD;
enum err key_condition_map(struct op_ctx *ctx, const struct json *map,
    struct key_conditions *ret) NONNULL NODISCARD;

/*
 * Against the keys of a table or an index: hash and bounds of *ret are set.
 * Of several keys all of the hash, and a row of the range from its first on,
 * take an equality, but the last one that is named any condition.
 */
enum err key_condition_range(struct op_ctx *ctx,
    const struct table_schema *schema, const struct key_conditions *c,
    struct store_range *ret) NONNULL NODISCARD;

#endif
