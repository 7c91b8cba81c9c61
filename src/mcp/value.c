/* SPDX-License-Identifier: ISC */
#include "mcp/value.h"

#include <string.h>

#include "base/limits.h"

#define SHORT_MEMBER   KIB(4)
#define DIGITS_EXACT   15 /* any decimal of so many survives a double */
#define INTEGERS_EXACT UINT64_C(9007199254740992)

static const struct str types[] = { STR_INIT("S"), STR_INIT("N"), STR_INIT("B"),
	STR_INIT("SS"), STR_INIT("NS"), STR_INIT("BS"), STR_INIT("M"),
	STR_INIT("L"), STR_INIT("BOOL"), STR_INIT("NULL") };

/* The one member, if this is the typed form. */
static bool
typed_member(const struct json *v, struct json_member *ret)
{
	struct json_member m = { 0 };

	if (json_kind(v) != JSON_OBJECT || json_len(v) != 1 ||
	    !json_next(v, &m))
		return false;
	for (size_t i = 0; i < NELEM(types); i++)
		if (str_eq(m.name, types[i])) {
			*ret = m;
			return true;
		}
	return false;
}

static void
put_members(struct buf *out, const struct json *v,
    void (*put)(struct buf *, const struct json *))
{
	struct json_member m = { 0 };
	char before = '{';

	while (json_next(v, &m)) {
		buf_putc(out, before);
		json_put_str(out, m.name);
		buf_putc(out, ':');
		put(out, m.value);
		before = ',';
	}
	if (before == '{')
		buf_putc(out, '{');
	buf_putc(out, '}');
}

static void
put_elements(struct buf *out, const struct json *v,
    void (*put)(struct buf *, const struct json *))
{
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(v); i++) {
		if (i > 0)
			buf_putc(out, ',');
		put(out, json_at(v, i));
	}
	buf_putc(out, ']');
}

/* ---- plain to typed */

static void
typed_as_is(struct buf *out, const struct json_member *m)
{
	buf_putc(out, '{');
	json_put_str(out, m->name);
	buf_putc(out, ':');
	if (str_eq(m->name, STR("M")) && json_kind(m->value) == JSON_OBJECT)
		put_members(out, m->value, value_typed);
	else if (str_eq(m->name, STR("L")) && json_kind(m->value) == JSON_ARRAY)
		put_elements(out, m->value, value_typed);
	else
		json_put(out, m->value);
	buf_putc(out, '}');
}

void
value_typed(struct buf *out, const struct json *any)
{
	struct json_member m;

	if (typed_member(any, &m)) {
		typed_as_is(out, &m);
		return;
	}
	switch (json_kind(any)) {
	case JSON_STRING:
		BUF_LIT(out, "{\"S\":");
		json_put(out, any);
		break;
	case JSON_NUMBER:
		BUF_LIT(out, "{\"N\":");
		json_put_str(out, json_number(any));
		break;
	case JSON_BOOL:
		BUF_LIT(out, "{\"BOOL\":");
		json_put(out, any);
		break;
	case JSON_ARRAY:
		BUF_LIT(out, "{\"L\":");
		put_elements(out, any, value_typed);
		break;
	case JSON_OBJECT:
		BUF_LIT(out, "{\"M\":");
		put_members(out, any, value_typed);
		break;
	case JSON_ABSENT:
	case JSON_NULL:
	case JSON_KIND__MAX:
		BUF_LIT(out, "{\"NULL\":true");
		break;
	}
	buf_putc(out, '}');
}

void
item_typed(struct buf *out, const struct json *any)
{
	put_members(out, any, value_typed);
}

/* ---- typed to plain */

static size_t
skip_digits(struct str n, size_t i)
{
	while (i < n.len && n.p[i] >= '0' && n.p[i] <= '9')
		i++;
	return i;
}

/* Is the text a number in JSON's grammar?  *ret_digits: significant ones. */
static bool
is_json_number(struct str n, size_t *ret_digits)
{
	size_t from = n.len > 0 && n.p[0] == '-', i = skip_digits(n, from);
	size_t digits = 0, zeros = 0;

	if (i == from || (n.p[from] == '0' && i > from + 1))
		return false;
	if (i < n.len && n.p[i] == '.') {
		size_t dot = i;

		if ((i = skip_digits(n, i + 1)) == dot + 1)
			return false;
	}
	for (size_t k = from; k < i; k++) {
		if (n.p[k] == '.' || (n.p[k] == '0' && digits == 0))
			continue;
		digits++;
		zeros = n.p[k] == '0' ? zeros + 1 : 0;
	}
	*ret_digits = digits - zeros;
	if (i == n.len)
		return true;
	if (n.p[i] != 'e' && n.p[i] != 'E')
		return false;
	if (++i < n.len && (n.p[i] == '+' || n.p[i] == '-'))
		i++;
	return i < n.len && skip_digits(n, i) == n.len;
}

/* Would a reader whose numbers are doubles keep it? */
static bool
is_exact(struct str n)
{
	struct str digits = n;
	uint64_t value;
	size_t significant;

	if (!is_json_number(n, &significant))
		return false;
	if (significant <= DIGITS_EXACT)
		return true;
	if (n.p[0] == '-') {
		digits.p++;
		digits.len--;
	}
	return str_u64(digits, INTEGERS_EXACT, &value);
}

static bool
is_plain(const struct json_member *m)
{
	struct json_member inner;

	if (str_eq(m->name, STR("N")))
		return is_exact(json_str(m->value));
	if (str_eq(m->name, STR("M")))
		return !typed_member(m->value, &inner);
	return m->name.len != 2 && !str_eq(m->name, STR("B"));
}

void
value_plain(struct buf *out, const struct json *typed)
{
	struct json_member m;
	bool plain;

	if (!typed_member(typed, &m)) {
		json_put(out, typed);
		return;
	}
	plain = is_plain(&m);
	if (!plain) {
		buf_putc(out, '{');
		json_put_str(out, m.name);
		buf_putc(out, ':');
	}
	if (str_eq(m.name, STR("M")))
		item_plain(out, m.value);
	else if (str_eq(m.name, STR("L")))
		put_elements(out, m.value, value_plain);
	else if (str_eq(m.name, STR("NULL")))
		BUF_LIT(out, "null");
	else if (str_eq(m.name, STR("N")) && plain)
		buf_puts(out, json_str(m.value));
	else
		json_put(out, m.value);
	if (!plain)
		buf_putc(out, '}');
}

void
item_plain(struct buf *out, const struct json *typed)
{
	put_members(out, typed, value_plain);
}

/* ---- cut to what can be shown */

static void
leave_out(struct buf *left_out, struct str name)
{
	struct buf quoted CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	json_put_str(&quoted, name);
	if (left_out->len > 0 &&
	    memmem(left_out->p, left_out->len, quoted.p, quoted.len) != NULL)
		return;
	if (left_out->len > 0)
		buf_putc(left_out, ',');
	buf_puts(left_out, buf_str(&quoted));
}

/* The members that are short, or those that are not. */
static void
put_fitting(struct buf *out, const struct json *typed, bool is_short,
    size_t end, struct buf *left_out)
{
	struct buf one CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct json_member m = { 0 };

	while (json_next(typed, &m)) {
		buf_reset(&one);
		json_put_str(&one, m.name);
		buf_putc(&one, ':');
		value_plain(&one, m.value);
		if ((one.len <= SHORT_MEMBER) != is_short)
			continue;
		if (out->len + one.len + 2 > end) {
			leave_out(left_out, m.name);
			continue;
		}
		if (out->p[out->len - 1] != '{')
			buf_putc(out, ',');
		buf_puts(out, buf_str(&one));
	}
}

void
item_plain_cut(struct buf *out, const struct json *typed, size_t max,
    struct buf *left_out)
{
	size_t before = out->len;

	item_plain(out, typed);
	if (out->len - before <= max || buf_err(out) != ERR_OK)
		return;
	out->len = before;
	buf_putc(out, '{');
	put_fitting(out, typed, true, before + max, left_out);
	put_fitting(out, typed, false, before + max, left_out);
	buf_putc(out, '}');
}
