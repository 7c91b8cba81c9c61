/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/internal.h"

#define HINT_MAX 64

const char *const schema_steps[] = {
#define STEP(...) __VA_ARGS__,
#include "store/schema.tbl"
#undef STEP
};
const size_t schema_nsteps = NELEM(schema_steps);

static const char not_ours[] = STORE_DB
    ": is no database of doorward; move it away, or use another --home";

/* What failed, in SQLite's words and the system's. */
static enum err
fail(sqlite3 *db, enum err e, const char *what, const char **reterr_text)
{
	static char text[STORE_TEXT];
	const int rc =
	    db == NULL ? SQLITE_CANTOPEN : sqlite3_errcode(db) & 0xff;
	int os = db == NULL ? errno : sqlite3_system_errno(db);

	if (rc == SQLITE_NOTADB) {
		*reterr_text = not_ours;
		return e;
	}
	/* Of other failures it is what came before. */
	if (rc != SQLITE_CANTOPEN && rc != SQLITE_IOERR)
		os = 0;
	/* SQLite tries once more without O_CREAT, and says what comes then. */
	if (db != NULL && os == ENOENT)
		os = EACCES;
	(void)snprintf(text, sizeof(text), "%.64s%s%.120s%s%s", what,
	    db == NULL ? "" : ": ", db == NULL ? "" : sqlite3_errmsg(db),
	    os == 0 ? "" : ": ", os == 0 ? "" : strerror(os));
	*reterr_text = text;
	return e;
}

/* One number, or -1. */
static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	(void)sqlite3_finalize(q);
	return n;
}

static bool
run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/*
 * The database file format, sqlite.org/fileformat.html, 1.3.  The bytes come
 * through SQLite's own descriptor: another one's close would drop its locks.
 */
enum err
schema_check(sqlite3 *db, const char **reterr_text)
{
	static const unsigned char application[4] = { 'D', 'O', 'O', 'R' };
	unsigned char head[72];
	sqlite3_file *f = NULL;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &f) !=
		SQLITE_OK ||
	    f == NULL || f->pMethods == NULL ||
	    f->pMethods->xRead(f, head, sizeof(head), 0) != SQLITE_OK) {
		*reterr_text = "the database's header cannot be read";
		return ERR_STORE;
	}
	if (memcmp(head, "SQLite format 3", 16) != 0 ||
	    memcmp(head + 68, application, sizeof(application)) != 0) {
		*reterr_text = not_ours;
		return ERR_STORE;
	}
	if (head[18] != 2 || head[19] != 2) {
		*reterr_text = "the database is not in WAL mode";
		return ERR_STORE;
	}
	if (head[20] != STORE_RESERVED) {
		*reterr_text = "the database's pages have no reserved bytes";
		return ERR_STORE;
	}
	return ERR_OK;
}

static enum err
migrate(sqlite3 *db, const char *const *steps, size_t nsteps,
    const char **reterr_text)
{
	int64_t at = number(db, "PRAGMA user_version");

	if (at < 0)
		return fail(db, ERR_STORE, STORE_DB ", version", reterr_text);
	if ((uint64_t)at > nsteps) {
		*reterr_text = STORE_DB ": was made by a newer doorward; "
					"use that, or another --home";
		return ERR_STORE_VERSION;
	}
	for (; (uint64_t)at < nsteps; at++)
		if (!run(db, "BEGIN IMMEDIATE") || !run(db, steps[at]) ||
		    number(db, "PRAGMA user_version") != at + 1 ||
		    !run(db, "COMMIT"))
			return fail(db, ERR_STORE, STORE_DB ", migration",
			    reterr_text);
	return ERR_OK;
}

/*
 * Until its first page is written a file can be given its page size and its
 * reserved bytes; the application id is what writes that page.  Only then
 * comes WAL.  A process that dies on the way leaves a file that the next one
 * takes up where it is.
 */
static enum err
settle(const struct store_conf *c, sqlite3 *db, const char **reterr_text)
{
	int reserve = STORE_RESERVED;
	char sql[64];

	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_wal_autocheckpoint(db, 0);
	(void)sqlite3_busy_timeout(db, LIMIT_LOCK_MS);
	if (!run(db, "PRAGMA temp_store = MEMORY") ||
	    !run(db,
		c->sync_off ? "PRAGMA synchronous = OFF" :
			      "PRAGMA synchronous = FULL"))
		return fail(db, ERR_STORE, STORE_DB, reterr_text);
	if (number(db, "PRAGMA page_count") == 0) {
		(void)snprintf(sql, sizeof(sql),
		    "PRAGMA page_size = %d; PRAGMA application_id = %d",
		    STORE_PAGE, STORE_APPLICATION);
		if (sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES,
			&reserve) != SQLITE_OK ||
		    !run(db, sql))
			return fail(db, ERR_STORE, STORE_DB ", create",
			    reterr_text);
	}
	if (number(db, "PRAGMA application_id") != STORE_APPLICATION) {
		*reterr_text = not_ours;
		return ERR_STORE;
	}
	if (!run(db, "PRAGMA journal_mode = WAL"))
		return fail(db, ERR_STORE, STORE_DB ", WAL", reterr_text);
	return ERR_OK;
}

static enum err
make(const struct store_conf *c, const char *path, const char *const *steps,
    size_t nsteps, const char **reterr_text)
{
	sqlite3 *db = NULL;
	mode_t mask;
	enum err e;

	/* SQLite asks for 0644, and gives -wal and -shm the file's mode. */
	mask = umask(077);
	if (sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX,
		"unix") != SQLITE_OK)
		e = fail(db, ERR_STORE, STORE_DB, reterr_text);
	else if ((e = settle(c, db, reterr_text)) == ERR_OK &&
	    (e = migrate(db, steps, nsteps, reterr_text)) == ERR_OK) {
		/* So that the header is in the file, and a cold reader's
		 * work small. */
		(void)sqlite3_wal_checkpoint_v2(db, NULL,
		    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		e = schema_check(db, reterr_text);
	}
	(void)sqlite3_close(db);
	(void)umask(mask);
	return e;
}

static bool
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = fsync(fd) == 0;
	(void)close(fd);
	return done;
}

/*
 * The lock file holds a note of what was last found there.  While all four
 * files are there and the note fits, nothing needs to be opened.  What it is
 * wrong about store_open() finds: it costs an error, never data.
 */
static bool
hint(char ret[HINT_MAX], const char *dir, size_t version)
{
	char path[STORE_PATH];
	struct stat st, side;

	if (!store_path(path, dir, STORE_DB "-wal") || stat(path, &side) != 0 ||
	    !store_path(path, dir, STORE_DB "-shm") || stat(path, &side) != 0 ||
	    !store_path(path, dir, STORE_DB) || stat(path, &st) != 0)
		return false;
	memset(ret, '\n', HINT_MAX);
	(void)snprintf(ret, HINT_MAX, "schema %zu inode %llu", version,
	    (unsigned long long)st.st_ino);
	return true;
}

static bool
is_ready(const char *dir, const char *lock, size_t version)
{
	char want[HINT_MAX], have[HINT_MAX];
	bool same;
	int fd;

	if (!hint(want, dir, version) ||
	    (fd = open(lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return false;
	same = pread(fd, have, sizeof(have), 0) == sizeof(have) &&
	    memcmp(have, want, sizeof(have)) == 0;
	(void)close(fd);
	return same;
}

enum err
schema_prepare(const struct store_conf *c, const char *const *steps,
    size_t nsteps, const char **reterr_text)
{
	char path[STORE_PATH], lock[STORE_PATH], note[HINT_MAX];
	enum err e;
	int fd;

	if (store_library() != SQLITE_OK) {
		*reterr_text = "SQLite cannot be initialised";
		return ERR_STORE;
	}
	if (!store_path(path, c->dir, STORE_DB) ||
	    !store_path(lock, c->dir, STORE_LOCK)) {
		*reterr_text = "the data directory's path is too long";
		return ERR_STORE;
	}
	if (is_ready(c->dir, lock, nsteps))
		return ERR_OK;
	if ((fd = lock_open(lock, true)) < 0)
		return fail(NULL, ERR_STORE, STORE_LOCK, reterr_text);
	if ((e = lock_take(fd, clock_ms() + LIMIT_LOCK_MS)) != ERR_OK) {
		(void)close(fd);
		*reterr_text = "the writers' lock is not free";
		return e;
	}
	e = make(c, path, steps, nsteps, reterr_text);
	if (e == ERR_OK && !sync_dir(c->dir))
		e = fail(NULL, ERR_STORE, "directory", reterr_text);
	if (e == ERR_OK && hint(note, c->dir, nsteps))
		/* If it is not written, the next process looks again. */
		(void)!pwrite(fd, note, sizeof(note), 0);
	(void)close(fd);
	return e;
}

enum err
store_prepare(const struct store_conf *c, const char **reterr_text)
{
	return schema_prepare(c, schema_steps, schema_nsteps, reterr_text);
}
