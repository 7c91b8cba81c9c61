/* SPDX-License-Identifier: ISC */
/*
 * gate_site - any bytes as Host and as Origin: no fault, and what passes is
 * one of the few texts that may.
 */
#include <stdlib.h>

#include "gate/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool cond)
{
	if (!cond)
		abort();
}

/* What may follow a name: nothing, or ":" and digits. */
static bool
is_port(struct str s)
{
	uint64_t n;

	return s.len == 0 ||
	    (s.p[0] == ':' &&
		str_u64((struct str){ s.p + 1, s.len - 1 }, 65535, &n) &&
		n > 0 && s.p[1] != '0');
}

static bool
is_name_and_port(struct str s, struct str name)
{
	if (s.len < name.len ||
	    !str_caseeq((struct str){ s.p, name.len }, name))
		return false;
	return is_port((struct str){ s.p + name.len, s.len - name.len });
}

static bool
may_host(struct str s)
{
	return is_name_and_port(s, STR("localhost")) ||
	    is_name_and_port(s, STR("127.0.0.1")) ||
	    is_name_and_port(s, STR("[::1]")) ||
	    is_name_and_port(s, STR("db.example.com"));
}

/* The configured one: one label, the suffix, a port. */
static bool
may_pattern(struct str s)
{
	const struct str scheme = STR("https://"), suffix = STR(".example.com");
	size_t n = 0;

	if (!str_starts(s, scheme))
		return false;
	s.p += scheme.len;
	s.len -= scheme.len;
	while (n < s.len && s.p[n] != '.')
		n++;
	if (!site_label((struct str){ s.p, n }))
		return false;
	s.p += n;
	s.len -= n;
	return is_name_and_port(s, suffix);
}

static bool
may_origin(struct str s)
{
	const struct str scheme = STR("http://");

	return may_pattern(s) ||
	    (str_starts(s, scheme) &&
		may_host((struct str){ s.p + scheme.len, s.len - scheme.len }));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = { 0, 80, 3667, 65535 };
	static struct policy policy;
	struct str in = { (const char *)data, size };

	policy.hosts[0] = STR("db.example.com");
	policy.nhosts = 1;
	policy.origins[0] = (struct policy_origin){ STR("https"),
		STR("*.example.com"), STR("*") };
	policy.norigins = 1;
	for (size_t i = 0; i < NELEM(ports); i++) {
		if (site_host(&policy, ports[i], in))
			require(may_host(in));
		if (site_origin(&policy, ports[i], in))
			require(may_origin(in));
	}
	return 0;
}
