/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT(b->max);
}

void
buf_reset(struct buf *b)
{
	if (b->cap > MIB(1))
		buf_free(b);
	b->len = 0;
	b->error = ERR_OK;
}

enum err
buf_err(const struct buf *b)
{
	return b->error;
}

char *
buf_reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap < 256 ? 256 : b->cap;
	char *p;

	if (b->error != ERR_OK)
		return NULL;
	if (n > b->max - b->len) {
		b->error = ERR_TOO_LARGE;
		return NULL;
	}
	if (n <= b->cap - b->len)
		return b->p + b->len;
	while (cap - b->len < n)
		cap *= 2;
	if (cap > b->max)
		cap = b->max;
	if ((p = realloc(b->p, cap)) == NULL) {
		b->error = ERR_NO_MEMORY;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return b->p + b->len;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	char *to;

	if (n == 0 || (to = buf_reserve(b, n)) == NULL)
		return;
	memcpy(to, p, n);
	b->len += n;
}

void
buf_puts(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.len);
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_putu(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = format_v(NULL, 0, fmt, ap);
	if (n < 0)
		b->error = ERR_INTERNAL;
	/* One more for the NUL, which is not counted in. */
	else if ((to = buf_reserve(b, (size_t)n + 1)) != NULL &&
	    format_v(to, (size_t)n + 1, fmt, ap) == n)
		b->len += (size_t)n;
	va_end(ap);
}

void
buf_eat(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->p, b->p + n, b->len - n);
	b->len -= n;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p == NULL ? "" : b->p, b->len };
}
