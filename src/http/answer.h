/* SPDX-License-Identifier: ISC */
/*
 * answer - the head of a response.
 *
 * Every answer carries the security headers of the table in answer.c:
 * X-Content-Type-Options nosniff, Cache-Control no-store,
 * Content-Security-Policy default-src 'none' and frame-ancestors 'none',
 * X-Frame-Options DENY, Referrer-Policy no-referrer.  None names the server
 * or its version.
 *
 * Layer: http.
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include "base/buf.h"

struct http_answer {
	unsigned status;
	struct str type;  /* Content-Type; absent: none */
	struct str extra; /* more fields, each with its CRLF */
	size_t length;	  /* of the body; sent also in answer to HEAD */
	bool close;	  /* Connection: close, else keep-alive */
	bool no_length;	  /* 204, and streams that end with the connection */
	uint64_t date;	  /* seconds since 1970 for a Date field, 0: none */
};

/*
 * Append the head with its empty line.  type and extra are sent as they are:
 * what a peer said must not be in them.  out's own error tells failure.
 */
void http_answer_head(struct buf *out, const struct http_answer *a) NONNULL;

/* "Not Found"; "" for a status that we never send. */
const char *http_reason(unsigned status);

extern const struct str http_continue; /* the interim 100 answer */

#endif
