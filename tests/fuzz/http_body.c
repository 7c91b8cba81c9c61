/* SPDX-License-Identifier: ISC */
/*
 * http_body - any bytes as a body: no fault, never more than max, and the
 * same answer however they are split.  The first byte chooses max and
 * whether a length or chunks frame it.
 */
#include <stdlib.h>

#include "http/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool cond)
{
	if (!cond)
		abort();
}

struct result {
	enum err e;
	size_t used;
	bool done;
	struct buf out;
};

static void
run(struct result *r, const struct http_head *h, size_t max, struct str in,
    size_t step)
{
	struct http_body b;

	*r = (struct result){ .out = BUF_INIT(MIB(1)) };
	r->e = http_body_init(&b, h, max);
	while (r->e == ERR_OK && r->used < in.len && !r->done) {
		struct str piece = { in.p + r->used, in.len - r->used };
		size_t used = 0;

		if (piece.len > step)
			piece.len = step;
		r->e = http_body_feed(&b, piece, &r->out, &used, &r->done);
		require(r->e != ERR_OK || r->done || used == piece.len);
		r->used += used;
	}
	require(r->out.len <= max);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head h;
	struct result a, b;
	struct str in;
	size_t max;

	if (size == 0)
		return 0;
	in = (struct str){ (const char *)data + 1, size - 1 };
	max = (size_t)data[0] * 4;
	h.chunked = (data[0] & 1) != 0;
	h.length = h.chunked ? 0 : data[0];
	run(&a, &h, max, in, SIZE_MAX);
	run(&b, &h, max, in, 1 + data[0] % 3);
	require(a.e == b.e && a.done == b.done);
	if (a.e == ERR_OK)
		require(a.used == b.used &&
		    str_eq(buf_str(&a.out), buf_str(&b.out)));
	buf_free(&a.out);
	buf_free(&b.out);
	return 0;
}
