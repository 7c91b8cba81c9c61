/* SPDX-License-Identifier: ISC */
#include "limit/limit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "limit/shared.h"

struct shared *limit_shared;

static enum err
fail(const char *what, const char **reterr_text)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "the file " LIMIT_FILE ": %s", what);
	*reterr_text = text;
	return ERR_CONF;
}

/* O_NONBLOCK: a FIFO of that name must not hold us up. */
static int
open_in(const char *dir)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	if (at < 0)
		return -1;
	fd = openat(at, LIMIT_FILE,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	(void)close(at);
	return fd;
}

/*
 * All of it gets its blocks now: a store into a hole of a full disk would
 * end the process.  It only ever grows, as others may have it mapped.
 */
static const char *
make_whole(int fd, const struct stat *st)
{
	const off_t size = sizeof(struct shared);
	int e;

	if (st->st_size >= size && st->st_blocks * 512 >= size)
		return NULL;
	e = posix_fallocate(fd, 0, size);
	return e == 0 ? NULL : strerror(e);
}

static const char *
check(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is no regular file";
	if (st.st_uid != geteuid())
		return "belongs to somebody else than the directory";
	if ((st.st_mode & 077) != 0)
		return "others may read or write it, expected mode 0600";
	return make_whole(fd, &st);
}

/* A new file, one of another version, or nonsense: from the start. */
static void
begin(struct shared *s)
{
	if (load(&s->magic) == SHARED_MAGIC)
		return;
	for (size_t i = 1; i < sizeof(*s) / sizeof(s->magic); i++)
		store(&s->magic + i, 0);
	store(&s->since, clock_wall_ns());
	store(&s->magic, SHARED_MAGIC);
}

enum err
limit_open(const char *dir, const char **reterr_text)
{
	const char *wrong = NULL;
	void *p = MAP_FAILED;
	int fd;

	if (limit_shared != NULL)
		return ERR_OK;
	if ((fd = open_in(dir)) < 0)
		return fail(errno == ELOOP ? "is a symbolic link" :
					     strerror(errno),
		    reterr_text);
	if ((wrong = check(fd)) == NULL &&
	    (p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
		 MAP_SHARED, fd, 0)) == MAP_FAILED)
		wrong = strerror(errno);
	(void)close(fd);
	if (wrong != NULL)
		return fail(wrong, reterr_text);
	limit_shared = p;
	begin(limit_shared);
	return ERR_OK;
}

void
limit_close(void)
{
	if (limit_shared != NULL)
		(void)munmap(limit_shared, sizeof(struct shared));
	limit_shared = NULL;
}
