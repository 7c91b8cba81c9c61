/* SPDX-License-Identifier: ISC */
#include "cli/when.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DAY_S  UINT64_C(86400)
#define SPAN_S (100 * 365 * DAY_S)

bool
when_span(struct str s, uint64_t *ret)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = {
		{ 's', 1 },
		{ 'm', 60 },
		{ 'h', 3600 },
		{ 'd', DAY_S },
		{ 'w', 7 * DAY_S },
	};
	uint64_t n;

	for (size_t i = 0; s.len > 1 && i < NELEM(units); i++) {
		if (s.p[s.len - 1] != units[i].unit)
			continue;
		s.len--;
		if (!str_u64(s, SPAN_S / units[i].seconds, &n))
			return false;
		*ret = n * units[i].seconds * NS_PER_S;
		return true;
	}
	return false;
}

static bool
put(char *to, size_t size, uint64_t ns)
{
	time_t t = (time_t)(ns / NS_PER_S);
	struct tm tm;

	return gmtime_r(&t, &tm) != NULL &&
	    strftime(to, size, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0;
}

void
when_put(struct buf *out, uint64_t ns)
{
	char text[32];

	if (put(text, sizeof(text), ns))
		buf_puts(out, str_from(text));
}

/* What does not come out as it went in is no date: February 30. */
static bool
date(struct str s, uint64_t *ret)
{
	static const struct str midnight = STR_INIT("T00:00:00Z");
	char text[32], again[32];
	struct tm tm = { 0 };
	const char *end;
	time_t t;

	if (s.len != 10 && s.len != 20)
		return false;
	memcpy(text, s.p, s.len);
	memcpy(text + s.len, midnight.p, midnight.len);
	text[20] = '\0';
	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (end == NULL || *end != '\0' || (t = timegm(&tm)) < 0)
		return false;
	*ret = (uint64_t)t * NS_PER_S;
	return put(again, sizeof(again), *ret) && strcmp(text, again) == 0;
}

bool
when_point(struct str s, uint64_t now, uint64_t *ret)
{
	uint64_t ns;

	if (str_eq(s, STR("never"))) {
		*ret = 0;
		return true;
	}
	if (when_span(s, &ns))
		ns += now;
	else if (!date(s, &ns))
		return false;
	if (ns <= now)
		return false;
	*ret = ns;
	return true;
}
