/* SPDX-License-Identifier: ISC */
#include "serve/ephemeral.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX    "doorward-ephemeral."
#define OPEN_DIRS 16

static const char *
parent(void)
{
	const char *tmp = getenv("TMPDIR");

	if (access("/dev/shm", W_OK | X_OK) == 0)
		return "/dev/shm";
	return tmp != NULL && tmp[0] == '/' ? tmp : "/tmp";
}

static int
remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED,
    struct FTW *at UNUSED)
{
	(void)remove(path);
	return 0;
}

/* What a directory holds before the directory; links are not followed. */
void
ephemeral_remove(const char *path)
{
	(void)nftw(path, remove_one, OPEN_DIRS, FTW_DEPTH | FTW_PHYS);
}

/* Ours, and of a server that is no more, or that still is. */
static bool
is_of(int dir, const char *name, bool alive)
{
	struct stat st;
	long pid;
	bool gone;

	if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0 ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return false;
	pid = strtol(name + sizeof(PREFIX) - 1, NULL, 10);
	gone = pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
	return pid > 0 && gone != alive;
}

static void
remove_stale(const char *in)
{
	DIR *d = opendir(in);
	const struct dirent *e;
	char path[4096];

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (is_of(dirfd(d), e->d_name, false) &&
		    snprintf(path, sizeof(path), "%s/%s", in, e->d_name) <
			(int)sizeof(path))
			ephemeral_remove(path);
	(void)closedir(d);
}

enum err
ephemeral_make(char *ret, size_t size, const char **reterr_text)
{
	const char *in = parent();
	int n;

	remove_stale(in);
	n = snprintf(ret, size, "%s/" PREFIX "%ld.XXXXXX", in, (long)getpid());
	if (n < 0 || (size_t)n >= size || mkdtemp(ret) == NULL) {
		*reterr_text = "no temporary directory for --ephemeral";
		return ERR_CONF;
	}
	return ERR_OK;
}

enum err
ephemeral_find(char *ret, size_t size, const char **reterr_text)
{
	const char *in = parent();
	DIR *d = opendir(in);
	const struct dirent *e;
	size_t found = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (is_of(dirfd(d), e->d_name, true) &&
		    snprintf(ret, size, "%s/%s", in, e->d_name) < (int)size)
			found++;
	if (d != NULL)
		(void)closedir(d);
	if (found == 1)
		return ERR_OK;
	*reterr_text = found == 0 ?
	    "no server with --ephemeral of yours is running" :
	    "more than one server with --ephemeral is running: expected "
	    "--data DIR";
	return ERR_CONF;
}
