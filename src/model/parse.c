/* SPDX-License-Identifier: ISC */
#include "model/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct model_type_row model_types[MODEL_TYPE__MAX] = {
#define TYPE(id, code, word) [MODEL_##id] = { code, word },
#include "model/type.tbl"
#undef TYPE
};

/* ---- what is wrong, and where */

static void
put_place(struct buf *out, const struct place *at)
{
	if (at->up != NULL) {
		put_place(out, at->up);
		buf_putc(out, '.');
	}
	buf_puts(out, at->name);
}

enum err
parse_fail(struct parse *p, const struct place *at, const char *fmt, ...)
{
	char text[KIB(1)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (at != NULL) {
		put_place(p->wrong, at);
		BUF_LIT(p->wrong, ": ");
	}
	buf_puts(p->wrong, str_from(text));
	return ERR_CONF;
}

/* ---- single values */

enum err
parse_kind(struct parse *p, const struct place *at, const struct json *j,
    enum json_kind kind)
{
	static const char *const expected[JSON_KIND__MAX] = {
		[JSON_BOOL] = "true or false",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};

	if (json_kind(j) == kind)
		return ERR_OK;
	return parse_fail(p, at, "%s, expected %s", json_kind_name(j),
	    expected[kind]);
}

enum err
parse_bool(struct parse *p, const struct place *at, const struct json *j,
    bool *ret)
{
	enum err e = parse_kind(p, at, j, JSON_BOOL);

	if (e == ERR_OK)
		*ret = json_bool(j);
	return e;
}

enum err
parse_text(struct parse *p, const struct place *at, const struct json *j,
    size_t max, struct str *ret)
{
	enum err e = parse_kind(p, at, j, JSON_STRING);

	if (e != ERR_OK)
		return e;
	*ret = json_str(j);
	if (ret->len == 0 || ret->len > max)
		return parse_fail(p, at, "%zu bytes, expected 1 to %zu",
		    ret->len, max);
	return ERR_OK;
}

enum err
parse_unknown(struct parse *p, const struct place *at, const char *expected)
{
	return parse_fail(p, at, "not known here, expected one of %s",
	    expected);
}

/* ---- lists of names */

enum err
parse_names(struct parse *p, const struct place *at, const struct json *j,
    size_t max)
{
	struct json_member m = { 0 };
	enum err e = parse_kind(p, at, j, JSON_OBJECT);

	if (e != ERR_OK)
		return e;
	if (json_len(j) == 0 || json_len(j) > max)
		return parse_fail(p, at, "%zu members, expected 1 to %zu",
		    json_len(j), max);
	while (json_next(j, &m))
		if (m.name.len == 0 || m.name.len > LIMIT_MODEL_NAME)
			return parse_fail(p, at,
			    "a name of %zu bytes, expected 1 to %d", m.name.len,
			    LIMIT_MODEL_NAME);
	return ERR_OK;
}

enum err
parse_attrs(struct parse *p, const struct place *at, size_t n,
    struct model_attr **ret)
{
	p->attrs += n;
	if (p->attrs > LIMIT_MODEL_ATTRIBUTES)
		return parse_fail(p, at, "more than %d attributes in an entity",
		    LIMIT_MODEL_ATTRIBUTES);
	if (n == 0)
		return ERR_OK;
	*ret = arena_alloc(p->arena, n * sizeof(**ret));
	return *ret == NULL ? ERR_NO_MEMORY : ERR_OK;
}

struct model_attr *
attr_by_name(struct model_attr *attrs, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(attrs[i].name, name))
			return &attrs[i];
	return NULL;
}

/* ---- enums */

/* As the store has it: no exponent, no zero that says nothing. */
static bool
is_plain(struct str n)
{
	const char *dot = memchr(n.p, '.', n.len);

	for (size_t i = 0; i < n.len; i++)
		if (n.p[i] == 'e' || n.p[i] == 'E')
			return false;
	return !str_eq(n, STR("-0")) && (dot == NULL || n.p[n.len - 1] != '0');
}

enum err
parse_one_of(struct parse *p, const struct place *at, const struct json *j,
    struct model_attr *ret)
{
	const size_t n = json_len(j);
	enum err e = parse_kind(p, at, j, JSON_ARRAY);

	if (e == ERR_OK && (n == 0 || n > LIMIT_MODEL_VALUES))
		return parse_fail(p, at, "%zu values, expected 1 to %d", n,
		    LIMIT_MODEL_VALUES);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const struct json *v = json_at(j, i);

		if (json_kind(v) != JSON_STRING && json_kind(v) != JSON_NUMBER)
			e = parse_fail(p, at,
			    "%s, expected strings and numbers",
			    json_kind_name(v));
		else if (json_kind(v) == JSON_NUMBER &&
		    !is_plain(json_number(v)))
			e = parse_fail(p, at, "%.*s, expected a number as 1.5",
			    STR_ARG(json_number(v)));
	}
	if (e == ERR_OK)
		ret->one_of = j;
	return e;
}

/* ---- the file */

static enum err
syntax(struct parse *p, struct str text, const struct json_error *error)
{
	size_t line = 1;

	for (size_t i = 0; i < error->at && i < text.len; i++)
		line += text.p[i] == '\n';
	return parse_fail(p, NULL, "line %zu: %s, expected JSON", line,
	    error->what);
}

/* OneTable's own type of a schema lets the format be left out. */
static bool
is_onetable(const struct json *tree)
{
	const struct json *format = json_get(tree, "format");

	if (format == NULL)
		return json_kind(json_get(tree, "models")) == JSON_OBJECT;
	return str_starts(json_str(format), STR(ONETABLE_FORMAT));
}

static enum err
read_form(struct parse *p, struct model *ret)
{
	const struct place at = PLACE(NULL, "format");
	const struct json *format = json_get(ret->tree, "format");

	if (is_onetable(ret->tree))
		return parse_onetable(p, ret);
	if (str_eq(json_str(format), STR(MODEL_FORMAT)))
		return parse_own(p, ret);
	if (json_kind(format) == JSON_STRING)
		return parse_fail(p, &at,
		    "'%.*s', expected " MODEL_FORMAT " or " ONETABLE_FORMAT
		    "1.0",
		    json_str(format).len > 40 ? 40 : (int)json_str(format).len,
		    json_str(format).p);
	return parse_fail(p, &at,
	    "%s, expected \"" MODEL_FORMAT "\" or \"" ONETABLE_FORMAT "1.0\"",
	    json_kind_name(format));
}

enum err
model_parse(struct arena *a, struct str text, struct model *ret,
    struct buf *reterr_wrong)
{
	struct parse p = { .arena = a, .wrong = reterr_wrong };
	struct model m = { .nentities = 0 };
	struct json_error error;
	enum err e = json_parse(text, LIMIT_JSON_DEPTH, &m.tree, &error);

	if (e == ERR_JSON)
		return syntax(&p, text, &error);
	if (e == ERR_OK && json_kind(m.tree) != JSON_OBJECT)
		e = parse_fail(&p, NULL, "%s, expected an object",
		    json_kind_name(m.tree));
	if (e == ERR_OK)
		e = read_form(&p, &m);
	if (e == ERR_NO_MEMORY)
		e = parse_fail(&p, NULL, "out of memory");
	if (e == ERR_OK)
		*ret = m;
	else
		model_end(&m);
	return e;
}

void
model_end(struct model *m)
{
	json_free(m->tree);
	m->tree = NULL;
}

/* ---- those of a configuration */

const struct models_row *
models_find(const struct models *models, struct str table)
{
	for (size_t i = 0; models != NULL && i < models->n; i++)
		if (str_matches(models->rows[i].table, table))
			return &models->rows[i];
	return NULL;
}

void
models_free(struct models *models)
{
	if (models == NULL)
		return;
	for (size_t i = 0; i < models->n; i++)
		model_end(&models->rows[i].model);
	arena_free(models->arena);
}
