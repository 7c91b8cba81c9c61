/* SPDX-License-Identifier: ISC */
/* Tables that were set aside go after a while, or when they are too many
 * bytes: the oldest first. */
#include "base/clock.h"
#include "base/limits.h"
#include "ddb/job.h"

#define SOME 32

/* The oldest, whatever its space; *ret_bytes: of all of them. */
static enum err
look(struct op_ctx *ctx, struct store_object *ret_oldest, uint64_t *ret_bytes)
{
	struct store_object o[SOME];
	uint64_t id = 0, items, bytes;
	size_t n = SOME;
	enum err e = ERR_OK;

	*ret_oldest = (struct store_object){ 0 };
	*ret_bytes = 0;
	while (e == ERR_OK && n == SOME) {
		e = store_object_closed_tables(ctx->store, id, SOME, ctx->arena,
		    o, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			id = o[i].id;
			e = store_object_count(ctx->store, o[i].id, &items,
			    &bytes);
			*ret_bytes += bytes;
			if (ret_oldest->id == 0 ||
			    o[i].ended < ret_oldest->ended)
				*ret_oldest = o[i];
		}
	}
	return e;
}

static enum err
is_due(struct op_ctx *ctx, bool *ret)
{
	struct store_object oldest;
	uint64_t bytes;
	enum err e = look(ctx, &oldest, &bytes);

	*ret = oldest.id != 0 &&
	    (bytes > LIMIT_ASIDE ||
		clock_wall_ns() - oldest.ended > LIMIT_ASIDE_S * NS_PER_S);
	return e;
}

static enum err
go_on(struct op_ctx *ctx, bool *ret_more)
{
	struct store_object oldest;
	uint64_t bytes;
	bool due;
	enum err e;

	if ((e = is_due(ctx, &due)) != ERR_OK || !due ||
	    (e = look(ctx, &oldest, &bytes)) != ERR_OK)
		return e;
	*ret_more = true;
	return store_object_end(ctx->store, &oldest, STORE_DEAD);
}

static enum err
step(struct op_ctx *ctx, bool *ret_more)
{
	enum err e;

	*ret_more = false;
	if ((e = job_begin(ctx, true)) != ERR_OK)
		return e;
	return job_end(ctx, go_on(ctx, ret_more));
}

const struct job job_aside = {
	.name = "aside",
	.due = is_due,
	.step = step,
};
