/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/openat2.h>
#endif

#include "bucket/internal.h"

enum err
bucket_errno(void)
{
	switch (errno) {
	case ENOENT:
		return ERR_NOT_FOUND;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_FULL;
	case ENOMEM:
		return ERR_NO_MEMORY;
	case ELOOP:
	case EXDEV:
	case ENXIO:
	case EISDIR:
	case ENOTDIR:
	case EEXIST:
	case ENAMETOOLONG:
		return ERR_FILE_NAME;
	default:
		return ERR_FILE;
	}
}

static bool
name_ok(struct str s)
{
	return s.len > 0 && s.len <= BUCKET_NAME_MAX && !str_eq(s, STR(".")) &&
	    !str_eq(s, STR(".."));
}

bool
bucket_path_ok(struct str path)
{
	struct str name, rest = path;

	if (path.len == 0 || path.len > BUCKET_PATH_MAX ||
	    memchr(path.p, '\0', path.len) != NULL || !str_utf8(path))
		return false;
	while (rest.p != NULL) {
		name = str_cut(rest, '/', &rest);
		if (!name_ok(name))
			return false;
	}
	return true;
}

int
bucket_openat(int dir, const char *path, int flags)
{
#ifdef __linux__
	/* A FIFO must not make us wait, whatever it is opened for. */
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC | O_NOCTTY |
		    O_NONBLOCK),
		.mode = (flags & O_CREAT) != 0 ? 0600 : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
#else
	(void)dir, (void)path, (void)flags;
	errno = ENOSYS;
	return -1;
#endif
}

enum err
bucket_open_plain(int dir, struct str path, int flags, int *ret_fd,
    struct stat *ret)
{
	char z[BUCKET_PATH_MAX + 1];
	int fd;

	if (!bucket_path_ok(path))
		return ERR_FILE_NAME;
	memcpy(z, path.p, path.len);
	z[path.len] = '\0';
	if ((fd = bucket_openat(dir, z, flags)) < 0)
		return bucket_errno();
	if (fstat(fd, ret) < 0 || !S_ISREG(ret->st_mode)) {
		(void)close(fd);
		return ERR_FILE_NAME;
	}
	*ret_fd = fd;
	return ERR_OK;
}

/* The directory of that name in dir, which is closed. */
static int
enter(int dir, const char *name)
{
	int fd = -1;

	if (mkdirat(dir, name, 0700) == 0 || errno == EEXIST)
		fd = bucket_openat(dir, name, O_RDONLY | O_DIRECTORY);
	if (fd >= 0 && fsync(dir) < 0) {
		(void)close(fd);
		fd = -1;
	}
	(void)close(dir);
	return fd;
}

enum err
bucket_make_parent(int dir, struct str path, int *ret_fd)
{
	struct str name, rest = path;
	char z[BUCKET_NAME_MAX + 1];
	int fd;

	if (!bucket_path_ok(path))
		return ERR_FILE_NAME;
	fd = bucket_openat(dir, ".", O_RDONLY | O_DIRECTORY);
	name = str_cut(rest, '/', &rest);
	for (; fd >= 0 && rest.p != NULL; name = str_cut(rest, '/', &rest)) {
		memcpy(z, name.p, name.len);
		z[name.len] = '\0';
		fd = enter(fd, z);
	}
	if (fd < 0)
		return bucket_errno();
	*ret_fd = fd;
	return ERR_OK;
}

enum err
bucket_write_all(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		ssize_t some = write(fd, from, n);

		if (some < 0 && errno == EINTR)
			continue;
		if (some < 0)
			return bucket_errno();
		from += some;
		n -= (size_t)some;
	}
	return ERR_OK;
}
