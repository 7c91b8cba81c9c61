/* SPDX-License-Identifier: ISC */
/*
 * number - DynamoDB's numbers: 38 significant digits, 1E-130 to 9.99...E+125
 * and their negatives, and zero.
 *
 * The value is d[0].d[1]d[2]... * 10^exp.  Leading and trailing zeros are
 * gone, so equal numbers are equal structs.
 *
 * Layer: ddb.
 */
#ifndef DDB_NUMBER_H
#define DDB_NUMBER_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"

#define NUMBER_EXP_MIN	 (-130)
#define NUMBER_EXP_MAX	 125
#define NUMBER_TEXT_MAX	 171 /* sign, "0.", 129 zeros, 38 digits, one spare */
#define NUMBER_KEY_BYTES 22  /* the longest sort form */

struct number {
	bool negative;
	unsigned n; /* digits; 0: the number is zero */
	int exp;
	unsigned char d[LIMIT_NUMBER_DIGITS];
};

enum number_error {
	NUMBER_OK,
	NUMBER_SYNTAX, /* not a number, or more than that */
	NUMBER_OVERFLOW,
	NUMBER_UNDERFLOW,
	NUMBER_DIGITS, /* more than 38 of them */
};

/* [sign] digits [. digits] [e [sign] digits], a digit on one side at least. */
enum number_error number_parse(struct str text, struct number *ret) NONNULL
    NODISCARD;

/* Plain text without exponent, never more than NUMBER_TEXT_MAX bytes. */
void number_put(struct buf *out, const struct number *v) NONNULL;

/* By value: below, at or above 0. */
int number_cmp(const struct number *a, const struct number *b) NONNULL;

/*
 * *ret = a + b, or a - b.  Exact: NUMBER_DIGITS where 38 digits do not hold
 * it, NUMBER_OVERFLOW, NUMBER_UNDERFLOW.
 */
enum number_error number_add(const struct number *a, const struct number *b,
    bool minus, struct number *ret) NONNULL NODISCARD;

/* Bytes as counted into an item's size. */
unsigned number_size(const struct number *v) NONNULL;

/*
 * The sort form: memcmp order, the shorter first, is numeric order.
 * Returns its length.
 */
size_t number_encode(const struct number *v,
    unsigned char ret[NUMBER_KEY_BYTES]) NONNULL;
/* False: not what number_encode() writes. */
bool number_decode(struct str key, struct number *ret) NONNULL NODISCARD;

#endif
