/* SPDX-License-Identifier: ISC */
#include "ddb/value.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "ddb/number.h"

#define INVALID        "One or more parameter values were invalid: "
#define SET_SHOWN      1024
#define ENTRY_SIZE     1 /* of a list or map, for each */
#define CONTAINER_SIZE 3

static const char *const names[] = {
	[VALUE_NONE] = "",
	[VALUE_S] = "S",
	[VALUE_N] = "N",
	[VALUE_B] = "B",
	[VALUE_SS] = "SS",
	[VALUE_NS] = "NS",
	[VALUE_BS] = "BS",
	[VALUE_BOOL] = "BOOL",
	[VALUE_NULL] = "NULL",
	[VALUE_L] = "L",
	[VALUE_M] = "M",
};
_Static_assert(NELEM(names) == VALUE__MAX, "a name for each type");

static enum err put(struct value_out *w, const struct json *v, unsigned depth);

const char *
value_type_name(enum value_type t)
{
	return names[(unsigned)t < VALUE__MAX ? t : VALUE_NONE];
}

static enum value_type
type_of_name(struct str s)
{
	for (enum value_type t = VALUE_S; t < VALUE__MAX; t++)
		if (strncmp(names[t], s.p, s.len) == 0 &&
		    names[t][s.len] == '\0')
			return t;
	return VALUE_NONE;
}

/* How many types are set; the last one is *ret. */
static unsigned
types(const struct json *value, enum value_type *ret,
    const struct json **ret_content)
{
	struct json_member m = { 0 };
	enum value_type t;
	unsigned n = 0;

	while (json_next(value, &m)) {
		t = type_of_name(m.name);
		if (t == VALUE_NONE || json_kind(m.value) == JSON_NULL)
			continue;
		*ret = t;
		*ret_content = m.value;
		n++;
	}
	return n;
}

enum value_type
value_type(const struct json *value, const struct json **ret_content)
{
	enum value_type t = VALUE_NONE;
	const struct json *content = NULL;

	if (types(value, &t, &content) != 1)
		return VALUE_NONE;
	*ret_content = content;
	return t;
}

enum err
value_number(struct op_ctx *ctx, enum number_error error, struct str text)
{
	switch (error) {
	case NUMBER_OK:
		return ERR_OK;
	case NUMBER_OVERFLOW:
		return op_fail(ctx, ERR_VALIDATION,
		    "Number overflow. Attempting to store a number with "
		    "magnitude larger than supported range");
	case NUMBER_UNDERFLOW:
		return op_fail(ctx, ERR_VALIDATION,
		    "Number underflow. Attempting to store a number with "
		    "magnitude smaller than supported range");
	case NUMBER_DIGITS:
		return op_fail(ctx, ERR_VALIDATION,
		    "Attempting to store more than 38 significant digits in "
		    "a Number");
	case NUMBER_SYNTAX:
		break;
	}
	return op_fail(ctx, ERR_VALIDATION,
	    "The parameter cannot be converted to a numeric value%s%.*s",
	    text.len == 0 ? "" : ": ", STR_ARG(text));
}

/* Bytes behind a base64 text that has passed shape_check(). */
static size_t
binary_size(struct str text)
{
	return text.len / 4 * 3 -
	    (str_ends(text, STR("==")) ? 2u : str_ends(text, STR("=")));
}

/* One S, N or B, or one element of their sets, without the braces. */
static enum err
put_scalar(struct value_out *w, enum value_type t, struct str text)
{
	struct number n;
	enum err e;

	if (t == VALUE_N) {
		e = value_number(w->ctx, number_parse(text, &n), text);
		if (e != ERR_OK)
			return e;
		w->size += number_size(&n);
		buf_putc(w->out, '"');
		number_put(w->out, &n);
		buf_putc(w->out, '"');
		return ERR_OK;
	}
	w->size += t == VALUE_B ? binary_size(text) : text.len;
	json_put_str(w->out, text);
	return ERR_OK;
}

static int
compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* What decides whether two elements are the same: numbers by their value. */
static bool
identity(struct arena *a, enum value_type t, struct str text, struct str *ret)
{
	unsigned char key[NUMBER_KEY_BYTES];
	struct number n;

	if (t != VALUE_NS) {
		*ret = text;
		return true;
	}
	if (number_parse(text, &n) != NUMBER_OK)
		return false;
	*ret =
	    arena_str(a, (struct str){ (char *)key, number_encode(&n, key) });
	return ret->p != NULL;
}

static enum err
duplicates(struct value_out *w, enum value_type t, const struct json *set)
{
	struct buf shown CLEANUP(buf_free) = BUF_INIT(MIB(16));

	if (t == VALUE_NS)
		return op_fail(w->ctx, ERR_VALIDATION,
		    "%sInput collection contains duplicates", w->prefix);
	for (size_t i = 0; i < json_len(set) && shown.len < SET_SHOWN; i++) {
		if (i > 0)
			BUF_LIT(&shown, ", ");
		buf_puts(&shown, json_str(json_at(set, i)));
	}
	return op_fail(w->ctx, ERR_VALIDATION,
	    t == VALUE_BS ?
		"%s" INVALID "Input collection [%.*s]of type BS contains "
		"duplicates." :
		"%s" INVALID "Input collection [%.*s] contains duplicates.",
	    w->prefix, STR_ARG(buf_str(&shown)));
}

/* Sorted, so that a long set costs no more than it should. */
static enum err
check_unique(struct value_out *w, enum value_type t, const struct json *set)
{
	size_t n = json_len(set);
	struct str *ids;

	if (n < 2)
		return ERR_OK;
	if ((ids = arena_alloc(w->ctx->arena, n * sizeof(*ids))) == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++)
		if (!identity(w->ctx->arena, t, json_str(json_at(set, i)),
			&ids[i]))
			return ERR_NO_MEMORY;
	qsort(ids, n, sizeof(*ids), compare);
	for (size_t i = 1; i < n; i++)
		if (str_eq(ids[i - 1], ids[i]))
			return duplicates(w, t, set);
	return ERR_OK;
}

static enum err
put_set(struct value_out *w, enum value_type t, const struct json *set)
{
	enum value_type of = t == VALUE_SS ? VALUE_S :
	    t == VALUE_NS                  ? VALUE_N :
					     VALUE_B;
	size_t n = json_len(set);
	enum err e;

	if (n == 0)
		return op_fail(w->ctx, ERR_VALIDATION, "%s" INVALID "%s",
		    w->prefix,
		    t == VALUE_SS     ? "An string set  may not be empty" :
			t == VALUE_NS ? "An number set  may not be empty" :
					"Binary sets should not be empty");
	buf_putc(w->out, '[');
	for (size_t i = 0; i < n; i++) {
		const struct json *one = json_at(set, i);

		if (json_kind(one) != JSON_STRING)
			return op_fail(w->ctx, ERR_VALIDATION,
			    "%s" INVALID "An element of a set may not be null",
			    w->prefix);
		if (i > 0)
			buf_putc(w->out, ',');
		if ((e = put_scalar(w, of, json_str(one))) != ERR_OK)
			return e;
	}
	buf_putc(w->out, ']');
	return check_unique(w, t, set);
}

static enum err
put_list(struct value_out *w, const struct json *list, unsigned depth)
{
	enum err e = ERR_OK;

	w->size += CONTAINER_SIZE;
	buf_putc(w->out, '[');
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		if (i > 0)
			buf_putc(w->out, ',');
		w->size += ENTRY_SIZE;
		e = put(w, json_at(list, i), depth + 1);
	}
	buf_putc(w->out, ']');
	return e;
}

/* entry: what each entry counts beside its name and value. */
static enum err
put_members(struct value_out *w, const struct json *map, unsigned depth,
    unsigned entry)
{
	struct json_member m = { 0 };
	bool first = true;
	enum err e = ERR_OK;

	buf_putc(w->out, '{');
	while (e == ERR_OK && json_next(map, &m)) {
		if (m.name.len > LIMIT_ATTRIBUTE)
			return op_fail(w->ctx, ERR_VALIDATION,
			    INVALID
			    "Attribute name is too large, must be less than "
			    "65536 bytes");
		if (!first)
			buf_putc(w->out, ',');
		first = false;
		w->size += m.name.len + entry;
		json_put_str(w->out, m.name);
		buf_putc(w->out, ':');
		e = put(w, m.value, depth);
	}
	buf_putc(w->out, '}');
	return e;
}

/* A boolean may stand as a string; which ones, shape_check() has decided. */
static bool
truth(const struct json *v)
{
	struct str s = json_str(v);

	return json_bool(v) || str_caseeq(s, STR("true")) ||
	    str_caseeq(s, STR("yes")) || str_eq(s, STR("1"));
}

static enum err
put_truth(struct value_out *w, enum value_type t, const struct json *content)
{
	bool yes = truth(content);

	if (t == VALUE_NULL && !yes)
		return op_fail(w->ctx, ERR_VALIDATION,
		    "%s" INVALID
		    "Null attribute value types must have the value of true",
		    w->prefix);
	w->size++;
	buf_puts(w->out, yes ? STR("true") : STR("false"));
	return ERR_OK;
}

static enum err
put_content(struct value_out *w, enum value_type t, const struct json *content,
    unsigned depth)
{
	switch (t) {
	case VALUE_S:
	case VALUE_N:
	case VALUE_B:
		return put_scalar(w, t, json_str(content));
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		return put_set(w, t, content);
	case VALUE_BOOL:
	case VALUE_NULL:
		return put_truth(w, t, content);
	case VALUE_L:
		return put_list(w, content, depth);
	case VALUE_M:
		w->size += CONTAINER_SIZE;
		return put_members(w, content, depth + 1, ENTRY_SIZE);
	case VALUE_NONE:
	case VALUE__MAX:
		break;
	}
	return ERR_INTERNAL;
}

/* More than one type is set; what each holds by itself is looked at first. */
static enum err
too_many(struct value_out *w, const struct json *v)
{
	struct json_member m = { 0 };
	enum value_type t;
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(v, &m)) {
		t = type_of_name(m.name);
		if (t != VALUE_NONE && t != VALUE_L && t != VALUE_M &&
		    json_kind(m.value) != JSON_NULL)
			e = put_content(w, t, m.value, 1);
	}
	return e != ERR_OK ?
	    e :
	    op_fail(w->ctx, ERR_VALIDATION,
		"Supplied AttributeValue has more than one datatypes set, "
		"must contain exactly one of the supported datatypes");
}

/* depth is 1 for the value of an attribute. */
static enum err
put(struct value_out *w, const struct json *v, unsigned depth)
{
	enum value_type t = VALUE_NONE;
	const struct json *content = NULL;
	unsigned n = types(v, &t, &content);
	enum err e;

	if (n == 0)
		return op_fail(w->ctx, ERR_VALIDATION,
		    "Supplied AttributeValue is empty, must contain exactly "
		    "one of the supported datatypes");
	if (n > 1)
		return too_many(w, v);
	if (depth > LIMIT_NESTING)
		return op_fail(w->ctx, ERR_VALIDATION,
		    "Nesting Levels have exceeded supported limits: "
		    "Attributes in the item have nested levels beyond "
		    "supported limit");
	BUF_LIT(w->out, "{\"");
	buf_puts(w->out, str_from(names[t]));
	BUF_LIT(w->out, "\":");
	e = put_content(w, t, content, depth);
	buf_putc(w->out, '}');
	return e;
}

enum err
value_put(struct value_out *w, const struct json *value)
{
	enum err e = put(w, value, 1);

	return e == ERR_OK ? buf_err(w->out) : e;
}

enum err
value_put_map(struct value_out *w, const struct json *map)
{
	enum err e = put_members(w, map, 1, 0);

	return e == ERR_OK ? buf_err(w->out) : e;
}

enum err
value_check_map(struct op_ctx *ctx, const struct json *map, const char *prefix)
{
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out w = { .ctx = ctx, .out = &scratch, .prefix = prefix };

	return map == NULL ? ERR_OK : value_put_map(&w, map);
}

enum err
value_item(struct op_ctx *ctx, const struct json *map, const char *prefix,
    struct store_item *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out v = { .ctx = ctx, .out = &text, .prefix = prefix };
	enum err e = value_put_map(&v, map);

	if (e == ERR_OK)
		e = buf_err(&text);
	if (e != ERR_OK)
		return e;
	ret->size = v.size;
	ret->text = arena_str(ctx->arena, buf_str(&text));
	return ret->text.p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
value_item_fits(struct op_ctx *ctx, const struct store_item *item)
{
	if (item->size > LIMIT_ITEM)
		return op_fail(ctx, ERR_VALIDATION,
		    "Item size has exceeded the maximum allowed size");
	return ERR_OK;
}

enum err
value_measure(struct op_ctx *ctx, struct str text, uint64_t *ret)
{
	struct buf again CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct json *item CLEANUP(json_freep) = NULL;
	struct value_out w = { .ctx = ctx, .out = &again, .prefix = "" };
	struct json_error error;
	enum err e;

	if (json_parse(text, LIMIT_JSON_DEPTH, &item, &error) != ERR_OK)
		return ERR_STORE;
	if ((e = value_put_map(&w, item)) == ERR_OK)
		*ret = w.size;
	return e;
}
