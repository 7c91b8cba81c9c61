/* SPDX-License-Identifier: ISC */
#include "ddb/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/index.h"

#define MEMBER  "VectorIndexes"
#define INVALID "One or more parameter values were invalid: "

static const struct shape attribute[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ NULL },
};
static const struct shape schema_members[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "SearchSchemaElementType", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "HASH, INLINE_FILTER" },
	{ NULL },
};
static const struct shape schema[] = { { "member", SHAPE_STRUCT,
    .of = schema_members, .type = SHAPE_MODEL "SearchSchemaElement" } };
static const struct shape included[] = { { "member", SHAPE_STRING, .min = 1,
    .max = 255 } };
static const struct shape projection[] = {
	{ "ProjectionType", SHAPE_STRING, .values = "ALL, INCLUDE, KEYS_ONLY" },
	{ "NonKeyAttributes", SHAPE_LIST, .of = included, .min = 1, .max = 20 },
	{ NULL },
};
static const struct shape members[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	{ "VectorAttribute", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = attribute, .type = SHAPE_MODEL "VectorAttributeDefinition" },
	{ "SearchSchema", SHAPE_LIST, .of = schema, .min = 1 },
	{ "Projection", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = projection, .type = SHAPE_MODEL "Projection" },
	{ "Dimensions", SHAPE_INTEGER, SHAPE_REQUIRED, .min = 1,
	    .max = VECTOR_DIMENSIONS_MAX },
	{ "DistanceFunction", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "COSINE, EUCLIDEAN, DOT_PRODUCT" },
	{ NULL },
};
const struct shape vector_shape[] = { { "member", SHAPE_STRUCT, .of = members,
    .type = SHAPE_MODEL "VectorIndex" } };

static const struct shape delete_members[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	{ NULL },
};
static const struct shape update_members[] = {
	{ "Create", SHAPE_STRUCT, SHAPE_FIELD, .of = members,
	    .type = SHAPE_MODEL "CreateVectorIndexAction" },
	{ "Delete", SHAPE_STRUCT, SHAPE_FIELD, .of = delete_members,
	    .type = SHAPE_MODEL "DeleteVectorIndexAction" },
	{ NULL },
};
const struct shape vector_update_shape[] = { { "member", SHAPE_STRUCT,
    .of = update_members, .type = SHAPE_MODEL "VectorIndexUpdate" } };

static struct str
name_of(const struct json *one)
{
	return json_str(json_get(one, "IndexName"));
}

static struct str
attribute_of(const struct json *one)
{
	return json_str(
	    json_get(json_get(one, "VectorAttribute"), "AttributeName"));
}

/* ---- definitions */

static enum err
check_schema(struct op_ctx *ctx, const struct json *list)
{
	size_t hashes = 0;

	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *one = json_at(list, i);
		const struct str name =
		    json_str(json_get(one, "AttributeName"));

		hashes +=
		    str_eq(json_str(json_get(one, "SearchSchemaElementType")),
			STR("HASH"));
		for (size_t k = 0; k < i; k++)
			if (str_eq(name,
				json_str(json_get(json_at(list, k),
				    "AttributeName"))))
				return op_fail(ctx, ERR_VALIDATION,
				    INVALID "Duplicate attribute in "
					    "SearchSchema: %.*s",
				    STR_ARG(name));
	}
	return hashes <= 1 ?
	    ERR_OK :
	    op_fail(ctx, ERR_VALIDATION,
		INVALID "SearchSchema has more than one HASH attribute");
}

static enum err
check_projection(struct op_ctx *ctx, const struct json *p)
{
	const struct str type = json_str(shape_get(p, "ProjectionType"));
	const bool some = shape_get(p, "NonKeyAttributes") != NULL;

	if (type.p == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Unknown ProjectionType: null");
	if (some == str_eq(type, STR("INCLUDE")))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "ProjectionType is %.*s, %s NonKeyAttributes is%s "
		    "specified",
	    STR_ARG(type), some ? "but" : "and", some ? "" : " not");
}

/* One beside those before it in the list. */
static enum err
check_one(struct op_ctx *ctx, const struct json *list, size_t n,
    const struct json *one)
{
	enum err e = check_schema(ctx, shape_get(one, "SearchSchema"));

	if (e == ERR_OK)
		e = check_projection(ctx, json_get(one, "Projection"));
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const struct json *other = json_at(list, i);

		if (str_eq(name_of(one), name_of(other)))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Duplicate index name: %.*s",
			    STR_ARG(name_of(one)));
		if (str_eq(attribute_of(one), attribute_of(other)) &&
		    shape_int(one, "Dimensions", 0) !=
			shape_int(other, "Dimensions", 0))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Vector indexes of the attribute %.*s "
				    "must have the same number of dimensions",
			    STR_ARG(attribute_of(one)));
	}
	return e;
}

static enum err
check_count(struct op_ctx *ctx, size_t n)
{
	return n <= VECTOR_INDEXES_MAX ?
	    ERR_OK :
	    op_fail(ctx, ERR_VALIDATION,
		INVALID "VectorIndex count exceeds the per-table limit of %d",
		VECTOR_INDEXES_MAX);
}

enum err
vector_check(struct op_ctx *ctx, const struct json *in)
{
	const struct json *list = shape_get(in, MEMBER);
	enum err e = ERR_OK;

	if (list != NULL && json_len(list) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "List of " MEMBER " is empty");
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = check_one(ctx, list, i, json_at(list, i));
	return e == ERR_OK ? check_count(ctx, json_len(list)) : e;
}

/* No other index has the name. */
static enum err
check_name(struct op_ctx *ctx, const struct table *t, const struct json *one)
{
	if (index_find(t, name_of(one)) == NULL)
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "Duplicate index name: %.*s", STR_ARG(name_of(one)));
}

static enum err
set(struct op_ctx *ctx, struct table *t, const struct buf *list, size_t n)
{
	enum err e = buf_err(list);

	return e != ERR_OK ?
	    e :
	    extra_set(ctx, t, EXTRA_REST, MEMBER,
		n > 0 ? buf_str(list) : (struct str){ NULL, 0 });
}

enum err
vector_create(struct op_ctx *ctx, const struct json *in, struct table *t)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(512));
	const struct json *list = shape_get(in, MEMBER);
	const struct shape shape = { "", SHAPE_LIST, .of = vector_shape };
	enum err e = ERR_OK;

	if (list == NULL)
		return ERR_OK;
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = check_name(ctx, t, json_at(list, i));
	if (e != ERR_OK)
		return e;
	shape_put(&text, &shape, list);
	return set(ctx, t, &text, json_len(list));
}

/* All but the one of that name (absent: all) as the head of a list. */
static size_t
put_others(struct buf *out, const struct json *list, struct str name)
{
	size_t n = 0;

	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(list); i++) {
		if (str_eq(name_of(json_at(list, i)), name))
			continue;
		if (n++ > 0)
			buf_putc(out, ',');
		json_put(out, json_at(list, i));
	}
	return n;
}

static enum err
add(struct op_ctx *ctx, struct table *t, const struct json *list,
    const struct json *one)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(512));
	size_t n = json_len(list);
	enum err e = check_one(ctx, list, n, one);

	if (e == ERR_OK)
		e = check_name(ctx, t, one);
	if (e == ERR_OK)
		e = check_count(ctx, n + 1);
	if (e != ERR_OK)
		return e;
	if (put_others(&text, list, (struct str){ NULL, 0 }) > 0)
		buf_putc(&text, ',');
	shape_put(&text, vector_shape, one);
	buf_putc(&text, ']');
	return set(ctx, t, &text, n + 1);
}

static enum err
drop(struct op_ctx *ctx, struct table *t, const struct json *list,
    struct str name)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(512));
	const size_t n = put_others(&text, list, name);

	buf_putc(&text, ']');
	if (n == json_len(list))
		return op_fail(ctx, ERR_NOT_FOUND,
		    "Requested resource not found: Index: %.*s not found",
		    STR_ARG(name));
	return set(ctx, t, &text, n);
}

enum err
vector_update(struct op_ctx *ctx, const struct json *in, struct table *t)
{
	const struct json *list = shape_get(in, "VectorIndexUpdates");
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *create = shape_get(json_at(list, 0), "Create");
	const struct json *delete = shape_get(json_at(list, 0), "Delete");
	enum err e;

	if (json_len(list) == 0)
		return ERR_OK;
	if (json_len(list) > 1)
		return op_fail(ctx, ERR_LIMIT,
		    "Subscriber limit exceeded: Only 1 online index can be "
		    "created or deleted simultaneously per table");
	if ((create == NULL) == (delete == NULL))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Exactly one of Create and Delete is wanted for "
			    "each of VectorIndexUpdates");
	if ((e = extra_read(t, EXTRA_REST, &rest)) != ERR_OK)
		return e;
	return create != NULL ?
	    add(ctx, t, json_get(rest, MEMBER), create) :
	    drop(ctx, t, json_get(rest, MEMBER), name_of(delete));
}

enum err
vector_put(struct op_ctx *ctx, const struct table *t, const char *status,
    struct buf *out)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *list;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK || (list = json_get(rest, MEMBER)) == NULL)
		return e;
	answer_member(out, MEMBER);
	for (size_t i = 0; i < json_len(list); i++) {
		buf_putc(out, i == 0 ? '[' : ',');
		json_put(out, json_at(list, i));
		out->len--; /* the brace */
		buf_printf(out, ",\"IndexStatus\":\"%s\",\"IndexArn\":",
		    strcmp(status, "CREATING") == 0 ? status : "ACTIVE");
		buf_printf(out,
		    "\"arn:aws:dynamodb:%.*s:000000000000:table/%.*s/index/",
		    STR_ARG(ctx->region), STR_ARG(t->row.name));
		buf_puts(out, name_of(json_at(list, i)));
		BUF_LIT(out, "\"}");
	}
	buf_putc(out, ']');
	return ERR_OK;
}

enum err
vector_find(const struct table *t, struct str name, struct json **ret_rest,
    struct vector_index *ret)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *list;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	list = json_get(rest, MEMBER);
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *one = json_at(list, i);
		const struct str d =
		    json_str(json_get(one, "DistanceFunction"));

		if (!str_eq(name_of(one), name))
			continue;
		*ret = (struct vector_index){
			.name = name,
			.attribute = attribute_of(one),
			.dimensions = (size_t)shape_int(one, "Dimensions", 0),
			.distance = str_eq(d, STR("COSINE")) ? VECTOR_COSINE :
			    str_eq(d, STR("EUCLIDEAN")) ? VECTOR_EUCLIDEAN :
							  VECTOR_DOT_PRODUCT,
			.one = one,
		};
		*ret_rest = TAKE(rest);
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

/* ---- vectors */

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
	if (end != quote || !isfinite(*ret))
		return false;
	s->len -= (size_t)(quote - s->p);
	s->p = quote;
	return skip(s, STR("\"}"));
}

bool
vector_read(struct str value, float *to, size_t dimensions)
{
	if (!skip(&value, STR("{\"L\":[")))
		return false;
	for (size_t i = 0; i < dimensions; i++)
		if ((i > 0 && !skip(&value, STR(","))) ||
		    !read_number(&value, &to[i]))
			return false;
	return str_eq(value, STR("]}"));
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
