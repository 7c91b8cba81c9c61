/* SPDX-License-Identifier: ISC */
/* Retention of images: 24 hours, and as many days as a table can go back. */
#include "base/clock.h"
#include "base/limits.h"
#include "ddb/backup.h"
#include "ddb/images.h"
#include "ddb/job.h"
#include "ddb/pitr.h"

#define EVERY_NS (NS_PER_S * 3600)
#define SLACK_S  3600 /* what iterators and restores wait for is there */
#define DAY_S    86400
#define CHUNK    1000

static const struct str mark = STR_INIT("images");

static enum err
is_due(struct op_ctx *ctx, bool *ret)
{
	struct store_memo m;
	enum err e =
	    store_memo_get(ctx->store, MEMO_MARK, mark, ctx->arena, &m);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = e == ERR_NOT_FOUND || clock_wall_ns() - (uint64_t)m.n > EVERY_NS;
	return ERR_OK;
}

static enum err
read_days(struct str def, struct pitr *ret)
{
	const struct table t = backup_source(def);

	return pitr_get(&t, ret);
}

/* The first sequence number that stays, of a table that may be gone. */
static enum err
keep_from(struct op_ctx *ctx, uint64_t id, uint64_t *ret)
{
	uint64_t age, seconds = LIMIT_IMAGES_S, now = clock_wall_ns();
	struct store_object o;
	struct pitr p = { 0 };
	enum err e = store_object_at(ctx->store, id, ctx->arena, &o);

	if (e == ERR_OK && (images_of(o.def) & IMAGES_RESTORE) != 0)
		e = read_days(o.def, &p);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (p.days * DAY_S > seconds)
		seconds = p.days * DAY_S;
	age = (seconds + SLACK_S) * NS_PER_S;
	return store_log_seek(ctx->store, now > age ? now - age : 0, ret);
}

/* One chunk of the first table that has some to drop. */
static enum err
trim(struct op_ctx *ctx, size_t *ret_n)
{
	uint64_t id = 0, from = 0, first = 0;
	enum err e;

	*ret_n = 0;
	for (;;) {
		if ((e = store_images_table(ctx->store, id, &id)) != ERR_OK ||
		    id == 0)
			return e;
		if ((e = keep_from(ctx, id, &from)) != ERR_OK ||
		    (e = store_images_first(ctx->store, id, &first)) != ERR_OK)
			return e;
		if (first < from)
			return store_images_trim(ctx->store, id, from, CHUNK,
			    ret_n);
	}
}

static enum err
step(struct op_ctx *ctx, bool *ret_more)
{
	const struct store_memo now = { .kind = MEMO_MARK,
		.id = mark,
		.n = (int64_t)clock_wall_ns() };
	size_t n = 0;
	enum err e;

	*ret_more = false;
	if ((e = job_begin(ctx, true)) != ERR_OK)
		return e;
	e = trim(ctx, &n);
	if (e == ERR_OK && n == 0)
		e = store_memo_set(ctx->store, &now);
	if ((e = job_end(ctx, e)) == ERR_OK)
		*ret_more = n > 0;
	return e;
}

const struct job job_images = {
	.name = "images",
	.due = is_due,
	.step = step,
};
