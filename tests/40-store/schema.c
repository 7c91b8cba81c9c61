/* SPDX-License-Identifier: ISC */
/*
 * schema.t - the file: how it is made, what is refused, how it is brought to
 * a newer version, and that a death on the way is no harm.
 */
#include <errno.h>
#include <fcntl.h>

#include "fixture.h"
#include "store/internal.h"
#include "tap.h"

static bool
sql(const char *text)
{
	sqlite3 *db = NULL;
	bool good;

	good = sqlite3_open(fix_path(STORE_DB), &db) == SQLITE_OK &&
	    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) ==
		SQLITE_OK &&
	    sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
	if (!good)
		printf("# %s: %s\n", text, sqlite3_errmsg(db));
	(void)sqlite3_close(db);
	return good;
}

static void
test_made(void)
{
	static const char magic[] = "SQLite format 3";
	unsigned char head[100] = { 0 };
	struct store *s;
	int fd;

	s = fix_open(STORE_WRITE);
	store_close(s);
	fd = open(fix_path(STORE_DB), O_RDONLY);
	is_int(pread(fd, head, sizeof(head), 0), 100, "a header");
	(void)close(fd);
	is_int(memcmp(head, magic, sizeof(magic)), 0, "of SQLite");
	is_int(head[16] << 8 | head[17], 4096, "pages of 4 KiB");
	ok(head[18] == 2 && head[19] == 2, "WAL");
	is_int(head[20], 48, "48 reserved bytes");
	is_int(head[63], (int)schema_nsteps, "the version");
	is_int(memcmp(head + 68, "DOOR", 4), 0, "ours");
}

/* A change of one byte of the header, seen by open and by prepare. */
static void
refused(off_t at, unsigned char byte, enum err want, const char *what)
{
	const char *text = NULL;
	unsigned char was;
	struct store *s;
	int fd;

	/* So that no newer copy of the first page lies in the WAL. */
	ok(sql("PRAGMA wal_checkpoint(TRUNCATE)"), "checkpoint");
	fd = open(fix_path(STORE_DB), O_RDWR);
	if (pread(fd, &was, 1, at) != 1 || pwrite(fd, &byte, 1, at) != 1)
		ok(false, "write");
	is_int(store_open(&fix_conf, STORE_READ, &s, &text), want,
	    "%s: refused to a reader", what);
	is_int(store_open(&fix_conf, STORE_WRITE, &s, &text), want,
	    "%s: to a writer", what);
	ok(text != NULL && text[0] != '\0', "%s", text == NULL ? "" : text);
	(void)unlink(fix_path(STORE_LOCK));
	is_int(store_prepare(&fix_conf, &text), want, "%s: prepare", what);
	if (pwrite(fd, &was, 1, at) != 1)
		ok(false, "write");
	(void)close(fd);
}

static void
test_refused(void)
{
	const char *text;
	struct store *s;
	char set[64];

	refused(0, 'X', ERR_STORE, "no database");
	refused(20, 32, ERR_STORE, "other reserved bytes");
	refused(20, 0, ERR_STORE, "no reserved bytes");
	refused(71, 'X', ERR_STORE, "another program's");
	s = fix_open(STORE_WRITE);
	ok(s != NULL, "and all is well again");
	store_close(s);
	(void)snprintf(set, sizeof(set), "PRAGMA user_version = %zu",
	    schema_nsteps + 1);
	ok(sql(set), "a newer version");
	is_int(store_open(&fix_conf, STORE_READ, &s, &text), ERR_STORE_VERSION,
	    "refused to a reader");
	is_int(store_open(&fix_conf, STORE_WRITE, &s, &text), ERR_STORE_VERSION,
	    "to a writer");
	(void)unlink(fix_path(STORE_LOCK));
	is_int(store_prepare(&fix_conf, &text), ERR_STORE_VERSION, "prepare");
	is_str(str_from(text), STR("doorward.db: was made by a newer doorward; use that, or "
		"another --home"),
	    "in words");
	(void)snprintf(set, sizeof(set), "PRAGMA user_version = %zu",
	    schema_nsteps);
	ok(sql(set), "back");
	fix_clear();
	ok(sql("CREATE TABLE x (y)"), "somebody's database");
	is_int(store_prepare(&fix_conf, &text), ERR_STORE, "is left alone");
	is_str(str_from(text),
	    STR("doorward.db: is no database of doorward; move it away, or "
		"use another --home"), "in words");
	fix_clear();
}

static void
test_directory(void)
{
	struct store_conf c = fix_conf;
	static char dir[5000];
	const char *text;
	struct store *s;

	c.dir = "/nonexistent/dir";
	is_int(store_prepare(&c, &text), ERR_STORE, "no directory");
	is_str(str_from(text), STR("doorward.lock: No such file or directory"),
	    "in words");
	memset(dir, '/', sizeof(dir) - 1);
	c.dir = dir;
	is_int(store_prepare(&c, &text), ERR_STORE, "too long");
	ok(symlink("/etc/passwd", fix_path(STORE_LOCK)) == 0, "a link");
	is_int(store_prepare(&fix_conf, &text), ERR_STORE, "is not followed");
	(void)unlink(fix_path(STORE_LOCK));
	(void)snprintf(dir, sizeof(dir), "%s", fix_dir);
	(void)snprintf(fix_dir, sizeof(fix_dir), "%.200s/%%41?x=1#\"'", dir);
	ok(mkdir(fix_dir, 0700) == 0, "a directory with characters of a URI");
	s = fix_open(STORE_READ);
	ok(s != NULL, "a reader finds it");
	store_close(s);
	fix_clear();
	ok(rmdir(fix_dir) == 0, "all was in there");
	(void)snprintf(fix_dir, sizeof(fix_dir), "%.200s", dir);
}

static int
starter(void *arg)
{
	struct store_table t;
	struct store *s;

	(void)arg;
	if ((s = fix_open(STORE_WRITE)) == NULL)
		return 1;
	if (fix_table(s, "t", &t) == ERR_OK)
		return 2; /* just one */
	store_close(s);
	return (s = fix_open(STORE_READ)) == NULL;
}

/* 32 first starts at once agree, and one of them makes the table. */
static void
test_together(void)
{
	int status, good = 0, made = 0;

	(void)fflush(stdout);
	for (int i = 0; i < 32; i++)
		if (fork() == 0)
			_exit(starter(NULL));
	while (wait(&status) > 0) {
		good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
		made += WIFEXITED(status) && WEXITSTATUS(status) == 2;
	}
	is_int(made, 1, "one made the table");
	is_int(good, 31, "the others found it");
	fix_clear();
}

/* A file of today with data, and the steps of a program to come. */
static void
test_migration(void)
{
	const size_t n = schema_nsteps;
	const char *steps[16];
	char colour[256], set[64];
	struct store *w, *r, *late;
	struct store_table t;
	const char *text;

	memcpy(steps, schema_steps, n * sizeof(steps[0]));
	(void)snprintf(colour, sizeof(colour),
	    "ALTER TABLE incarnation ADD COLUMN colour TEXT;"
	    "UPDATE incarnation SET colour = 'red';"
	    "PRAGMA user_version = %zu;",
	    n + 1);
	(void)snprintf(set, sizeof(set), "PRAGMA user_version = %zu", n);
	steps[n] = colour;
	steps[n + 1] = "CREATE TABLE broken (x); SELECT nonsense;";
	w = fix_open(STORE_WRITE);
	r = fix_open(STORE_READ);
	is_int(fix_table(w, "kept", &t), ERR_OK, "create");
	is_int(schema_prepare(&fix_conf, steps, n + 1, &text), ERR_OK,
	    "migrate");
	is_int(store_begin(r, false, fix_soon()), ERR_STORE_VERSION,
	    "an older reader ends");
	is_int(store_begin(w, true, fix_soon()), ERR_STORE_VERSION,
	    "an older writer ends");
	is_int(store_begin(w, false, fix_soon()), ERR_STORE_VERSION,
	    "whatever it wants");
	store_close(w);
	store_close(r);
	is_int(store_open(&fix_conf, STORE_READ, &late, &text),
	    ERR_STORE_VERSION, "an older program is refused");
	is_int(store_prepare(&fix_conf, &text), ERR_STORE_VERSION,
	    "before it opens");
	is_int(schema_prepare(&fix_conf, steps, n + 2, &text), ERR_STORE,
	    "a step that fails");
	is_int(schema_prepare(&fix_conf, steps, n + 1, &text), ERR_OK,
	    "leaves the version before it");
	ok(sql("CREATE TABLE broken (x); DROP TABLE broken"), "and no trace");
	ok(sql("SELECT 1 / (colour = 'red') FROM incarnation"), "the column");
	steps[n] = "CREATE TABLE other (x);"; /* sets no version */
	ok(sql(set), "back");
	(void)unlink(fix_path(STORE_LOCK));
	is_int(schema_prepare(&fix_conf, steps, n + 1, &text), ERR_STORE,
	    "a step must set its version");
	fix_clear();
}

/* A table and an item of version 1, as that version wrote them. */
static void
test_from_version_1(void)
{
	struct arena *a = arena_new(KIB(64));
	struct store_table t;
	const char *text;
	struct store *s;

	is_int(schema_prepare(&fix_conf, schema_steps, 1, &text), ERR_OK,
	    "a file of version 1");
	ok(sql("INSERT INTO incarnation (space, name, state, created, def)"
	       " VALUES (0, 'old', 1, 5, '{}'), (0, 'dead', 2, 5, '{}');"
	       "INSERT INTO tally VALUES (1, 1, 10), (2, 1, 10);"
	       "INSERT INTO item VALUES (1, x'68', x'', 10, 'text'),"
	       " (2, x'68', x'', 10, 'text')"),
	    "with a table and a dead one");
	s = fix_open(STORE_WRITE);
	ok(s != NULL, "opened");
	is_int(fix_begin(s, false), ERR_OK, "begin");
	ok(fix_count(s, "old", a, &t), "the table");
	is_int(t.items, 1, "its item");
	is_str(fix_text(s, &t, STR("h"), STR("")), STR("text"), "its text");
	store_rollback(s);
	while (store_tidy(s))
		;
	ok(sql("SELECT 1 / (count(*) = 1) FROM item"), "the dead are buried");
	store_close(s);
	arena_free(a);
	fix_clear();
}

/* Only what is missing is made; a note that lies costs nothing. */
static void
test_again(void)
{
	static const char *const names[] = { STORE_DB "-wal", STORE_DB "-shm",
		STORE_LOCK };
	struct store *s = fix_open(STORE_WRITE);
	struct store_table t;
	char cmd[600];

	is_int(fix_table(s, "kept", &t), ERR_OK, "create");
	store_close(s);
	for (size_t i = 0; i < NELEM(names); i++) {
		s = fix_open(STORE_WRITE);
		while (s != NULL && fix_table(s, names[i], &t) == ERR_OK &&
		    store_tidy(s))
			;
		store_close(s);
		/* All that is in the WAL goes into the file first. */
		ok(sql("PRAGMA wal_checkpoint(TRUNCATE)"), "checkpoint");
		(void)unlink(fix_path(names[i]));
		s = fix_open(STORE_READ);
		ok(s != NULL && access(fix_path(names[i]), F_OK) == 0,
		    "%s is made again", names[i]);
		store_close(s);
	}
	(void)snprintf(cmd, sizeof(cmd), "echo junk > %s",
	    fix_path(STORE_LOCK));
	is_int(system(cmd), 0, "junk in the lock file");
	s = fix_open(STORE_WRITE);
	is_int(fix_table(s, "kept", &t), ERR_IN_USE, "nothing is lost");
	store_close(s);
	fix_clear();
}

int
main(void)
{
	fix_start();
	test_made();
	test_refused();
	test_directory();
	test_together();
	test_migration();
	test_from_version_1();
	test_again();
	return tap_done();
}
