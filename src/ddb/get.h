/* SPDX-License-Identifier: ISC */
/*
 * get - what the operations that read items by their keys do alike.
 *
 * Layer: ddb.
 */
#ifndef DDB_GET_H
#define DDB_GET_H

#include "ddb/expr.h"
#include "ddb/table.h"

/*
 * All that is said without the table: in holds ProjectionExpression and
 * ExpressionAttributeNames, and AttributesToGet where the operation knows
 * it.  keys are maps; only their values are checked.
 */
enum err get_prepare(struct op_ctx *ctx, const struct json *in, bool legacy,
    const struct json *const *keys, size_t n, struct expr_paths *ret)
    __attribute__((nonnull(1, 2, 6))) NODISCARD; /* n 0: keys may be NULL */

/* No path may lead into a key. */
enum err get_check_table(struct op_ctx *ctx, const struct table *t,
    const struct expr_paths *paths) NONNULL NODISCARD;

/*
 * The item, or what the paths leave of it.  Without a projection its text is
 * copied as it was stored.
 */
enum err get_put(struct buf *out, struct str text,
    const struct expr_paths *paths) NONNULL NODISCARD;

#endif
