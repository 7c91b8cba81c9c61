/* SPDX-License-Identifier: ISC */
/*
 * Memory is taken for binaries alone, whose base64 does not sort as their
 * bytes do.  Where there is none left, they compare as unequal texts do.
 */
#include "ddb/compare.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "ddb/number.h"

struct operand
operand_of(const struct json *value)
{
	struct operand o = { .type = VALUE_NONE };

	if (value != NULL)
		o.type = value_type(value, &o.content);
	return o;
}

static bool
number_of(struct operand o, struct number *ret)
{
	char text[24];

	if (o.content != NULL)
		return number_parse(json_str(o.content), ret) == NUMBER_OK;
	(void)snprintf(text, sizeof(text), "%lld", (long long)o.number);
	return number_parse(str_from(text), ret) == NUMBER_OK;
}

static bool
binary_order(struct str a, struct str b, int *ret)
{
	struct buf x CLEANUP(buf_free) = BUF_INIT(a.len);
	struct buf y CLEANUP(buf_free) = BUF_INIT(b.len);

	if (!crypto_unbase64(&x, a) || !crypto_unbase64(&y, b))
		return false;
	*ret = str_cmp(buf_str(&x), buf_str(&y));
	return true;
}

bool
operand_order(struct operand a, struct operand b, int *ret)
{
	struct number x, y;

	if (a.type != b.type)
		return false;
	if (a.type == VALUE_N) {
		if (!number_of(a, &x) || !number_of(b, &y))
			return false;
		*ret = number_cmp(&x, &y);
		return true;
	}
	if (a.type == VALUE_S) {
		*ret = str_cmp(json_str(a.content), json_str(b.content));
		return true;
	}
	return a.type == VALUE_B &&
	    binary_order(json_str(a.content), json_str(b.content), ret);
}

/* Elements of two sets of the same type. */
static bool
element_equal(enum value_type t, const struct json *a, const struct json *b)
{
	struct number x, y;

	if (t != VALUE_NS)
		return str_eq(json_str(a), json_str(b));
	return number_parse(json_str(a), &x) == NUMBER_OK &&
	    number_parse(json_str(b), &y) == NUMBER_OK &&
	    number_cmp(&x, &y) == 0;
}

static bool
in_set(enum value_type t, const struct json *set, const struct json *one)
{
	for (size_t i = 0; i < json_len(set); i++)
		if (element_equal(t, json_at(set, i), one))
			return true;
	return false;
}

/* Elements are unique: as many, and each of a in b. */
static bool
set_equal(enum value_type t, const struct json *a, const struct json *b)
{
	size_t n = json_len(a);
	bool same = n == json_len(b);

	for (size_t i = 0; i < n && same; i++)
		same = in_set(t, b, json_at(a, i));
	return same;
}

static bool
list_equal(const struct json *a, const struct json *b)
{
	size_t n = json_len(a);
	bool same = n == json_len(b);

	for (size_t i = 0; i < n && same; i++)
		same = operand_equal(operand_of(json_at(a, i)),
		    operand_of(json_at(b, i)));
	return same;
}

static bool
map_equal(const struct json *a, const struct json *b)
{
	struct json_member m = { 0 };
	bool same = json_len(a) == json_len(b);

	while (same && json_next(a, &m))
		same = operand_equal(operand_of(m.value),
		    operand_of(json_find(b, m.name)));
	return same;
}

/* As deep as values nest. */
bool
operand_equal(struct operand a, struct operand b)
{
	int order;

	if (a.type != b.type)
		return false;
	switch (a.type) {
	case VALUE_S:
	case VALUE_N:
		return operand_order(a, b, &order) && order == 0;
	case VALUE_B:
		return str_eq(json_str(a.content), json_str(b.content));
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		return set_equal(a.type, a.content, b.content);
	case VALUE_BOOL:
		return json_bool(a.content) == json_bool(b.content);
	case VALUE_NULL:
		return true;
	case VALUE_L:
		return list_equal(a.content, b.content);
	case VALUE_M:
		return map_equal(a.content, b.content);
	case VALUE_NONE:
	case VALUE__MAX:
		break;
	}
	return false;
}

bool
operand_begins_with(struct operand a, struct operand prefix)
{
	if (a.type != prefix.type)
		return false;
	if (a.type == VALUE_S)
		return str_starts(json_str(a.content),
		    json_str(prefix.content));
	if (a.type == VALUE_B) {
		struct str s = json_str(a.content);
		struct str t = json_str(prefix.content);
		struct buf x CLEANUP(buf_free) = BUF_INIT(s.len);
		struct buf y CLEANUP(buf_free) = BUF_INIT(t.len);

		return crypto_unbase64(&x, s) && crypto_unbase64(&y, t) &&
		    str_starts(buf_str(&x), buf_str(&y));
	}
	return false;
}

static bool
has_part(struct str s, struct str part)
{
	return part.len == 0 ||
	    (s.len >= part.len && memmem(s.p, s.len, part.p, part.len) != NULL);
}

bool
operand_contains(struct operand a, struct operand part)
{
	enum value_type t = part.type;

	if (a.type == VALUE_S && t == VALUE_S)
		return has_part(json_str(a.content), json_str(part.content));
	if (a.type == VALUE_B && t == VALUE_B) {
		struct str s = json_str(a.content);
		struct str p = json_str(part.content);
		struct buf x CLEANUP(buf_free) = BUF_INIT(s.len);
		struct buf y CLEANUP(buf_free) = BUF_INIT(p.len);

		return crypto_unbase64(&x, s) && crypto_unbase64(&y, p) &&
		    has_part(buf_str(&x), buf_str(&y));
	}
	if ((a.type == VALUE_SS && t == VALUE_S) ||
	    (a.type == VALUE_NS && t == VALUE_N && part.content != NULL) ||
	    (a.type == VALUE_BS && t == VALUE_B))
		return in_set(a.type, a.content, part.content);
	if (a.type == VALUE_L)
		for (size_t i = 0; i < json_len(a.content); i++)
			if (operand_equal(operand_of(json_at(a.content, i)),
				part))
				return true;
	return false;
}

static int64_t
utf16_units(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		n += ((c & 0xc0) != 0x80) + (c >= 0xf0);
	}
	return n;
}

struct operand
operand_size(struct operand a)
{
	struct operand o = { .type = VALUE_N };
	struct str s = json_str(a.content);

	switch (a.type) {
	case VALUE_S:
		o.number = utf16_units(s);
		break;
	case VALUE_B:
		o.number = (int64_t)(s.len / 4 * 3) -
		    (str_ends(s, STR("==")) ? 2 : str_ends(s, STR("=")));
		break;
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
	case VALUE_L:
	case VALUE_M:
		o.number = (int64_t)json_len(a.content);
		break;
	case VALUE_N:
	case VALUE_BOOL:
	case VALUE_NULL:
	case VALUE_NONE:
	case VALUE__MAX:
		o.type = VALUE_NONE;
		break;
	}
	return o;
}
