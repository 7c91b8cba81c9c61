/* SPDX-License-Identifier: ISC */
#include <zstd.h>
#include <zstd_errors.h>

#include "bucket/internal.h"

#define WINDOW_LOG 27
_Static_assert(BUCKET_WINDOW_MAX == 1 << WINDOW_LOG, "of the same size");

static enum err
begin(void **ret_state)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	size_t bad;

	if (z == NULL)
		return ERR_NO_MEMORY;
	bad = ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG);
	if (ZSTD_isError(bad) != 0) {
		(void)ZSTD_freeDCtx(z);
		return ERR_INTERNAL;
	}
	*ret_state = z;
	return ERR_OK;
}

/* The library reads its own formats of before RFC 8878 too, by decoders that
 * nobody looks after any more. */
static bool
is_frame(const struct unpack *u)
{
	uint32_t magic = 0;

	if (u->in_len < UNPACK_HEAD)
		return false;
	for (unsigned i = 0; i < UNPACK_HEAD; i++)
		magic |= (uint32_t)u->in[i] << 8 * i;
	return magic == ZSTD_MAGICNUMBER ||
	    (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static enum err
next(void *state, struct unpack *u)
{
	ZSTD_inBuffer in = { .src = u->in, .size = u->in_len };
	ZSTD_outBuffer out = { .dst = u->out, .size = u->out_len };
	size_t left;

	if (u->between && !is_frame(u))
		return ERR_FILE_DATA;
	left = ZSTD_decompressStream(state, &out, &in);
	if (ZSTD_isError(left) != 0)
		return ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation ?
		    ERR_NO_MEMORY :
		    ERR_FILE_DATA;
	u->in += in.pos;
	u->in_len -= in.pos;
	u->out += out.pos;
	u->out_len -= out.pos;
	u->between = left == 0;
	return ERR_OK;
}

static void
end(void *state)
{
	(void)ZSTD_freeDCtx(state);
}

const struct unpacker unpacker_zstd = {
	.begin = begin,
	.next = next,
	.end = end,
};
