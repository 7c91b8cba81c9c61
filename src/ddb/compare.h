/* SPDX-License-Identifier: ISC */
/*
 * compare - values against each other, as conditions do it.
 *
 * Numbers by value, strings and binaries by bytes, sets and maps whatever
 * their order, lists in order.
 *
 * Layer: ddb.
 */
#ifndef DDB_COMPARE_H
#define DDB_COMPARE_H

#include "ddb/value.h"

/* A value taken apart. */
struct operand {
	enum value_type type; /* VALUE_NONE: missing */
	const struct json *content; /* NULL where number says it */
	int64_t number;		    /* of a size */
};

/* NULL is missing. */
struct operand operand_of(const struct json *value);

bool operand_equal(struct operand a, struct operand b);

/* Below, at or above 0 in *ret; false: these two have no order. */
bool operand_order(struct operand a, struct operand b, int *ret) NONNULL;

bool operand_begins_with(struct operand a, struct operand prefix);

/* A string in a string, an element in a set or list. */
bool operand_contains(struct operand a, struct operand part);

/* Missing where the type has no size.  Strings count UTF-16 units. */
struct operand operand_size(struct operand a);

#endif
