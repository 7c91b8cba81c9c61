/* SPDX-License-Identifier: ISC */
/* doorward sweep - the work that goes on after requests, in a worker. */
#include <stdio.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/audit.h"

static int sweep(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_sweep = {
	.name = "sweep",
	.args = "",
	.summary = "delete what has expired, go on with what is unfinished",
	.run = sweep,
};

NORETURN static void
work(const struct cmd_env *env)
{
	const char *args[] = { "doorward-worker", "--jobs", NULL, NULL, NULL };

	if (env->home != NULL) {
		args[2] = "--home";
		args[3] = env->home;
	}
	(void)execv(cmd_worker(), (char **)(uintptr_t)args);
	cmd_no_worker();
	_exit(EX_UNAVAILABLE);
}

static int
sweep(const struct cmd_env *env, int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc != 1)
		return cmd_usage(&cmd_sweep, argv[1]);
	if ((pid = fork()) == 0)
		work(env);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		cmd_no_worker();
		return EX_OSERR;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return audit_tend(env);
	if (WIFEXITED(status) && WEXITSTATUS(status) >= EX__BASE)
		return WEXITSTATUS(status);
	cmd_complain("the work was not done; the worker's log says why");
	return EX_SOFTWARE;
}
