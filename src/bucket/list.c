/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bucket/internal.h"

struct list {
	int dir;
	struct str prefix;
	struct arena *arena;
	struct bucket_found *all;
	size_t n, room, max;
	struct pending *todo; /* directories that are not read yet */
};

/* A directory; "" is the first. */
struct pending {
	struct str path;
	struct pending *next;
};

static enum err
add_file(struct list *l, struct str path)
{
	struct bucket_found *more;
	struct stat st;
	int fd;
	enum err e;

	if (!str_starts(path, l->prefix))
		return ERR_OK;
	e = bucket_open_plain(l->dir, path, O_RDONLY, &fd, &st);
	if (e != ERR_OK)
		return ERR_OK;
	(void)close(fd);
	if (l->n == l->max)
		return ERR_LIMIT;
	if (l->n == l->room) {
		l->room = l->room == 0 ? 64 : 2 * l->room;
		more = arena_alloc(l->arena, l->room * sizeof(*more));
		if (more == NULL)
			return ERR_NO_MEMORY;
		if (l->n > 0)
			memcpy(more, l->all, l->n * sizeof(*more));
		l->all = more;
	}
	l->all[l->n++] = (struct bucket_found){ .path = path,
		.bytes = (uint64_t)st.st_size };
	return ERR_OK;
}

static enum err
add_dir(struct list *l, struct str path)
{
	struct pending *p;
	const size_t n = path.len < l->prefix.len ? path.len : l->prefix.len;

	if (n > 0 && memcmp(path.p, l->prefix.p, n) != 0)
		return ERR_OK;
	if ((p = arena_alloc(l->arena, sizeof(*p))) == NULL)
		return ERR_NO_MEMORY;
	*p = (struct pending){ .path = path, .next = l->todo };
	l->todo = p;
	return ERR_OK;
}

static enum err
add(struct list *l, struct str dir, const struct dirent64 *d)
{
	const char *z;
	struct str path;

	if (d->d_type != DT_REG && d->d_type != DT_DIR)
		return ERR_OK;
	z = arena_printf(l->arena, "%.*s%s%s", STR_ARG(dir),
	    dir.len > 0 ? "/" : "", d->d_name);
	if (z == NULL)
		return ERR_NO_MEMORY;
	path = str_from(z);
	if (!bucket_path_ok(path))
		return ERR_OK;
	return d->d_type == DT_REG ? add_file(l, path) : add_dir(l, path);
}

/* fdopendir(3) would ask for more than a sealed process may do. */
static enum err
read_dir(struct list *l, int fd, struct str dir)
{
	_Alignas(struct dirent64) char part[KIB(8)];
	ssize_t n;

	while ((n = getdents64(fd, part, sizeof(part))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *d = (const void *)(part + at);
			enum err e = add(l, dir, d);

			if (e != ERR_OK)
				return e;
			at += d->d_reclen;
		}
	return n < 0 ? bucket_errno() : ERR_OK;
}

static int
by_path(const void *a, const void *b)
{
	const struct bucket_found *x = a, *y = b;

	return str_cmp(x->path, y->path);
}

enum err
bucket_list(int dir, struct str prefix, size_t max, struct arena *a,
    struct bucket_found **ret, size_t *ret_n)
{
	struct list l = { .dir = dir,
		.prefix = prefix,
		.arena = a,
		.max = max };
	enum err e = add_dir(&l, STR(""));

	while (e == ERR_OK && l.todo != NULL) {
		const struct str path = l.todo->path;
		int fd = bucket_openat(dir, path.len > 0 ? path.p : ".",
		    O_RDONLY | O_DIRECTORY);

		l.todo = l.todo->next;
		if (fd < 0)
			continue;
		e = read_dir(&l, fd, path);
		(void)close(fd);
	}
	if (e != ERR_OK)
		return e;
	if (l.n > 0)
		qsort(l.all, l.n, sizeof(*l.all), by_path);
	*ret = l.all;
	*ret_n = l.n;
	return ERR_OK;
}
