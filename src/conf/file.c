/* SPDX-License-Identifier: ISC */
#include "conf/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
conf_say(const char *fmt, ...)
{
	static char text[8192 + 512]; /* two paths and some words */
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return text;
}

void
fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void
dir_close(struct dir *d)
{
	fd_close(&d->fd);
}

/*
 * Root acts as the owner of the directory in which it makes something: so
 * the thing belongs to the owner from the moment it exists, and a directory
 * whose owner plays tricks with names gains nothing by them.
 */
static bool
owner_enter(uid_t uid, gid_t gid)
{
	if (geteuid() != 0 || uid == 0)
		return true;
	if (setegid(gid) < 0)
		return false;
	if (seteuid(uid) == 0)
		return true;
	if (setegid(getgid()) < 0)
		abort();
	return false;
}

static void
owner_leave(uid_t euid, gid_t egid)
{
	int saved = errno;

	if (geteuid() != euid && (seteuid(euid) < 0 || setegid(egid) < 0))
		abort();
	errno = saved;
}

static int
open_parent(const char *path, struct stat *ret)
{
	char up[4096];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	int fd;

	if (slash == NULL || n >= sizeof(up)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	(void)snprintf(up, sizeof(up), "%.*s", n == 0 ? 1 : (int)n, path);
	fd = open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, ret) < 0)
		fd_close(&fd);
	return fd;
}

/* One directory in a parent that exists.  0 or -1 with errno. */
static int
make_one(const char *path)
{
	uid_t euid = geteuid();
	gid_t egid = getegid();
	int up CLEANUP(fd_close) = -1;
	struct stat st;
	int rc = -1;

	if ((up = open_parent(path, &st)) < 0)
		return -1;
	if (owner_enter(st.st_uid, st.st_gid)) {
		rc = mkdirat(up, strrchr(path, '/') + 1, 0700);
		owner_leave(euid, egid);
	}
	if (rc < 0)
		return errno == EEXIST ? 0 : -1;
	return fsync(up);
}

static int
make_path(const char *path)
{
	char part[4096];
	size_t n = strlen(path);

	if (make_one(path) == 0)
		return 0;
	if (errno != ENOENT || n >= sizeof(part))
		return -1;
	for (size_t i = 1; i <= n; i++) {
		if (i < n && path[i] != '/')
			continue;
		if (path[i - 1] == '/')
			continue;
		(void)snprintf(part, sizeof(part), "%.*s", (int)i, path);
		if (access(part, F_OK) < 0 && make_one(part) < 0)
			return -1;
	}
	return 0;
}

void
dir_try(const char *path)
{
	if (access(path, F_OK) < 0)
		(void)make_one(path);
}

static const char *
dir_wrong(const struct stat *st, enum dir_kind kind, const char *path)
{
	uid_t me = geteuid();
	bool roots = kind == DIR_CONFIG && st->st_uid == 0 && me != 0;

	if (me != 0 && st->st_uid != me && !roots)
		return conf_say("%s: belongs to uid %u, expected %u", path,
		    (unsigned)st->st_uid, (unsigned)me);
	if ((st->st_mode & (roots ? 022 : 077)) != 0)
		return conf_say("%s: has mode %04o, expected %s", path,
		    (unsigned)st->st_mode & 07777,
		    roots ? "0755: nobody but root may write there" :
			    "0700 (chmod 700)");
	return NULL;
}

enum err
dir_open(const char *path, enum dir_kind kind, bool make, struct dir *ret,
    const char **reterr_text)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd CLEANUP(fd_close) = -1;
	const char *wrong;
	struct stat st;

	fd = open(path, flags);
	if (fd < 0 && errno == ENOENT && make && make_path(path) == 0)
		fd = open(path, flags);
	if (fd < 0 || fstat(fd, &st) < 0) {
		*reterr_text = errno == ENOTDIR || errno == ELOOP ?
		    conf_say("%s: is a symbolic link or no directory, "
			     "expected a directory",
			path) :
		    conf_say("%s: %s, expected a directory of mode 0700", path,
			strerror(errno));
		return ERR_CONF;
	}
	if ((wrong = dir_wrong(&st, kind, path)) != NULL) {
		*reterr_text = wrong;
		return ERR_CONF;
	}
	*ret = (struct dir){ fd, st.st_uid, st.st_gid, path };
	fd = -1;
	return ERR_OK;
}

static const char *
file_wrong(const struct stat *st, const struct dir *d, const char *name,
    enum file_kind kind)
{
	bool plain = kind == FILE_SETTINGS;

	if (S_ISDIR(st->st_mode))
		return conf_say("%s/%s: is a directory, expected a file",
		    d->path, name);
	if (!S_ISREG(st->st_mode))
		return conf_say("%s/%s: is no regular file", d->path, name);
	if (st->st_uid != d->uid && !(plain && st->st_uid == 0))
		return conf_say("%s/%s: belongs to uid %u, expected %u, the "
				"directory's owner",
		    d->path, name, (unsigned)st->st_uid, (unsigned)d->uid);
	if (plain && (st->st_mode & 022) != 0)
		return conf_say("%s/%s: has mode %04o, expected 0600 or 0644: "
				"others may write it",
		    d->path, name, (unsigned)st->st_mode & 07777);
	if (!plain && (st->st_mode & 07177) != 0)
		return conf_say("%s/%s: has mode %04o, expected 0600 "
				"(chmod 600; others may have read it)",
		    d->path, name, (unsigned)st->st_mode & 07777);
	if (!plain && st->st_size == 0)
		return conf_say("%s/%s: is empty; put back what it held",
		    d->path, name);
	return NULL;
}

enum err
file_open(const struct dir *d, const char *name, enum file_kind kind,
    int *ret_fd, bool *ret_tidy, const char **reterr_text)
{
	/* O_NONBLOCK: a FIFO in the file's place must not hang us. */
	const int flags = (kind == FILE_EDITED ? O_RDWR : O_RDONLY) |
	    O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int fd CLEANUP(fd_close) = -1;
	const char *wrong;
	struct stat st;

	fd = openat(d->fd, name, flags);
	if (fd < 0 && errno == ENOENT) {
		*ret_fd = -1;
		return ERR_OK;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		*reterr_text = errno == ELOOP ?
		    conf_say("%s/%s: is a symbolic link, expected a file",
			d->path, name) :
		    conf_say("%s/%s: %s", d->path, name, strerror(errno));
		return ERR_CONF;
	}
	if ((wrong = file_wrong(&st, d, name, kind)) != NULL) {
		*reterr_text = wrong;
		return ERR_CONF;
	}
	if (st.st_nlink != 1)
		*ret_tidy = false;
	*ret_fd = fd;
	fd = -1;
	return ERR_OK;
}

enum err
file_open_path(const struct dir *d, const char *path, int *ret_fd,
    const char **reterr_text)
{
	struct dir root CLEANUP(dir_close) = { -1, d->uid, d->gid, "" };
	uid_t euid = geteuid();
	gid_t egid = getegid();
	bool tidy;
	enum err e = ERR_CONF;

	*ret_fd = -1;
	if (!owner_enter(d->uid, d->gid)) {
		*reterr_text = conf_say("%s: %s", path, strerror(errno));
		return ERR_CONF;
	}
	if (path[0] == '/')
		root.fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (path[0] != '/')
		e = file_open(d, path, FILE_SETTINGS, ret_fd, &tidy,
		    reterr_text);
	else if (root.fd >= 0)
		e = file_open(&root, path + 1, FILE_SETTINGS, ret_fd, &tidy,
		    reterr_text);
	else
		*reterr_text = conf_say("/: %s", strerror(errno));
	owner_leave(euid, egid);
	if (e != ERR_OK || *ret_fd >= 0)
		return e;
	*reterr_text = conf_say("%s%s%s: does not exist",
	    path[0] == '/' ? "" : d->path, path[0] == '/' ? "" : "/", path);
	return ERR_CONF;
}

enum err
file_read(int fd, const char *path, const char *name, void *p, size_t n,
    size_t *ret_n, const char **reterr_text)
{
	size_t have = 0;
	ssize_t got = 0;
	char past;

	while (have < n) {
		got = read(fd, (char *)p + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	if (have == n)
		got = read(fd, &past, 1);
	if (got < 0) {
		*reterr_text =
		    conf_say("%s/%s: %s", path, name, strerror(errno));
		return ERR_CONF;
	}
	if (got > 0) {
		*reterr_text =
		    conf_say("%s/%s: has more than %zu bytes", path, name, n);
		return ERR_CONF;
	}
	*ret_n = have;
	return ERR_OK;
}

static bool
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

static void
temp_name(char ret[64], const char *name, bool replace)
{
	(void)snprintf(ret, 64, ".%s.%s", name, replace ? "next" : "new");
}

static bool
make_file(const struct dir *d, const char *name, const void *p, size_t n,
    bool replace)
{
	int fd CLEANUP(fd_close) = -1;
	char temp[64];

	temp_name(temp, name, replace);
	(void)unlinkat(d->fd, temp, 0);
	fd = openat(d->fd, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || !write_all(fd, p, n) || fsync(fd) < 0)
		return false;
	if (replace)
		return renameat(d->fd, temp, d->fd, name) == 0 &&
		    fsync(d->fd) == 0;
	/* Unlike rename, link never takes the place of what is there. */
	if (linkat(d->fd, temp, d->fd, name, 0) < 0 && errno != EEXIST)
		return false;
	(void)unlinkat(d->fd, temp, 0);
	return fsync(d->fd) == 0;
}

static enum err
make_as_owner(const struct dir *d, const char *name, const void *p, size_t n,
    bool replace, const char **reterr_text)
{
	uid_t euid = geteuid();
	gid_t egid = getegid();
	bool made = false;

	if (owner_enter(d->uid, d->gid)) {
		made = make_file(d, name, p, n, replace);
		owner_leave(euid, egid);
	}
	if (made)
		return ERR_OK;
	*reterr_text = conf_say("%s/%s: cannot be made: %s", d->path, name,
	    strerror(errno));
	return ERR_CONF;
}

enum err
file_make(const struct dir *d, const char *name, const void *p, size_t n,
    const char **reterr_text)
{
	return make_as_owner(d, name, p, n, false, reterr_text);
}

enum err
file_replace(const struct dir *d, const char *name, const void *p, size_t n,
    const char **reterr_text)
{
	return make_as_owner(d, name, p, n, true, reterr_text);
}

void
file_tidy(const struct dir *d, const char *name)
{
	char temp[64];

	temp_name(temp, name, false);
	(void)unlinkat(d->fd, temp, 0);
}
