/* SPDX-License-Identifier: ISC */
/*
 * http_head - any bytes as a head: no fault, and the same answer however
 * they are split.
 */
#include <stdlib.h>
#include <string.h>

#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool cond)
{
	if (!cond)
		abort();
}

static bool
inside(struct str s, struct str in)
{
	return s.p == NULL || s.len == 0 || str_eq(s, STR("/")) ||
	    (s.p >= in.p && s.p + s.len <= in.p + in.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head whole, part;
	struct str in = { (const char *)data, size };
	size_t used = 0, part_used = 0;
	enum err e = http_head_parse(in, &whole, &used);

	/* A prefix is told the same, or to go on. */
	for (size_t n = 0; n < size; n += 1 + n / 16) {
		struct str cut = { in.p, n };
		enum err p = http_head_parse(cut, &part, &part_used);

		require(p == e || (p == ERR_OK && part_used == 0));
		if (p != ERR_OK)
			break;
		require(part_used == 0 || part_used == used);
	}
	if (e != ERR_OK || used == 0)
		return 0;
	require(used <= size && used <= LIMIT_HEAD);
	require(memcmp(in.p + used - 4, "\r\n\r\n", 4) == 0);
	require(!(whole.chunked && whole.has_length));
	require(whole.nfields <= LIMIT_FIELDS);
	require(whole.path.len > 0 && whole.target.len <= LIMIT_TARGET);
	require(inside(whole.path, in) && inside(whole.query, in));
	require(inside(whole.host, in) && inside(whole.target, in));
	require(whole.minor == 0 || whole.has_host);
	for (size_t i = 0; i < whole.nfields; i++) {
		require(inside(whole.fields[i].name, in));
		require(inside(whole.fields[i].value, in));
	}
	return 0;
}
