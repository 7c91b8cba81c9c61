/* SPDX-License-Identifier: ISC */
/* Streams that were closed long ago are forgotten. */
#include "base/clock.h"
#include "ddb/job.h"

/* An hour after they are shown no more. */
#define KEEP_NS ((LIMIT_IMAGES_S + 3600) * NS_PER_S)
#define SOME    100

/* Those of the closed ones that are old; at most SOME are looked at. */
static enum err
find(struct op_ctx *ctx, struct str *after, uint64_t *after_id,
    struct store_object *ret, size_t *ret_n, bool *ret_more)
{
	struct store_object some[SOME];
	uint64_t now = clock_wall_ns();
	size_t n;
	enum err e = store_object_list(ctx->store, ctx->space, STORE_STREAM,
	    STORE_CLOSED, *after, *after_id, SOME, ctx->arena, some, &n);

	*ret_n = 0;
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		if (now > some[i].ended + KEEP_NS)
			ret[(*ret_n)++] = some[i];
	*ret_more = n == SOME;
	if (n > 0) {
		*after = some[n - 1].name;
		*after_id = some[n - 1].id;
	}
	return ERR_OK;
}

static enum err
find_some(struct op_ctx *ctx, struct store_object *ret, size_t *ret_n)
{
	enum err e = ERR_OK;

	*ret_n = 0;
	for (ctx->space = 0; *ret_n == 0; ctx->space++) {
		struct str after = { NULL, 0 };
		uint64_t after_id = 0;
		bool more = true;

		e = store_space_next(ctx->store, STORE_CLOSED, ctx->space,
		    &ctx->space);
		while (e == ERR_OK && more && *ret_n == 0)
			e = find(ctx, &after, &after_id, ret, ret_n, &more);
		if (e != ERR_OK)
			break;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
is_due(struct op_ctx *ctx, bool *ret)
{
	struct store_object old[SOME];
	size_t n;
	enum err e = find_some(ctx, old, &n);

	*ret = e == ERR_OK && n > 0;
	return e;
}

static enum err
step(struct op_ctx *ctx, bool *ret_more)
{
	struct store_object old[SOME];
	size_t n;
	enum err e;

	*ret_more = false;
	if ((e = job_begin(ctx, true)) != ERR_OK)
		return e;
	e = find_some(ctx, old, &n);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = store_object_end(ctx->store, &old[i], STORE_DEAD);
	if ((e = job_end(ctx, e)) == ERR_OK)
		*ret_more = n > 0;
	return e;
}

const struct job job_streams = {
	.name = "streams",
	.due = is_due,
	.step = step,
};
