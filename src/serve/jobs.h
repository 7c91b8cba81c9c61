/* SPDX-License-Identifier: ISC */
/*
 * jobs - the process that works on what goes on after requests, from the
 * listener's side: doorward-worker --jobs, when a room asks for it, and some
 * time after there were connections (expired items, retention).
 *
 * Layer: serve.
 */
#ifndef SERVE_JOBS_H
#define SERVE_JOBS_H

#include <sys/types.h>

#include "serve/serve.h"

#define JOBS_EVERY_MS 60000
#define JOBS_FIRST_MS 2000 /* after the start, and after one that failed */

struct jobs {
	const struct serve_conf *conf;
	pid_t pid;     /* 0: none runs */
	bool again;    /* it was asked for while one ran */
	bool sweep;    /* there were connections since the last one */
	uint64_t last; /* clock_ms of its start */
};

/* Start one, or another when the one that runs has ended. */
void jobs_start(struct jobs *j) NONNULL;
/* A child of the listener has ended, perhaps ours; status is wait(2)'s. */
void jobs_reap(struct jobs *j, pid_t pid, int status) NONNULL;
/* Milliseconds until a sweep is due, -1: none is. */
int jobs_timeout(const struct jobs *j) NONNULL NODISCARD;
/* SIGTERM: it ends after the step that it is in. */
void jobs_stop(const struct jobs *j, int sig) NONNULL;

#endif
