/* SPDX-License-Identifier: ISC */
/*
 * crash.t - killed, and failed, at every system call.
 *
 * The test runs itself under strace, which kills it at the Nth call of a
 * kind or makes that call fail; then it looks at what is left.
 *	crash.t DIR make		make the files
 *	crash.t DIR write		put, batch, replace, delete, drop, tidy
 * Each step that was acknowledged is a byte in DIR/acks.
 * STORE_DEEP=1: every call; else every few.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "fixture.h"
#include "store/internal.h"
#include "tap.h"

#define STEPS 6

/* Each alters a file or what the others see of it. */
static const char *const calls[] = { "pwrite64", "fdatasync", "fsync",
	"ftruncate", "openat", "fcntl", "flock", "mmap", "close" };

static const char *const side[] = { "-wal", "-shm", "-journal" };
static const char *self;
static bool deep;

/* ---- the driver */

static struct store_table t;

static bool
acked(int fd, enum err e)
{
	if (e != ERR_OK)
		return false;
	return write(fd, "x", 1) == 1;
}

static enum err
end(struct store *s, enum err e)
{
	if (e == ERR_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

static enum err
step(struct store *s, int n)
{
	static char big[20000];
	struct store_table u = { .name = STR("second"), .def = STR("{}") };
	char key[8] = "k0";
	enum err e;

	if ((e = fix_begin(s, true)) != ERR_OK)
		return e;
	switch (n) {
	case 0:
		return end(s, fix_put(s, &t, STR("one"), STR(""), STR("1")));
	case 1:
		for (int i = 0; i < 25 && e == ERR_OK; i++) {
			key[1] = (char)('a' + i);
			e = fix_put(s, &t, STR("batch"), str_from(key),
			    (struct str){ big, 1000 });
		}
		return end(s, e);
	case 2:
		return end(s,
		    fix_put(s, &t, STR("one"), STR(""),
			(struct str){ big, sizeof(big) }));
	case 3:
		return end(s, fix_del(s, &t, STR("one"), STR("")));
	case 4:
		return end(s, store_table_create(s, &u));
	default:
		return end(s, store_table_delete(s, &t));
	}
}

/* 0: all was done; 3: a step failed, and said so. */
static int
drive(const char *dir, const char *what)
{
	struct arena *a = arena_new(MIB(1));
	const char *text = "";
	struct store *s = NULL;
	bool good;
	int fd;

	(void)snprintf(fix_dir, sizeof(fix_dir), "%s", dir);
	if (crypto_init() != ERR_OK || a == NULL)
		return 4;
	if (strcmp(what, "make") == 0)
		return store_prepare(&fix_conf, &text) == ERR_OK ? 0 : 3;
	fd = open(fix_path("acks"), O_WRONLY | O_APPEND);
	if (store_prepare(&fix_conf, &text) != ERR_OK ||
	    store_open(&fix_conf, STORE_WRITE, &s, &text) != ERR_OK)
		return 3;
	if (fix_begin(s, false) != ERR_OK ||
	    store_table_get(s, 0, STR("first"), a, &t) != ERR_OK)
		return 3;
	store_rollback(s);
	good = true;
	for (int i = 0; i < STEPS; i++) {
		good = good && acked(fd, step(s, i));
		/* A checkpoint in the middle, and a WAL that starts anew. */
		if (i == 2)
			s->wal_next = 1;
		(void)store_tidy(s);
	}
	while (store_tidy(s))
		;
	store_close(s);
	return good ? 0 : 3;
}

/* ---- what is left */

static bool
whole(void)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	bool good;

	good = sqlite3_open(fix_path(STORE_DB), &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &q, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0;
	(void)sqlite3_finalize(q);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_close(db);
	return good;
}

/* How many of the steps the store has, by the log: rows after the table's. */
static int
steps_of(uint64_t rows)
{
	static const uint64_t upto[] = { 1, 2, 27, 28, 29, 30, 31 };

	for (int i = 0; i <= STEPS; i++)
		if (rows == upto[i])
			return i;
	return -1;
}

/* The items and tables are those of the step that the log says. */
static bool
agrees(struct store *s, struct arena *a, int n)
{
	static const uint64_t items[] = { 0, 1, 26, 26, 25, 25, 0 };
	struct store_table got = { 0 }, second;
	bool first, other;

	first = fix_count(s, "first", a, &got);
	other = store_table_get(s, 0, STR("second"), a, &second) == ERR_OK;
	if (first != (n < 6) || other != (n >= 5) || got.items != items[n])
		return false;
	if (n == 6)
		return true;
	return (fix_text(s, &got, STR("one"), STR("")).p != NULL) ==
	    (n >= 1 && n < 4) &&
	    (fix_text(s, &got, STR("batch"), STR("ky")).p != NULL) == (n >= 2);
}

static const char *
left_over(bool made_only)
{
	struct store_log_check log = { 0 };
	struct arena *a = arena_new(MIB(1));
	const char *why = NULL;
	struct stat st = { 0 };
	struct store *s;
	int n;

	(void)stat(fix_path("acks"), &st);
	if ((s = fix_open(STORE_WRITE)) == NULL)
		return "it does not open";
	if (fix_begin(s, true) != ERR_OK ||
	    store_log_verify(s, 0, &log) != ERR_OK || log.bad != 0)
		why = "the chain is broken";
	else if (!made_only &&
	    ((n = steps_of(log.rows)) < st.st_size || n > st.st_size + 1))
		why = "an acknowledged step is lost, or one came from nowhere";
	else if (!made_only && !agrees(s, a, steps_of(log.rows)))
		why = "log and items do not agree";
	store_rollback(s);
	if (why == NULL && fix_table(s, "after", &t) != ERR_OK)
		why = "it takes no more";
	store_close(s);
	arena_free(a);
	return why != NULL ? why : whole() ? NULL : "integrity";
}

/* ---- injections */

static void
begin(bool made_only)
{
	struct store *s;

	fix_clear();
	(void)close(open(fix_path("acks"), O_WRONLY | O_CREAT, 0600));
	if (made_only)
		return;
	s = fix_open(STORE_WRITE);
	if (fix_table(s, "first", &t) != ERR_OK)
		ok(false, "create");
	store_close(s);
}

/*
 * Run the driver with a fault at the nth call.  False: it came to its end
 * without meeting it, or, for what a fault need not be fatal to, the call
 * does not exist that often.
 */
static bool
inject(const char *what, const char *call, const char *fault, int n,
    int *ret_status)
{
	char expr[128], trace[64], files[6][512];
	int status, nil;
	pid_t pid;

	(void)snprintf(trace, sizeof(trace), "trace=%s", call);
	(void)snprintf(expr, sizeof(expr), "inject=%s:%s:when=%d", call, fault,
	    n);
	/* Only calls on the store's own files count. */
	(void)snprintf(files[0], sizeof(files[0]), "%s", fix_dir);
	(void)snprintf(files[1], sizeof(files[1]), "%s", fix_path(STORE_DB));
	for (int i = 2; i < 5; i++)
		(void)snprintf(files[i], sizeof(files[i]), "%.256s/%s%s",
		    fix_dir, STORE_DB, side[i - 2]);
	(void)snprintf(files[5], sizeof(files[5]), "%s", fix_path(STORE_LOCK));
	(void)fflush(stdout);
	if ((pid = fork()) == 0) {
		nil = open("/dev/null", O_WRONLY);
		(void)dup2(nil, 1);
		(void)dup2(nil, 2);
		(void)execlp("strace", "strace", "-q", "-o", "/dev/null", "-P",
		    files[0], "-P", files[1], "-P", files[2], "-P", files[3],
		    "-P", files[4], "-P", files[5], "-e", trace, "-e", expr,
		    self, fix_dir, what, (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		return false;
	*ret_status = status;
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static void
test_kill(const char *what, const char *call)
{
	const char *why = NULL;
	bool often =
	    strcmp(call, "pwrite64") == 0 || strcmp(call, "fcntl") == 0;
	int n, status = 0, runs = 0, every = often && !deep ? 7 : 1;
	bool made_only = strcmp(what, "make") == 0;

	for (n = 1; n < 2000; n += every) {
		begin(made_only);
		if (!inject(what, call, "signal=SIGKILL", n, &status))
			break;
		runs++;
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			why = "not killed";
		else
			why = left_over(made_only);
		if (why != NULL)
			break;
	}
	ok(why == NULL, "%s, killed at %s: %d times%s%s", what, call, runs,
	    why == NULL ? "" : ": ", why == NULL ? "" : why);
	if (why != NULL)
		printf("# when=%d\n", n);
}

/*
 * A file that may not grow past n bytes: the write that would do so is a
 * short one, the next fails.
 */
static void
test_short(void)
{
	const char *why = NULL;
	int status = 0, runs = 0, failed = 0;
	struct rlimit r;
	rlim_t n;
	pid_t pid;

	(void)getrlimit(RLIMIT_FSIZE, &r);
	for (n = 40000; n < 300000 && why == NULL; n += deep ? 333 : 9973) {
		begin(false);
		(void)fflush(stdout);
		if ((pid = fork()) == 0) {
			(void)signal(SIGXFSZ, SIG_IGN);
			r.rlim_cur = n;
			(void)setrlimit(RLIMIT_FSIZE, &r);
			(void)execl(self, self, fix_dir, "write", (char *)NULL);
			_exit(127);
		}
		(void)waitpid(pid, &status, 0);
		runs++;
		if (!WIFEXITED(status) ||
		    (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3))
			why = "it died";
		else if ((why = left_over(false)) == NULL)
			failed += WEXITSTATUS(status) == 3;
	}
	ok(why == NULL && failed > 0, "short writes: %d times, %d failed%s%s",
	    runs, failed, why == NULL ? "" : ": ", why == NULL ? "" : why);
	if (why != NULL)
		printf("# at %lu bytes\n", (unsigned long)n);
}

/* It may only be said to be done if it is. */
static void
test_fail(const char *call, const char *fault)
{
	const char *why = NULL;
	int n, status = 0, runs = 0, failed = 0, most = deep ? 200 : 40;

	for (n = 1; n < most && why == NULL; n += deep ? 1 : 5) {
		begin(false);
		if (inject("write", call, fault, n, &status))
			failed++;
		runs++;
		if (!WIFEXITED(status) ||
		    (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3))
			why = "it died";
		else
			why = left_over(false);
	}
	ok(why == NULL, "%s %s: %d times, %d steps failed%s%s", call, fault,
	    runs, failed, why == NULL ? "" : ": ", why == NULL ? "" : why);
	if (why != NULL)
		printf("# when=%d status %x\n", n, (unsigned)status);
}

int
main(int argc, char **argv)
{
	int status = 0;

	if (argc == 3)
		return drive(argv[1], argv[2]);
	self = argv[0];
	deep = getenv("STORE_DEEP") != NULL;
	/* A death needs no disk: what was written is the kernel's. */
	if (!deep && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 0);
	/* The search for leaks does not work under a tracer. */
	(void)setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	fix_start();
	begin(false);
	ok(!inject("write", "pwrite64", "signal=SIGKILL", 60000, &status),
	    "the driver works");
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "under strace");
	ok(left_over(false) == NULL, "and leaves what it should");
	for (size_t i = 0; i < NELEM(calls); i++) {
		test_kill("write", calls[i]);
		test_kill("make", calls[i]);
	}
	test_fail("pwrite64", "error=EIO");
	test_fail("pwrite64", "error=ENOSPC");
	test_fail("pwrite64", "error=EDQUOT");
	test_fail("pwrite64", "error=EINTR");
	test_fail("fdatasync", "error=EIO");
	test_fail("fcntl", "error=EIO");
	test_fail("fcntl", "error=ENOLCK");
	test_fail("openat", "error=EMFILE");
	test_fail("fsync", "error=EIO");
	test_fail("ftruncate", "error=EIO");
	test_fail("pread64", "error=EIO");
	test_fail("mmap", "error=ENOMEM");
	test_fail("flock", "error=EINTR");
	test_short();
	return tap_done();
}
