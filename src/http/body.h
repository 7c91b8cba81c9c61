/* SPDX-License-Identifier: ISC */
/*
 * body - the framing of a request body: Content-Length or chunked.
 *
 * Pure: it is fed bytes and says what they are.  Chunk extensions are
 * skipped, trailer fields checked and dropped (RFC 9112, 7.1).  A chunk's
 * size is 1 to 16 digits; its line ends, as every line, in CRLF.
 *
 * Layer: http.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "base/buf.h"
#include "http/head.h"

struct http_body {
	int state; /* private */
	uint64_t left;	/* of the body or chunk; the size while it is read */
	uint64_t line;	/* bytes of the size line or trailers, CRLF included */
	uint64_t total; /* decoded so far */
	size_t max;
};

/* ERR_TOO_LARGE already here when Content-Length passes max.  Without a
 * body the first feed says done, also with an empty in. */
enum err http_body_init(struct http_body *b, const struct http_head *h,
    size_t max) NONNULL NODISCARD;

/*
 * Take bytes of in.  Decoded ones are appended to out; *ret_used says how
 * many were consumed; *ret_done when the body is complete (bytes behind it
 * belong to the next request and are not consumed).
 * ERR_BODY: malformed chunk, or a size line past LIMIT_CHUNK_LINE.
 * ERR_TOO_LARGE: past max, as soon as the chunk's size says so, or trailers
 * past LIMIT_TRAILER; or out's limit.  ERR_NO_MEMORY.  After an error the
 * connection can only be closed.
 */
enum err http_body_feed(struct http_body *b, struct str in, struct buf *out,
    size_t *ret_used, bool *ret_done) NONNULL NODISCARD;

#endif
