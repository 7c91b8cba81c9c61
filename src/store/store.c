/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/internal.h"

#define BUSY_MS      1000   /* another process recovers the WAL's index */
#define OPEN_MS      1000   /* for the first look */
#define KEY_MAX      KIB(8) /* a bound of a walk, with its successor byte */
#define RESERVE_PART 16     /* of the quota is kept for deletes */
#define RESERVE_MIN  64     /* pages */

int
store_library(void)
{
	static bool done;
	int rc;

	if (done)
		return SQLITE_OK;
	/*
	 * These fail only where the library is in use already, and then the
	 * store works with its defaults: slower, and (with other defaults
	 * than SQLite's own) opening files that the sandbox refuses.
	 */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
	(void)sqlite3_config(SQLITE_CONFIG_MMAP_SIZE, (sqlite3_int64)0,
	    (sqlite3_int64)0);
	/* A page is allocated when it is read.  SQLite would allocate 20
	 * ahead and touch each: as many page faults of a process that mostly
	 * reads seven. */
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	if ((rc = sqlite3_initialize()) == SQLITE_OK)
		rc = vfs_register();
	done = rc == SQLITE_OK;
	return rc;
}

bool
store_path(char *ret, const char *dir, const char *name)
{
	int n = snprintf(ret, STORE_PATH, "%s/%s", dir, name);

	return n > 0 && n < STORE_PATH;
}

static enum err
err_of(sqlite3 *db, int rc)
{
	int os;

	switch (rc & 0xff) {
	case SQLITE_OK:
		return ERR_OK;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_NOMEM:
		return ERR_NO_MEMORY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return ERR_BUSY;
	case SQLITE_READONLY:
		/* A reader that meets a WAL whose index is to be recovered. */
		rc = db == NULL ? rc : sqlite3_extended_errcode(db);
		return rc == SQLITE_READONLY_RECOVERY ||
			rc == SQLITE_READONLY_CANTINIT ||
			rc == SQLITE_READONLY_CANTLOCK ?
		    ERR_BUSY :
		    ERR_STORE;
	case SQLITE_SCHEMA:
		return ERR_STORE_VERSION;
	case SQLITE_IOERR:
		os = db == NULL ? 0 : sqlite3_system_errno(db);
		return os == EDQUOT || os == ENOSPC ? ERR_FULL : ERR_STORE;
	default:
		return ERR_STORE;
	}
}

enum err
store_fault(struct store *s, enum err e, const char *text)
{
	(void)snprintf(s->error, sizeof(s->error), "%s", text);
	if (s->tx == TX_WRITE)
		s->broken = true;
	return e;
}

enum err
store_fail(struct store *s, int rc)
{
	return store_fault(s, err_of(s->db, rc),
	    s->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(s->db));
}

const char *
store_library_version(void)
{
	return sqlite3_libversion();
}

const char *
store_error(const struct store *s)
{
	return s->error;
}

/*
 * A URI, because that alone takes readonly_shm.  All but the plainest
 * characters are escaped.
 */
static enum err
uri(struct buf *out, const char *path)
{
	BUF_LIT(out, "file:");
	for (const char *p = path; *p != '\0'; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr("/._-", *p) != NULL)
			buf_putc(out, *p);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*p);
	}
	BUF_LIT(out, "?mode=ro&readonly_shm=1");
	buf_put(out, "", 1);
	return buf_err(out);
}

static enum err
open_db(struct store *s)
{
	struct buf name CLEANUP(buf_free) = BUF_INIT(STORE_PATH * 4);
	char path[STORE_PATH];
	int rc;

	if (!store_path(path, s->conf->dir, STORE_DB))
		return store_fault(s, ERR_STORE, "the path is too long");
	if (s->mode == STORE_WRITE) {
		rc = sqlite3_open_v2(path, &s->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, VFS_WRITER);
	} else {
		if (uri(&name, path) != ERR_OK)
			return store_fault(s, buf_err(&name), "the path");
		rc = sqlite3_open_v2(name.p, &s->db,
		    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_URI,
		    VFS_READER);
	}
	return rc == SQLITE_OK ? ERR_OK : store_fail(s, rc);
}

static int
on_commit(void *arg, sqlite3 *db, const char *name, int frames)
{
	struct store *s = arg;

	(void)db;
	(void)name;
	if (frames < s->wal_frames) /* it was started again */
		s->wal_next = s->wal_step;
	s->wal_frames = frames;
	return SQLITE_OK;
}

static enum err
run(struct store *s, const char *sql)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_OK : store_fail(s, rc);
}

/*
 * The hard end is SQLite's, the end for puts lies before it: a delete writes
 * too, into the log and into the pages that it leaves half empty.
 */
static enum err
set_quota(struct store *s)
{
	uint64_t pages = s->conf->max_size / STORE_PAGE, reserve;
	char sql[64];

	if (s->conf->max_size == 0)
		return ERR_OK;
	if (pages > INT32_MAX)
		pages = INT32_MAX;
	reserve = pages / RESERVE_PART;
	if (reserve < RESERVE_MIN)
		reserve = RESERVE_MIN;
	s->pages_max = pages > reserve ? pages - reserve : 1;
	(void)snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %u",
	    (unsigned)pages);
	return run(s, sql);
}

static enum err
settle(struct store *s)
{
	unsigned char seed;

	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
	    NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_wal_autocheckpoint(s->db, 0);
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	/* The first call opens the system's source of random bytes. */
	sqlite3_randomness(sizeof(seed), &seed);
	return run(s, "PRAGMA temp_store = MEMORY");
}

static enum err
settle_writer(struct store *s)
{
	/* A commit is synced by wal_sync(), once the lock is free again. */
	const char *how = s->conf->sync_off ? "PRAGMA synchronous = OFF" :
					      "PRAGMA synchronous = NORMAL";
	enum err e;

	(void)sqlite3_wal_hook(s->db, on_commit, s);
	if ((e = run(s, how)) != ERR_OK ||
	    (e = run(s, "PRAGMA secure_delete = FAST")) != ERR_OK)
		return e;
	return set_quota(s);
}

static enum err
open_all(struct store *s, const char **reterr_text)
{
	char path[STORE_PATH];
	enum err e;

	if (s->mode == STORE_WRITE) {
		if (!store_path(path, s->conf->dir, STORE_LOCK) ||
		    (s->lock = lock_open(path, false)) < 0)
			return store_fault(s, ERR_STORE, "no lock file");
	}
	if ((e = open_db(s)) != ERR_OK || (e = settle(s)) != ERR_OK)
		return e;
	if ((e = schema_check(s->db, reterr_text)) != ERR_OK)
		return store_fault(s, e, *reterr_text);
	/* Looks at the version before anything else, opens the WAL and maps
	 * its index; the schema is read in the same transaction. */
	if ((e = store_begin(s, false, clock_ms() + OPEN_MS)) != ERR_OK)
		return e;
	if (s->mode == STORE_WRITE)
		e = settle_writer(s);
	if (e == ERR_OK)
		e = stmt_open(s);
	store_rollback(s);
	return e;
}

enum err
store_open(const struct store_conf *c, enum store_mode mode, struct store **ret,
    const char **reterr_text)
{
	static char text[STORE_TEXT];
	struct store *s;
	enum err e;

	if (store_library() != SQLITE_OK ||
	    (s = calloc(1, sizeof(*s))) == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	s->conf = c;
	s->mode = mode;
	s->lock = -1;
	s->dead = true;
	s->wal_next = s->wal_step = c->alone ? CKPT_ALONE : CKPT_FRAMES;
	s->cursor.lo = s->cursor.hi = BUF_INIT(KEY_MAX);
	if ((e = open_all(s, reterr_text)) != ERR_OK) {
		memcpy(text, s->error, sizeof(text));
		*reterr_text = text;
		store_close(s);
		return e;
	}
	*ret = s;
	return ERR_OK;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_rollback(s);
	stmt_close(s);
	(void)sqlite3_close(s->db);
	if (s->lock >= 0)
		(void)close(s->lock);
	buf_free(&s->cursor.lo);
	buf_free(&s->cursor.hi);
	free(s);
}
