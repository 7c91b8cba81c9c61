/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "store/internal.h"

#define TIDY_MS    1000   /* wait for the lock */
#define DEAD_ROWS  500    /* in one go */
#define DEAD_BYTES MIB(4) /* the same */
#define LOOK_EVERY 256    /* commits: who deleted a table may have died */

/*
 * PASSIVE: it waits for nobody and goes as far as the oldest reader lets it.
 * The file keeps its blocks, the next writer starts it from the front.
 */
static bool
checkpoint(struct store *s)
{
	int rc, left = 0, done = 0;

	if (s->wal_frames < s->wal_next ||
	    lock_take(s->lock, clock_ms() + TIDY_MS) != ERR_OK)
		return false;
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
	    &left, &done);
	lock_drop(s->lock);
	/* The next commit starts the WAL again.  If a reader does not let it,
	 * nothing is gained by coming back at once. */
	s->wal_next = s->wal_frames + s->wal_step;
	if (rc != SQLITE_OK || done <= 0)
		return false;
	s->checkpoints++;
	return true;
}

/*
 * Find where a chunk of a dead table ends: up to DEAD_ROWS rows and about
 * DEAD_BYTES.  True: q is bound to delete it; false: what is left is less.
 */
static enum err
chunk(struct store *s, uint64_t tbl, sqlite3_stmt *q, bool *ret_bound)
{
	sqlite3_stmt *keys;
	uint64_t bytes = 0, rows = 0;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_DEAD_KEYS, &keys)) != ERR_OK)
		return e;
	bind_u64(keys, 1, tbl);
	bind_u64(keys, 2, DEAD_ROWS);
	while ((e = stmt_step(s, keys, &row)) == ERR_OK && row) {
		bytes += column_u64(keys, 2);
		if (++rows < DEAD_ROWS && bytes < DEAD_BYTES)
			continue;
		(void)sqlite3_bind_value(q, 2, sqlite3_column_value(keys, 0));
		(void)sqlite3_bind_value(q, 3, sqlite3_column_value(keys, 1));
		break;
	}
	(void)sqlite3_reset(keys);
	*ret_bound = row;
	return e;
}

static enum err
run_on(struct store *s, enum stmt id, uint64_t tbl)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, id, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, tbl);
	return stmt_run(s, q);
}

/* The entries of a dead index, DEAD_ROWS of them; *ret_more: not yet all. */
static enum err
bury_entries(struct store *s, uint64_t idx, bool *ret_more)
{
	sqlite3_stmt *end, *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_DEAD_ENTRY_END, &end)) != ERR_OK ||
	    (e = stmt_use(s, STMT_DEAD_ENTRIES, &q)) != ERR_OK)
		return e;
	bind_u64(end, 1, idx);
	bind_u64(end, 2, DEAD_ROWS - 1);
	if ((e = stmt_step(s, end, &row)) != ERR_OK)
		return e;
	*ret_more = row;
	if (!row)
		return run_on(s, STMT_DEAD_ENTRY_REST, idx);
	bind_u64(q, 1, idx);
	for (int i = 0; i < 4; i++)
		(void)sqlite3_bind_value(q, 2 + i,
		    sqlite3_column_value(end, i));
	(void)sqlite3_reset(end);
	return stmt_run(s, q);
}

/* The same of the counters of a dead table's collections. */
static enum err
bury_collections(struct store *s, uint64_t tbl, bool *ret_more)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_DEAD_COLLECTIONS, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, tbl);
	bind_u64(q, 2, DEAD_ROWS);
	if ((e = stmt_run(s, q)) == ERR_OK)
		*ret_more = sqlite3_changes(s->db) == DEAD_ROWS;
	return e;
}

static enum err
bury_some(struct store *s)
{
	sqlite3_stmt *q;
	bool bound, more;
	uint64_t tbl;
	enum err e;

	if ((e = stmt_use(s, STMT_DEAD_NEXT, &q)) != ERR_OK ||
	    (e = stmt_step(s, q, &s->dead)) != ERR_OK || !s->dead)
		return e;
	tbl = column_u64(q, 0);
	(void)sqlite3_reset(q);
	if ((e = stmt_use(s, STMT_DEAD_CHUNK, &q)) != ERR_OK ||
	    (e = chunk(s, tbl, q, &bound)) != ERR_OK)
		return e;
	if (bound)
		return run_on(s, STMT_DEAD_CHUNK, tbl);
	if ((e = bury_entries(s, tbl, &more)) != ERR_OK || more ||
	    (e = bury_collections(s, tbl, &more)) != ERR_OK || more)
		return e;
	if ((e = run_on(s, STMT_DEAD_REST, tbl)) != ERR_OK ||
	    (e = run_on(s, STMT_DEAD_TALLY, tbl)) != ERR_OK)
		return e;
	return run_on(s, STMT_DEAD_REMOVE, tbl);
}

/* One whose process was killed waits for somebody to say so. */
static void
find_jobs(struct store *s)
{
	sqlite3_stmt *q;
	bool found = false;

	if (stmt_use(s, STMT_JOB_OLDEST, &q) == ERR_OK &&
	    stmt_step(s, q, &found) == ERR_OK && found)
		s->jobs = true;
	stmt_reset(s, STMT_JOB_OLDEST);
}

/* Looks first without the lock: mostly there is nothing to do. */
static bool
bury(struct store *s)
{
	sqlite3_stmt *q;
	bool found = false;

	if (store_begin(s, false, clock_ms()) != ERR_OK)
		return false;
	if (stmt_use(s, STMT_DEAD_NEXT, &q) == ERR_OK &&
	    stmt_step(s, q, &found) == ERR_OK)
		s->dead = found;
	stmt_reset(s, STMT_DEAD_NEXT);
	find_jobs(s);
	store_rollback(s);
	s->commits = 0;
	if (!found || store_begin(s, true, clock_ms() + TIDY_MS) != ERR_OK)
		return false;
	if (bury_some(s) == ERR_OK)
		return store_commit(s) == ERR_OK;
	store_rollback(s);
	return false;
}

bool
store_tidy(struct store *s)
{
	bool did = false;

	if (s->mode != STORE_WRITE || s->tx != TX_NONE)
		return false;
	if (s->dead || s->commits >= LOOK_EVERY)
		did = bury(s);
	return checkpoint(s) || did;
}

/* Readers that come meanwhile wait a moment; none is waited for. */
void
store_rest(struct store *s)
{
	if (s->mode != STORE_WRITE || s->tx != TX_NONE ||
	    lock_take(s->lock, clock_ms() + TIDY_MS) != ERR_OK)
		return;
	(void)sqlite3_busy_timeout(s->db, 0);
	if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
		NULL, NULL) == SQLITE_OK)
		s->checkpoints++;
	lock_drop(s->lock);
}
