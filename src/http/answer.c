/* SPDX-License-Identifier: ISC */
#include "http/answer.h"

/* clang-format off */
/* Every answer carries these; tests ask for each by name and value. */
#define SECURITY                                                               \
	FIELD("X-Content-Type-Options", "nosniff")                             \
	FIELD("Cache-Control", "no-store")                                     \
	FIELD("Content-Security-Policy",                                       \
	    "default-src 'none'; frame-ancestors 'none'")                      \
	FIELD("X-Frame-Options", "DENY")                                       \
	FIELD("Referrer-Policy", "no-referrer")
/* clang-format on */

#define FIELD(name, value) name ": " value "\r\n"
static const struct str security = STR_INIT(SECURITY);
#undef FIELD

const struct str http_continue = STR_INIT("HTTP/1.1 100 Continue\r\n\r\n");

/* RFC 9110, 15; RFC 6585 for 429 and 431. */
static const struct {
	unsigned status;
	const char *reason;
} reasons[] = {
	{ 100, "Continue" },
	{ 200, "OK" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

const char *
http_reason(unsigned status)
{
	for (size_t i = 0; i < NELEM(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

static void
put_2(struct buf *out, uint64_t n)
{
	buf_putc(out, (char)('0' + n / 10 % 10));
	buf_putc(out, (char)('0' + n % 10));
}

/*
 * IMF-fixdate, RFC 9110, 5.6.7.  Not by gmtime(3), which looks for the time
 * zone's file: under the sandbox that would be the end of the process.
 */
static void
put_date(struct buf *out, uint64_t seconds)
{
	static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 */
	static const char months[] = "MarAprMayJunJulAugSepOctNovDecJanFeb";
	uint64_t day = seconds / 86400, second = seconds % 86400;
	/* Years begin in March, so that the leap day is the last one. */
	uint64_t n = day + 719468, era = n / 146097, of_era = n % 146097;
	uint64_t year =
	    (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * of_year + 2) / 153;

	buf_put(out, days + day % 7 * 3, 3);
	BUF_LIT(out, ", ");
	put_2(out, of_year - (153 * month + 2) / 5 + 1);
	buf_putc(out, ' ');
	buf_put(out, months + month * 3, 3);
	buf_putc(out, ' ');
	year += era * 400 + (month >= 10);
	put_2(out, year / 100);
	put_2(out, year % 100);
	buf_putc(out, ' ');
	put_2(out, second / 3600);
	buf_putc(out, ':');
	put_2(out, second / 60 % 60);
	buf_putc(out, ':');
	put_2(out, second % 60);
	BUF_LIT(out, " GMT");
}

void
http_answer_head(struct buf *out, const struct http_answer *a)
{
	BUF_LIT(out, "HTTP/1.1 ");
	buf_putu(out, a->status);
	buf_putc(out, ' ');
	buf_puts(out, str_from(http_reason(a->status)));
	BUF_LIT(out, "\r\n");
	if (a->date != 0) {
		BUF_LIT(out, "Date: ");
		put_date(out, a->date);
		BUF_LIT(out, "\r\n");
	}
	if (a->type.p != NULL) {
		BUF_LIT(out, "Content-Type: ");
		buf_puts(out, a->type);
		BUF_LIT(out, "\r\n");
	}
	if (!a->no_length) {
		BUF_LIT(out, "Content-Length: ");
		buf_putu(out, a->length);
		BUF_LIT(out, "\r\n");
	}
	buf_puts(out, a->extra);
	buf_puts(out, security);
	if (a->close)
		BUF_LIT(out, "Connection: close\r\n\r\n");
	else
		BUF_LIT(out, "Connection: keep-alive\r\n\r\n");
}
