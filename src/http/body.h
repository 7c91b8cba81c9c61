/* SPDX-License-Identifier: ISC */
/*
 * body - the framing of a request body: Content-Length or chunked.
 *
 * Pure: it is fed bytes and says what they are.  Chunk extensions are
 * skipped, trailer fields checked and dropped (RFC 9112, 7.1).
 *
 * Layer: http.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "base/buf.h"
#include "http/head.h"

struct http_body {
	int state; /* private */
	uint64_t left;
	uint64_t line;	/* bytes of the current size line or of trailers */
	uint64_t total; /* decoded so far */
	size_t max;
};

/* ERR_TOO_LARGE already here when Content-Length passes max. */
enum err http_body_init(struct http_body *b, const struct http_head *h,
    size_t max) NONNULL NODISCARD;

/*
 * Take bytes of in.  Decoded ones are appended to out; *ret_used says how
 * many were consumed; *ret_done when the body is complete (bytes behind it
 * belong to the next request and are not consumed).
 * ERR_BODY: malformed chunk.  ERR_TOO_LARGE.  ERR_NO_MEMORY.
 */
enum err http_body_feed(struct http_body *b, struct str in, struct buf *out,
    size_t *ret_used, bool *ret_done) NONNULL NODISCARD;

#endif
