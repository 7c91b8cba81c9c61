/* SPDX-License-Identifier: ISC */
/*
 * internal - opening, unpacking, and MD5, for the files of this folder.
 *
 * Layer: bucket.  Private.
 */
#ifndef BUCKET_INTERNAL_H
#define BUCKET_INTERNAL_H

#include <sys/stat.h>

#include "bucket/bucket.h"

/* The error for errno. */
enum err bucket_errno(void) NODISCARD;

/* openat2(2) beneath dir; path ends in NUL.  -1 and errno. */
int bucket_openat(int dir, const char *path, int flags) NONNULL NODISCARD;

/* A regular file; flags O_RDONLY, or O_WRONLY with O_CREAT. */
enum err bucket_open_plain(int dir, struct str path, int flags, int *ret_fd,
    struct stat *ret) NONNULL NODISCARD;

/* The directory that the path's last name is in, made where it is not. */
enum err bucket_make_parent(int dir, struct str path, int *ret_fd) NONNULL
    NODISCARD;

enum err bucket_write_all(int fd, const void *p, size_t n) NONNULL NODISCARD;

/* A packed text, piece by piece: what is there of it, and room for what it
 * says; both move on.  It is made of frames. */
#define UNPACK_HEAD 4 /* bytes of a frame's begin that are there, or the end */
struct unpack {
	const unsigned char *in;
	size_t in_len;
	unsigned char *out;
	size_t out_len;
	bool between; /* frames; at first it is */
};

/* One way of packing.  next() takes and gives what it can; neither: more is
 * needed. */
struct unpacker {
	enum err (*begin)(void **ret_state);
	enum err (*next)(void *state, struct unpack *u);
	void (*end)(void *state);
};
extern const struct unpacker unpacker_gzip, unpacker_zstd;

/* RFC 1321, for manifests; it protects nothing. */
struct md5 {
	uint32_t state[4];
	uint64_t bytes;
	unsigned char block[64];
};
void md5_init(struct md5 *m) NONNULL;
void md5_add(struct md5 *m, const void *p, size_t n) NONNULL;
void md5_end(struct md5 *m, unsigned char ret[BUCKET_MD5_BYTES]) NONNULL;

#endif
