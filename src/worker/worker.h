/* SPDX-License-Identifier: ISC */
/*
 * worker - what a door starts: the parent of rooms.
 *
 * It has passed stage 1 of the sandbox, has opened no database, never reads
 * from a peer, and only forks rooms and waits.
 *
 * Layer: worker.
 */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "conf/policy.h"

/*
 * Serve the one connection conn; returns when all its rooms have ended.
 * stdio: the client is standard input and output, conn the latter.
 */
enum err worker_single(const struct policy *policy, int conn, bool stdio)
    NONNULL NODISCARD;

/*
 * The template: keep spare rooms of both kinds waiting on the queues until
 * control is closed.  The queues and control belong to the listener; see
 * conn/pass.h for what is said on them.
 */
struct worker_queues {
	int control;	 /* SOCK_SEQPACKET to the listener */
	int read;	 /* read rooms get their connections here */
	int write_send;	 /* a read room asks for a write room here */
	int write_recv;	 /* and write rooms wait here */
};
enum err worker_template(const struct policy *policy,
    const struct worker_queues *queues) NONNULL NODISCARD;

/* look.c: has something come about that an operator should hear of?  Before
 * the sandbox: processes that are gone, the disk; after it: violations. */
void worker_look_before(const struct policy *policy) NONNULL;
void worker_look_after(void);

/* Log how a room ended, if it was not in order. */
void worker_log_end(int pid, int status);

#endif
