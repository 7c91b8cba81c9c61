/* SPDX-License-Identifier: ISC */
/*
 * subscriptions/listen: what a client is told of by itself.  What has changed
 * is read from the log, from the row on that was the newest when it asked; of
 * a task, how it is, and then whenever that is another.
 */
#include "base/clock.h"
#include "mcp/call.h"
#include "mcp/resource.h"
#include "mcp/task.h"

/* A resource that the client wants to hear of. */
struct wanted {
	const struct resource *resource;
	struct str uri, name; /* name: of the table; absent: any */
	bool changed;         /* and was not told yet */
};

/* A task of the client's. */
struct followed {
	struct str id; /* as JSON */
	struct task task;
	enum task_state state; /* that was told */
	bool told, over;
};

struct listening {
	struct mcp_stream stream;
	bool tools; /* wants to hear of the lists */
	bool resources;
	bool listed; /* the list of resources has changed */
	struct wanted *want;
	size_t nwant;
	struct followed *tasks;
	size_t ntasks;
	bool asked_tasks;
	uint64_t seen; /* newest row of the log that was looked at */
};

/* ---- messages */

static void
put_id(const struct listening *l, struct buf *out)
{
	BUF_LIT(out, "\"_meta\":{\"" MCP_P "subscriptionId\":");
	buf_puts(out, l->stream.id);
}

static void
put_notification(const struct listening *l, const char *method, struct buf *out)
{
	BUF_LIT(out, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/");
	buf_puts(out, str_from(method));
	BUF_LIT(out, "\",\"params\":{");
	put_id(l, out);
	BUF_LIT(out, "}");
}

static void
put_updated(const struct listening *l, struct str uri, struct buf *out)
{
	put_notification(l, "resources/updated", out);
	BUF_LIT(out, ",\"uri\":");
	json_put_str(out, uri);
	BUF_LIT(out, "}}\n");
}

static struct listening *
of(struct mcp_stream *s)
{
	return (struct listening *)(void *)s;
}

static void
put_task_ids(const struct listening *l, struct buf *out)
{
	BUF_LIT(out, ",\"taskIds\":[");
	for (size_t i = 0; i < l->ntasks; i++) {
		if (i > 0)
			buf_putc(out, ',');
		buf_puts(out, l->tasks[i].id);
	}
	BUF_LIT(out, "]");
}

static void
acknowledge(struct mcp_stream *s, struct buf *out)
{
	const struct listening *l = of(s);

	put_notification(l, "subscriptions/acknowledged", out);
	BUF_LIT(out, ",\"notifications\":{\"resourceSubscriptions\":[");
	for (size_t i = 0; i < l->nwant; i++) {
		if (i > 0)
			buf_putc(out, ',');
		json_put_str(out, l->want[i].uri);
	}
	BUF_LIT(out, "]");
	if (l->tools)
		BUF_LIT(out, ",\"toolsListChanged\":true");
	if (l->resources)
		BUF_LIT(out, ",\"resourcesListChanged\":true");
	if (l->asked_tasks)
		put_task_ids(l, out);
	BUF_LIT(out, "}}}\n");
}

static void
tell_rights(struct mcp_stream *s, struct buf *out)
{
	if (!of(s)->tools)
		return;
	put_notification(of(s), "tools/list_changed", out);
	BUF_LIT(out, "}}\n");
}

static void
end(struct mcp_stream *s, struct op_ctx *ctx, bool allowed, struct buf *out)
{
	const struct listening *l = of(s);

	(void)ctx;
	(void)allowed;
	BUF_LIT(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	buf_puts(out, l->stream.id);
	BUF_LIT(out, ",\"result\":{\"resultType\":\"complete\",");
	put_id(l, out);
	BUF_LIT(out, ",\"" MCP_P "serverInfo\":");
	mcp_put_server(out);
	BUF_LIT(out, "}}}\n");
}

static unsigned
refuse(struct mcp_stream *s, struct buf *out)
{
	const struct err_row *row = err_row(ERR_UNAVAILABLE);

	buf_printf(out,
	    "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"error\":{\"code\":%d,"
	    "\"message\":\"%d subscriptions are open, and no more can be: "
	    "close one, or read the resource when you need it\"}}\n",
	    STR_ARG(s->id), row->rpc_code, LIMIT_SUBSCRIPTIONS);
	return row->mcp_status;
}

/* ---- what is asked for */

static bool
is_wanted(const struct listening *l, struct str uri)
{
	for (size_t i = 0; i < l->nwant; i++)
		if (str_eq(l->want[i].uri, uri))
			return true;
	return false;
}

/* What the caller may not read is left out, as what is not there. */
static enum err
want(struct listening *l, struct op_ctx *ctx, struct str uri)
{
	struct wanted *w = &l->want[l->nwant];
	struct str name;
	const struct resource *r = resource_find(uri, ctx, &name);

	if (r == NULL || is_wanted(l, uri) ||
	    (name.p != NULL && !op_may_table(ctx, name)))
		return ERR_OK;
	*w =
	    (struct wanted){ .resource = r, .uri = arena_str(ctx->arena, uri) };
	if (w->uri.p == NULL)
		return ERR_NO_MEMORY;
	if (name.p != NULL)
		w->name = (struct str){ w->uri.p + (name.p - uri.p), name.len };
	l->nwant++;
	return ERR_OK;
}

static enum err
read_uris(struct call *c, const struct json *uris, struct listening *l)
{
	const size_t n = json_len(uris);
	enum err e = ERR_OK;

	if (uris != NULL && json_kind(uris) != JSON_ARRAY)
		return call_fail(c, ERR_MCP_PARAMS,
		    "resourceSubscriptions must be an array of URIs");
	if (n > LIMIT_MCP_SUBSCRIBED)
		return call_fail(c, ERR_MCP_PARAMS,
		    "resourceSubscriptions: at most %d URIs",
		    LIMIT_MCP_SUBSCRIBED);
	l->want = arena_alloc(c->ctx->arena, (n + 1) * sizeof(l->want[0]));
	if (l->want == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (json_kind(json_at(uris, i)) != JSON_STRING)
			return call_fail(c, ERR_MCP_PARAMS,
			    "resourceSubscriptions must be an array of URIs");
		e = want(l, c->ctx, json_str(json_at(uris, i)));
	}
	return e;
}

static enum err
follow(struct listening *l, struct op_ctx *ctx, const struct json *id)
{
	struct followed *f = &l->tasks[l->ntasks];
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct task t;
	enum err e = task_take_id(ctx, json_str(id), &t);

	if (e != ERR_OK)
		return e == ERR_MCP_TASK ? ERR_OK : e;
	json_put(&text, id);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	for (size_t i = 0; i < l->ntasks; i++)
		if (str_eq(l->tasks[i].id, buf_str(&text)))
			return ERR_OK;
	*f = (struct followed){ .id = arena_str(ctx->arena, buf_str(&text)),
		.task = t };
	l->ntasks += f->id.p != NULL;
	return f->id.p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* Those of the caller; as with URIs, others are left out. */
static enum err
read_tasks(struct call *c, const struct json *ids, struct listening *l)
{
	const size_t n = json_len(ids);
	enum err e = ERR_OK;

	if (ids == NULL || !task_declared(c))
		return ERR_OK;
	if (json_kind(ids) != JSON_ARRAY || n > LIMIT_MCP_SUBSCRIBED)
		return call_fail(c, ERR_MCP_PARAMS,
		    "taskIds must be an array of at most %d ids",
		    LIMIT_MCP_SUBSCRIBED);
	l->asked_tasks = true;
	l->tasks = arena_alloc(c->ctx->arena, (n + 1) * sizeof(l->tasks[0]));
	if (l->tasks == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (json_kind(json_at(ids, i)) != JSON_STRING)
			return call_fail(c, ERR_MCP_PARAMS,
			    "taskIds must be an array of strings");
		e = follow(l, c->ctx, json_at(ids, i));
	}
	return e;
}

static enum err
read_flag(struct call *c, const struct json *filter, const char *name,
    bool *ret)
{
	const struct json *j = json_get(filter, name);

	if (j != NULL && json_kind(j) != JSON_BOOL)
		return call_fail(c, ERR_MCP_PARAMS, "%s must be a boolean",
		    name);
	*ret = json_bool(j);
	return ERR_OK;
}

static enum err
read_filter(struct call *c, struct listening *l)
{
	const struct json *f = json_get(c->msg.params, "notifications");
	bool prompts;
	enum err e;

	if (json_kind(f) != JSON_OBJECT)
		return call_fail(c, ERR_MCP_PARAMS,
		    "notifications must be an object");
	if ((e = read_flag(c, f, "toolsListChanged", &l->tools)) != ERR_OK ||
	    (e = read_flag(c, f, "resourcesListChanged", &l->resources)) !=
		ERR_OK ||
	    (e = read_flag(c, f, "promptsListChanged", &prompts)) != ERR_OK)
		return e;
	l->resources =
	    l->resources && resource_allowed(&resource_table, c->ctx);
	e = read_uris(c, json_get(f, "resourceSubscriptions"), l);
	return e != ERR_OK ? e : read_tasks(c, json_get(f, "taskIds"), l);
}

static enum err
begin(struct listening *l, struct op_ctx *ctx)
{
	enum err e = store_begin(ctx->store, false, ctx->deadline);

	if (e == ERR_OK)
		e = store_log_last(ctx->store, &l->seen);
	store_rollback(ctx->store);
	return e;
}

/* ---- what has changed */

static void
mark(struct listening *l, struct str table, unsigned kind)
{
	const bool item = kind <= STORE_LOG_ITEM;

	for (size_t i = 0; i < l->nwant; i++) {
		struct wanted *w = &l->want[i];

		if (w->name.p != NULL && !str_eq(w->name, table))
			continue;
		if (!item || w->resource != &resource_schema)
			w->changed = true;
	}
	if (!item && kind != STORE_LOG_DEFINED)
		l->listed = true;
}

/* A table may be dropped and cleared away before we look. */
static enum err
look_at(struct listening *l, struct op_ctx *ctx,
    const struct store_log_row *row)
{
	struct store_object o = { .kind = STORE_TABLE,
		.space = ctx->space,
		.name = row->name };
	enum err e = store_object_at(ctx->store, row->tbl, ctx->arena, &o);

	if (e == ERR_NOT_FOUND)
		e = ERR_OK;
	if (e == ERR_OK && o.kind == STORE_TABLE && o.space == ctx->space &&
	    o.name.p != NULL && op_may_table(ctx, o.name))
		mark(l, o.name, row->kind);
	return e;
}

static enum err
look(struct listening *l, struct op_ctx *ctx)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_log_row row;
	uint64_t table = 0;
	bool more = false;
	enum err e = store_log_walk(ctx->store, l->seen + 1, false, &c);

	while (e == ERR_OK && (e = store_log_next(c, &row, &more)) == ERR_OK &&
	    more) {
		const bool item = row.kind <= STORE_LOG_ITEM;

		/* Of a run of items of one table one is enough. */
		if (row.tbl != 0 && row.kind < STORE_NOTE_REFUSED &&
		    !(item && row.tbl == table))
			e = look_at(l, ctx, &row);
		if (e == ERR_OK) {
			l->seen = row.seq;
			table = item ? row.tbl : 0;
		}
	}
	return e;
}

/* A log that is shorter than it was is another one. */
static enum err
look_again(struct listening *l, struct op_ctx *ctx)
{
	uint64_t last;
	enum err e = store_log_last(ctx->store, &last);

	if (e != ERR_OK || last == l->seen)
		return e;
	if (last > l->seen)
		return look(l, ctx);
	for (size_t i = 0; i < l->nwant; i++)
		l->want[i].changed = true;
	l->listed = true;
	l->seen = last;
	return ERR_OK;
}

static void
put_changes(struct listening *l, struct buf *out)
{
	if (l->listed && l->resources) {
		put_notification(l, "resources/list_changed", out);
		BUF_LIT(out, "}}\n");
	}
	l->listed = false;
	for (size_t i = 0; i < l->nwant; i++) {
		if (l->want[i].changed)
			put_updated(l, l->want[i].uri, out);
		l->want[i].changed = false;
	}
}

/* One that has ended stays as it is. */
static enum err
look_at_task(struct listening *l, struct followed *f, struct op_ctx *ctx,
    struct buf *out)
{
	struct task_view v = { .state = TASK_CANCELLED };
	enum err e = task_look(ctx, &f->task, &v);

	f->over = e == ERR_MCP_TASK;
	if (e != ERR_OK)
		return f->over ? ERR_OK : e;
	if (!f->told || v.state != f->state) {
		put_notification(l, "tasks", out);
		buf_putc(out, ',');
		task_put_detailed(f->id, &f->task, &v, out);
		BUF_LIT(out, "}}\n");
	}
	f->told = true;
	f->state = v.state;
	f->over = v.state != TASK_WORKING && v.state != TASK_INPUT;
	return ERR_OK;
}

static enum err
look_at_tasks(struct listening *l, struct op_ctx *ctx, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->ntasks; i++)
		if (!l->tasks[i].over)
			e = look_at_task(l, &l->tasks[i], ctx, out);
	return e;
}

static enum err
look_now(struct mcp_stream *s, struct op_ctx *ctx, struct buf *out)
{
	struct listening *l = of(s);
	enum err e;

	ctx->deadline = clock_ms() + LIMIT_READ_MS;
	if ((e = store_begin(ctx->store, false, ctx->deadline)) == ERR_OK)
		e = look_again(l, ctx);
	store_rollback(ctx->store);
	if (e != ERR_OK)
		return e;
	put_changes(l, out);
	return look_at_tasks(l, ctx, out);
}

/* ---- the method */

enum err
method_listen(struct call *c, struct buf *out)
{
	static const struct mcp_stream_kind kind = {
		.begin = acknowledge,
		.look = look_now,
		.rights = tell_rights,
		.end = end,
		.refuse = refuse,
	};
	struct listening *l;
	enum err e;

	(void)out;
	if (c->head->stdio)
		return call_fail(c, ERR_OPERATION,
		    "subscriptions/listen is served over HTTP alone");
	if (c->room != OP_READ) {
		c->elsewhere = OP_READ;
		return ERR_OK;
	}
	if ((l = arena_alloc(c->ctx->arena, sizeof(*l))) == NULL)
		return ERR_NO_MEMORY;
	*l = (struct listening){ .stream.kind = &kind };
	if ((e = call_keep_id(c, &l->stream.id)) != ERR_OK ||
	    (e = read_filter(c, l)) != ERR_OK ||
	    (e = begin(l, c->ctx)) != ERR_OK)
		return e;
	c->stream = &l->stream;
	return ERR_OK;
}
