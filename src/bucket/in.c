/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bucket/internal.h"

#define PART KIB(64)

struct bucket_in {
	int fd;
	bool eof;                        /* of the file itself */
	const struct unpacker *unpacker; /* NULL: it is not packed */
	void *state;
	struct unpack u; /* its input lies in part */
	unsigned char part[KIB(32)];
};

enum err
bucket_open(int dir, struct str path, enum bucket_packing packing,
    struct bucket_in **ret)
{
	static const struct unpacker *const unpackers[] = {
		[BUCKET_PLAIN] = NULL,
		[BUCKET_GZIP] = &unpacker_gzip,
		[BUCKET_ZSTD] = &unpacker_zstd,
	};
	struct bucket_in *f CLEANUP(bucket_in_freep) = calloc(1, sizeof(*f));
	struct stat st;
	enum err e;

	if (f == NULL)
		return ERR_NO_MEMORY;
	f->fd = -1;
	f->u.between = true;
	if ((e = bucket_open_plain(dir, path, O_RDONLY, &f->fd, &st)) != ERR_OK)
		return e;
	f->unpacker = unpackers[packing];
	if (f->unpacker != NULL &&
	    (e = f->unpacker->begin(&f->state)) != ERR_OK)
		return e;
	*ret = TAKE(f);
	return ERR_OK;
}

static enum err
read_raw(int fd, void *p, size_t n, size_t *ret)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return bucket_errno();
	*ret = (size_t)got;
	return ERR_OK;
}

/* More of the file, where there is less than what a frame begins with. */
static enum err
feed(struct bucket_in *f)
{
	size_t n = 0;
	enum err e;

	while (f->u.in_len < UNPACK_HEAD && !f->eof) {
		if (f->u.in_len > 0)
			memmove(f->part, f->u.in, f->u.in_len);
		f->u.in = f->part;
		e = read_raw(f->fd, f->part + f->u.in_len,
		    sizeof(f->part) - f->u.in_len, &n);
		if (e != ERR_OK)
			return e;
		f->u.in_len += n;
		f->eof = n == 0;
	}
	return ERR_OK;
}

/* Some bytes, or none: then *ret_end. */
static enum err
expand(struct bucket_in *f, unsigned char *to, size_t *ret, bool *ret_end)
{
	struct unpack *u = &f->u;
	enum err e = ERR_OK;

	u->out = to;
	u->out_len = PART;
	while (u->out_len == PART) {
		size_t before;

		if ((e = feed(f)) != ERR_OK)
			break;
		*ret_end = u->in_len == 0 && u->between;
		before = u->in_len;
		if (*ret_end || (e = f->unpacker->next(f->state, u)) != ERR_OK)
			break;
		/* All that there is was given, and nothing came: cut off. */
		if (u->in_len == before && u->out_len == PART) {
			e = ERR_FILE_DATA;
			break;
		}
	}
	*ret = PART - u->out_len;
	return e;
}

enum err
bucket_read(struct bucket_in *f, struct buf *out, bool *ret_end)
{
	char *to = buf_reserve(out, PART);
	size_t n = 0;
	enum err e;

	*ret_end = false;
	if (to == NULL)
		return buf_err(out);
	if (f->unpacker != NULL) {
		e = expand(f, (unsigned char *)to, &n, ret_end);
	} else {
		e = read_raw(f->fd, to, PART, &n);
		*ret_end = e == ERR_OK && n == 0;
	}
	out->len += n;
	return e;
}

enum err
bucket_skip(struct bucket_in *f, uint64_t n, struct buf *rest)
{
	bool end = false;
	enum err e = ERR_OK;
	size_t some;

	if (f->unpacker == NULL)
		return lseek(f->fd, (off_t)n, SEEK_CUR) < 0 ? bucket_errno() :
							      ERR_OK;
	while (e == ERR_OK && n > 0 && !end) {
		e = bucket_read(f, rest, &end);
		some = n < rest->len ? (size_t)n : rest->len;
		buf_eat(rest, some);
		n -= some;
	}
	return e;
}

void
bucket_in_freep(struct bucket_in **f)
{
	struct bucket_in *i = TAKE(*f);

	if (i == NULL)
		return;
	if (i->state != NULL)
		i->unpacker->end(i->state);
	if (i->fd >= 0)
		(void)close(i->fd);
	free(i);
}

enum err
bucket_sum(int dir, struct str path, struct bucket_sum *ret)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = NULL;
	struct buf b CLEANUP(buf_free) = BUF_INIT(2 * PART);
	struct md5 md5;
	bool end = false;
	enum err e = bucket_open(dir, path, BUCKET_PLAIN, &f);

	md5_init(&md5);
	while (e == ERR_OK && !end) {
		if ((e = bucket_read(f, &b, &end)) == ERR_OK)
			md5_add(&md5, b.p, b.len);
		buf_reset(&b);
	}
	if (e != ERR_OK)
		return e;
	ret->bytes = md5.bytes;
	md5_end(&md5, ret->md5);
	return ERR_OK;
}
