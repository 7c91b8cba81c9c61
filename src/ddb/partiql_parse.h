/* SPDX-License-Identifier: ISC */
/* partiql_parse - the parser's state.  Private to partiql*.c. */
#ifndef DDB_PARTIQL_PARSE_H
#define DDB_PARTIQL_PARSE_H

#include "ddb/expr_parse.h"
#include "ddb/partiql.h"
#include "ddb/partiql_lex.h"

struct partiql {
	struct parser
	    x; /* memory and faults of the trees; x.e ends the parse */
	struct expr_request request; /* for x: the context alone */
	struct statement *s;
	const struct json *params;
	size_t used; /* of params */
	const char *end;
	struct partiql_token now;
};

/* Is it this word, in any case, or this sign?  take: and go on behind it. */
bool partiql_is(const struct partiql *p, const char *text) NONNULL;
bool partiql_take(struct partiql *p, const char *text) NONNULL;
void partiql_step(struct partiql *p) NONNULL;

/* Always false, p->x.e is set; what: "an operand". */
bool partiql_expected(struct partiql *p, const char *what) NONNULL;
bool partiql_refuse(struct partiql *p, const char *fmt, ...) PRINTF(2, 3);
/* Take it, or fail. */
bool partiql_need(struct partiql *p, const char *text) NONNULL;

/* A level down; leave by p->x.depth--. */
bool partiql_enter(struct partiql *p) NONNULL;

/* A word or a "name". */
bool partiql_name(struct partiql *p, struct str *ret) NONNULL;
bool partiql_path(struct partiql *p, struct expr_path *ret) NONNULL;

/* Does a literal or a parameter begin here? */
bool partiql_at_value(const struct partiql *p) NONNULL;
/* A literal or a parameter; NULL: p->x.e is set. */
const struct json *partiql_value(struct partiql *p) NONNULL;
/* The text of an AttributeValue made a value of the statement. */
const struct json *partiql_own(struct partiql *p, struct str text) NONNULL;

/* What follows WHERE. */
struct expr *partiql_condition(struct partiql *p) NONNULL;

/* SET and REMOVE, up to WHERE. */
bool partiql_edits(struct partiql *p, struct edits *ret) NONNULL;

#endif
