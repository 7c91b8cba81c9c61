/* SPDX-License-Identifier: ISC */
/*
 * intake_reader - the records of one file, as {"Item":{...}}, one after the
 * other.
 *
 * Layer: ddb.  Private to intake*.c.
 */
#ifndef DDB_INTAKE_READER_H
#define DDB_INTAKE_READER_H

#include "ddb/intake.h"

struct intake_reader {
	struct bucket_in *f;
	const struct intake_format *format;
	struct buf text, values, line, head;
	size_t taken; /* of text */
	struct lines_csv names, fields;
	uint64_t at; /* the next record begins there */
	bool last;
};
void intake_reader_freep(struct intake_reader **p) NONNULL; /* for CLEANUP */

/* r is all zero.  Go on at that offset of the file's text. */
enum err intake_reader_begin(struct intake_reader *r, int dir,
    const struct intake_format *f, struct str path, uint64_t offset) NONNULL
    NODISCARD;

/*
 * The next record, *ret_used bytes of the text, which is given again until it
 * is taken.  LINES_BAD: it is none; LINES_MORE: an empty line, to be taken
 * too; LINES_END: the file is done.
 */
enum err intake_reader_next(struct intake_reader *r, enum lines *ret,
    struct str *ret_record, size_t *ret_used) NONNULL NODISCARD;
void intake_reader_take(struct intake_reader *r, size_t n) NONNULL;

#endif
