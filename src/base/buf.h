/* SPDX-License-Identifier: ISC */
/*
 * buf - bytes that grow, up to a hard limit.
 *
 * Failure is sticky: once an append does not fit in max or memory is out,
 * the buffer keeps what it had, every later append does nothing, and
 * buf_err() says why.  So a writer appends freely and asks once at the end.
 *
 * Layer: base.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p; /* owned; NULL while empty */
	size_t len;
	size_t cap;
	size_t max;	/* len never passes this */
	enum err error; /* the sticky failure, ERR_OK while there is none */
};

#define BUF_INIT(limit) ((struct buf){ .max = (limit) })

void buf_free(struct buf *b) NONNULL;  /* frees; b is empty and usable after */
void buf_reset(struct buf *b) NONNULL; /* empties, keeps up to 1 MiB of memory */
enum err buf_err(const struct buf *b) NONNULL NODISCARD;

/* Room for n more bytes at b->p + b->len, or NULL (sticky). */
char *buf_reserve(struct buf *b, size_t n) NONNULL;

void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, struct str s) NONNULL;
void buf_putc(struct buf *b, char c) NONNULL;
void buf_putu(struct buf *b, uint64_t n) NONNULL; /* decimal */
void buf_printf(struct buf *b, const char *fmt, ...) NONNULL PRINTF(2, 3);

/* Drop the first n bytes. */
void buf_eat(struct buf *b, size_t n) NONNULL;

/* The content, borrowed until the next change. */
struct str buf_str(const struct buf *b) NONNULL;

#define BUF_LIT(b, lit) buf_put((b), (lit), sizeof(lit) - 1)

#endif
