/* SPDX-License-Identifier: ISC */
/*
 * Values are canonical texts here: {"N":"1.5"}, {"L":[...]}.  So a number is
 * what stands between its quotes, a list what stands between its brackets,
 * and elements of sets are the same when their texts are.
 */
#include "ddb/update_value.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_OPEN  6 /* bytes of {"N":" */
#define NUMBER_CLOSE 2 /* of "} */
#define LIST_OPEN    6 /* of {"L":[ */
#define LIST_CLOSE   2 /* of ]} */

static enum err
wrong_type(struct update_value *v)
{
	return op_fail(v->ctx, ERR_VALIDATION,
	    v->legacy ? "Type mismatch for attribute to update" :
			"An operand in the update expression has an incorrect "
			"data type");
}

static enum err
put(struct update_value *v, const struct json *value)
{
	struct value_out w = { .ctx = v->ctx, .out = v->out, .prefix = "" };

	return value_put(&w, value);
}

static enum value_type
type_of(const struct json *value)
{
	const struct json *content;

	return value_type(value, &content);
}

/* The text behind mark is a value of this type, one letter long. */
static bool
is(const struct update_value *v, size_t mark, char letter)
{
	const char *p = v->out->p + mark;

	return v->out->len - mark > LIST_OPEN && p[2] == letter && p[3] == '"';
}

static enum err
put_sum(struct update_value *v, struct str a, struct str b, bool minus)
{
	struct number x, y, sum;
	enum err e = value_number(v->ctx, number_parse(a, &x), a);

	if (e == ERR_OK)
		e = value_number(v->ctx, number_parse(b, &y), b);
	if (e == ERR_OK)
		e = value_number(v->ctx, number_add(&x, &y, minus, &sum), a);
	if (e != ERR_OK)
		return e;
	BUF_LIT(v->out, "{\"N\":\"");
	number_put(v->out, &sum);
	BUF_LIT(v->out, "\"}");
	return buf_err(v->out);
}

/* The digits of the number whose text lies there. */
static struct str
digits(const struct update_value *v, size_t from, size_t to)
{
	return (struct str){ v->out->p + from + NUMBER_OPEN,
		to - from - NUMBER_OPEN - NUMBER_CLOSE };
}

static enum err
arithmetic(struct update_value *v, const struct expr *e)
{
	size_t mark = v->out->len, middle;
	struct str a, b;
	enum err err = update_value(v, e->args[0]);

	middle = v->out->len;
	if (err == ERR_OK && !is(v, mark, 'N'))
		err = wrong_type(v);
	if (err == ERR_OK)
		err = update_value(v, e->args[1]);
	if (err == ERR_OK && !is(v, middle, 'N'))
		err = wrong_type(v);
	if (err != ERR_OK)
		return err;
	a = arena_str(v->ctx->arena, digits(v, mark, middle));
	b = arena_str(v->ctx->arena, digits(v, middle, v->out->len));
	if (a.p == NULL || b.p == NULL)
		return ERR_NO_MEMORY;
	v->out->len = mark;
	return put_sum(v, a, b, e->kind == EXPR_MINUS);
}

/* Two lists, of which the second begins at middle, become one. */
static void
join(struct buf *out, size_t mark, size_t middle)
{
	size_t to = middle - LIST_CLOSE, from = middle + LIST_OPEN;

	/* A comma, where neither is empty. */
	if (to > mark + LIST_OPEN && out->len > from + LIST_CLOSE)
		out->p[to++] = ',';
	memmove(out->p + to, out->p + from, out->len - from);
	out->len -= from - to;
}

static enum err
append(struct update_value *v, const struct expr *e)
{
	size_t mark = v->out->len, middle;
	enum err err = update_value(v, e->args[0]);

	middle = v->out->len;
	if (err == ERR_OK && !is(v, mark, 'L'))
		err = wrong_type(v);
	if (err == ERR_OK)
		err = update_value(v, e->args[1]);
	if (err == ERR_OK && !is(v, middle, 'L'))
		err = wrong_type(v);
	if (err == ERR_OK)
		join(v->out, mark, middle);
	return err;
}

/* As deep as the parser let it be. */
enum err
update_value(struct update_value *v, const struct expr *e)
{
	const struct json *value = NULL;

	if (e->kind == EXPR_PLUS || e->kind == EXPR_MINUS)
		return arithmetic(v, e);
	if (e->kind == EXPR_LIST_APPEND)
		return append(v, e);
	if (e->kind == EXPR_VALUE)
		value = e->value;
	else if (e->kind == EXPR_PATH)
		value = expr_walk(v->item, &e->path);
	else if (e->kind == EXPR_IF_NOT_EXISTS &&
	    (value = expr_walk(v->item, &e->args[0]->path)) == NULL)
		return update_value(v, e->args[1]);
	if (value == NULL)
		return op_fail(v->ctx, ERR_VALIDATION,
		    "The provided expression refers to an attribute that does "
		    "not exist in the item");
	return put(v, value);
}

static int
compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The elements, sorted; NULL: no memory. */
static struct str *
sorted(struct arena *a, const struct json *set)
{
	size_t n = json_len(set);
	struct str *all = arena_alloc(a, n * sizeof(*all) + 1);

	if (all == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		all[i] = json_str(json_at(set, i));
	qsort(all, n, sizeof(*all), compare);
	return all;
}

/* Write those of a set that are not in the other one; false: none is left. */
static enum err
put_without(struct update_value *v, const struct json *set,
    const struct json *other, bool *some)
{
	struct str *known = sorted(v->ctx->arena, other);
	size_t n = json_len(other);

	if (known == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < json_len(set); i++) {
		struct str one = json_str(json_at(set, i));

		if (bsearch(&one, known, n, sizeof(one), compare) != NULL)
			continue;
		if (*some)
			buf_putc(v->out, ',');
		json_put_str(v->out, one);
		*some = true;
	}
	return buf_err(v->out);
}

/* The set's elements and those of the other, or without those. */
static enum err
put_set(struct update_value *v, enum value_type t, const struct json *set,
    const struct json *other, bool add)
{
	size_t mark = v->out->len;
	bool some = false;
	enum err e;

	buf_printf(v->out, "{\"%s\":[", value_type_name(t));
	for (size_t i = 0; add && i < json_len(set); i++) {
		if (some)
			buf_putc(v->out, ',');
		json_put_str(v->out, json_str(json_at(set, i)));
		some = true;
	}
	e = add ? put_without(v, other, set, &some) :
		  put_without(v, set, other, &some);
	BUF_LIT(v->out, "]}");
	if (!some)
		v->out->len = mark;
	return e == ERR_OK ? buf_err(v->out) : e;
}

static bool
is_set(enum value_type t)
{
	return t == VALUE_SS || t == VALUE_NS || t == VALUE_BS;
}

/* value is canonical, of the same type as old. */
static enum err
change(struct update_value *v, const struct json *old, const struct json *value,
    bool add)
{
	const struct json *a = NULL, *b = NULL;
	enum value_type t = value_type(old, &a);
	size_t middle, mark = v->out->len;
	enum err e;

	(void)value_type(value, &b);
	if (is_set(t))
		return put_set(v, t, a, b, add);
	if (add && t == VALUE_N)
		return put_sum(v, json_str(a), json_str(b), false);
	if (!add || t != VALUE_L || !v->legacy)
		return wrong_type(v);
	if ((e = put(v, old)) != ERR_OK)
		return e;
	middle = v->out->len;
	if ((e = put(v, value)) == ERR_OK)
		join(v->out, mark, middle);
	return e;
}

static enum err
combine(struct update_value *v, const struct json *old,
    const struct json *value, bool add)
{
	struct json *own CLEANUP(json_freep) = NULL;
	size_t mark = v->out->len;
	struct json_error error;
	struct str text;
	enum err e;

	if (type_of(old) != type_of(value))
		return wrong_type(v);
	if ((e = put(v, value)) != ERR_OK)
		return e;
	text = (struct str){ v->out->p + mark, v->out->len - mark };
	e = json_parse(text, LIMIT_JSON_DEPTH, &own, &error);
	v->out->len = mark;
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_INTERNAL : e;
	return change(v, old, own, add);
}

enum err
update_add(struct update_value *v, const struct json *old,
    const struct json *value)
{
	return old == NULL ? put(v, value) : combine(v, old, value, true);
}

enum err
update_subtract(struct update_value *v, const struct json *old,
    const struct json *value)
{
	return combine(v, old, value, false);
}
