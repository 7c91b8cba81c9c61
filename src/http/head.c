/* SPDX-License-Identifier: ISC */
#include "http/head.h"

#include <string.h>

#include "http/chars.h"

/*
 * The parser goes over the bytes once, from left to right, and every refusal
 * depends on the bytes up to it alone.  So a head that comes in pieces is
 * refused at the same byte, for the same reason, as one that comes whole.
 */
struct scan {
	const char *p;
	const char *end;
};

/* No refusal yet, but the head is not complete. */
#define MORE ERR__MAX

static enum err
scan_crlf(struct scan *s)
{
	if (s->p == s->end)
		return MORE;
	if (*s->p != '\r')
		return ERR_HEAD;
	if (s->end - s->p < 2)
		return MORE;
	if (s->p[1] != '\n')
		return ERR_HEAD;
	s->p += 2;
	return ERR_OK;
}

/* The run of bytes of a class, which may be empty. */
static struct str
scan_run(struct scan *s, unsigned class)
{
	const char *from = s->p, *p = from;

	while (p < s->end && http_is(*p, class))
		p++;
	s->p = p;
	return (struct str){ from, (size_t)(p - from) };
}

static enum http_method
method_of(struct str text)
{
	static const struct {
		struct str text;
		enum http_method method;
	} methods[] = {
		{ STR_INIT("POST"), HTTP_POST },
		{ STR_INIT("GET"), HTTP_GET },
		{ STR_INIT("HEAD"), HTTP_HEAD },
		{ STR_INIT("OPTIONS"), HTTP_OPTIONS },
	};

	for (size_t i = 0; i < NELEM(methods); i++)
		if (str_eq(text, methods[i].text))
			return methods[i].method;
	return HTTP_OTHER;
}

/* HTTP-version and its CRLF, RFC 9112, 2.3.  The name is case-sensitive. */
static enum err
scan_version(struct scan *s, struct http_head *h)
{
	static const char shape[] = "HTTP/0.0"; /* 0: any digit */

	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		if (s->p + i == s->end)
			return MORE;
		if (shape[i] == '0' ? !http_is(s->p[i], HTTP_DIGIT) :
				      s->p[i] != shape[i])
			return ERR_HEAD;
	}
	if (s->p[5] != '1')
		return ERR_HTTP_VERSION;
	/* A later minor version is answered as 1.1 (RFC 9110, 2.5). */
	h->minor = s->p[7] == '0' ? 0 : 1;
	s->p += sizeof(shape) - 1;
	return scan_crlf(s);
}

static void
split_query(struct str s, struct http_head *h)
{
	h->path = str_cut(s, '?', &h->query);
	if (h->path.len == 0)
		h->path = STR("/");
}

/*
 * The four forms of RFC 9112, 3.2.  The authority of the absolute form is
 * kept in h->host until the fields are known.
 */
static enum err
target_form(struct http_head *h)
{
	struct str t = h->target, rest;

	if (t.p[0] == '/') {
		split_query(t, h);
		return ERR_OK;
	}
	h->path = t;
	if (str_eq(t, STR("*")))
		return h->method == HTTP_OPTIONS ? ERR_OK : ERR_HEAD;
	if (str_eq(h->method_text, STR("CONNECT")))
		return ERR_OK;
	if (t.len < 7 || !str_caseeq((struct str){ t.p, 7 }, STR("http://")))
		return ERR_HEAD;
	rest = (struct str){ t.p + 7, t.len - 7 };
	h->host = rest;
	for (h->host.len = 0; h->host.len < rest.len; h->host.len++)
		if (strchr("/?", rest.p[h->host.len]) != NULL)
			break;
	if (h->host.len == 0)
		return ERR_HEAD;
	rest.p += h->host.len;
	rest.len -= h->host.len;
	split_query(rest, h);
	return ERR_OK;
}

static enum err
scan_request_line(struct scan *s, struct http_head *h)
{
	struct scan target;

	h->method_text = scan_run(s, HTTP_TOKEN);
	if (s->p == s->end)
		return MORE;
	if (h->method_text.len == 0 || *s->p++ != ' ')
		return ERR_HEAD;
	h->method = method_of(h->method_text);

	target = *s;
	if (target.end - target.p > (ptrdiff_t)LIMIT_TARGET + 1)
		target.end = target.p + LIMIT_TARGET + 1;
	h->target = scan_run(&target, HTTP_TARGET);
	if (h->target.len > LIMIT_TARGET)
		return ERR_TARGET_LARGE;
	s->p = target.p;
	if (s->p == s->end)
		return MORE;
	if (h->target.len == 0 || *s->p++ != ' ')
		return ERR_HEAD;
	if (target_form(h) != ERR_OK)
		return ERR_HEAD;
	return scan_version(s, h);
}

/* The fields that decide about framing and the connection. */

static enum err
note_length(struct http_head *h, struct str value)
{
	/* 19 digits cannot overflow; more are refused, zeros in front too. */
	if (h->has_length || h->chunked || value.len > 19 ||
	    !str_u64(value, UINT64_MAX, &h->length))
		return ERR_HEAD;
	h->has_length = true;
	return ERR_OK;
}

static enum err
note_coding(struct http_head *h, struct str value)
{
	/* A coding in HTTP/1.0 is a smuggler's (RFC 9112, 6.1). */
	if (h->has_length || h->chunked || h->minor == 0 ||
	    !str_caseeq(value, STR("chunked")))
		return ERR_HEAD;
	h->chunked = true;
	return ERR_OK;
}

static enum err
note_expect(struct http_head *h, struct str value)
{
	if (h->expect || h->expect_other)
		return ERR_HEAD;
	h->expect = str_caseeq(value, STR("100-continue"));
	h->expect_other = !h->expect;
	return ERR_OK;
}

static enum err
note_connection(struct http_head *h, struct str value)
{
	while (value.p != NULL) {
		struct str option = str_trim(str_cut(value, ',', &value));

		if (str_caseeq(option, STR("close")))
			h->keep_alive = false;
	}
	return ERR_OK;
}

/* Host, and that the absolute form agrees with it. */
static enum err
note_host(struct http_head *h, struct str value)
{
	if (h->has_host || (h->host.p != NULL && !str_caseeq(h->host, value)))
		return ERR_HEAD;
	h->has_host = true;
	h->host = value;
	return ERR_OK;
}

/*
 * What is known by name: kept as text at an offset, or noted.  Either way a
 * second one is refused (but of Connection, which is a list): whoever takes
 * the first and whoever takes the last would read two requests.
 */
static const struct known {
	struct str name; /* lower case */
	size_t at;
	enum err (*note)(struct http_head *, struct str);
} known[] = {
/* clang-format off */
#define KEEP(name, member) \
	{ STR_INIT(name), offsetof(struct http_head, member), NULL }
#define NOTE(name, fn) \
	{ STR_INIT(name), 0, fn }
	/* clang-format on */
	NOTE("host", note_host),
	NOTE("content-length", note_length),
	NOTE("transfer-encoding", note_coding),
	NOTE("connection", note_connection),
	NOTE("expect", note_expect),
	KEEP("authorization", authorization),
	KEEP("origin", origin),
	KEEP("content-type", content_type),
	KEEP("x-amz-target", amz_target),
	KEEP("user-agent", user_agent),
	KEEP("traceparent", traceparent),
	KEEP("mcp-method", mcp_method),
	KEEP("mcp-name", mcp_name),
	KEEP("mcp-protocol-version", mcp_version),
#undef KEEP
#undef NOTE
};

static enum err
field_note(struct http_head *h, const struct http_field *f)
{
	for (size_t i = 0; i < NELEM(known); i++) {
		const struct known *k = &known[i];
		struct str *to;

		if (f->name.len != k->name.len || !str_caseeq(f->name, k->name))
			continue;
		if (k->note != NULL)
			return k->note(h, f->value);
		to = (struct str *)(void *)((char *)h + k->at);
		if (to->p != NULL)
			return ERR_HEAD;
		*to = f->value;
		return ERR_OK;
	}
	return ERR_OK;
}

static enum err
scan_field(struct scan *s, struct http_head *h)
{
	struct http_field *f = &h->fields[h->nfields];
	enum err e;

	if (h->nfields == LIMIT_FIELDS)
		return ERR_HEAD_LARGE;
	f->name = scan_run(s, HTTP_TOKEN);
	if (s->p == s->end)
		return MORE;
	if (f->name.len == 0 || *s->p++ != ':')
		return ERR_HEAD;
	f->value = scan_run(s, HTTP_VALUE);
	if ((e = scan_crlf(s)) != ERR_OK)
		return e;
	f->value = str_trim(f->value);
	h->nfields++;
	return field_note(h, f);
}

static enum err
scan_head(struct scan *s, struct http_head *h)
{
	enum err e;

	if (s->p < s->end && *s->p == '\r' && (e = scan_crlf(s)) != ERR_OK)
		return e;
	if ((e = scan_request_line(s, h)) != ERR_OK)
		return e;
	h->keep_alive = h->minor > 0;
	while (s->p < s->end && *s->p != '\r')
		if ((e = scan_field(s, h)) != ERR_OK)
			return e;
	if ((e = scan_crlf(s)) != ERR_OK)
		return e;
	if (!h->has_host && h->minor > 0)
		return ERR_HEAD;
	/* RFC 9110, 10.1.1: nothing to wait for, or a peer of 1.0. */
	if (h->minor == 0 || (!h->chunked && h->length == 0))
		h->expect = false;
	return ERR_OK;
}

enum err
http_head_parse(struct str in, struct http_head *ret, size_t *ret_used)
{
	size_t len = in.len < LIMIT_HEAD ? in.len : LIMIT_HEAD;
	struct scan s = { in.p, in.p + len };
	enum err e;

	/* The fields' array is large and need not be cleared. */
	memset(ret, 0, offsetof(struct http_head, fields));
	ret->nfields = 0;
	if (len == 0) {
		*ret_used = 0;
		return ERR_OK;
	}
	e = scan_head(&s, ret);
	if (e == MORE && len == LIMIT_HEAD)
		return ERR_HEAD_LARGE;
	if (e != ERR_OK && e != MORE)
		return e;
	*ret_used = e == MORE ? 0 : (size_t)(s.p - in.p);
	return ERR_OK;
}

struct str
http_head_get(const struct http_head *h, struct str name)
{
	for (size_t i = 0; i < h->nfields; i++)
		if (str_caseeq(h->fields[i].name, name))
			return h->fields[i].value;
	return (struct str){ NULL, 0 };
}

size_t
http_head_count(const struct http_head *h, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nfields; i++)
		n += str_caseeq(h->fields[i].name, name);
	return n;
}
