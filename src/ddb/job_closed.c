/* SPDX-License-Identifier: ISC */
/* What ended long ago is forgotten: streams, exports, imports, bulk puts. */
#include "base/clock.h"
#include "ddb/job.h"

#define SOME 100

static const struct kept {
	enum store_kind kind;
	uint64_t seconds;
} kept[] = {
	/* An hour after they are shown no more. */
	{ STORE_STREAM, LIMIT_IMAGES_S + 3600 },
	{ STORE_JOB, LIMIT_TRANSFER_S },
};

/* Those of the closed ones that are old; at most SOME are looked at. */
static enum err
find(struct op_ctx *ctx, const struct kept *k, struct str *after,
    uint64_t *after_id, struct store_object *ret, size_t *ret_n, bool *ret_more)
{
	struct store_object some[SOME];
	uint64_t now = clock_wall_ns();
	size_t n;
	enum err e = store_object_list(ctx->store, ctx->space, k->kind,
	    STORE_CLOSED, *after, *after_id, SOME, ctx->arena, some, &n);

	*ret_n = 0;
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		if (now > some[i].ended + k->seconds * NS_PER_S)
			ret[(*ret_n)++] = some[i];
	*ret_more = n == SOME;
	if (n > 0) {
		*after = some[n - 1].name;
		*after_id = some[n - 1].id;
	}
	return ERR_OK;
}

/* Of one kind, in the space of ctx. */
static enum err
find_kind(struct op_ctx *ctx, const struct kept *k, struct store_object *ret,
    size_t *ret_n)
{
	struct str after = { NULL, 0 };
	uint64_t after_id = 0;
	bool more = true;
	enum err e = ERR_OK;

	while (e == ERR_OK && more && *ret_n == 0)
		e = find(ctx, k, &after, &after_id, ret, ret_n, &more);
	return e;
}

static enum err
find_some(struct op_ctx *ctx, struct store_object *ret, size_t *ret_n)
{
	enum err e = ERR_OK;

	*ret_n = 0;
	for (ctx->space = 0; e == ERR_OK && *ret_n == 0; ctx->space++) {
		e = store_space_next(ctx->store, STORE_CLOSED, ctx->space,
		    &ctx->space);
		for (size_t i = 0; e == ERR_OK && i < NELEM(kept); i++)
			if (*ret_n == 0)
				e = find_kind(ctx, &kept[i], ret, ret_n);
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

const struct job job_closed = {
	.name = "closed",
	.due = is_due,
	.step = step,
};
