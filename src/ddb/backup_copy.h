/* SPDX-License-Identifier: ISC */
/*
 * backup_copy - how a backup comes to hold what the table held.
 *
 * Layer: ddb.
 */
#ifndef DDB_BACKUP_COPY_H
#define DDB_BACKUP_COPY_H

#include "ddb/backup.h"

/* All at once, in the caller's transaction. */
enum err backup_copy_all(struct op_ctx *ctx, const struct backup *b) NONNULL
    NODISCARD;

/* One that is not whole yet: it is wanted no more. */
enum err backup_drop(struct op_ctx *ctx, const struct backup *b) NONNULL
    NODISCARD;

/* It is whole now. */
enum err backup_finish(struct op_ctx *ctx, struct backup *b) NONNULL NODISCARD;
/* Start the job that follows, if one does (backup_wanted). */
enum err backup_then(struct op_ctx *ctx, const struct backup *b,
    struct str then) NONNULL NODISCARD;

#endif
