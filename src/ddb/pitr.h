/* SPDX-License-Identifier: ISC */
/*
 * pitr - point-in-time recovery: since when, and how far back.
 *
 * Kept with the table as "PointInTimeRecovery":{"Since":ns,"Days":n}, and
 * as a reason to keep the images of its changes (images.h).
 *
 * Layer: ddb.
 */
#ifndef DDB_PITR_H
#define DDB_PITR_H

#include "ddb/table.h"

struct pitr {
	bool enabled;
	uint64_t since;    /* ns since 1970 */
	uint64_t days;     /* 1 to LIMIT_RESTORE_DAYS */
	uint64_t earliest; /* ns: what can be gone back to, now */
};

enum err pitr_get(const struct table *t, struct pitr *ret) NONNULL NODISCARD;

/* Switch it on, or its days to another number, or off.  What was too old before
 * stays so, for its images may be gone. */
enum err pitr_enable(struct op_ctx *ctx, struct table *t,
    uint64_t days) NONNULL NODISCARD;
enum err pitr_disable(struct op_ctx *ctx, struct table *t) NONNULL NODISCARD;

/* Seconds with a fraction, to ns; false: it is no time of ours. */
bool pitr_read_time(const struct json *number, uint64_t *ret)
    __attribute__((nonnull(2))) NODISCARD;
/* The last change at that time (ns, of a whole millisecond); 0: none. */
enum err pitr_find(struct op_ctx *ctx, uint64_t time, uint64_t *ret) NONNULL
    NODISCARD;

/* {"ContinuousBackupsDescription":...} */
enum err pitr_put(const struct table *t, struct buf *out) NONNULL NODISCARD;

#endif
