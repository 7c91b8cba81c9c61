/* SPDX-License-Identifier: ISC */
/*
 * template - the one process that forks our rooms, from the listener's side.
 *
 * Layer: serve.
 */
#ifndef SERVE_TEMPLATE_H
#define SERVE_TEMPLATE_H

#include <sys/types.h>

#include "serve/serve.h"

struct template
{
	const struct serve_conf *conf;
	int read_send; /* connections go in here, for read rooms */
	int read_recv;
	int write_send;
	int write_recv;
	int control; /* -1: no template */
	pid_t pid;   /* also its process group */
	pid_t old[32]; /* groups of those before it that still have rooms */
	uint64_t started; /* clock_ms */
	unsigned quick;	  /* deaths in a row soon after the start */
};

/* Make the queues.  The ends live as long as the listener. */
enum err template_init(struct template *t, const struct serve_conf *c) NONNULL
    NODISCARD;

/* One is to be started: has it died too often, each time at once?  Counts. */
bool template_fails(struct template *t) NONNULL NODISCARD;
/* Start another; one that still runs keeps its rooms until they end. */
enum err template_start(struct template *t) NONNULL NODISCARD;

/*
 * Give a connection to the next read room, with its lease.  Both are closed
 * here.  ERR_BUSY: the queue is full, nothing was closed.
 */
enum err template_give(struct template *t, int conn, int lease) NONNULL
    NODISCARD;

/* Read what it says on control: a byte of conn/pass.h, a space if there is
 * none, 0 at its end. */
char template_heard(struct template *t) NONNULL;

/* Close the queues, so that waiting rooms end. */
void template_end(struct template *t) NONNULL;

/*
 * Forget the groups that have ended, or a number of theirs that is given
 * out again would be signalled.  After each end of a room.
 */
void template_bury(struct template *t) NONNULL;

/* Has any template of ours, or any room, not ended yet? */
bool template_alive(struct template *t) NONNULL;

/* A signal to the templates and all their rooms. */
void template_signal(const struct template *t, int sig) NONNULL;

#endif
