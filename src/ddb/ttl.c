/* SPDX-License-Identifier: ISC */
#include "ddb/ttl.h"

#include "base/clock.h"
#include "ddb/extra.h"
#include "ddb/progress.h"

#define SECOND_MAX  UINT64_C(999999999999)
#define BEGIN_STEPS 4 /* of the request that enables it */

static const struct str none = { NULL, 0 };

bool
ttl_read(struct arena *a, const struct json *ttl, struct table *t)
{
	int64_t id;

	if (ttl == NULL)
		return true;
	if (!json_int(json_at(ttl, 1), &id) ||
	    attr_name(a, json_str(json_at(ttl, 0)), &t->ttl.attr) != ERR_OK)
		return false;
	t->ttl.index = (uint64_t)id;
	t->ttl.building = json_bool(json_at(ttl, 2));
	return true;
}

/* ---- entries */

struct str
ttl_key(struct op_ctx *ctx, uint64_t second)
{
	char key[TTL_KEY_BYTES];

	for (size_t i = TTL_KEY_BYTES; i-- > 0; second >>= 8)
		key[i] = (char)(second & 0xff);
	return arena_str(ctx->arena, (struct str){ key, sizeof(key) });
}

/* A number that is none of a time, as 1E+30, never comes. */
enum err
ttl_of_item(struct op_ctx *ctx, const struct table *t, struct str text,
    struct str *ret)
{
	struct str value, number = none, fraction;
	uint64_t second;
	enum err e;

	*ret = none;
	if (text.p == NULL)
		return ERR_OK;
	e = attr_find(text, &t->ttl.attr, 1, &value);
	if (e == ERR_OK && value.p != NULL)
		e = attr_content(ctx->arena, value, 'N', &number);
	if (e != ERR_OK || value.p == NULL || number.p == NULL ||
	    !str_u64(str_cut(number, '.', &fraction), SECOND_MAX, &second))
		return e;
	*ret = ttl_key(ctx, second);
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* The listener looks by itself; elsewhere it is the writes that ask for it. */
static enum err
want_sweep(struct op_ctx *ctx)
{
	struct store_memo m;
	enum err e =
	    store_memo_get(ctx->store, MEMO_MARK, STR("ttl"), ctx->arena, &m);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND ||
	    clock_wall_ns() - (uint64_t)m.n > TTL_SWEEP_S * NS_PER_S)
		store_jobs_wanted(ctx->store);
	return ERR_OK;
}

enum err
ttl_keep(struct op_ctx *ctx, const struct write *w)
{
	const struct table *t = w->t;
	struct store_entry old = { .range = STR(""), .item = w->key };
	struct store_entry new = old;
	enum err e = ttl_of_item(ctx, t, w->old.text, &old.hash);

	if (e == ERR_OK)
		e = ttl_of_item(ctx, t, w->item.text, &new.hash);
	if (e != ERR_OK || (str_eq(old.hash, new.hash) && !t->ttl.building))
		return e;
	if (old.hash.p != NULL)
		e = store_entry_delete(ctx->store, t->ttl.index, &old, 0);
	if (e != ERR_OK || new.hash.p == NULL)
		return e;
	e = store_entry_put(ctx->store, t->ttl.index, &new, 0);
	return e == ERR_OK ? want_sweep(ctx) : e;
}

/* ---- filling */

/* The head's member. */
static enum err
set_head(struct op_ctx *ctx, struct table *t, struct str name, bool building)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));
	enum err e;

	buf_putc(&text, '[');
	json_put_str(&text, name);
	buf_printf(&text, ",%llu%s]", (unsigned long long)t->ttl.index,
	    building ? ",true" : "");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	t->ttl.building = building;
	return extra_set(ctx, t, EXTRA_HEAD, "ttl", buf_str(&text));
}

static enum err
keep_progress(struct op_ctx *ctx, struct store_object *o,
    const struct store_key *last)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e;

	BUF_LIT(&def, "{\"ttl\":true");
	if (last != NULL) {
		buf_putc(&def, ',');
		progress_put(&def, last);
	}
	buf_putc(&def, '}');
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	o->def = buf_str(&def);
	return store_object_update(ctx->store, o);
}

static enum err
fill_some(struct op_ctx *ctx, const struct table *t,
    const struct store_key *after, struct buf last[2], bool *ret_done)
{
	struct store_cursor *cursor CLEANUP(store_walk_endp) = NULL;
	const struct store_range range = { .after = *after };
	struct store_entry entry = { .range = STR("") };
	struct store_item item;
	bool more = true;
	enum err e = store_walk(ctx->store, &t->row, &range, &cursor);

	for (size_t n = 0; e == ERR_OK && n < TTL_FILL_ITEMS; n++) {
		e = store_walk_next(cursor, &item, &more);
		if (e != ERR_OK || !more)
			break;
		buf_reset(&last[0]);
		buf_puts(&last[0], item.key.hash);
		buf_reset(&last[1]);
		buf_puts(&last[1], item.key.range);
		entry.item = item.key;
		e = ttl_of_item(ctx, t, item.text, &entry.hash);
		if (e == ERR_OK && entry.hash.p != NULL)
			e = store_entry_put(ctx->store, t->ttl.index, &entry,
			    0);
	}
	*ret_done = !more;
	return e;
}

enum err
ttl_fill(struct op_ctx *ctx, struct table *t, bool *ret_done)
{
	struct buf last[2] = { BUF_INIT(KIB(4)), BUF_INIT(KIB(4)) };
	struct store_object o;
	struct store_key after;
	enum err e = store_object_at(ctx->store, t->ttl.index, ctx->arena, &o);

	if (e == ERR_OK)
		e = progress_read(ctx, o.def, &after);
	if (e == ERR_OK)
		e = fill_some(ctx, t, &after, last, ret_done);
	if (e == ERR_OK && *ret_done)
		e = set_head(ctx, t, t->ttl.attr.name, false);
	else if (e == ERR_OK)
		e = keep_progress(ctx, &o,
		    &(struct store_key){ buf_str(&last[0]),
			buf_str(&last[1]) });
	buf_free(&last[0]);
	buf_free(&last[1]);
	return e;
}

/* ---- on and off */

enum err
ttl_enable(struct op_ctx *ctx, struct table *t, struct str name)
{
	struct store_object o = { .kind = STORE_INDEX,
		.space = t->row.space,
		.parent = t->row.id,
		.def = STR("{\"ttl\":true}") };
	char *index = arena_printf(ctx->arena, TTL_INDEX_PREFIX "%.*s",
	    STR_ARG(t->row.name));
	bool done = false;
	enum err e;

	if (index == NULL)
		return ERR_NO_MEMORY;
	o.name = str_from(index);
	if ((e = attr_name(ctx->arena, name, &t->ttl.attr)) != ERR_OK ||
	    (e = store_object_create(ctx->store, &o)) != ERR_OK)
		return e;
	t->ttl.index = o.id;
	e = set_head(ctx, t, name, true);
	for (int i = 0; i < BEGIN_STEPS && e == ERR_OK && !done; i++)
		e = ttl_fill(ctx, t, &done);
	if (e == ERR_OK)
		store_jobs_wanted(ctx->store);
	return e;
}

enum err
ttl_disable(struct op_ctx *ctx, struct table *t)
{
	struct store_object o;
	enum err e = store_object_at(ctx->store, t->ttl.index, ctx->arena, &o);

	if (e == ERR_OK)
		e = store_object_end(ctx->store, &o, STORE_DEAD);
	if (e == ERR_OK)
		e = extra_set(ctx, t, EXTRA_HEAD, "ttl", none);
	return e;
}
