/* SPDX-License-Identifier: ISC */
#include "serve/spawn.h"

#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "base/event.h"

static int
run(const char *path, const char *const *argv,
    const posix_spawn_file_actions_t *files, pid_t *ret_pid)
{
	posix_spawnattr_t attr;
	sigset_t none;
	int e;

	(void)sigemptyset(&none);
	if ((e = posix_spawnattr_init(&attr)) != 0)
		return e;
	(void)posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	e = posix_spawn(ret_pid, path, files, &attr,
	    (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	return e;
}

enum err
spawn_worker(const struct serve_conf *c, const char *how,
    const struct spawn_fd *fds, size_t nfds, pid_t *ret_pid)
{
	const char *argv[10] = { "doorward-worker", how };
	size_t argc = 2;
	posix_spawn_file_actions_t files;
	int e;

	if (c->home != NULL) {
		argv[argc++] = "--home";
		argv[argc++] = c->home;
	}
	if (c->data != NULL) {
		argv[argc++] = "--data";
		argv[argc++] = c->data;
	}
	if (c->flags.no_auth)
		argv[argc++] = "--no-auth";
	if (c->flags.ephemeral)
		argv[argc++] = "--ephemeral";
	if (c->flags.read_only)
		argv[argc++] = "--read-only";
	*ret_pid = -1;
	if ((e = posix_spawn_file_actions_init(&files)) != 0)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < nfds && e == 0; i++)
		e = posix_spawn_file_actions_adddup2(&files, fds[i].here,
		    fds[i].there);
	if (e == 0)
		e = run(c->worker, argv, &files, ret_pid);
	(void)posix_spawn_file_actions_destroy(&files);
	if (e == 0)
		return ERR_OK;
	EVENT_LOG(EVENT_START_FAILED, { "step", STR("worker") },
	    { "path", str_from(c->worker) }, { "why", str_from(strerror(e)) });
	*ret_pid = -1;
	return ERR_CONF;
}
