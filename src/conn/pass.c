/* SPDX-License-Identifier: ISC */
#include "conn/pass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * The kernel limits how many descriptors of one user may be on their way, in
 * all processes together, by the sender's RLIMIT_NOFILE.  Others may have
 * used it up for a moment.
 */
#define WAIT_MS 5000

enum err
pass_send(int sock, const int *fds, size_t n, bool wait)
{
	union {
		char buf[CMSG_SPACE(PASS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = { .buf = { 0 } };
	struct iovec iov = { (void *)(uintptr_t) "c", 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *c = &control.align; /* CMSG_FIRSTHDR(&msg) */
	const uint64_t deadline = wait ? clock_ms() + WAIT_MS : 0;
	const struct timespec pause = { 0, 1000 * 1000 };

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	for (;;) {
		if (sendmsg(sock, &msg,
			wait ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
			return ERR_OK;
		if (errno == ETOOMANYREFS && wait && clock_left(deadline) > 0)
			(void)nanosleep(&pause, NULL);
		else if (errno != EINTR)
			break;
	}
	return errno == EAGAIN || errno == ETOOMANYREFS ? ERR_BUSY : ERR_GONE;
}

/* The descriptors of msg; all are closed where there are not exactly n. */
static enum err
take_fds(struct msghdr *msg, int *ret_fds, size_t n)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fds[PASS_MAX];
	size_t got = 0;

	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS) {
		got = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), got * sizeof(int));
	}
	if (got == n && (msg->msg_flags & MSG_CTRUNC) == 0) {
		memcpy(ret_fds, fds, n * sizeof(int));
		return ERR_OK;
	}
	while (got > 0)
		(void)close(fds[--got]);
	return ERR_GONE;
}

enum err
pass_recv(int sock, int *ret_fds, size_t n)
{
	union {
		char buf[CMSG_SPACE(PASS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf) };
	ssize_t got;

	do {
		got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	return got == 1 ? take_fds(&msg, ret_fds, n) : ERR_GONE;
}
