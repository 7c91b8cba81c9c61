/* SPDX-License-Identifier: ISC */
/* head.t - request heads: what is taken, what is refused and why. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "http/head.h"
#include "tap.h"

#define GET   "GET / HTTP/1.1\r\nHost: a\r\n"
#define POST  "POST / HTTP/1.1\r\nHost: a\r\n"
#define END   "\r\n"
#define PLAIN GET END

struct row {
	const char *what;
	struct str in;
	enum err want;
};

#define ROW(what, text, want)              \
	{                                  \
		what, STR_INIT(text), want \
	}

/* Every malformed head by class, and its lawful neighbours. */
static const struct row rows[] = {
	ROW("plain", PLAIN, ERR_OK),
	ROW("one empty line before", "\r\n" PLAIN, ERR_OK),
	ROW("two empty lines before", "\r\n\r\n" PLAIN, ERR_HEAD),
	ROW("bare LF before", "\n" PLAIN, ERR_HEAD),
	ROW("bare CR before", "\r" PLAIN, ERR_HEAD),
	ROW("space before", " " PLAIN, ERR_HEAD),

	/* Request smuggling */
	ROW("CL", POST "Content-Length: 5\r\n" END, ERR_OK),
	ROW("TE", POST "Transfer-Encoding: chunked\r\n" END, ERR_OK),
	ROW("TE in any case", POST "transfer-encoding: Chunked\r\n" END,
	    ERR_OK),
	ROW("CL.TE",
	    POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" END,
	    ERR_HEAD),
	ROW("TE.CL",
	    POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" END,
	    ERR_HEAD),
	ROW("CL 0 and TE",
	    POST "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n" END,
	    ERR_HEAD),
	ROW("TE.TE",
	    POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
		 "chunked\r\n" END,
	    ERR_HEAD),
	ROW("TE.TE, one of them foreign",
	    POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
		 "identity\r\n" END,
	    ERR_HEAD),
	ROW("TE list", POST "Transfer-Encoding: gzip, chunked\r\n" END,
	    ERR_HEAD),
	ROW("TE twice in a list",
	    POST "Transfer-Encoding: chunked, chunked\r\n" END, ERR_HEAD),
	ROW("TE identity", POST "Transfer-Encoding: identity\r\n" END,
	    ERR_HEAD),
	ROW("TE xchunked", POST "Transfer-Encoding: xchunked\r\n" END,
	    ERR_HEAD),
	ROW("TE with a parameter",
	    POST "Transfer-Encoding: chunked;q=1\r\n" END, ERR_HEAD),
	ROW("TE quoted", POST "Transfer-Encoding: \"chunked\"\r\n" END,
	    ERR_HEAD),
	ROW("TE with a vertical tab",
	    POST "Transfer-Encoding: \vchunked\r\n" END, ERR_HEAD),
	ROW("TE empty", POST "Transfer-Encoding:\r\n" END, ERR_HEAD),
	ROW("TE, space before the colon",
	    POST "Transfer-Encoding : chunked\r\n" END, ERR_HEAD),
	ROW("TE, folded", POST "Transfer-Encoding:\r\n chunked\r\n" END,
	    ERR_HEAD),
	ROW("TE in HTTP/1.0",
	    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" END, ERR_HEAD),
	ROW("CL twice, equal",
	    POST "Content-Length: 5\r\nContent-Length: 5\r\n" END, ERR_HEAD),
	ROW("CL twice, not equal",
	    POST "Content-Length: 5\r\ncontent-length: 6\r\n" END, ERR_HEAD),
	ROW("CL +1", POST "Content-Length: +1\r\n" END, ERR_HEAD),
	ROW("CL -1", POST "Content-Length: -1\r\n" END, ERR_HEAD),
	ROW("CL 1,1", POST "Content-Length: 1,1\r\n" END, ERR_HEAD),
	ROW("CL 1, 1", POST "Content-Length: 1, 1\r\n" END, ERR_HEAD),
	ROW("CL 0x1", POST "Content-Length: 0x1\r\n" END, ERR_HEAD),
	ROW("CL 1.0", POST "Content-Length: 1.0\r\n" END, ERR_HEAD),
	ROW("CL 1 1", POST "Content-Length: 1 1\r\n" END, ERR_HEAD),
	ROW("CL, white space around it", POST "Content-Length:  1\t\r\n" END,
	    ERR_OK),
	ROW("CL behind a form feed", POST "Content-Length: \f1\r\n" END,
	    ERR_HEAD),
	ROW("CL behind a no-break space",
	    POST "Content-Length: \xa0"
		 "1\r\n" END,
	    ERR_HEAD),
	ROW("CL in other digits", POST "Content-Length: \xd9\xa1\r\n" END,
	    ERR_HEAD),
	ROW("CL empty", POST "Content-Length:\r\n" END, ERR_HEAD),
	ROW("CL of 19 digits",
	    POST "Content-Length: 9999999999999999999\r\n" END, ERR_OK),
	ROW("CL of 20 digits",
	    POST "Content-Length: 10000000000000000000\r\n" END, ERR_HEAD),
	ROW("CL of 20 digits, zeros",
	    POST "Content-Length: 00000000000000000001\r\n" END, ERR_HEAD),
	ROW("CL past 2^64", POST "Content-Length: 18446744073709551621\r\n" END,
	    ERR_HEAD),

	/* Line ends and white space */
	ROW("bare LF, request line", "GET / HTTP/1.1\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("bare LF, field", "GET / HTTP/1.1\r\nHost: a\n" END, ERR_HEAD),
	ROW("bare LF at the end", GET "\n", ERR_HEAD),
	ROW("bare CR in the request line",
	    "GET /\r HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("bare CR in a value", GET "X: a\rb\r\n" END, ERR_HEAD),
	ROW("bare CR at the end", GET "\rX", ERR_HEAD),
	ROW("CR CR LF", GET "X: a\r\r\n" END, ERR_HEAD),
	ROW("obs-fold, space", GET "X: a\r\n b\r\n" END, ERR_HEAD),
	ROW("obs-fold, tab", GET "X: a\r\n\tb\r\n" END, ERR_HEAD),
	ROW("obs-fold before the first field",
	    "GET / HTTP/1.1\r\n Host: a\r\n" END, ERR_HEAD),
	ROW("space before the colon", GET "X : a\r\n" END, ERR_HEAD),
	ROW("tab before the colon", GET "X\t: a\r\n" END, ERR_HEAD),
	ROW("two spaces after the method", "GET  / HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("tab after the method", "GET\t/ HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("two spaces after the target", "GET /  HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n" END,
	    ERR_HEAD),

	/* Bytes of fields */
	ROW("empty value", GET "X:\r\n" END, ERR_OK),
	ROW("tab in a value", GET "X: a\tb\r\n" END, ERR_OK),
	ROW("0x80 to 0xff in a value", GET "X: \x80\xc3\xa9\xff\r\n" END,
	    ERR_OK),
	ROW("0x80 in a name", GET "X\x80: a\r\n" END, ERR_HEAD),
	ROW("0xff in a name", GET "\xffX: a\r\n" END, ERR_HEAD),
	ROW("empty name", GET ": a\r\n" END, ERR_HEAD),
	ROW("no colon", GET "Xa\r\n" END, ERR_HEAD),
	ROW("NUL in a name", GET "X\0: a\r\n" END, ERR_HEAD),
	ROW("NUL in a value", GET "X: a\0b\r\n" END, ERR_HEAD),
	ROW("DEL in a name", GET "X\x7f: a\r\n" END, ERR_HEAD),
	ROW("DEL in a value", GET "X: a\x7f\r\n" END, ERR_HEAD),
	ROW("brackets in a name", GET "X(): a\r\n" END, ERR_HEAD),
	ROW("ESC in a value", GET "X: \x1b[0m\r\n" END, ERR_HEAD),

	/* Method */
	ROW("unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n" END, ERR_OK),
	ROW("lower-case method", "get / HTTP/1.1\r\nHost: a\r\n" END, ERR_OK),
	ROW("no method", " / HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("method with a colon", "GET: / HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ERR_HEAD),

	/* Version */
	ROW("1.0", "GET / HTTP/1.0\r\n" END, ERR_OK),
	ROW("1.2", "GET / HTTP/1.2\r\nHost: a\r\n" END, ERR_OK),
	ROW("1.9", "GET / HTTP/1.9\r\nHost: a\r\n" END, ERR_OK),
	ROW("0.9 without version", "GET /\r\n", ERR_HEAD),
	ROW("0.9", "GET / HTTP/0.9\r\nHost: a\r\n" END, ERR_HTTP_VERSION),
	ROW("2.0", "GET / HTTP/2.0\r\nHost: a\r\n" END, ERR_HTTP_VERSION),
	ROW("3.1", "GET / HTTP/3.1\r\nHost: a\r\n" END, ERR_HTTP_VERSION),
	ROW("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ERR_HEAD),
	ROW("1.10", "GET / HTTP/1.10\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("01.1", "GET / HTTP/01.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("1", "GET / HTTP/1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("1,1", "GET / HTTP/1,1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("lower case", "GET / http/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("HTTPS", "GET / HTTPS/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("no version", "GET / \r\nHost: a\r\n" END, ERR_HEAD),

	/* Target */
	ROW("query", "GET /a?b=c?d HTTP/1.1\r\nHost: a\r\n" END, ERR_OK),
	ROW("absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_OK),
	ROW("absolute form, port",
	    "GET http://a:1/ HTTP/1.1\r\nHost: a:1\r\n" END, ERR_OK),
	ROW("absolute form, case", "GET HTTP://A/ HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_OK),
	ROW("absolute form, no path",
	    "GET http://a HTTP/1.1\r\nHost: a\r\n" END, ERR_OK),
	ROW("absolute form, query alone",
	    "GET http://a?b HTTP/1.1\r\nHost: a\r\n" END, ERR_OK),
	ROW("absolute form, other host",
	    "GET http://b/ HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("absolute form, other port",
	    "GET http://a:1/ HTTP/1.1\r\nHost: a:2\r\n" END, ERR_HEAD),
	ROW("absolute form, port on one side",
	    "GET http://a:80/ HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("absolute form, user",
	    "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("absolute form, Host empty",
	    "GET http://a/ HTTP/1.1\r\nHost:\r\n" END, ERR_HEAD),
	ROW("absolute form, no Host", "GET http://a/ HTTP/1.1\r\n" END,
	    ERR_HEAD),
	ROW("absolute form, no authority",
	    "GET http:/// HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("absolute form, no authority, no Host either",
	    "GET http:/// HTTP/1.1\r\nHost:\r\n" END, ERR_HEAD),
	ROW("absolute form, https",
	    "GET https://a/ HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("absolute form, file", "GET file:///a HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("authority form", "GET a:1 HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("authority form, CONNECT",
	    "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n" END, ERR_OK),
	ROW("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n" END, ERR_OK),
	ROW("asterisk form, GET", "GET * HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("asterisk and more", "OPTIONS */ HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("no slash", "GET a HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("query without a path", "GET ?a HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("no target", "GET HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n" END, ERR_HEAD),
	ROW("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("tab in the target", "GET /a\tb HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("control in the target", "GET /a\x01 HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("0x80 in the target", "GET /a\x80 HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("quote in the target", "GET /\" HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),
	ROW("backslash in the target", "GET /\\ HTTP/1.1\r\nHost: a\r\n" END,
	    ERR_HEAD),

	/* Host */
	ROW("no Host in 1.1", "GET / HTTP/1.1\r\n" END, ERR_HEAD),
	ROW("no Host in 1.2", "GET / HTTP/1.2\r\n" END, ERR_HEAD),
	ROW("Host empty", "GET / HTTP/1.1\r\nHost:\r\n" END, ERR_OK),
	ROW("Host twice, equal", GET "Host: a\r\n" END, ERR_HEAD),
	ROW("Host twice, not equal", GET "HOST: b\r\n" END, ERR_HEAD),
	ROW("Host twice, one empty", GET "Host:\r\n" END, ERR_HEAD),
	ROW("Host twice in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n" END,
	    ERR_HEAD),

	/* Once only */
	ROW("Authorization twice",
	    GET "Authorization: a\r\nauthorization: a\r\n" END, ERR_HEAD),
	ROW("Authorization twice, one empty",
	    GET "Authorization:\r\nauthorization: a\r\n" END, ERR_HEAD),
	ROW("Origin twice", GET "Origin: a\r\nOrigin: a\r\n" END, ERR_HEAD),
	ROW("Content-Type twice",
	    GET "Content-Type: a\r\nContent-Type: a\r\n" END, ERR_HEAD),
	ROW("Expect twice",
	    POST "Expect: 100-continue\r\nExpect: 100-continue\r\n" END,
	    ERR_HEAD),
	ROW("Expect twice, one foreign",
	    POST "Expect: a\r\nExpect: 100-continue\r\n" END, ERR_HEAD),
	ROW("X-Amz-Target twice",
	    GET "X-Amz-Target: a\r\nX-Amz-Target: a\r\n" END, ERR_HEAD),
	ROW("Mcp-Method twice", GET "Mcp-Method: a\r\nMcp-Method: a\r\n" END,
	    ERR_HEAD),
	ROW("Mcp-Name twice", GET "Mcp-Name: a\r\nMcp-Name: a\r\n" END,
	    ERR_HEAD),
	ROW("MCP-Protocol-Version twice",
	    GET "MCP-Protocol-Version: a\r\nmcp-protocol-version: a\r\n" END,
	    ERR_HEAD),
	ROW("traceparent twice", GET "traceparent: a\r\ntraceparent: a\r\n" END,
	    ERR_HEAD),
	ROW("User-Agent twice", GET "User-Agent: a\r\nUser-Agent: a\r\n" END,
	    ERR_HEAD),
	ROW("Accept twice", GET "Accept: a\r\nAccept: a\r\n" END, ERR_OK),
	ROW("Connection twice",
	    GET "Connection: keep-alive\r\nConnection: close\r\n" END, ERR_OK),
};

static struct http_head h;
static size_t used;

static enum err
parse(struct str in)
{
	used = 999999;
	return http_head_parse(in, &h, &used);
}

/* Byte by byte: the same answer, and none but "more" before it. */
static bool
split_agrees(struct str in, enum err want)
{
	for (size_t n = 0; n <= in.len; n++) {
		/* A copy of its own, so that ASan sees a read past it. */
		char *copy = malloc(n + 1);
		enum err e;

		if (copy == NULL)
			return false;
		memcpy(copy, in.p, n);
		e = http_head_parse((struct str){ copy, n }, &h, &used);
		free(copy);
		if (e != ERR_OK)
			return e == want;
		if (used != 0)
			return want == ERR_OK && used == n && n == in.len;
	}
	return false;
}

static void
test_corpus(void)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct row *r = &rows[i];
		enum err e = parse(r->in);

		is_int(e, r->want, "%s", r->what);
		ok(e != ERR_OK ? used == 999999 : used == r->in.len, "%s: used",
		    r->what);
		ok(split_agrees(r->in, r->want), "%s: byte by byte", r->what);
	}
}

/* Each byte value in each place, against the grammar written out here. */
static void
test_bytes(void)
{
	static const char name_ok[] =
	    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char target_ok[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "-._~:/?[]@!$&'()*+,;=%";
	char name[] = GET "Xx: a\r\n" END, value[] = GET "X: a_b\r\n" END;
	char target[] = "GET /a_b HTTP/1.1\r\nHost: a\r\n" END;
	unsigned bad_names = 0, bad_values = 0, bad_targets = 0;

	for (unsigned c = 0; c < 256; c++) {
		bool is_name = c != 0 && strchr(name_ok, (int)c) != NULL;
		bool is_target = c != 0 && strchr(target_ok, (int)c) != NULL;
		bool is_value = c == '\t' || (c >= 0x20 && c != 0x7f);

		*(strstr(name, "Xx") + 1) = (char)c;
		/* A colon there ends the name: still a field. */
		bad_names += (parse((struct str){ name, sizeof(name) - 1 }) ==
				 ERR_OK) != (is_name || c == ':');
		name[sizeof(GET)] = 'x';
		value[sizeof(GET "X: a") - 1] = (char)c;
		bad_values += (parse((struct str){ value,
				   sizeof(value) - 1 }) == ERR_OK) != is_value;
		target[sizeof("GET /a") - 1] = (char)c;
		bad_targets +=
		    (parse((struct str){ target, sizeof(target) - 1 }) ==
			ERR_OK) != is_target;
	}
	is_int(bad_names, 0, "every byte in a name");
	is_int(bad_values, 0, "every byte in a value");
	is_int(bad_targets, 0, "every byte in a target");
}

static void
test_content(void)
{
	is_int(parse(STR("POST /mcp?x=1 HTTP/1.1\r\nhOST: LocalHost:3667\r\n"
			 "AUTHORIZATION:Bearer a\r\norigin: \t o \t\r\n"
			 "content-type: application/json\r\nX-Amz-Target: t\r\n"
			 "user-agent: u\r\ntraceparent: p\r\nmcp-method: m\r\n"
			 "Mcp-Name: n\r\nmcp-protocol-version: v\r\n"
			 "Content-Length: 12\r\nexpect: 100-Continue\r\n"
			 "X-Other: \r\nX-other: 2\r\n\r\nbody")),
	    ERR_OK, "a full head");
	is_int(h.method, HTTP_POST, "method");
	is_str(h.method_text, STR("POST"), "method text");
	is_str(h.target, STR("/mcp?x=1"), "target");
	is_str(h.path, STR("/mcp"), "path");
	is_str(h.query, STR("x=1"), "query");
	is_int(h.minor, 1, "minor");
	is_str(h.host, STR("LocalHost:3667"), "host as sent");
	is_str(h.authorization, STR("Bearer a"), "authorization");
	is_str(h.origin, STR("o"), "origin, trimmed");
	is_str(h.content_type, STR("application/json"), "content type");
	is_str(h.amz_target, STR("t"), "target of the API");
	is_str(h.user_agent, STR("u"), "user agent");
	is_str(h.traceparent, STR("p"), "traceparent");
	is_str(h.mcp_method, STR("m"), "mcp method");
	is_str(h.mcp_name, STR("n"), "mcp name");
	is_str(h.mcp_version, STR("v"), "mcp version");
	ok(h.has_length && h.length == 12 && !h.chunked, "length");
	ok(h.expect && !h.expect_other && h.keep_alive, "expect");
	is_int(h.nfields, 14, "fields");
	is_str(h.fields[13].name, STR("X-other"), "the last field's name");
	is_str(http_head_get(&h, STR("x-OTHER")), STR(""), "get: the first");
	ok(http_head_get(&h, STR("x-other")).p != NULL, "get: empty");
	ok(http_head_get(&h, STR("x-othe")).p == NULL, "get: absent");
	is_int(http_head_count(&h, STR("x-other")), 2, "count");

	is_int(parse(STR(PLAIN PLAIN)), ERR_OK, "pipelined");
	is_int(used, sizeof(PLAIN) - 1, "the first alone is consumed");
	ok(h.query.p == NULL && h.authorization.p == NULL && !h.has_length &&
		!h.chunked && !h.expect && h.keep_alive && h.has_host,
	    "nothing of the request before it");
	is_int(parse(STR("GET /? HTTP/1.1\r\nHost: a\r\n\r\n")), ERR_OK, "?");
	ok(h.query.p != NULL && h.query.len == 0, "empty query is no absence");
}

static void
test_forms(void)
{
	(void)parse(STR("GET http://A:1/b?c HTTP/1.1\r\nHost: a:1\r\n\r\n"));
	is_str(h.path, STR("/b"), "absolute: path");
	is_str(h.query, STR("c"), "absolute: query");
	is_str(h.host, STR("a:1"), "absolute: Host as sent");
	(void)parse(STR("GET http://a?c HTTP/1.0\r\n\r\n"));
	is_str(h.path, STR("/"), "absolute: no path");
	is_str(h.query, STR("c"), "absolute: query behind no path");
	is_str(h.host, STR("a"), "absolute, 1.0: the authority is the host");
	ok(!h.has_host, "absolute, 1.0: no field");
	(void)parse(STR("GET / HTTP/1.0\r\n\r\n"));
	ok(h.host.p == NULL, "1.0: no host");
	(void)parse(STR("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
	is_str(h.path, STR("*"), "asterisk: path");
	ok(h.method == HTTP_OPTIONS && h.query.p == NULL, "asterisk: OPTIONS");
	(void)parse(STR("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"));
	ok(h.method == HTTP_OTHER, "CONNECT is no method of ours");
	is_str(h.path, STR("a:1"), "authority: path");
	(void)parse(STR("get / HTTP/1.1\r\nHost: a\r\n\r\n"));
	ok(h.method == HTTP_OTHER, "methods are case-sensitive");
	(void)parse(STR("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
	ok(h.method == HTTP_HEAD, "HEAD");
}

static void
test_connection(void)
{
	static const struct {
		struct str in;
		bool keep;
	} c[] = {
		{ STR_INIT(PLAIN), true },
		{ STR_INIT(GET "Connection: close\r\n" END), false },
		{ STR_INIT(GET "Connection: Close\r\n" END), false },
		{ STR_INIT(GET "Connection: keep-alive\r\n" END), true },
		{ STR_INIT(GET "Connection: a ,\tclose , b\r\n" END), false },
		{ STR_INIT(GET "Connection: closed, xclose\r\n" END), true },
		{ STR_INIT(GET "Connection:\r\n" END), true },
		{ STR_INIT(GET "Connection: ,,\r\n" END), true },
		{ STR_INIT(GET "Connection: close\r\n"
			       "Connection: keep-alive\r\n" END),
		    false },
		{ STR_INIT("GET / HTTP/1.0\r\n\r\n"), false },
		{ STR_INIT("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
		    false },
		{ STR_INIT("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), true },
	};

	for (size_t i = 0; i < NELEM(c); i++) {
		is_int(parse(c[i].in), ERR_OK, "connection %zu", i);
		is_int(h.keep_alive, c[i].keep, "connection %zu: kept", i);
	}
}

static void
test_expect(void)
{
	(void)parse(STR(POST "Expect: 100-continue\r\n"
			     "Transfer-Encoding: chunked\r\n" END));
	ok(h.expect && h.chunked, "chunked, waits");
	(void)parse(STR(POST "Expect: 100-continue\r\n" END));
	ok(!h.expect && !h.expect_other, "no body, no wait");
	(void)parse(STR(POST "Expect: 100-continue\r\n"
			     "Content-Length: 0\r\n" END));
	ok(!h.expect && h.has_length, "empty body, no wait");
	(void)parse(STR("POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
			"Content-Length: 1\r\n\r\n"));
	ok(!h.expect && !h.expect_other, "1.0 cannot wait");
	(void)parse(STR(POST "Expect: 200-ok\r\nContent-Length: 1\r\n" END));
	ok(!h.expect && h.expect_other, "another expectation");
	(void)parse(STR(POST "Expect:\r\nContent-Length: 1\r\n" END));
	ok(!h.expect && h.expect_other, "an empty expectation");
}

/* A head of n bytes in all. */
static struct str
head_of(struct buf *b, size_t n)
{
	buf_reset(b);
	BUF_LIT(b, GET "X: ");
	while (b->len < n - 4)
		buf_putc(b, 'x');
	BUF_LIT(b, "\r\n\r\n");
	return buf_str(b);
}

static struct str
target_of(struct buf *b, size_t n)
{
	buf_reset(b);
	BUF_LIT(b, "GET /");
	for (size_t i = 1; i < n; i++)
		buf_putc(b, 'a');
	BUF_LIT(b, " HTTP/1.1\r\nHost: a\r\n\r\n");
	return buf_str(b);
}

static struct str
fields_of(struct buf *b, size_t n)
{
	buf_reset(b);
	BUF_LIT(b, GET);
	for (size_t i = 1; i < n; i++)
		BUF_LIT(b, "X: a\r\n");
	BUF_LIT(b, END);
	return buf_str(b);
}

static void
test_limits(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct str s;

	is_int(parse(head_of(&b, LIMIT_HEAD)), ERR_OK, "head at the limit");
	is_int(used, LIMIT_HEAD, "all of it");
	is_int(parse(head_of(&b, LIMIT_HEAD + 1)), ERR_HEAD_LARGE, "one past");
	s = head_of(&b, LIMIT_HEAD);
	s.len--;
	ok(parse(s) == ERR_OK && used == 0, "one before: more");
	s = head_of(&b, LIMIT_HEAD + 1);
	s.len = LIMIT_HEAD;
	is_int(parse(s), ERR_HEAD_LARGE, "full and not complete");
	s = head_of(&b, LIMIT_HEAD);
	buf_puts(&b, STR("more than the head"));
	is_int(parse(buf_str(&b)), ERR_OK, "bytes behind it do not count");

	is_int(parse(target_of(&b, LIMIT_TARGET)), ERR_OK, "target at limit");
	is_int(h.target.len, LIMIT_TARGET, "all of it");
	s = target_of(&b, LIMIT_TARGET + 1);
	is_int(parse(s), ERR_TARGET_LARGE, "one past");
	s.len = 4 + LIMIT_TARGET;
	ok(parse(s) == ERR_OK && used == 0, "cut at the limit: more");
	s.len++;
	is_int(parse(s), ERR_TARGET_LARGE, "cut one past it: refused at once");

	is_int(parse(fields_of(&b, LIMIT_FIELDS)), ERR_OK, "64 fields");
	is_int(h.nfields, LIMIT_FIELDS, "all of them");
	is_int(parse(fields_of(&b, LIMIT_FIELDS + 1)), ERR_HEAD_LARGE,
	    "one past");
	ok(parse((struct str){ NULL, 0 }) == ERR_OK && used == 0, "nothing");
}

/* Not a bench: it says in the log what a head costs. */
static void
note_speed(void)
{
	static const char head[] =
	    "POST / HTTP/1.1\r\nHost: 127.0.0.1:3667\r\n"
	    "Authorization: Bearer dw_ABCDEFGH_0123456789012345678901234567"
	    "890123456789012\r\nContent-Type: application/x-amz-json-1.0\r\n"
	    "X-Amz-Target: DynamoDB_20120810.GetItem\r\n"
	    "User-Agent: doorward-bench/1.0 (linux; x86-64)\r\n"
	    "Accept-Encoding: identity\r\nContent-Length: 123\r\n\r\n";
	enum {
		TIMES = 100000
	};
	uint64_t from = clock_wall_ns(), bad = 0;

	for (int i = 0; i < TIMES; i++)
		bad += parse((struct str){ head, sizeof(head) - 1 }) != ERR_OK;
	printf("# %zu bytes: %u ns\n", sizeof(head) - 1,
	    (unsigned)((clock_wall_ns() - from) / TIMES));
	ok(bad == 0, "many heads");
}

int
main(void)
{
	test_corpus();
	test_bytes();
	test_content();
	test_forms();
	test_connection();
	test_expect();
	test_limits();
	note_speed();
	return tap_done();
}
