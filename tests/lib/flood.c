/* SPDX-License-Identifier: ISC */
/*
 * flood - many connections to a port of 127.0.0.1 in a short time.
 *
 *	flood PORT COUNT MILLISECONDS FILE ...
 *
 * Connection i begins at i/COUNT of the time and sends the FILE whose turn
 * it is.  Then it waits for the answer, or, where the file's name begins
 * with "fin-" or "rst-", closes or resets at once.  One line for each thing
 * that came of it: NAME RESULT COUNT.  RESULT is the answer's status, or
 * sent, closed (without a word), reset, timeout (30 s) or refused.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES 64
#define MAX_OPEN 4000
#define TIMEOUT_MS 30000
#define MAX_RESULTS 1024

enum after { ANSWER, FIN, RST };

struct file {
	const char *name;
	enum after after;
	char *p;
	size_t len;
};

struct conn {
	int fd; /* -1: free */
	const struct file *file;
	size_t sent;
	char head[13]; /* of the answer, "HTTP/1.1 200" */
	size_t got;
	long deadline;
};

static struct file files[MAX_FILES];
static struct conn conns[MAX_OPEN];
static size_t nopen;
static int ep;
static struct sockaddr_in to = { .sin_family = AF_INET };

static struct {
	const struct file *file;
	char what[8];
	unsigned n;
} results[MAX_RESULTS];

static long
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
count(const struct file *f, const char *what)
{
	size_t i = 0;

	while (i < MAX_RESULTS - 1 && results[i].file != NULL &&
	    (results[i].file != f || strcmp(results[i].what, what) != 0))
		i++;
	results[i].file = f;
	(void)snprintf(results[i].what, sizeof(results[i].what), "%s", what);
	results[i].n++;
}

static void
end(struct conn *c, const char *what, bool reset)
{
	const struct linger hard = { 1, 0 };

	count(c->file, what);
	if (reset)
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard,
		    sizeof(hard));
	(void)close(c->fd);
	c->fd = -1;
	nopen--;
}

static void
begin(const struct file *f)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	struct conn *c = conns;

	while (c->fd >= 0)
		c++;
	*c = (struct conn){ .file = f, .deadline = now_ms() + TIMEOUT_MS };
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		err(1, "socket");
	nopen++;
	ev.data.ptr = c;
	if ((connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		errno != EINPROGRESS) ||
	    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev) < 0)
		end(c, "refused", true);
}

static void
take(struct conn *c)
{
	char waste[65536];
	ssize_t n;

	while ((n = recv(c->fd, waste, sizeof(waste), 0)) > 0) {
		size_t part = sizeof(c->head) - 1 - c->got;

		if (part > (size_t)n)
			part = (size_t)n;
		memcpy(c->head + c->got, waste, part);
		c->got += part;
	}
	if (c->got == sizeof(c->head) - 1 &&
	    strncmp(c->head, "HTTP/1.1 ", 9) == 0)
		end(c, c->head + 9, true);
	else if (n == 0)
		end(c, c->got == 0 ? "closed" : "cut", false);
	else if (errno != EAGAIN)
		end(c, c->sent == 0 && errno == ECONNREFUSED ? "refused" :
							       "reset", true);
}

static void
step(struct conn *c, unsigned events)
{
	if ((events & EPOLLOUT) != 0 && c->sent < c->file->len) {
		ssize_t n = send(c->fd, c->file->p + c->sent,
		    c->file->len - c->sent, MSG_NOSIGNAL);

		if (n > 0)
			c->sent += (size_t)n;
	}
	if ((events & EPOLLOUT) != 0 && c->sent == c->file->len &&
	    c->file->after != ANSWER)
		end(c, "sent", c->file->after == RST);
	else
		take(c);
}

static void
turn(int timeout)
{
	struct epoll_event evs[256];
	int n = epoll_wait(ep, evs, 256, timeout);

	for (int i = 0; i < n; i++) {
		struct conn *c = evs[i].data.ptr;

		if (c->fd >= 0)
			step(c, evs[i].events);
	}
}

static void
expire(void)
{
	const long now = now_ms();

	for (size_t i = 0; i < MAX_OPEN; i++)
		if (conns[i].fd >= 0 && conns[i].deadline < now)
			end(&conns[i], "timeout", true);
}

static void
read_file(struct file *f, const char *path)
{
	const char *base = strrchr(path, '/');
	int fd = open(path, O_RDONLY);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	f->name = base == NULL ? path : base + 1;
	f->after = strncmp(f->name, "fin-", 4) == 0 ? FIN :
	    strncmp(f->name, "rst-", 4) == 0	    ? RST :
						      ANSWER;
	if (size < 0 || (f->p = malloc((size_t)size + 1)) == NULL)
		err(1, "%s", path);
	f->len = (size_t)size;
	if (pread(fd, f->p, f->len, 0) != (ssize_t)f->len)
		err(1, "%s", path);
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	struct rlimit l;
	long start, total, ms, last = 0;
	int nfiles = argc - 4;

	if (nfiles < 1 || nfiles > MAX_FILES)
		errx(2, "usage: flood PORT COUNT MILLISECONDS FILE ...");
	to.sin_port = htons((unsigned short)atoi(argv[1]));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	total = atol(argv[2]);
	ms = atol(argv[3]);
	for (int i = 0; i < nfiles; i++)
		read_file(&files[i], argv[4 + i]);
	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &l);
	}
	for (size_t i = 0; i < MAX_OPEN; i++)
		conns[i].fd = -1;
	if ((ep = epoll_create1(EPOLL_CLOEXEC)) < 0)
		err(1, "epoll");
	start = now_ms();
	for (long i = 0; i < total || nopen > 0;) {
		long due = (now_ms() - start) * total / (ms > 0 ? ms : 1) + 1;

		for (; i < total && i < due && nopen < MAX_OPEN; i++) {
			begin(&files[i % nfiles]);
			last = now_ms();
		}
		turn(1);
		expire();
	}
	for (size_t i = 0; i < MAX_RESULTS && results[i].file != NULL; i++)
		(void)printf("%s %s %u\n", results[i].file->name,
		    results[i].what, results[i].n);
	(void)printf("all ms %ld\n", last - start);
	return 0;
}
