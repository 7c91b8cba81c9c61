/* SPDX-License-Identifier: ISC */
/* Root and the files of others: what it made there could not be opened. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd.h"

/* Letters, digits and these need no quotes in a shell. */
static bool
is_plain(const char *word)
{
	return *word != '\0' &&
	    word[strspn(word,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_./:=,@%+")] == '\0';
}

static void
put_word(FILE *to, const char *word)
{
	if (is_plain(word)) {
		(void)fprintf(to, " %s", word);
		return;
	}
	(void)fputs(" '", to);
	for (; *word != '\0'; word++)
		(void)fputs(*word == '\'' ? "'\\''" : (char[]){ *word, '\0' },
		    to);
	(void)putc('\'', to);
}

/* Without HOME it is the machine's own files, as for root. */
static void
say_how(const struct cmd_env *env, const char *user, int argc, char **argv)
{
	(void)fprintf(stderr, "as its owner:\n  sudo -u %s", user);
	(void)fputs(env->home != NULL ? " doorward --home" :
					" env -u HOME doorward",
	    stderr);
	if (env->home != NULL)
		put_word(stderr, env->home);
	for (int i = 0; i < argc; i++)
		put_word(stderr, argv[i]);
	(void)putc('\n', stderr);
}

bool
cmd_may(const struct cmd_env *env, int argc, char **argv)
{
	const struct passwd *pw;
	const char *why;
	struct home home;
	char user[64];
	uid_t uid;
	gid_t gid;

	if (geteuid() != 0 || home_find(env->home, &home, &why) != ERR_OK ||
	    !home_owner(&home, &uid, &gid) || uid == 0)
		return true;
	if ((pw = getpwuid(uid)) != NULL)
		(void)snprintf(user, sizeof(user), "%s", pw->pw_name);
	else
		(void)snprintf(user, sizeof(user), "'#%lu'",
		    (unsigned long)uid);
	(void)fprintf(stderr,
	    "doorward: %s belongs to uid %lu, and root does not work on it; ",
	    home.data, (unsigned long)uid);
	say_how(env, user, argc, argv);
	return false;
}
