/* SPDX-License-Identifier: ISC */
/* The parameters around a request's expressions. */
#include "ddb/expr_parse.h"

#include <string.h>

#include "ddb/shape.h"

/* Add the names of those that are given; false if none is. */
static bool
given(struct buf *out, const struct json *in, const char *const *names)
{
	size_t n = 0;

	for (; *names != NULL; names++) {
		if (shape_get(in, *names) == NULL)
			continue;
		if (n++ > 0)
			BUF_LIT(out, ", ");
		buf_puts(out, str_from(*names));
	}
	return n > 0;
}

/* "ProjectionExpression" uses no values, so it is not named here. */
static enum err
values_unused(struct expr_request *r, const char *const *expressions)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));
	size_t n = 0;

	for (; *expressions != NULL; expressions++) {
		if (str_eq(str_from(*expressions), STR("ProjectionExpression")))
			continue;
		if (shape_get(r->in, *expressions) != NULL)
			return ERR_OK;
		if (n++ > 0)
			BUF_LIT(&text, " and ");
		buf_puts(&text, str_from(*expressions));
	}
	if (n == 0) { /* the operation knows no values */
		r->values = NULL;
		return ERR_OK;
	}
	return op_fail(r->ctx, ERR_VALIDATION,
	    "%sExpressionAttributeValues can only be specified when using "
	    "expressions: %.*s %s null",
	    r->prefix, STR_ARG(buf_str(&text)), n == 1 ? "is" : "are");
}

/* A sign, then letters, digits and underscores. */
static bool
reference_good(struct str s, char sign)
{
	if (s.len < 2 || s.p[0] != sign)
		return false;
	for (size_t i = 1; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

static enum err
check_references(struct expr_request *r, const char *parameter,
    const struct json *map, char sign)
{
	struct json_member m = { 0 };

	if (map == NULL)
		return ERR_OK;
	if (json_len(map) == 0)
		return op_fail(r->ctx, ERR_VALIDATION, "%s must not be empty",
		    parameter);
	while (json_next(map, &m))
		if (!reference_good(m.name, sign))
			return op_fail(r->ctx, ERR_VALIDATION,
			    "%s contains invalid key: Syntax error; key: "
			    "\"%.*s\"",
			    parameter, STR_ARG(m.name));
	return ERR_OK;
}

static enum err
check_values(struct expr_request *r)
{
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out w = { .ctx = r->ctx,
		.out = &scratch,
		.prefix = r->prefix };
	size_t n = strlen(r->prefix);
	struct json_member m = { 0 };

	while (json_next(r->values, &m)) {
		enum err e = value_put(&w, m.value);

		if (e == ERR_VALIDATION) {
			struct str why = r->ctx->message;
			/* Some have the prefix, which goes in front. */
			bool has =
			    n > 0 && str_starts(why, str_from(r->prefix));

			if (has)
				why = (struct str){ why.p + n, why.len - n };
			return op_fail(r->ctx, e,
			    "%sExpressionAttributeValues contains invalid "
			    "value: %.*s for key %.*s",
			    has ? r->prefix : "", STR_ARG(why),
			    STR_ARG(m.name));
		}
		if (e != ERR_OK)
			return e;
		buf_reset(&scratch);
	}
	return ERR_OK;
}

enum err
expr_begin(struct expr_request *r, struct op_ctx *ctx, const struct json *in,
    const char *prefix, const char *const *expressions,
    const char *const *legacy)
{
	struct buf new CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf old CLEANUP(buf_free) = BUF_INIT(KIB(4));
	bool any = given(&new, in, expressions);

	*r = (struct expr_request){ .ctx = ctx, .in = in, .prefix = prefix };
	r->names = shape_get(in, "ExpressionAttributeNames");
	r->values = shape_get(in, "ExpressionAttributeValues");
	if (any && given(&old, in, legacy))
		return op_fail(ctx, ERR_VALIDATION,
		    "%sCan not use both expression and non-expression "
		    "parameters in the same request: Non-expression "
		    "parameters: {%.*s} Expression parameters: {%.*s}",
		    prefix, STR_ARG(buf_str(&old)), STR_ARG(buf_str(&new)));
	if (r->names != NULL && !any)
		return op_fail(ctx, ERR_VALIDATION,
		    "ExpressionAttributeNames can only be specified when "
		    "using expressions");
	return r->values != NULL ? values_unused(r, expressions) : ERR_OK;
}

enum err
expr_references(struct expr_request *r)
{
	enum err e;

	if (r->looked)
		return ERR_OK;
	r->looked = true;
	e = check_references(r, "ExpressionAttributeNames", r->names, '#');
	if (e == ERR_OK)
		e = check_references(r, "ExpressionAttributeValues", r->values,
		    ':');
	return e == ERR_OK ? check_values(r) : e;
}

static bool
was_used(const struct expr_request *r, const struct json *v)
{
	for (size_t i = 0; i < r->used_n; i++)
		if (r->used[i] == v)
			return true;
	return false;
}

static enum err
refuse_unused(struct expr_request *r, const char *parameter,
    const struct json *map)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct json_member m = { 0 };

	while (json_next(map, &m)) {
		if (was_used(r, m.value))
			continue;
		if (text.len > 0)
			BUF_LIT(&text, ", ");
		buf_puts(&text, m.name);
	}
	if (text.len == 0)
		return ERR_OK;
	return op_fail(r->ctx, ERR_VALIDATION,
	    "%sValue provided in %s unused in expressions: keys: {%.*s}",
	    r->prefix, parameter, STR_ARG(buf_str(&text)));
}

enum err
expr_end(struct expr_request *r)
{
	enum err e = refuse_unused(r, "ExpressionAttributeNames", r->names);

	return e != ERR_OK ?
	    e :
	    refuse_unused(r, "ExpressionAttributeValues", r->values);
}

enum err
expr_attributes(struct op_ctx *ctx, const struct json *in,
    struct expr_paths *ret)
{
	const struct json *list = shape_get(in, "AttributesToGet");
	size_t n = json_len(list);
	struct expr_step *steps;

	if (n == 0)
		return ERR_OK;
	ret->paths = arena_alloc(ctx->arena, n * sizeof(*ret->paths));
	steps = arena_alloc(ctx->arena, n * sizeof(*steps));
	if (ret->paths == NULL || steps == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		steps[i].name = json_str(json_at(list, i));
		ret->paths[i] = (struct expr_path){ &steps[i], 1 };
		for (size_t k = 0; k < i; k++)
			if (str_eq(steps[i].name, steps[k].name))
				return op_fail(ctx, ERR_VALIDATION,
				    "One or more parameter values were "
				    "invalid: Duplicate value in attribute "
				    "name: %.*s",
				    STR_ARG(steps[i].name));
	}
	ret->n = n;
	return ERR_OK;
}
