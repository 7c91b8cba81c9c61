/* SPDX-License-Identifier: ISC */
/*
 * cmd - the subcommands of doorward, one file and one row each.
 *
 * Layer: cli.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "conf/policy.h"

/* What stands before the subcommand. */
struct cmd_env {
	const char *home; /* --home DIR, or NULL */
};

struct cmd {
	const char *name;
	const char *args;    /* for the usage line */
	const char *summary; /* one line for --help */
	bool becomes;	     /* started as root it becomes the files' owner */
	/* argv[0] is the subcommand's name.  An exit status of sysexits(3). */
	int (*run)(const struct cmd_env *env, int argc, char **argv);
};

#define CMD(sym) extern const struct cmd cmd_##sym;
#include "cli/cmd.tbl"
#undef CMD

/* Say "usage: doorward NAME ARGS" on standard error, and before it which
 * argument was not expected, unless odd is NULL; EX_USAGE. */
int cmd_usage(const struct cmd *c, const char *odd)
    __attribute__((nonnull(1)));

/* Say "doorward: WHAT" on standard error. */
void cmd_complain(const char *what) NONNULL;

/* Say "--OPTION: bad value 'VALUE', expected EXPECTED"; false. */
bool cmd_bad_value(const char *option, const char *value, const char *expected)
    NONNULL;

/*
 * False, and said why and how else, for root where the files are, or would
 * be, another user's: those of a user are made and read by that user alone.
 */
bool cmd_may(const struct cmd_env *env, int argc, char **argv) NONNULL
    NODISCARD;

/*
 * The worker: beside this program where it was built, else where it was
 * installed.
 */
const char *cmd_worker(void);
/* It could not be started: say which, and why by errno. */
void cmd_no_worker(void);

/*
 * A row of the log for what the command has changed outside of the store:
 * operation "RevokeToken", about whom.  A failure is said.
 */
void cmd_note(const struct cmd_env *env, const char *operation,
    struct str about) NONNULL;

/*
 * Find the home, make what is missing, load the policy.  On failure the
 * reason was said and the result is an exit status other than 0.
 */
int cmd_load(const struct cmd_env *env, const struct policy_flags *flags,
    struct policy **ret) NONNULL;

#endif
