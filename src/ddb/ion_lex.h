/* SPDX-License-Identifier: ISC */
/*
 * ion_lex - the tokens of Ion's text, which comes piece by piece.
 *
 * Each function reads from where the text is, and leaves it behind what it has
 * taken.  False: what is there is something else, or there is no more text:
 * then more is set, and with more of it the answer may be another.
 *
 * Layer: ddb.  Private to ion_*.c.
 */
#ifndef DDB_ION_LEX_H
#define DDB_ION_LEX_H

#include "base/buf.h"

#define ION_TOKEN_MAX MIB(1)

struct ion_lex {
	struct str text;
	size_t at;
	bool more;	  /* the text has ended too early */
	struct buf token; /* the bytes of the last one below, decoded */
};

/* The next byte, or -1 where there is none (yet). */
int ion_peek(struct ion_lex *l) NONNULL;
/* May a word begin with it?  Is it a digit? */
bool ion_is_letter(int c) NODISCARD;
bool ion_is_digit(int c) NODISCARD;

/* Exactly this. */
bool ion_take(struct ion_lex *l, const char *what) NONNULL NODISCARD;
/* White space and comments; true: something is behind them. */
bool ion_space(struct ion_lex *l) NONNULL NODISCARD;

/* A symbol without quotes, but for those that have a number in place of a
 * text. */
bool ion_word(struct ion_lex *l) NONNULL NODISCARD;
/* A string, short or long, or a symbol in quotes. */
bool ion_quoted(struct ion_lex *l) NONNULL NODISCARD;
/* An integer, a decimal or a float that DynamoDB can hold, as JSON has it. */
bool ion_number(struct ion_lex *l) NONNULL NODISCARD;
/* What is in quotes or in brackets, whatever it is, as far as they match and
 * ION_PASS_MAX bytes reach. */
#define ION_PASS_MAX MIB(4)
bool ion_pass(struct ion_lex *l) NONNULL NODISCARD;
/* {{base64}}: that, without the white space, which does not count. */
bool ion_blob(struct ion_lex *l) NONNULL NODISCARD;

#endif
