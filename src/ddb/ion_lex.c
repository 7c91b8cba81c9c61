/* SPDX-License-Identifier: ISC */
#include "ddb/ion_lex.h"

#include <string.h>

#include "crypto/crypto.h"
#include "ddb/number.h"

int
ion_peek(struct ion_lex *l)
{
	if (l->at < l->text.len)
		return (unsigned char)l->text.p[l->at];
	l->more = true;
	return -1;
}

bool
ion_take(struct ion_lex *l, const char *what)
{
	const size_t n = strlen(what), left = l->text.len - l->at;

	if (memcmp(l->text.p + l->at, what, left < n ? left : n) != 0)
		return false;
	if (left < n) {
		l->more = true;
		return false;
	}
	l->at += n;
	return true;
}

/* To behind a text, or to the end. */
static bool
skip_to(struct ion_lex *l, const char *what)
{
	const char *at =
	    memmem(l->text.p + l->at, l->text.len - l->at, what, strlen(what));

	if (at == NULL) {
		l->at = l->text.len;
		l->more = true;
		return false;
	}
	l->at = (size_t)(at - l->text.p) + strlen(what);
	return true;
}

static bool
is_space(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
ion_space(struct ion_lex *l)
{
	for (;;) {
		const int c = ion_peek(l);

		if (is_space(c)) {
			l->at++;
		} else if (c != '/') {
			return c >= 0;
		} else if (ion_take(l, "/*")) {
			if (!skip_to(l, "*/"))
				return false;
		} else if (l->more || !ion_take(l, "//") || !skip_to(l, "\n")) {
			return false;
		}
	}
}

bool
ion_is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c == '$';
}

bool
ion_is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int
hex(int c)
{
	return ion_is_digit(c)     ? c - '0' :
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
digits(struct ion_lex *l, unsigned n, uint32_t *ret)
{
	*ret = 0;
	while (n-- > 0) {
		const int v = hex(ion_peek(l));

		if (v < 0)
			return false;
		*ret = *ret << 4 | (uint32_t)v;
		l->at++;
	}
	return true;
}

/* \uXXXX, two of which may be one character. */
static bool
unicode(struct ion_lex *l, unsigned n)
{
	uint32_t c, low;

	if (!digits(l, n, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00) {
		if (!ion_take(l, "\\u") || !digits(l, 4, &low) ||
		    low < 0xdc00 || low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c > 0x10ffff || (c >= 0xdc00 && c < 0xe000))
		return false;
	put_utf8(&l->token, c);
	return true;
}

/* Behind a CR: a LF belongs to it. */
static bool
line_end(struct ion_lex *l, int c)
{
	return c != '\r' || ion_take(l, "\n") || !l->more;
}

/* Behind a backslash. */
static bool
escape(struct ion_lex *l)
{
	static const char names[] = "0abtnfrv\"'?\\/";
	static const char bytes[] = "\0\a\b\t\n\f\r\v\"'?\\/";
	const int c = ion_peek(l);
	const char *at;

	if (c <= 0)
		return false;
	l->at++;
	if (c == '\n' || c == '\r')
		return line_end(l, c);
	if (c == 'x')
		return unicode(l, 2);
	if (c == 'u')
		return unicode(l, 4);
	if (c == 'U')
		return unicode(l, 8);
	if ((at = strchr(names, c)) == NULL)
		return false;
	buf_putc(&l->token, bytes[at - names]);
	return true;
}

/* As it is, but for a line's end, which long strings alone have: it is LF. */
static bool
character(struct ion_lex *l, int c)
{
	buf_putc(&l->token, (char)(c == '\r' ? '\n' : c));
	return line_end(l, c);
}

/* To the closing quote, which may be three; appended to the token. */
static bool
quoted(struct ion_lex *l, const char *quote)
{
	const bool one = quote[1] == '\0';

	for (;;) {
		const int c = ion_peek(l);

		if (c < 0 || l->token.len > ION_TOKEN_MAX)
			return false;
		if (c == quote[0] && ion_take(l, quote))
			return true;
		if (l->more || (one && (c == '\n' || c == '\r')))
			return false;
		l->at++;
		if (c == '\\' ? !escape(l) : !character(l, c))
			return false;
	}
}

/* '''a''' '''b''' is one string, and so is "ab"; 'a' is a symbol. */
bool
ion_quoted(struct ion_lex *l)
{
	buf_reset(&l->token);
	if (ion_take(l, "\""))
		return quoted(l, "\"");
	if (l->more || !ion_take(l, "'''"))
		return !l->more && ion_take(l, "'") && quoted(l, "'");
	do {
		if (!quoted(l, "'''") || !ion_space(l))
			return false;
	} while (ion_take(l, "'''"));
	return !l->more;
}

bool
ion_word(struct ion_lex *l)
{
	buf_reset(&l->token);
	if (!ion_is_letter(ion_peek(l)))
		return false;
	while (ion_is_letter(ion_peek(l)) || ion_is_digit(ion_peek(l)))
		buf_putc(&l->token, l->text.p[l->at++]);
	/* $10 is the number of a symbol, whose text is nowhere. */
	return !l->more &&
	    !(l->token.len > 1 && l->token.p[0] == '$' &&
		ion_is_digit(l->token.p[1]));
}

static bool
between_digits(struct ion_lex *l)
{
	const size_t next = l->at + 1;

	if (next == l->text.len)
		l->more = true;
	return l->at > 0 && ion_is_digit(l->text.p[l->at - 1]) &&
	    next < l->text.len && ion_is_digit(l->text.p[next]);
}

bool
ion_number(struct ion_lex *l)
{
	struct str s;
	struct number n;

	buf_reset(&l->token);
	for (;; l->at++) {
		const int c = ion_peek(l);

		if (ion_is_digit(c) || c == '-' || c == '+' || c == '.')
			buf_putc(&l->token, (char)c);
		else if (c == 'd' || c == 'D' || c == 'e' || c == 'E') {
			if (l->token.len > 0 &&
			    l->token.p[l->token.len - 1] == '.')
				l->token.len--;
			buf_putc(&l->token, 'E');
		} else if (c != '_' || !between_digits(l))
			break;
		if (l->token.len > NUMBER_TEXT_MAX)
			return false;
	}
	s = buf_str(&l->token);
	if (l->more || ion_is_letter(ion_peek(l)))
		return false;
	if (s.len > 0 && s.p[s.len - 1] == '.')
		s.len--;
	l->token.len = s.len;
	return number_parse(s, &n) == NUMBER_OK;
}

bool
ion_blob(struct ion_lex *l)
{
	struct buf bytes CLEANUP(buf_free) = BUF_INIT(ION_TOKEN_MAX);

	if (!ion_take(l, "{{"))
		return false;
	buf_reset(&l->token);
	for (;; l->at++) {
		const int c = ion_peek(l);

		if (c < 0 || l->token.len > ION_TOKEN_MAX)
			return false;
		if (c == '}')
			break;
		if (!is_space(c))
			buf_putc(&l->token, (char)c);
	}
	return ion_take(l, "}}") && crypto_unbase64(&bytes, buf_str(&l->token));
}

/* How much deeper what begins with this byte is; it is passed over. */
static bool
pass_one(struct ion_lex *l, int c, int *deeper)
{
	if (c == '"' || c == '\'')
		return ion_quoted(l);
	if (c == '/')
		return ion_space(l);
	if (ion_take(l, "{{"))
		return skip_to(l, "}}");
	if (c == '{' || c == '[' || c == '(')
		*deeper = 1;
	else if (c == '}' || c == ']' || c == ')')
		*deeper = -1;
	l->at++;
	return !l->more;
}

bool
ion_pass(struct ion_lex *l)
{
	const size_t begin = l->at;
	int depth = 0;

	do {
		const int c = ion_peek(l);
		int deeper = 0;

		if (c < 0 || l->at - begin > ION_PASS_MAX ||
		    !pass_one(l, c, &deeper))
			return false;
		depth += deeper;
	} while (depth > 0);
	return l->at > begin + 1;
}
