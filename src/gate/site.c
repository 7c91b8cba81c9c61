/* SPDX-License-Identifier: ISC */
#include "gate/site.h"

#include <string.h>

#define LABEL_MAX 63 /* RFC 1035, 2.3.4 */

static const struct str loopback[] = {
	STR_INIT("localhost"),
	STR_INIT("127.0.0.1"),
	STR_INIT("[::1]"),
};

bool
site_label(struct str s)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < s.len; i++)
		if (memchr(bytes, s.p[i], sizeof(bytes) - 1) == NULL)
			return false;
	return s.len > 0 && s.len <= LABEL_MAX;
}

/* 1 to 65535 without zeros in front; the only way to write each. */
static bool
port_number(struct str s, uint16_t *ret)
{
	uint64_t n;

	if (s.len == 0 || s.p[0] == '0' || !str_u64(s, UINT16_MAX, &n))
		return false;
	*ret = (uint16_t)n;
	return true;
}

/*
 * host [":" port], an IPv6 address in brackets.  *ret_port is 0 where there
 * is none.  The host is not looked into: it will be compared.
 */
static bool
split_port(struct str s, struct str *ret_host, uint16_t *ret_port)
{
	struct str host = s, port;
	const char *bracket;

	if (s.len > 0 && s.p[0] == '[') {
		if ((bracket = memchr(s.p, ']', s.len)) == NULL)
			return false;
		host.len = (size_t)(bracket - s.p) + 1;
	} else {
		host = str_cut(s, ':', &port);
	}
	if (host.len == 0)
		return false;
	*ret_host = host;
	*ret_port = 0;
	if (host.len == s.len)
		return true;
	port = (struct str){ s.p + host.len + 1, s.len - host.len - 1 };
	return s.p[host.len] == ':' && port_number(port, ret_port);
}

bool
site_host(const struct policy *p, uint16_t port, struct str host)
{
	struct str name;
	uint16_t given;

	if (!split_port(host, &name, &given))
		return false;
	if (given != 0 && port != 0 && given != port)
		return false;
	for (size_t i = 0; i < NELEM(loopback); i++)
		if (str_caseeq(name, loopback[i]))
			return true;
	for (size_t i = 0; i < p->nhosts; i++)
		if (str_caseeq(name, p->hosts[i]))
			return true;
	return false;
}

struct origin {
	struct str scheme;
	struct str host;
	uint16_t port; /* the scheme's own where none is given, else 0 */
};

static uint16_t
default_port(struct str scheme)
{
	if (str_eq(scheme, STR("http")))
		return 80;
	return str_eq(scheme, STR("https")) ? 443 : 0;
}

static bool
split_origin(struct str s, struct origin *ret)
{
	struct str rest;

	ret->scheme = str_cut(s, ':', &rest);
	if (ret->scheme.len == 0 || !str_starts(rest, STR("//")))
		return false;
	rest.p += 2;
	rest.len -= 2;
	if (!split_port(rest, &ret->host, &ret->port))
		return false;
	if (ret->port == 0)
		ret->port = default_port(ret->scheme);
	return true;
}

/* "*." at the start of pattern stands for one label, neither more nor less. */
static bool
host_matches(struct str pattern, struct str host)
{
	struct str rest;

	if (!str_starts(pattern, STR("*.")))
		return str_eq(pattern, host);
	host = str_cut(host, '.', &rest);
	if (!site_label(host) || rest.p == NULL)
		return false;
	return str_eq((struct str){ pattern.p + 2, pattern.len - 2 }, rest);
}

static bool
port_matches(const struct policy_origin *pattern, uint16_t port)
{
	uint16_t wanted;

	if (pattern->port.p == NULL)
		return port == default_port(pattern->scheme);
	if (str_eq(pattern->port, STR("*")))
		return true;
	return port_number(pattern->port, &wanted) && port == wanted;
}

bool
site_origin(const struct policy *p, uint16_t port, struct str origin)
{
	struct origin o;

	if (!split_origin(origin, &o))
		return false;
	if (port != 0 && o.port == port && str_eq(o.scheme, STR("http")))
		for (size_t i = 0; i < NELEM(loopback); i++)
			if (str_eq(o.host, loopback[i]))
				return true;
	for (size_t i = 0; i < p->norigins; i++)
		if (str_eq(o.scheme, p->origins[i].scheme) &&
		    host_matches(p->origins[i].host, o.host) &&
		    port_matches(&p->origins[i], o.port))
			return true;
	return false;
}
