/* SPDX-License-Identifier: ISC */
/*
 * floor - servers that answer a constant: what the loopback, a process for
 * each connection and one sync of a file cost, with nothing in between.
 *
 *	floor inline PORT FILE	one process serves all connections; a PutItem
 *				overwrites 8 KiB of FILE and syncs it first
 *	floor spares PORT	a listener hands each connection to one of 16
 *				waiting processes; it answers, closes, exits
 *	floor door PORT CMD...	inetd: each connection is fd 0 of a new CMD
 *	floor constant		such a CMD: one answer on fd 0
 *	floor activated		takes one connection from the listening fd 3
 *
 * No bench of a real server is below these on the same machine.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	BODY = 384, /* an item of the bench as GetItem answers it */
	SPARES = 16,
	CONNS = 64,
	SYNC_BYTES = 8192,
	FILE_BYTES = 1 << 20,
};

static char answer[1024], answer_close[1024];
static size_t answer_len, answer_close_len;

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t
fill_answer(char *out, const char *more)
{
	int n = sprintf(out,
	    "HTTP/1.1 200 OK\r\n"
	    "Content-Type: application/x-amz-json-1.0\r\n%s"
	    "Content-Length: %d\r\n\r\n",
	    more, BODY);

	memset(out + n, 'x', BODY);
	return (size_t)n + BODY;
}

static int
listen_on(const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, 4096) != 0)
		die("listen");
	return fd;
}

/* A request is whole when its Content-Length has come. */
static bool
whole(const char *in, size_t len)
{
	const char *end = memmem(in, len, "\r\n\r\n", 4), *p;

	if (end == NULL)
		return false;
	p = memmem(in, len, "Content-Length: ", 16);
	return p != NULL &&
	    len >= (size_t)(end + 4 - in) + strtoul(p + 16, NULL, 10);
}

/* Answer one request.  file: sync it before a PutItem, or -1.  false: the
 * peer is gone or wants no more. */
static bool
serve(int fd, int file)
{
	static unsigned turn;
	static char in[16384], page[SYNC_BYTES];
	size_t len = 0;
	bool last;

	do {
		ssize_t n = recv(fd, in + len, sizeof(in) - 1 - len, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
		in[len] = '\0';
	} while (!whole(in, len));
	last = memmem(in, len, "Connection: close", 17) != NULL;
	if (file >= 0 && memmem(in, len, "PutItem", 7) != NULL) {
		memset(page, (int)turn, sizeof(page));
		turn = (turn + 1) % (FILE_BYTES / SYNC_BYTES);
		if (pwrite(file, page, sizeof(page), turn * SYNC_BYTES) !=
			SYNC_BYTES ||
		    fdatasync(file) != 0)
			die("sync");
	}
	if (send(fd, last ? answer_close : answer,
		last ? answer_close_len : answer_len, MSG_NOSIGNAL) < 0)
		return false;
	return !last;
}

static void
inline_loop(int listener, const char *path)
{
	struct pollfd fds[CONNS] = { { .fd = listener, .events = POLLIN } };
	static const char zero[SYNC_BYTES];
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	nfds_t n = 1;

	for (int i = 0; i < FILE_BYTES / SYNC_BYTES; i++)
		if (file < 0 || write(file, zero, sizeof(zero)) < 0)
			die(path);
	(void)fsync(file);
	for (;;) {
		if (poll(fds, n, -1) < 0)
			die("poll");
		for (nfds_t i = n; i-- > 1;)
			if (fds[i].revents != 0 && !serve(fds[i].fd, file)) {
				(void)close(fds[i].fd);
				fds[i] = fds[--n];
			}
		if (fds[0].revents != 0 && n < CONNS) {
			fds[n].fd = accept(listener, NULL, NULL);
			fds[n].events = POLLIN;
			fds[n].revents = 0;
			n += fds[n].fd >= 0;
		}
	}
}

/* ---- spares: a template forks them, the listener hands connections over */

static void
give(int to, int fd)
{
	char byte = 0;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	if (sendmsg(to, &m, 0) < 0)
		die("sendmsg");
}

static int
take(int from)
{
	char byte;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	int fd = -1;

	if (recvmsg(from, &m, 0) < 0 || CMSG_FIRSTHDR(&m) == NULL)
		_exit(1);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	return fd;
}

static void
spare(int from, pid_t parent)
{
	int fd;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	fd = take(from);
	while (serve(fd, -1))
		;
	_exit(0);
}

static void
spares_loop(int listener)
{
	pid_t me = getpid(), template;
	int pair[2];

	/* One queue for all: the kernel wakes one waiting spare. */
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0)
		die("socketpair");
	template = fork();
	if (template == 0) {
		pid_t t = getpid();

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != me)
			_exit(1);
		for (int live = 0;; live--) {
			for (; live < SPARES; live++)
				if (fork() == 0)
					spare(pair[1], t);
			(void)wait(NULL);
		}
	}
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		give(pair[0], fd);
		(void)close(fd);
	}
}

static void
door_loop(int listener, char **argv)
{
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		posix_spawn_file_actions_t files;
		int fd = accept(listener, NULL, NULL);
		pid_t pid;

		if (fd < 0)
			continue;
		(void)posix_spawn_file_actions_init(&files);
		(void)posix_spawn_file_actions_adddup2(&files, fd, 0);
		(void)posix_spawn_file_actions_adddup2(&files, fd, 1);
		(void)posix_spawn_file_actions_addclose(&files, fd);
		if (posix_spawn(&pid, argv[0], &files, NULL, argv, environ) !=
		    0)
			die(argv[0]);
		(void)posix_spawn_file_actions_destroy(&files);
		(void)close(fd);
	}
}

int
main(int argc, char **argv)
{
	answer_len = fill_answer(answer, "");
	answer_close_len = fill_answer(answer_close, "Connection: close\r\n");
	if (argc == 2 && strcmp(argv[1], "constant") == 0)
		while (serve(0, -1))
			;
	else if (argc == 2 && strcmp(argv[1], "activated") == 0) {
		int fd = accept(3, NULL, NULL);

		while (serve(fd, -1))
			;
	} else if (argc == 4 && strcmp(argv[1], "inline") == 0)
		inline_loop(listen_on(argv[2]), argv[3]);
	else if (argc == 3 && strcmp(argv[1], "spares") == 0)
		spares_loop(listen_on(argv[2]));
	else if (argc >= 4 && strcmp(argv[1], "door") == 0)
		door_loop(listen_on(argv[2]), argv + 3);
	else
		return 2;
	return 0;
}
