/* SPDX-License-Identifier: ISC */
/* gate.t - who passes: every route, credential, type, length, and the order. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gate/gate.h"
#include "tap.h"

#define NOW (UINT64_C(1700000000) * NS_PER_S)

/* The map of tokens is this test's own: what it decides is tested there. */
static const struct {
	struct str text;
	struct str akid;
	uint32_t rights;
} tokens[] = {
	{ STR_INIT("right"), STR_INIT("DOORWARDAKIDRIGHT777"),
	    TOKEN_READ | TOKEN_WRITE | TOKEN_ADMIN },
	{ STR_INIT("reader"), STR_INIT("DOORWARDAKIDREADER77"), TOKEN_READ },
	{ STR_INIT("writer"), STR_INIT("DOORWARDAKIDWRITER77"), TOKEN_WRITE },
	{ STR_INIT("admin"), STR_INIT("DOORWARDAKIDADMIN777"),
	    TOKEN_READ | TOKEN_ADMIN },
};

struct token_map {
	int unused;
};
static const struct token_map map;

static bool
find(struct str s, bool akid, uint64_t now_ns, struct token_record *ret)
{
	for (size_t i = 0; i < NELEM(tokens) && now_ns == NOW; i++)
		if (str_eq(s, akid ? tokens[i].akid : tokens[i].text)) {
			*ret =
			    (struct token_record){ .rights = tokens[i].rights };
			memcpy(ret->name, tokens[i].text.p, tokens[i].text.len);
			return true;
		}
	return false;
}

bool
token_map_bearer(const struct token_map *m, struct str text, uint64_t now_ns,
    struct token_record *ret)
{
	(void)m;
	return find(text, false, now_ns, ret);
}

bool
token_map_akid(const struct token_map *m, struct str akid, uint64_t now_ns,
    struct token_record *ret)
{
	(void)m;
	return find(akid, true, now_ns, ret);
}

static struct policy policy;
static struct gate_env env;
static struct http_head head;
static struct caller caller;
static const char *gate;
static struct str text;
static struct buf scratch = BUF_INIT(KIB(64));
static struct buf request = BUF_INIT(KIB(16));

static void
setup(void)
{
	policy = (struct policy){ .tokens = &map };
	env =
	    (struct gate_env){ .policy = &policy, .port = 3667, .now_ns = NOW };
}

/* line: "GET /mcp"; fields: each with its CRLF.  Host is right and first. */
static enum err
run_with_host(const char *line, const char *host, const char *fields)
{
	size_t used;
	enum err e;

	buf_reset(&request);
	buf_printf(&request, "%s HTTP/1.1\r\nHost: %s\r\n%s\r\n", line, host,
	    fields);
	buf_reset(&scratch);
	gate = "none";
	text = (struct str){ NULL, 0 };
	e = http_head_parse(buf_str(&request), &head, &used);
	if (e != ERR_OK)
		return e;
	return gate_run(&head, &env, &scratch, &caller, &gate, &text);
}

static enum err
run(const char *line, const char *fields)
{
	return run_with_host(line, "localhost:3667", fields);
}

static bool
gate_is(const char *name)
{
	return strcmp(gate, name) == 0;
}

#define TOKEN     "Authorization: Bearer right\r\n"
#define JSON      "Content-Type: application/json\r\n"
#define LEN       "Content-Length: 2\r\n"
#define TARGET    "X-Amz-Target: DynamoDB_20120810.GetItem\r\n"
#define PREFLIGHT "Access-Control-Request-Method: POST\r\n"
#define AWS_OF(key)                                                        \
	"X-Amz-Date: 20231114T221320Z\r\n"                                 \
	"Authorization: AWS4-HMAC-SHA256 Credential=" key                  \
	"/20231114/eu-central-1/dynamodb/aws4_request, "                   \
	"SignedHeaders=host;x-amz-date;x-amz-target, Signature="           \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" \
	"\r\n"
#define AWS AWS_OF("DOORWARDAKIDRIGHT777")

static const char *const methods[] = { "GET", "HEAD", "POST", "OPTIONS", "PUT",
	"DELETE", "PATCH", "TRACE", "get", "CONNECT" };

static const struct {
	const char *path;
	enum gate_route route;
} paths[] = {
	{ "/", ROUTE_ROOT },
	{ "/?a=b", ROUTE_ROOT },
	{ "/healthz", ROUTE_HEALTH },
	{ "/.well-known", ROUTE_WELL_KNOWN },
	{ "/.well-known/", ROUTE_WELL_KNOWN },
	{ "/.well-known/oauth-protected-resource/mcp", ROUTE_WELL_KNOWN },
	{ "/mcp", ROUTE_MCP },
	{ "/mcp?config=x&api_key=right&token=right", ROUTE_MCP },
	{ "/compliance-status", ROUTE_COMPLIANCE },
	{ "/metrics", ROUTE_METRICS },
	{ "/audit", ROUTE_AUDIT },
	{ "/mcp/", ROUTE_UNKNOWN },
	{ "/MCP", ROUTE_UNKNOWN },
	{ "//", ROUTE_UNKNOWN },
	{ "//mcp", ROUTE_UNKNOWN },
	{ "/%6dcp", ROUTE_UNKNOWN },
	{ "/./mcp", ROUTE_UNKNOWN },
	{ "/mcp/../", ROUTE_UNKNOWN },
	{ "/.well-knownx", ROUTE_UNKNOWN },
	{ "/x/.well-known/", ROUTE_UNKNOWN },
	{ "/healthz/", ROUTE_UNKNOWN },
};

/* Every wrong credential that is the one 401 wherever a token is needed. */
static const char *const wrong[] = {
	"",
	"Authorization:\r\n",
	"Authorization: Bearer\r\n",
	"Authorization: Bearer wrong\r\n",
	"Authorization: Bearer  right\r\n",
	"Authorization: Bearer\tright\r\n",
	"Authorization: Bearer right right\r\n",
	"Authorization: Bearer right, Bearer right\r\n",
	"Authorization: Bearer \"right\"\r\n",
	"Authorization: Bearer Right\r\n",
	"Authorization: Bearer righ\r\n",
	"Authorization: Bearer right1\r\n",
	"Authorization: Bearer right\xff\r\n",
	"Authorization: Bearerright\r\n",
	"Authorization: Bearers right\r\n",
	"Authorization: Basic cmlnaHQ6cmlnaHQ=\r\n",
	"Authorization: right\r\n",
	"Authorization: Digest username=right\r\n",
	"Cookie: token=right\r\n",
	"X-Api-Key: right\r\n",
	"Proxy-Authorization: Bearer right\r\n",
};

static const char *
line_of(size_t m, size_t p)
{
	static char line[256];

	(void)snprintf(line, sizeof(line), "%s %s", methods[m], paths[p].path);
	return line;
}

/* Claim A1's list, written again from the claim. */
static bool
is_constant(size_t m, enum gate_route route, bool authorization)
{
	bool get = m < 2;

	return route == ROUTE_WELL_KNOWN ||
	    (get && (route == ROUTE_ROOT || route == ROUTE_HEALTH)) ||
	    (get && route == ROUTE_COMPLIANCE && !authorization);
}

static void
test_wrong_tokens(void)
{
	unsigned bad = 0, n = 0;

	setup();
	for (size_t m = 0; m < NELEM(methods); m++)
		for (size_t p = 0; p < NELEM(paths); p++)
			for (size_t w = 0; w < NELEM(wrong); w++) {
				enum err e = run(line_of(m, p), wrong[w]);
				bool constant = is_constant(m, paths[p].route,
				    strncmp(wrong[w], "Authorization", 13) ==
					0);
				enum err want = !constant ? ERR_TOKEN :
				    paths[p].route == ROUTE_WELL_KNOWN ?
							    ERR_PATH :
							    ERR_OK;

				n++;
				if (e == want && caller.constant == constant &&
				    caller.route == paths[p].route &&
				    caller.rights == 0 && !caller.cors &&
				    (constant || gate_is("token")))
					continue;
				bad++;
				printf("# %s + %s: %s\n", line_of(m, p),
				    wrong[w], err_row(e)->id);
			}
	is_int(bad, 0, "%u of method x path x wrong credential", n);
}

/* What a right token of all rights meets behind the token gate. */
static enum err
want_behind(size_t m, enum gate_route route)
{
	switch (route) {
	case ROUTE_UNKNOWN:
		return ERR_PATH;
	case ROUTE_ROOT:
	case ROUTE_MCP:
		return m == 2 ? ERR_OK : ERR_METHOD;
	case ROUTE_HEALTH:
	case ROUTE_COMPLIANCE:
	case ROUTE_METRICS:
	case ROUTE_AUDIT:
		return m < 2 ? ERR_OK : ERR_METHOD;
	case ROUTE_WELL_KNOWN:
	case ROUTE__MAX:
	default:
		return ERR_INTERNAL;
	}
}

static void
test_right_tokens(void)
{
	static const char *const right[] = {
		"Authorization: Bearer right\r\n",
		"AUTHORIZATION:bearer right\t\r\n",
		"authorization: \t BEARER right\r\n",
	};
	unsigned bad = 0, n = 0;

	setup();
	for (size_t m = 0; m < NELEM(methods); m++)
		for (size_t p = 0; p < NELEM(paths); p++)
			for (size_t t = 0; t < NELEM(right); t++) {
				bool constant =
				    is_constant(m, paths[p].route, true);
				enum err want = want_behind(m, paths[p].route),
					 e;
				char fields[256];

				(void)snprintf(fields, sizeof(fields), "%s%s",
				    right[t], m == 2 ? JSON LEN : "");
				e = run(line_of(m, p), fields);
				if (constant)
					want =
					    paths[p].route == ROUTE_WELL_KNOWN ?
					    ERR_PATH :
					    ERR_OK;
				n++;
				if (e == want && caller.constant == constant &&
				    caller.rights == (constant ? 0u : 7u))
					continue;
				bad++;
				printf("# %s + %s: %s\n", line_of(m, p),
				    right[t], err_row(e)->id);
			}
	is_int(bad, 0, "%u of method x path x right token", n);
	(void)run("POST /mcp", TOKEN JSON LEN);
	ok(strcmp(caller.token.name, "right") == 0 && !caller.sigv4 &&
		!caller.constant && !caller.preflight && !caller.cors,
	    "the caller");
	env.now_ns++;
	is_int(run("POST /mcp", TOKEN JSON LEN), ERR_TOKEN,
	    "the map is asked with the request's time");
}

static void
test_aws(void)
{
	setup();
	is_int(run("POST /", AWS JSON LEN TARGET), ERR_OK, "signed");
	ok(caller.sigv4 && caller.rights == 7, "signed: the caller");
	is_str(caller.signature.region, STR("eu-central-1"), "its region");
	is_str(caller.signature.key_id, STR("DOORWARDAKIDRIGHT777"), "its key");
	is_int(run("POST /", AWS_OF("DOORWARDAKIDUNKNOWN7") JSON LEN TARGET),
	    ERR_CLIENT, "unknown key");
	ok(gate_is("token") && text.p == NULL && !caller.sigv4,
	    "unknown key: as a wrong signature, without words of its own");
	is_int(run("POST /",
		   "Authorization: AWS4-HMAC-SHA256 Signature=0\r\n" JSON LEN
		       TARGET),
	    ERR_SIGNATURE_PART, "parts missing");
	ok(text.p != NULL && gate_is("token"), "parts missing: with words");
	is_int(run("POST /", JSON LEN TARGET), ERR_NO_CREDENTIAL,
	    "none, with a target");
	ok(gate_is("token"), "by the token gate");
	is_int(run("POST /", JSON LEN), ERR_TOKEN, "none, without a target");
	is_int(run("POST /", "Authorization: Basic YTpi\r\n" JSON LEN TARGET),
	    ERR_TOKEN, "another Authorization");
	is_int(run("POST /", "Authorization:\r\n" JSON LEN TARGET), ERR_TOKEN,
	    "an empty Authorization");
	is_int(run("POST /", "Authorization: Bearer wrong\r\n" JSON LEN TARGET),
	    ERR_TOKEN, "wrong bearer");
	is_int(run("POST /", TOKEN JSON LEN TARGET), ERR_OK, "bearer");
	ok(!caller.sigv4, "bearer: no signature to wait for");
	is_int(run("POST /mcp", AWS JSON LEN TARGET), ERR_TOKEN,
	    "signed on /mcp");
	is_int(run("GET /audit", AWS), ERR_TOKEN, "signed GET");
	is_int(run("PUT /", AWS JSON LEN TARGET), ERR_TOKEN, "signed PUT");
	is_int(run("POST /mcp", JSON LEN TARGET), ERR_TOKEN,
	    "a target on /mcp");
	env.now_ns += 1000 * NS_PER_S;
	is_int(run("POST /", AWS JSON LEN TARGET), ERR_SIGNATURE, "too old");
}

/* The presigned form; and what stands first where two are sent. */
static void
test_aws_query(void)
{
	static const char line[] =
	    "POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
	    "DOORWARDAKIDREADER77%2F20231114%2Feu-central-1%2Fdynamodb%2F"
	    "aws4_request&X-Amz-Date=20231114T221320Z&X-Amz-Expires=60"
	    "&X-Amz-SignedHeaders=host&X-Amz-Signature="
	    "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef";

	setup();
	is_int(run(line, JSON LEN), ERR_OK, "presigned");
	ok(caller.sigv4 && caller.rights == TOKEN_READ, "presigned: caller");
	is_int(run(line, AWS JSON LEN TARGET), ERR_SIGNATURE, "both forms");
	is_int(run(line, TOKEN JSON LEN), ERR_OK, "a bearer text beside it");
	ok(!caller.sigv4 && caller.rights == 7, "the bearer text decides");
	is_int(run(line, "Authorization: Bearer wrong\r\n" JSON LEN), ERR_TOKEN,
	    "a wrong one too");
	is_int(run("POST /mcp?X-Amz-Algorithm=AWS4-HMAC-SHA256", JSON LEN),
	    ERR_TOKEN, "presigned on /mcp");
}

static void
test_open_policies(void)
{
	setup();
	policy.no_auth = true;
	is_int(run("POST /mcp", JSON LEN), ERR_OK, "no-auth");
	ok(caller.rights == 7 && strcmp(caller.token.name, "(none)") == 0,
	    "no-auth: all rights");
	is_int(run("POST /", JSON LEN TARGET), ERR_OK, "no-auth: API");
	is_int(run("GET /audit", ""), ERR_OK, "no-auth: audit");
	is_int(run("POST /mcp", "Authorization: Bearer wrong\r\n" JSON LEN),
	    ERR_TOKEN, "no-auth: a wrong token is refused");
	is_int(run("POST /mcp", "Authorization:\r\n" JSON LEN), ERR_TOKEN,
	    "no-auth: an empty one too");
	is_int(run("POST /", AWS_OF("ANYTHING") JSON LEN TARGET), ERR_OK,
	    "no-auth: SDKs always sign");
	is_int(run("POST /mcp", AWS JSON LEN), ERR_TOKEN,
	    "no-auth: but not on /mcp");
	is_int(run("POST /mcp", "Authorization: Bearer reader\r\n" JSON LEN),
	    ERR_OK, "no-auth: a right token");
	is_int(caller.rights, TOKEN_READ, "no-auth: and its own rights");
	is_int(run_with_host("POST /mcp", "evil", JSON LEN), ERR_HOST,
	    "no-auth: Host still counts");
	is_int(run("POST /mcp", JSON LEN "Origin: http://evil\r\n"), ERR_ORIGIN,
	    "no-auth: Origin still counts");

	setup();
	env.peer_trusted = true;
	env.port = 0;
	is_int(run("POST /mcp", JSON LEN), ERR_OK, "own uid");
	ok(caller.rights == 7 && strcmp(caller.token.name, "(peer)") == 0,
	    "own uid: all rights");
	is_int(run("POST /", JSON LEN TARGET), ERR_OK, "own uid: API");
	is_int(run("POST /mcp", "Authorization: Bearer wrong\r\n" JSON LEN),
	    ERR_TOKEN, "own uid: a wrong token is refused");
	is_int(run("POST /", AWS_OF("DOORWARDAKIDUNKNOWN7") JSON LEN TARGET),
	    ERR_CLIENT, "own uid: a wrong key too");

	setup();
	policy.any_aws = true;
	is_int(run("POST /", AWS_OF("ANYTHING") JSON LEN TARGET), ERR_OK,
	    "any AWS credential");
	ok(!caller.sigv4 && caller.rights == 7, "any: nothing to verify");
	is_str(caller.signature.region, STR("eu-central-1"), "any: the region");
	env.now_ns += 1000000 * NS_PER_S;
	is_int(run("POST /", AWS JSON LEN TARGET), ERR_OK, "any: any date");
	env.now_ns = NOW;
	is_int(
	    run("POST /",
		"Authorization: AWS4-HMAC-SHA256 Credential=a/b/\"c/d/e\r\n" JSON
		    LEN TARGET),
	    ERR_OK, "any: a malformed one");
	ok(caller.signature.region.p == NULL, "any: no region from that");
	is_int(run("POST /", JSON LEN TARGET), ERR_NO_CREDENTIAL,
	    "any: but one there must be");
	is_int(run("POST /mcp", JSON LEN), ERR_TOKEN, "any: not for /mcp");
	is_int(run("POST /mcp", AWS JSON LEN), ERR_TOKEN,
	    "any: signed, not for /mcp");
	is_int(run("POST /", "Authorization: Bearer wrong\r\n" JSON LEN TARGET),
	    ERR_TOKEN, "any: no bearer text");
}

static void
test_preflight(void)
{
	static const char *const off[] = {
		"", /* not even an origin */
		PREFLIGHT,
		"Origin: http://localhost:3667\r\n",
		PREFLIGHT "Origin: http://localhost:3668\r\n",
		PREFLIGHT "Origin: https://localhost:3667\r\n",
		PREFLIGHT "Origin: null\r\n",
		PREFLIGHT "Origin: http://evil.com\r\n",
		PREFLIGHT PREFLIGHT "Origin: http://localhost:3667\r\n",
	};

	setup();
	for (size_t i = 0; i < NELEM(off); i++) {
		is_int(run("OPTIONS /mcp", off[i]), ERR_TOKEN, "off %zu", i);
		ok(!caller.cors && !caller.constant && !caller.preflight,
		    "off %zu: says nothing", i);
	}
	for (size_t i = 0; i < NELEM(paths); i++) {
		char line[128];
		bool here = paths[i].route != ROUTE_WELL_KNOWN;

		(void)snprintf(line, sizeof(line), "OPTIONS %s", paths[i].path);
		is_int(run(line, PREFLIGHT "Origin: http://localhost:3667\r\n"),
		    here ? ERR_OK : ERR_PATH, "allowed: %s", line);
		ok(caller.preflight == here && caller.constant &&
			caller.rights == 0 && (caller.cors || !here),
		    "allowed: a constant");
	}
	is_int(run_with_host("OPTIONS /mcp", "evil.com",
		   PREFLIGHT "Origin: http://localhost:3667\r\n"),
	    ERR_TOKEN, "another Host");
	is_int(run("OPTIONS /mcp",
		   TOKEN PREFLIGHT "Origin: http://evil.com\r\n"),
	    ERR_ORIGIN, "foreign, with a token");
	is_int(run("OPTIONS /mcp", TOKEN), ERR_METHOD, "no preflight");
	is_int(run("POST /mcp", PREFLIGHT "Origin: http://localhost:3667\r\n"),
	    ERR_TOKEN, "POST is no preflight");
	is_int(run_with_host("GET /healthz", "evil.com",
		   "Origin: http://evil.com\r\n"),
	    ERR_OK, "health: any Host and Origin");
	ok(caller.constant && !caller.cors, "health: not for that page");
	(void)run("GET /healthz", "Origin: http://localhost:3667\r\n");
	ok(caller.constant && caller.cors, "health: for our own page");
}

static void
test_types(void)
{
	static const struct {
		const char *type;
		enum err mcp;
		enum err root;
	} t[] = {
		{ "application/json", ERR_OK, ERR_OK },
		{ "application/json; charset=utf-8", ERR_OK, ERR_OK },
		{ "Application/JSON;CHARSET=UTF-8", ERR_OK, ERR_OK },
		{ "application/json ; a=b; c=d", ERR_OK, ERR_OK },
		{ "application/json;", ERR_OK, ERR_OK },
		{ "application/x-amz-json-1.0", ERR_TYPE, ERR_OK },
		{ "Application/X-AMZ-JSON-1.0", ERR_TYPE, ERR_OK },
		{ "application/x-amz-json-1.1", ERR_TYPE, ERR_TYPE },
		{ "text/plain", ERR_TYPE, ERR_TYPE },
		{ "text/plain; application/json", ERR_TYPE, ERR_TYPE },
		{ "text/plain, application/json", ERR_TYPE, ERR_TYPE },
		{ "application/json, text/plain", ERR_TYPE, ERR_TYPE },
		{ "application/x-www-form-urlencoded", ERR_TYPE, ERR_TYPE },
		{ "multipart/form-data; boundary=application/json", ERR_TYPE,
		    ERR_TYPE },
		{ "text/json", ERR_TYPE, ERR_TYPE },
		{ "application/jsonp", ERR_TYPE, ERR_TYPE },
		{ "application/jso", ERR_TYPE, ERR_TYPE },
		{ "application/json-rpc", ERR_TYPE, ERR_TYPE },
		{ "application/ json", ERR_TYPE, ERR_TYPE },
		{ "\"application/json\"", ERR_TYPE, ERR_TYPE },
		{ ";application/json", ERR_TYPE, ERR_TYPE },
		{ "", ERR_TYPE, ERR_TYPE },
	};
	char fields[256];

	setup();
	for (size_t i = 0; i < NELEM(t); i++) {
		(void)snprintf(fields, sizeof(fields),
		    TOKEN LEN "Content-Type: %s\r\n", t[i].type);
		is_int(run("POST /mcp", fields), t[i].mcp, "/mcp: %s",
		    t[i].type);
		is_int(run("POST /", fields), t[i].root, "/: %s", t[i].type);
	}
	is_int(run("POST /mcp", TOKEN LEN), ERR_TYPE, "/mcp: none");
	is_int(run("POST /", TOKEN LEN), ERR_TYPE, "/: none");
}

static void
test_lengths(void)
{
	char fields[256];

	setup();
	for (unsigned past = 0; past < 2; past++) {
		(void)snprintf(fields, sizeof(fields),
		    TOKEN JSON "Content-Length: %zu\r\n", LIMIT_BODY + past);
		is_int(run("POST /mcp", fields), past ? ERR_TOO_LARGE : ERR_OK,
		    "length, %u past", past);
	}
	is_int(run("POST /mcp", TOKEN JSON), ERR_LENGTH, "no length");
	is_int(run("POST /", TOKEN JSON), ERR_LENGTH, "no length on /");
	is_int(run("POST /", TOKEN JSON "Content-Length: 0\r\n"), ERR_OK,
	    "length 0");
	is_int(run("POST /", TOKEN JSON "Transfer-Encoding: chunked\r\n"),
	    ERR_OK, "chunked");
	is_int(run("GET /metrics", TOKEN "Content-Length: 0\r\n"), ERR_OK,
	    "GET, length 0");
	is_int(run("GET /metrics", TOKEN "Content-Length: 1\r\n"),
	    ERR_TOO_LARGE, "GET, one past");
	is_int(run("GET /metrics", TOKEN "Transfer-Encoding: chunked\r\n"),
	    ERR_TOO_LARGE, "GET, chunked");
	is_int(run("POST /mcp", TOKEN JSON LEN "Expect: 100-continue\r\n"),
	    ERR_OK, "expect");
	is_int(run("POST /mcp", TOKEN JSON LEN "Expect: a\r\n"), ERR_EXPECT,
	    "another expectation");
}

static void
test_scope(void)
{
	static const struct {
		const char *line;
		enum err reader, writer, admin;
	} s[] = {
		{ "POST /mcp", ERR_OK, ERR_SCOPE, ERR_OK },
		{ "POST /", ERR_OK, ERR_SCOPE, ERR_OK },
		{ "GET /metrics", ERR_OK, ERR_SCOPE, ERR_OK },
		{ "GET /audit", ERR_SCOPE, ERR_SCOPE, ERR_OK },
		{ "GET /compliance-status", ERR_OK, ERR_OK, ERR_OK },
	};
	char fields[256];

	setup();
	for (size_t i = 0; i < NELEM(s); i++)
		for (size_t t = 1; t < NELEM(tokens); t++) {
			enum err want = t == 1 ? s[i].reader :
			    t == 2             ? s[i].writer :
						 s[i].admin;

			(void)snprintf(fields, sizeof(fields),
			    "Authorization: Bearer %.*s\r\n%s",
			    STR_ARG(tokens[t].text),
			    s[i].line[0] == 'P' ? JSON LEN : "");
			is_int(run(s[i].line, fields), want, "%s: %.*s",
			    s[i].line, STR_ARG(tokens[t].text));
		}
	is_int(run("GET /compliance-status", ""), ERR_OK, "nobody");
	ok(caller.constant, "nobody: minimal");
	(void)run("GET /compliance-status", TOKEN);
	ok(!caller.constant && caller.rights == 7, "admin: in detail");
}

/* Each request fails at every gate from one on: that one must win. */
static void
test_order(void)
{
	static const struct {
		const char *line, *host, *fields;
		enum err want;
		const char *gate;
	} o[] = {
		{ "PUT /x", "evil", "Origin: http://evil\r\nExpect: a\r\n",
		    ERR_TOKEN, "token" },
		{ "PUT /x", "evil",
		    TOKEN "Origin: http://evil\r\nExpect: a\r\n", ERR_HOST,
		    "host" },
		{ "PUT /x", "localhost",
		    TOKEN "Origin: http://evil\r\nExpect: a\r\n", ERR_ORIGIN,
		    "origin" },
		{ "PUT /x", "localhost", TOKEN "Expect: a\r\n", ERR_PATH,
		    "path" },
		{ "PUT /mcp", "localhost", TOKEN "Expect: a\r\n", ERR_METHOD,
		    "method" },
		{ "POST /mcp", "localhost",
		    "Authorization: Bearer writer\r\nExpect: a\r\n", ERR_TYPE,
		    "type" },
		{ "POST /mcp", "localhost",
		    "Authorization: Bearer writer\r\n" JSON "Expect: a\r\n",
		    ERR_LENGTH, "length" },
		{ "POST /mcp", "localhost",
		    "Authorization: Bearer writer\r\n" JSON LEN "Expect: a\r\n",
		    ERR_EXPECT, "expect" },
		{ "POST /mcp", "localhost",
		    "Authorization: Bearer writer\r\n" JSON LEN, ERR_SCOPE,
		    "scope" },
		{ "POST /.well-known/x", "evil", "Origin: null\r\n", ERR_PATH,
		    "constant" },
	};

	setup();
	for (size_t i = 0; i < NELEM(o); i++) {
		is_int(run_with_host(o[i].line, o[i].host, o[i].fields),
		    o[i].want, "order: %s", o[i].gate);
		ok(gate_is(o[i].gate), "order: by %s", gate);
	}
	(void)run_with_host("POST /mcp", "evil", TOKEN);
	ok(strcmp(caller.token.name, "right") == 0 && !caller.cors,
	    "who was refused is known");
}

int
main(void)
{
	test_wrong_tokens();
	test_right_tokens();
	test_aws();
	test_aws_query();
	test_open_policies();
	test_preflight();
	test_types();
	test_lengths();
	test_scope();
	test_order();
	buf_free(&scratch);
	buf_free(&request);
	return tap_done();
}
