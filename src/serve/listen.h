/* SPDX-License-Identifier: ISC */
/*
 * listen - listening sockets from addresses, or from the service manager.
 *
 * Layer: serve.
 */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

#include "base/buf.h"

/*
 * A listening, non-blocking, close-on-exec socket.  addr is "1.2.3.4:80",
 * "[::1]:80" (port 0: any) or an absolute path for a unix socket, 0600.
 * ERR_CONF with *reterr_text: what is wrong with it, or why it cannot be
 * bound; static storage.
 */
enum err listen_open(struct str addr, int *ret_fd, const char **reterr_text)
    NONNULL NODISCARD;

/* addr is on [::1], and no socket can be: there is no IPv6 here. */
bool listen_absent(struct str addr) NODISCARD;

/* Sockets passed by systemd; *ret_n is 0 where there are none. */
enum err listen_passed(int *ret_fds, size_t max, size_t *ret_n,
    const char **reterr_text) NONNULL NODISCARD;

/* Append the address that fd is bound to, as in addr above. */
void listen_name(int fd, struct buf *out) NONNULL;

#endif
