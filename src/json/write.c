/* SPDX-License-Identifier: ISC */
#include "json/json.h"

#include <stdlib.h>

/* The letter behind the backslash; u: four hexadecimal digits follow. */
static char
escape_of(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return c < 0x20 ? 'u' : 0;
	}
}

void
json_put_str(struct buf *out, struct str s)
{
	size_t done = 0;

	buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char letter;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		letter = escape_of(c);
		buf_put(out, s.p + done, i - done);
		done = i + 1;
		buf_putc(out, '\\');
		buf_putc(out, letter);
		if (letter == 'u')
			buf_printf(out, "%04x", c);
	}
	if (s.len > done)
		buf_put(out, s.p + done, s.len - done);
	buf_putc(out, '"');
}

static void
put_array(struct buf *out, const struct json *j)
{
	size_t n = json_len(j);

	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		json_put(out, json_at(j, i));
	}
	buf_putc(out, ']');
}

static void
put_object(struct buf *out, const struct json *j)
{
	struct json_member m = { 0 };

	buf_putc(out, '{');
	while (json_next(j, &m)) {
		if (out->len > 0 && out->p[out->len - 1] != '{')
			buf_putc(out, ',');
		json_put_str(out, m.name);
		buf_putc(out, ':');
		json_put(out, m.value);
	}
	buf_putc(out, '}');
}

/* As deep as the tree, which json_parse() has bounded. */
void
json_put(struct buf *out, const struct json *j)
{
	switch (json_kind(j)) {
	case JSON_BOOL:
		buf_puts(out, json_bool(j) ? STR("true") : STR("false"));
		break;
	case JSON_NUMBER:
		buf_puts(out, json_number(j));
		break;
	case JSON_STRING:
		json_put_str(out, json_str(j));
		break;
	case JSON_ARRAY:
		put_array(out, j);
		break;
	case JSON_OBJECT:
		put_object(out, j);
		break;
	case JSON_ABSENT:
	case JSON_NULL:
	case JSON_KIND__MAX:
		BUF_LIT(out, "null");
		break;
	}
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(((const struct json_member *)a)->name,
	    ((const struct json_member *)b)->name);
}

static bool
put_sorted_array(struct buf *out, const struct json *j, struct arena *a)
{
	size_t n = json_len(j);
	bool good = true;

	buf_putc(out, '[');
	for (size_t i = 0; i < n && good; i++) {
		if (i > 0)
			buf_putc(out, ',');
		good = json_put_sorted(out, json_at(j, i), NULL, a);
	}
	buf_putc(out, ']');
	return good;
}

bool
json_put_sorted(struct buf *out, const struct json *j, const char *leave_out,
    struct arena *a)
{
	struct json_member m = { 0 }, *all;
	bool good = true;
	size_t n = 0;

	if (json_kind(j) == JSON_ARRAY)
		return put_sorted_array(out, j, a);
	if (json_kind(j) != JSON_OBJECT) {
		json_put(out, j);
		return true;
	}
	if ((all = arena_alloc(a, (json_len(j) + 1) * sizeof(*all))) == NULL)
		return false;
	while (json_next(j, &m))
		if (leave_out == NULL || !str_eq(m.name, str_from(leave_out)))
			all[n++] = m;
	qsort(all, n, sizeof(*all), by_name);
	buf_putc(out, '{');
	for (size_t i = 0; i < n && good; i++) {
		if (i > 0)
			buf_putc(out, ',');
		json_put_str(out, all[i].name);
		buf_putc(out, ':');
		good = json_put_sorted(out, all[i].value, NULL, a);
	}
	buf_putc(out, '}');
	return good;
}
