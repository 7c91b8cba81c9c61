/* SPDX-License-Identifier: ISC */
/*
 * lines - records in a text that comes piece by piece: lines, and CSV
 * (RFC 4180) with any delimiter.
 *
 * Each takes the text that is there so far and says how much of it the next
 * record is.  A line ends in LF or CRLF; the last one may end without.
 *
 * Layer: ddb.  Pure.
 */
#ifndef DDB_LINES_H
#define DDB_LINES_H

#include "base/buf.h"

enum lines {
	LINES_ONE,  /* a record; *ret_used bytes of the text */
	LINES_MORE, /* not whole yet */
	LINES_BAD,  /* no record; *ret_used bytes, to the end of its line */
	LINES_END,  /* nothing is left */
};

/* last: no more text comes behind this. */
enum lines lines_next(struct str text, bool last, struct str *ret,
    size_t *ret_used) NONNULL NODISCARD;

#define LINES_FIELDS_MAX 1024

/* One record of CSV, its fields without their quotes. */
struct lines_csv {
	size_t n;
	struct str field[LINES_FIELDS_MAX]; /* in the buf that was given */
};

/* values holds the fields' bytes, until it is changed. */
enum lines lines_csv(struct str text, bool last, char delimiter,
    struct buf *values, struct lines_csv *ret, size_t *ret_used) NONNULL
    NODISCARD;

#endif
