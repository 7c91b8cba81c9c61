/* SPDX-License-Identifier: ISC */
#include "ddb/ion.h"

#include <string.h>

#include "base/limits.h"
#include "json/json.h"

static void put_value(struct buf *out, const struct json *v);

static bool
is_word(struct str s)
{
	static const struct str taken[] = { STR_INIT("null"), STR_INIT("true"),
		STR_INIT("false"), STR_INIT("nan") };

	for (size_t i = 0; i < NELEM(taken); i++)
		if (str_eq(s, taken[i]))
			return false;
	for (size_t i = 0; i < s.len; i++) {
		const char c = s.p[i];
		const bool letter = (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return s.len > 0;
}

/* What JSON escapes is escaped alike; the quotes around are left out. */
static void
put_inside(struct buf *out, struct str s)
{
	const size_t at = out->len;

	json_put_str(out, s);
	if (buf_err(out) != ERR_OK)
		return;
	memmove(out->p + at, out->p + at + 1, out->len - at - 2);
	out->len -= 2;
}

/* A name that is no word stands in quotes. */
static void
put_symbol(struct buf *out, struct str s)
{
	struct str rest = s;

	if (is_word(s)) {
		buf_puts(out, s);
		return;
	}
	buf_putc(out, '\'');
	for (;;) {
		put_inside(out, str_cut(rest, '\'', &rest));
		if (rest.p == NULL)
			break;
		BUF_LIT(out, "\\'");
	}
	buf_putc(out, '\'');
}

/* An integer's zeros become an exponent, as the service has it: 6d2.  With
 * neither that nor a point it were no decimal. */
static void
put_number(struct buf *out, const struct json *v)
{
	struct str n = json_str(v);
	size_t zeros = 0;

	if (n.len > 0 && memchr(n.p, '.', n.len) == NULL)
		while (zeros + 1 < n.len && n.p[n.len - 1 - zeros] == '0')
			zeros++;
	n.len -= zeros;
	buf_puts(out, n);
	if (zeros > 0)
		buf_printf(out, "d%zu", zeros);
	else if (n.len == 0 || memchr(n.p, '.', n.len) == NULL)
		buf_putc(out, '.');
}

static void
put_string(struct buf *out, const struct json *v)
{
	json_put_str(out, json_str(v));
}

static void
put_blob(struct buf *out, const struct json *v)
{
	BUF_LIT(out, "{{");
	buf_puts(out, json_str(v));
	BUF_LIT(out, "}}");
}

static void
put_bool(struct buf *out, const struct json *v)
{
	buf_puts(out, json_bool(v) ? STR("true") : STR("false"));
}

static void
put_null(struct buf *out, const struct json *v UNUSED)
{
	BUF_LIT(out, "null");
}

static void
put_elements(struct buf *out, const struct json *v,
    void (*put)(struct buf *out, const struct json *v))
{
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(v); i++) {
		if (i > 0)
			buf_putc(out, ',');
		put(out, json_at(v, i));
	}
	buf_putc(out, ']');
}

static void
put_list(struct buf *out, const struct json *v)
{
	put_elements(out, v, put_value);
}

static void
put_strings(struct buf *out, const struct json *v)
{
	BUF_LIT(out, "$dynamodb_SS::");
	put_elements(out, v, put_string);
}

static void
put_numbers(struct buf *out, const struct json *v)
{
	BUF_LIT(out, "$dynamodb_NS::");
	put_elements(out, v, put_number);
}

static void
put_blobs(struct buf *out, const struct json *v)
{
	BUF_LIT(out, "$dynamodb_BS::");
	put_elements(out, v, put_blob);
}

static void
put_map(struct buf *out, const struct json *v)
{
	struct json_member m = { 0 };

	buf_putc(out, '{');
	for (size_t n = 0; json_next(v, &m); n++) {
		if (n > 0)
			buf_putc(out, ',');
		put_symbol(out, m.name);
		buf_putc(out, ':');
		put_value(out, m.value);
	}
	buf_putc(out, '}');
}

/* As deep as values may be. */
static void
put_value(struct buf *out, const struct json *v)
{
	static const struct {
		struct str type;
		void (*put)(struct buf *out, const struct json *v);
	} types[] = {
		{ STR_INIT("S"), put_string },
		{ STR_INIT("N"), put_number },
		{ STR_INIT("B"), put_blob },
		{ STR_INIT("BOOL"), put_bool },
		{ STR_INIT("NULL"), put_null },
		{ STR_INIT("M"), put_map },
		{ STR_INIT("L"), put_list },
		{ STR_INIT("SS"), put_strings },
		{ STR_INIT("NS"), put_numbers },
		{ STR_INIT("BS"), put_blobs },
	};
	struct json_member m = { 0 };

	if (!json_next(v, &m))
		return;
	for (size_t i = 0; i < NELEM(types); i++)
		if (str_eq(m.name, types[i].type))
			types[i].put(out, m.value);
}

enum err
ion_put_item(struct str item, struct buf *out)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct json_error error;

	if (json_parse(item, LIMIT_JSON_DEPTH, &tree, &error) != ERR_OK)
		return ERR_STORE;
	put_map(out, tree);
	return buf_err(out);
}
