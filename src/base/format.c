/* SPDX-License-Identifier: ISC */
#include "base/format.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 24 /* of 64 bits in octal */

struct out {
	char *to;
	size_t size, n; /* n counts what had no room, too */
};

/* One conversion: %[-0][width][.precision][size]kind */
struct spec {
	bool left, zeros;
	bool wide;  /* the width is an argument */
	bool exact; /* a precision is given, */
	bool star;  /* as an argument */
	size_t width, precision;
	char size; /* 0, l, L for ll, z */
	char kind;
};

static void
put(struct out *o, const char *p, size_t n)
{
	if (o->n < o->size && n > 0)
		memcpy(o->to + o->n, p,
		    n < o->size - o->n ? n : o->size - o->n);
	o->n += n;
}

static void
pad(struct out *o, char c, size_t n)
{
	while (n-- > 0)
		put(o, &c, 1);
}

static void
put_text(struct out *o, const struct spec *s, const char *p, size_t n)
{
	size_t space = s->width > n ? s->width - n : 0;

	pad(o, ' ', s->left ? 0 : space);
	put(o, p, n);
	pad(o, ' ', s->left ? space : 0);
}

static void
put_number(struct out *o, const struct spec *s, unsigned long long v,
    bool negative)
{
	const char *digits =
	    s->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = s->kind == 'o'       ? 8 :
	    s->kind == 'x' || s->kind == 'X' ? 16 :
					       10;
	char text[DIGITS_MAX];
	size_t at = sizeof(text);
	size_t width = s->width > 0 && negative ? s->width - 1 : s->width;

	do {
		text[--at] = digits[v % base];
		v /= base;
	} while (v > 0);
	if (s->zeros && !s->left) {
		put(o, "-", negative ? 1 : 0);
		pad(o, '0',
		    width > sizeof(text) - at ? width - (sizeof(text) - at) :
						0);
		put(o, text + at, sizeof(text) - at);
		return;
	}
	if (negative)
		text[--at] = '-';
	put_text(o, s, text + at, sizeof(text) - at);
}

static const char *
read_number(const char *p, size_t *ret)
{
	for (*ret = 0; *p >= '0' && *p <= '9'; p++)
		*ret = *ret * 10 + (size_t)(*p - '0');
	return p;
}

/* What is behind the conversion whose % is at p[-1]. */
static const char *
read_spec(const char *p, struct spec *ret)
{
	*ret = (struct spec){ .kind = '\0' };
	for (; *p == '-' || *p == '0'; p++)
		*(*p == '-' ? &ret->left : &ret->zeros) = true;
	ret->wide = *p == '*';
	p = ret->wide ? p + 1 : read_number(p, &ret->width);
	if (*p == '.') {
		ret->exact = true;
		ret->star = *++p == '*';
		p = ret->star ? p + 1 : read_number(p, &ret->precision);
	}
	if (*p == 'l' || *p == 'z')
		ret->size = *p++;
	if (ret->size == 'l' && *p == 'l') {
		ret->size = 'L';
		p++;
	}
	ret->kind = *p;
	return *p == '\0' ? p : p + 1;
}

/* So that it can be handed on by its address. */
struct args {
	va_list ap;
};

static void
put_signed(struct out *o, const struct spec *s, struct args *a)
{
	long long v = s->size == 'L' ? va_arg(a->ap, long long) :
	    s->size == 'l'           ? va_arg(a->ap, long) :
				       va_arg(a->ap, int);

	put_number(o, s, v < 0 ? -(unsigned long long)v : (unsigned long long)v,
	    v < 0);
}

static void
put_unsigned(struct out *o, const struct spec *s, struct args *a)
{
	unsigned long long v = s->size == 'L' ?
	    va_arg(a->ap, unsigned long long) :
	    s->size == 'l' ? va_arg(a->ap, unsigned long) :
	    s->size == 'z' ? va_arg(a->ap, size_t) :
			     va_arg(a->ap, unsigned);

	put_number(o, s, v, false);
}

static void
put_real(struct out *o, const struct spec *s, struct args *a)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%.*g",
	    s->exact ? (int)s->precision : 6, va_arg(a->ap, double));

	put_text(o, s, text, n < 0 ? 0 : (size_t)n);
}

/* A precision in the format is the most; in the arguments it is how many. */
static void
put_string(struct out *o, const struct spec *s, struct args *a)
{
	const char *p = va_arg(a->ap, const char *);

	put_text(o, s, p,
	    s->star      ? s->precision :
		s->exact ? strnlen(p, s->precision) :
			   strlen(p));
}

static size_t
argument(struct args *a)
{
	int n = va_arg(a->ap, int);

	return n < 0 ? 0 : (size_t)n;
}

static bool
convert(struct out *o, struct spec *s, struct args *a)
{
	char c;

	if (s->wide)
		s->width = argument(a);
	if (s->star)
		s->precision = argument(a);
	if (s->kind == '%') {
		put(o, "%", 1);
	} else if (s->kind == 'c') {
		c = (char)va_arg(a->ap, int);
		put_text(o, s, &c, 1);
	} else if (s->kind == 's') {
		put_string(o, s, a);
	} else if (s->kind == 'd') {
		put_signed(o, s, a);
	} else if (s->kind != '\0' && strchr("ouxX", s->kind) != NULL) {
		put_unsigned(o, s, a);
	} else if (s->kind == 'g') {
		put_real(o, s, a);
	} else {
		return false;
	}
	return true;
}

int
format_v(char *to, size_t size, const char *fmt, va_list ap)
{
	struct out o = { to, size > 0 ? size - 1 : 0, 0 };
	struct args a;
	struct spec s;
	bool known = true;

	va_copy(a.ap, ap);
	while (known && *fmt != '\0') {
		size_t n = strcspn(fmt, "%");

		put(&o, fmt, n);
		fmt += n;
		if (*fmt == '\0')
			break;
		fmt = read_spec(fmt + 1, &s);
		known = convert(&o, &s, &a);
	}
	va_end(a.ap);
	if (size > 0)
		to[o.n < o.size ? o.n : o.size] = '\0';
	return !known || o.n > INT_MAX ? -1 : (int)o.n;
}
