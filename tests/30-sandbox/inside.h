/* SPDX-License-Identifier: ISC */
/*
 * inside.h - run a function inside the sandbox, and see how it ended.
 *
 * inside() forks a worker that passes stage 1 and forks the room that is
 * wanted; the function's return value is the room's exit status.  What it
 * has to say goes to `shared`, memory that all of them have.
 */
#ifndef INSIDE_H
#define INSIDE_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox.h"
#include "tap.h"

enum where {
	WORKER,
	READER,
	WRITER,
	JOB,
	WHERE__MAX
};
static const char *const where_name[] UNUSED = { "worker", "reader", "writer",
	"job" };

/* Exit statuses of inside() itself; functions stay below. */
#define INSIDE_NO_ENTER 201
#define INSIDE_NO_SEAL	202

static char inside_dir[] = "/tmp/doorward-sandbox-XXXXXX";
static struct sandbox_conf inside_conf UNUSED = { .data_dir = inside_dir,
	.max_files = 256 };
static struct {
	long ret;
	int error;
	bool returned;
	char step[64];
	char text[4096];
} *shared;

/* A data directory with a file in it, and the shared memory. */
static void
inside_init(void)
{
	char path[128];
	int fd;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || mkdtemp(inside_dir) == NULL)
		abort();
	(void)snprintf(path, sizeof(path), "%s/doorward.db", inside_dir);
	if ((fd = open(path, O_RDWR | O_CREAT, 0600)) < 0 ||
	    write(fd, "0123456789abcdef", 16) != 16)
		abort();
	(void)close(fd);
}

UNUSED static void
inside_step(const char *step)
{
	(void)snprintf(shared->step, sizeof(shared->step), "%s", step);
}

/* The exit status, or minus the signal that ended it. */
static int
inside_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int
inside_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1000;
	return inside_status(status);
}

/* In a worker: a room of the kind, running fn. */
static int
inside_room(enum where where, int (*fn)(void *), void *arg)
{
	static const enum sandbox_role roles[] = { [READER] = SANDBOX_READER,
		[WRITER] = SANDBOX_WRITER,
		[JOB] = SANDBOX_JOB };
	const char *step = "";
	pid_t pid = fork();

	if (pid != 0)
		return inside_wait(pid);
	if (where != WORKER && sandbox_seal(roles[where], &step) != ERR_OK) {
		inside_step(step);
		_exit(INSIDE_NO_SEAL);
	}
	_exit(fn(arg));
}

UNUSED static int
inside(enum where where, int (*fn)(void *), void *arg)
{
	const char *step = "";
	pid_t pid = fork();

	if (pid != 0)
		return inside_wait(pid);
	if (sandbox_enter(&inside_conf, &step) != ERR_OK) {
		inside_step(step);
		_exit(INSIDE_NO_ENTER);
	}
	_exit((int)((unsigned)inside_room(where, fn, arg) & 0xff));
}

UNUSED static int
inside_done(void)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf %s", inside_dir);
	if (system(command) != 0)
		printf("# %s stays\n", inside_dir);
	return tap_done();
}

/* Without seccomp there is nothing to see for most tests. */
#ifdef SANDBOX_SANITIZED
#define INSIDE_SKIP 1
#else
#define INSIDE_SKIP 0
#endif
UNUSED static int
inside_skip(void)
{
	printf("1..0 # SKIP AddressSanitizer's run-time cannot live under "
	       "this filter\n");
	return 0;
}

#endif
