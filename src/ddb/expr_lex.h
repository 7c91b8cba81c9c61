/* SPDX-License-Identifier: ISC */
/* expr_lex - tokens of the expression language.  Private to expr*.c. */
#ifndef DDB_EXPR_LEX_H
#define DDB_EXPR_LEX_H

#include "base/str.h"

enum token_kind {
	TOKEN_END,
	TOKEN_BAD, /* no token begins with this character */
	TOKEN_NAME,
	TOKEN_NAME_REF,	 /* #name */
	TOKEN_VALUE_REF, /* :value */
	TOKEN_NUMBER,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_OPEN_INDEX,
	TOKEN_CLOSE_INDEX,
	TOKEN_COMMA,
	TOKEN_DOT,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_PLUS,
	TOKEN_MINUS,
	/* Words, in any case */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_BETWEEN,
	TOKEN_IN,
};

struct token {
	enum token_kind kind;
	struct str text; /* within the expression; empty at its end */
};

/* The token at or behind p. */
struct token token_next(const char *p, const char *end) NONNULL;

/* Is it a reserved word, in any case? */
bool token_reserved(struct str name);

#endif
