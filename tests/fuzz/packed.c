/* SPDX-License-Identifier: ISC */
/*
 * Packed files, gzip and Zstandard: a piece is never longer than it may be,
 * and what is read from the middle on is the rest of what is read whole.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bucket/bucket.h"

#define PIECE KIB(64)
#define ENOUGH MIB(8) /* of what is unpacked */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char top[] = "/tmp/doorward-fuzz-XXXXXX";

static void
leave(void)
{
	(void)rmdir(top);
}

static int
open_top(void)
{
	if (mkdtemp(top) == NULL || atexit(leave) != 0)
		abort();
	return open(top, O_RDONLY | O_DIRECTORY);
}

/* What comes behind the first skip bytes. */
static enum err
read_from(int dir, enum bucket_packing packing, size_t skip, struct buf *out)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = NULL;
	bool end = false;
	enum err e = bucket_open(dir, STR("f"), packing, &f);

	if (e == ERR_OK)
		e = bucket_skip(f, skip, out);
	while (e == ERR_OK && !end && out->len < ENOUGH) {
		const size_t before = out->len;

		e = bucket_read(f, out, &end);
		if (out->len - before > PIECE || (end && out->len != before))
			abort();
	}
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int dir = -1;
	struct buf whole CLEANUP(buf_free) = BUF_INIT(ENOUGH + PIECE);
	struct buf rest CLEANUP(buf_free) = BUF_INIT(ENOUGH + PIECE);
	enum bucket_packing packing;
	size_t skip;

	if (n == 0)
		return 0;
	if (dir < 0)
		dir = open_top();
	packing = data[0] % 2 ? BUCKET_GZIP : BUCKET_ZSTD;
	if (bucket_put_at(dir, STR("f"), 0,
		(struct str){ (const char *)data + 1, n - 1 }) != ERR_OK)
		abort();
	if (read_from(dir, packing, 0, &whole) == ERR_OK &&
	    whole.len < ENOUGH) {
		skip = whole.len / 2;
		if (read_from(dir, packing, skip, &rest) != ERR_OK ||
		    rest.len != whole.len - skip ||
		    memcmp(rest.p, whole.p + skip, rest.len) != 0)
			abort();
	}
	(void)unlinkat(dir, "f", 0);
	return 0;
}
