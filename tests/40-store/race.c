/* SPDX-License-Identifier: ISC */
/*
 * race.t - 32 processes write at once, are killed at any moment, tidy up in
 * between; nothing that was acknowledged is lost, and nobody starves.
 * STORE_DEEP=n: n times as long.
 */
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>

#include "fixture.h"
#include "tap.h"

#define WRITERS     32
#define TURNS       3
#define PATIENCE_MS 60000

static struct store_table t;

/* What each writer was told, in memory that its death leaves. */
static struct tally {
	volatile uint32_t acked;   /* puts that were committed */
	volatile uint32_t longest; /* ms that one put took */
	volatile bool wrong;
} * tallies;

static int
deep(void)
{
	const char *v = getenv("STORE_DEEP");

	return v == NULL ? 1 : atoi(v);
}

static struct str
key_of(char buf[16], unsigned who, uint32_t n)
{
	int len = snprintf(buf, 16, "%02u-%u", who, n);

	return (struct str){ buf, (size_t)len };
}

/* Puts its keys one after the other, the first one that was not acked first:
 * it may be there. */
static void NORETURN
writer(unsigned who)
{
	struct tally *me = &tallies[who];
	struct store *s = fix_open(STORE_WRITE);
	uint64_t start;
	char buf[16];

	while (s != NULL && !me->wrong) {
		struct str key = key_of(buf, who, me->acked);

		start = clock_ms();
		if (fix_begin(s, true) != ERR_OK ||
		    fix_put(s, &t, key, STR("r"), key) != ERR_OK ||
		    store_commit(s) != ERR_OK) {
			me->wrong = true;
			break;
		}
		me->acked++;
		if (clock_ms() - start > me->longest)
			me->longest = (uint32_t)(clock_ms() - start);
		(void)store_tidy(s);
	}
	printf("# writer %u: %s\n", who, s == NULL ? "open" : store_error(s));
	(void)fflush(stdout);
	_exit(1);
}

/* Walks all the time: it sees as many as were acked before, and whole. */
static void NORETURN
reader(void)
{
	struct tally *me = &tallies[WRITERS];
	struct store *s = fix_open(STORE_READ);
	const struct store_range all = { 0 };
	struct store_cursor *c;
	struct store_item it;
	uint32_t before, n;
	bool more;

	while (s != NULL && !me->wrong) {
		before = 0;
		for (unsigned i = 0; i < WRITERS; i++)
			before += tallies[i].acked;
		n = 0;
		if (fix_begin(s, false) != ERR_OK ||
		    store_walk(s, &t, &all, &c) != ERR_OK)
			break;
		while (store_walk_next(c, &it, &more) == ERR_OK && more)
			n += str_eq(it.text, it.key.hash);
		store_walk_end(c);
		store_rollback(s);
		if (n < before)
			break;
		me->acked++;
	}
	printf("# reader: %s\n", s == NULL ? "open" : store_error(s));
	me->wrong = true;
	_exit(1);
}

static pid_t
start(unsigned who)
{
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) != 0)
		return pid;
	if (who == WRITERS)
		reader();
	writer(who);
}

/* Is there a writer that has not had its turns?  How fast the disk is, and who
 * else wants it, is not known: on a busy one a turn of each takes a while. */
static bool
starved(void)
{
	for (unsigned i = 0; i < WRITERS; i++)
		if (tallies[i].acked < TURNS)
			return true;
	return false;
}

static void
run(pid_t *pids, bool kills, uint64_t ms)
{
	uint64_t end = clock_ms() + ms, most = clock_ms() + PATIENCE_MS;
	unsigned who, dead = 0;
	uint32_t seed = (uint32_t)clock_wall_ns();

	printf("# seed %u\n", seed);
	while (clock_ms() < end || (!kills && clock_ms() < most && starved())) {
		(void)usleep(2000);
		if (!kills)
			continue;
		seed = seed * 1664525 + 1013904223;
		who = (seed >> 16) % (WRITERS + 1);
		(void)kill(pids[who], SIGKILL);
		(void)waitpid(pids[who], NULL, 0);
		pids[who] = start(who);
		dead++;
	}
	if (kills)
		printf("# %u killed\n", dead);
}

static void
end_all(pid_t *pids)
{
	for (unsigned i = 0; i <= WRITERS; i++) {
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
	}
}

static void
integrity(void)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;

	ok(sqlite3_open(fix_path(STORE_DB), &db) == SQLITE_OK &&
		sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &q,
		    NULL) == SQLITE_OK &&
		sqlite3_step(q) == SQLITE_ROW &&
		strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0,
	    "integrity");
	(void)sqlite3_finalize(q);
	(void)sqlite3_close(db);
}

/* What was acked is there; at most one more of each writer is. */
static void
check(void)
{
	struct arena *a = arena_new(MIB(1));
	struct store *s = fix_open(STORE_READ);
	struct store_log_check log;
	struct store_table got;
	uint32_t lost = 0, more = 0, acked = 0;
	char buf[16];

	is_int(fix_begin(s, false), ERR_OK, "begin");
	for (unsigned i = 0; i < WRITERS; i++) {
		for (uint32_t n = 0; n < tallies[i].acked; n++) {
			struct str key = key_of(buf, i, n);

			if (!str_eq(fix_text(s, &t, key, STR("r")), key))
				lost++;
		}
		acked += tallies[i].acked;
		if (fix_text(s, &t, key_of(buf, i, tallies[i].acked), STR("r"))
			.p != NULL)
			more++;
	}
	is_int(lost, 0, "none of %u acknowledged is lost", acked);
	ok(fix_count(s, "raced", a, &got), "table");
	is_int(got.items, acked + more, "the count is right");
	is_int(store_log_verify(s, 0, &log), ERR_OK, "verify");
	is_int(log.bad, 0, "the chain is whole");
	ok(log.rows > got.items, "a row for each change, and the table's");
	store_rollback(s);
	store_close(s);
	arena_free(a);
	integrity();
}

static void
test_race(bool kills, uint64_t ms)
{
	uint32_t most = 0, least = UINT32_MAX, longest = 0;
	pid_t pids[WRITERS + 1];
	bool wrong = false;

	for (unsigned i = 0; i <= WRITERS; i++)
		pids[i] = start(i);
	run(pids, kills, ms);
	end_all(pids);
	for (unsigned i = 0; i < WRITERS; i++) {
		if (tallies[i].acked > most)
			most = tallies[i].acked;
		if (tallies[i].acked < least)
			least = tallies[i].acked;
		if (tallies[i].longest > longest)
			longest = tallies[i].longest;
		wrong = wrong || tallies[i].wrong;
	}
	ok(!wrong && !tallies[WRITERS].wrong, "no call failed");
	ok(tallies[WRITERS].acked > 0, "%u walks saw what was acked",
	    tallies[WRITERS].acked);
	if (!kills)
		ok(least >= TURNS && longest < LIMIT_LOCK_MS,
		    "nobody starves: %u to %u puts, %u ms at most", least, most,
		    longest);
	check();
}

static int
holder(void *arg)
{
	struct store *s = fix_open(STORE_WRITE);

	if (fix_begin(s, true) != ERR_OK || write(*(int *)arg, "x", 1) != 1)
		return 1;
	(void)pause();
	return 1;
}

/* The deadline holds, and a dead process holds no lock. */
static void
test_busy(void)
{
	struct store *s;
	uint64_t start_ms;
	int fds[2];
	pid_t pid;
	char c;

	is_int(pipe(fds), 0, "pipe");
	(void)fflush(stdout);
	if ((pid = fork()) == 0)
		_exit(holder(&fds[1]));
	ok(read(fds[0], &c, 1) == 1, "a writer holds the lock");
	s = fix_open(STORE_WRITE);
	start_ms = clock_ms();
	is_int(store_begin(s, true, start_ms), ERR_BUSY, "no wait");
	ok(clock_ms() - start_ms < 5000, "at once");
	start_ms = clock_ms();
	is_int(store_begin(s, true, start_ms + 100), ERR_BUSY, "100 ms");
	ok(clock_ms() - start_ms >= 100 && clock_ms() - start_ms < 5000,
	    "waited for %u ms", (unsigned)(clock_ms() - start_ms));
	is_int(store_begin(s, false, start_ms), ERR_OK, "a read does not wait");
	store_rollback(s);
	(void)kill(pid, SIGKILL);
	is_int(store_begin(s, true, fix_soon()), ERR_OK, "it died");
	store_rollback(s);
	(void)waitpid(pid, NULL, 0);
	store_close(s);
}

int
main(void)
{
	const size_t size = sizeof(*tallies) * (WRITERS + 1);
	struct store *s;

	fix_start();
	tallies = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies == MAP_FAILED || (s = fix_open(STORE_WRITE)) == NULL)
		return 1;
	is_int(fix_table(s, "raced", &t), ERR_OK, "create");
	store_close(s);
	test_busy();
	test_race(false, 1000 * (uint64_t)deep());
	fix_conf.sync_off =
	    true; /* a death needs no disk, and this is faster */
	test_race(true, 2000 * (uint64_t)deep());
	return tap_done();
}
