/* SPDX-License-Identifier: ISC */
/*
 * room - one connection's life, in a sealed process of its own.
 *
 * A connection has at most two rooms.  The read room reads the peer's first
 * byte and holds nothing that could write the database; the write room is
 * there from the first writing request on.  Exactly one of them owns the
 * connection.  A request that belongs to the other is handed over with every
 * byte read so far, what was pipelined behind it included; the receiver
 * starts again from the head and believes nothing that it is told.
 *
 * A room is forked by a worker that has passed stage 1 of the sandbox.  It
 * opens the database, seals itself (stage 2), and only then takes a
 * connection: at once where it was given one, else from a queue, an
 * AF_UNIX SOCK_SEQPACKET socket shared with other waiting rooms.
 *
 * Layer: room.
 */
#ifndef ROOM_ROOM_H
#define ROOM_ROOM_H

#include "conf/policy.h"
#include "conn/conn.h"

enum room_kind {
	ROOM_READ,
	ROOM_WRITE,
};

/* Descriptors are -1 where there is none.  All are the room's own. */
struct room_conf {
	enum room_kind kind;
	const struct policy *policy;
	int conn;	/* the connection, if it is there already */
	int queue;	/* else: one message of 1 byte with it, for a write room
			 * the channel to the read room, and where we are not
			 * alone the listener's lease */
	int writers;	/* read room: where a write room is asked for; the other
			 * end of write rooms' queue */
	int channel[2]; /* read room: a SOCK_STREAM pair, the second for the
			 * write room */
	bool alone;	/* no listener holds the store open for all rooms */
	bool stdio;	/* standard input and output are the client, conn is
			 * the latter; no HTTP and no token */
	int tell;	/* a pipe of pid_t: our own once a connection was taken;
			 * 0: there is work for room_jobs() */
};

/* Exit status of a room. */
#define ROOM_DONE   0  /* served a connection, or there was no more */
#define ROOM_UNUSED 10 /* never got one: the queue has ended */
#define ROOM_FAILED 11 /* could not open, seal or take; logged */

/*
 * Tell a peer that nobody can serve it: a constant 500.  Not a byte that it
 * sent is read; it has LIMIT_DRAIN_MS to see the answer before the caller
 * closes.
 */
void room_say_failed(struct conn *conn) NONNULL;

/*
 * Work on jobs (ddb/job.h) until none is due, in a sandbox of its own; no
 * peer.  With stdio alone open.  Never returns.
 */
NORETURN void room_jobs(const struct policy *policy) NONNULL;

/* Never returns. */
NORETURN void room_main(const struct room_conf *c) NONNULL;

#endif
