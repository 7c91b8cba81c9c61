/* SPDX-License-Identifier: ISC */
#include "ddb/partiql_lex.h"

#include <string.h>

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
	    c == '\v';
}

/* White space, and comments up to the end of their line. */
static const char *
skip(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (end - p > 1 && p[0] == '-' && p[1] == '-')
			while (p + 1 < end && *p != '\n')
				p++;
		else if (!is_space(*p))
			break;
	}
	return p;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
begins_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    c == '$';
}

/* Up to the quote that is not doubled; NULL: there is none. */
static const char *
quoted(const char *p, const char *end)
{
	const char quote = *p++;

	for (; p < end; p++) {
		if (*p != quote)
			continue;
		if (p + 1 == end || p[1] != quote)
			return p + 1;
		p++;
	}
	return NULL;
}

static const char *
digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* 12, 1.5, 1., .5, 1e-3 */
static const char *
number(const char *p, const char *end)
{
	const char *e;

	p = digits(p, end);
	if (p < end && *p == '.')
		p = digits(p + 1, end);
	if (p == end || (*p != 'e' && *p != 'E'))
		return p;
	e = p + 1;
	if (e < end && (*e == '+' || *e == '-'))
		e++;
	return e < end && is_digit(*e) ? digits(e, end) : p;
}

static const char *
sign(const char *p, const char *end)
{
	static const char signs[] = "()[]{},.:;?*=<>+-";
	static const char *const two[] = { "<=", ">=", "<>", "!=", "<<", ">>" };

	for (size_t i = 0; i < NELEM(two) && end - p > 1; i++)
		if (memcmp(p, two[i], 2) == 0)
			return p + 2;
	return memchr(signs, *p, sizeof(signs) - 1) != NULL ? p + 1 : NULL;
}

struct partiql_token
partiql_next(const char *p, const char *end)
{
	struct partiql_token t = { .kind = PARTIQL_END };
	const char *to = NULL;

	p = skip(p, end);
	t.text = (struct str){ p, 0 };
	if (p == end)
		return t;
	if (begins_word(*p)) {
		t.kind = PARTIQL_WORD;
		for (to = p; to < end && (begins_word(*to) || is_digit(*to));)
			to++;
	} else if (is_digit(*p) ||
	    (*p == '.' && p + 1 < end && is_digit(p[1]))) {
		t.kind = PARTIQL_NUMBER;
		to = number(p, end);
		/* 12ab is no number. */
		if (to < end && begins_word(*to))
			to = NULL;
	} else if (*p == '"' || *p == '\'') {
		t.kind = *p == '"' ? PARTIQL_QUOTED : PARTIQL_STRING;
		to = quoted(p, end);
	} else {
		t.kind = PARTIQL_SIGN;
		to = sign(p, end);
	}
	if (to == NULL) {
		t.kind = PARTIQL_BAD;
		to = p + 1;
	}
	t.text.len = (size_t)(to - p);
	return t;
}

bool
partiql_reserved(struct str word)
{
#define WORD(w) STR_INIT(w),
	static const struct str words[] = {
#include "ddb/partiql_word.tbl"
	};
#undef WORD

	for (size_t i = 0; i < NELEM(words); i++)
		if (str_caseeq(words[i], word))
			return true;
	return false;
}
