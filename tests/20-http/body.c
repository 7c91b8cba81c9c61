/* SPDX-License-Identifier: ISC */
/* body.t - the framing of bodies: lengths, chunks, and their limits. */
#include <stdlib.h>
#include <string.h>

#include "http/body.h"
#include "tap.h"

#define MAX 20 /* of the rows' bodies */

struct row {
	const char *what;
	struct str in;
	enum err want;
	struct str body; /* where want is ERR_OK; absent: not complete */
	size_t rest;     /* bytes behind the body */
};

#define DONE(what, text, body, rest)                               \
	{                                                          \
		what, STR_INIT(text), ERR_OK, STR_INIT(body), rest \
	}
#define MORE(what, text)                                     \
	{                                                    \
		what, STR_INIT(text), ERR_OK, { NULL, 0 }, 0 \
	}
#define BAD(what, text)                                        \
	{                                                      \
		what, STR_INIT(text), ERR_BODY, { NULL, 0 }, 0 \
	}
#define LARGE(what, text)                                           \
	{                                                           \
		what, STR_INIT(text), ERR_TOO_LARGE, { NULL, 0 }, 0 \
	}

static const struct row rows[] = {
	DONE("one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello", 0),
	DONE("two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde", 0),
	DONE("none", "0\r\n\r\n", "", 0),
	DONE("pipelined", "1\r\na\r\n0\r\n\r\nGET /", "a", 5),
	DONE("upper case", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789", 0),
	DONE("lower case", "a\r\n0123456789\r\n0\r\n\r\n", "0123456789", 0),
	DONE("any bytes", "4\r\n\0\r\n\xff\r\n0\r\n\r\n", "\0\r\n\xff", 0),
	DONE("16 digits", "0000000000000001\r\na\r\n0000\r\n\r\n", "a", 0),
	DONE("at max", "14\r\n01234567890123456789\r\n0\r\n\r\n",
	    "01234567890123456789", 0),
	LARGE("one past max", "15\r\n"),
	LARGE("past max in two", "a\r\n0123456789\r\nb\r\n"),
	LARGE("2^63", "8000000000000000\r\n"),
	LARGE("2^64 - 1", "ffffffffffffffff\r\n"),
	LARGE("no wrap with what came before",
	    "a\r\n0123456789\r\nffffffffffffffff\r\n"),
	BAD("17 digits", "00000000000000001"),
	BAD("2^64", "10000000000000000"),

	BAD("no size", "\r\n"),
	BAD("no size, extension", ";a\r\n"),
	BAD("no hexadecimal", "g\r\n"),
	BAD("0x", "0x5\r\n"),
	BAD("+", "+5\r\n"),
	BAD("-", "-1\r\n"),
	BAD("space before", " 5\r\n"),
	BAD("space behind", "5 \r\n"),
	BAD("space inside", "1 5\r\n"),
	BAD("bare LF behind the size", "5\nhello"),
	BAD("bare CR behind the size", "5\rhello"),
	BAD("bare LF behind the data", "1\r\na\n"),
	BAD("no CRLF behind the data", "1\r\nab"),
	BAD("CR and another behind the data", "1\r\na\rb"),
	BAD("NUL in the size", "5\0\r\n"),
	BAD("bare LF at the end", "0\r\n\n"),
	BAD("bare CR at the end", "0\r\n\rX"),
	BAD("bare LF behind the last size", "0\n\r\n"),

	DONE("extension", "1;a\r\na\r\n0\r\n\r\n", "a", 0),
	DONE("extension, value", "1;a=b;c=\"d;e\"\r\na\r\n0;x\r\n\r\n", "a", 0),
	DONE("extension, bad white space", "1 \t; a = b\r\na\r\n0\r\n\r\n", "a",
	    0),
	BAD("extension, bare LF", "1;a\n"),
	BAD("extension, bare CR", "1;a\rb"),
	BAD("extension, NUL", "1;a\0\r\n"),
	BAD("extension, DEL", "1;a\x7f\r\n"),

	DONE("trailer", "1\r\na\r\n0\r\nX: a\r\n\r\n", "a", 0),
	DONE("trailers", "0\r\nX: a\r\nY:\r\n\r\nGET", "", 3),
	DONE("trailers that frame mean nothing",
	    "0\r\nContent-Length: 9\r\nTransfer-Encoding: a\r\n\r\n", "", 0),
	BAD("trailer without a colon", "0\r\nX\r\n"),
	BAD("trailer without a name", "0\r\n: a\r\n"),
	BAD("trailer, space before the colon", "0\r\nX : a\r\n"),
	BAD("trailer, folded", "0\r\nX: a\r\n b\r\n"),
	BAD("trailer, bare LF", "0\r\nX: a\n"),
	BAD("trailer, bare CR", "0\r\nX: a\rb"),
	BAD("trailer, NUL", "0\r\nX: a\0\r\n"),
	BAD("trailer, 0x80 in the name", "0\r\nX\x80: a\r\n"),
	DONE("trailer, 0x80 in the value", "0\r\nX: \x80\r\n\r\n", "", 0),

	MORE("nothing", ""),
	MORE("digit", "5"),
	MORE("CR", "5\r"),
	MORE("cut in the data", "5\r\nhel"),
	MORE("cut behind the data", "5\r\nhello"),
	MORE("cut before the end", "0\r\n"),
	MORE("cut in the end", "0\r\n\r"),
	MORE("cut in a trailer", "0\r\nX: a\r\n"),
};

/* Feed in pieces of at most step bytes. */
static enum err
feed(struct http_body *b, struct str in, size_t step, struct buf *out,
    size_t *ret_used, bool *ret_done)
{
	*ret_used = 0;
	*ret_done = false;
	while (*ret_used < in.len && !*ret_done) {
		size_t n =
		    in.len - *ret_used < step ? in.len - *ret_used : step;
		char *copy = malloc(n); /* so that ASan sees a read past it */
		size_t used = 0;
		enum err e;

		if (copy == NULL)
			return ERR_NO_MEMORY;
		memcpy(copy, in.p + *ret_used, n);
		e = http_body_feed(b, (struct str){ copy, n }, out, &used,
		    ret_done);
		free(copy);
		if (e != ERR_OK)
			return e;
		*ret_used += used;
		if (used < n && !*ret_done)
			return ERR_INTERNAL;
	}
	return ERR_OK;
}

static enum err
feed_chunked(struct str in, size_t max, size_t step, struct buf *out,
    size_t *ret_used, bool *ret_done)
{
	static struct http_head h = { .chunked = true };
	struct http_body b;

	if (http_body_init(&b, &h, max) != ERR_OK)
		return ERR_INTERNAL;
	return feed(&b, in, step, out, ret_used, ret_done);
}

static void
test_chunked(void)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(64));

	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct row *r = &rows[i];

		for (size_t step = 1; step < 100; step += step < 4 ? 1 : 95) {
			size_t used;
			bool done;
			enum err e;

			buf_reset(&out);
			e = feed_chunked(r->in, MAX, step, &out, &used, &done);
			is_int(e, r->want, "%s, by %zu", r->what, step);
			if (e != ERR_OK || r->want != ERR_OK)
				continue;
			is_int(done, r->body.p != NULL, "%s: done", r->what);
			is_int(used, r->in.len - r->rest, "%s: used", r->what);
			if (done)
				is_str(buf_str(&out), r->body, "%s: body",
				    r->what);
		}
	}
}

static void
test_length(void)
{
	static struct http_head h = { .has_length = true, .length = 5 };
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct http_body b;
	size_t used = 7;
	bool done = false;

	is_int(http_body_init(&b, &h, 4), ERR_TOO_LARGE, "one past max");
	is_int(http_body_init(&b, &h, 5), ERR_OK, "at max");
	is_int(feed(&b, STR("helloGET"), 100, &out, &used, &done), ERR_OK,
	    "feed");
	ok(done && used == 5, "pipelined bytes stay");
	is_str(buf_str(&out), STR("hello"), "body");

	buf_reset(&out);
	is_int(http_body_init(&b, &h, 5), ERR_OK, "init");
	is_int(feed(&b, STR("hell"), 1, &out, &used, &done), ERR_OK, "part");
	ok(!done && used == 4, "not done");
	is_int(feed(&b, STR("oG"), 1, &out, &used, &done), ERR_OK, "the rest");
	ok(done && used == 1, "done");
	is_str(buf_str(&out), STR("hello"), "body of pieces");
	is_int(http_body_feed(&b, STR("GET"), &out, &used, &done), ERR_OK,
	    "fed again");
	ok(done && used == 0, "nothing is taken");

	h.length = UINT64_MAX;
	is_int(http_body_init(&b, &h, SIZE_MAX - 1), ERR_TOO_LARGE, "2^64-1");
	h = (struct http_head){ .has_length = true };
	is_int(http_body_init(&b, &h, 0), ERR_OK, "init");
	done = false;
	is_int(http_body_feed(&b, STR(""), &out, &used, &done), ERR_OK,
	    "length 0");
	ok(done && used == 0, "length 0: done");
	h = (struct http_head){ 0 };
	is_int(http_body_init(&b, &h, 0), ERR_OK, "init");
	done = false;
	is_int(http_body_feed(&b, STR("GET"), &out, &used, &done), ERR_OK,
	    "no body");
	ok(done && used == 0, "no body: done");

	h = (struct http_head){ .has_length = true, .length = 5 };
	buf_free(&out);
	out = BUF_INIT(4);
	is_int(http_body_init(&b, &h, 5), ERR_OK, "init");
	is_int(http_body_feed(&b, STR("hello"), &out, &used, &done),
	    ERR_TOO_LARGE, "the buffer's own limit");
}

/* A size line of n bytes, CRLF included; then trailers of n bytes. */
static void
test_limits(void)
{
	struct buf in CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(64));

	for (int past = 0; past < 2; past++) {
		size_t used;
		bool done;
		enum err e;

		buf_reset(&in);
		buf_reset(&out);
		BUF_LIT(&in, "1\r\na\r\n1;");
		while (in.len < 6 + LIMIT_CHUNK_LINE - 2 + (size_t)past)
			buf_putc(&in, 'x');
		BUF_LIT(&in, "\r\nb\r\n0\r\n\r\n");
		e = feed_chunked(buf_str(&in), MAX, 7, &out, &used, &done);
		is_int(e, past ? ERR_BODY : ERR_OK, "size line, %d past", past);

		buf_reset(&in);
		buf_reset(&out);
		BUF_LIT(&in, "0\r\nX: a\r\nY:");
		while (in.len < 3 + LIMIT_TRAILER - 4 + (size_t)past)
			buf_putc(&in, 'x');
		BUF_LIT(&in, "\r\n\r\n");
		e = feed_chunked(buf_str(&in), MAX, 1000, &out, &used, &done);
		is_int(e, past ? ERR_TOO_LARGE : ERR_OK, "trailers, %d past",
		    past);
		if (!past)
			ok(done && used == 3 + LIMIT_TRAILER, "all of it");
	}
}

int
main(void)
{
	test_chunked();
	test_length();
	test_limits();
	return tap_done();
}
