/* SPDX-License-Identifier: ISC */
/*
 * serve - the listener: accepts, and hands each connection to a room that
 * waits ready.
 *
 * It never reads from a peer.  It keeps one template (a worker, exec'd),
 * whose rooms take connections from a queue; it holds one idle connection
 * to the database, so that no room is the first; and it knows how many
 * connections there are by a lease: the read end of a pipe whose write end
 * goes with the connection and is closed by the kernel when its last room ends,
 * however that happens.
 *
 * Layer: serve.
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "conf/policy.h"

#define SERVE_LISTEN_MAX 8

struct serve_conf {
	const struct policy *policy;
	const char *home;   /* the --home argument for the worker, or NULL */
	const char *data;   /* its data directory, where --home does not say */
	const char *worker; /* path of doorward-worker */
	struct policy_flags flags;
	struct str listen[SERVE_LISTEN_MAX]; /* ADDR:PORT, or a path */
	size_t nlisten;			     /* 0: sockets are passed to us */
	bool listen_conf; /* they are the configuration's: [::1] may be absent */
	unsigned idle_exit_s; /* end after so long without connection; 0: never */
};

/*
 * Bind, start the template, say "doorward: ready on ADDR..." on standard
 * output, serve until SIGTERM or SIGINT.  Errors are logged.  Returns an
 * exit status of sysexits(3).
 */
int serve(const struct serve_conf *c) NONNULL;

#endif
