/* SPDX-License-Identifier: ISC */
/*
 * update - edits carried out on an item.
 *
 * All edits look at the item as it was: SET a = b, b = a changes them over.
 * Places in lists are those of before, too; what is set past a list's end is
 * appended, in the order of the places.
 *
 * Layer: ddb.
 */
#ifndef DDB_UPDATE_H
#define DDB_UPDATE_H

#include "ddb/expr.h"
#include "ddb/shape.h"
#include "ddb/table.h"

/* AttributeUpdates, from before there were expressions. */
extern const struct shape update_legacy_shape[];
enum err update_legacy(struct op_ctx *ctx, const struct json *in,
    struct edits *ret) NONNULL NODISCARD;

/* No edit may touch a key, no path may lead into one. */
enum err update_refuse_nested(struct op_ctx *ctx, const struct edits *edits,
    const struct table *t) NONNULL NODISCARD;
enum err update_refuse_keys(struct op_ctx *ctx, const struct edits *edits,
    const struct table *t) NONNULL NODISCARD;

/*
 * Append to out the whole item after the edits, in canonical form.  item is
 * the one that is there, or the key of the one that is to be.  *ret_size: as
 * the API counts; more than LIMIT_ITEM is refused.
 */
enum err update_run(struct op_ctx *ctx, const struct edits *edits,
    const struct json *item, struct buf *out, uint64_t *ret_size) NONNULL
    NODISCARD;

/* The paths of the edits, for what UPDATED_OLD and UPDATED_NEW show. */
enum err update_paths(struct op_ctx *ctx, const struct edits *edits,
    struct expr_paths *ret) NONNULL NODISCARD;

#endif
