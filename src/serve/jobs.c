/* SPDX-License-Identifier: ISC */
#include "serve/jobs.h"

#include <signal.h>

#include "base/clock.h"
#include "serve/spawn.h"

void
jobs_start(struct jobs *j)
{
	if (j->conf->policy->read_only)
		return;
	if (j->pid > 0) {
		j->again = true;
		return;
	}
	j->again = j->sweep = false;
	j->last = clock_ms();
	if (spawn_worker(j->conf, "--jobs", NULL, 0, &j->pid) != ERR_OK)
		j->pid = 0;
}

void
jobs_reap(struct jobs *j, pid_t pid, int status)
{
	if (pid != j->pid)
		return;
	j->pid = 0;
	if (status != 0) {
		/* What it left undone is not done at once, nor forgotten. */
		j->sweep = true;
		j->last = clock_ms() - JOBS_EVERY_MS + JOBS_FIRST_MS;
	} else if (j->again) {
		jobs_start(j);
	}
}

int
jobs_timeout(const struct jobs *j)
{
	const uint64_t quiet = clock_ms() - j->last;

	if (!j->sweep || j->pid > 0)
		return -1;
	return quiet >= JOBS_EVERY_MS ? 0 : (int)(JOBS_EVERY_MS - quiet);
}

void
jobs_stop(const struct jobs *j, int sig)
{
	if (j->pid > 0)
		(void)kill(j->pid, sig);
}
