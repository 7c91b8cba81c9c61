/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#define ZLIB_CONST /* so is next_in */
#include <zlib.h>

#include "bucket/internal.h"

#define GZIP_BITS (15 + 16) /* zlib's largest window, in gzip's frame alone */

static enum err
begin(void **ret_state)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (z == NULL || inflateInit2(z, GZIP_BITS) != Z_OK) {
		free(z);
		return ERR_NO_MEMORY;
	}
	*ret_state = z;
	return ERR_OK;
}

static enum err
next(void *state, struct unpack *u)
{
	z_stream *z = state;
	int got;

	if (u->between && inflateReset(z) != Z_OK)
		return ERR_INTERNAL;
	z->next_in = u->in;
	z->avail_in = (uInt)u->in_len;
	z->next_out = u->out;
	z->avail_out = (uInt)u->out_len;
	got = inflate(z, Z_NO_FLUSH);
	u->in = z->next_in;
	u->in_len = z->avail_in;
	u->out = z->next_out;
	u->out_len = z->avail_out;
	u->between = got == Z_STREAM_END;
	if (got == Z_MEM_ERROR)
		return ERR_NO_MEMORY;
	return got == Z_OK || got == Z_STREAM_END || got == Z_BUF_ERROR ?
	    ERR_OK :
	    ERR_FILE_DATA;
}

static void
end(void *state)
{
	(void)inflateEnd(state);
	free(state);
}

const struct unpacker unpacker_gzip = {
	.begin = begin,
	.next = next,
	.end = end,
};
