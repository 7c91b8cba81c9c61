/* SPDX-License-Identifier: ISC */
/* Vectors themselves: what is one, and how far two are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ddb/number.h"
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

uint64_t
vector_size(struct str value)
{
	static const struct str n = STR_INIT("{\"N\":\"");
	const char *at = value.p, *end = value.p + value.len;
	uint64_t sum = 3;

	while ((at = memmem(at, (size_t)(end - at), n.p, n.len)) != NULL) {
		struct str rest = { at + n.len, (size_t)(end - at) - n.len };
		struct number number;

		rest = str_cut(rest, '"', &(struct str){ NULL, 0 });
		if (number_parse(rest, &number) == NUMBER_OK)
			sum += 1 + number_size(&number);
		at = rest.p + rest.len;
	}
	return sum;
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

#define INVALID "One or more parameter values were invalid. "

static enum err
refuse_element(struct op_ctx *ctx, const struct table_index *x, size_t i,
    const struct json *element)
{
	const struct str name = x->vector->attribute.name;
	const struct json *content;
	const enum value_type type = value_type(element, &content);

	if (type != VALUE_N)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Invalid type for parameter %.*s[%zu], Expected: "
			    "32-bit floating point number, Actual: %s. "
			    "IndexName: %.*s",
		    STR_ARG(name), i, value_type_name(type), STR_ARG(x->name));
	if (isfinite(strtof(json_str(content).p, NULL)))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "Invalid value for parameter %.*s[%zu], Value: %.*s is "
		    "outside valid range [-3.4028235E38, 3.4028235E38]. "
		    "IndexName: %.*s",
	    STR_ARG(name), i, STR_ARG(json_str(content)), STR_ARG(x->name));
}

enum err
vector_check_value(struct op_ctx *ctx, const struct table_index *x,
    struct str value)
{
	const struct table_vector *v = x->vector;
	const enum vector_fit fit = vector_fit(value, v->dimensions);
	struct json *tree CLEANUP(json_freep) = NULL;
	struct json_error error;
	const struct json *list;
	enum err e;

	if (fit == VECTOR_FITS || fit == VECTOR_ZERO)
		return ERR_OK;
	e = json_parse(value, LIMIT_JSON_DEPTH, &tree, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	if ((list = json_get(tree, "L")) == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Invalid type for parameter %.*s, Expected: 32-bit "
			    "floating point number list IndexName: %.*s",
		    STR_ARG(v->attribute.name), STR_ARG(x->name));
	if (json_len(list) != v->dimensions)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Invalid size for parameter %.*s, Expected: %zu, "
			    "Actual: %zu IndexName: %.*s",
		    STR_ARG(v->attribute.name), v->dimensions, json_len(list),
		    STR_ARG(x->name));
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = refuse_element(ctx, x, i, json_at(list, i));
	return e == ERR_OK ? ERR_STORE : e;
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
