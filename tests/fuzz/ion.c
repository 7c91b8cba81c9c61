/* SPDX-License-Identifier: ISC */
/*
 * Records in Ion: the same whether the text comes whole or byte by byte,
 * never more than is there, and as JSON a strict one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ddb/ion.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum lines
next(struct str text, bool last, struct buf *out, size_t *used)
{
	enum lines l;

	*used = 0;
	l = ion_next(text, last, out, used);
	if (*used > text.len || ((l == LINES_ONE || l == LINES_BAD) && *used == 0))
		abort();
	return l;
}

/* Of its first bytes alone the record is not yet whole, or it is the same. */
static void
by_pieces(struct str text, enum lines want, size_t want_used)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	size_t used;

	for (size_t n = 0; n < text.len; n++) {
		enum lines l =
		    next((struct str){ text.p, n }, false, &out, &used);

		if (l == LINES_MORE)
			continue;
		if (l != want || used != want_used)
			abort();
		return;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(8));
	struct str text = { (const char *)data, n };
	struct json_error error;
	size_t used;
	enum lines l = next(text, true, &out, &used);

	if (n < 512)
		by_pieces(text, l, used);
	while (l == LINES_ONE || l == LINES_BAD) {
		if (l == LINES_ONE &&
		    json_check(buf_str(&out), LIMIT_JSON_DEPTH, &error) !=
			ERR_OK &&
		    strcmp(error.what, "duplicate member name") != 0 &&
		    memchr(out.p, '\\', out.len) == NULL)
			abort();
		text.p += used;
		text.len -= used;
		l = next(text, true, &out, &used);
	}
	return 0;
}
