/* SPDX-License-Identifier: ISC */
/* limit.t - the shared file: rates, counters, marks, incidents. */
#include "limit/limit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "limit/bell.h"
#include "limit/mark.h"
#include "limit/rate.h"
#include "limit/seen.h"
#include "limit/shared.h"
#include "tap.h"

#define NOW (1800000000 * NS_PER_S)

static char dir[] = "/tmp/doorward-limit-XXXXXX";
static char path[64];
static struct rate_state state;

static const char *
opened(void)
{
	const char *why = NULL;

	return limit_open(dir, &why) == ERR_OK ? NULL : why;
}

/* How many of n at that time are let through. */
static unsigned
let(const char *name, const struct rate *r, uint64_t now, unsigned n)
{
	unsigned may = 0;

	while (n-- > 0)
		may += rate_name(str_from(name), r, now, &state);
	return may;
}

static unsigned
let_peer(uint64_t peer, const struct rate *r, uint64_t now, unsigned n)
{
	unsigned may = 0;

	while (n-- > 0)
		may += rate_peer(peer, r, now, &state);
	return may;
}

static void
test_file(void)
{
	struct stat st;
	int fd;

	ok(rate_name(STR("a"), &(struct rate){ NS_PER_S, 1 }, NOW, &state) &&
		rate_name(STR("a"), &(struct rate){ NS_PER_S, 1 }, NOW, &state),
	    "nothing is limited before it is open");
	count_event(COUNT_CRASHES);
	ok(opened() == NULL, "made");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600 &&
		st.st_size == sizeof(struct shared) &&
		st.st_blocks * 512 >= st.st_size,
	    "0600, of its size, with all its blocks");
	count_event(COUNT_CRASHES);
	limit_close();
	ok(opened() == NULL &&
		load(&limit_shared->count.event[COUNT_CRASHES]) == 1,
	    "what was counted is there when it is opened again");
	limit_close();
	ok(truncate(path, 100) == 0 && opened() == NULL &&
		load(&limit_shared->magic) == SHARED_MAGIC,
	    "one that was cut is made whole");
	limit_close();
	fd = open(path, O_WRONLY);
	for (size_t i = 0; i < sizeof(struct shared); i++)
		if (write(fd, "\xa5", 1) != 1)
			break;
	(void)close(fd);
	ok(opened() == NULL && load(&limit_shared->count.event[0]) == 0 &&
		load(&limit_shared->mark[0]) == 0,
	    "one of nonsense is begun anew");
	limit_close();
	(void)chmod(path, 0640);
	ok(opened() != NULL, "one that others may read is refused");
	(void)unlink(path);
	ok(symlink("/dev/null", path) == 0 && opened() != NULL,
	    "a symbolic link is");
	(void)unlink(path);
	ok(mkfifo(path, 0600) == 0 && opened() != NULL, "a FIFO is");
	(void)unlink(path);
	ok(opened() == NULL, "made again");
}

static void
test_burst(void)
{
	const struct rate r = { NS_PER_S / 10, 5 };

	is_int(let("burst", &r, NOW, 5), 5, "A13: a burst of 5");
	ok(state.limit == 5 && state.remaining == 0 && state.reset_s == 1 &&
		state.retry_s == 0,
	    "the state says so");
	is_int(let("burst", &r, NOW, 3), 0, "A13: and not one more");
	ok(state.retry_s == 1 && state.remaining == 0, "and when");
	is_int(let("other", &r, NOW, 9), 5, "another one has its own");
	is_int(let("burst", &r, NOW + NS_PER_S / 10 - 1, 1), 0,
	    "A13: not before one interval");
	is_int(let("burst", &r, NOW + NS_PER_S / 10, 9), 1,
	    "A13: after it, one");
	is_int(let("burst", &r, NOW + 100 * NS_PER_S, 9), 5,
	    "A13: after a long time no more than a burst");
	is_int(let("none", &(struct rate){ 0 }, NOW, 999), 999, "no limit");
	is_int((long long)state.limit, 0, "and nothing to say");
}

/* A fixed window lets two bursts through around its edge. */
static void
test_window(void)
{
	const struct rate r = { NS_PER_S / 10, 10 };
	unsigned sum = 0;

	for (int ms = 900; ms < 1100; ms++)
		sum += let("edge", &r, NOW + (uint64_t)ms * 1000000, 20);
	is_int(sum, 10 + 1, "A13: no double burst at a second's edge");
	sum = 0;
	for (uint64_t ms = 0; ms < 60000; ms += 7)
		sum += let("long", &r, NOW + ms * 1000000, 3);
	ok(sum <= 10 + 600 && sum >= 600, "A13: in a minute %u of 610", sum);
}

static void
test_damage(void)
{
	const struct rate r = { NS_PER_S, 3 };

	is_int(let("back", &r, NOW, 3), 3, "spent");
	is_int(let("back", &r, NOW - 1000 * NS_PER_S, 1), 0,
	    "a clock that is put back: still spent");
	is_int(let("back", &r, NOW - 999 * NS_PER_S, 9), 1,
	    "but it goes on from there");
	is_int(let("back", &r, NOW - 990 * NS_PER_S, 9), 3, "to all of it");
	for (size_t i = 0; i < SHARED_NAMES; i++)
		store(&limit_shared->name[i].tat, UINT64_MAX);
	is_int(let("back", &r, NOW, 1), 0, "a time that cannot be is spent");
	for (size_t i = 0; i < SHARED_NAMES; i++) {
		store(&limit_shared->name[i].key, i + 1);
		store(&limit_shared->name[i].tat, 0);
	}
	is_int(let("full", &r, NOW + 9 * NS_PER_S, 9), 3,
	    "a table that is full is shared");
	memset(limit_shared->peer, 0xff, sizeof(limit_shared->peer));
	is_int(let_peer(1, &r, NOW, 9), 3, "peers: nonsense is another's");
}

static void
test_peers(void)
{
	const struct rate r = { 6 * NS_PER_S, 10 };
	const uint64_t tag = UINT64_C(1) << 44;
	unsigned sum = 0;
	uint64_t longest;

	memset(limit_shared->peer, 0, sizeof(limit_shared->peer));
	is_int(let_peer(tag, &r, NOW, 20), 10, "A13: a peer's ten");
	is_int((long long)state.retry_s, 67, "it waits for the other ten, too");
	is_int((long long)state.remaining, 0, "and has none left");
	is_int(let_peer(tag, &r, NOW + 66 * NS_PER_S, 1), 0, "not yet");
	is_int(let_peer(tag, &r, NOW + 73 * NS_PER_S, 20), 1, "then one more");
	is_int(let_peer(tag, &r, NOW + 73 * NS_PER_S, 1000), 0, "and none");
	longest = state.retry_s;
	ok(longest > LIMIT_BACK_OFF * 60 - 60 && longest <= LIMIT_BACK_OFF * 60,
	    "the wait ends at so many bursts");
	is_int(let_peer(tag, &r, NOW + 73 * NS_PER_S, 1), 0, "one more");
	is_int((long long)state.retry_s, (long long)longest,
	    "makes it no longer");
	is_int(let_peer(2 * tag, &r, NOW, 20), 10, "another peer's");
	is_int(let_peer(tag + 512, &r, NOW + 7 * NS_PER_S, 20), 0,
	    "who shares 29 bits shares the cell");
	for (uint64_t i = 3; i <= 8; i++)
		sum += let_peer(i * tag, &r, NOW + NS_PER_S, 20);
	is_int(sum, 60, "a set holds eight");
	is_int(let_peer(2 * tag, &r, NOW + NS_PER_S, 1), 0, "all of them");
	is_int(let_peer(9 * tag, &r, NOW + NS_PER_S, 20), 10,
	    "a ninth takes the place of one");
	is_int(let_peer(3 * tag, &r, NOW + NS_PER_S, 20), 10,
	    "of that which was soonest at rest");
}

/* Eight processes at once, a quarter of them killed in it. */
static void
test_processes(void)
{
	const struct rate r = { NS_PER_S, 1000 };
	uint64_t *sum = &limit_shared->spare[0];
	pid_t pid[8];

	memset(limit_shared->name, 0, sizeof(limit_shared->name));
	for (size_t i = 0; i < NELEM(pid); i++)
		if ((pid[i] = fork()) == 0) {
			for (int n = 0; n < 400; n++)
				add(sum, let("shared", &r, NOW, 1));
			_exit(0);
		}
	(void)kill(pid[0], SIGKILL);
	(void)kill(pid[1], SIGKILL);
	for (size_t i = 0; i < NELEM(pid); i++)
		(void)waitpid(pid[i], NULL, 0);
	ok(*sum <= 1000 && *sum >= 998, "A13: %llu of 1000, over all processes",
	    (unsigned long long)*sum);
	is_int(let("shared", &r, NOW, 5), 0, "A13: and not one more");
	limit_close();
	ok(opened() == NULL && let("shared", &r, NOW, 5) == 0,
	    "A13: nor after a restart");
}

static void
test_counts(void)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(64));
	const struct count_gauges g = { 1, 2, 3, 4 };

	memset(&limit_shared->count, 0, sizeof(limit_shared->count));
	count_request(COUNT_MCP, true, 200, 100000);
	count_request(COUNT_MCP, true, 200, 100001);
	count_request(COUNT_MCP, false, 299, UINT64_MAX);
	count_refusal("host");
	count_refusal("what");
	count_text(&g, &out);
	buf_putc(&out, '\0');
	ok(strstr(out.p,
	       "{surface=\"mcp\",room=\"write\",status=\"200\"} 2\n") != NULL,
	    "a request by surface, room and status");
	ok(strstr(out.p, "room=\"read\",status=\"500\"} 1\n") != NULL,
	    "a status that nobody sends");
	ok(strstr(out.p, "{room=\"write\",le=\"0.0001\"} 1\n") != NULL &&
		strstr(out.p, "{room=\"write\",le=\"0.00025\"} 2\n") != NULL,
	    "a bucket at its bound and one past it");
	ok(strstr(out.p, "_sum{room=\"write\"} 0.000200001\n") != NULL,
	    "the sum");
	ok(strstr(out.p, "{gate=\"host\"} 1\n") != NULL &&
		strstr(out.p, "{gate=\"other\"} 1\n") != NULL,
	    "refusals");
	ok(strstr(out.p, "\ndoorward_wal_bytes 3\n") != NULL, "a gauge");
}

static void
test_incidents(void)
{
	uint64_t before;

	ok(incident_due(INCIDENT_CRASH, NOW, NS_PER_S, &before) && before == 0,
	    "D6: told");
	ok(!incident_due(INCIDENT_CRASH, NOW + 1, NS_PER_S, &before) &&
		!incident_due(INCIDENT_CRASH, NOW + NS_PER_S - 1, NS_PER_S,
		    &before),
	    "D6: then quiet");
	ok(incident_due(INCIDENT_DISK, NOW, NS_PER_S, &before),
	    "D6: another kind is not");
	ok(incident_due(INCIDENT_CRASH, NOW + NS_PER_S, NS_PER_S, &before) &&
		before == 2,
	    "D6: told again after the quiet time, with what was not");
	ok(incident_due(INCIDENT_CRASH, NOW - NS_PER_S, NS_PER_S, &before),
	    "D6: and where the clock was put back");
	ok(incident_due(INCIDENT_CRASH, NOW - NS_PER_S, 0, &before),
	    "D6: always without quiet time");
	for (size_t i = 0; i < INCIDENT__MAX; i++)
		ok(incident_name((enum incident)i)[0] != '\0', "a name");
}

static void
test_marks(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		mark_begin();
		mark_end();
		mark_begin();
		_exit(0);
	}
	(void)waitpid(pid, &status, 0);
	mark_begin();
	is_int(mark_lost(), 1, "D6: who ended without a word is found");
	is_int(mark_lost(), 0, "D6: once, and nobody who lives");
	if ((pid = fork()) == 0) {
		mark_begin();
		_exit(0);
	}
	(void)waitpid(pid, &status, 0);
	mark_bury(pid);
	is_int(mark_lost(), 0, "nor one whose end was seen");
	store(&limit_shared->mark[5], UINT64_MAX);
	is_int(mark_lost(), 1, "nonsense is not kept");
	mark_end();
	for (size_t i = 0; i < SHARED_MARKS; i++)
		store(&limit_shared->mark[i], (uint64_t)getpid());
	mark_begin();
	mark_end();
	is_int((long long)load(&limit_shared->mark[0]), getpid(),
	    "without a place there is no mark");
}

/* How many of n at that time get a seat. */
static unsigned
sit(struct bell_seat *seats, unsigned n, uint64_t now)
{
	unsigned got = 0;

	while (got < n && bell_sit(&seats[got], now))
		got++;
	return got;
}

static void
test_seats(void)
{
	const uint64_t now = 1800000000000;
	struct bell_seat seat[LIMIT_SUBSCRIPTIONS + 1], other;

	is_int(sit(seat, LIMIT_SUBSCRIPTIONS + 1, now), LIMIT_SUBSCRIPTIONS,
	    "A12: 64 may listen, one more may not");
	bell_rise(&seat[3]);
	ok(bell_sit(&other, now) && other.at == 3 && !bell_sit(&seat[3], now),
	    "who has gone leaves one seat");
	ok(bell_keep(&seat[0], now + BELL_STALE_MS) &&
		!bell_sit(&other, now + BELL_STALE_MS),
	    "a seat is kept so long");
	ok(bell_sit(&other, now + BELL_STALE_MS + 1) && other.at == 1,
	    "but not longer, unless it is kept");
	ok(!bell_keep(&seat[1], now + BELL_STALE_MS + 2),
	    "who was thought dead has lost it");
	bell_rise(&seat[1]);
	ok(bell_keep(&other, now + BELL_STALE_MS + 2),
	    "and does not take it from the next");
	ok(bell_sit(&other, now - BELL_STALE_MS - 1),
	    "a clock that was put back costs no seat");
	for (size_t i = 0; i < LIMIT_SUBSCRIPTIONS; i++)
		store(&limit_shared->seat[i], 0);
}

/* Rung by processes as fast as they can: the last ring is heard too, by a
 * listener that sleeps for a second where it has missed one. */
static void
test_bell(void)
{
	enum {
		RINGS = 20000,
		RINGERS = 2
	};
	const uint32_t from = bell_look();
	const uint64_t start = clock_ms();
	uint64_t asleep = 0;
	uint32_t heard = from;

	for (unsigned i = 0; i < RINGERS; i++)
		if (fork() == 0) {
			for (unsigned k = 0; k < RINGS; k++) {
				bell_ring();
				if (k % 100 == 0)
					(void)usleep(50);
			}
			_exit(0);
		}
	while ((heard = bell_look()) - from < RINGERS * RINGS &&
	    clock_ms() - start < 20000) {
		const uint64_t before = clock_ms();

		bell_wait(heard, 1000);
		if (clock_ms() - before > asleep)
			asleep = clock_ms() - before;
	}
	while (wait(NULL) > 0)
		continue;
	is_int((long long)(heard - from), RINGERS * RINGS,
	    "every ring is counted");
	ok(asleep < 900, "and none is missed: %llu ms at most",
	    (unsigned long long)asleep);
	bell_wait(bell_look() - 1, 10000);
	ok(clock_ms() - start < 30000,
	    "what was rung before is not waited for");
}

static void
cost(void)
{
	const struct rate r = { 1, 1000000 };
	uint64_t start = clock_wall_ns();

	for (unsigned i = 0; i < 100000; i++) {
		(void)!rate_name(STR("default"), &r, start, &state);
		count_request(COUNT_DYNAMODB, false, 200, i);
	}
	start = (clock_wall_ns() - start) / 100000;
	ok(start < 10000, "A13: %llu ns for a request's rate and counters",
	    (unsigned long long)start);
	store(&limit_shared->waiting, 0);
	start = clock_wall_ns();
	for (unsigned i = 0; i < 100000; i++)
		bell_ring();
	start = (clock_wall_ns() - start) / 100000;
	ok(start < 1000, "%llu ns for a bell that nobody hears",
	    (unsigned long long)start);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/" LIMIT_FILE, dir);
	test_file();
	test_burst();
	test_window();
	test_damage();
	test_peers();
	test_processes();
	test_counts();
	test_incidents();
	test_marks();
	test_seats();
	test_bell();
	cost();
	limit_close();
	(void)unlink(path);
	(void)rmdir(dir);
	return tap_done();
}
