/* SPDX-License-Identifier: ISC */
#include "conf/value.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>
#include <sys/un.h>

#include "base/limits.h"
#include "conf/conf.h"

#define CONNECTIONS_MAX 65536
#define DAYS_MAX        36500
#define LABEL_MAX       63 /* RFC 1035, 2.3.4 */
#define NAME_MAX_DNS    253
#define SIZE_MIN        MIB(1)
#define USER_MAX        32
#define MATCH(s, lit)   str_eq((s), STR(lit))

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
to_lower(struct str s)
{
	char *p = (char *)(uintptr_t)s.p;

	for (size_t i = 0; i < s.len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
}

static bool
address(int family, struct str s, void *ret)
{
	char text[INET6_ADDRSTRLEN];

	if (s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return inet_pton(family, text, ret) == 1;
}

/* "[" address "]" */
static bool
bracketed(struct str s, struct in6_addr *ret)
{
	return s.len > 2 && s.p[0] == '[' && s.p[s.len - 1] == ']' &&
	    address(AF_INET6, (struct str){ s.p + 1, s.len - 2 }, ret);
}

/* After the last colon that is in no bracket; absent without one. */
static struct str
cut_port(struct str s, struct str *ret_port)
{
	*ret_port = (struct str){ NULL, 0 };
	for (size_t i = s.len; i > 0 && s.p[i - 1] != ']'; i--) {
		if (s.p[i - 1] != ':')
			continue;
		*ret_port = (struct str){ s.p + i, s.len - i };
		return (struct str){ s.p, i - 1 };
	}
	return s;
}

/* 1 to 65535 as it is commonly written: no leading zero. */
static bool
port_ok(struct str s)
{
	uint64_t n;

	return str_u64(s, UINT16_MAX, &n) && n > 0 && s.p[0] != '0';
}

bool
conf_where(struct str s, bool port_0, enum conf_where *ret)
{
	struct str port, host = cut_port(s, &port);
	struct in6_addr a6;
	struct in_addr a4;

	if (s.len > 1 && s.p[0] == '/') {
		*ret = WHERE_PATH;
		return s.len < sizeof(((struct sockaddr_un *)0)->sun_path) &&
		    memchr(s.p, '\0', s.len) == NULL;
	}
	if (port.p == NULL || !(port_ok(port) || (port_0 && MATCH(port, "0"))))
		return false;
	if (bracketed(host, &a6)) {
		*ret =
		    IN6_IS_ADDR_LOOPBACK(&a6) ? WHERE_LOOPBACK : WHERE_PUBLIC;
		return true;
	}
	if (!address(AF_INET, host, &a4))
		return false;
	*ret = ntohl(a4.s_addr) >> 24 == 127 ? WHERE_LOOPBACK : WHERE_PUBLIC;
	return true;
}

enum set
value_listen(struct policy *p, struct str s)
{
	enum conf_where where;

	if (!conf_where(s, false, &where))
		return SET_BAD;
	if (p->nlisten == NELEM(p->listen))
		return SET_FULL;
	p->listen[p->nlisten++] = s;
	return SET_OK;
}

/* Labels of letters, digits, '-' and '_' with single dots between them. */
static bool
name_ok(struct str s)
{
	size_t label = 0;

	if (s.len == 0 || s.len > NAME_MAX_DNS)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == '.' && label > 0)
			label = 0;
		else if ((is_lower(c) || is_digit(c) || c == '-' || c == '_') &&
		    label < LABEL_MAX)
			label++;
		else
			return false;
	}
	return label > 0;
}

static bool
host_ok(struct str s)
{
	struct in6_addr a;

	return name_ok(s) || bracketed(s, &a);
}

enum set
value_host(struct policy *p, struct str s)
{
	to_lower(s);
	if (!host_ok(s))
		return SET_BAD;
	if (p->nhosts == NELEM(p->hosts))
		return SET_FULL;
	p->hosts[p->nhosts++] = s;
	return SET_OK;
}

static bool
scheme_ok(struct str s)
{
	if (s.len == 0 || !is_lower(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) &&
		    strchr("+-.", s.p[i]) == NULL)
			return false;
	return true;
}

static bool
origin_parse(struct str s, struct policy_origin *ret)
{
	struct str rest, name;
	struct policy_origin o = { .scheme = str_cut(s, ':', &rest) };

	if (rest.p == NULL || !str_starts(rest, STR("//")))
		return false;
	o.host = cut_port((struct str){ rest.p + 2, rest.len - 2 }, &o.port);
	name = o.host;
	if (str_starts(name, STR("*.")))
		name = (struct str){ name.p + 2, name.len - 2 };
	if (!scheme_ok(o.scheme) || !host_ok(name) ||
	    (name.p != o.host.p && name.p[0] == '[') ||
	    (o.port.p != NULL && !MATCH(o.port, "*") && !port_ok(o.port)))
		return false;
	if ((MATCH(o.scheme, "http") && MATCH(o.port, "80")) ||
	    (MATCH(o.scheme, "https") && MATCH(o.port, "443")))
		o.port = (struct str){ NULL, 0 };
	*ret = o;
	return true;
}

enum set
value_origin(struct policy *p, struct str s)
{
	struct policy_origin o;

	to_lower(s);
	if (!origin_parse(s, &o))
		return SET_BAD;
	if (p->norigins == NELEM(p->origins))
		return SET_FULL;
	p->origins[p->norigins++] = o;
	return SET_OK;
}

enum set
value_user(struct policy *p, struct str s)
{
	if (s.len == 0 || s.len > USER_MAX ||
	    !(is_lower(s.p[0]) || s.p[0] == '_'))
		return SET_BAD;
	for (size_t i = 1; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '_' &&
		    s.p[i] != '-')
			return SET_BAD;
	p->user = s;
	return SET_OK;
}

static enum set
either(struct str s, const char *off, const char *on, bool *ret)
{
	*ret = str_eq(s, str_from(on));
	return *ret || str_eq(s, str_from(off)) ? SET_OK : SET_BAD;
}

enum set
value_public(struct policy *p, struct str s)
{
	return either(s, "no", "yes", &p->public_ok);
}

enum set
value_read_only(struct policy *p, struct str s)
{
	return either(s, "no", "yes", &p->read_only);
}

enum set
value_mcp_list(struct policy *p, struct str s)
{
	return either(s, "core", "all", &p->mcp_list_all);
}

enum set
value_separate(struct policy *p, struct str s)
{
	p->separate_key = MATCH(s, "key") || MATCH(s, "key-region");
	p->separate_region = MATCH(s, "region") || MATCH(s, "key-region");
	return p->separate_key || p->separate_region || MATCH(s, "no") ?
	    SET_OK :
	    SET_BAD;
}

enum set
value_table_header(struct policy *p, struct str s)
{
	return either(s, "off", "required", &p->table_header);
}

enum set
value_sandbox(struct policy *p, struct str s)
{
	return either(s, "full", "none", &p->sandbox_none);
}

static enum set
size(struct str s, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *unit = s.len > 0 && s.p[s.len - 1] != '\0' ?
	    strchr(units, s.p[s.len - 1]) :
	    NULL;
	uint64_t n, shift = 0;

	if (unit != NULL) {
		shift = 10 * (uint64_t)(unit - units + 1);
		s.len--;
	}
	if (!str_u64(s, (uint64_t)INT64_MAX >> shift, &n))
		return SET_BAD;
	n <<= shift;
	if (n != 0 && n < SIZE_MIN)
		return SET_BAD;
	*ret = n;
	return SET_OK;
}

enum set
value_max_size(struct policy *p, struct str s)
{
	return size(s, &p->max_size);
}

enum set
value_disk_free(struct policy *p, struct str s)
{
	return size(s, &p->disk_free);
}

enum set
value_audit_address(struct policy *p, struct str s)
{
	return either(s, "plain", "hashed", &p->audit_hashed);
}

static enum set
days(struct str s, uint64_t *ret)
{
	return str_u64(s, DAYS_MAX, ret) ? SET_OK : SET_BAD;
}

enum set
value_audit_days(struct policy *p, struct str s)
{
	return days(s, &p->audit_days);
}

enum set
value_backup_days(struct policy *p, struct str s)
{
	return days(s, &p->backup_days);
}

bool
value_is_pattern(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++) {
		const char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '.' ||
			c == '-' || c == '*'))
			return false;
	}
	return s.len > 0 && s.len <= max;
}

enum set
value_audit_reads(struct policy *p, struct str s)
{
	if (!value_is_pattern(s, LIMIT_TABLE_NAME))
		return SET_BAD;
	if (p->naudit_reads == NELEM(p->audit_reads))
		return SET_FULL;
	p->audit_reads[p->naudit_reads++] = s;
	return SET_OK;
}

/* TABLE FILE [enforce]; the file's name is ended by a NUL. */
enum set
value_model(struct policy *p, struct str s)
{
	struct policy_model m;
	struct str rest;

	m.table = str_cut(s, ' ', &rest);
	rest = str_trim(rest);
	m.file = str_cut(rest, ' ', &rest);
	rest = str_trim(rest);
	m.enforced = MATCH(rest, "enforce");
	if (!value_is_pattern(m.table, LIMIT_TABLE_NAME) || m.file.len == 0 ||
	    m.file.len >= PATH_MAX || (rest.len > 0 && !m.enforced))
		return SET_BAD;
	if (p->nmodel_files == NELEM(p->model_files))
		return SET_FULL;
	((char *)(uintptr_t)m.file.p)[m.file.len] = '\0';
	p->model_files[p->nmodel_files++] = m;
	return SET_OK;
}

/* What the name of a tool may hold, and stars. */
enum set
value_mcp_consent(struct policy *p, struct str s)
{
	if (p->mcp_consent_none || s.len == 0 || s.len > LIMIT_MCP_NAME)
		return SET_BAD;
	if (MATCH(s, "none")) {
		p->mcp_consent_none = p->nmcp_consent == 0;
		return p->mcp_consent_none ? SET_OK : SET_BAD;
	}
	for (size_t i = 0; i < s.len; i++)
		if (!is_lower(s.p[i]) && s.p[i] != '_' && s.p[i] != '*')
			return SET_BAD;
	if (p->nmcp_consent == NELEM(p->mcp_consent))
		return SET_FULL;
	p->mcp_consent[p->nmcp_consent++] = s;
	return SET_OK;
}

enum set
value_audit_export(struct policy *p, struct str s)
{
	const struct str syslog = STR("syslog:");

	if (MATCH(s, "journal")) {
		p->export_journal = true;
	} else if (MATCH(s, "json")) {
		p->export_json = true;
	} else if (str_starts(s, syslog)) {
		s.p += syslog.len;
		s.len -= syslog.len;
		if (s.len < 2 || s.p[0] != '/' ||
		    s.len >= sizeof(((struct sockaddr_un *)0)->sun_path))
			return SET_BAD;
		if (p->export_syslog.p != NULL)
			return SET_FULL;
		p->export_syslog = s;
	} else {
		return SET_BAD;
	}
	return SET_OK;
}

enum set
value_max_connections(struct policy *p, struct str s)
{
	uint64_t n;

	if (!str_u64(s, CONNECTIONS_MAX, &n) || n == 0)
		return SET_BAD;
	p->max_connections = n;
	return SET_OK;
}

enum set
value_max_per_source(struct policy *p, struct str s)
{
	uint64_t n;

	if (!str_u64(s, CONNECTIONS_MAX, &n))
		return SET_BAD;
	p->max_per_source = n;
	return SET_OK;
}
