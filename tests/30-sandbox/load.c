/* SPDX-License-Identifier: ISC */
/*
 * load.t - SQLite in sealed rooms that contend for one database.
 *
 * A filter that was written from a quiet run kills writers under load: they
 * sleep in the busy handler, grow -wal and -shm, restart the log, sort, wait
 * for a lock under a timer.  All of it happens here, and the record of
 * violations stays empty.
 */
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/time.h>

#include "inside.h"

#define WRITERS 6
#define READERS 3
#define COMMITS 40
#define BLOB    40000

static char db_path[128], db_uri[256], lock_path[128], record_path[128];

struct room {
	sqlite3 *db;
	sqlite3_stmt *stmt[4];
	int lock;
	bool fair; /* flock under a timer; else SQLite's busy handler */
};

static int
fail(const struct room *r, const char *what)
{
	(void)snprintf(shared->text, sizeof(shared->text), "%s: %s, errno %d",
	    what, r->db != NULL ? sqlite3_errmsg(r->db) : "", errno);
	return 1;
}

static void
on_alarm(int sig UNUSED)
{
}

static bool
run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* One step of a statement that gives at most one row. */
static int
step(sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW)
		rc = SQLITE_DONE;
	(void)sqlite3_reset(s);
	return rc;
}

/* As a room does: everything is opened and read once before the seal. */
static bool
room_open(struct room *r, bool writer)
{
	static const char *const sql[2][4] = {
		{ "BEGIN", "SELECT count(*), sum(length(v)) FROM t", "COMMIT",
		    "SELECT v FROM t ORDER BY v, n DESC LIMIT 3" },
		{ "BEGIN IMMEDIATE", "INSERT INTO t(v) VALUES (randomblob(?1))",
		    "COMMIT", "SELECT 1" },
	};
	struct sigaction sa = { .sa_handler = on_alarm };

	if (sqlite3_open_v2(writer ? db_path : db_uri, &r->db,
		writer ? SQLITE_OPEN_READWRITE :
			 SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
		NULL) != SQLITE_OK)
		return false;
	(void)sqlite3_busy_timeout(r->db, 20000);
	(void)sqlite3_db_config(r->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
	    NULL);
	if (!run(r->db,
		"PRAGMA temp_store=MEMORY; PRAGMA cache_size=-200;"
		"SELECT count(*) FROM t") ||
	    (writer &&
		!run(r->db,
		    "PRAGMA synchronous=FULL;"
		    "PRAGMA wal_autocheckpoint=0")))
		return false;
	for (size_t i = 0; i < NELEM(r->stmt); i++)
		if (sqlite3_prepare_v2(r->db, sql[writer][i], -1, &r->stmt[i],
			NULL) != SQLITE_OK)
			return false;
	r->lock = open(lock_path, O_RDWR | O_CLOEXEC);
	return r->lock >= 0 && sigaction(SIGALRM, &sa, NULL) == 0;
}

static bool
lock_wait(const struct room *r, int ms)
{
	struct itimerval t = { { 0, 0 }, { ms / 1000, ms % 1000 * 1000 } };
	struct itimerval off = { { 0, 0 }, { 0, 0 } };
	bool got;

	if (setitimer(ITIMER_REAL, &t, NULL) < 0)
		return false;
	got = flock(r->lock, LOCK_EX) == 0;
	return setitimer(ITIMER_REAL, &off, NULL) == 0 && got;
}

static int
write_some(void *p)
{
	struct room *r = p;

	for (int i = 0; i < COMMITS; i++) {
		if (r->fair && !lock_wait(r, 20000))
			return fail(r, "flock");
		(void)sqlite3_bind_int(r->stmt[1], 1, BLOB + i);
		if (step(r->stmt[0]) != SQLITE_DONE ||
		    step(r->stmt[1]) != SQLITE_DONE ||
		    step(r->stmt[2]) != SQLITE_DONE)
			return fail(r, "insert");
		/* The log starts again: under the lock that excludes all. */
		if (r->fair && i % 8 == 7 &&
		    sqlite3_wal_checkpoint_v2(r->db, NULL,
			i % 16 == 7 ? SQLITE_CHECKPOINT_PASSIVE :
				      SQLITE_CHECKPOINT_TRUNCATE,
			NULL, NULL) == SQLITE_ERROR)
			return fail(r, "checkpoint");
		if (r->fair && flock(r->lock, LOCK_UN) < 0)
			return fail(r, "unlock");
	}
	for (size_t i = 0; i < NELEM(r->stmt); i++)
		(void)sqlite3_finalize(r->stmt[i]);
	return sqlite3_close(r->db) == SQLITE_OK ? 0 : fail(r, "close");
}

static int
read_some(void *p)
{
	struct room *r = p;

	for (int i = 0; i < COMMITS; i++) {
		if (step(r->stmt[0]) != SQLITE_DONE ||
		    step(r->stmt[1]) != SQLITE_DONE ||
		    step(r->stmt[3]) != SQLITE_DONE ||
		    step(r->stmt[2]) != SQLITE_DONE)
			return fail(r, "select");
		(void)usleep(2000);
	}
	return 0;
}

static int
open_seal_run(struct room *r, bool writer)
{
	const char *why = "";

	if (!room_open(r, writer))
		return fail(r, "open");
	if (sandbox_seal(writer ? SANDBOX_WRITER : SANDBOX_READER, &why) !=
	    ERR_OK)
		return fail(r, why);
	return writer ? write_some(r) : read_some(r);
}

/* The worker: forks rooms that are all at it at once. */
static int
rooms(bool fair)
{
	pid_t pid[WRITERS + READERS];
	const char *why = "";
	int bad = 0;

	if (sandbox_enter(&inside_conf, &why) != ERR_OK)
		return INSIDE_NO_ENTER;
	for (int i = 0; i < WRITERS + READERS; i++)
		if ((pid[i] = fork()) == 0) {
			struct room r = { .fair = fair };

			_exit(open_seal_run(&r, i < WRITERS));
		}
	for (int i = 0; i < WRITERS + READERS; i++) {
		int status = inside_wait(pid[i]);

		if (status == 0)
			continue;
		bad++;
		(void)snprintf(shared->step, sizeof(shared->step),
		    "%s ended with %d", i < WRITERS ? "writer" : "reader",
		    status);
	}
	return bad;
}

static long
count(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	long n = -1;

	if (sqlite3_open(db_path, &db) != SQLITE_OK)
		return -1;
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = (long)sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return n;
}

static void
test_load(bool fair, long rows)
{
	const char *how = fair ? "flock and checkpoints" : "busy handler";
	struct stat st;
	pid_t pid;

	shared->text[0] = shared->step[0] = '\0';
	if ((pid = fork()) == 0)
		_exit(rooms(fair));
	if (!is_int(inside_wait(pid), 0, "%s: every room ends well", how))
		printf("# %s; %s\n", shared->step, shared->text);
	is_int(count("SELECT count(*) FROM t"), rows, "%s: every row is there",
	    how);
	is_int(count("SELECT count(*) FROM pragma_integrity_check "
		     "WHERE integrity_check = 'ok'"),
	    1, "%s: the database is whole", how);
	ok(stat(record_path, &st) == 0 && st.st_size == 0, "%s: no violation",
	    how);
}

/* The timer ends a wait for a lock that nobody gives back. */
static int
wait_sealed(void)
{
	struct room r = { 0 };
	const char *why = "";

	if (sandbox_enter(&inside_conf, &why) != ERR_OK ||
	    !room_open(&r, true) ||
	    sandbox_seal(SANDBOX_WRITER, &why) != ERR_OK)
		return fail(&r, why);
	return lock_wait(&r, 50) ? 1 : errno == EINTR ? 0 : 2;
}

static void
test_timer(void)
{
	int fd = open(lock_path, O_RDWR);
	pid_t pid;

	ok(fd >= 0 && flock(fd, LOCK_EX) == 0, "the lock is taken");
	if ((pid = fork()) == 0) {
		(void)alarm(20);
		_exit(wait_sealed());
	}
	is_int(inside_wait(pid), 0, "a timer bounds the wait for it");
	(void)close(fd);
}

/*
 * A process that has the database open, so that -wal and -shm stay.  Not
 * this one: no SQLite connection may cross a fork.
 */
static pid_t
holder(void)
{
	int ready[2];
	sqlite3 *db;
	char c;
	pid_t pid;

	if (pipe(ready) < 0)
		abort();
	if ((pid = fork()) == 0) {
		(void)alarm(120);
		if (sqlite3_open(db_path, &db) != SQLITE_OK ||
		    !run(db,
			"PRAGMA journal_mode=WAL;"
			"CREATE TABLE t(n INTEGER PRIMARY KEY, v BLOB);"
			"SELECT * FROM t") ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			(void)pause();
	}
	if (pid < 0)
		abort(); /* else its number would be everybody's */
	(void)close(ready[1]);
	ok(read(ready[0], &c, 1) == 1, "the database is held open");
	(void)close(ready[0]);
	return pid;
}

int
main(void)
{
	pid_t held;

	if (INSIDE_SKIP)
		return inside_skip();
	inside_init();
	(void)snprintf(db_path, sizeof(db_path), "%s/load.db", inside_dir);
	(void)snprintf(db_uri, sizeof(db_uri), "file:%s?mode=ro&readonly_shm=1",
	    db_path);
	(void)snprintf(lock_path, sizeof(lock_path), "%s/lock", inside_dir);
	(void)snprintf(record_path, sizeof(record_path),
	    "%s/" SANDBOX_VIOLATIONS, inside_dir);
	if (close(open(lock_path, O_RDWR | O_CREAT, 0600)) < 0)
		abort();
	held = holder();
	test_load(false, WRITERS * COMMITS);
	test_load(true, 2L * WRITERS * COMMITS);
	test_timer();
	(void)kill(held, SIGKILL);
	(void)inside_wait(held);
	return inside_done();
}
