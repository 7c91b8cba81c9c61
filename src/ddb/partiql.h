/* SPDX-License-Identifier: ISC */
/*
 * partiql - a statement of PartiQL as the trees of expr.h.
 *
 * What the language has and the service does not is refused in words.
 * Conditions and literals nest at most EXPR_DEPTH deep, which bounds the
 * stack here and in the evaluator.
 *
 * Layer: ddb.
 */
#ifndef DDB_PARTIQL_H
#define DDB_PARTIQL_H

#include "ddb/expr.h"

#define PARTIQL_TEXT_MAX 8192
#define PARTIQL_HASH_MAX 50 /* values of IN for a partition key */
#define PARTIQL_ORDER_MAX 8 /* names of ORDER BY: as many as a key may have */

enum statement_kind {
	STATEMENT_SELECT,
	STATEMENT_INSERT,
	STATEMENT_UPDATE,
	STATEMENT_DELETE,
	STATEMENT_EXISTS, /* EXISTS(SELECT ...), a check of a transaction */
};

enum returning {
	RETURNING_NOTHING,
	RETURNING_ALL_OLD,
	RETURNING_MODIFIED_OLD,
	RETURNING_ALL_NEW,
	RETURNING_MODIFIED_NEW,
};

struct statement {
	enum statement_kind kind;
	struct str table, index; /* index absent: the table itself */
	struct expr_paths paths; /* SELECT; n is 0 for a star */
	struct expr *where;      /* NULL: none */
	struct ordering {
		struct str name;
		bool descending;
	} order[PARTIQL_ORDER_MAX]; /* ORDER BY */
	size_t norder;
	const struct json *item; /* INSERT: an AttributeValue of type M */
	struct edits edits;      /* UPDATE */
	enum returning returning;
	/* The values that the text has; the parameters are borrowed. */
	struct json **values;
	size_t nvalues;
	struct json *key; /* of partiql_key() */
};

/*
 * params is an array of AttributeValues, or NULL; they have passed
 * shape_check().  ERR_VALIDATION.  *ret is to be freed either way.
 */
enum err
partiql_parse(struct op_ctx *ctx, struct str text, const struct json *params,
    struct statement *ret) __attribute__((nonnull(1, 4))) NODISCARD;
void partiql_free(struct statement *s) NONNULL;

/* Does the text look like a statement that writes, or checks for writes? */
bool partiql_writes(struct str text);

#endif
