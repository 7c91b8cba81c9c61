/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "bucket/internal.h"

#define GZIP_BITS (15 + 16) /* zlib's largest window, in gzip's frame */
#define MEMORY    8         /* zlib's default */

struct bucket_out {
	int fd, parent;
	bool gzip;
	z_stream z;
	struct md5 md5;
	unsigned char part[KIB(32)];
};

static enum err
open_out(int dir, struct str path, int *ret_fd, int *ret_parent)
{
	struct str name, rest = path;
	struct stat st;
	enum err e = bucket_make_parent(dir, path, ret_parent);

	if (e != ERR_OK)
		return e;
	do
		name = str_cut(rest, '/', &rest);
	while (rest.p != NULL);
	e = bucket_open_plain(*ret_parent, name, O_WRONLY | O_CREAT, ret_fd,
	    &st);
	if (e == ERR_OK && st.st_nlink != 1) {
		(void)close(*ret_fd);
		e = ERR_FILE_NAME;
	}
	if (e != ERR_OK)
		(void)close(*ret_parent);
	return e;
}

enum err
bucket_create(int dir, struct str path, bool gzip, struct bucket_out **ret)
{
	struct bucket_out *f CLEANUP(bucket_out_freep) = calloc(1, sizeof(*f));
	enum err e;

	if (f == NULL)
		return ERR_NO_MEMORY;
	f->fd = f->parent = -1;
	if ((e = open_out(dir, path, &f->fd, &f->parent)) != ERR_OK) {
		f->fd = f->parent = -1;
		return e;
	}
	if (ftruncate(f->fd, 0) < 0)
		return bucket_errno();
	if (gzip &&
	    deflateInit2(&f->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_BITS,
		MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return ERR_NO_MEMORY;
	f->gzip = gzip;
	md5_init(&f->md5);
	*ret = TAKE(f);
	return ERR_OK;
}

static enum err
put_raw(struct bucket_out *f, const void *p, size_t n)
{
	md5_add(&f->md5, p, n);
	return bucket_write_all(f->fd, p, n);
}

static enum err
squeeze(struct bucket_out *f, int flush)
{
	int z;

	do {
		enum err e;

		f->z.next_out = f->part;
		f->z.avail_out = sizeof(f->part);
		z = deflate(&f->z, flush);
		e = put_raw(f, f->part, sizeof(f->part) - f->z.avail_out);
		if (e != ERR_OK)
			return e;
	} while (f->z.avail_out == 0);
	return z == Z_STREAM_ERROR ? ERR_INTERNAL : ERR_OK;
}

enum err
bucket_put(struct bucket_out *f, struct str bytes)
{
	if (!f->gzip)
		return put_raw(f, bytes.p, bytes.len);
	while (bytes.len > 0) {
		/* zlib counts in 32 bits; it does not write what it reads. */
		const size_t some = bytes.len < MIB(1) ? bytes.len : MIB(1);
		enum err e;

		f->z.next_in = (z_const Bytef *)(uintptr_t)bytes.p;
		f->z.avail_in = (uInt)some;
		if ((e = squeeze(f, Z_NO_FLUSH)) != ERR_OK)
			return e;
		bytes.p += some;
		bytes.len -= some;
	}
	return ERR_OK;
}

enum err
bucket_finish(struct bucket_out *f, struct bucket_sum *ret)
{
	enum err e = f->gzip ? squeeze(f, Z_FINISH) : ERR_OK;

	if (e != ERR_OK)
		return e;
	if (fsync(f->fd) < 0 || fsync(f->parent) < 0)
		return bucket_errno();
	ret->bytes = f->md5.bytes;
	md5_end(&f->md5, ret->md5);
	return ERR_OK;
}

void
bucket_out_freep(struct bucket_out **f)
{
	struct bucket_out *o = TAKE(*f);

	if (o == NULL)
		return;
	if (o->gzip)
		(void)deflateEnd(&o->z);
	if (o->fd >= 0)
		(void)close(o->fd);
	if (o->parent >= 0)
		(void)close(o->parent);
	free(o);
}

enum err
bucket_put_at(int dir, struct str path, uint64_t at, struct str bytes)
{
	int fd, parent;
	enum err e = open_out(dir, path, &fd, &parent);

	if (e != ERR_OK)
		return e;
	if (ftruncate(fd, (off_t)at) < 0 || lseek(fd, (off_t)at, SEEK_SET) < 0)
		e = bucket_errno();
	if (e == ERR_OK)
		e = bucket_write_all(fd, bytes.p, bytes.len);
	if (e == ERR_OK && (fsync(fd) < 0 || fsync(parent) < 0))
		e = bucket_errno();
	(void)close(fd);
	(void)close(parent);
	return e;
}
