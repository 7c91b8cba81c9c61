/* SPDX-License-Identifier: ISC */
/*
 * task - work that goes on when a tool has answered, as MCP tells of it:
 * extension io.modelcontextprotocol/tasks of 2026-07-28, and progress.
 *
 * Nothing is kept of a task.  What it is doing is what the database says: the
 * tool's row names the operation that describes it (tool.h, struct
 * tool_work).  Its id is sealed: which tool began it, what it is called, when,
 * and for which token.  So it may be asked for on any later connection, after
 * a restart as well, by that token alone; and it ends with its time.
 *
 * Layer: mcp.
 */
#ifndef MCP_TASK_H
#define MCP_TASK_H

#include "mcp/call.h"
#include "mcp/tool.h"

#define MCP_TASKS MCP_P "tasks"

struct task {
	const struct tool *tool;
	struct str name;    /* what the describing operation calls it */
	struct str same;    /* or absent: else it is another of that name */
	uint64_t begun;	    /* ns since 1970 */
};

enum task_state {
	TASK_WORKING,
	TASK_INPUT, /* waits for its client */
	TASK_COMPLETED,
	TASK_FAILED,
	TASK_CANCELLED,
};

/* How it is now.  In the arena. */
struct task_view {
	enum task_state state;
	bool in_vain;	   /* completed, and its result says why it failed */
	struct str result; /* JSON, the tool's form, as of now; absent: none */
	struct str input;  /* TASK_INPUT: the requests, JSON */
	struct str error;  /* TASK_FAILED: JSON */
	uint64_t done, total; /* how far; total 0: unknown */
	struct str unit;      /* of these; absent: nothing is known */
	struct str ended;     /* when, a number of seconds; absent: unknown */
};

/* What t has begun, by its operation's answer.  False: it names nothing. */
bool task_of(struct op_ctx *ctx, const struct tool *t,
    const struct json *answer, struct task *ret) NONNULL NODISCARD;

/* Its id, without quotes. */
enum err task_put_id(const struct op_ctx *ctx, const struct task *t,
    struct buf *out) NONNULL NODISCARD;
/*
 * ERR_MCP_TASK, whatever is wrong with it: no id of ours, of another token,
 * of a tool that the token may not use any more, or too old.
 */
enum err task_take_id(struct op_ctx *ctx, struct str id, struct task *ret)
    NONNULL NODISCARD;

/*
 * A read transaction.  What is there no more was cancelled.  ERR_MCP_TASK:
 * it is of a table that the token may not see.
 */
enum err task_look(struct op_ctx *ctx, const struct task *t,
    struct task_view *ret) NONNULL NODISCARD;

/* A write transaction; nothing where it has ended or cannot be stopped. */
enum err task_cancel(struct op_ctx *ctx, const struct task *t) NONNULL NODISCARD;
/* Answers to what it asked for; an object. */
enum err task_update(struct op_ctx *ctx, const struct task *t,
    const struct json *responses) NONNULL NODISCARD;

/* The members of the result of tools/call: content and so on. */
void task_put_result(const struct task_view *v, struct buf *out) NONNULL;

/* "1200 of 5000 bytes"; nothing where it is not known. */
void task_put_progress(const struct task_view *v, struct buf *out) NONNULL;

/* ---- call: the client, and the result of tools/call */

/* Has the client declared the extension? */
bool task_declared(const struct call *c) NONNULL NODISCARD;
/* The members of the result that says that t goes on as a task. */
enum err task_put_created(struct call *c, const struct task *t,
    const struct task_view *v, struct buf *out) NONNULL NODISCARD;
/* The members of DetailedTask; id: as JSON. */
void task_put_detailed(struct str id, const struct task *t,
    const struct task_view *v, struct buf *out) NONNULL;

/*
 * progress.c: does the client want to hear how far it is, where it is told?
 * Then wait for t, which goes on: c->stream.
 */
bool progress_wanted(const struct call *c) NONNULL NODISCARD;
enum err progress_begin(struct call *c, const struct task *t,
    const struct task_view *v) NONNULL NODISCARD;

#endif
