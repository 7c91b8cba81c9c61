/* SPDX-License-Identifier: ISC */
/*
 * spawn - start doorward-worker as the listener's child.
 *
 * Layer: serve.
 */
#ifndef SERVE_SPAWN_H
#define SERVE_SPAWN_H

#include <sys/types.h>

#include "serve/serve.h"

struct spawn_fd {
	int here;  /* above every `there` */
	int there; /* its number in the child */
};

/*
 * Run the worker with the option `how` and those of c, in a process group
 * of its own: one signal reaches it and its rooms.  A failure is logged;
 * *ret_pid is -1 then.
 */
enum err spawn_worker(const struct serve_conf *c, const char *how,
    const struct spawn_fd *fds, size_t nfds, pid_t *ret_pid)
    __attribute__((nonnull(1, 2, 5))) NODISCARD;

#endif
