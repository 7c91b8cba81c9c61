/* SPDX-License-Identifier: ISC */
/*
 * bucket - plain files beneath an open directory, gzip and Zstandard among
 * them.
 *
 * A path is relative: names between slashes, none of them empty, "." or
 * "..", no NUL, all UTF-8.  Nothing of it may be a symbolic link, and what it ends at
 * must be a regular file: so it never leads out of the directory, whoever
 * put what there.  Works in a sealed SANDBOX_JOB (openat2(2)); elsewhere
 * than on Linux nothing is opened.
 *
 * Errors of all: ERR_NOT_FOUND; ERR_FILE_NAME: no such path, or no plain
 * file; ERR_FILE_DATA: not what it is packed as, or cut off; ERR_FULL: the disk is;
 * ERR_FILE: any other; ERR_NO_MEMORY.
 *
 * Layer: bucket.  The only user of zlib and of libzstd.
 */
#ifndef BUCKET_BUCKET_H
#define BUCKET_BUCKET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define BUCKET_PATH_MAX 2048 /* bytes */
#define BUCKET_NAME_MAX 255

/* Is it a path as above? */
bool bucket_path_ok(struct str path) NODISCARD;

/* What was written: bytes as they are on the disk, and their MD5. */
#define BUCKET_MD5_BYTES 16
struct bucket_sum {
	uint64_t bytes;
	unsigned char md5[BUCKET_MD5_BYTES];
};

/* Write a file from its start; directories on the way are made.  A file of
 * two names (a hard link) is refused. */
struct bucket_out;
enum err bucket_create(int dir, struct str path, bool gzip,
    struct bucket_out **ret) NONNULL NODISCARD;
enum err bucket_put(struct bucket_out *f, struct str bytes) NONNULL NODISCARD;
/* All of it is on the disk, its name in its directory, when this returns. */
enum err bucket_finish(struct bucket_out *f, struct bucket_sum *ret) NONNULL
    NODISCARD;
void bucket_out_freep(struct bucket_out **f) NONNULL; /* for CLEANUP */

/* Make bytes the file's content from `at` on, to its end, and sync it. */
enum err bucket_put_at(int dir, struct str path, uint64_t at, struct str bytes)
    NODISCARD;

/* The sum of a file that is there. */
enum err bucket_sum(int dir, struct str path, struct bucket_sum *ret) NONNULL
    NODISCARD;

/*
 * Read a file; packed, it may be of several frames (RFC 1952's members, RFC
 * 8878's frames, those that are to be skipped included) and holds nothing
 * else.  What it takes to unpack is bounded, whatever the file says: a frame
 * of Zstandard may ask for a window of BUCKET_WINDOW_MAX bytes, as many as its
 * own tool takes unasked, and for no dictionary.
 */
enum bucket_packing { BUCKET_PLAIN, BUCKET_GZIP, BUCKET_ZSTD };
#define BUCKET_WINDOW_MAX MIB(128)

struct bucket_in;
enum err bucket_open(int dir, struct str path, enum bucket_packing packing,
    struct bucket_in **ret) NONNULL NODISCARD;
/* Appends some bytes, 64 KiB at most; *ret_end: there are no more. */
enum err bucket_read(struct bucket_in *f, struct buf *out, bool *ret_end) NONNULL
    NODISCARD;
/* Pass over n bytes of what bucket_read() would give; what was read behind them
 * comes into rest, which is empty before. */
enum err bucket_skip(struct bucket_in *f, uint64_t n, struct buf *rest) NONNULL
    NODISCARD;
void bucket_in_freep(struct bucket_in **f) NONNULL; /* for CLEANUP */

/*
 * The regular files beneath whose path begins with prefix (which may end
 * within a name), in byte order of their paths; strings are in the arena.
 * More than max of them: ERR_LIMIT.  What is no path of ours, no plain file
 * or no directory is passed over.
 */
struct bucket_found {
	struct str path;
	uint64_t bytes;
};
enum err bucket_list(int dir, struct str prefix, size_t max, struct arena *a,
    struct bucket_found **ret, size_t *ret_n) NONNULL NODISCARD;

#endif
