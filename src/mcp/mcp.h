/* SPDX-License-Identifier: ISC */
/*
 * mcp - the Model Context Protocol over the operations, as a pure module.
 *
 * Served: 2026-07-28, in which each request carries its own envelope, and
 * before it 2025-11-25, 2025-06-18 and 2025-03-26; which of them is decided
 * anew for each message.  Nothing is kept between two messages, and no
 * session is ever minted.
 *
 * One text goes in, one comes out.  HTTP, gates and processes are the
 * caller's: it answers with ret->status and the text, or with no body.
 *
 * Sources: the specification's pages "Base protocol", "Transports",
 * "Versioning" and "Tools" of the four revisions.
 *
 * Layer: mcp.
 */
#ifndef MCP_MCP_H
#define MCP_MCP_H

#include "op/op.h"

/* What the head of an HTTP request says; values without white space around. */
struct mcp_head {
	struct str method;  /* Mcp-Method */
	struct str name;    /* Mcp-Name */
	struct str version; /* MCP-Protocol-Version */
	struct str table;   /* Mcp-Param-Table */
	size_t nmethod;     /* how many fields of that name were sent */
	size_t nname;
	size_t nversion;
	size_t ntable;
	bool events; /* the client takes text/event-stream, too */
	bool stdio; /* there is no head: one line of standard input */
};

/*
 * What the head alone says: OP_READ or OP_WRITE for the room in which the
 * request belongs, 0 when the body must be read first (then in the read
 * room).  Every request that writes is OP_WRITE or 0.
 */
unsigned mcp_head_room(const struct mcp_head *h) NONNULL NODISCARD;

/*
 * Does the head alone say that it asks for a tool that the caller may not
 * use, or, where table_header is set, for a table?  ERR_SCOPE, ERR_READ_ONLY;
 * the reason in caller's arena.  Of caller only what request_caller() sets is
 * looked at.
 */
enum err mcp_head_may(const struct mcp_head *h, const struct op_ctx *caller,
    const char **reterr_text) NONNULL NODISCARD;

/* The most that the body of such a request may be long, in bytes. */
size_t mcp_body_max(const struct mcp_head *h) NONNULL NODISCARD;

struct mcp_answer {
	unsigned status; /* of HTTP */
	bool empty;      /* no body: a notification was taken */
	/*
	 * Not 0: nothing was done and nothing written; the same request
	 * belongs in the room of this kind, OP_READ or OP_WRITE.  The same
	 * body gets the same room from every process.
	 */
	unsigned room;
	enum err error; /* for the log: why the answer is an error */
	/*
	 * Not NULL: a stream is to follow.  The answer's body, and what each
	 * of its functions appends, is messages, a line each.  In ctx->arena.
	 */
	struct mcp_stream *stream;
};

/*
 * Carry out one body, a whole JSON text, in a room of the kind OP_READ or
 * OP_WRITE, and append the answer's body to out.  What goes wrong is an
 * answer too: the return value is not ERR_OK only where none could be made
 * (no memory, out too small for any).
 *
 * ctx is as for op_run(); where the message names its client or its trace,
 * ctx->actor takes them (copies in ctx->arena).
 */
enum err mcp_handle(const struct mcp_head *h, struct str body, unsigned room,
    struct op_ctx *ctx, struct mcp_answer *ret,
    struct buf *out) NONNULL NODISCARD;

/*
 * ---- messages while a request is open: subscriptions/listen, on a connection
 * alone (2026-07-28), and the progress of what a tool has begun
 */

struct mcp_stream_kind {
	/* What is told at once. */
	void (*begin)(struct mcp_stream *s, struct buf *out);
	/* What there is to tell since the last call: a read transaction.  On
	 * failure it will be told by the next call; out is as it was. */
	enum err (*look)(struct mcp_stream *s, struct op_ctx *ctx,
	    struct buf *out);
	/* The caller's rights are others now. */
	void (*rights)(struct mcp_stream *s, struct buf *out);
	/* The last message: it ends in order.  allowed: the token is still
	 * good. */
	void (*end)(struct mcp_stream *s, struct op_ctx *ctx, bool allowed,
	    struct buf *out);
	/* In the place of it all, where too many listen.  Its HTTP status. */
	unsigned (*refuse)(struct mcp_stream *s, struct buf *out);
};

/* Does the text withdraw a request: of that id (as JSON), absent: of any?
 * Where there are no connections to close, notifications/cancelled does. */
bool mcp_cancels(struct str text, struct str id) NODISCARD;

struct mcp_stream {
	const struct mcp_stream_kind *kind;
	struct str id; /* of the request, as JSON */
	bool over;     /* the last message was told by look */
};

#endif
