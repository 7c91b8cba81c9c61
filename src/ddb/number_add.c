/* SPDX-License-Identifier: ISC */
/*
 * Sums, as on paper: both numbers are laid out in one row of digits wide
 * enough for the whole range, one place more in front for the carry.
 */
#include "ddb/number.h"

#include <string.h>

/* Powers of ten from the carry's place down to the last digit there can be. */
#define TOP    (NUMBER_EXP_MAX + 1)
#define PLACES (TOP - NUMBER_EXP_MIN + LIMIT_NUMBER_DIGITS)

struct row {
	signed char d[PLACES];
};

/* Add each digit to its place, times one or minus one. */
static void
lay(struct row *row, const struct number *v, int sign)
{
	size_t at = v->n == 0 ? 0 : (size_t)(TOP - v->exp);

	for (unsigned i = 0; i < v->n; i++)
		row->d[at + i] = (signed char)(row->d[at + i] + sign * v->d[i]);
}

/* Each place is brought to 0 to 9; the whole is not negative. */
static void
carry(struct row *row)
{
	int over = 0;

	for (size_t i = PLACES; i-- > 0;) {
		int d = row->d[i] + over;

		over = d < 0 ? -1 : d / 10;
		row->d[i] = (signed char)(d - over * 10);
	}
}

static enum number_error
take(const struct row *row, struct number *ret)
{
	size_t first = 0, last = PLACES;
	int exp;

	while (first < PLACES && row->d[first] == 0)
		first++;
	if (first == PLACES) {
		ret->negative = false;
		return NUMBER_OK;
	}
	while (row->d[last - 1] == 0)
		last--;
	exp = TOP - (int)first;
	if (exp > NUMBER_EXP_MAX)
		return NUMBER_OVERFLOW;
	if (exp < NUMBER_EXP_MIN)
		return NUMBER_UNDERFLOW;
	if (last - first > LIMIT_NUMBER_DIGITS)
		return NUMBER_DIGITS;
	ret->n = (unsigned)(last - first);
	ret->exp = exp;
	for (size_t i = first; i < last; i++)
		ret->d[i - first] = (unsigned char)row->d[i];
	return NUMBER_OK;
}

enum number_error
number_add(const struct number *a, const struct number *b, bool minus,
    struct number *ret)
{
	bool b_negative = b->negative != minus && b->n > 0;
	const struct number *big = a, *small = b;
	struct number x = *a, y = *b;
	struct row row = { { 0 } };

	/* By magnitude, so that a difference is not negative. */
	x.negative = y.negative = false;
	memset(ret, 0, sizeof(*ret));
	ret->negative = a->negative;
	if (number_cmp(&x, &y) < 0) {
		big = b;
		small = a;
		ret->negative = b_negative;
	}
	lay(&row, big, 1);
	lay(&row, small, a->negative == b_negative ? 1 : -1);
	carry(&row);
	return take(&row, ret);
}
