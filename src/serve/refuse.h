/* SPDX-License-Identifier: ISC */
/*
 * refuse - tell a connection that there are too many, and see it off.
 *
 * The answer is a constant 503 with Retry-After; nothing that the peer sent
 * is looked at, only thrown away for a while, so that it sees the answer
 * and not a reset.
 *
 * Layer: serve.
 */
#ifndef SERVE_REFUSE_H
#define SERVE_REFUSE_H

#include "base/limits.h"

struct refused {
	int fds[LIMIT_REFUSED];
	uint64_t deadline[LIMIT_REFUSED];
	size_t n;
	int epoll; /* the set that they are in */
	uint64_t logged; /* clock_ms of the last log line */
};

/* Takes conn.  Beyond LIMIT_REFUSED at once it is told, and not seen off. */
void refuse_one(struct refused *r, int epoll, int conn) NONNULL;

/* There is something to read on fd, or it is closed. */
void refuse_drain(struct refused *r, int fd) NONNULL;

/* Close those whose time is over. */
void refuse_expire(struct refused *r) NONNULL;

/* The epoll data of a refused connection is this << 32 | fd. */
#define REFUSE_SOURCE 4

#endif
