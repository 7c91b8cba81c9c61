/* SPDX-License-Identifier: ISC */
#include "store/internal.h"

static enum err
change(struct store *s, enum stmt id, uint64_t idx,
    const struct store_entry *entry, bool *ret_done)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, id, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, idx);
	bind_blob(q, 2, entry->hash);
	bind_blob(q, 3, entry->range);
	bind_blob(q, 4, entry->item.hash);
	bind_blob(q, 5, entry->item.range);
	if ((e = stmt_run(s, q)) == ERR_OK)
		*ret_done = sqlite3_changes(s->db) == 1;
	return e;
}

enum err
store_entry_put(struct store *s, uint64_t idx, const struct store_entry *entry,
    uint64_t bytes)
{
	bool done;
	enum err e;

	if ((e = quota_check(s, entry->hash.len + entry->range.len)) !=
		ERR_OK ||
	    (e = change(s, STMT_ENTRY_PUT, idx, entry, &done)) != ERR_OK)
		return e;
	return done ? tally_add(s, idx, 1, (int64_t)bytes) : ERR_OK;
}

enum err
store_entry_delete(struct store *s, uint64_t idx,
    const struct store_entry *entry, uint64_t bytes)
{
	bool done;
	enum err e = change(s, STMT_ENTRY_DELETE, idx, entry, &done);

	if (e != ERR_OK || !done)
		return e;
	return tally_add(s, idx, -1, -(int64_t)bytes);
}

enum err
store_entry_resize(struct store *s, uint64_t idx, int64_t bytes)
{
	return tally_add(s, idx, 0, bytes);
}

/* The place of an entry among those of one hash key. */
struct place {
	struct str range;
	struct store_key item;
};

static void
bind_place(sqlite3_stmt *q, int at, const struct place *p)
{
	bind_blob(q, at, p->range);
	bind_blob(q, at + 1, p->item.hash);
	bind_blob(q, at + 2, p->item.range);
}

/* `from` on, up to but not `to`: what a range means in places. */
static enum err
walk_hash(struct store_cursor *c, const struct store_table *t,
    const struct store_range *r)
{
	struct place from = { .range = r->lo }, to = { .range = r->hi };
	const bool after = r->after.hash.p != NULL;
	sqlite3_stmt *q;
	enum stmt id;
	enum err e;

	if (r->lo.p != NULL && r->lo_excl)
		from.range = walk_successor(&c->lo, r->lo);
	if (r->hi.p != NULL && !r->hi_excl)
		to.range = walk_successor(&c->hi, r->hi);
	if (after && r->reverse &&
	    (to.range.p == NULL || str_cmp(r->after.range, to.range) < 0))
		to = (struct place){ r->after.range, r->after_item };
	if (after && !r->reverse &&
	    (from.range.p == NULL ||
		str_cmp(r->after.range, from.range) >= 0)) {
		from = (struct place){ r->after.range, r->after_item };
		from.item.range = walk_successor(&c->lo, r->after_item.range);
	}
	if ((e = buf_err(&c->lo)) != ERR_OK || (e = buf_err(&c->hi)) != ERR_OK)
		return e;
	if (to.range.p == NULL)
		id = r->reverse ? STMT_ENTRY_DOWN : STMT_ENTRY_UP;
	else
		id = r->reverse ? STMT_ENTRY_DOWN_TO : STMT_ENTRY_UP_TO;
	if ((e = stmt_use(c->store, id, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, t->id);
	bind_u64(q, 2, r->index);
	bind_blob(q, 3, r->hash);
	bind_place(q, 4, &from);
	if (to.range.p != NULL)
		bind_place(q, 7, &to);
	c->q = q;
	return ERR_OK;
}

static enum err
walk_all(struct store_cursor *c, const struct store_table *t,
    const struct store_range *r)
{
	struct str hash = r->from;
	struct place from = { 0 };
	sqlite3_stmt *q;
	enum err e;

	/* A segment's page starts at its own start or behind the last one. */
	if (r->after.hash.p != NULL &&
	    (hash.p == NULL || str_cmp(r->after.hash, hash) >= 0)) {
		hash = r->after.hash;
		from = (struct place){ r->after.range, r->after_item };
		from.item.range = walk_successor(&c->lo, r->after_item.range);
	}
	if ((e = buf_err(&c->lo)) != ERR_OK ||
	    (e = stmt_use(c->store,
		 r->to.p == NULL ? STMT_ENTRY_ALL : STMT_ENTRY_ALL_TO, &q)) !=
		ERR_OK)
		return e;
	bind_u64(q, 1, t->id);
	bind_u64(q, 2, r->index);
	bind_blob(q, 3, hash);
	bind_place(q, 4, &from);
	if (r->to.p != NULL)
		bind_blob(q, 7, r->to);
	c->q = q;
	return ERR_OK;
}

enum err
index_walk(struct store_cursor *c, const struct store_table *t,
    const struct store_range *r)
{
	return r->hash.p == NULL ? walk_all(c, t, r) : walk_hash(c, t, r);
}
