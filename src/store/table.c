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
 * A batch writes one table's items one after the other: their sum is written
 * once, when another table's turn comes or the transaction ends.
 */
enum err
tally_add(struct store *s, uint64_t tbl, int64_t items, int64_t bytes)
{
	enum err e;

	if (s->tally.tbl != tbl) {
		if ((e = tally_flush(s)) != ERR_OK)
			return e;
		s->tally.tbl = tbl;
		s->tally.items = s->tally.bytes = 0;
	}
	s->tally.items += items;
	s->tally.bytes += bytes;
	return ERR_OK;
}

enum err
tally_flush(struct store *s)
{
	sqlite3_stmt *q;
	enum err e;

	if (s->tally.tbl == 0 || (s->tally.items == 0 && s->tally.bytes == 0))
		return ERR_OK;
	if ((e = stmt_use(s, STMT_TALLY_ADD, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, s->tally.tbl);
	(void)sqlite3_bind_int64(q, 2, s->tally.items);
	(void)sqlite3_bind_int64(q, 3, s->tally.bytes);
	s->tally.tbl = 0;
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return store_fault(s, ERR_INTERNAL, "the table is gone");
	return ERR_OK;
}

enum err
store_table_get(struct store *s, uint64_t space, struct str name,
    struct arena *a, struct store_table *ret)
{
	struct store_table t = { .space = space };
	sqlite3_stmt *q;
	enum err e;
	bool row = false;

	if ((e = tally_flush(s)) != ERR_OK ||
	    (e = stmt_use(s, STMT_TABLE_GET, &q)) != ERR_OK)
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
	t.items = column_u64(q, 3);
	t.bytes = column_u64(q, 4);
	(void)sqlite3_reset(q);
	t.name = arena_str(a, name);
	if (t.name.p == NULL || t.def.p == NULL)
		return ERR_NO_MEMORY;
	*ret = t;
	return ERR_OK;
}

/* Where the name stands in the unique index, SQLite says so. */
static enum err
insert(struct store *s, sqlite3_stmt *q)
{
	int rc = sqlite3_step(q);

	(void)sqlite3_reset(q);
	if (rc == SQLITE_DONE)
		return ERR_OK;
	if (sqlite3_extended_errcode(s->db) == SQLITE_CONSTRAINT_UNIQUE)
		return ERR_IN_USE;
	return store_fail(s, rc);
}

enum err
store_table_create(struct store *s, struct store_table *t)
{
	struct log_entry entry = {
		.change = LOG_TABLE_CREATE,
		.name = t->name,
		.new = t->def,
	};
	uint64_t now = clock_wall_ns();
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, t->def.len)) != ERR_OK ||
	    (e = stmt_use(s, STMT_TABLE_CREATE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, t->space);
	bind_text(q, 2, t->name);
	bind_u64(q, 3, now);
	bind_blob(q, 4, t->def);
	if ((e = insert(s, q)) != ERR_OK)
		return e;
	entry.tbl = (uint64_t)sqlite3_last_insert_rowid(s->db);
	if ((e = stmt_use(s, STMT_TALLY_CREATE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, entry.tbl);
	if ((e = stmt_run(s, q)) != ERR_OK ||
	    (e = log_append(s, &entry)) != ERR_OK)
		return e;
	t->id = entry.tbl;
	t->created = now;
	return ERR_OK;
}

/* q has the id as its first parameter and changes the one row of it. */
static enum err
change(struct store *s, enum stmt id, const struct log_entry *entry)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, id, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, entry->tbl);
	if (entry->new.p != NULL)
		bind_blob(q, 2, entry->new);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return ERR_NOT_FOUND;
	return log_append(s, entry);
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
	enum err e = quota_check(s, t->def.len);

	return e != ERR_OK ? e : change(s, STMT_TABLE_UPDATE, &entry);
}

enum err
store_table_delete(struct store *s, const struct store_table *t)
{
	const struct log_entry entry = {
		.change = LOG_TABLE_DELETE,
		.tbl = t->id,
		.name = t->name,
		.old = t->def,
	};

	s->dead = true;
	return change(s, STMT_TABLE_DELETE, &entry);
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
