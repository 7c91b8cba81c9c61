/* SPDX-License-Identifier: ISC */
/*
 * ttl - items that expire by an attribute of theirs.
 *
 * The table's head names the attribute: "ttl":["attribute"].
 *
 * Layer: ddb.
 */
#ifndef DDB_TTL_H
#define DDB_TTL_H

#include "ddb/table.h"

/* Absent where items do not expire; in the arena. */
enum err ttl_attribute(struct op_ctx *ctx, const struct table *t,
    struct str *ret) NONNULL NODISCARD;

/* t is as it was before; it does not expire items, or it does. */
enum err ttl_enable(struct op_ctx *ctx, struct table *t,
    struct str name) NONNULL NODISCARD;
enum err ttl_disable(struct op_ctx *ctx, struct table *t) NONNULL NODISCARD;

#endif
