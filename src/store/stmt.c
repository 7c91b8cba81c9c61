/* SPDX-License-Identifier: ISC */
#include "store/internal.h"

#include <string.h>

enum need {
	READ,
	WRITE,
};

enum when {
	LATER,
	BOTH,
	WRITER,
};

static const struct {
	enum need need;
	enum when when;
	const char *sql;
} rows[] = {
#define STMT(id, need, when, sql) [STMT_##id] = { need, when, sql },
#include "store/stmt.tbl"
#undef STMT
};
_Static_assert(NELEM(rows) == STMT__MAX, "a row for each statement");

static enum err
prepare(struct store *s, enum stmt id)
{
	int rc;

	if (s->stmt[id] != NULL)
		return ERR_OK;
	if (rows[id].need == WRITE && s->mode != STORE_WRITE)
		return store_fault(s, ERR_INTERNAL, "a reader cannot write");
	rc = sqlite3_prepare_v3(s->db, rows[id].sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &s->stmt[id], NULL);
	return rc == SQLITE_OK ? ERR_OK : store_fail(s, rc);
}

enum err
stmt_open(struct store *s)
{
	enum err e = ERR_OK;

	for (unsigned i = 0; i < STMT__MAX && e == ERR_OK; i++)
		if (rows[i].when == BOTH ||
		    (rows[i].when == WRITER && s->mode == STORE_WRITE))
			e = prepare(s, i);
	return e;
}

void
stmt_close(struct store *s)
{
	for (unsigned i = 0; i < STMT__MAX; i++)
		(void)sqlite3_finalize(TAKE(s->stmt[i]));
}

enum err
stmt_use(struct store *s, enum stmt id, sqlite3_stmt **ret)
{
	enum err e;

	if ((e = prepare(s, id)) != ERR_OK)
		return e;
	*ret = s->stmt[id];
	return ERR_OK;
}

enum err
stmt_step(struct store *s, sqlite3_stmt *q, bool *ret_row)
{
	int rc = sqlite3_step(q);
	enum err e;

	if (rc == SQLITE_ROW) {
		*ret_row = true;
		return ERR_OK;
	}
	if (rc == SQLITE_DONE)
		*ret_row = false;
	e = rc == SQLITE_DONE ? ERR_OK : store_fail(s, rc);
	(void)sqlite3_reset(q); /* says again what step has said */
	return e;
}

enum err
stmt_run(struct store *s, sqlite3_stmt *q)
{
	bool row;

	return stmt_step(s, q, &row);
}

enum err
stmt_number(struct store *s, enum stmt id, int64_t *ret)
{
	sqlite3_stmt *q;
	enum err e;
	bool row = false;

	if ((e = stmt_use(s, id, &q)) != ERR_OK ||
	    (e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return store_fault(s, ERR_STORE, "a number is missing");
	*ret = sqlite3_column_int64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

void
stmt_reset(struct store *s, enum stmt id)
{
	if (s->stmt[id] != NULL)
		(void)sqlite3_reset(s->stmt[id]);
}

/*
 * Binding fails only for a bad index, a busy statement or a length past
 * SQLite's limit of 10^9 bytes: the value is NULL then, and NOT NULL
 * refuses the row.
 */
void
bind_u64(sqlite3_stmt *q, int at, uint64_t n)
{
	(void)sqlite3_bind_int64(q, at, (sqlite3_int64)n);
}

void
bind_blob(sqlite3_stmt *q, int at, struct str s)
{
	(void)sqlite3_bind_blob64(q, at, s.p == NULL ? "" : s.p, s.len,
	    SQLITE_STATIC);
}

void
bind_text(sqlite3_stmt *q, int at, struct str s)
{
	(void)sqlite3_bind_text64(q, at, s.p, s.len, SQLITE_STATIC,
	    SQLITE_UTF8);
}

struct str
column_str(sqlite3_stmt *q, int at)
{
	const char *p;

	if (sqlite3_column_type(q, at) == SQLITE_NULL)
		return (struct str){ NULL, 0 };
	/* SQLite gives NULL for an empty one. */
	p = sqlite3_column_blob(q, at);
	return (struct str){ p == NULL ? "" : p,
		(size_t)sqlite3_column_bytes(q, at) };
}

uint64_t
column_u64(sqlite3_stmt *q, int at)
{
	return (uint64_t)sqlite3_column_int64(q, at);
}
