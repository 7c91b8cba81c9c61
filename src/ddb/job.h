/* SPDX-License-Identifier: ISC */
/*
 * job - work that goes on after the request that asked for it.
 *
 * A process of its own (room/jobs.h) goes through the rows of job.tbl again
 * and again until nothing is due.  It may be killed anywhere: what a step
 * has committed stays, and the next process goes on from there.
 *
 * Layer: ddb.
 */
#ifndef DDB_JOB_H
#define DDB_JOB_H

#include "json/json.h"
#include "op/op.h"

struct job {
	const char *name;
	/* In a read transaction: is there anything to do now? */
	enum err (*due)(struct op_ctx *ctx, bool *ret);
	/*
	 * No transaction is open: one bounded piece of work, in its own.
	 * *ret_more: the next piece may follow at once.
	 */
	enum err (*step)(struct op_ctx *ctx, bool *ret_more);
};

#define JOB(name) extern const struct job job_##name;
#include "ddb/job.tbl"
#undef JOB

/* Every row, in order; NULL past the end. */
const struct job *job_at(size_t i) NODISCARD;

/* Is any of them due?  Begins and ends a read transaction. */
enum err job_any_due(struct op_ctx *ctx, bool *ret) NONNULL NODISCARD;

/* The context for work of our own: every right, the surface "job". */
void job_context(struct op_ctx *ctx, struct arena *a, struct store *s,
    const char *operation) NONNULL;

/* begin and commit, for steps; a failure has rolled back. */
enum err job_begin(struct op_ctx *ctx, bool write) NONNULL NODISCARD;
enum err job_end(struct op_ctx *ctx, enum err e) NONNULL NODISCARD;

#endif
