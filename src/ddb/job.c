/* SPDX-License-Identifier: ISC */
#include "ddb/job.h"

#include "base/clock.h"
#include "base/limits.h"

static const struct job *const rows[] = {
#define JOB(name) &job_##name,
#include "ddb/job.tbl"
#undef JOB
	NULL,
};

const struct job *
job_at(size_t i)
{
	return i < NELEM(rows) ? rows[i] : NULL;
}

void
job_context(struct op_ctx *ctx, struct arena *a, struct store *s,
    const char *operation)
{
	*ctx = (struct op_ctx){
		.arena = a,
		.store = s,
		.deadline = clock_ms() + LIMIT_LOCK_MS,
		.region = STR("us-east-1"),
		.imports = -1,
		.exports = -1,
		.rights = OP_READ | OP_WRITE | OP_ADMIN,
		.actor = {
			.surface = STR("job"),
			.operation = str_from(operation),
		},
	};
}

enum err
job_begin(struct op_ctx *ctx, bool write)
{
	enum err e;

	ctx->deadline = clock_ms() + LIMIT_LOCK_MS;
	if ((e = store_begin(ctx->store, write, ctx->deadline)) == ERR_OK)
		store_actor(ctx->store, &ctx->actor);
	return e;
}

enum err
job_end(struct op_ctx *ctx, enum err e)
{
	if (e == ERR_OK)
		return store_commit(ctx->store);
	store_rollback(ctx->store);
	return e;
}

enum err
job_any_due(struct op_ctx *ctx, bool *ret)
{
	enum err e = store_begin(ctx->store, false, clock_ms());

	*ret = false;
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; rows[i] != NULL && e == ERR_OK && !*ret; i++)
		e = rows[i]->due(ctx, ret);
	store_rollback(ctx->store);
	return e;
}
