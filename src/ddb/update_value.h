/* SPDX-License-Identifier: ISC */
/*
 * update_value - the new values of an update.  Private to update*.c.
 *
 * Each appends the canonical text of one AttributeValue to out.
 */
#ifndef DDB_UPDATE_VALUE_H
#define DDB_UPDATE_VALUE_H

#include "ddb/expr.h"

struct update_value {
	struct op_ctx *ctx;
	const struct json *item; /* as it was */
	struct buf *out;
	bool legacy; /* AttributeUpdates: other words, and lists may be added */
};

/* What SET sets. */
enum err update_value(struct update_value *v, const struct expr *e) NONNULL
    NODISCARD;

/* A number or a set, to what is there, which may be absent. */
enum err update_add(struct update_value *v, const struct json *old,
    const struct json *value) __attribute__((nonnull(1, 3))) NODISCARD;

/* A set without some of its elements; nothing where none is left. */
enum err update_subtract(struct update_value *v, const struct json *old,
    const struct json *value) NONNULL NODISCARD;

#endif
