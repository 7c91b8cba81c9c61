/* SPDX-License-Identifier: ISC */
/* The settings that are rates. */
#include "base/clock.h"
#include "base/limits.h"
#include "conf/value.h"

#define MATCH(s, lit) str_eq((s), STR(lit))

/* What stands before the first blank; *rest is trimmed, or absent. */
static struct str
word(struct str s, struct str *rest)
{
	struct str w;
	size_t n = 0;

	while (n < s.len && s.p[n] != ' ' && s.p[n] != '\t')
		n++;
	w = (struct str){ s.p, n };
	*rest = str_trim((struct str){ s.p + n, s.len - n });
	if (rest->len == 0)
		*rest = (struct str){ NULL, 0 };
	return w;
}

/* "100/s": its number and the time that it is for. */
static bool
speed(struct str s, uint64_t *ret_count, uint64_t *ret_ns)
{
	struct str unit, count = str_cut(s, '/', &unit);

	if (MATCH(unit, "s"))
		*ret_ns = NS_PER_S;
	else if (MATCH(unit, "m"))
		*ret_ns = 60 * NS_PER_S;
	else if (MATCH(unit, "h"))
		*ret_ns = 3600 * NS_PER_S;
	else
		return false;
	return str_u64(count, LIMIT_RATE, ret_count) && *ret_count > 0;
}

/* "none", "100/s" or "100/s burst 200". */
static enum set
rate(struct str s, struct rate *ret)
{
	struct str rest, is = word(s, &rest);
	struct rate r = { 0 };
	uint64_t ns;

	if (MATCH(s, "none")) {
		*ret = r;
		return SET_OK;
	}
	if (!speed(is, &r.burst, &ns))
		return SET_BAD;
	r.every_ns = ns / r.burst;
	if (rest.p != NULL) {
		is = word(rest, &rest);
		if (!MATCH(is, "burst") ||
		    !str_u64(rest, LIMIT_RATE, &r.burst) || r.burst == 0)
			return SET_BAD;
	}
	*ret = r;
	return SET_OK;
}

enum set
value_rate(struct policy *p, struct str s)
{
	return rate(s, &p->rate);
}

enum set
value_rate_token(struct policy *p, struct str s)
{
	struct policy_budget b = { .token = word(s, &s) };

	if (s.p == NULL || b.token.len > TOKEN_NAME_MAX ||
	    rate(s, &b.rate) != SET_OK)
		return SET_BAD;
	if (p->nbudgets == NELEM(p->budgets))
		return SET_FULL;
	p->budgets[p->nbudgets++] = b;
	return SET_OK;
}

enum set
value_refusals(struct policy *p, struct str s)
{
	return rate(s, &p->refusals);
}

enum set
value_refusals_local(struct policy *p, struct str s)
{
	p->refusals_local = MATCH(s, "yes");
	return p->refusals_local || MATCH(s, "no") ? SET_OK : SET_BAD;
}

enum set
value_incident_logins(struct policy *p, struct str s)
{
	return rate(s, &p->incident_logins);
}

enum set
value_incident_minutes(struct policy *p, struct str s)
{
	return str_u64(s, LIMIT_INCIDENT_MINUTES, &p->incident_minutes) ?
	    SET_OK :
	    SET_BAD;
}
