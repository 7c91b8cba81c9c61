/* SPDX-License-Identifier: ISC */
/*
 * Records of imports: the same whether the text comes whole or byte by byte,
 * never more than is there; and what a record of CSV becomes is strict JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "ddb/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum lines
csv(struct str text, bool last, char delimiter, struct buf *values,
    struct lines_csv *ret, size_t *used)
{
	enum lines l;

	*used = 0;
	l = lines_csv(text, last, delimiter, values, ret, used);
	if (*used > text.len || ((l == LINES_ONE || l == LINES_BAD) && *used == 0))
		abort();
	return l;
}

/* Of its first bytes alone the record is not yet whole, or it is the same. */
static void
by_pieces(struct str text, char delimiter, enum lines want, size_t want_used)
{
	struct buf values CLEANUP(buf_free) = BUF_INIT(MIB(1));
	static struct lines_csv c;
	size_t used;

	for (size_t n = 0; n < text.len; n++) {
		enum lines l = csv((struct str){ text.p, n }, false, delimiter,
		    &values, &c, &used);

		if (l == LINES_MORE)
			continue;
		if (l != want || used != want_used)
			abort();
		return;
	}
}

static void
item(const struct lines_csv *names, const struct lines_csv *values)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(8));
	struct json_error error;

	if (intake_csv(names, values, NULL, &out) &&
	    json_check(buf_str(&out), LIMIT_JSON_DEPTH, &error) != ERR_OK &&
	    strcmp(error.what, "duplicate member name") != 0 &&
	    memchr(out.p, '\\', out.len) == NULL)
		abort();
}

static void
lines_of(struct str text)
{
	struct str line;
	size_t used = 0;

	while (lines_next(text, true, &line, &used) == LINES_ONE) {
		if (used == 0 || used > text.len || line.len > used ||
		    memchr(line.p, '\n', line.len) != NULL)
			abort();
		text.p += used;
		text.len -= used;
	}
	if (text.len != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf head CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf values CLEANUP(buf_free) = BUF_INIT(MIB(1));
	static struct lines_csv names, c;
	struct str text = { (const char *)data, n };
	size_t used;
	char delimiter;
	enum lines l;

	if (n < 2)
		return 0;
	delimiter = ",;:|\t "[data[0] % 6];
	text.p++;
	text.len--;
	lines_of(text);
	l = csv(text, true, delimiter, &head, &names, &used);
	if (text.len < 512)
		by_pieces(text, delimiter, l, used);
	while (l == LINES_ONE) {
		text.p += used;
		text.len -= used;
		l = csv(text, true, delimiter, &values, &c, &used);
		if (l == LINES_ONE)
			item(&names, &c);
	}
	return 0;
}
