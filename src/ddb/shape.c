/* SPDX-License-Identifier: ISC */
/* The second pass: constraints, collected. */
#include "ddb/shape.h"

#include <string.h>

#include "ddb/shape_pass.h"

#define ERRORS_SHOWN 10
#define VALUE_SHOWN  1024 /* bytes of a refused value that are repeated */

struct pass {
	struct buf *text;
	unsigned errors;
};

/* Where we are: "keySchema.1.member.keyType". */
struct path {
	const struct path *up;
	struct str name;
	bool member; /* "member" stands behind it: it is an element */
};

static void constraints(struct pass *p, const struct shape *s,
    const struct json *v, const struct path *at);

/* A member's name as in the service's own code. */
static void
put_name(struct buf *out, struct str name)
{
	if (name.len == 0)
		return;
	buf_putc(out,
	    name.p[0] >= 'A' && name.p[0] <= 'Z' ? (char)(name.p[0] + 32) :
						   name.p[0]);
	buf_put(out, name.p + 1, name.len - 1);
}

static void
put_path(struct buf *out, const struct path *at)
{
	if (at->up != NULL) {
		put_path(out, at->up);
		buf_putc(out, '.');
	}
	if (at->member) {
		buf_puts(out, at->name);
		BUF_LIT(out, ".member");
		return;
	}
	put_name(out, at->name);
}

static void
put_java(struct buf *b, const struct shape *s, const struct json *v);

/* KeySchemaElement(attributeName=a, keyType=HASH) */
static void
put_struct(struct buf *b, const struct shape *s, const struct json *v)
{
	const char *dot = strrchr(s->type, '.');
	const char *between = "";

	buf_puts(b, str_from(dot == NULL ? s->type : dot + 1));
	buf_putc(b, '(');
	for (const struct shape *of = s->of; of->name != NULL; of++) {
		const struct json *one = shape_get(v, of->name);

		if (one == NULL)
			continue;
		buf_puts(b, str_from(between));
		between = ", ";
		put_name(b, str_from(of->name));
		buf_putc(b, '=');
		put_java(b, of, one);
	}
	buf_putc(b, ')');
}

/* A value as the service's language writes it, until it is long enough. */
static void
put_java(struct buf *b, const struct shape *s, const struct json *v)
{
	struct json_member m = { 0 };

	if (b->len >= VALUE_SHOWN)
		return;
	if (json_kind(v) == JSON_ARRAY && s->kind == SHAPE_LIST) {
		buf_putc(b, '[');
		for (size_t i = 0; i < json_len(v) && b->len < VALUE_SHOWN;
		     i++) {
			buf_puts(b, i > 0 ? STR(", ") : STR(""));
			put_java(b, s->of, json_at(v, i));
		}
		buf_putc(b, ']');
	} else if (json_kind(v) == JSON_OBJECT && s->kind == SHAPE_MAP) {
		const char *between = "{";

		while (json_next(v, &m) && b->len < VALUE_SHOWN) {
			buf_puts(b, str_from(between));
			between = ", ";
			buf_puts(b, m.name);
			buf_putc(b, '=');
			put_java(b, s->of, m.value);
		}
		buf_puts(b, json_len(v) == 0 ? STR("{}") : STR("}"));
	} else if (json_kind(v) == JSON_OBJECT && s->kind == SHAPE_STRUCT) {
		put_struct(b, s, v);
	} else if (json_kind(v) == JSON_STRING) {
		buf_puts(b, json_str(v));
	} else {
		json_put(b, v);
	}
}

static void
put_value(struct buf *out, const struct shape *shape, const struct json *v)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(16));
	struct str s;

	put_java(&b, shape, v);
	s = buf_str(&b);
	if (s.len > VALUE_SHOWN) {
		/* Not within a character. */
		for (s.len = VALUE_SHOWN;
		     ((unsigned char)s.p[s.len] & 0xc0) == 0x80; s.len--)
			continue;
	}
	buf_puts(out, s);
}

/* Begin one failure: the caller appends what the member must do. */
static struct buf *
failure(struct pass *p, const struct shape *s, const struct json *v,
    const struct path *at)
{
	struct buf *out = p->text;

	if (p->errors++ > 0)
		BUF_LIT(out, "; ");
	if (v == NULL) {
		BUF_LIT(out, "Value null at '");
	} else {
		BUF_LIT(out, "Value '");
		put_value(out, s, v);
		BUF_LIT(out, "' at '");
	}
	put_path(out, at);
	BUF_LIT(out, "' failed to satisfy constraint: ");
	return out;
}

static bool
name_good(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '.' ||
			c == '-'))
			return false;
	}
	return s.len > 0;
}

/* Is s one of "A, B, C"? */
static bool
among(const char *values, struct str s)
{
	struct str rest = str_from(values);

	while (rest.p != NULL) {
		struct str one = str_cut(rest, ',', &rest);

		if (one.len > 0 && one.p[0] == ' ') {
			one.p++;
			one.len--;
		}
		if (str_eq(one, s))
			return true;
	}
	return false;
}

/* Characters are what the service counts, which is close to UTF-16 units. */
static int64_t
measure(const struct shape *s, const struct json *v)
{
	struct str text = json_str(v);
	int64_t n = 0;

	if (s->kind == SHAPE_INTEGER || s->kind == SHAPE_LONG)
		return json_int(v, &n) ? n : 0;
	if (s->kind != SHAPE_STRING)
		return (int64_t)json_len(v);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		n += ((c & 0xc0) != 0x80) + (c >= 0xf0);
	}
	return n;
}

static void
bounds(struct pass *p, const struct shape *s, const struct json *v,
    const struct path *at)
{
	bool number = s->kind == SHAPE_INTEGER || s->kind == SHAPE_LONG;
	const char *what = number ? "value" : "length";
	int64_t n;

	if (s->min == 0 && s->max == 0)
		return;
	n = measure(s, v);
	if (n < s->min)
		buf_printf(failure(p, s, v, at),
		    "Member must have %s greater than or equal to %lld", what,
		    (long long)s->min);
	if (s->max != 0 && n > s->max)
		buf_printf(failure(p, s, v, at),
		    "Member must have %s less than or equal to %lld", what,
		    (long long)s->max);
}

static void
map_names(struct pass *p, const struct shape *s, const struct json *v,
    const struct path *at)
{
	struct json_member m = { 0 };

	while (json_next(v, &m)) {
		if (m.name.len >= 1 && m.name.len <= LIMIT_TABLE_NAME &&
		    name_good(m.name))
			continue;
		if ((s->flags & SHAPE_ARN) && str_starts(m.name, STR("arn:")))
			continue;
		buf_printf(failure(p, s, v, at),
		    "Map keys must satisfy constraint: [Member must have "
		    "length less than or equal to 255, Member must have "
		    "length greater than or equal to 1, Member must satisfy "
		    "regular expression pattern: [a-zA-Z0-9_.-]+]");
		return;
	}
}

/* The lengths of a map's lists are the map's own affair. */
static void
map_lists(struct pass *p, const struct shape *s, const struct json *v,
    const struct path *at)
{
	struct json_member m = { 0 };

	while (json_next(v, &m)) {
		int64_t n = (int64_t)json_len(m.value);

		if (json_kind(m.value) == JSON_NULL ||
		    (n >= s->of->min && n <= s->of->max))
			continue;
		buf_printf(failure(p, s, v, at),
		    "Map value must satisfy constraint: [Member must have "
		    "length less than or equal to %lld, Member must have "
		    "length greater than or equal to %lld]",
		    (long long)s->of->max, (long long)s->of->min);
		return;
	}
}

static void
inside(struct pass *p, const struct shape *s, const struct json *v,
    const struct path *at)
{
	struct json_member m = { 0 };

	if (s->kind == SHAPE_STRUCT) {
		for (const struct shape *of = s->of; of->name != NULL; of++)
			constraints(p, of, shape_get(v, of->name),
			    &(struct path){ at, str_from(of->name), false });
	} else if (s->kind == SHAPE_MAP && s->of->kind != SHAPE_VALUE) {
		while (json_next(v, &m))
			constraints(p, s->of, m.value,
			    &(struct path){ at, m.name, true });
	} else if (s->kind == SHAPE_LIST && s->of->kind != SHAPE_VALUE) {
		for (size_t i = 0; i < json_len(v); i++) {
			char number[24];
			struct buf b = { .p = number,
				.cap = sizeof(number),
				.max = sizeof(number) };

			buf_putu(&b, i + 1);
			constraints(p, s->of, json_at(v, i),
			    &(struct path){ at, buf_str(&b), true });
		}
	}
}

static void
constraints(struct pass *p, const struct shape *s, const struct json *v,
    const struct path *at)
{
	if (p->errors >= ERRORS_SHOWN)
		return;
	if (v == NULL || json_kind(v) == JSON_NULL) {
		if (s->flags & SHAPE_REQUIRED)
			buf_printf(failure(p, s, NULL, at),
			    "Member must not be null");
		return;
	}
	if (s->flags & SHAPE_UNSERVED) {
		buf_printf(failure(p, s, v, at),
		    "Member is not supported here");
		return;
	}
	if (s->values != NULL && !among(s->values, json_str(v)))
		buf_printf(failure(p, s, v, at),
		    "Member must satisfy enum value set: [%s]", s->values);
	if ((s->flags & SHAPE_ARN) && str_starts(json_str(v), STR("arn:")))
		return;
	if (s->flags & SHAPE_NAME) {
		if (s->kind == SHAPE_MAP)
			map_names(p, s, v, at);
		else if (!name_good(json_str(v)) &&
		    !(s->min == 1 && json_str(v).len == 0))
			buf_printf(failure(p, s, v, at),
			    "Member must satisfy regular expression pattern: "
			    "[a-zA-Z0-9_.-]+");
	}
	if (s->pattern != NULL && !s->pattern->fits(json_str(v)))
		buf_printf(failure(p, s, v, at),
		    "Member must satisfy regular expression pattern: %s",
		    s->pattern->text);
	if (s->kind == SHAPE_MAP && s->of->kind == SHAPE_LIST &&
	    s->of->type != NULL)
		map_lists(p, s, v, at);
	/* A map's list, which has a class, is measured with the map. */
	if (s->kind != SHAPE_LIST || s->type == NULL)
		bounds(p, s, v, at);
	inside(p, s, v, at);
}

/* The few that the service asks for before it looks at anything else. */
static enum err
musts(struct op_ctx *ctx, const struct shape *shapes, const struct json *in)
{
	for (const struct shape *s = shapes; s->name != NULL; s++) {
		const struct json *v = shape_get(in, s->name);

		if ((s->flags & SHAPE_MUST) && v == NULL)
			return op_fail(ctx, ERR_VALIDATION,
			    "The parameter '%s' is required but was not "
			    "present in the request",
			    s->name);
		if ((s->flags & SHAPE_RESOURCE) && json_str(v).len == 0)
			return op_fail(ctx, ERR_VALIDATION, "Invalid TableArn");
		if ((s->flags & SHAPE_TABLE) &&
		    (json_str(v).len < 3 ||
			json_str(v).len > LIMIT_TABLE_NAME) &&
		    !str_starts(json_str(v), STR("arn:")))
			return op_fail(ctx, ERR_VALIDATION,
			    "%s must be at least 3 characters long and at "
			    "most 255 characters long",
			    s->name);
	}
	return ERR_OK;
}

enum err
shape_check(struct op_ctx *ctx, const struct shape *shapes,
    const struct json *in)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct pass p = { .text = &text };
	enum err e = shape_types(ctx, shapes, in);

	if (e == ERR_OK)
		e = musts(ctx, shapes, in);
	if (e != ERR_OK)
		return e;
	for (const struct shape *s = shapes; s->name != NULL; s++)
		constraints(&p, s, shape_get(in, s->name),
		    &(struct path){ NULL, str_from(s->name), false });
	if (p.errors == 0)
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    "%u validation error%s detected: %.*s", p.errors,
	    p.errors == 1 ? "" : "s", STR_ARG(buf_str(&text)));
}
