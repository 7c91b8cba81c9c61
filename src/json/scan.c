/* SPDX-License-Identifier: ISC */
/*
 * The scanner is ours and builds json-c's tree as it goes: json-c's own
 * tokener takes NaN, -01, single quotes, raw control characters and the last
 * of two equal names, rounds what does not fit its integers, and ends a
 * member name at U+0000.
 */
#include "json/tree.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

struct scan {
	const char *start, *p, *end;
	unsigned depth_left;
	struct buf text; /* a string without its escapes, or a number */
	enum err e;
	struct json_error *error;
};

static bool scan_value(struct scan *s, struct json_object **ret);

static bool
fail(struct scan *s, const char *at, const char *what)
{
	s->e = ERR_JSON;
	*s->error = (struct json_error){ (size_t)(at - s->start), what };
	return false;
}

static bool
no_memory(struct scan *s)
{
	s->e = ERR_NO_MEMORY;
	return false;
}

static void
space(struct scan *s)
{
	while (s->p < s->end &&
	    (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

/* After white space: is c next?  Takes it. */
static bool
take(struct scan *s, char c)
{
	space(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool
hex4(struct scan *s, unsigned *ret)
{
	unsigned v = 0;

	if (s->end - s->p < 4)
		return fail(s, s->p, "unfinished escape");
	for (int i = 0; i < 4; i++, s->p++) {
		char c = *s->p;

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v |= (unsigned)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v |= (unsigned)(c - 'A' + 10);
		else
			return fail(s, s->p, "bad \\u escape");
	}
	*ret = v;
	return true;
}

static void
put_utf8(struct buf *b, unsigned c)
{
	char u[4];
	size_t n = 0;

	if (c < 0x80) {
		u[n++] = (char)c;
	} else if (c < 0x800) {
		u[n++] = (char)(0xc0 | c >> 6);
		u[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		u[n++] = (char)(0xe0 | c >> 12);
		u[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		u[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		u[n++] = (char)(0xf0 | c >> 18);
		u[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		u[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		u[n++] = (char)(0x80 | (c & 0x3f));
	}
	buf_put(b, u, n);
}

/* p is behind "\u". */
static bool
escape_u(struct scan *s)
{
	const char *at = s->p - 2;
	unsigned c, low;

	if (!hex4(s, &c))
		return false;
	if (c >= 0xdc00 && c <= 0xdfff)
		return fail(s, at, "lone surrogate");
	if (c >= 0xd800 && c <= 0xdbff) {
		if (s->end - s->p < 2 || s->p[0] != '\\' || s->p[1] != 'u')
			return fail(s, at, "lone surrogate");
		s->p += 2;
		if (!hex4(s, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return fail(s, at, "lone surrogate");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	put_utf8(&s->text, c);
	return true;
}

/* p is behind the backslash. */
static bool
escape(struct scan *s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (s->p == s->end)
		return fail(s, s->p, "unfinished escape");
	if (*s->p == 'u') {
		s->p++;
		return escape_u(s);
	}
	if (*s->p == '\0' || (at = strchr(from, *s->p)) == NULL)
		return fail(s, s->p, "unknown escape");
	buf_putc(&s->text, to[at - from]);
	s->p++;
	return true;
}

/* Move p over the plain bytes of a string, which must be UTF-8. */
static bool
plain(struct scan *s)
{
	const char *from = s->p;
	unsigned char high = 0;

	for (; s->p < s->end; s->p++) {
		unsigned char c = (unsigned char)*s->p;

		if (c == '"' || c == '\\' || c < 0x20)
			break;
		high |= c;
	}
	if (s->p == s->end)
		return fail(s, s->p, "unfinished string");
	if ((unsigned char)*s->p < 0x20)
		return fail(s, s->p, "control character in a string");
	if (high >= 0x80 &&
	    !str_utf8((struct str){ from, (size_t)(s->p - from) }))
		return fail(s, from, "not UTF-8");
	return true;
}

/*
 * p is behind the opening quote.  Without escapes *ret borrows from the
 * text, else from s->text.
 */
static bool
string(struct scan *s, struct str *ret)
{
	const char *from = s->p;

	if (!plain(s))
		return false;
	*ret = (struct str){ from, (size_t)(s->p - from) };
	if (*s->p++ == '"')
		return true;
	buf_reset(&s->text);
	buf_puts(&s->text, *ret);
	for (;;) {
		if (!escape(s))
			return false;
		from = s->p;
		if (!plain(s))
			return false;
		buf_put(&s->text, from, (size_t)(s->p - from));
		if (*s->p++ == '"')
			break;
	}
	if (buf_err(&s->text) != ERR_OK)
		return no_memory(s);
	*ret = buf_str(&s->text);
	return true;
}

static bool
digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from || fail(s, s->p, "digit expected");
}

/* Only an exponent or very many digits can pass what a double holds. */
static bool
number_fits(struct scan *s, struct str n)
{
	buf_reset(&s->text);
	buf_puts(&s->text, n);
	buf_putc(&s->text, '\0');
	if (buf_err(&s->text) != ERR_OK)
		return no_memory(s);
	if (isinf(strtod(s->text.p, NULL)))
		return fail(s, n.p, "number too large");
	return true;
}

/*
 * A number is kept as its text, so that none is rounded: a json-c string
 * with a mark that tells it from a string.
 */
static bool
number(struct scan *s, struct json_object **ret)
{
	const char *from = s->p;
	bool exponent = false;
	size_t n;

	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (!digits(s))
		return false;
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (!digits(s))
			return false;
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		exponent = true;
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (!digits(s))
			return false;
	}
	n = (size_t)(s->p - from);
	if ((exponent || n > 300) && !number_fits(s, (struct str){ from, n }))
		return false;
	if ((*ret = json_object_new_string_len(from, (int)n)) == NULL)
		return no_memory(s);
	json_object_set_userdata(*ret, json_number_mark, NULL);
	return true;
}

static bool
word(struct scan *s, struct str w)
{
	if (!str_starts((struct str){ s->p, (size_t)(s->end - s->p) }, w))
		return fail(s, s->p, "value expected");
	s->p += w.len;
	return true;
}

static bool
array(struct scan *s, struct json_object *to)
{
	struct json_object *value;

	if (take(s, ']'))
		return true;
	do {
		if (!scan_value(s, &value))
			return false;
		if (json_object_array_add(to, value) != 0) {
			(void)json_object_put(value);
			return no_memory(s);
		}
	} while (take(s, ','));
	return take(s, ']') || fail(s, s->p, "comma or ] expected");
}

/* p is behind the quote.  The name is the caller's, NULL on failure. */
static char *
member_name(struct scan *s)
{
	const char *at = s->p;
	struct str name;
	char *copy;

	if (!string(s, &name))
		return NULL;
	if (name.len > 0 && memchr(name.p, '\0', name.len) != NULL) {
		(void)fail(s, at, "U+0000 in a member name");
		return NULL;
	}
	if ((copy = malloc(name.len + 1)) == NULL) {
		(void)no_memory(s);
		return NULL;
	}
	if (name.len > 0)
		memcpy(copy, name.p, name.len);
	copy[name.len] = '\0';
	return copy;
}

static bool
member(struct scan *s, struct lh_table *to)
{
	struct json_object *value;
	const char *at;
	unsigned long hash;
	char *name;

	if (!take(s, '"'))
		return fail(s, s->p, "member name expected");
	at = s->p - 1;
	if ((name = member_name(s)) == NULL)
		return false;
	hash = lh_get_hash(to, name);
	if (lh_table_lookup_entry_w_hash(to, name, hash) != NULL) {
		free(name);
		return fail(s, at, "duplicate member name");
	}
	if (!take(s, ':')) {
		free(name);
		return fail(s, s->p, "colon expected");
	}
	if (!scan_value(s, &value)) {
		free(name);
		return false;
	}
	if (lh_table_insert_w_hash(to, name, value, hash, 0) != 0) {
		free(name);
		(void)json_object_put(value);
		return no_memory(s);
	}
	return true;
}

static bool
object(struct scan *s, struct json_object *to)
{
	struct lh_table *t = json_object_get_object(to);

	/* From 16 slots, 40 bytes each: most objects are {"S":"x"}. */
	if (lh_table_resize(t, 2) != 0)
		return no_memory(s);
	if (take(s, '}'))
		return true;
	do {
		if (!member(s, t))
			return false;
	} while (take(s, ','));
	return take(s, '}') || fail(s, s->p, "comma or } expected");
}

/* p is behind the bracket. */
static bool
nested(struct scan *s, bool is_array, struct json_object **ret)
{
	struct json_object *o;
	bool good;

	if (s->depth_left == 0)
		return fail(s, s->p - 1, "nested too deeply");
	/* Arrays start small: a text may hold a million of them. */
	o = is_array ? json_object_new_array_ext(4) : json_object_new_object();
	if (o == NULL)
		return no_memory(s);
	s->depth_left--;
	good = is_array ? array(s, o) : object(s, o);
	s->depth_left++;
	if (!good) {
		(void)json_object_put(o);
		return false;
	}
	*ret = o;
	return true;
}

static bool
scan_value(struct scan *s, struct json_object **ret)
{
	struct str text;

	*ret = NULL; /* which is json-c's null */
	space(s);
	if (s->p == s->end)
		return fail(s, s->p, "unfinished text");
	switch (*s->p) {
	case '{':
	case '[':
		return nested(s, *s->p++ == '[', ret);
	case '"':
		s->p++;
		if (!string(s, &text))
			return false;
		*ret = json_object_new_string_len(text.p, (int)text.len);
		return *ret != NULL || no_memory(s);
	case 'n':
		return word(s, STR("null"));
	case 't':
	case 'f':
		if (!word(s, *s->p == 't' ? STR("true") : STR("false")))
			return false;
		*ret = json_object_new_boolean(s->p[-2] == 'u');
		return *ret != NULL || no_memory(s);
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return number(s, ret);
	default:
		return fail(s, s->p, "value expected");
	}
}

enum err
json_parse(struct str text, unsigned depth_max, struct json **ret,
    struct json_error *reterr)
{
	struct scan s = {
		.start = text.p,
		.p = text.p,
		.end = text.p + text.len,
		.depth_left = depth_max,
		.text = BUF_INIT(text.len + 1),
		.e = ERR_OK,
		.error = reterr,
	};
	struct json_object *tree = NULL;

	/* json-c counts in int. */
	if (text.len >= INT_MAX)
		(void)fail(&s, s.p, "text too long");
	else if (text.len == 0)
		(void)fail(&s, s.p, "unfinished text");
	else if (scan_value(&s, &tree)) {
		space(&s);
		if (s.p < s.end)
			(void)fail(&s, s.p, "more after the value");
	}
	buf_free(&s.text);
	if (s.e != ERR_OK) {
		(void)json_object_put(tree);
		return s.e;
	}
	*ret = json_own(tree);
	return ERR_OK;
}

enum err
json_check(struct str text, unsigned depth_max, struct json_error *reterr)
{
	struct json *j CLEANUP(json_freep) = NULL;

	return json_parse(text, depth_max, &j, reterr);
}
