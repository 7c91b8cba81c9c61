/* SPDX-License-Identifier: ISC */
/* Vectors themselves: what is one, and how far two are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ddb/vector.h"

static bool
skip(struct str *s, struct str what)
{
	if (!str_starts(*s, what))
		return false;
	s->p += what.len;
	s->len -= what.len;
	return true;
}

static bool
read_number(struct str *s, float *ret)
{
	const char *quote;
	char *end;

	if (!skip(s, STR("{\"N\":\"")) ||
	    (quote = memchr(s->p, '"', s->len)) == NULL)
		return false;
	*ret = strtof(s->p, &end);
	if (end != quote)
		return false;
	s->len -= (size_t)(quote - s->p);
	s->p = quote;
	return skip(s, STR("\"}"));
}

/* to NULL: only look. */
static enum vector_fit
read_all(struct str value, float *to, size_t dimensions)
{
	bool wide = false, zero = true;
	float one;

	if (!skip(&value, STR("{\"L\":[")))
		return VECTOR_NONE;
	for (size_t i = 0; i < dimensions; i++) {
		if ((i > 0 && !skip(&value, STR(","))) ||
		    !read_number(&value, &one))
			return VECTOR_NONE;
		wide = wide || !isfinite(one);
		zero = zero && fpclassify(one) == FP_ZERO;
		if (to != NULL)
			to[i] = one;
	}
	if (!str_eq(value, STR("]}")))
		return VECTOR_NONE;
	return wide ? VECTOR_WIDE : zero ? VECTOR_ZERO : VECTOR_FITS;
}

enum vector_fit
vector_fit(struct str value, size_t dimensions)
{
	return read_all(value, NULL, dimensions);
}

bool
vector_read(struct str value, float *to, size_t dimensions)
{
	const enum vector_fit fit = read_all(value, to, dimensions);

	return fit == VECTOR_FITS || fit == VECTOR_ZERO;
}

static double
dot(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

bool
vector_score(enum vector_distance d, const float *a, const float *b, size_t n,
    double *ret)
{
	double sum = 0, norms;

	switch (d) {
	case VECTOR_COSINE:
		norms = sqrt(dot(a, a, n)) * sqrt(dot(b, b, n));
		if (!(norms > 0))
			return false;
		sum = 1 - dot(a, b, n) / norms;
		*ret = sum < 0 ? 0 : sum > 2 ? 2 : sum;
		return true;
	case VECTOR_EUCLIDEAN:
		for (size_t i = 0; i < n; i++) {
			const double by = (double)a[i] - (double)b[i];

			sum += by * by;
		}
		*ret = sqrt(sum);
		return true;
	case VECTOR_DOT_PRODUCT:
		*ret = dot(a, b, n);
		return true;
	}
	return false;
}
