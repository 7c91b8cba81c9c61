/* SPDX-License-Identifier: ISC */
/* Items that have expired are deleted, some in each transaction. */
#include "base/clock.h"
#include "ddb/job.h"
#include "ddb/stream_record.h"
#include "ddb/ttl.h"

static const struct str mark = STR_INIT("ttl");

/* ---- which table */

/* The TTL index behind `after`; ERR_NOT_FOUND. */
static enum err
next_index(struct op_ctx *ctx, struct str after, struct store_object *ret)
{
	struct store_object o;
	size_t n;
	enum err e = store_object_list(ctx->store, ctx->space, STORE_INDEX,
	    STORE_ALIVE, after, UINT64_MAX >> 1, 1, ctx->arena, &o, &n);

	if (e != ERR_OK)
		return e;
	if (n == 0 || !str_starts(o.name, STR(TTL_INDEX_PREFIX)))
		return ERR_NOT_FOUND;
	*ret = o;
	return ERR_OK;
}

/* Its table; nobody's request: no token says which it may see. */
static enum err
open_table(struct op_ctx *ctx, const struct store_object *index,
    struct table *ret)
{
	struct op_ctx all = *ctx;
	struct str name = index->name;

	name.p += STR(TTL_INDEX_PREFIX).len;
	name.len -= STR(TTL_INDEX_PREFIX).len;
	all.tables = (struct str){ NULL, 0 };
	all.space = index->space;
	return table_open(&all, name, ret);
}

/* What has expired, but for what did so very long ago. */
static enum err
walk_expired(struct op_ctx *ctx, const struct table *t,
    struct store_cursor **ret)
{
	uint64_t now = clock_wall_ns() / NS_PER_S;
	struct store_range range = { .index = t->ttl.index,
		.from =
		    ttl_key(ctx, now > TTL_ANCIENT_S ? now - TTL_ANCIENT_S : 0),
		.to = ttl_key(ctx, now) };

	if (range.from.p == NULL || range.to.p == NULL)
		return ERR_NO_MEMORY;
	return store_walk(ctx->store, &t->row, &range, ret);
}

static enum err
has_work(struct op_ctx *ctx, const struct table *t, bool *ret)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_item item;
	enum err e;

	*ret = t->ttl.building;
	if (*ret)
		return ERR_OK;
	e = walk_expired(ctx, t, &c);
	return e == ERR_OK ? store_walk_next(c, &item, ret) : e;
}

/* The first table of the context's space with work; *ret_any: there are
 * tables whose items expire.  ERR_NOT_FOUND: none has work. */
static enum err
find_in_space(struct op_ctx *ctx, struct table *ret, bool *ret_any)
{
	struct store_object o = { .name = STR(TTL_INDEX_PREFIX) };
	bool work = false;
	enum err e;

	while ((e = next_index(ctx, o.name, &o)) == ERR_OK) {
		*ret_any = true;
		if ((e = open_table(ctx, &o, ret)) == ERR_OK &&
		    ret->ttl.index == o.id)
			e = has_work(ctx, ret, &work);
		if (work || (e != ERR_OK && e != ERR_NOT_FOUND))
			return e;
	}
	return e;
}

/* The same in all spaces; the context is in the table's then. */
static enum err
find(struct op_ctx *ctx, struct table *ret, bool *ret_any)
{
	enum err e, found = ERR_NOT_FOUND;

	*ret_any = false;
	for (ctx->space = 0; found == ERR_NOT_FOUND; ctx->space++) {
		e = store_space_next(ctx->store, STORE_ALIVE, ctx->space,
		    &ctx->space);
		if (e != ERR_OK)
			return e;
		found = find_in_space(ctx, ret, ret_any);
		if (found == ERR_OK)
			break;
	}
	return found;
}

/* ---- one step */

struct victims {
	struct store_key keys[TTL_SWEEP_ITEMS];
	size_t n;
};

/* No item can be written while a walk is open. */
static enum err
collect(struct op_ctx *ctx, const struct table *t, struct victims *v)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_item item;
	bool more = true;
	enum err e = walk_expired(ctx, t, &c);

	while (e == ERR_OK && v->n < NELEM(v->keys)) {
		struct store_key *k = &v->keys[v->n];

		e = store_walk_next(c, &item, &more);
		if (e != ERR_OK || !more)
			break;
		k->hash = arena_str(ctx->arena, item.key.hash);
		k->range = item.key.range.len == 0 ?
		    STR("") :
		    arena_str(ctx->arena, item.key.range);
		if (k->hash.p == NULL || k->range.p == NULL)
			return ERR_NO_MEMORY;
		v->n++;
	}
	return e;
}

static enum err
delete_expired(struct op_ctx *ctx, const struct table *t)
{
	struct victims v = { .n = 0 };
	enum err e = collect(ctx, t, &v);

	for (size_t i = 0; i < v.n && e == ERR_OK; i++) {
		struct write w = { .t = t, .key = v.keys[i] };

		e = store_get(ctx->store, &t->row, &w.key, &w.old);
		if (e == ERR_OK && w.old.text.p != NULL)
			e = write_apply(ctx, &w, NULL);
	}
	return e;
}

static enum err
work_on(struct op_ctx *ctx, struct table *t)
{
	bool done;

	return t->ttl.building ? ttl_fill(ctx, t, &done) :
				 delete_expired(ctx, t);
}

static enum err
step(struct op_ctx *ctx, bool *ret_more)
{
	const struct store_memo now = { .kind = MEMO_MARK,
		.id = mark,
		.n = (int64_t)clock_wall_ns() };
	struct table t;
	bool any, more = true;
	enum err e;

	*ret_more = false;
	/* Streams ascribe what is done under this name to the service. */
	ctx->actor.operation = STR(STREAM_TTL_OPERATION);
	if ((e = job_begin(ctx, true)) != ERR_OK)
		return e;
	if ((e = find(ctx, &t, &any)) == ERR_OK) {
		e = work_on(ctx, &t);
	} else if (e == ERR_NOT_FOUND) {
		more = false;
		e = store_memo_set(ctx->store, &now);
	}
	if ((e = job_end(ctx, e)) == ERR_OK)
		*ret_more = more;
	return e;
}

static enum err
is_due(struct op_ctx *ctx, bool *ret)
{
	struct store_memo m;
	struct table t;
	bool any;
	enum err e = find(ctx, &t, &any);

	*ret = e == ERR_OK;
	if (e != ERR_NOT_FOUND || !any)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	e = store_memo_get(ctx->store, MEMO_MARK, mark, ctx->arena, &m);
	*ret = e == ERR_NOT_FOUND ||
	    (e == ERR_OK &&
		clock_wall_ns() - (uint64_t)m.n > TTL_SWEEP_S * NS_PER_S);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

const struct job job_ttl = {
	.name = "ttl",
	.due = is_due,
	.step = step,
};
