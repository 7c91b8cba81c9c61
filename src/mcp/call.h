/* SPDX-License-Identifier: ISC */
/*
 * call - one message on its way, and the methods that it can name.
 *
 * Layer: mcp.
 */
#ifndef MCP_CALL_H
#define MCP_CALL_H

#include "mcp/mcp.h"
#include "mcp/rpc.h"

#define MCP_VERSION "2026-07-28"
#define MCP_P       "io.modelcontextprotocol/" /* prefix in _meta */

/* Which revision a text names. */
enum mcp_era {
	MCP_NONE,  /* absent */
	MCP_OTHER, /* not one of ours */
	MCP_LEGACY,
	MCP_MODERN,
};
enum mcp_era mcp_era_of(struct str version);

struct call {
	const struct mcp_head *head;
	struct op_ctx *ctx;
	struct rpc msg;
	unsigned room;   /* in which we are */
	size_t body_len; /* of the whole body */
	bool modern;
	bool batch;
	size_t type_at; /* where the result's type stands, if it has one */
	/* Set by a method: in which room it must be run, nothing was done. */
	unsigned elsewhere;
	/* Of an error, where more is known than its row says. */
	struct str text; /* in the arena or constant */
	struct str data;  /* JSON, absent if none */
	/* What a tool told its model in a result, for the log. */
	enum err failed;
	struct mcp_stream *stream; /* that follows */
};

/* Set the error's text and return e. */
enum err call_fail(struct call *c, enum err e, const char *fmt, ...)
    PRINTF(3, 4) NODISCARD;

/* The type of the result, before anything else is written; modern alone. */
void call_type(struct call *c, const char *type, struct buf *out) NONNULL;

/*
 * A method writes the members of its result, without the braces.  On an
 * error, and with c->elsewhere, what it wrote is dropped.
 */
struct method {
	const char *name;
	bool modern, legacy;
	enum err (*run)(struct call *c, struct buf *out);
};
const struct method *method_find(struct str name, bool modern);

enum err method_discover(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_initialize(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_tools_list(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_tools_call(struct call *c, struct buf *out) NONNULL NODISCARD;

enum err method_resources_list(struct call *c,
    struct buf *out) NONNULL NODISCARD;
enum err method_templates_list(struct call *c,
    struct buf *out) NONNULL NODISCARD;
enum err method_resources_read(struct call *c,
    struct buf *out) NONNULL NODISCARD;
enum err method_prompts_list(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_prompts_get(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_tasks_get(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_tasks_update(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_tasks_cancel(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_listen(struct call *c, struct buf *out) NONNULL NODISCARD;
enum err method_complete(struct call *c, struct buf *out) NONNULL NODISCARD;

/* The room in which c's operation runs; 0: there is none, or c may not. */
unsigned tools_call_room(const struct call *c) NONNULL NODISCARD;

/* ---- 2026-07-28 */

/* Has the request the envelope of that revision? */
bool modern_enveloped(const struct rpc *m) NONNULL NODISCARD;

/* Envelope, mirrored headers and version, in the order of precedence. */
enum err modern_check(struct call *c) NONNULL NODISCARD;

/* The error of a request that should have had an envelope. */
enum err modern_missing(struct call *c) NONNULL NODISCARD;

/* Has the client declared it?  Else ERR_MCP_CAPABILITY with its data. */
enum err modern_need(struct call *c, const char *capability) NONNULL NODISCARD;

/* Does Mcp-Param-Table say what the argument says, where that is asked for? */
enum err modern_table(struct call *c, const struct json *table) NODISCARD;

/* The client's capability or, with a slash, extension of that name; NULL if it declared none. */
const struct json *modern_capability(const struct call *c,
    const char *name) NONNULL NODISCARD;

/* ERR_MCP_VERSION with its data. */
enum err modern_version(struct call *c, struct str requested) NONNULL NODISCARD;

/* What Mcp-Name says, =?base64?...?= decoded into scratch. */
bool mcp_head_name(struct str value, struct buf *scratch,
    struct str *ret) NONNULL NODISCARD;
bool mcp_head_name_encoded(struct str value) NODISCARD;

/* What is served, as discover and initialize tell it; extensions: discover
 * alone. */
#define MCP_EXTENSIONS "{\"" MCP_P "tasks\":{}}"
#define MCP_CAPABILITIES \
	"{\"tools\":{},\"resources\":{},\"prompts\":{},\"completions\":{}}"

/* On a connection of 2026-07-28 changes are told, too: subscriptions/listen. */
#define MCP_CAPABILITIES_LISTEN \
	"{\"tools\":{\"listChanged\":true},\"resources\":{\"subscribe\":true," \
	"\"listChanged\":true},\"prompts\":{},\"completions\":{}}"

/* ,"_meta":{...} that every result of 2026-07-28 has. */
void call_put_meta(struct buf *out) NONNULL;
/* The id of the message, as JSON, in the arena. */
enum err call_keep_id(struct call *c, struct str *ret) NONNULL NODISCARD;

/* {"name":...} of this program; and what a model should know at first. */
void mcp_put_server(struct buf *out) NONNULL;
extern const struct str mcp_instructions;

#endif
