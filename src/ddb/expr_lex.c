/* SPDX-License-Identifier: ISC */
#include "ddb/expr_lex.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MAX 24

static const char *const reserved[] = {
#define WORD(w) #w,
#include "ddb/reserved.tbl"
#undef WORD
};

static const struct {
	struct str word;
	enum token_kind kind;
} words[] = {
	{ STR_INIT("AND"), TOKEN_AND },
	{ STR_INIT("OR"), TOKEN_OR },
	{ STR_INIT("NOT"), TOKEN_NOT },
	{ STR_INIT("BETWEEN"), TOKEN_BETWEEN },
	{ STR_INIT("IN"), TOKEN_IN },
};

/* Longer ones first. */
static const struct {
	struct str text;
	enum token_kind kind;
} signs[] = {
	{ STR_INIT("<>"), TOKEN_NE },
	{ STR_INIT("<="), TOKEN_LE },
	{ STR_INIT(">="), TOKEN_GE },
	{ STR_INIT("="), TOKEN_EQ },
	{ STR_INIT("<"), TOKEN_LT },
	{ STR_INIT(">"), TOKEN_GT },
	{ STR_INIT("("), TOKEN_OPEN },
	{ STR_INIT(")"), TOKEN_CLOSE },
	{ STR_INIT("["), TOKEN_OPEN_INDEX },
	{ STR_INIT("]"), TOKEN_CLOSE_INDEX },
	{ STR_INIT(","), TOKEN_COMMA },
	{ STR_INIT("."), TOKEN_DOT },
	{ STR_INIT("+"), TOKEN_PLUS },
	{ STR_INIT("-"), TOKEN_MINUS },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static const char *
word_end(const char *p, const char *end)
{
	while (p < end && (is_letter(*p) || is_digit(*p)))
		p++;
	return p;
}

static struct token
word(const char *p, const char *end)
{
	struct str s = { p, (size_t)(word_end(p, end) - p) };

	for (size_t i = 0; i < NELEM(words); i++)
		if (str_caseeq(s, words[i].word))
			return (struct token){ words[i].kind, s };
	return (struct token){ TOKEN_NAME, s };
}

/* #name and :value: the sign and at least one letter or digit. */
static struct token
reference(const char *p, const char *end)
{
	const char *to = word_end(p + 1, end);
	enum token_kind kind = to == p + 1 ? TOKEN_BAD :
	    *p == '#'                      ? TOKEN_NAME_REF :
					     TOKEN_VALUE_REF;

	return (struct token){ kind, { p, (size_t)(to - p) } };
}

static struct token
number(const char *p, const char *end)
{
	const char *to = p;

	while (to < end && is_digit(*to))
		to++;
	return (struct token){ TOKEN_NUMBER, { p, (size_t)(to - p) } };
}

/* Bytes of the UTF-8 character at p, so that a refusal shows all of it. */
static size_t
character(const char *p, const char *end)
{
	size_t n = 1;

	while (p + n < end && ((unsigned char)p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

struct token
token_next(const char *p, const char *end)
{
	struct str rest;

	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	if (p == end)
		return (struct token){ TOKEN_END, { p, 0 } };
	if (is_letter(*p))
		return word(p, end);
	if (is_digit(*p))
		return number(p, end);
	if (*p == '#' || *p == ':')
		return reference(p, end);
	rest = (struct str){ p, (size_t)(end - p) };
	for (size_t i = 0; i < NELEM(signs); i++)
		if (str_starts(rest, signs[i].text))
			return (struct token){ signs[i].kind,
				{ p, signs[i].text.len } };
	return (struct token){ TOKEN_BAD, { p, character(p, end) } };
}

static int
compare(const void *key, const void *word)
{
	return strcmp(key, *(const char *const *)word);
}

bool
token_reserved(struct str name)
{
	char upper[WORD_MAX];

	if (name.len >= sizeof(upper))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	upper[name.len] = '\0';
	return bsearch(upper, reserved, NELEM(reserved), sizeof(reserved[0]),
		   compare) != NULL;
}
