/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "store/internal.h"

/*
 * Pages that a write may take beside those of its text: a split at each
 * level of the item's tree, the log's and the tally's.
 */
#define WRITE_PAGES 16

enum err
quota_check(struct store *s, size_t n)
{
	int64_t pages, unused;
	enum err e;

	if (s->pages_max == 0)
		return ERR_OK;
	if ((e = stmt_number(s, STMT_PAGES, &pages)) != ERR_OK ||
	    (e = stmt_number(s, STMT_PAGES_FREE, &unused)) != ERR_OK)
		return e;
	n = n / (STORE_PAGE - STORE_RESERVED) + WRITE_PAGES;
	if ((uint64_t)(pages - unused) + n > s->pages_max)
		return store_fault(s, ERR_FULL, "the quota is used up");
	return ERR_OK;
}

/*
 * A transaction mostly changes one table and its indexes, item by item:
 * their sums are written once, when there is no more room or at its end.
 */
enum err
tally_add(struct store *s, uint64_t tbl, int64_t items, int64_t bytes)
{
	size_t i = 0;
	enum err e;

	while (i < s->ntally && s->tally[i].tbl != tbl)
		i++;
	if (i == TALLIES) {
		if ((e = tally_flush(s)) != ERR_OK)
			return e;
		i = 0;
	}
	if (i == s->ntally) {
		s->ntally++;
		s->tally[i].tbl = tbl;
		s->tally[i].items = s->tally[i].bytes = 0;
	}
	s->tally[i].items += items;
	s->tally[i].bytes += bytes;
	return ERR_OK;
}

enum err
tally_flush(struct store *s)
{
	sqlite3_stmt *q;
	enum err e;

	while (s->ntally > 0) {
		size_t i = --s->ntally;

		if (s->tally[i].items == 0 && s->tally[i].bytes == 0)
			continue;
		if ((e = stmt_use(s, STMT_TALLY_ADD, &q)) != ERR_OK)
			return e;
		bind_u64(q, 1, s->tally[i].tbl);
		(void)sqlite3_bind_int64(q, 2, s->tally[i].items);
		(void)sqlite3_bind_int64(q, 3, s->tally[i].bytes);
		if ((e = stmt_run(s, q)) != ERR_OK)
			return e;
		if (sqlite3_changes(s->db) != 1)
			return store_fault(s, ERR_INTERNAL,
			    "the table is gone");
	}
	return ERR_OK;
}

enum err
tally_create(struct store *s, uint64_t tbl)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_TALLY_CREATE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, tbl);
	return stmt_run(s, q);
}

enum err
store_table_get(struct store *s, uint64_t space, struct str name,
    struct arena *a, struct store_table *ret)
{
	struct store_table t = { .space = space };
	sqlite3_stmt *q;
	enum err e;
	bool row = false;

	if ((e = stmt_use(s, STMT_TABLE_GET, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, space);
	bind_text(q, 2, name);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return ERR_NOT_FOUND;
	t.id = column_u64(q, 0);
	t.created = column_u64(q, 1);
	t.def = arena_str(a, column_str(q, 2));
	(void)sqlite3_reset(q);
	t.name = arena_str(a, name);
	if (t.name.p == NULL || t.def.p == NULL)
		return ERR_NO_MEMORY;
	*ret = t;
	return ERR_OK;
}

enum err
store_table_count(struct store *s, struct store_table *t)
{
	return store_object_count(s, t->id, &t->items, &t->bytes);
}

enum err
store_table_create(struct store *s, struct store_table *t)
{
	struct store_object o = {
		.space = t->space,
		.kind = STORE_TABLE,
		.name = t->name,
		.def = t->def,
	};
	enum err e = store_object_create(s, &o);

	if (e != ERR_OK)
		return e;
	t->id = o.id;
	t->created = o.created;
	return ERR_OK;
}

enum err
store_table_update(struct store *s, const struct store_table *t)
{
	const struct log_entry entry = {
		.change = LOG_TABLE_UPDATE,
		.tbl = t->id,
		.name = t->name,
		.new = t->def,
	};
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, t->def.len)) != ERR_OK ||
	    (e = stmt_use(s, STMT_TABLE_UPDATE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, t->id);
	bind_blob(q, 2, t->def);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return ERR_NOT_FOUND;
	return log_append(s, &entry);
}

static enum err
end_table(struct store *s, const struct store_table *t, enum store_state state)
{
	const struct store_object o = {
		.id = t->id,
		.kind = STORE_TABLE,
		.name = t->name,
		.def = t->def,
	};

	return store_object_end(s, &o, state);
}

enum err
store_table_delete(struct store *s, const struct store_table *t)
{
	return end_table(s, t, STORE_DEAD);
}

enum err
store_table_set_aside(struct store *s, const struct store_table *t)
{
	return end_table(s, t, STORE_CLOSED);
}

enum err
store_table_list(struct store *s, uint64_t space, struct str after, size_t max,
    struct arena *a, struct str *ret_names, size_t *ret_n)
{
	sqlite3_stmt *q;
	size_t n = 0;
	enum err e;
	bool row;

	if ((e = stmt_use(s, STMT_TABLE_LIST, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, space);
	bind_text(q, 2, after.p == NULL ? STR("") : after);
	bind_u64(q, 3, max);
	for (;;) {
		if ((e = stmt_step(s, q, &row)) != ERR_OK)
			return e;
		if (!row)
			break;
		ret_names[n] = arena_str(a, column_str(q, 0));
		if (ret_names[n++].p == NULL) {
			(void)sqlite3_reset(q);
			return ERR_NO_MEMORY;
		}
	}
	*ret_n = n;
	return ERR_OK;
}
