/* SPDX-License-Identifier: ISC */
#include "serve/refuse.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/event.h"
#include "limit/count.h"

#define LOG_EVERY_MS 1000

static const struct str answer =
    STR_INIT("HTTP/1.1 503 Service Unavailable\r\n"
	     "Content-Type: text/plain; charset=utf-8\r\n"
	     "Content-Length: 33\r\n"
	     "Connection: close\r\n"
	     "Retry-After: 1\r\n"
	     "Cache-Control: no-store\r\n"
	     "Content-Security-Policy: default-src 'none'; "
	     "frame-ancestors 'none'\r\n"
	     "Referrer-Policy: no-referrer\r\n"
	     "X-Content-Type-Options: nosniff\r\n"
	     "X-Frame-Options: DENY\r\n"
	     "\r\n"
	     "too many connections, come again\n");

static void
drop(struct refused *r, size_t i)
{
	(void)epoll_ctl(r->epoll, EPOLL_CTL_DEL, r->fds[i], NULL);
	(void)close(r->fds[i]);
	r->n--;
	r->fds[i] = r->fds[r->n];
	r->deadline[i] = r->deadline[r->n];
}

void
refuse_one(struct refused *r, int epoll, int conn)
{
	struct epoll_event ev = { .events = EPOLLIN,
		.data.u64 = (uint64_t)REFUSE_SOURCE << 32 | (uint32_t)conn };
	const uint64_t now = clock_ms();
	char waste[KIB(8)];

	count_event(COUNT_OVERLOADS);
	if (now - r->logged >= LOG_EVERY_MS) {
		r->logged = now;
		EVENT_LOG(EVENT_OVERLOAD, { "limit", STR("connections") });
	}
	if (send(conn, answer.p, answer.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ||
	    shutdown(conn, SHUT_WR) < 0 || r->n == LIMIT_REFUSED ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, conn, &ev) < 0) {
		/* A close with bytes unread is a reset, and takes the answer
		 * along: mostly what was sent is here by now. */
		(void)!recv(conn, waste, sizeof(waste), MSG_DONTWAIT);
		(void)close(conn);
		return;
	}
	r->epoll = epoll;
	r->fds[r->n] = conn;
	r->deadline[r->n++] = now + LIMIT_DRAIN_MS;
}

void
refuse_drain(struct refused *r, int fd)
{
	char waste[KIB(8)];
	ssize_t n = recv(fd, waste, sizeof(waste), MSG_DONTWAIT);

	if (n > 0 || (n < 0 && errno == EAGAIN))
		return;
	for (size_t i = 0; i < r->n; i++)
		if (r->fds[i] == fd) {
			drop(r, i);
			return;
		}
}

void
refuse_expire(struct refused *r)
{
	const uint64_t now = r->n == 0 ? 0 : clock_ms();

	for (size_t i = r->n; i > 0; i--)
		if (r->deadline[i - 1] <= now)
			drop(r, i - 1);
}
