/* SPDX-License-Identifier: ISC */
/*
 * legacy - Expected, QueryFilter and ScanFilter: conditions from before there
 * were expressions, made into the same trees.
 *
 * Layer: ddb.
 */
#ifndef DDB_LEGACY_H
#define DDB_LEGACY_H

#include "ddb/expr.h"
#include "ddb/shape.h"

#define LEGACY_OPERATORS                                                       \
	"IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, "      \
	"BEGINS_WITH, GE, CONTAINS"
#define LEGACY_OPERATOR                                                        \
	{ "ConditionalOperator", SHAPE_STRING, .values = "OR, AND" }

/* The values of Expected; of QueryFilter, ScanFilter and KeyConditions. */
extern const struct shape legacy_expected[];
extern const struct shape legacy_filter[];

/* The parameter as a condition; *ret is NULL where it is not given. */
enum err legacy_condition(struct op_ctx *ctx, const struct json *in,
    const char *parameter, struct expr **ret) NONNULL NODISCARD;

/* One condition of a filter's form; its values are in AttributeValueList. */
enum err legacy_one(struct op_ctx *ctx, const struct json *in,
    enum expr_kind *ret_kind) NONNULL NODISCARD;

#endif
