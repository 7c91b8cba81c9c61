/* SPDX-License-Identifier: ISC */
/*
 * The sort form is a byte for the sign, then for all but zero a byte for the
 * exponent (256 of them, as many as a byte has) and a byte for each two
 * digits, 1 for 00 to 100 for 99.  Of two numbers with equal beginnings the
 * longer has the greater magnitude, as it should.  A negative number has
 * these bytes inverted and 0xff behind them, which no inverted pair reaches,
 * so that there the longer one is less.
 */
#include "ddb/number.h"

#include <string.h>

#define SIGN_NEGATIVE 0x01
#define SIGN_ZERO     0x02
#define SIGN_POSITIVE 0x03
#define PAIR_MIN      1
#define PAIR_MAX      100

/* Exponents in a text beyond this cannot come back into the range. */
#define EXP_FAR 100000000

struct scan {
	const char *p, *end;
	struct number *v;
	int64_t point; /* digits before the point, from the first kept one */
	bool any;      /* a digit was seen */
	bool dot;
	size_t zeros;  /* held back: they count if a digit follows */
	size_t digits; /* significant ones, which may be too many */
};

static void
take_digit(struct scan *s, unsigned char d)
{
	s->any = true;
	if (d == 0 && s->digits == 0) {
		/* A leading zero: behind the point it moves the exponent. */
		if (s->dot)
			s->point--;
		return;
	}
	if (!s->dot)
		s->point++;
	if (d == 0) {
		s->zeros++;
		return;
	}
	for (; s->zeros > 0; s->zeros--)
		if (s->digits++ < LIMIT_NUMBER_DIGITS)
			s->v->d[s->digits - 1] = 0;
	if (s->digits++ < LIMIT_NUMBER_DIGITS)
		s->v->d[s->digits - 1] = d;
}

static bool
exponent(struct scan *s, int64_t *ret)
{
	bool negative = false;
	int64_t e = 0;

	if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
		negative = *s->p++ == '-';
	if (s->p == s->end)
		return false;
	for (; s->p < s->end; s->p++) {
		if (*s->p < '0' || *s->p > '9')
			return false;
		if (e < EXP_FAR)
			e = e * 10 + (*s->p - '0');
	}
	*ret = negative ? -e : e;
	return true;
}

enum number_error
number_parse(struct str text, struct number *ret)
{
	struct scan s = { .p = text.p, .end = text.p + text.len, .v = ret };
	int64_t e = 0;

	memset(ret, 0, sizeof(*ret));
	if (text.len > 0 && (*s.p == '+' || *s.p == '-'))
		ret->negative = *s.p++ == '-';
	for (; s.p < s.end; s.p++) {
		if (*s.p >= '0' && *s.p <= '9')
			take_digit(&s, (unsigned char)(*s.p - '0'));
		else if (*s.p == '.' && !s.dot)
			s.dot = true;
		else
			break;
	}
	if (!s.any)
		return NUMBER_SYNTAX;
	if (s.p < s.end) {
		if (*s.p != 'e' && *s.p != 'E')
			return NUMBER_SYNTAX;
		s.p++;
		if (!exponent(&s, &e))
			return NUMBER_SYNTAX;
	}
	if (s.digits == 0) {
		ret->negative = false;
		return NUMBER_OK;
	}
	e += s.point - 1;
	if (e > NUMBER_EXP_MAX)
		return NUMBER_OVERFLOW;
	if (e < NUMBER_EXP_MIN)
		return NUMBER_UNDERFLOW;
	if (s.digits > LIMIT_NUMBER_DIGITS)
		return NUMBER_DIGITS;
	ret->n = (unsigned)s.digits;
	ret->exp = (int)e;
	return NUMBER_OK;
}

void
number_put(struct buf *out, const struct number *v)
{
	char text[NUMBER_TEXT_MAX];
	size_t n = 0;
	int at;

	if (v->n == 0) {
		buf_putc(out, '0');
		return;
	}
	if (v->negative)
		text[n++] = '-';
	if (v->exp < 0)
		text[n++] = '0';
	/* at: the power of ten whose digit is next. */
	for (at = v->exp < 0 ? -1 : v->exp; at >= 0 || v->exp - at < (int)v->n;
	     at--) {
		int i = v->exp - at;

		if (at == -1)
			text[n++] = '.';
		text[n++] =
		    i >= 0 && i < (int)v->n ? (char)('0' + v->d[i]) : '0';
	}
	buf_put(out, text, n);
}

int
number_cmp(const struct number *a, const struct number *b)
{
	int sign = a->negative ? -1 : 1;

	if (a->n == 0 || b->n == 0 || a->negative != b->negative) {
		int sa = a->n == 0 ? 0 : sign;
		int sb = b->n == 0 ? 0 : b->negative ? -1 : 1;

		return sa - sb;
	}
	if (a->exp != b->exp)
		return a->exp < b->exp ? -sign : sign;
	/* Digits past the end are zeros in the struct. */
	return sign * memcmp(a->d, b->d, sizeof(a->d));
}

static int
half_down(int x)
{
	return x >= 0 ? x / 2 : (x - 1) / 2;
}

unsigned
number_size(const struct number *v)
{
	int last;

	if (v->n == 0)
		return 1;
	/* Two digits a byte, in pairs that start from the point. */
	last = v->exp - (int)v->n + 1;
	return (unsigned)(half_down(v->exp) - half_down(last)) + 2 +
	    v->negative;
}

size_t
number_encode(const struct number *v, unsigned char ret[NUMBER_KEY_BYTES])
{
	unsigned char invert = v->negative ? 0xff : 0;
	size_t n = 0;

	if (v->n == 0) {
		ret[n++] = SIGN_ZERO;
		return n;
	}
	ret[n++] = v->negative ? SIGN_NEGATIVE : SIGN_POSITIVE;
	ret[n++] = (unsigned char)(v->exp - NUMBER_EXP_MIN) ^ invert;
	for (unsigned i = 0; i < v->n; i += 2) {
		unsigned low = i + 1 < v->n ? v->d[i + 1] : 0;

		ret[n++] =
		    (unsigned char)(v->d[i] * 10 + low + PAIR_MIN) ^ invert;
	}
	if (v->negative)
		ret[n++] = 0xff;
	return n;
}

bool
number_decode(struct str key, struct number *ret)
{
	const unsigned char *p = (const unsigned char *)key.p;
	size_t n = key.len;
	unsigned char invert;

	memset(ret, 0, sizeof(*ret));
	if (n == 1)
		return p[0] == SIGN_ZERO;
	if (n < 3 || (p[0] != SIGN_POSITIVE && p[0] != SIGN_NEGATIVE))
		return false;
	ret->negative = p[0] == SIGN_NEGATIVE;
	invert = ret->negative ? 0xff : 0;
	if (ret->negative && p[--n] != 0xff)
		return false;
	if (n < 3 || (n - 2) * 2 > LIMIT_NUMBER_DIGITS)
		return false;
	ret->exp = (unsigned char)(p[1] ^ invert) + NUMBER_EXP_MIN;
	for (size_t i = 2; i < n; i++) {
		unsigned pair = (unsigned char)(p[i] ^ invert);

		if (pair < PAIR_MIN || pair > PAIR_MAX)
			return false;
		ret->d[ret->n++] = (unsigned char)((pair - PAIR_MIN) / 10);
		ret->d[ret->n++] = (unsigned char)((pair - PAIR_MIN) % 10);
	}
	if (ret->d[ret->n - 1] == 0)
		ret->n--;
	return ret->d[0] != 0 && ret->d[ret->n - 1] != 0;
}
