/* SPDX-License-Identifier: ISC */
/*
 * Literals and parameters.  A literal is written as the text of an
 * AttributeValue and read again, so that it is a value like any other.
 */
#include <string.h>

#include "ddb/partiql_parse.h"

static bool put_value(struct partiql *p, struct buf *out);

bool
partiql_at_value(const struct partiql *p)
{
	static const char *const starts[] = { "?", "[", "{", "<<", "-", "+",
		"TRUE", "FALSE", "NULL" };

	if (p->now.kind == PARTIQL_STRING || p->now.kind == PARTIQL_NUMBER)
		return true;
	for (size_t i = 0; i < NELEM(starts); i++)
		if (partiql_is(p, starts[i]))
			return true;
	return false;
}

static const struct json *
parameter(struct partiql *p)
{
	const struct json *v = json_at(p->params, p->used);

	partiql_step(p);
	p->used++;
	if (v == NULL)
		(void)partiql_refuse(p,
		    "Number of parameters in request and statement don't "
		    "match.");
	return v;
}

/* The text between the quotes, with each doubled one once. */
static void
put_string(struct partiql *p, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(PARTIQL_TEXT_MAX);
	struct str s = p->now.text;

	for (size_t i = 1; i < s.len - 1; i++) {
		buf_putc(&text, s.p[i]);
		i += s.p[i] == '\'';
	}
	json_put_str(out, buf_str(&text));
	partiql_step(p);
}

/* A sign may stand before a number. */
static bool
put_number(struct partiql *p, struct buf *out)
{
	bool minus = partiql_take(p, "-");

	if (!minus)
		(void)partiql_take(p, "+");
	if (p->now.kind != PARTIQL_NUMBER)
		return partiql_expected(p, "a number");
	buf_putc(out, '"');
	if (minus)
		buf_putc(out, '-');
	buf_puts(out, p->now.text);
	buf_putc(out, '"');
	partiql_step(p);
	return true;
}

static bool
put_list(struct partiql *p, struct buf *out)
{
	bool some = false;

	BUF_LIT(out, "{\"L\":[");
	while (!partiql_take(p, "]")) {
		if (some && !partiql_need(p, ","))
			return false;
		if (some)
			buf_putc(out, ',');
		some = true;
		if (!put_value(p, out))
			return false;
	}
	BUF_LIT(out, "]}");
	return true;
}

static bool
put_tuple(struct partiql *p, struct buf *out)
{
	bool some = false;

	BUF_LIT(out, "{\"M\":{");
	while (!partiql_take(p, "}")) {
		struct str name;

		if (some && !partiql_need(p, ","))
			return false;
		if (some)
			buf_putc(out, ',');
		some = true;
		if (p->now.kind == PARTIQL_STRING)
			put_string(p, out);
		else if (partiql_name(p, &name))
			json_put_str(out, name);
		else
			return false;
		buf_putc(out, ':');
		if (!partiql_need(p, ":") || !put_value(p, out))
			return false;
	}
	BUF_LIT(out, "}}");
	return true;
}

/* The type and text of one element of a set, which is a scalar. */
static bool
put_element(struct partiql *p, struct buf *out, enum value_type *ret)
{
	const struct json *value, *content = NULL;

	if (p->now.kind == PARTIQL_STRING) {
		put_string(p, out);
		*ret = VALUE_S;
		return true;
	}
	if (!partiql_take(p, "?")) {
		*ret = VALUE_N;
		return put_number(p, out);
	}
	/* Back onto it: a parameter is taken where it stands. */
	value = json_at(p->params, p->used++);
	*ret = value_type(value, &content);
	if (value == NULL)
		return partiql_refuse(p,
		    "Number of parameters in request and statement don't "
		    "match.");
	if (*ret < VALUE_S || *ret > VALUE_B)
		return partiql_refuse(p,
		    "An element of a set is to be a string, a number or a "
		    "binary");
	json_put(out, content);
	return true;
}

static bool
put_set(struct partiql *p, struct buf *out)
{
	static const char *const
	    names[] = { [VALUE_S] = "SS", [VALUE_N] = "NS", [VALUE_B] = "BS" };
	struct buf all CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	enum value_type first = VALUE_NONE, t;

	while (!partiql_take(p, ">>")) {
		if (first != VALUE_NONE && !partiql_need(p, ","))
			return false;
		if (first != VALUE_NONE)
			buf_putc(&all, ',');
		if (!put_element(p, &all, &t))
			return false;
		if (first != VALUE_NONE && t != first)
			return partiql_refuse(p,
			    "The elements of a set are to be of one type");
		first = t;
	}
	buf_printf(out, "{\"%s\":[",
	    names[first == VALUE_NONE ? VALUE_S : first]);
	buf_puts(out, buf_str(&all));
	BUF_LIT(out, "]}");
	return true;
}

static bool
put_nested(struct partiql *p, struct buf *out)
{
	bool good;

	if (!partiql_enter(p))
		return false;
	if (partiql_take(p, "["))
		good = put_list(p, out);
	else if (partiql_take(p, "{"))
		good = put_tuple(p, out);
	else
		good = partiql_need(p, "<<") && put_set(p, out);
	p->x.depth--;
	return good;
}

static bool
put_value(struct partiql *p, struct buf *out)
{
	const struct json *v;

	if (!partiql_at_value(p))
		return partiql_expected(p, "a value");
	if (partiql_is(p, "[") || partiql_is(p, "{") || partiql_is(p, "<<"))
		return put_nested(p, out);
	if (partiql_is(p, "?")) {
		if ((v = parameter(p)) == NULL)
			return false;
		json_put(out, v);
	} else if (partiql_is(p, "NULL")) {
		partiql_step(p);
		BUF_LIT(out, "{\"NULL\":true}");
	} else if (p->now.kind == PARTIQL_WORD) {
		BUF_LIT(out, "{\"BOOL\":");
		buf_puts(out,
		    partiql_is(p, "TRUE") ? STR("true}") : STR("false}"));
		partiql_step(p);
	} else if (p->now.kind == PARTIQL_STRING) {
		BUF_LIT(out, "{\"S\":");
		put_string(p, out);
		buf_putc(out, '}');
	} else {
		BUF_LIT(out, "{\"N\":");
		if (!put_number(p, out))
			return false;
		buf_putc(out, '}');
	}
	return true;
}

/* It is refused here if it is no value that an item could have. */
static const struct json *
check(struct partiql *p, const struct json *v)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out w = { .ctx = p->request.ctx,
		.out = &text,
		.prefix = "" };

	p->x.e = value_put(&w, v);
	return p->x.e == ERR_OK ? v : NULL;
}

const struct json *
partiql_own(struct partiql *p, struct str text)
{
	struct statement *s = p->s;
	struct json_error error;
	struct json *v;
	enum err e;

	s->values = parser_grow(&p->x, s->values, s->nvalues, sizeof(v));
	if (s->values == NULL) {
		s->nvalues = 0;
		return NULL;
	}
	/* A literal nests twice as deep in JSON. */
	e = json_parse(text, 4 * EXPR_DEPTH, &v, &error);
	if (e == ERR_JSON)
		(void)partiql_refuse(p,
		    "Statement wasn't well formed, can't be processed: a "
		    "literal has a %s",
		    error.what);
	else if (e != ERR_OK)
		p->x.e = e;
	if (e != ERR_OK)
		return NULL;
	s->values[s->nvalues++] = v;
	return check(p, v);
}

const struct json *
partiql_value(struct partiql *p)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	const struct json *v;

	if (partiql_is(p, "?")) {
		v = parameter(p);
		return v == NULL ? NULL : check(p, v);
	}
	if (!put_value(p, &text))
		return NULL;
	if ((p->x.e = buf_err(&text)) != ERR_OK)
		return NULL;
	return partiql_own(p, buf_str(&text));
}
