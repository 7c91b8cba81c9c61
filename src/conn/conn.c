/* SPDX-License-Identifier: ISC */
#include "conn/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

#define AWAKE_GAP_NS 15000 /* between two looks: another one ran */

static bool
loopback(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
	}
	if (a->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)a;

		return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) ||
		    (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr) &&
			in6->sin6_addr.s6_addr[12] == 127);
	}
	return a->ss_family == AF_UNIX;
}

static uint16_t
port_of(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ntohs(
		    ((const struct sockaddr_in *)(const void *)a)->sin_port);
	if (a->ss_family == AF_INET6)
		return ntohs(
		    ((const struct sockaddr_in6 *)(const void *)a)->sin6_port);
	return 0;
}

/* The peer's uid where the socket is a unix one, for claim A11. */
static void
peer_credentials(struct conn *c)
{
#ifdef SO_PEERCRED
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0) {
		c->peer_known = true;
		c->peer_uid = cred.uid;
	}
#else
	uid_t uid;
	gid_t gid;

	if (getpeereid(c->fd, &uid, &gid) == 0) {
		c->peer_known = true;
		c->peer_uid = uid;
	}
#endif
}

/* A network has 2^64 addresses of IPv6 to come from: it is one peer. */
static void
peer_net(struct conn *c, const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		c->net[10] = c->net[11] = 0xff;
		memcpy(c->net + 12, &in->sin_addr, 4);
	} else if (a->ss_family == AF_INET6) {
		const struct in6_addr *in =
		    &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;

		memcpy(c->net, in->s6_addr, IN6_IS_ADDR_V4MAPPED(in) ? 16 : 8);
	} else {
		memcpy(c->net, &c->peer_uid, sizeof(c->peer_uid));
	}
}

/* An IPv4 peer of an IPv6 socket is named as the IPv4 peer that it is. */
static void
peer_name(struct conn *c, const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a;

		(void)inet_ntop(AF_INET, &in->sin_addr, c->peer,
		    sizeof(c->peer));
	} else if (a->ss_family == AF_INET6) {
		const struct in6_addr *in =
		    &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
		const bool mapped = IN6_IS_ADDR_V4MAPPED(in);

		(void)inet_ntop(mapped ? AF_INET : AF_INET6,
		    in->s6_addr + (mapped ? 12 : 0), c->peer, sizeof(c->peer));
	} else if (c->peer_known) {
		(void)snprintf(c->peer, sizeof(c->peer), "uid:%lu",
		    (unsigned long)c->peer_uid);
	}
}

/*
 * Make what is left until the deadline the timeout of one direction, rounded
 * up to a whole second so that requests in a row set it once.  0: the
 * deadline is past; negative: the socket is dead.
 */
static int
arm(struct conn *c, int option, int *now, uint64_t deadline)
{
	int left = clock_left(deadline), s = left / 1000 + (left % 1000 != 0);
	const struct timeval tv = { s, 0 };

	if (left == 0 || s == *now)
		return left;
	if (setsockopt(c->fd, SOL_SOCKET, option, &tv, sizeof(tv)) < 0)
		return -1;
	*now = s;
	return left;
}

uint32_t
conn_own_uid(void)
{
	return (uint32_t)geteuid();
}

enum err
conn_init(struct conn *c, int fd)
{
	struct sockaddr_storage self = { 0 }, peer = { 0 };
	socklen_t slen = sizeof(self), plen = sizeof(peer);
	const int on = 1;

	*c = (struct conn){ .fd = fd };
	if (getsockname(fd, (struct sockaddr *)&self, &slen) < 0)
		return ERR_CONF;
	if (getpeername(fd, (struct sockaddr *)&peer, &plen) < 0)
		return errno == ENOTCONN || errno == EINVAL ? ERR_GONE :
							      ERR_CONF;
	c->port = port_of(&self);
	c->loopback = loopback(&self);
	if (self.ss_family == AF_UNIX)
		peer_credentials(c);
	else if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return ERR_GONE;
	peer_name(c, &peer);
	peer_net(c, &peer);
	return ERR_OK;
}

volatile sig_atomic_t conn_stopping;

/*
 * A peer that asks again at once finds us awake: to be woken on another
 * processor takes longer than most answers.  Where that was in vain, or
 * somebody else wanted the processor meanwhile, the next 1, 3, 7 ... waits
 * are slept through: a peer that thinks between its requests, and a machine
 * without a processor to spare, pay next to nothing.
 */
static ssize_t
recv_awake(struct conn *c, char *to, size_t space)
{
	const uint64_t end = clock_mono_ns() + LIMIT_AWAKE_NS;
	uint64_t now = 0, before;
	bool lost = false;
	ssize_t n;

	if (c->asleep > 0) {
		c->asleep--;
		errno = EAGAIN;
		return -1;
	}
	do {
		n = recv(c->fd, to, space, MSG_DONTWAIT);
		before = now;
		now = clock_mono_ns();
		lost |= before != 0 && now - before > AWAKE_GAP_NS;
	} while (n < 0 && errno == EAGAIN && now < end);
	if (n > 0 && !lost)
		c->late = 0;
	else if (c->late < LIMIT_AWAKE_LATE)
		c->late++;
	c->asleep = (1u << c->late) - 1;
	return n;
}

static ssize_t
recv_next(struct conn *c, char *to, size_t space)
{
	const bool awake = c->awake && c->answered;
	ssize_t n;

	c->answered = false;
	if (awake && ((n = recv_awake(c, to, space)) >= 0 || errno != EAGAIN))
		return n;
	return recv(c->fd, to, space, 0);
}

enum err
conn_read(struct conn *c, struct buf *in, uint64_t deadline)
{
	size_t space = in->cap - in->len;
	char *to;
	int left;

	if (space < CONN_READ) {
		space = in->max - in->len < CONN_READ ? in->max - in->len :
							CONN_READ;
		if ((to = buf_reserve(in, space == 0 ? 1 : space)) == NULL)
			return in->error;
	}
	to = in->p + in->len;
	for (;;) {
		ssize_t n;

		if (in->len == 0 && conn_stopping != 0)
			return ERR_GONE;
		left = arm(c, SO_RCVTIMEO, &c->recv_s, deadline);
		if (left <= 0)
			return left == 0 ? ERR_TIMEOUT : ERR_GONE;
		n = recv_next(c, to, space);
		if (n > 0) {
			in->len += (size_t)n;
			return ERR_OK;
		}
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			return ERR_GONE;
	}
}

enum err
conn_write(struct conn *c, struct str head, struct str body, uint64_t deadline)
{
	struct iovec iov[2] = { { (void *)(uintptr_t)head.p, head.len },
		{ (void *)(uintptr_t)body.p, body.len } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	while (msg.msg_iovlen > 0) {
		int left = arm(c, SO_SNDTIMEO, &c->send_s, deadline);
		ssize_t n;

		if (left == 0)
			return ERR_TIMEOUT;
		if (left < 0)
			return ERR_GONE;
		n = sendmsg(c->fd, &msg, MSG_NOSIGNAL);
		c->answered = true;
		if (n < 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			return ERR_GONE;
		}
		while (
		    msg.msg_iovlen > 0 && (size_t)n >= msg.msg_iov->iov_len) {
			n -= (ssize_t)msg.msg_iov->iov_len;
			msg.msg_iov++;
			msg.msg_iovlen--;
		}
		if (msg.msg_iovlen > 0) {
			msg.msg_iov->iov_base =
			    (char *)msg.msg_iov->iov_base + n;
			msg.msg_iov->iov_len -= (size_t)n;
		}
	}
	return ERR_OK;
}

void
conn_linger(struct conn *c)
{
	const uint64_t deadline = clock_ms() + LIMIT_DRAIN_MS;
	char waste[KIB(8)];
	size_t sum = 0;

	if (shutdown(c->fd, SHUT_WR) < 0)
		return;
	while (sum < LIMIT_DRAIN) {
		struct pollfd p = { c->fd, POLLIN, 0 };
		ssize_t n;

		if (poll(&p, 1, clock_left(deadline)) <= 0)
			return;
		if ((n = recv(c->fd, waste, sizeof(waste), MSG_DONTWAIT)) <= 0)
			return;
		sum += (size_t)n;
	}
}
