/* SPDX-License-Identifier: ISC */
/* doorward mcp - MCP on standard input and output: a worker takes our place. */
#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/cmd.h"

static int mcp(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_mcp = {
	.name = "mcp",
	.args = "[--read-only]",
	.summary = "serve one MCP client on standard input and output",
	.becomes = true, /* the worker does */
	.run = mcp,
};

static int
mcp(const struct cmd_env *env, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "read-only", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char *args[6] = { "doorward-worker", "--stdio" };
	bool read_only = false;
	size_t n = 2;
	int o;

	while ((o = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (o != 'r')
			return cmd_usage(&cmd_mcp, NULL);
		read_only = true;
	}
	if (optind != argc)
		return cmd_usage(&cmd_mcp, argv[optind]);
	if (env->home != NULL) {
		args[n++] = "--home";
		args[n++] = env->home;
	}
	if (read_only)
		args[n] = "--read-only";
	(void)execv(cmd_worker(), (char **)(uintptr_t)args);
	cmd_no_worker();
	return EX_UNAVAILABLE;
}
