/* SPDX-License-Identifier: ISC */
/* answer.t - heads of answers: whole texts, reasons, dates. */
#include <string.h>

#include "http/answer.h"
#include "tap.h"

#define SECURITY                                                         \
	"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n" \
	"Content-Security-Policy: default-src 'none'; "                  \
	"frame-ancestors 'none'\r\nX-Frame-Options: DENY\r\n"            \
	"Referrer-Policy: no-referrer\r\n"

static struct buf out = BUF_INIT(4096);

static struct str
part(struct str s, size_t from, size_t len)
{
	return (struct str){ s.p + from, len };
}

static struct str
head(struct http_answer a)
{
	buf_reset(&out);
	http_answer_head(&out, &a);
	return buf_str(&out);
}

static void
test_heads(void)
{
	struct http_answer a = { .status = 200,
		.type = STR_INIT("application/json"),
		.extra = STR_INIT("X-A: b\r\nX-C: d\r\n"),
		.length = 1234567890 };

	is_str(head(a),
	    STR("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		"Content-Length: 1234567890\r\nX-A: b\r\nX-C: d\r\n" SECURITY
		"Connection: keep-alive\r\n\r\n"),
	    "with everything");
	a = (struct http_answer){ .status = 404, .close = true };
	is_str(head(a),
	    STR("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n" SECURITY
		"Connection: close\r\n\r\n"),
	    "with nothing");
	a = (struct http_answer){ .status = 204, .no_length = true };
	is_str(head(a),
	    STR("HTTP/1.1 204 No Content\r\n" SECURITY
		"Connection: keep-alive\r\n\r\n"),
	    "without a length");
	is_str(http_continue, STR("HTTP/1.1 100 Continue\r\n\r\n"), "100");
	out.max = 100;
	buf_free(&out);
	(void)head(a);
	is_int(buf_err(&out), ERR_TOO_LARGE, "no room is told");
	out.max = 4096;
}

static void
test_dates(void)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} d[] = {
		{ 1, "Thu, 01 Jan 1970 00:00:01 GMT" },
		{ 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
		{ 951782399, "Mon, 28 Feb 2000 23:59:59 GMT" },
		{ 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
		{ 951868800, "Wed, 01 Mar 2000 00:00:00 GMT" },
		{ 1735689599, "Tue, 31 Dec 2024 23:59:59 GMT" },
		{ 1735689600, "Wed, 01 Jan 2025 00:00:00 GMT" },
		{ 4107542399, "Sun, 28 Feb 2100 23:59:59 GMT" },
		{ 4107542400, "Mon, 01 Mar 2100 00:00:00 GMT" },
		{ 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT" },
	};

	for (size_t i = 0; i < NELEM(d); i++) {
		struct http_answer a = { .status = 200, .date = d[i].seconds };
		struct str s = head(a);

		is_str(part(s, 17, 6), STR("Date: "), "date first");
		is_str(part(s, 23, 29), str_from(d[i].text), "date %zu", i);
		is_str(part(s, 52, 2), STR("\r\n"), "its end");
	}
}

static void
test_reasons(void)
{
	static const unsigned more[] = { 100, 200, 202, 204, 429 };

	for (unsigned e = 0; e < ERR__MAX; e++) {
		const struct err_row *r = err_row((enum err)e);

		ok(*http_reason(r->mcp_status) != '\0', "%s: %u", r->id,
		    r->mcp_status);
		ok(*http_reason(r->api_status) != '\0', "%s: %u", r->id,
		    r->api_status);
	}
	for (size_t i = 0; i < NELEM(more); i++)
		ok(*http_reason(more[i]) != '\0', "%u", more[i]);
	ok(strcmp(http_reason(404), "Not Found") == 0, "the right one");
	ok(*http_reason(299) == '\0' && *http_reason(0) == '\0', "no reason");
}

int
main(void)
{
	test_heads();
	test_dates();
	test_reasons();
	buf_free(&out);
	return tap_done();
}
