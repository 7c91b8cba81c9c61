/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "base/clock.h"
#include "store/internal.h"

#define RETRY_NS 1000000 /* between two looks at a WAL that is recovered */
#define MEND_MS  100     /* that a reader waits for a writer to do it */

/*
 * The version is read by a statement that stays open, and an open statement
 * is a read transaction: a reader needs no BEGIN and no COMMIT.
 */
static enum err
look(struct store *s)
{
	sqlite3_stmt *q;
	enum err e;
	bool row = false;

	if ((e = stmt_use(s, STMT_VERSION, &q)) != ERR_OK ||
	    (e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row || column_u64(q, 0) != schema_nsteps)
		return store_fault(s, ERR_STORE_VERSION,
		    "the schema is of another version");
	return ERR_OK;
}

static enum err
begin_read(struct store *s, uint64_t deadline)
{
	const struct timespec nap = { .tv_nsec = RETRY_NS };
	enum err e;

	/*
	 * A reader can neither recover the WAL's index nor wait for a lock
	 * until another has done it: SQLite's busy handler is not called.
	 * The first writer to come does it, and mostly one is about to; else
	 * the caller can turn to a writer.
	 */
	if ((e = look(s)) == ERR_BUSY) {
		if (s->mode == STORE_READ && clock_left(deadline) > MEND_MS)
			deadline = clock_ms() + MEND_MS;
		do {
			(void)nanosleep(&nap, NULL);
		} while ((e = look(s)) == ERR_BUSY && clock_left(deadline) > 0);
	}
	s->tx = TX_READ;
	return e;
}

static enum err
begin_write(struct store *s, uint64_t deadline)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_BEGIN, &q)) != ERR_OK)
		return e;
	if ((e = lock_take(s->lock, deadline)) != ERR_OK)
		return store_fault(s, e, "the writers' lock");
	s->tx = TX_WRITE;
	if ((e = stmt_run(s, q)) != ERR_OK || (e = look(s)) != ERR_OK)
		return e;
	stmt_reset(s, STMT_VERSION);
	return ERR_OK;
}

/* Let go of what store_begin_old() may have kept. */
static void
drop_held(struct store *s)
{
	stmt_reset(s, STMT_VERSION);
	s->held = 0;
}

enum err
store_begin(struct store *s, bool write, uint64_t deadline)
{
	enum err e;

	if (s->tx != TX_NONE)
		return store_fault(s, ERR_INTERNAL, "a transaction is open");
	drop_held(s);
	s->tip.known = s->moved = false;
	s->first = 0;
	s->ntally = 0;
	s->broken = false;
	e = write ? begin_write(s, deadline) : begin_read(s, deadline);
	if (e != ERR_OK)
		store_rollback(s);
	return e;
}

/*
 * An open statement is a read transaction, also between two of ours: what it
 * sees stays as it was while others write.
 */
enum err
store_begin_old(struct store *s, uint64_t age_ms, uint64_t deadline)
{
	enum err e;

	if (s->mode != STORE_READ || age_ms == 0)
		return store_begin(s, false, deadline);
	if (s->tx != TX_NONE)
		return store_fault(s, ERR_INTERNAL, "a transaction is open");
	if (s->held == 0 || clock_ms() - s->held > age_ms) {
		if ((e = store_begin(s, false, deadline)) != ERR_OK)
			return e;
		s->held = clock_ms();
	}
	s->tx = TX_READ;
	s->hold = true;
	return ERR_OK;
}

/* What the reads of a transaction have left open. */
static void
reset_reads(struct store *s)
{
	if (s->cursor.q != NULL)
		(void)sqlite3_reset(TAKE(s->cursor.q));
	stmt_reset(s, STMT_ITEM_GET);
	if (s->hold)
		s->hold = false;
	else
		drop_held(s);
}

/*
 * What synchronous = FULL does inside of a commit, done behind it: the wait
 * for the disk is not spent holding the writers' lock, and one wait of the
 * disk serves all who have committed meanwhile.  Frames lie in the file in
 * the order of the commits, so this makes all before ours durable too; and
 * who copies them back and starts the WAL anew has synced first.
 */
static enum err
wal_sync(struct store *s)
{
	sqlite3_file *f = NULL;

	if (s->conf->sync_off)
		return ERR_OK;
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
		&f) != SQLITE_OK ||
	    f == NULL || f->pMethods == NULL ||
	    f->pMethods->xSync(f, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) !=
		SQLITE_OK)
		return store_fault(s, ERR_STORE, "the WAL cannot be synced");
	return ERR_OK;
}

static enum err
commit(struct store *s)
{
	const bool write = s->tx == TX_WRITE;
	sqlite3_stmt *q;
	enum err e = ERR_OK;

	if (write) {
		reset_reads(s);
		if (s->broken)
			e = ERR_STORE; /* store_error() says what it was */
		else if ((e = tally_flush(s)) == ERR_OK &&
		    (e = stmt_use(s, STMT_COMMIT, &q)) == ERR_OK)
			e = stmt_run(s, q);
		if (e == ERR_OK)
			s->commits++;
	}
	store_rollback(s);
	return e;
}

/*
 * Something was logged (tip.known), or somebody may wait for a job.  Behind
 * the sync: who is told may act.
 */
static void
tell(const struct store *s)
{
	if ((s->tip.known || s->moved) && s->conf->changed != NULL)
		s->conf->changed();
}

enum err
store_commit_unsynced(struct store *s)
{
	const bool write = s->tx == TX_WRITE;
	enum err e = commit(s);

	if (e == ERR_OK && write)
		tell(s);
	return e;
}

enum err
store_commit(struct store *s)
{
	const bool write = s->tx == TX_WRITE;
	enum err e = commit(s);

	if (e != ERR_OK || !write)
		return e;
	e = wal_sync(s);
	tell(s);
	return e;
}

void
store_rollback(struct store *s)
{
	sqlite3_stmt *q;

	reset_reads(s);
	if (s->tx == TX_WRITE) {
		/* Some failures have rolled back by themselves. */
		if (!sqlite3_get_autocommit(s->db) &&
		    stmt_use(s, STMT_ROLLBACK, &q) == ERR_OK) {
			(void)sqlite3_step(q);
			(void)sqlite3_reset(q);
		}
		lock_drop(s->lock);
	}
	s->tx = TX_NONE;
	s->actor = (struct store_actor){ 0 };
}

void
store_actor(struct store *s, const struct store_actor *a)
{
	s->actor = *a;
}
