/* SPDX-License-Identifier: ISC */
/*
 * expr - the expression language: conditions, filters, key conditions,
 * projections and updates.
 *
 * A request's expressions share their names and values: expr_begin(), then
 * each expression in the API's order, of which the first looks at the names
 * and values themselves, then expr_end(), which refuses what was named and
 * not used.  All of it comes before anything is read, and all
 * refusals are ERR_VALIDATION in the service's words.  What is returned
 * lives in the arena and borrows from the request.
 *
 * Texts are at most EXPR_TEXT_MAX bytes and nest at most EXPR_DEPTH deep,
 * which bounds the stack here and in the evaluator.
 *
 * Layer: ddb.
 */
#ifndef DDB_EXPR_H
#define DDB_EXPR_H

#include "ddb/value.h"
#include "json/json.h"
#include "op/op.h"

#define EXPR_TEXT_MAX 4096
#define EXPR_DEPTH    64
#define EXPR_IN_MAX   100

enum expr_kind {
	/* Operands */
	EXPR_PATH,
	EXPR_VALUE,
	EXPR_SIZE, /* size(path or value) */
	/* Conditions */
	EXPR_EQ,
	EXPR_NE,
	EXPR_LT,
	EXPR_LE,
	EXPR_GT,
	EXPR_GE,
	EXPR_BETWEEN, /* first of three between the others */
	EXPR_IN,      /* first of many equal to one of the others */
	EXPR_EXISTS,
	EXPR_NOT_EXISTS,
	EXPR_TYPE,
	EXPR_BEGINS_WITH,
	EXPR_CONTAINS,
	EXPR_AND,
	EXPR_OR,
	EXPR_NOT,
	/* Operands of an update alone */
	EXPR_PLUS,
	EXPR_MINUS,
	EXPR_IF_NOT_EXISTS, /* first of two is a path */
	EXPR_LIST_APPEND,
};

/* a.b[3]: names, and places in lists where name.p is NULL. */
struct expr_step {
	struct str name;
	uint32_t index;
};
struct expr_path {
	struct expr_step *steps;
	size_t n;
};

struct expr {
	enum expr_kind kind;
	bool parens; /* stood in parentheses of its own */
	struct expr **args;
	size_t n;
	struct expr_path path;	  /* EXPR_PATH */
	const struct json *value; /* EXPR_VALUE: an AttributeValue */
};

/* The expressions of one request. */
struct expr_request {
	struct op_ctx *ctx;
	const struct json *in;
	const struct json *names, *values; /* NULL: not given */
	const char *prefix;		   /* VALUE_WRITE or "" */
	const struct json **used;	   /* of names and values */
	size_t used_n;
	bool looked; /* at the names and values themselves */
};

/*
 * expressions and legacy: the parameters of this operation, each list ending
 * in NULL.  They may not be mixed.
 */
enum err expr_begin(struct expr_request *r, struct op_ctx *ctx,
    const struct json *in, const char *prefix,
    const char *const *expressions, const char *const *legacy) NONNULL
    NODISCARD;
enum err expr_end(struct expr_request *r) NONNULL NODISCARD;

/* The parameter's condition; NULL where it is not given. */
enum err expr_condition(struct expr_request *r, const char *parameter,
    struct expr **ret) NONNULL NODISCARD;

/* A list of paths of which none leads through another. */
struct expr_paths {
	struct expr_path *paths;
	size_t n; /* 0: not given */
	/* PartiQL's: each value by a name of its own, however deep; then one
	 * may lead through another.  NULL: none has one. */
	const struct str *as;
};
enum err expr_projection(struct expr_request *r, const char *parameter,
    struct expr_paths *ret) NONNULL NODISCARD;
/* The same from AttributesToGet: names of attributes. */
enum err expr_attributes(struct op_ctx *ctx, const struct json *in,
    struct expr_paths *ret) NONNULL NODISCARD;

/*
 * What UpdateExpression does, one edit for each path; no path leads through
 * another.
 */
enum edit_kind { EDIT_SET, EDIT_REMOVE, EDIT_ADD, EDIT_DELETE };
struct edit {
	enum edit_kind kind;
	struct expr_path path;
	struct expr *value; /* NULL: EDIT_REMOVE */
};
struct edits {
	struct edit *all;
	size_t n; /* 0: not given */
	bool legacy; /* from AttributeUpdates, whose refusals differ */
};
enum err expr_update(struct expr_request *r, const char *parameter,
    struct edits *ret) NONNULL NODISCARD;

/* Key attributes are scalars: no path may lead into one.  label is what the
 * refusal calls it: "Key" or "IndexKey". */
enum err expr_refuse_nested(struct op_ctx *ctx, const struct expr *e,
    struct str key, const char *label) NODISCARD;
enum err expr_refuse_nested_paths(struct op_ctx *ctx,
    const struct expr_paths *paths, struct str key, const char *label) NONNULL
    NODISCARD;
/* Does a condition look at this attribute? */
bool expr_mentions(const struct expr *e, struct str name);

/* The value at a path's end, absent where there is none. */
const struct json *expr_walk(const struct json *item,
    const struct expr_path *path) __attribute__((nonnull(2)));

/* [a, b, [3]]: as the service writes paths. */
void expr_put_path(struct buf *out, const struct expr_path *p) NONNULL;

/*
 * Does the condition hold for the item?  item is a map of AttributeValues,
 * NULL: there is none.
 */
bool expr_eval(const struct expr *e, const struct json *item);

/* Write the item's attributes, or what the paths leave of them. */
void expr_project(const struct expr_paths *paths, const struct json *item,
    struct buf *out) NONNULL;

#endif
