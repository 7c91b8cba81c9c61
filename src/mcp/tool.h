/* SPDX-License-Identifier: ISC */
/*
 * tool - the operations as a model sees them.
 *
 * A tool is one const row.  It exists where the operation that it names
 * exists; rights, room, body limit and readOnlyHint are the operation's.
 *
 * Layer: mcp.
 */
#ifndef MCP_TOOL_H
#define MCP_TOOL_H

#include "mcp/form.h"
#include "op/op.h"

/* One run of a tool: made for each request. */
struct tool_run {
	const struct json *args; /* fits the tool's schema, never NULL */
	struct op_ctx *ctx;
	/* Pages: how many items to ask for.  tell() may lower it and set
	 * again, when what came is too long to be shown. */
	uint64_t limit;
	bool again;
};

struct tool {
	const char *name;
	const char *title;
	const char *text; /* the description */
	const char *op;   /* the operation's name */
	bool destructive;
	bool idempotent;
	const struct form *in;
	const struct form *out;
	/* Arguments to the operation's request; op_fail() when they cannot
	 * be said. */
	enum err (*ask)(struct tool_run *r, struct buf *request);
	/* The operation's answer to the result, one JSON object. */
	enum err (*tell)(struct tool_run *r, const struct json *answer,
	    struct buf *out);
};

/* In the order in which they are listed; NULL past the end. */
const struct tool *tool_at(size_t i) NODISCARD;
/* NULL: no such tool, or its operation does not exist. */
const struct tool *tool_find(struct str name) NODISCARD;

const struct op *tool_op(const struct tool *t) NONNULL NODISCARD;
/* OP_READ or OP_WRITE; tool_op(t) is not NULL. */
unsigned tool_room(const struct tool *t) NONNULL NODISCARD;
size_t tool_body_max(const struct tool *t) NONNULL NODISCARD;
/* May a caller with these rights use it? */
bool tool_allowed(const struct tool *t, uint32_t rights) NONNULL NODISCARD;

/*
 * The definitions, as tools/list has them, separated by commas: those that
 * rights allow, behind the one named after (absent: from the start), at most
 * max.  *ret_last: the last one if more follow, else NULL.
 */
void tools_put(struct buf *out, uint32_t rights, const struct tool *after,
    size_t max, const struct tool **ret_last) __attribute__((nonnull(1, 5)));

/* ---- for the rows */

/* Text for a description, so that every tool says it alike. */
#define TOOL_VALUES                                                             \
	"Values are plain JSON (string, number, true, false, null, array, "     \
	"object). What JSON cannot say is an object with the one member S, "    \
	"N, B, SS, NS, BS, M, L, BOOL or NULL, as in DynamoDB's API: "          \
	"{\"B\":\"aGk=\"} is binary, {\"SS\":[\"a\",\"b\"]} a set, "            \
	"{\"N\":\"12345678901234567890\"} a number of many digits; a map that " \
	"has just one member of such a name is {\"M\":{...}}."

#define TOOL_TABLE                                        \
	FORM("table", STRING, .required = true, .min = 3, \
	    .max = LIMIT_TABLE_NAME, .text = "The table's name.")

/* ,"NAME": or the first of its object. */
void tool_member(struct buf *out, const char *name) NONNULL;
/* "TableName": and the argument `table`. */
void tool_table(struct buf *request, const struct tool_run *r) NONNULL;

/* An integer that the schema let pass, or what holds where it is absent. */
int64_t
tool_int(const struct tool_run *r, const char *name, int64_t other) NONNULL;

extern const struct form tool_string;

/* The arguments of expressions; a tool takes those that it lists. */
#define TOOL_NAMES_TEXT                                                    \
	"Attribute names that an expression calls by placeholders, as in " \
	"{\"#y\":\"year\"}; needed for names that are reserved words."
#define TOOL_VALUES_TEXT                                              \
	"The values that an expression calls by placeholders, as in " \
	"{\":min\":1970}."
#define TOOL_NAMES_AND_VALUES                              \
	FORM("names", MAP, .min = 1, .each = &tool_string, \
	    .text = TOOL_NAMES_TEXT),                      \
	    FORM("values", MAP, .min = 1, .text = TOOL_VALUES_TEXT)
#define TOOL_ATTRIBUTES_TEXT \
	"Only these attributes of an item. Absent: all of them."
#define TOOL_ATTRIBUTES                                                  \
	FORM("attributes", ARRAY, .min = 1, .max = LIMIT_MCP_ATTRIBUTES, \
	    .each = &tool_string, .text = TOOL_ATTRIBUTES_TEXT)

/* What a key condition of ours calls by #_h, #_r, :_h, :_r and :_s. */
struct tool_keys {
	struct str hash_name, range_name; /* the latter absent if unused */
	const struct json *hash, *low, *high;
};

/* update, condition, filter, attributes, names and values, and ours of k. */
enum err tool_expressions(struct tool_run *r, struct buf *request,
    const struct tool_keys *k) __attribute__((nonnull(1, 2))) NODISCARD;

/*
 * A cursor is opaque to the client: version, key id (0: not sealed), and
 * the place in base64.  cursor_get: false when it is not one of these.
 */
void cursor_put(struct buf *out, struct str place) NONNULL;
bool cursor_get(struct str cursor, struct buf *ret) NONNULL NODISCARD;

#define TOOL(sym) extern const struct tool tool_##sym;
#include "mcp/tool.tbl"
#undef TOOL

#endif
