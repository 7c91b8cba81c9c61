/* SPDX-License-Identifier: ISC */
/*
 * tool - the operations as a model sees them.
 *
 * A tool is one const row and one line in tool.tbl.  It exists where the
 * operation that it names exists; rights, room, body limit and readOnlyHint
 * are the operation's.  The whole of one that only carries members over:
 *
 *	const struct tool tool_update_time_to_live = {
 *		.name = "update_time_to_live",
 *		.title = "Let items expire",
 *		.text = "What a model must know, in a few sentences.",
 *		.op = "UpdateTimeToLive",
 *		.group = TOOL_TTL,
 *		.idempotent = true,
 *		.in = TOOL_FORM(TOOL_TABLE,
 *		    FORM("enabled", BOOL, .required = true,
 *			.api = "TimeToLiveSpecification.Enabled"),
 *		    FORM("attribute", STRING, .required = true, .min = 1,
 *			.text = "Holds the second of its end.",
 *			.api = "TimeToLiveSpecification.AttributeName")),
 *		.out = TOOL_FORM(FORM("attribute", STRING, .required = true,
 *		    .api = "TimeToLiveSpecification.AttributeName")),
 *	};
 *
 * What form.h's api and as cannot say is said by ask and tell.  The tests
 * want an example of each tool in tests/70-mcp/examples.json.
 *
 * Layer: mcp.
 */
#ifndef MCP_TOOL_H
#define MCP_TOOL_H

#include "mcp/form.h"
#include "op/op.h"

enum tool_group {
#define GROUP(id, name, text) TOOL_##id,
#include "mcp/group.tbl"
#undef GROUP
	TOOL_GROUP__MAX
};
const char *tool_group_name(enum tool_group g) NODISCARD;
const char *tool_group_text(enum tool_group g) NODISCARD;

struct call;

/* One run of a tool: made for each request. */
struct tool_run {
	const struct tool *tool;
	const struct json *args; /* fits the tool's schema, never NULL */
	struct op_ctx *ctx;
	/* Pages: how many items to ask for.  It is lowered and again set,
	 * when what came is too long to be shown. */
	uint64_t limit;
	bool again;
};

enum tool_reach {
	TOOL_ONE = 0,
	TOOL_REACHES_READING, /* calls another that reads, named in `tool` */
	TOOL_REACHES_ALL,
};

/*
 * Work that goes on when the operation has answered, and the operations that
 * tell of it and end it (task.h).  What `op` answers is made to look as what
 * the tool's own operation answers: its member `under`, then that as the one
 * member `as`.  The others are paths in that, "A.B"; NULL: there is none.
 */
struct tool_work {
	const char *op; /* asked {by: name} */
	const char *by;
	const char *under, *as;
	const char *name;   /* what it is called */
	const char *same;   /* if this is another, so is the work */
	const char *status; /* IN_PROGRESS and the like, see task.c */
	bool (*busy)(const struct json *answer); /* whatever status says */
	const char *why;   /* it failed; "Cancelled": its client wanted so */
	const char *ended; /* when: seconds */
	const char *input, *error; /* it waits for these; it broke by this */
	/* Asked {"Name": name}: {"Done":N,"Total":N,"Unit":TEXT}; to end it;
	 * and {"Name": name, "Responses": {...}}. */
	const char *progress, *cancel, *update;
};

/* That of a job of the store. */
#define TOOL_WORK .progress = "DescribeWork", .cancel = "CancelWork"
/* Of a table that is made or changed: until it and its indexes are there. */
extern const struct tool_work tool_table_work;

struct tool {
	const char *name;
	const char *title;
	const char *text; /* the description */
	const char *op;	  /* the operation's name; NULL: run */
	enum tool_group group;
	bool core;	/* listed by default; the others on demand */
	bool on_demand; /* not listed where all are: it leads to them */
	bool destructive;
	bool idempotent;
	/* Its human is asked before it is run, and told this; NULL: only
	 * where the configuration says so. */
	const char *loses;
	/* But not for such arguments. */
	bool (*spares)(const struct json *args);
	/* Of a change that undo does not take: how it is taken back, and the
	 * tool that says how it was.  The result has both, as take_back and
	 * before, which no schema lists. */
	const char *back;
	const struct tool *before;
	/* What leads on where a name was not right: "list_backups shows the
	 * backups".  NULL: get_overview does. */
	const char *shows;
	const struct form *in;
	const struct form *out;

	/* Constant members of the operation's request, as JSON. */
	const char *request;
	/* Arguments to the operation's request, an object; op_fail() when
	 * they cannot be said.  NULL: map_request() alone. */
	enum err (*ask)(struct tool_run *r, struct buf *request);
	/* The operation's answer to the result, one JSON object.  NULL:
	 * map_result() alone. */
	enum err (*tell)(struct tool_run *r, const struct json *answer,
	    struct buf *out);

	/* A tool that is no operation: its result, and what it needs. */
	enum err (*run)(struct tool_run *r, struct buf *out);
	/* As an operation's; also where the operation itself has none, since
	 * its request says whether it writes: then ask sees to it. */
	unsigned flags;
	size_t body_max; /* as an operation's */
	enum tool_reach reach;
	const char *needs; /* a capability of the client, or NULL */
	const struct tool_work *work; /* that it begins; NULL: none */
	/* One that speaks to its client itself: the members of its result. */
	enum err (*speak)(struct call *c, struct buf *out);
};

#define TOOL_FORM(...) \
	(&(const struct form){ .type = FORM_OBJECT, FORM_LIST(__VA_ARGS__) })
#define TOOL_NO_FORM (&(const struct form){ .type = FORM_OBJECT })
#define TOOL_ANY_FORM (&(const struct form){ .type = FORM_MAP })

/* In the order in which they are listed; NULL past the end. */
const struct tool *tool_at(size_t i) NODISCARD;
/* NULL: no such tool, or its operation does not exist. */
const struct tool *tool_find(struct str name) NODISCARD;

/* NULL: there is no such operation, or the tool is none. */
const struct op *tool_op(const struct tool *t) NONNULL NODISCARD;
/* OP_READ or OP_WRITE; of one that reaches others the most they need. */
unsigned tool_room(const struct tool *t) NONNULL NODISCARD;
size_t tool_body_max(const struct tool *t) NONNULL NODISCARD;
/* May the caller use it, by the rights and the groups of the token?
 * ERR_SCOPE; ERR_READ_ONLY, if it is the server that allows nobody. */
enum err tool_may(const struct tool *t,
    const struct op_ctx *ctx) NONNULL NODISCARD;
bool tool_allowed(const struct tool *t,
    const struct op_ctx *ctx) NONNULL NODISCARD;
/* What is said of either; in the arena, or constant. */
const char *tool_refusal(const struct tool *t, enum err e,
    struct arena *arena) NONNULL NODISCARD;

/* Does it ask its human, for these arguments (NULL: for some)? */
bool tool_asks(const struct tool *t, const struct op_ctx *ctx,
    const struct json *args) __attribute__((nonnull(1, 2))) NODISCARD;
/* Its arguments: with `confirm` where it may ask.  NULL: no memory. */
const struct form *
tool_in(const struct tool *t, const struct op_ctx *ctx) NONNULL NODISCARD;

/* One definition, as tools/list has it. */
void tool_put(struct buf *out, const struct tool *t,
    const struct op_ctx *ctx) NONNULL;
/* Members of a CallToolResult: a text; a result, as text and as it is. */
void tool_put_text(struct buf *out, struct str text) NONNULL;
void tool_put_result(struct buf *out, struct str result) NONNULL;
/* The argument that a header mirrors where that is asked for, or NULL. */
const struct form *tool_mirrored(const struct tool *t) NONNULL NODISCARD;

/*
 * The definitions, separated by commas: those that the caller may use and
 * are listed for it, behind the one named after (absent: from the start), at
 * most max.  *ret_last: the last one if more follow, else NULL.
 */
void tools_put(struct buf *out, const struct op_ctx *ctx,
    const struct tool *after, size_t max, const struct tool **ret_last)
    __attribute__((nonnull(1, 2, 5)));

/* ---- for the rows */

/* Text for a description, so that every tool says it alike; more is in
 * mcp_instructions. */
#define TOOL_VALUES                                               \
	"Values are plain JSON, or typed where that is not exact: " \
	"{\"N\":\"1.50\"}, {\"B\":\"aGk=\"}, {\"SS\":[\"a\"]}."

/* The operation itself says what a name may be. */
#define TOOL_TABLE                                                \
	FORM("table", STRING, .required = true, .mirrored = true, \
	    .api = "TableName")
/* The same where the API wants its ARN. */
#define TOOL_TABLE_ARN                                                \
	FORM("table", STRING, .required = true, .mirrored = true,     \
	    .api = "ResourceArn",                                     \
	    .as = FORM_AS_TABLE)

#define TOOL_TIME_TEXT "UTC, as 2026-01-31T23:59:59Z."

/* Pages: the arguments, and what a result has of its end. */
#define TOOL_PAGE(most, usual, start)                                   \
	FORM("limit", INTEGER, .min = 1, .max = (most), .api = "Limit", \
	    .as = FORM_AS_LIMIT, .init = (usual)),                      \
	    TOOL_CURSOR(start)
#define TOOL_CURSOR(start)                                               \
	FORM("cursor", STRING, .api = (start), .as = FORM_AS_CURSOR, \
	    .text = "next_cursor of the page before.")
#define TOOL_NEXT(last)                                               \
	FORM("next_cursor", STRING, .api = (last), .as = FORM_AS_CURSOR), \
	    FORM("note", STRING, .api = (last), .as = FORM_AS_NOTE)

/* Of an operation that answers nothing: {"done":true}. */
#define TOOL_DONE_FORM TOOL_FORM(FORM("done", BOOL, .required = true))
enum err tool_tell_done(struct tool_run *r, const struct json *answer,
    struct buf *out) NONNULL NODISCARD;

/* Of one with Responses: items as far as they can be shown, or errors. */
enum err tool_tell_responses(struct tool_run *r, const struct json *answer,
    struct buf *out) NONNULL NODISCARD;
/* A line for each reason of a transaction that was cancelled, by its place in
 * the tool's first argument; members as op_ctx.error_members, or NULL. */
void tool_tell_reasons(const struct tool *t, const struct buf *members,
    struct buf *out) __attribute__((nonnull(1, 3)));

#define TOOL_ONCE_TEXT "A name of yours: the same call is done once in 10 min."
#define TOOL_ONCE                                                     \
	FORM("once", STRING, .min = 1, .max = 36, .text = TOOL_ONCE_TEXT, \
	    .api = "ClientRequestToken")

/* Of a result: what the tool undo takes to take the change back.  It is the
 * operation's Undo, or names the rows of the log. */
#define TOOL_UNDO FORM("undo", STRING)
#define TOOL_LOSES_ITEMS                                               \
	"More than 10 items are deleted; undo brings them back for 24 " \
	"hours."

/* ,"NAME": or the first of its object. */
void tool_member(struct buf *out, const char *name) NONNULL;
void tool_member_str(struct buf *out, struct str name) NONNULL;
/* "TableName": and the argument `table`. */
void tool_table(struct buf *request, const struct tool_run *r) NONNULL;

/* An integer that the schema let pass, or what holds where it is absent. */
int64_t
tool_int(const struct tool_run *r, const char *name, int64_t other) NONNULL;

extern const struct form tool_string; /* not empty */
extern const struct form tool_name;   /* whatever the operation takes */

/* The arguments of expressions; a tool takes those that it lists. */
#define TOOL_NAMES_TEXT	 "As {\"#y\":\"year\"}."
#define TOOL_VALUES_TEXT "As {\":min\":1970}."
#define TOOL_NAMES_AND_VALUES                                             \
	FORM("names", MAP, .each = &tool_name, .text = TOOL_NAMES_TEXT), \
	    FORM("values", MAP, .text = TOOL_VALUES_TEXT)
#define TOOL_ATTRIBUTES_TEXT "Only these."
#define TOOL_ATTRIBUTES                                                  \
	FORM("attributes", ARRAY, .max = LIMIT_MCP_ATTRIBUTES, \
	    .each = &tool_name, .text = TOOL_ATTRIBUTES_TEXT)

/* How long an item may be shown: without end where its attributes are named.
 * What item_plain_cut() left out of a result, if anything: ,"left_out":[...]
 * and, where there is no other note, ,"note":"...: how it can be read". */
size_t tool_item_max(const struct tool_run *r) NONNULL;
#define TOOL_LEFT_OUT FORM("left_out", ARRAY)
#define TOOL_BY_ATTRIBUTES "name them in attributes to read them"
#define TOOL_BY_GET_ITEM   "get_item reads them where attributes names them"
void tool_put_left_out(struct buf *out, const struct buf *names,
    const char *how) __attribute__((nonnull(1, 2)));
/* The same in a note alone, for results that are seldom so long. */
void tool_put_cut(struct buf *out, const struct buf *names,
    const char *how) NONNULL;

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
