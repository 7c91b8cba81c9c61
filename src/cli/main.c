/* SPDX-License-Identifier: ISC */
/* doorward - the command. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/event.h"
#include "cli/cmd.h"
#include "crypto/crypto.h"

static const struct cmd *const commands[] = {
#define CMD(sym) &cmd_##sym,
#include "cli/cmd.tbl"
#undef CMD
};

static void
help(FILE *to)
{
	(void)fputs("usage: doorward [--home DIR] COMMAND [ARGUMENTS]\n"
		    "       doorward --help | --version\n"
		    "\n"
		    "A local database for coding agents and programs: MCP and\n"
		    "the DynamoDB API on the same tables.  See doorward(1).\n"
		    "\n",
	    to);
	for (size_t i = 0; i < NELEM(commands); i++)
		(void)fprintf(to, "  %-12s %s\n", commands[i]->name,
		    commands[i]->summary);
}

int
cmd_usage(const struct cmd *c, const char *odd)
{
	if (odd != NULL)
		(void)fprintf(stderr,
		    "doorward: %s: unexpected argument '%.80s'\n", c->name,
		    odd);
	(void)fprintf(stderr, "usage: doorward %s%s%s\n", c->name,
	    c->args[0] == '\0' ? "" : " ", c->args);
	return EX_USAGE;
}

void
cmd_complain(const char *what)
{
	(void)fprintf(stderr, "doorward: %s\n", what);
}

bool
cmd_bad_value(const char *option, const char *value, const char *expected)
{
	(void)fprintf(stderr,
	    "doorward: --%s: bad value '%.80s', expected %s\n", option, value,
	    expected);
	return false;
}

const char *
cmd_worker(void)
{
	static char path[PATH_MAX];
	static const char name[] = "doorward-worker";
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash != NULL &&
		    (size_t)(slash + 1 - path) + sizeof(name) <= sizeof(path)) {
			memcpy(slash + 1, name, sizeof(name));
			if (access(path, X_OK) == 0)
				return path;
		}
	}
	return DOORWARD_LIBEXECDIR "/doorward-worker";
}

void
cmd_no_worker(void)
{
	const int error = errno;

	(void)fprintf(stderr,
	    "doorward: cannot start %s: %s; it is installed there, or kept "
	    "beside doorward\n",
	    cmd_worker(), strerror(error));
}

int
cmd_load(const struct cmd_env *env, const struct policy_flags *flags,
    struct policy **ret)
{
	struct home home;
	const char *why = "cannot start";

	if (home_find(env->home, &home, &why) != ERR_OK ||
	    policy_begin(&home, flags, ret, &why) != ERR_OK) {
		cmd_complain(why);
		return EX_CONFIG;
	}
	return EX_OK;
}

/* Also behind what a command has of its own: doorward token new --help. */
static bool
asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

static int
run(const struct cmd_env *env, int argc, char **argv)
{
	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct cmd *c = commands[i];

		if (strcmp(c->name, argv[0]) != 0)
			continue;
		if (asks_help(argc, argv)) {
			(void)printf("usage: doorward %s%s%s\n\n%s\n", c->name,
			    c->args[0] == '\0' ? "" : " ", c->args, c->summary);
			return EX_OK;
		}
		if (!c->becomes && !cmd_may(env, argc, argv))
			return EX_NOPERM;
		return c->run(env, argc, argv);
	}
	(void)fprintf(stderr, "doorward: no such command: %s\n", argv[0]);
	help(stderr);
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	struct cmd_env env = { 0 };
	int i = 1;

	event_begin();
	(void)umask(077); /* whatever is made is its owner's alone */
	if (crypto_init() != ERR_OK) {
		cmd_complain("no source of random bytes");
		return EX_OSERR;
	}
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			help(stdout);
			return EX_OK;
		}
		if (strcmp(argv[i], "--version") == 0) {
			(void)puts("doorward " DOORWARD_VERSION);
			return EX_OK;
		}
		if (strcmp(argv[i], "--home") != 0 || i + 1 == argc) {
			(void)fprintf(stderr, "doorward: %s: %s\n", argv[i],
			    strcmp(argv[i], "--home") == 0 ?
				"expected a directory" :
				"no such option");
			help(stderr);
			return EX_USAGE;
		}
		env.home = argv[++i];
	}
	if (i == argc) {
		help(stderr);
		return EX_USAGE;
	}
	return run(&env, argc - i, argv + i);
}
