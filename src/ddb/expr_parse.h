/* SPDX-License-Identifier: ISC */
/* expr_parse - the parser's state.  Private to expr*.c and partiql*.c. */
#ifndef DDB_EXPR_PARSE_H
#define DDB_EXPR_PARSE_H

#include "ddb/expr.h"
#include "ddb/expr_lex.h"

/*
 * A syntax error ends the parse.  Other faults are kept until the end, and
 * of several the first in this order is told, as the service does.
 */
enum fault {
	FAULT_PARENS,
	FAULT_FUNCTION, /* no such function */
	FAULT_MISUSED,
	FAULT_SECTION, /* twice in an update */
	FAULT_RESERVED,
	FAULT_CONDITION, /* the first below in the first faulty condition */
	FAULT_UNDEFINED,
	FAULT_OVERLAP, /* of paths */
	FAULT_COUNT, /* of operands */
	FAULT_DISTINCT,
	FAULT_TYPE,
	FAULT__MAX
};

struct parser {
	struct expr_request *r;
	const char *parameter;
	const char *end;
	struct token before, now;
	unsigned depth;
	struct str fault[FAULT__MAX];
	enum err e; /* what ended the parse */
};

/* Are names and values what they must be?  Asked by the first parser. */
enum err expr_references(struct expr_request *r) NONNULL NODISCARD;

enum err parser_init(struct parser *p, struct expr_request *r,
    const char *parameter, struct str text) NONNULL NODISCARD;
/* The error to return once all is parsed. */
enum err parser_end(struct parser *p) NONNULL NODISCARD;

bool parser_take(struct parser *p, enum token_kind kind) NONNULL;
/* Always false, p->e is set. */
bool parser_syntax(struct parser *p) NONNULL;
bool parser_no_memory(struct parser *p) NONNULL;
/* Keep the first fault of its kind. */
void parser_fault(struct parser *p, enum fault f, const char *fmt, ...)
    PRINTF(3, 4);

/* a.b[3] and #a.#b; reserved words are a fault.  False: p->e is set. */
bool parse_path(struct parser *p, struct expr_path *ret) NONNULL;

/* :value, which is next. */
struct expr *parse_value_ref(struct parser *p) NONNULL;

/* The path is none that leads through the other. */
void check_overlap(struct parser *p, const struct expr_path *a,
    const struct expr_path *b) NONNULL;

/*
 * Room for one more behind n elements of the given size: as it was, or twice
 * as much with the elements copied.  NULL: p->e is set.
 */
void *parser_grow(struct parser *p, void *old, size_t n, size_t size);

/* Remember that a name or value of the request was used. */
void parser_used(struct parser *p, const struct json *v) NONNULL;

struct expr *expr_new(struct parser *p, enum expr_kind kind, size_t n)
    NONNULL;

/* After a function or comparison was read: types and counts of operands. */
void check_function(struct parser *p, struct str name, struct expr *e)
    NONNULL;
void check_compare(struct parser *p, struct str sign, struct expr *e)
    NONNULL;
void check_sum(struct parser *p, struct str sign, struct expr *e) NONNULL;
/* The value of ADD or DELETE, which section names. */
void check_section(struct parser *p, const char *section,
    const struct expr *value) NONNULL;
/* Is it a function that conditions have, or that updates have? */
bool condition_function(struct str name);
bool update_function(struct str name);
void check_between(struct parser *p, struct expr *e) NONNULL;
/* Each condition is judged by itself. */
void check_condition(struct parser *p) NONNULL;

#endif
