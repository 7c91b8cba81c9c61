/* SPDX-License-Identifier: ISC */
/*
 * head - the head of an HTTP/1.1 request, strictly (RFC 9110, RFC 9112).
 *
 * Refused with ERR_HEAD: bare CR or LF, obs-fold, space before the colon,
 * NUL and other controls in a field, a name that is not a token, duplicate
 * or malformed Content-Length (digits alone, at most 19), Transfer-Encoding
 * in HTTP/1.0, beside Content-Length or other than exactly "chunked" (in any
 * case), no Host in HTTP/1.1, an absolute-form target that disagrees with
 * Host or is not http, the asterisk form but with OPTIONS, the authority form
 * but with CONNECT, a byte in the target that no URI has ('#' included), and
 * a second field of any name that struct http_head has a member for, be its
 * value the same or not.  Bytes 0x80-0xff in values are legal, and so is an
 * empty Host: whether it is served is for the gates.  HTTP/1.0 is served and
 * closed, HTTP/1.2 to 1.9 as 1.1 (RFC 9110, 2.5).
 *
 * Pure: reads memory, does no I/O, allocates nothing.
 *
 * Layer: http.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_OPTIONS,
	HTTP_OTHER, /* a valid token that names no method of ours */
};

struct http_field {
	struct str name;  /* as sent */
	struct str value; /* without the white space around it */
};

struct http_head {
	enum http_method method;
	struct str method_text;
	struct str target; /* as sent */
	struct str path;   /* before '?', never decoded; "/" where an absolute
			      form has none; asterisk and authority: all */
	struct str query;  /* behind '?'; absent if there is none */
	unsigned minor;	   /* 0 or 1 of HTTP/1.x */
	struct str host;   /* Host, as sent, else the authority of an absolute
			      form; absent only in HTTP/1.0 */
	bool has_host;	   /* the field was sent */

	/* Fields that the door looks at; absent where not sent. */
	struct str authorization;
	struct str origin;
	struct str content_type;
	struct str amz_target;
	struct str user_agent;
	struct str traceparent;
	struct str mcp_method;
	struct str mcp_name;
	struct str mcp_version; /* MCP-Protocol-Version */

	bool has_length;
	uint64_t length; /* Content-Length */
	bool chunked;
	bool expect;	   /* 100-continue, and a body to wait for */
	bool expect_other; /* another expectation: for the gates to refuse */
	bool keep_alive;   /* by version and Connection */

	struct http_field fields[LIMIT_FIELDS]; /* in order; nfields are set */
	size_t nfields;
};

/*
 * Parse one head from the start of in.
 *
 * ERR_OK: *ret is filled and borrows from in, *ret_used is the length of
 * the head with its empty line.  *ret_used == 0 with ERR_OK: more bytes are
 * needed (in.len < LIMIT_HEAD); parse again from the start then, *ret is
 * unspecified.  Otherwise ERR_HEAD, ERR_HEAD_LARGE (bytes or fields),
 * ERR_TARGET_LARGE, ERR_HTTP_VERSION; *ret is unspecified, *ret_used is
 * untouched.  Empty lines before the request line are skipped, one at most
 * (RFC 9112, 2.2); it counts into LIMIT_HEAD.
 * A malformed start is refused as soon as it is seen, not at the end, and
 * the refusal is the same however the bytes were split.
 *
 * Cost: one pass; 0.3 us for a head of 300 bytes.
 */
enum err http_head_parse(struct str in, struct http_head *ret,
    size_t *ret_used) NONNULL NODISCARD;

/* The first field of that name (any case), or absent. */
struct str http_head_get(const struct http_head *h, struct str name) NONNULL;
/* How many fields have that name. */
size_t http_head_count(const struct http_head *h, struct str name) NONNULL;

#endif
