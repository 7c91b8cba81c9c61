/* SPDX-License-Identifier: ISC */
/*
 * Ion's text, as far as it can say an item: what it has beside that, a time
 * or an S-expression, is refused.  Nothing is kept of a record that is not
 * whole: it is read again from its start.
 */
#include <string.h>

#include "crypto/crypto.h"
#include "ddb/ion.h"
#include "ddb/number.h"
#include "json/json.h"

#define DEPTH_MAX 40 /* an item's own limit is 32 */
#define TOKEN_MAX MIB(1)

struct parser {
	struct str text;
	size_t at;
	bool last, more; /* more: the text has ended too early */
	unsigned depth;
	struct buf *out;
	struct buf token; /* the bytes of a string or a symbol */
};

enum mode {
	ION_VALUE,
	ION_PLAIN
}; /* {"S":"x"} or "x" */

static bool put_value(struct parser *p, enum mode mode);

/* The next byte, or -1 where there is none (yet). */
static int
peek(struct parser *p)
{
	if (p->at < p->text.len)
		return (unsigned char)p->text.p[p->at];
	p->more = true;
	return -1;
}

static bool
take(struct parser *p, const char *what)
{
	const size_t n = strlen(what), left = p->text.len - p->at;

	if (memcmp(p->text.p + p->at, what, left < n ? left : n) != 0)
		return false;
	if (left < n) {
		p->more = true;
		return false;
	}
	p->at += n;
	return true;
}

/* To behind a text, or to the end. */
static bool
skip_to(struct parser *p, const char *what)
{
	const char *at =
	    memmem(p->text.p + p->at, p->text.len - p->at, what, strlen(what));

	if (at == NULL) {
		p->at = p->text.len;
		p->more = true;
		return false;
	}
	p->at = (size_t)(at - p->text.p) + strlen(what);
	return true;
}

/* White space and comments. */
static bool
space(struct parser *p)
{
	for (;;) {
		const int c = peek(p);

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			p->at++;
		} else if (c != '/') {
			return c >= 0;
		} else if (take(p, "/*")) {
			if (!skip_to(p, "*/"))
				return false;
		} else if (p->more || !take(p, "//") || !skip_to(p, "\n")) {
			return false;
		}
	}
}

/* ---- tokens */

static bool
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c == '$';
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int
hex(int c)
{
	return is_digit(c)         ? c - '0' :
	    (c >= 'a' && c <= 'f') ? c - 'a' + 10 :
	    (c >= 'A' && c <= 'F') ? c - 'A' + 10 :
				     -1;
}

static void
put_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_putc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | c >> 18));
			buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

/* So many hexadecimal digits. */
static bool
digits(struct parser *p, unsigned n, uint32_t *ret)
{
	*ret = 0;
	while (n-- > 0) {
		const int v = hex(peek(p));

		if (v < 0)
			return false;
		*ret = *ret << 4 | (uint32_t)v;
		p->at++;
	}
	return true;
}

/* \uXXXX, two of which may be one character. */
static bool
unicode(struct parser *p, unsigned n)
{
	uint32_t c, low;

	if (!digits(p, n, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00) {
		if (!take(p, "\\u") || !digits(p, 4, &low) || low < 0xdc00 ||
		    low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c > 0x10ffff || (c >= 0xdc00 && c < 0xe000))
		return false;
	put_utf8(&p->token, c);
	return true;
}

/* Behind a backslash. */
static bool
escape(struct parser *p)
{
	static const char names[] = "0abtnfrv\"'?\\/";
	static const char bytes[] = "\0\a\b\t\n\f\r\v\"'?\\/";
	const int c = peek(p);
	const char *at;

	if (c <= 0)
		return false;
	p->at++;
	if (c == '\n')
		return true;
	if (c == 'x')
		return unicode(p, 2);
	if (c == 'u')
		return unicode(p, 4);
	if (c == 'U')
		return unicode(p, 8);
	if ((at = strchr(names, c)) == NULL)
		return false;
	buf_putc(&p->token, bytes[at - names]);
	return true;
}

/* To the closing quote, which may be three; appended to the token. */
static bool
quoted(struct parser *p, const char *quote)
{
	const bool one = quote[1] == '\0';

	for (;;) {
		const int c = peek(p);

		if (c < 0 || p->token.len > TOKEN_MAX)
			return false;
		if (c == quote[0] && take(p, quote))
			return true;
		if (p->more || (one && c == '\n'))
			return false;
		p->at++;
		if (c != '\\')
			buf_putc(&p->token, (char)c);
		else if (!escape(p))
			return false;
	}
}

/* '''a''' '''b''' is one string, and so is "ab"; 'a' is a symbol. */
static bool
any_quoted(struct parser *p)
{
	buf_reset(&p->token);
	if (take(p, "\""))
		return quoted(p, "\"");
	if (p->more || !take(p, "'''"))
		return !p->more && take(p, "'") && quoted(p, "'");
	do {
		if (!quoted(p, "'''") || !space(p))
			return false;
	} while (take(p, "'''"));
	return !p->more;
}

static bool
word(struct parser *p)
{
	buf_reset(&p->token);
	if (!is_letter(peek(p)))
		return false;
	while (is_letter(peek(p)) || is_digit(peek(p)))
		buf_putc(&p->token, p->text.p[p->at++]);
	/* $10 is the number of a symbol, whose text is nowhere. */
	return !p->more &&
	    !(p->token.len > 1 && p->token.p[0] == '$' &&
		is_digit(p->token.p[1]));
}

/* ---- values */

static void
open_type(struct parser *p, enum mode mode, const char *type)
{
	if (mode == ION_VALUE)
		buf_printf(p->out, "{\"%s\":", type);
}

static bool
close_type(struct parser *p, enum mode mode)
{
	if (mode == ION_VALUE)
		buf_putc(p->out, '}');
	return buf_err(p->out) == ERR_OK;
}

static bool
put_text(struct parser *p, enum mode mode)
{
	const struct str s = buf_str(&p->token);

	if (buf_err(&p->token) != ERR_OK || !str_utf8(s))
		return false;
	open_type(p, mode, "S");
	json_put_str(p->out, s);
	return close_type(p, mode);
}

/* An integer, a decimal or a float, of whose digits nothing is lost. */
static bool
number(struct parser *p)
{
	struct str s;
	struct number n;

	buf_reset(&p->token);
	for (;; p->at++) {
		const int c = peek(p);

		if (is_digit(c) || c == '-' || c == '+' || c == '.')
			buf_putc(&p->token, (char)c);
		else if (c == 'd' || c == 'D' || c == 'e' || c == 'E') {
			if (p->token.len > 0 &&
			    p->token.p[p->token.len - 1] == '.')
				p->token.len--;
			buf_putc(&p->token, 'E');
		} else if (c != '_')
			break;
		if (p->token.len > NUMBER_TEXT_MAX)
			return false;
	}
	s = buf_str(&p->token);
	if (p->more || is_letter(peek(p)))
		return false;
	if (s.len > 0 && s.p[s.len - 1] == '.')
		s.len--;
	p->token.len = s.len;
	return number_parse(s, &n) == NUMBER_OK;
}

static bool
put_number(struct parser *p)
{
	if (!number(p))
		return false;
	buf_putc(p->out, '"');
	buf_puts(p->out, buf_str(&p->token));
	buf_putc(p->out, '"');
	return true;
}

/* {{base64}}, in which white space does not count. */
static bool
put_blob(struct parser *p)
{
	struct buf bytes CLEANUP(buf_free) = BUF_INIT(TOKEN_MAX);

	if (!take(p, "{{"))
		return false;
	buf_reset(&p->token);
	for (;; p->at++) {
		const int c = peek(p);

		if (c < 0 || p->token.len > TOKEN_MAX)
			return false;
		if (c == '}')
			break;
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			buf_putc(&p->token, (char)c);
	}
	if (!take(p, "}}") || !crypto_unbase64(&bytes, buf_str(&p->token)))
		return false;
	buf_putc(p->out, '"');
	buf_puts(p->out, buf_str(&p->token));
	buf_putc(p->out, '"');
	return true;
}

static bool
put_string(struct parser *p)
{
	return any_quoted(p) && put_text(p, ION_PLAIN);
}

static bool
put_element(struct parser *p)
{
	return put_value(p, ION_VALUE);
}

static bool
put_list(struct parser *p, bool (*put)(struct parser *p))
{
	if (!take(p, "["))
		return false;
	buf_putc(p->out, '[');
	for (size_t n = 0;; n++) {
		if (!space(p))
			return false;
		if (take(p, "]"))
			break;
		if (n > 0)
			buf_putc(p->out, ',');
		if (!put(p) || !space(p))
			return false;
		if (!take(p, ",") && peek(p) != ']')
			return false;
	}
	buf_putc(p->out, ']');
	return buf_err(p->out) == ERR_OK;
}

/* mode: of the members' values. */
static bool
put_struct(struct parser *p, enum mode mode, bool top)
{
	if (!take(p, "{"))
		return false;
	buf_putc(p->out, '{');
	for (size_t n = 0;; n++) {
		enum mode inner = mode;

		if (!space(p))
			return false;
		if (take(p, "}"))
			break;
		if (n > 0)
			buf_putc(p->out, ',');
		if (!(is_letter(peek(p)) ? word(p) : any_quoted(p)) ||
		    !put_text(p, ION_PLAIN) || !space(p) || !take(p, ":"))
			return false;
		/* What holds values of attributes: their names are its own. */
		if (top &&
		    (str_eq(buf_str(&p->token), STR("Item")) ||
			str_eq(buf_str(&p->token),
			    STR("ExpressionAttributeValues"))))
			inner = ION_VALUE;
		buf_putc(p->out, ':');
		if (!space(p) ||
		    !(top && inner == ION_VALUE ?
			    put_struct(p, ION_VALUE, false) :
			    put_value(p, inner)) ||
		    !space(p) || (!take(p, ",") && peek(p) != '}'))
			return false;
	}
	buf_putc(p->out, '}');
	return buf_err(p->out) == ERR_OK;
}

/* A set, of its annotation. */
static bool
put_set(struct parser *p)
{
	static const struct {
		struct str name;
		const char *type;
		bool (*put)(struct parser *p);
	} sets[] = {
		{ STR_INIT("$dynamodb_SS"), "SS", put_string },
		{ STR_INIT("$dynamodb_NS"), "NS", put_number },
		{ STR_INIT("$dynamodb_BS"), "BS", put_blob },
	};

	for (size_t i = 0; i < NELEM(sets); i++) {
		if (!str_eq(buf_str(&p->token), sets[i].name))
			continue;
		open_type(p, ION_VALUE, sets[i].type);
		return put_list(p, sets[i].put) && close_type(p, ION_VALUE);
	}
	return false;
}

/* null, null.string, true, false, or a symbol; or what it annotates. */
static bool
put_word(struct parser *p, enum mode mode)
{
	struct str s;

	if (!word(p) || !space(p))
		return false;
	s = buf_str(&p->token);
	if (mode == ION_VALUE && take(p, "::"))
		return space(p) && put_set(p);
	if (p->more)
		return false;
	if (str_eq(s, STR("null"))) {
		if (take(p, ".") && !word(p))
			return false;
		open_type(p, mode, "NULL");
		buf_puts(p->out, mode == ION_VALUE ? STR("true") : STR("null"));
		return close_type(p, mode);
	}
	if (str_eq(s, STR("nan")))
		return false;
	if (!str_eq(s, STR("true")) && !str_eq(s, STR("false")))
		return put_text(p, mode);
	open_type(p, mode, "BOOL");
	buf_puts(p->out, s);
	return close_type(p, mode);
}

/* What begins with this byte. */
static bool
put_kind(struct parser *p, int c, enum mode mode)
{
	if (is_letter(c))
		return put_word(p, mode);
	if (c == '"' || c == '\'')
		return any_quoted(p) && put_text(p, mode);
	if (mode == ION_PLAIN)
		return c == '{' && put_struct(p, mode, false);
	if (is_digit(c) || c == '-') {
		open_type(p, mode, "N");
		return put_number(p) && close_type(p, mode);
	}
	if (c == '[') {
		open_type(p, mode, "L");
		return put_list(p, put_element) && close_type(p, mode);
	}
	if (c != '{' || p->at + 1 == p->text.len) {
		p->more = p->more || c == '{';
		return false;
	}
	if (p->text.p[p->at + 1] == '{') {
		open_type(p, mode, "B");
		return put_blob(p) && close_type(p, mode);
	}
	open_type(p, mode, "M");
	return put_struct(p, mode, false) && close_type(p, mode);
}

static bool
put_value(struct parser *p, enum mode mode)
{
	const int c = peek(p);
	bool good;

	if (p->depth == DEPTH_MAX)
		return false;
	p->depth++;
	good = put_kind(p, c, mode);
	p->depth--;
	return good;
}

/* ---- records */

/* Spaces and version markers before a record; false: nothing is left. */
static bool
begin(struct parser *p)
{
	while (space(p))
		if (!take(p, "$ion_1_0"))
			return true;
	return false;
}

static enum lines
next(struct parser *p, size_t *ret_used)
{
	struct str rest, line;
	size_t used = 0;

	if (!begin(p))
		return p->last ? LINES_END : LINES_MORE;
	if (!p->more && put_struct(p, ION_PLAIN, true)) {
		*ret_used = p->at;
		return LINES_ONE;
	}
	if (p->more && !p->last)
		return LINES_MORE;
	/* What is none: on with the next line. */
	rest = (struct str){ p->text.p + p->at, p->text.len - p->at };
	if (lines_next(rest, p->last, &line, &used) == LINES_MORE)
		return LINES_MORE;
	*ret_used = p->at + used;
	return LINES_BAD;
}

enum lines
ion_next(struct str text, bool last, struct buf *out, size_t *ret_used)
{
	struct parser p = { .text = text,
		.last = last,
		.out = out,
		.token = BUF_INIT(2 * TOKEN_MAX) };
	enum lines l;

	if (text.len == 0)
		return last ? LINES_END : LINES_MORE;
	buf_reset(out);
	l = next(&p, ret_used);
	buf_free(&p.token);
	return l;
}
