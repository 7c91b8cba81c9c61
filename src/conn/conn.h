/* SPDX-License-Identifier: ISC */
/*
 * conn - one connected stream socket with deadlines.
 *
 * Blocking calls under a receive timeout, so that a request that arrives
 * whole costs one system call each way.
 *
 * Layer: conn.
 */
#ifndef CONN_CONN_H
#define CONN_CONN_H

#include <signal.h>

#include "base/buf.h"
#include "base/err.h"

#define CONN_PEER 48 /* bytes of a peer's name, with a NUL */

struct conn {
	int fd;		 /* owned */
	uint16_t port;	 /* our own; 0: unix socket */
	bool peer_known; /* peer_uid is set (unix sockets) */
	uint32_t peer_uid;
	bool loopback; /* our own address is on loopback, or a unix socket */
	char peer[CONN_PEER]; /* "192.0.2.1", "2001:db8::1", "uid:1000" for a
			       * unix socket; "" where it is not known */
	unsigned char net[16]; /* where the peer is: its address, of IPv6
				* the first 64 bits, IPv4 mapped into it; the
				* uid for a unix socket */
	int recv_s;           /* now set as SO_RCVTIMEO */
	int send_s;           /* now set as SO_SNDTIMEO */
	bool awake;	      /* the owner's: wait for the next request so, a
			       * while, where the peer is quick */
	bool answered;	      /* something was sent: another request may come */
	unsigned late;	      /* how often in a row it came too late for us */
	unsigned asleep;      /* so many waits are slept through from the start */
};

/* The uid that a trusted peer has: ours. */
uint32_t conn_own_uid(void);

/* Take fd.  ERR_CONF: not a connected stream socket (ERR_GONE: no more). */
enum err conn_init(struct conn *c, int fd) NONNULL NODISCARD;

#define CONN_READ KIB(16) /* room made for one read, at the least */

/*
 * Set by a handler of SIGTERM that interrupts system calls: from then on a
 * read that would begin a new request (in is empty) gives ERR_GONE.
 */
extern volatile sig_atomic_t conn_stopping;

/*
 * Append what is there, at least one byte, waiting until deadline
 * (clock_ms).  ERR_GONE: closed or reset.  ERR_TIMEOUT.  ERR_NO_MEMORY.
 */
enum err conn_read(struct conn *c, struct buf *in, uint64_t deadline) NONNULL
    NODISCARD;

/* Send all of head, then body.  ERR_GONE, ERR_TIMEOUT. */
enum err conn_write(struct conn *c, struct str head, struct str body,
    uint64_t deadline) NONNULL NODISCARD;

/*
 * Close our direction, then read and drop until the peer closes its own,
 * LIMIT_DRAIN bytes or LIMIT_DRAIN_MS: else a peer that is still sending
 * sees a reset instead of the answer.
 */
void conn_linger(struct conn *c) NONNULL;

#endif
