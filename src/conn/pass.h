/* SPDX-License-Identifier: ISC */
/*
 * pass - descriptors from one process of ours to another (SCM_RIGHTS), and
 * the queues on which a listener passes connections to rooms.
 *
 * Layer: conn.
 */
#ifndef CONN_PASS_H
#define CONN_PASS_H

#include "base/err.h"

#define PASS_MAX 3 /* descriptors in one message */

/*
 * Send one message of one byte with n descriptors; they stay open here.
 * ERR_BUSY: the queue is full, or too many descriptors of this user are on
 * their way (with wait: still, after 5 s).  ERR_GONE.
 */
enum err pass_send(int sock, const int *fds, size_t n, bool wait) NONNULL
    NODISCARD;

/*
 * Wait for such a message.  *ret_fds gets n descriptors, close-on-exec.
 * ERR_GONE: the other end is closed, or the message was not of that form
 * (what came is closed then).
 */
enum err pass_recv(int sock, int *ret_fds, size_t n) NONNULL NODISCARD;

/* The descriptors that a listener starts a template with. */
#define PASS_FD_CONTROL	   3 /* SOCK_SEQPACKET to the listener */
#define PASS_FD_READ	   4 /* read rooms take {connection, lease} here */
#define PASS_FD_WRITE_SEND 5 /* a read room sends {connection, channel, lease} */
#define PASS_FD_WRITE_RECV 6 /* and a write room takes it here */

/* What a template says on control, one byte each. */
#define PASS_SAYS_READY	  'r' /* the first spares are forked */
#define PASS_SAYS_JOBS	  'j' /* there is work for doorward-worker --jobs */
#define PASS_SAYS_REPLACE 'x' /* LIMIT_FORKS is reached: start another */

#endif
