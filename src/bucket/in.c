/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "bucket/internal.h"

#define GZIP_BITS (15 + 16) /* zlib's largest window, in gzip's frame alone */
#define PART      KIB(64)

struct bucket_in {
	int fd;
	bool gzip;
	bool between; /* members: the file may end here */
	bool eof;     /* of the file itself */
	z_stream z;
	unsigned char part[KIB(32)];
};

enum err
bucket_open(int dir, struct str path, bool gzip, struct bucket_in **ret)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = calloc(1, sizeof(*f));
	struct stat st;
	enum err e;

	if (f == NULL)
		return ERR_NO_MEMORY;
	f->fd = -1;
	if ((e = bucket_open_plain(dir, path, O_RDONLY, &f->fd, &st)) != ERR_OK)
		return e;
	if (gzip && inflateInit2(&f->z, GZIP_BITS) != Z_OK)
		return ERR_NO_MEMORY;
	f->gzip = gzip;
	f->between = true;
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

/* More of the file for zlib, if it has none. */
static enum err
feed(struct bucket_in *f)
{
	size_t n = 0;
	enum err e;

	if (f->z.avail_in > 0 || f->eof)
		return ERR_OK;
	if ((e = read_raw(f->fd, f->part, sizeof(f->part), &n)) != ERR_OK)
		return e;
	f->z.next_in = f->part;
	f->z.avail_in = (uInt)n;
	f->eof = n == 0;
	return ERR_OK;
}

/* Some bytes, or none: then *ret_end. */
static enum err
expand(struct bucket_in *f, unsigned char *to, size_t *ret, bool *ret_end)
{
	f->z.next_out = to;
	f->z.avail_out = PART;
	while (f->z.avail_out == PART) {
		enum err e = feed(f);
		int z;

		if (e != ERR_OK)
			return e;
		if (f->eof) {
			*ret_end = true;
			break;
		}
		if (f->between && inflateReset(&f->z) != Z_OK)
			return ERR_INTERNAL;
		z = inflate(&f->z, Z_NO_FLUSH);
		if (z == Z_MEM_ERROR)
			return ERR_NO_MEMORY;
		if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR)
			return ERR_FILE_DATA;
		f->between = z == Z_STREAM_END;
	}
	*ret = PART - f->z.avail_out;
	return *ret_end && !f->between ? ERR_FILE_DATA : ERR_OK;
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
	if (f->gzip) {
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

	if (!f->gzip)
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
	if (i->gzip)
		(void)inflateEnd(&i->z);
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
	enum err e = bucket_open(dir, path, false, &f);

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
