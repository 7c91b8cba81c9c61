/* SPDX-License-Identifier: ISC */
#include "ddb/backfill.h"

#include "ddb/extra.h"
#include "ddb/job.h"
#include "ddb/progress.h"
#include "ddb/table_def.h"
#include "ddb/vector.h"

#define STEP_ITEMS  1000
#define STEP_BYTES  MIB(4)
#define BEGIN_STEPS 4 /* of the transaction that makes the index */

/* An index that is being filled. */
struct fill {
	struct op_ctx *ctx;
	struct store_object o;
	struct table t;
	const struct table_index *x;
	struct buf hash, range; /* the last item's key */
	size_t items;
	bool done;
};

static enum err
write_progress(struct fill *f)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e;

	buf_putc(&def, '{');
	progress_put(&def,
	    &(struct store_key){ buf_str(&f->hash), buf_str(&f->range) });
	buf_putc(&def, '}');
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	f->o.def = buf_str(&def);
	return store_object_update(f->ctx->store, &f->o);
}

/* The index is no longer being filled: the table's first line says so. */
static enum err
finish(struct fill *f)
{
	struct json *head CLEANUP(json_freep) = NULL;
	struct buf list CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	const struct table_member gone = { "building", { NULL, 0 } };
	const char *member = f->x->vector != NULL ? "vectors" : "indexes";
	const struct json *old;
	enum err e = extra_read(&f->t, EXTRA_HEAD, &head);

	old = json_get(head, member);
	for (size_t i = 0; i < json_len(old) && e == ERR_OK; i++) {
		const struct json *one = json_at(old, i);
		bool it = str_eq(json_str(json_get(one, "name")), f->x->name);

		buf_puts(&list, i == 0 ? STR("[{") : STR(",{"));
		table_def_put_members(&list, one, &gone, it ? 1 : 0);
		buf_putc(&list, '}');
	}
	buf_putc(&list, ']');
	f->o.def = STR("{}");
	if (e == ERR_OK)
		e = buf_err(&list);
	if (e == ERR_OK)
		e = extra_set(f->ctx, &f->t, EXTRA_HEAD, member,
		    buf_str(&list));
	return e == ERR_OK ? store_object_update(f->ctx->store, &f->o) : e;
}

static enum err
put_entry(struct fill *f, const struct store_item *item, struct str *values)
{
	struct store_entry entry;
	uint64_t size;
	enum err e = attr_find(item->text, f->t.attrs, f->t.nattrs, values);

	if (e == ERR_OK)
		e = index_entry(f->ctx, f->x, values, &item->key, &entry);
	if (e != ERR_OK || entry.hash.p == NULL)
		return e;
	e = index_size(f->ctx, &f->t, f->x, values, item->size, &size);
	return e == ERR_OK ?
	    store_entry_put(f->ctx->store, f->x->id, &entry, size) :
	    e;
}

/* Some items behind the last one. */
static enum err
walk(struct fill *f, const struct store_key *after)
{
	struct store_cursor *cursor CLEANUP(store_walk_endp) = NULL;
	const struct store_range range = { .after = *after };
	struct str *values =
	    arena_alloc(f->ctx->arena, f->t.nattrs * sizeof(*values));
	uint64_t bytes = 0;
	size_t n = 0;
	enum err e;

	if (values == NULL)
		return ERR_NO_MEMORY;
	e = store_walk(f->ctx->store, &f->t.row, &range, &cursor);
	while (e == ERR_OK && n < STEP_ITEMS && bytes < STEP_BYTES) {
		struct store_item item;
		bool more;

		e = store_walk_next(cursor, &item, &more);
		if (e != ERR_OK)
			break;
		if (!more) {
			f->done = true;
			break;
		}
		n++;
		bytes += item.size;
		buf_reset(&f->hash);
		buf_puts(&f->hash, item.key.hash);
		buf_reset(&f->range);
		buf_puts(&f->range, item.key.range);
		e = put_entry(f, &item, values);
	}
	return e;
}

/* This is nobody's request: no token says which tables it may see. */
static struct op_ctx
ours(const struct op_ctx *ctx, uint64_t space)
{
	struct op_ctx all = *ctx;

	all.tables = (struct str){ NULL, 0 };
	all.space = space;
	return all;
}

/* The index of an object that is alive, if it is being filled. */
static enum err
open_index(struct fill *f, uint64_t id)
{
	struct store_object table;
	struct op_ctx all;
	enum err e = store_object_at(f->ctx->store, id, f->ctx->arena, &f->o);

	if (e != ERR_OK || f->o.state != STORE_ALIVE)
		return e;
	e = store_object_at(f->ctx->store, f->o.parent, f->ctx->arena, &table);
	if (e != ERR_OK || table.state != STORE_ALIVE)
		return e;
	all = ours(f->ctx, table.space);
	if ((e = table_open(&all, table.name, &f->t)) != ERR_OK)
		return e;
	for (size_t i = 0; i < f->t.nall; i++)
		if (f->t.indexes[i].id == id && f->t.indexes[i].building)
			f->x = &f->t.indexes[i];
	return ERR_OK;
}

enum err
backfill_step(struct op_ctx *ctx, uint64_t index, bool *ret)
{
	struct fill f = { .ctx = ctx,
		.hash = BUF_INIT(KIB(4)),
		.range = BUF_INIT(KIB(4)) };
	struct store_key after;
	enum err e = open_index(&f, index);

	*ret = e == ERR_OK && f.x == NULL;
	if (e == ERR_OK && f.x != NULL)
		e = progress_read(ctx, f.o.def, &after);
	if (e == ERR_OK && f.x != NULL)
		e = walk(&f, &after);
	if (e == ERR_OK && f.x != NULL) {
		e = f.done ? finish(&f) : write_progress(&f);
		*ret = e == ERR_OK && f.done;
	}
	buf_free(&f.hash);
	buf_free(&f.range);
	return e;
}

enum err
backfill_begin(struct op_ctx *ctx, uint64_t index)
{
	bool done = false;
	enum err e = ERR_OK;

	for (int i = 0; i < BEGIN_STEPS && e == ERR_OK && !done; i++)
		e = backfill_step(ctx, index, &done);
	if (e == ERR_OK && !done)
		store_jobs_wanted(ctx->store);
	return e;
}

/* The first index of a space that is being filled: its object says how far
 * it is. */
static enum err
find_in_space(struct op_ctx *ctx, uint64_t space, uint64_t *ret)
{
	struct store_object some[16];
	struct str after = { NULL, 0 };
	uint64_t after_id = 0;
	size_t n = NELEM(some);
	enum err e = ERR_OK;

	*ret = 0;
	while (e == ERR_OK && n == NELEM(some) && *ret == 0) {
		e = store_object_list(ctx->store, space, STORE_INDEX,
		    STORE_ALIVE, after, after_id, NELEM(some), ctx->arena, some,
		    &n);
		for (size_t i = 0; i < n && e == ERR_OK && *ret == 0; i++)
			if (!str_eq(some[i].def, STR("{}")) &&
			    str_starts(some[i].def, STR("{\"hash\"")))
				*ret = some[i].id;
		if (e == ERR_OK && n > 0) {
			after = some[n - 1].name;
			after_id = some[n - 1].id;
		}
	}
	return e;
}

static enum err
find(struct op_ctx *ctx, uint64_t *ret)
{
	uint64_t space = 0;
	enum err e = ERR_OK;

	for (*ret = 0; e == ERR_OK && *ret == 0; space++) {
		e = store_space_next(ctx->store, STORE_ALIVE, space, &space);
		if (e == ERR_OK)
			e = find_in_space(ctx, space, ret);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- vector indexes of a version that kept none of them */

enum err
backfill_adopt(struct op_ctx *ctx, const struct store_object *o)
{
	struct op_ctx all = ours(ctx, o->space);
	uint64_t id = 1;
	enum err e = ERR_OK;

	while (e == ERR_OK && id != 0) {
		struct table t;

		if ((e = table_open_making(&all, o->name, &t)) == ERR_OK &&
		    (e = vector_adopt(&all, &t, &id)) == ERR_OK && id != 0)
			e = backfill_begin(&all, id);
	}
	return e;
}

static enum err
adopt_in_space(struct op_ctx *ctx, uint64_t space)
{
	struct store_object some[16];
	struct str after = { NULL, 0 };
	uint64_t after_id = 0;
	size_t n = NELEM(some);
	enum err e = ERR_OK;

	while (e == ERR_OK && n == NELEM(some)) {
		e = store_object_list(ctx->store, space, STORE_TABLE,
		    STORE_ALIVE, after, after_id, NELEM(some), ctx->arena, some,
		    &n);
		for (size_t i = 0; i < n && e == ERR_OK; i++)
			e = backfill_adopt(ctx, &some[i]);
		if (e == ERR_OK && n > 0) {
			after = some[n - 1].name;
			after_id = some[n - 1].id;
		}
	}
	return e;
}

/* Is there the mark of the schema's step that asks for it? */
static enum err
must_adopt(struct op_ctx *ctx, bool *ret)
{
	struct store_memo m;
	enum err e = store_memo_get(ctx->store, MEMO_MARK, STR("vectors"),
	    ctx->arena, &m);

	*ret = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
adopt_all(struct op_ctx *ctx)
{
	uint64_t space = 0;
	enum err e;

	for (;; space++) {
		e = store_space_next(ctx->store, STORE_ALIVE, space, &space);
		if (e != ERR_OK)
			break;
		if ((e = adopt_in_space(ctx, space)) != ERR_OK)
			return e;
	}
	return e != ERR_NOT_FOUND ?
	    e :
	    store_memo_delete(ctx->store, MEMO_MARK, STR("vectors"));
}

/* ---- the job */

static enum err
is_due(struct op_ctx *ctx, bool *ret)
{
	uint64_t index;
	enum err e = must_adopt(ctx, ret);

	if (e != ERR_OK || *ret)
		return e;
	if ((e = find(ctx, &index)) == ERR_OK)
		*ret = index != 0;
	return e;
}

static enum err
go_on(struct op_ctx *ctx, bool *ret_more)
{
	uint64_t index;
	bool old, done;
	enum err e;

	if ((e = must_adopt(ctx, &old)) == ERR_OK && old)
		e = adopt_all(ctx);
	if (e != ERR_OK || (e = find(ctx, &index)) != ERR_OK)
		return e;
	*ret_more = index != 0;
	return index == 0 ? ERR_OK : backfill_step(ctx, index, &done);
}

static enum err
step(struct op_ctx *ctx, bool *ret_more)
{
	bool more = false;
	enum err e;

	*ret_more = false;
	if ((e = job_begin(ctx, true)) != ERR_OK)
		return e;
	if ((e = job_end(ctx, go_on(ctx, &more))) == ERR_OK)
		*ret_more = more;
	return e;
}

const struct job job_backfill = {
	.name = "backfill",
	.due = is_due,
	.step = step,
};
