/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "audit/audit.h"
#include "base/clock.h"

#define YEAR_MAX    2500
#define NANO_DIGITS 9

void
audit_put_time(struct buf *out, uint64_t ns)
{
	const time_t s = (time_t)(ns / NS_PER_S);
	struct tm tm = { 0 };

	(void)gmtime_r(&s, &tm);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%09uZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (unsigned)(ns % NS_PER_S));
}

/* n digits off the front; false: they are not there. */
static bool
digits(struct str *s, size_t n, int *ret)
{
	*ret = 0;
	if (s->len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*ret = *ret * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->len -= n;
	return true;
}

static bool
eat(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

/* ".5": up to nine digits of a second. */
static bool
fraction(struct str *s, uint64_t *ret)
{
	uint64_t n = 0;
	size_t i = 0;
	int d;

	*ret = 0;
	if (!eat(s, '.'))
		return true;
	for (; s->len > 0 && s->p[0] >= '0' && s->p[0] <= '9'; i++)
		if (i == NANO_DIGITS || !digits(s, 1, &d))
			return false;
		else
			n = n * 10 + (uint64_t)d;
	if (i == 0)
		return false;
	for (; i < NANO_DIGITS; i++)
		n *= 10;
	*ret = n;
	return true;
}

/* "Z" or "+01:00", in seconds east. */
static bool
offset(struct str *s, int *ret)
{
	int sign, h, m;

	*ret = 0;
	if (eat(s, 'Z'))
		return true;
	sign = eat(s, '+') ? 1 : eat(s, '-') ? -1 : 0;
	if (sign == 0 || !digits(s, 2, &h) || !eat(s, ':') ||
	    !digits(s, 2, &m) || h > 23 || m > 59)
		return false;
	*ret = sign * (h * 3600 + m * 60);
	return true;
}

bool
audit_time(struct str s, uint64_t *ret)
{
	struct tm tm = { 0 };
	uint64_t nano = 0;
	int east = 0, day;
	time_t t;

	if (!digits(&s, 4, &tm.tm_year) || !eat(&s, '-') ||
	    !digits(&s, 2, &tm.tm_mon) || !eat(&s, '-') ||
	    !digits(&s, 2, &tm.tm_mday) || tm.tm_year > YEAR_MAX)
		return false;
	if (s.len > 0 &&
	    (!eat(&s, 'T') || !digits(&s, 2, &tm.tm_hour) || !eat(&s, ':') ||
		!digits(&s, 2, &tm.tm_min) || !eat(&s, ':') ||
		!digits(&s, 2, &tm.tm_sec) || !fraction(&s, &nano) ||
		!offset(&s, &east) || s.len > 0))
		return false;
	if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	day = tm.tm_mday;
	t = timegm(&tm);
	/* A 31st of June has become another day. */
	if (t == (time_t)-1 || tm.tm_mday != day || t - east < 0)
		return false;
	*ret = (uint64_t)(t - east) * NS_PER_S + nano;
	return true;
}
