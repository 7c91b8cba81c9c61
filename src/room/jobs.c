/* SPDX-License-Identifier: ISC */
/* The process that works on jobs: no peer, and files of its own. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/limits.h"
#include "ddb/job.h"
#include "room/room.h"
#include "room/room_open.h"

struct jobs {
	struct arena *arena;
	struct store *store;
	const struct models *models;
	int imports, exports;
};

/* A directory of the data directory, made where it is missing. */
static int
open_dir(int data, const char *name)
{
	if (mkdirat(data, name, 0700) < 0 && errno != EEXIST)
		return -1;
	return openat(data, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static enum err
open_dirs(struct jobs *j, const struct policy *policy)
{
	int data = open(policy->home.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e = ERR_CONF;

	if (data >= 0) {
		j->imports = open_dir(data, "imports");
		j->exports = open_dir(data, "exports");
		(void)close(data);
		if (j->imports >= 0 && j->exports >= 0)
			e = sandbox_keep_dirs(j->imports, j->exports);
	}
	if (e != ERR_OK)
		EVENT_LOG(EVENT_FAILED, { "step", STR("jobs' directories") });
	return e;
}

/*
 * Each door may have a process like this one.  They take turns, for a step
 * that writes files is no transaction: who comes second goes through what is
 * due when the first has gone through it.
 */
static bool
take_turn(const struct jobs *j)
{
	while (flock(j->exports, LOCK_EX) < 0)
		if (errno != EINTR || conn_stopping != 0)
			return false;
	return true;
}

/* One step of one kind; what fails is left for the next process. */
static bool
step(struct jobs *j, const struct job *job)
{
	struct op_ctx ctx;
	bool more = false;
	enum err e;

	arena_reset(j->arena);
	job_context(&ctx, j->arena, j->store, job->name);
	ctx.models = j->models;
	ctx.imports = j->imports;
	ctx.exports = j->exports;
	if ((e = job->step(&ctx, &more)) != ERR_OK)
		EVENT_LOG(EVENT_FAILED, { "job", str_from(job->name) },
		    { "error", str_from(err_row(e)->id) },
		    { "store", str_from(store_error(j->store)) });
	(void)store_tidy(j->store);
	return e == ERR_OK && more;
}

static bool
is_due(struct jobs *j, const struct job *job)
{
	struct op_ctx ctx;
	bool due = false;

	arena_reset(j->arena);
	job_context(&ctx, j->arena, j->store, job->name);
	if (store_begin(j->store, false, clock_ms() + LIMIT_READ_MS) != ERR_OK)
		return false;
	if (job->due(&ctx, &due) != ERR_OK)
		due = false;
	store_rollback(j->store);
	return due;
}

void
room_jobs(const struct policy *policy)
{
	struct jobs j = { .arena = arena_new(LIMIT_ARENA),
		.models = policy->models };
	const struct job *job;

	room_catch_term();
	if (sandbox_close_others(NULL, 0) != ERR_OK || policy->read_only)
		_exit(ROOM_UNUSED);
	if (j.arena == NULL || open_dirs(&j, policy) != ERR_OK ||
	    !take_turn(&j) ||
	    room_open_store(policy, STORE_WRITE, false, &j.store) != ERR_OK ||
	    room_seal(SANDBOX_JOB) != ERR_OK)
		_exit(ROOM_FAILED);
	for (size_t i = 0; (job = job_at(i)) != NULL; i++)
		while (conn_stopping == 0 && is_due(&j, job) && step(&j, job))
			continue;
	_exit(ROOM_DONE);
}
