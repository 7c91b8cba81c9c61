/* SPDX-License-Identifier: ISC */
#include "serve/ephemeral.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "doorward-ephemeral."

static const char *
parent(void)
{
	const char *tmp = getenv("TMPDIR");

	if (access("/dev/shm", W_OK | X_OK) == 0)
		return "/dev/shm";
	return tmp != NULL && tmp[0] == '/' ? tmp : "/tmp";
}

void
ephemeral_remove(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	(void)closedir(d);
	(void)rmdir(path);
}

/* Ours, and of a server that is no more. */
static bool
is_stale(int dir, const char *name)
{
	struct stat st;
	long pid;

	if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0 ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return false;
	pid = strtol(name + sizeof(PREFIX) - 1, NULL, 10);
	return pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
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
		if (is_stale(dirfd(d), e->d_name) &&
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
