/* SPDX-License-Identifier: ISC */
/*
 * load - the load generator of the bench, for one server.
 *
 *	load PORT		the items of item.h
 *	load PORT constant	only the constant answer of floor.c
 *
 * Reads commands, a line each, and answers each with a line of JSON.  It
 * remembers what it wrote, so every answer is checked against what must be
 * there; the first wrong one is reported as {"error":...} and ends it.
 *
 *	auth TEXT		value of the Authorization field
 *	port PORT		another door of the same server from here on
 *	wait			until the server accepts connections
 *	create			the table
 *	fill [ITEMS]		the items (10,000), by BatchWriteItem
 *	ttl, stream, expire N AT, count N	as flat.h says
 *	run OP MODE CLIENTS MS COUNT
 *		OP	get put query batch scan
 *		MODE	keep: connections are kept; new: a connection for
 *			each request, timed from connect to the server's
 *			close; paced: the same, one every 3 ms
 *		ends after MS or COUNT requests, where that is not 0; a
 *		tenth of MS comes before, unmeasured
 *	verify			read every item once
 *	first<TAB>CMD<TAB>...	start CMD, time from before its fork to the
 *				first right GetItem; then end it
 *	work			the 13 steps of work.c
 *
 * One thread: it sends, waits in recv (one client) or poll (more), takes
 * the time, and only then checks.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "client.h"
#include "flat.h"
#include "item.h"
#include "work.h"

enum {
	CLIENTS = 64,
	SAMPLES = 4000000,
	PACE_NS = 3000000,
};

static bool constant;
static uint32_t *samples;
static char scratch[OUT_MAX];

struct job {
	const struct operation *op;
	enum {
		KEEP,
		NEW,
		PACED
	} mode;
	unsigned clients, ms, count;
};

static void
check(const struct client *c, const struct operation *op)
{
	const char *body = client_body(c);
	size_t like = 0;

	if (constant)
		like = strspn(body, "x");
	if (c->status != 200 ||
	    (constant ? like == 0 || like != c->body_len : !op->right(c)))
		client_wrong(c, op->target);
}

static void
prepare(struct client *c, const struct operation *op, unsigned k, unsigned n)
{
	client_prepare(c, op->target, scratch, op->ask(c, scratch, k, n));
}

/* ---- run */

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
report(const struct job *j, size_t n, uint64_t span, unsigned lost)
{
	double sum = 0;

	if (n == 0)
		client_die("no request was measured");
	qsort(samples, n, sizeof(*samples), by_size);
	for (size_t i = 0; i < n; i++)
		sum += samples[i];
	printf("{\"n\":%zu,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f,"
	       "\"mean\":%.1f,\"rate\":%.0f,\"reconnects\":%u}\n",
	    n, samples[n / 2] / 1e3, samples[n - 1 - n / 100] / 1e3,
	    samples[n - 1] / 1e3, sum / (double)n / 1e3,
	    j->mode == PACED ? 0 : (double)n * 1e9 / (double)span, lost);
}

static void
sleep_until(uint64_t at)
{
	struct timespec ts = { .tv_sec = (time_t)(at / 1000000000u),
		.tv_nsec = (long)(at % 1000000000u) };

	while (
	    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* Send client k's next request. */
static void
begin(struct client *c, const struct job *j, unsigned k)
{
	static uint64_t tick;

	prepare(c, j->op, k, j->clients);
	if (j->mode == PACED) {
		uint64_t now = client_clock();

		tick += PACE_NS;
		if (tick < now || tick > now + PACE_NS)
			tick = now + PACE_NS;
		sleep_until(tick);
	}
	c->start = client_clock();
	if (!client_connect(c))
		client_die("connect: %s", strerror(errno));
	if (!client_send(c))
		client_die("send: %s", strerror(errno));
}

/* Wait, where there are several, for those that have something to read. */
static void
ready(const struct client *c, unsigned n, struct pollfd *fds)
{
	for (unsigned k = 0; k < n; k++) {
		fds[k].fd = c[k].fd;
		fds[k].events = POLLIN;
		fds[k].revents = n == 1 && c[k].fd >= 0 ? POLLIN : 0;
	}
	if (n > 1 && poll(fds, n, 15000) <= 0)
		client_die("no answer in 15 s");
}

static void
run(const struct job *j)
{
	static struct client c[CLIENTS];
	struct pollfd fds[CLIENTS];
	uint64_t warm = client_clock() + (uint64_t)j->ms * 100000, now = 0;
	uint64_t end = warm + (uint64_t)j->ms * 1000000;
	unsigned live = j->clients, sent = 0, lost = 0;
	size_t n = 0;

	for (unsigned k = 0; k < j->clients; k++, sent++) {
		client_init(&c[k]);
		c[k].to_end = j->mode != KEEP;
		begin(&c[k], j, k);
	}
	while (live > 0) {
		ready(c, j->clients, fds);
		for (unsigned k = 0; k < j->clients; k++) {
			int done =
			    fds[k].revents != 0 ? client_receive(&c[k]) : 0;

			if (done == 0)
				continue;
			now = client_clock();
			if (done < 0)
				client_die("ended before the answer");
			if (j->mode != KEEP || c[k].closing) {
				lost += j->mode == KEEP;
				client_close(&c[k]);
			}
			check(&c[k], j->op);
			if (c[k].start >= warm && n < SAMPLES)
				samples[n++] = (uint32_t)(now - c[k].start);
			if ((j->ms == 0 || now < end) &&
			    (j->count == 0 || sent < j->count)) {
				begin(&c[k], j, k);
				sent++;
			} else {
				client_close(&c[k]);
				live--;
			}
		}
	}
	for (unsigned k = 0; k < j->clients; k++)
		client_free(&c[k]);
	report(j, n, now - warm, lost);
}

/* ---- the other commands */

static bool
active(struct client *c)
{
	static const char body[] = "{\"TableName\":\"" TABLE "\"}";

	return client_call(c, "DescribeTable", body, sizeof(body) - 1) == 200 &&
	    item_has(client_body(c), c->body_len, "\"TableStatus\":\"ACTIVE\"");
}

static void
create(struct client *c)
{
	if (client_call(c, "CreateTable", scratch,
		work_create(scratch, TABLE, false)) != 200)
		client_wrong(c, "CreateTable");
	for (int i = 0; !active(c); i++) {
		if (i == 5000)
			client_wrong(c, "the table does not become active");
		sleep_until(client_clock() + 1000000);
	}
	printf("{}\n");
}

static void
fill(struct client *c, const char *count)
{
	uint64_t start = client_clock();

	if (*count != '\0')
		ask_items = (unsigned)strtoul(count, NULL, 10);
	if (ask_items == 0 || ask_items > ITEMS_MAX || ask_items % 50 != 0)
		client_die("fill: %s items", count);
	for (unsigned id = 0; id < ask_items; id += BATCH) {
		c->id = id;
		c->version = ++ask_newest;
		(void)client_call(c, "BatchWriteItem", scratch,
		    work_batch(scratch, TABLE, id, c->version));
		check(c, &ask_operations[ASK_BATCH]);
	}
	printf("{\"ms\":%.1f}\n", (double)(client_clock() - start) / 1e6);
}

static void
verify(struct client *c)
{
	char key[ITEM_MAX];

	for (unsigned id = 0; id < ask_items; id++) {
		int n;

		(void)item_key(key, id);
		n = sprintf(scratch, "{\"TableName\":\"" TABLE "\",\"Key\":%s}",
		    key);
		c->id = id;
		(void)client_call(c, "GetItem", scratch, (size_t)n);
		check(c, &ask_operations[ASK_GET]);
	}
	printf("{\"items\":%u}\n", ask_items);
}

/* End the command's whole process group; how many ms its leader took. */
static double
end_group(pid_t pid)
{
	uint64_t start = client_clock();
	double took;

	(void)kill(pid, SIGTERM);
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (client_clock() - start > 5000000000u)
			(void)kill(-pid, SIGKILL);
		sleep_until(client_clock() + 500000);
	}
	took = (double)(client_clock() - start) / 1e6;
	(void)kill(-pid, SIGKILL);
	return took;
}

/* Start it silently, as the leader of a process group. */
static pid_t
spawn(char **argv)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		(void)posix_spawn_file_actions_addopen(&files, fd, "/dev/null",
		    O_RDWR, 0);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	if (posix_spawn(&pid, argv[0], &files, &attr, argv, environ) != 0)
		client_die("cannot start %s", argv[0]);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	return pid;
}

static void
first(struct client *c, char *line)
{
	char *argv[32], *save = NULL;
	uint64_t start;
	unsigned n = 0;
	pid_t pid;
	int done;

	for (char *p = strtok_r(line, "\t", &save); p != NULL && n < 31;
	     p = strtok_r(NULL, "\t", &save))
		argv[n++] = p;
	argv[n] = NULL;
	if (n == 0)
		client_die("first: no command");
	c->to_end = true;
	client_close(c);
	start = client_clock();
	pid = spawn(argv);
	do {
		if (client_clock() - start > 20000000000u ||
		    waitpid(pid, NULL, WNOHANG) != 0)
			client_die("%s does not answer", argv[0]);
		client_close(c);
		prepare(c, &ask_operations[ASK_GET], 0, 1);
		done = -1;
		if (client_connect(c) && client_send(c))
			while ((done = client_receive(c)) == 0)
				;
		else
			sleep_until(client_clock() + 20000);
	} while (done < 0);
	start = client_clock() - start;
	client_close(c);
	c->to_end = false;
	check(c, &ask_operations[ASK_GET]);
	printf("{\"ms\":%.3f,\"end_ms\":%.1f}\n", (double)start / 1e6,
	    end_group(pid));
}

static void
wait_for_server(struct client *c)
{
	uint64_t start = client_clock();

	while (!client_connect(c)) {
		if (client_clock() - start > 20000000000u)
			client_die("nobody listens on port %u", client_port);
		sleep_until(client_clock() + 1000000);
	}
	client_close(c);
	printf("{}\n");
}

static void
command_run(const char *line)
{
	static const char *const modes[] = { "keep", "new", "paced" };
	struct job j = { 0 };
	char op[16], mode[16];
	bool known = false;

	if (sscanf(line, "run %15s %15s %u %u %u", op, mode, &j.clients, &j.ms,
		&j.count) != 5 ||
	    j.clients < 1 || j.clients > CLIENTS || j.ms + j.count == 0)
		client_die("bad command: %s", line);
	for (size_t i = 0; i < ASK__MAX; i++)
		if (strcmp(op, ask_operations[i].name) == 0)
			j.op = &ask_operations[i];
	for (unsigned i = 0; i < 3; i++)
		if (strcmp(mode, modes[i]) == 0) {
			j.mode = i;
			known = true;
		}
	if (j.op == NULL || !known)
		client_die("bad command: %s", line);
	run(&j);
}

static bool
command_flat(struct client *c, const char *line)
{
	unsigned n, at;

	if (strcmp(line, "ttl") == 0)
		flat_ttl(c, TABLE);
	else if (strcmp(line, "stream") == 0)
		flat_stream(c, TABLE);
	else if (sscanf(line, "expire %u %u", &n, &at) == 2)
		flat_expire(c, TABLE, n, at);
	else if (sscanf(line, "count %u", &n) == 1)
		flat_count(c, TABLE, n);
	else
		return false;
	return true;
}

int
main(int argc, char **argv)
{
	static char line[8192];
	struct client c;

	client_port = (uint16_t)(argc > 1 ? atoi(argv[1]) : 0);
	constant = argc > 2 && strcmp(argv[2], "constant") == 0;
	samples = malloc(SAMPLES * sizeof(*samples));
	ask_versions = calloc(ITEMS_MAX, sizeof(*ask_versions));
	if (client_port == 0 || samples == NULL || ask_versions == NULL)
		client_die("usage: load PORT [constant]");
	client_init(&c);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "auth ", 5) == 0)
			client_auth = strdup(line + 5);
		else if (strncmp(line, "port ", 5) == 0)
			client_port = (uint16_t)atoi(line + 5);
		else if (strcmp(line, "wait") == 0)
			wait_for_server(&c);
		else if (strcmp(line, "create") == 0)
			create(&c);
		else if (strncmp(line, "fill", 4) == 0)
			fill(&c, line + 4);
		else if (strcmp(line, "verify") == 0)
			verify(&c);
		else if (strncmp(line, "first\t", 6) == 0)
			first(&c, line + 6);
		else if (strcmp(line, "work") == 0)
			work(&c);
		else if (strncmp(line, "run ", 4) == 0)
			command_run(line);
		else if (!command_flat(&c, line))
			client_die("bad command: %s", line);
		/* An idle connection would hold a process of the server. */
		client_close(&c);
		(void)fflush(stdout);
	}
	client_free(&c);
	free(samples);
	free(ask_versions);
	return 0;
}
