/* SPDX-License-Identifier: ISC */
/*
 * task - jobs that an operation starts: a backup, a restore, an export.
 *
 * Each is an object of the store, STORE_JOB, whose def is one JSON object
 * with "kind", a line of task.tbl.  job_requested (job.tbl) carries on the
 * oldest one, step by step, until it ends itself.
 *
 * Layer: ddb.
 */
#ifndef DDB_TASK_H
#define DDB_TASK_H

#include "json/json.h"
#include "op/op.h"

struct task_kind {
	const char *name;
	/*
	 * A piece of the job o, whose def is def; no transaction is open.  It
	 * ends the job by store_object_end() in one of its own when it is
	 * done or has failed for good.  An error means: again, later.
	 */
	enum err (*step)(struct op_ctx *ctx, struct store_object *o,
	    const struct json *def);
};

#define TASK(name) extern const struct task_kind task_##name;
#include "ddb/task.tbl"
#undef TASK

/*
 * In the operation's transaction.  name is unique among living jobs; def is
 * one JSON object with "kind".
 */
enum err task_start(struct op_ctx *ctx, struct str name, struct str def)
    NONNULL NODISCARD;

/* How far a task is: "hash" and "range" of its def; absent without them.
 * ERR_STORE_VERSION: they are not what task_put_key() wrote. */
enum err task_key(struct op_ctx *ctx, const struct json *def,
    struct store_key *ret) NONNULL NODISCARD;
/* ,"hash":"...","range":"..."; nothing for an absent key. */
void task_put_key(struct buf *out, const struct store_key *k) NONNULL;

#endif
