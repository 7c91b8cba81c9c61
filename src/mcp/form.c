/* SPDX-License-Identifier: ISC */
#include "mcp/form.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mcp/rpc.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: a double counts up to here */
#define TAKEN     1u                 /* arguments: what they may be */
#define HEADERS   2u                 /* and what is mirrored by a header */
#define QUOTE_MAX 64                 /* bytes of a peer's text in a fault */

struct path {
	const struct path *up;
	struct str name; /* absent: index counts */
	size_t index;
};

struct check {
	struct buf *wrong;
	unsigned n;
};

static const char *const type_name[] = {
	[FORM_ANY] = NULL,
	[FORM_STRING] = "string",
	[FORM_INTEGER] = "integer",
	[FORM_BOOL] = "boolean",
	[FORM_ARRAY] = "array",
	[FORM_OBJECT] = "object",
	[FORM_MAP] = "object",
};

/* ---- writing */

/* The keywords of the bounds, by type, and what they count. */
static const struct {
	const char *min, *max, *unit;
} bound_name[] = {
	[FORM_ANY] = { NULL, NULL, "" },
	[FORM_STRING] = { "minLength", "maxLength", " characters" },
	[FORM_INTEGER] = { "minimum", "maximum", "" },
	[FORM_BOOL] = { NULL, NULL, "" },
	[FORM_ARRAY] = { "minItems", "maxItems", " elements" },
	[FORM_OBJECT] = { NULL, NULL, "" },
	[FORM_MAP] = { "minProperties", "maxProperties", " members" },
};

static void
put_key(struct buf *out, const char *name)
{
	if (out->len > 0 && out->p[out->len - 1] != '{')
		buf_putc(out, ',');
	json_put_str(out, str_from(name));
	buf_putc(out, ':');
}

static void
put_values(struct buf *out, const char *const *values)
{
	put_key(out, "enum");
	for (size_t i = 0; values[i] != NULL; i++) {
		buf_putc(out, i == 0 ? '[' : ',');
		json_put_str(out, str_from(values[i]));
	}
	buf_putc(out, ']');
}

static void put_form(struct buf *out, const struct form *s, unsigned how);

static void
put_members(struct buf *out, const struct form *s, unsigned how)
{
	bool any = false;

	put_key(out, "properties");
	buf_putc(out, '{');
	for (size_t i = 0; i < s->members; i++) {
		put_key(out, s->member[i].name);
		put_form(out, &s->member[i], how);
	}
	buf_putc(out, '}');
	for (size_t i = 0; i < s->members; i++) {
		if (!s->member[i].required)
			continue;
		if (!any)
			put_key(out, "required");
		buf_putc(out, any ? ',' : '[');
		json_put_str(out, str_from(s->member[i].name));
		any = true;
	}
	if (any)
		buf_putc(out, ']');
	if ((how & TAKEN) != 0 && s->type == FORM_OBJECT)
		BUF_LIT(out, ",\"additionalProperties\":false");
}

static void
put_bounds(struct buf *out, const struct form *s)
{
	if (bound_name[s->type].min != NULL && s->min != 0) {
		put_key(out, bound_name[s->type].min);
		buf_printf(out, "%" PRId64, s->min);
	}
	if (bound_name[s->type].max != NULL && s->max != 0) {
		put_key(out, bound_name[s->type].max);
		buf_printf(out, "%" PRId64, s->max);
	}
}

static void
put_form(struct buf *out, const struct form *s, unsigned how)
{
	if (s->schema != NULL) {
		buf_puts(out, str_from(s->schema));
		return;
	}
	buf_putc(out, '{');
	if (s->type != FORM_ANY) {
		put_key(out, "type");
		json_put_str(out, str_from(type_name[s->type]));
	}
	if (s->text != NULL) {
		put_key(out, "description");
		json_put_str(out, str_from(s->text));
	}
	if ((how & TAKEN) != 0)
		put_bounds(out, s);
	if (s->mirrored && (how & HEADERS) != 0) {
		put_key(out, "x-mcp-header");
		BUF_LIT(out, "\"Table\"");
	}
	if (s->values != NULL)
		put_values(out, s->values);
	if (s->type == FORM_OBJECT || s->members > 0)
		put_members(out, s, how);
	if (s->each != NULL) {
		put_key(out,
		    s->type == FORM_ARRAY ? "items" : "additionalProperties");
		put_form(out, s->each, how);
	}
	buf_putc(out, '}');
}

void
form_put(struct buf *out, const struct form *s, bool headers)
{
	put_form(out, s, headers ? TAKEN | HEADERS : TAKEN);
}

void
form_put_result(struct buf *out, const struct form *s)
{
	put_form(out, s, 0);
}

/* ---- checking */

/* A peer's text in a fault. */
static void
put_cut(struct buf *out, struct str s)
{
	struct str head = rpc_cut(s, QUOTE_MAX);

	buf_puts(out, head);
	if (head.len < s.len)
		BUF_LIT(out, "...");
}

static void
put_quote(struct buf *out, struct str s)
{
	buf_putc(out, '"');
	put_cut(out, s);
	buf_putc(out, '"');
}

static void
put_path(struct buf *out, const struct path *p)
{
	if (p->up != NULL)
		put_path(out, p->up);
	if (p->name.p == NULL) {
		buf_printf(out, "[%zu]", p->index);
		return;
	}
	if (p->up != NULL && p->up->up != NULL)
		buf_putc(out, '.');
	put_cut(out, p->name);
}

/* Begin a line: its path.  False when enough has been said. */
static bool
fault(struct check *c, const struct path *p)
{
	if (c->n >= FORM_WRONG_MAX)
		return false;
	if (c->n++ > 0)
		buf_putc(c->wrong, '\n');
	put_path(c->wrong, p);
	if (p->up != NULL)
		BUF_LIT(c->wrong, ": ");
	return true;
}

static bool
type_fits(const struct form *s, const struct json *v)
{
	int64_t n;

	switch (s->type) {
	case FORM_STRING:
		return json_kind(v) == JSON_STRING;
	case FORM_INTEGER:
		return form_int(v, &n);
	case FORM_BOOL:
		return json_kind(v) == JSON_BOOL;
	case FORM_ARRAY:
		return json_kind(v) == JSON_ARRAY;
	case FORM_OBJECT:
	case FORM_MAP:
		return json_kind(v) == JSON_OBJECT;
	case FORM_ANY:
		break;
	}
	return true;
}

/* Characters, not bytes: what follows a character's first byte is skipped. */
static int64_t
characters(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
measure(const struct form *s, const struct json *v, int64_t *ret)
{
	if (bound_name[s->type].min == NULL)
		return false;
	if (s->type == FORM_INTEGER)
		return form_int(v, ret);
	*ret = s->type == FORM_STRING ? characters(json_str(v)) :
					(int64_t)json_len(v);
	return true;
}

static void
check_bounds(struct check *c, const struct form *s, const struct json *v,
    const struct path *p)
{
	const char *what = bound_name[s->type].unit;
	int64_t n;

	if (!measure(s, v, &n) || (n >= s->min && (s->max == 0 || n <= s->max)))
		return;
	if (!fault(c, p))
		return;
	if (s->max == 0)
		buf_printf(c->wrong,
		    "expected at least %" PRId64 "%s, got %" PRId64, s->min,
		    what, n);
	else if (s->min == s->max)
		buf_printf(c->wrong,
		    "expected exactly %" PRId64 "%s, got %" PRId64, s->min,
		    what, n);
	else
		buf_printf(c->wrong,
		    "expected %" PRId64 " to %" PRId64 "%s, got %" PRId64,
		    s->min, s->max, what, n);
}

static void
check_values(struct check *c, const struct form *s, const struct json *v,
    const struct path *p)
{
	for (size_t i = 0; s->values[i] != NULL; i++)
		if (str_eq(json_str(v), str_from(s->values[i])))
			return;
	if (!fault(c, p))
		return;
	BUF_LIT(c->wrong, "expected one of ");
	for (size_t i = 0; s->values[i] != NULL; i++)
		buf_printf(c->wrong, "%s\"%s\"", i > 0 ? ", " : "",
		    s->values[i]);
	BUF_LIT(c->wrong, ", got ");
	put_quote(c->wrong, json_str(v));
}

static void
put_type(struct buf *out, const struct form *s)
{
	const char *name = type_name[s->type];

	if (name == NULL)
		BUF_LIT(out, "a value");
	else
		buf_printf(out, "%s %s", strchr("aio", name[0]) ? "an" : "a",
		    name);
}

static void
unknown(struct check *c, const struct form *s, struct str name,
    const struct path *p)
{
	if (!fault(c, p))
		return;
	BUF_LIT(c->wrong, "unknown member ");
	put_quote(c->wrong, name);
	buf_puts(c->wrong,
	    s->members == 0 ? STR("; none is taken") : STR("; known: "));
	for (size_t i = 0; i < s->members; i++)
		buf_printf(c->wrong, "%s%s", i > 0 ? ", " : "",
		    s->member[i].name);
}

static void check_value(struct check *c, const struct form *s,
    const struct json *v, const struct path *p);

static void
check_members(struct check *c, const struct form *s, const struct json *v,
    const struct path *p)
{
	struct json_member m = { 0 };

	for (size_t i = 0; i < s->members; i++) {
		const struct form *f = &s->member[i];
		const struct json *value = json_get(v, f->name);
		struct path at = { p, str_from(f->name), 0 };

		if (value != NULL) {
			check_value(c, f, value, &at);
		} else if (f->required && fault(c, &at)) {
			BUF_LIT(c->wrong, "missing; expected ");
			put_type(c->wrong, f);
		}
	}
	while (s->type == FORM_OBJECT && json_next(v, &m)) {
		size_t i = 0;

		while (i < s->members &&
		    !str_eq(m.name, str_from(s->member[i].name)))
			i++;
		if (i == s->members)
			unknown(c, s, m.name, p);
	}
}

static void
check_each(struct check *c, const struct form *s, const struct json *v,
    const struct path *p)
{
	struct json_member m = { 0 };

	if (s->type == FORM_MAP) {
		while (json_next(v, &m)) {
			struct path at = { p, m.name, 0 };

			check_value(c, s->each, m.value, &at);
		}
		return;
	}
	for (size_t i = 0; i < json_len(v); i++) {
		struct path at = { p, { NULL, 0 }, i };

		check_value(c, s->each, json_at(v, i), &at);
	}
}

static void
check_value(struct check *c, const struct form *s, const struct json *v,
    const struct path *p)
{
	if (!type_fits(s, v)) {
		if (fault(c, p)) {
			BUF_LIT(c->wrong, "expected ");
			put_type(c->wrong, s);
			buf_printf(c->wrong, ", got %s", json_kind_name(v));
		}
		return;
	}
	check_bounds(c, s, v, p);
	if (s->values != NULL)
		check_values(c, s, v, p);
	if (s->type == FORM_OBJECT || s->members > 0)
		check_members(c, s, v, p);
	if (s->each != NULL)
		check_each(c, s, v, p);
}

void
form_check(const struct form *s, const struct json *v, struct buf *wrong)
{
	struct path root = { NULL, STR(""), 0 };
	struct check c = { wrong, 0 };

	check_value(&c, s, v, &root);
}

bool
form_int(const struct json *v, int64_t *ret)
{
	struct str n = json_number(v);
	char text[64];
	double d;

	if (json_int(v, ret))
		return true;
	if (n.len == 0 || n.len >= sizeof(text))
		return false;
	memcpy(text, n.p, n.len);
	text[n.len] = '\0';
	d = strtod(text, NULL);
	if (d < -EXACT_MAX || d > EXACT_MAX || (double)(int64_t)d != d)
		return false;
	*ret = (int64_t)d;
	return true;
}
