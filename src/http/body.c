/* SPDX-License-Identifier: ISC */
#include "http/body.h"

#include "http/chars.h"

/*
 * One state for each place in the grammar where input can end.  A chunk's
 * size is at most 16 hexadecimal digits, so it cannot overflow.
 */
enum state {
	LENGTH,     /* Content-Length: b->left bytes to come */
	SIZE,       /* digits of a chunk's size */
	SIZE_BLANK, /* blanks between the size and ';' */
	EXTENSION,  /* behind ';', up to the CR */
	SIZE_LF,
	DATA, /* b->left bytes to come */
	DATA_CR,
	DATA_LF,
	TRAILER,       /* start of a trailer field, or the last CR */
	TRAILER_NAME,  /* behind its first byte */
	TRAILER_VALUE, /* behind the colon, up to the CR */
	TRAILER_LF,
	LAST_LF,
	DONE,
};

#define SIZE_DIGITS 16

enum err
http_body_init(struct http_body *b, const struct http_head *h, size_t max)
{
	struct http_body new = { .state = DONE, .max = max };

	if (h->chunked) {
		new.state = SIZE;
	} else if (h->length > max) {
		return ERR_TOO_LARGE;
	} else if (h->length > 0) {
		new.state = LENGTH;
		new.left = h->length;
	}
	*b = new;
	return ERR_OK;
}

static unsigned
hex_value(char c)
{
	return c <= '9' ? (unsigned)(c - '0') :
			  (unsigned)((c | 0x20) - 'a' + 10);
}

static enum err
size_byte(struct http_body *b, char c)
{
	if (http_is(c, HTTP_HEX)) {
		b->left = b->left << 4 | hex_value(c);
		return b->line <= SIZE_DIGITS ? ERR_OK : ERR_BODY;
	}
	if (b->line == 1) /* no digit before it */
		return ERR_BODY;
	if (c == '\r')
		b->state = SIZE_LF;
	else if (c == ';')
		b->state = EXTENSION;
	else if (http_is_blank(c))
		b->state = SIZE_BLANK;
	else
		return ERR_BODY;
	return ERR_OK;
}

/* The size line is complete. */
static enum err
size_end(struct http_body *b)
{
	if (b->left > b->max - b->total)
		return ERR_TOO_LARGE;
	b->state = b->left > 0 ? DATA : TRAILER;
	b->line = 0;
	return ERR_OK;
}

static enum err
expect_byte(struct http_body *b, char c, char want, enum state next)
{
	if (c != want)
		return ERR_BODY;
	b->state = (int)next;
	return ERR_OK;
}

/* A byte of the class goes by, and end leads to the next state. */
static enum err
run_byte(struct http_body *b, char c, unsigned class, char end, enum state next)
{
	if (c == end)
		b->state = (int)next;
	else if (!http_is(c, class))
		return ERR_BODY;
	return ERR_OK;
}

/* One byte of a size line, of the framing or of a trailer. */
static enum err
frame_byte(struct http_body *b, char c)
{
	if (++b->line > (b->state < DATA ? LIMIT_CHUNK_LINE : LIMIT_TRAILER))
		return b->state < DATA ? ERR_BODY : ERR_TOO_LARGE;
	switch (b->state) {
	case SIZE:
		return size_byte(b, c);
	case SIZE_BLANK:
		if (http_is_blank(c))
			return ERR_OK;
		return expect_byte(b, c, ';', EXTENSION);
	case EXTENSION:
		return run_byte(b, c, HTTP_VALUE, '\r', SIZE_LF);
	case SIZE_LF:
		return c == '\n' ? size_end(b) : ERR_BODY;
	case DATA_CR:
		return expect_byte(b, c, '\r', DATA_LF);
	case DATA_LF:
		b->left = b->line = 0;
		return expect_byte(b, c, '\n', SIZE);
	case TRAILER:
		if (c == '\r')
			b->state = LAST_LF;
		else if (http_is(c, HTTP_TOKEN))
			b->state = TRAILER_NAME;
		else
			return ERR_BODY;
		return ERR_OK;
	case TRAILER_NAME:
		return run_byte(b, c, HTTP_TOKEN, ':', TRAILER_VALUE);
	case TRAILER_VALUE:
		return run_byte(b, c, HTTP_VALUE, '\r', TRAILER_LF);
	case TRAILER_LF:
		return expect_byte(b, c, '\n', TRAILER);
	case LAST_LF:
		return expect_byte(b, c, '\n', DONE);
	default:
		return ERR_INTERNAL;
	}
}

/* As much of the body's own bytes as there is. */
static enum err
take_data(struct http_body *b, struct str in, struct buf *out, size_t *used)
{
	size_t n = in.len < b->left ? in.len : (size_t)b->left;

	buf_put(out, in.p, n);
	if (buf_err(out) != ERR_OK)
		return buf_err(out);
	*used += n;
	b->left -= n;
	b->total += n;
	if (b->left == 0)
		b->state = b->state == LENGTH ? DONE : DATA_CR;
	return ERR_OK;
}

enum err
http_body_feed(struct http_body *b, struct str in, struct buf *out,
    size_t *ret_used, bool *ret_done)
{
	size_t used = 0;
	enum err e;

	while (used < in.len && b->state != DONE) {
		if (b->state == LENGTH || b->state == DATA) {
			struct str rest = { in.p + used, in.len - used };

			if ((e = take_data(b, rest, out, &used)) != ERR_OK)
				return e;
			continue;
		}
		if ((e = frame_byte(b, in.p[used])) != ERR_OK)
			return e;
		used++;
	}
	*ret_used = used;
	*ret_done = b->state == DONE;
	return ERR_OK;
}
