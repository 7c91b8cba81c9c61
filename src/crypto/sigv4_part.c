/* SPDX-License-Identifier: ISC */
#include "crypto/sigv4_part.h"

#include <stdio.h>
#include <string.h>

#define DAY_S 86400

struct str
sigv4_path(struct str target, struct str *ret_query)
{
	return str_cut(target, '?', ret_query);
}

bool
sigv4_param(struct str *query, struct str *ret_name, struct str *ret_value)
{
	struct str pair;

	do {
		if (query->p == NULL)
			return false;
		pair = str_cut(*query, '&', query);
	} while (pair.len == 0);
	*ret_name = str_cut(pair, '=', ret_value);
	if (ret_value->p == NULL)
		*ret_value = STR("");
	return true;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
sigv4_decode(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		int hi, lo;

		if (s.p[i] != '%') {
			buf_putc(out, s.p[i]);
			continue;
		}
		if (s.len - i < 3 || (hi = digit(s.p[i + 1])) < 0 ||
		    (lo = digit(s.p[i + 2])) < 0)
			return false;
		buf_putc(out, (char)(hi << 4 | lo));
		i += 2;
	}
	return true;
}

bool
sigv4_named(struct str sent, const char *name)
{
	char text[64];
	struct buf b = { .p = text, .cap = sizeof(text), .max = sizeof(text) };

	return sigv4_decode(&b, sent) && buf_err(&b) == ERR_OK &&
	    str_eq(buf_str(&b), str_from(name));
}

static bool
leap(uint64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint64_t
month_days(uint64_t year, uint64_t month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && leap(year) ? 1u : 0u);
}

static uint64_t
year_days(uint64_t year)
{
	return leap(year) ? 366 : 365;
}

/* Not timegm() and gmtime(): they may read a file of the system. */
static bool
since_1970(const uint64_t at[6], uint64_t *ret)
{
	uint64_t days = 0;

	if (at[0] < 1970 || at[1] < 1 || at[1] > 12 || at[2] < 1 ||
	    at[2] > month_days(at[0], at[1]) || at[3] > 23 || at[4] > 59 ||
	    at[5] > 59)
		return false;
	for (uint64_t y = 1970; y < at[0]; y++)
		days += year_days(y);
	for (uint64_t m = 1; m < at[1]; m++)
		days += month_days(at[0], m);
	days += at[2] - 1;
	*ret = ((days * 24 + at[3]) * 60 + at[4]) * 60 + at[5];
	return true;
}

void
sigv4_date(uint64_t time, char ret[17])
{
	uint64_t days = time / DAY_S, s = time % DAY_S, year = 1970, month = 1;

	/* Four digits, whatever the clock says. */
	for (; days >= year_days(year) && year < 9999; year++)
		days -= year_days(year);
	for (; month < 12 && days >= month_days(year, month); month++)
		days -= month_days(year, month);
	(void)snprintf(ret, 17, "%04u%02u%02uT%02u%02u%02uZ", (unsigned)year,
	    (unsigned)month, (unsigned)(days % 31) + 1, (unsigned)(s / 3600),
	    (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

/* form has a letter a to f where the digits of a part stand; the rest must
 * be as it is there, but for '.', which is anything. */
static bool
by_form(struct str s, const char *form, uint64_t ret[6])
{
	if (s.len != strlen(form))
		return false;
	memset(ret, 0, 6 * sizeof(ret[0]));
	for (size_t i = 0; i < s.len; i++) {
		char f = form[i];

		if (f >= 'a' && f <= 'f') {
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
			ret[f - 'a'] =
			    ret[f - 'a'] * 10 + (uint64_t)(s.p[i] - '0');
		} else if (f != '.' && f != s.p[i]) {
			return false;
		}
	}
	return true;
}

bool
sigv4_time(struct str s, uint64_t *ret)
{
	uint64_t at[6];

	return by_form(s, "aaaabbccTddeeffZ", at) && since_1970(at, ret);
}

bool
sigv4_http_time(struct str s, uint64_t *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint64_t at[6];

	if (!by_form(s, "..., cc ... aaaa dd:ee:ff GMT", at) &&
	    !by_form(s, "..., cc ... aaaa dd:ee:ff -0000", at))
		return false;
	while (at[1] < 12 && memcmp(months + 3 * at[1], s.p + 8, 3) != 0)
		at[1]++;
	at[1]++;
	return since_1970(at, ret);
}
