/* SPDX-License-Identifier: ISC */
/*
 * notifications/progress: a call that has begun something waits for it, if
 * its client wants to hear how far that is, and then has its result.  It does
 * not wait for ever, for clients do not: after LIMIT_MCP_PROGRESS_MS the
 * result says what is known by then, and the work goes on.
 */
#include "base/clock.h"
#include "mcp/task.h"

struct waiting {
	struct mcp_stream stream;
	struct task task;
	struct task_view view; /* the last one */
	struct str token;      /* the client's for its progress, as JSON */
	bool modern;
	bool told; /* something was, and the last of it: */
	uint64_t done;
	uint64_t until; /* clock_ms */
};

static struct waiting *
of(struct mcp_stream *s)
{
	return (struct waiting *)(void *)s;
}

/* The client's token for it, or NULL. */
static const struct json *
wanted(const struct call *c)
{
	const struct json *token =
	    json_get(json_get(c->msg.params, "_meta"), "progressToken");
	int64_t n;

	return json_kind(token) == JSON_STRING || json_int(token, &n) ? token :
									NULL;
}

bool
progress_wanted(const struct call *c)
{
	return !c->batch && c->head->events && wanted(c) != NULL;
}

/* ---- messages */

/* Each says more than the one before. */
static void
put_progress(struct waiting *w, struct buf *out)
{
	const struct task_view *v = &w->view;
	struct buf text CLEANUP(buf_free) = BUF_INIT(256);

	if (v->unit.p == NULL || (w->told && v->done <= w->done))
		return;
	w->told = true;
	w->done = v->done;
	BUF_LIT(out,
	    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
	    "\"params\":{\"progressToken\":");
	buf_puts(out, w->token);
	buf_printf(out, ",\"progress\":%llu", (unsigned long long)v->done);
	if (v->total > 0)
		buf_printf(out, ",\"total\":%llu",
		    (unsigned long long)v->total);
	task_put_progress(v, &text);
	BUF_LIT(out, ",\"message\":");
	json_put_str(out, buf_str(&text));
	BUF_LIT(out, "}}\n");
}

static void
put_result(const struct waiting *w, struct buf *out)
{
	BUF_LIT(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	buf_puts(out, w->stream.id);
	BUF_LIT(out, ",\"result\":{");
	if (w->modern)
		BUF_LIT(out, "\"resultType\":\"complete\",");
	task_put_result(&w->view, out);
	if (w->modern)
		call_put_meta(out);
	BUF_LIT(out, "}}\n");
}

static void
put_error(const struct waiting *w, enum err e, struct buf *out)
{
	buf_printf(out,
	    "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"error\":{\"code\":%d,"
	    "\"message\":\"%s\"}}\n",
	    STR_ARG(w->stream.id), err_row(e)->rpc_code, err_row(e)->text);
}

/* ---- the stream */

static void
begin(struct mcp_stream *s, struct buf *out)
{
	put_progress(of(s), out);
}

static enum err
look(struct mcp_stream *s, struct op_ctx *ctx, struct buf *out)
{
	struct waiting *w = of(s);
	enum err e = task_look(ctx, &w->task, &w->view);

	if (e == ERR_MCP_TASK) {
		put_error(w, e, out);
		s->over = true;
		return ERR_OK;
	}
	if (e == ERR_OK)
		put_progress(w, out);
	s->over = (e == ERR_OK && w->view.state != TASK_WORKING) ||
	    clock_ms() >= w->until;
	if (!s->over)
		return e;
	if (e == ERR_OK)
		put_result(w, out);
	else
		put_error(w, e, out);
	return e;
}

static void
rights(struct mcp_stream *s, struct buf *out)
{
	(void)s;
	(void)out;
}

static void
end(struct mcp_stream *s, struct op_ctx *ctx, bool allowed, struct buf *out)
{
	struct waiting *w = of(s);
	enum err e = allowed ? task_look(ctx, &w->task, &w->view) : ERR_SCOPE;

	if (e == ERR_OK)
		put_result(w, out);
	else
		put_error(w, e, out);
}

static unsigned
refuse(struct mcp_stream *s, struct buf *out)
{
	put_result(of(s), out);
	return 200;
}

static enum err
keep_token(struct call *c, struct str *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_MCP_ENVELOPE);
	enum err e;

	rpc_put(&text, wanted(c));
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	*ret = arena_str(c->ctx->arena, buf_str(&text));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
progress_begin(struct call *c, const struct task *t, const struct task_view *v)
{
	static const struct mcp_stream_kind kind = {
		.begin = begin,
		.look = look,
		.rights = rights,
		.end = end,
		.refuse = refuse,
	};
	struct waiting *w = arena_alloc(c->ctx->arena, sizeof(*w));
	enum err e;

	if (w == NULL)
		return ERR_NO_MEMORY;
	*w = (struct waiting){ .stream.kind = &kind,
		.task = *t,
		.view = *v,
		.modern = c->modern,
		.until = clock_ms() + LIMIT_MCP_PROGRESS_MS };
	if ((e = call_keep_id(c, &w->stream.id)) != ERR_OK ||
	    (e = keep_token(c, &w->token)) != ERR_OK)
		return e;
	c->stream = &w->stream;
	return ERR_OK;
}

bool
mcp_cancels(struct str text, struct str id)
{
	struct buf said CLEANUP(buf_free) = BUF_INIT(6 * LIMIT_RPC_ID + 2);
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error je;

	if (json_parse(text, LIMIT_JSON_DEPTH, &j, &je) != ERR_OK ||
	    json_get(j, "id") != NULL ||
	    !str_eq(json_str(json_get(j, "method")),
		STR("notifications/cancelled")))
		return false;
	rpc_put(&said, json_get(json_get(j, "params"), "requestId"));
	return id.p == NULL ||
	    (buf_err(&said) == ERR_OK && str_eq(buf_str(&said), id));
}
