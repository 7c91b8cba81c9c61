/* SPDX-License-Identifier: ISC */
#include "limit/mark.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "limit/shared.h"

/* A mark is a process id, 0: free.  Where there is no place there is none:
 * what then dies without a parent goes unseen. */
static uint64_t *mine;

void
mark_begin(void)
{
	const uint64_t self = (uint64_t)getpid();

	for (size_t i = 0; i < SHARED_MARKS && limit_shared != NULL; i++) {
		uint64_t *at = &limit_shared->mark[(self + i) % SHARED_MARKS];
		uint64_t old = 0;

		if (load(at) == 0 && swap(at, &old, self)) {
			mine = at;
			return;
		}
	}
}

void
mark_end(void)
{
	if (mine != NULL)
		store(mine, 0);
	mine = NULL;
}

void
mark_bury(pid_t pid)
{
	for (size_t i = 0; i < SHARED_MARKS && limit_shared != NULL; i++) {
		uint64_t old = (uint64_t)pid;

		if (load(&limit_shared->mark[i]) == old)
			(void)swap(&limit_shared->mark[i], &old, 0);
	}
}

static bool
is_gone(uint64_t pid)
{
	/* What is no number of a process was never a mark. */
	return pid > INT32_MAX || (kill((pid_t)pid, 0) < 0 && errno == ESRCH);
}

unsigned
mark_lost(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < SHARED_MARKS && limit_shared != NULL; i++) {
		uint64_t pid = load(&limit_shared->mark[i]);

		if (pid != 0 && is_gone(pid) &&
		    swap(&limit_shared->mark[i], &pid, 0))
			n++;
	}
	return n;
}
