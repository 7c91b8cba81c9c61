/* SPDX-License-Identifier: ISC */
/*
 * listen - listening sockets from addresses, or from the service manager.
 *
 * Layer: serve.
 */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

#include "base/buf.h"
#include "serve/serve.h"

struct listeners {
	int fd[SERVE_LISTEN_MAX];
	size_t n;
	bool passed; /* they belong to the service manager */
};

/*
 * Those that were passed, else those that c names, where it may be listened
 * there.  Non-blocking, close-on-exec; a unix socket is 0600.  Errors are
 * logged.
 */
enum err listen_all(const struct serve_conf *c,
    struct listeners *ret) NONNULL NODISCARD;
/* Append the addresses, each with a space before it. */
void listen_names(const struct listeners *l, struct buf *out) NONNULL;
/* None is in the set of epoll any more, nor is the file of a unix socket of
 * our own making. */
void listen_close(struct listeners *l, int epoll) NONNULL;

#endif
