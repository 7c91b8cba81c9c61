/* SPDX-License-Identifier: ISC */
/* doorward serve - the listener, in the foreground. */
#include "serve/serve.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/event.h"
#include "cli/cmd.h"
#include "sandbox/sandbox.h"
#include "serve/ephemeral.h"

static int cmd_serve_run(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_serve = {
	.name = "serve",
	.args =
	    "[--listen ADDRESS]... [--ephemeral] [--read-only] [--no-auth]\n"
	    "                      [--idle-exit SECONDS]",
	.summary = "listen and serve until it is told to end",
	.becomes = true,
	.run = cmd_serve_run,
};

/* What is wrong was said. */
static bool
parse(struct serve_conf *c, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "ephemeral", no_argument, NULL, 'e' },
		{ "read-only", no_argument, NULL, 'r' },
		{ "no-auth", no_argument, NULL, 'n' },
		{ "idle-exit", required_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	uint64_t s;
	int o;

	while ((o = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (o) {
		case 'l':
			if (c->nlisten == SERVE_LISTEN_MAX) {
				cmd_complain("--listen: 8 addresses at most");
				return cmd_usage(&cmd_serve, NULL) == EX_OK;
			}
			c->listen[c->nlisten++] = str_from(optarg);
			break;
		case 'e':
			c->flags.ephemeral = true;
			break;
		case 'r':
			c->flags.read_only = true;
			break;
		case 'n':
			c->flags.no_auth = true;
			break;
		case 'i':
			if (!str_u64(str_from(optarg), UINT_MAX / 1000, &s)) {
				cmd_complain("--idle-exit: expected seconds");
				return cmd_usage(&cmd_serve, NULL) == EX_OK;
			}
			c->idle_exit_s = (unsigned)s;
			break;
		default:
			return cmd_usage(&cmd_serve, NULL) == EX_OK;
		}
	}
	return optind == argc || cmd_usage(&cmd_serve, argv[optind]) == EX_OK;
}

/* For good, before anything is made: it is to be the owner's.  HOME is
 * root's, and would lead our workers to other files. */
static enum err
become_owner(const struct home *home, const char **reterr_text)
{
	uid_t uid;
	gid_t gid;

	if (geteuid() != 0 || !home_owner(home, &uid, &gid) || uid == 0)
		return ERR_OK;
	if (sandbox_become(uid, gid) != ERR_OK || unsetenv("HOME") < 0) {
		*reterr_text = "cannot become the owner of the data directory";
		return ERR_CONF;
	}
	return ERR_OK;
}

static int
run_policy(struct serve_conf *c)
{
	if (c->nlisten == 0) {
		memcpy(c->listen, c->policy->listen, sizeof(c->listen));
		c->nlisten = c->policy->nlisten;
		c->listen_conf = true;
	}
	if (c->flags.ephemeral)
		EVENT_LOG(EVENT_WARNING,
		    { "why",
			STR("ephemeral: any AWS credentials are accepted "
			    "and nothing is kept") });
	if (c->flags.no_auth)
		EVENT_LOG(EVENT_WARNING,
		    { "why",
			STR("no-auth: every process of this machine may "
			    "read and write") });
	return serve(c);
}

static int
cmd_serve_run(const struct cmd_env *env, int argc, char **argv)
{
	struct serve_conf c = { .home = env->home, .worker = cmd_worker() };
	struct policy *policy;
	const char *why = "";
	struct home home;
	int r;

	if (!parse(&c, argc, argv))
		return EX_USAGE;
	if (home_find(env->home, &home, &why) != ERR_OK ||
	    become_owner(&home, &why) != ERR_OK ||
	    (c.flags.ephemeral &&
		ephemeral_make(home.data, sizeof(home.data), &why) != ERR_OK)) {
		cmd_complain(why);
		return EX_CONFIG;
	}
	if (c.flags.ephemeral)
		c.data = home.data;
	if (policy_begin(&home, &c.flags, &policy, &why) != ERR_OK) {
		cmd_complain(why);
		r = EX_CONFIG;
	} else {
		c.policy = policy;
		r = run_policy(&c);
	}
	if (c.flags.ephemeral)
		ephemeral_remove(home.data);
	return r;
}
