/* SPDX-License-Identifier: ISC */
#include "ddb/attr.h"

#include <string.h>

#define LEAD 5 /* {"S": */

enum err
attr_name(struct arena *a, struct str name, struct attr_name *ret)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(512));

	json_put_str(&b, name);
	ret->name = arena_str(a, name);
	ret->quoted = arena_str(a, buf_str(&b));
	return ret->name.p == NULL || ret->quoted.p == NULL ? ERR_NO_MEMORY :
							      buf_err(&b);
}

/* Behind the string that begins at p; NULL: it does not end. */
static const char *
skip_string(const char *p, const char *end)
{
	const char *q, *b;

	for (q = p + 1;; q++) {
		q = memchr(q, '"', (size_t)(end - q));
		if (q == NULL)
			return NULL;
		for (b = q; b[-1] == '\\'; b--)
			continue;
		if ((q - b) % 2 == 0)
			return q + 1;
	}
}

/* Behind the object that begins at p. */
static const char *
skip_object(const char *p, const char *end)
{
	unsigned depth = 0;

	while (p != NULL && p < end) {
		char c = *p;

		if (c == '"') {
			p = skip_string(p, end);
			continue;
		}
		p++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return p;
	}
	return NULL;
}

enum err
attr_find(struct str item, const struct attr_name *names, size_t n,
    struct str *ret_values)
{
	const char *p = item.p + 1, *end = item.p + item.len, *q, *v;

	memset(ret_values, 0, n * sizeof(*ret_values));
	if (item.len < 2 || *item.p != '{')
		return ERR_STORE;
	while (p < end && *p == '"') {
		if ((q = skip_string(p, end)) == NULL || end - q < LEAD)
			return ERR_STORE;
		if ((v = skip_object(q + 1, end)) == NULL || v == end)
			return ERR_STORE;
		for (size_t i = 0; i < n; i++)
			if (str_eq(names[i].quoted,
				(struct str){ p, (size_t)(q - p) }))
				ret_values[i] =
				    (struct str){ q + 1, (size_t)(v - q - 1) };
		p = *v == ',' ? v + 1 : v;
	}
	return p + 1 == end && *p == '}' ? ERR_OK : ERR_STORE;
}

struct str
attr_type(struct str value)
{
	const char *q;

	if (value.len < LEAD ||
	    (q = memchr(value.p + 2, '"', value.len - 2)) == NULL)
		return STR("");
	return (struct str){ value.p + 2, (size_t)(q - value.p - 2) };
}

enum err
attr_content(struct arena *a, struct str value, char type, struct str *ret)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	const struct json *content;
	struct json_error error;
	enum err e;

	*ret = (struct str){ NULL, 0 };
	if (!str_eq(attr_type(value), (struct str){ &type, 1 }))
		return ERR_OK;
	if (value.len < LEAD + 3)
		return ERR_STORE;
	*ret = (struct str){ value.p + LEAD + 1, value.len - LEAD - 3 };
	if (memchr(ret->p, '\\', ret->len) == NULL)
		return ERR_OK;
	e = json_parse(value, LIMIT_JSON_DEPTH, &tree, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	(void)value_type(tree, &content);
	*ret = arena_str(a, json_str(content));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
attr_size(struct op_ctx *ctx, struct str name, struct str value, uint64_t *ret)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out w = { .ctx = ctx, .out = &scratch, .prefix = "" };
	struct json_error error;
	enum err e;

	/* Most are strings as they are; the rest is left to who knows it. */
	if (str_starts(value, STR("{\"S\":\"")) && value.len >= LEAD + 3 &&
	    memchr(value.p, '\\', value.len) == NULL) {
		*ret = name.len + value.len - LEAD - 3;
		return ERR_OK;
	}
	e = json_parse(value, LIMIT_JSON_DEPTH, &tree, &error);
	if (e == ERR_OK)
		e = value_put(&w, tree);
	if (e == ERR_OK)
		*ret = name.len + w.size;
	return e == ERR_JSON ? ERR_STORE : e;
}
