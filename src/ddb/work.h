/* SPDX-License-Identifier: ISC */
/*
 * work - what goes on behind the request that began it, by the name that the
 * API gives it: the ARN of a backup, an export, an import or a bulk
 * operation, or the name of a table that is made or whose index is filled.
 *
 * Layer: ddb.
 */
#ifndef DDB_WORK_H
#define DDB_WORK_H

#include "ddb/backup.h"
#include "ddb/transfer.h"

struct work {
	/* Exactly one is not NULL; they lie in the arena. */
	struct backup *backup;
	struct transfer *transfer;
	struct table *table;
	const struct transfer_kind *kind; /* of transfer */
};
void work_freep(struct work *w) NONNULL; /* for CLEANUP */

/* ERR_VALIDATION, ERR_SCOPE, and what says that it is not there. */
enum err work_open(struct op_ctx *ctx, struct str name, struct work *ret)
    NONNULL NODISCARD;

/* How far it is; *ret_total 0: not known, *ret_unit NULL: nothing is. */
enum err work_progress(struct op_ctx *ctx, const struct work *w,
    uint64_t *ret_done, uint64_t *ret_total, const char **ret_unit) NONNULL
    NODISCARD;

/*
 * In a write transaction: let it end before it is done.  What of a backup or
 * of a restored table was made goes, what a load has put stays.  Nothing
 * where it has ended, and of an index, which is deleted by UpdateTable.
 */
enum err work_cancel(struct op_ctx *ctx, const struct work *w) NONNULL
    NODISCARD;

#endif
