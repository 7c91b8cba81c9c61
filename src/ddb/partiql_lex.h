/* SPDX-License-Identifier: ISC */
/* partiql_lex - tokens of PartiQL.  Private to partiql*.c. */
#ifndef DDB_PARTIQL_LEX_H
#define DDB_PARTIQL_LEX_H

#include "base/str.h"

enum partiql_kind {
	PARTIQL_END,
	PARTIQL_BAD, /* no token begins like this, or it does not end */
	PARTIQL_WORD,
	PARTIQL_QUOTED, /* "name" */
	PARTIQL_STRING, /* 'text' */
	PARTIQL_NUMBER, /* without a sign */
	PARTIQL_SIGN,   /* ( <= *: the text says which */
};

struct partiql_token {
	enum partiql_kind kind;
	struct str text; /* within the statement, with its quotes */
};

/* The token at or behind p. */
struct partiql_token partiql_next(const char *p, const char *end) NONNULL;

/* A word that stands for something, so that no name can be it unquoted. */
bool partiql_reserved(struct str word);

#endif
