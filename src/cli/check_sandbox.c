/* SPDX-License-Identifier: ISC */
/* A worker is started as a door would, and the kernel is asked about it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/check.h"

#define ANSWER_MS 10000
#define END_MS    3000

/* What /proc/PID/status says. */
struct status {
	uint64_t seccomp, filters, no_new_privs, caps;
};

struct probe {
	pid_t pid;
	int conn;
	int status; /* /proc/PID/status, opened while that is still ours */
};

NORETURN static void
become_worker(const struct check *c, int conn)
{
	const char *args[] = { "doorward-worker", NULL, NULL, NULL };
	int null = open("/dev/null", O_RDWR);

	if (c->env->home != NULL) {
		args[1] = "--home";
		args[2] = c->env->home;
	}
	if (null < 0 || dup2(conn, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(127);
	(void)execv(cmd_worker(), (char **)(uintptr_t)args);
	_exit(127);
}

/* The child waits until its file is open: then it belongs to nobody's eyes. */
static bool
start(const struct check *c, struct probe *p)
{
	int pair[2], go[2];
	char path[64], byte = 0;

	*p = (struct probe){ .pid = -1, .conn = -1, .status = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return false;
	if (pipe2(go, O_CLOEXEC) < 0 || (p->pid = fork()) < 0) {
		(void)close(pair[0]);
		(void)close(pair[1]);
		return false;
	}
	if (p->pid == 0) {
		if (read(go[0], &byte, 1) != 1)
			_exit(127);
		become_worker(c, pair[1]);
	}
	(void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)p->pid);
	p->status = open(path, O_RDONLY | O_CLOEXEC);
	(void)close(pair[1]);
	(void)close(go[0]);
	(void)!write(go[1], &byte, 1);
	(void)close(go[1]);
	p->conn = pair[0];
	return true;
}

static void
end(struct probe *p)
{
	const uint64_t deadline = clock_ms() + END_MS;
	const struct timespec nap = { .tv_nsec = 5000000 };

	if (p->conn >= 0)
		(void)close(p->conn);
	if (p->status >= 0)
		(void)close(p->status);
	if (p->pid < 0)
		return;
	while (waitpid(p->pid, NULL, WNOHANG) == 0) {
		if (clock_left(deadline) == 0)
			(void)kill(p->pid, SIGKILL);
		(void)nanosleep(&nap, NULL);
	}
}

/* It serves: the constant answer, and the connection stays. */
static bool
ask(const struct probe *p)
{
	static const char request[] =
	    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
	const uint64_t deadline = clock_ms() + ANSWER_MS;
	struct pollfd ready = { p->conn, POLLIN, 0 };
	char answer[2048];
	size_t got = 0;
	ssize_t n;

	if (send(p->conn, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
		return false;
	while (got < sizeof(answer) - 1 &&
	    poll(&ready, 1, clock_left(deadline)) > 0) {
		n = recv(p->conn, answer + got, sizeof(answer) - 1 - got, 0);
		if (n <= 0)
			return false;
		got += (size_t)n;
		answer[got] = '\0';
		if (strstr(answer, "\r\n\r\nok\n") != NULL)
			return strncmp(answer, "HTTP/1.1 200 ", 13) == 0;
	}
	return false;
}

static bool
field(const char *text, const char *name, int base, uint64_t *ret)
{
	const char *at = strstr(text, name);

	if (at == NULL)
		return false;
	*ret = strtoull(at + strlen(name), NULL, base);
	return true;
}

static bool
read_status(int fd, struct status *ret)
{
	char text[8192];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	/* The number of filters is told since Linux 5.9. */
	ret->filters = 0;
	(void)field(text, "\nSeccomp_filters:", 10, &ret->filters);
	return field(text, "\nSeccomp:", 10, &ret->seccomp) &&
	    field(text, "\nNoNewPrivs:", 10, &ret->no_new_privs) &&
	    field(text, "\nCapEff:", 16, &ret->caps);
}

static bool
locked(struct check *c, const char *who, const struct status *s)
{
	if (s->seccomp == 2 && s->no_new_privs == 1 && s->caps == 0)
		return true;
	buf_printf(&c->text,
	    "%s is not locked in: Seccomp %llu, NoNewPrivs %llu, CapEff %llx; "
	    "expected 2, 1, 0",
	    who, (unsigned long long)s->seccomp,
	    (unsigned long long)s->no_new_privs, (unsigned long long)s->caps);
	return false;
}

/* False: c->text says why. */
static bool
room(struct check *c, long pid, const struct status *worker, size_t *seen)
{
	char path[64];
	struct status s;
	bool good;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/status", pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return true;
	good = read_status(fd, &s);
	(void)close(fd);
	if (!good)
		return true;
	++*seen;
	if (!locked(c, "a room", &s))
		return false;
	if (worker->filters == 0 || s.filters > worker->filters)
		return true;
	buf_printf(&c->text, "a room is not sealed");
	return false;
}

/* Its rooms: they have a filter more.  Where /proc shows them to nobody,
 * *ret_seen stays 0. */
static bool
rooms(struct check *c, const struct probe *p, const struct status *worker,
    size_t *ret_seen)
{
	char path[96], pids[512], *end = pids;
	ssize_t n;
	long pid;
	int fd;

	*ret_seen = 0;
	(void)snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children",
	    (long)p->pid, (long)p->pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return true;
	n = read(fd, pids, sizeof(pids) - 1);
	(void)close(fd);
	if (n <= 0)
		return true;
	pids[n] = '\0';
	while ((pid = strtol(end, &end, 10)) > 0)
		if (!room(c, pid, worker, ret_seen))
			return false;
	return true;
}

static enum check_state
look(struct check *c, const struct probe *p)
{
	struct status s;
	size_t seen;

	if (!ask(p)) {
		buf_printf(&c->text,
		    "a worker that was started does not "
		    "answer; its words are in the log");
		return CHECK_FAIL;
	}
	if (p->status < 0 || !read_status(p->status, &s)) {
		buf_printf(&c->text, "/proc does not show a worker");
		return CHECK_WARN;
	}
	if (!locked(c, "a worker", &s) || !rooms(c, p, &s, &seen))
		return CHECK_FAIL;
	buf_printf(&c->text,
	    "a worker that was started: Seccomp 2, "
	    "NoNewPrivs 1, CapEff 0; %zu of its rooms seen",
	    seen);
	return CHECK_OK;
}

enum check_state
check_sandbox(struct check *c)
{
	enum check_state state;
	struct probe p;

	if (c->policy == NULL) {
		buf_printf(&c->text, "the configuration is not valid");
		return CHECK_FAIL;
	}
	if (c->policy->sandbox_none) {
		buf_printf(&c->text, "switched off: sandbox = none");
		return CHECK_WARN;
	}
	if (!start(c, &p)) {
		buf_printf(&c->text, "no worker can be started: %s",
		    strerror(errno));
		return CHECK_FAIL;
	}
	state = look(c, &p);
	end(&p);
	return state;
}
