/* SPDX-License-Identifier: ISC */
/*
 * The extension of tasks: what tools/call answers to a client that has
 * declared it, tasks/get, tasks/update and tasks/cancel.
 */
#include "base/clock.h"
#include "mcp/map.h"
#include "mcp/task.h"

static const char *const state_names[] = {
	[TASK_WORKING] = "working",
	[TASK_INPUT] = "input_required",
	[TASK_COMPLETED] = "completed",
	[TASK_FAILED] = "failed",
	[TASK_CANCELLED] = "cancelled",
};

bool
task_declared(const struct call *c)
{
	return c->modern && c->ctx->task_key != NULL &&
	    json_kind(modern_capability(c, MCP_TASKS)) == JSON_OBJECT;
}

/* ---- a task as it is told */

static void
put_times(const struct task *t, const struct task_view *v, struct buf *out)
{
	tool_member(out, "createdAt");
	map_put_seconds(out, t->begun / NS_PER_S);
	tool_member(out, "lastUpdatedAt");
	if (v->ended.p != NULL)
		buf_puts(out, v->ended);
	else if (v->state == TASK_WORKING || v->state == TASK_INPUT)
		map_put_seconds(out, clock_wall_ns() / NS_PER_S);
	else
		map_put_seconds(out, t->begun / NS_PER_S);
	buf_printf(out, ",\"ttlMs\":%llu,\"pollIntervalMs\":%d",
	    (unsigned long long)(LIMIT_MCP_TASK_S * MS_PER_S),
	    LIMIT_MCP_TASK_POLL_MS);
}

/* The members that every message about it has; id: as JSON. */
static void
put_task(struct str id, const struct task *t, const struct task_view *v,
    struct buf *out)
{
	struct buf how CLEANUP(buf_free) = BUF_INIT(256);

	BUF_LIT(out, "\"taskId\":");
	buf_puts(out, id);
	buf_printf(out, ",\"status\":\"%s\"", state_names[v->state]);
	task_put_progress(v, &how);
	if (how.len > 0) {
		tool_member(out, "statusMessage");
		json_put_str(out, buf_str(&how));
	}
	put_times(t, v, out);
}

/* And what came of it, or what it waits for. */
void
task_put_detailed(struct str id, const struct task *t,
    const struct task_view *v, struct buf *out)
{
	put_task(id, t, v, out);
	switch (v->state) {
	case TASK_COMPLETED:
		BUF_LIT(out, ",\"result\":{\"resultType\":\"complete\",");
		task_put_result(v, out);
		BUF_LIT(out, "}");
		return;
	case TASK_INPUT:
		tool_member(out, "inputRequests");
		buf_puts(out, v->input);
		return;
	case TASK_FAILED:
		tool_member(out, "error");
		buf_puts(out, v->error);
		return;
	case TASK_WORKING:
	case TASK_CANCELLED:
		return;
	}
}

enum err
task_put_created(struct call *c, const struct task *t,
    const struct task_view *v, struct buf *out)
{
	struct buf id CLEANUP(buf_free) = BUF_INIT(KIB(8));
	enum err e;

	buf_putc(&id, '"');
	if ((e = task_put_id(c->ctx, t, &id)) != ERR_OK)
		return e;
	buf_putc(&id, '"');
	if ((e = buf_err(&id)) != ERR_OK)
		return e;
	call_type(c, "task", out);
	put_task(buf_str(&id), t, v, out);
	return ERR_OK;
}

/* ---- methods */

/* The task that the message names, which the caller may see, and its state. */
static enum err
named(struct call *c, struct task *t, struct task_view *v)
{
	const struct json *id = json_get(c->msg.params, "taskId");
	enum err e = modern_need(c, MCP_TASKS);

	if (e != ERR_OK)
		return e;
	if (json_kind(id) != JSON_STRING)
		return call_fail(c, ERR_MCP_PARAMS, "taskId must be a string");
	if ((e = task_take_id(c->ctx, json_str(id), t)) != ERR_OK)
		return e;
	return task_look(c->ctx, t, v);
}

enum err
method_tasks_get(struct call *c, struct buf *out)
{
	struct buf id CLEANUP(buf_free) = BUF_INIT(KIB(32));
	struct task_view v = { .state = TASK_CANCELLED };
	struct task t = { .tool = NULL };
	enum err e = named(c, &t, &v);

	if (e != ERR_OK)
		return e;
	json_put(&id, json_get(c->msg.params, "taskId"));
	if ((e = buf_err(&id)) == ERR_OK)
		task_put_detailed(buf_str(&id), &t, &v, out);
	return e;
}

/* An acknowledgement has no members of its own. */
static void
put_nothing(struct buf *out)
{
	if (out->len > 0 && out->p[out->len - 1] == ',')
		out->len--;
}

/* Does it still go on, and are we where it can be changed? */
static bool
is_here(struct call *c, const struct task_view *v)
{
	if (v->state != TASK_WORKING && v->state != TASK_INPUT)
		return false;
	if (c->room != OP_WRITE)
		c->elsewhere = OP_WRITE;
	return c->room == OP_WRITE;
}

enum err
method_tasks_cancel(struct call *c, struct buf *out)
{
	struct task_view v = { .state = TASK_CANCELLED };
	struct task t = { .tool = NULL };
	enum err e = named(c, &t, &v);

	if (e == ERR_OK && is_here(c, &v))
		e = task_cancel(c->ctx, &t);
	put_nothing(out);
	return e;
}

enum err
method_tasks_update(struct call *c, struct buf *out)
{
	const struct json *responses =
	    json_get(c->msg.params, "inputResponses");
	struct task_view v = { .state = TASK_CANCELLED };
	struct task t = { .tool = NULL };
	enum err e = named(c, &t, &v);

	if (e == ERR_OK && json_kind(responses) != JSON_OBJECT)
		return call_fail(c, ERR_MCP_PARAMS,
		    "inputResponses must be an object");
	if (e == ERR_OK && v.state == TASK_INPUT && is_here(c, &v))
		e = task_update(c->ctx, &t, responses);
	put_nothing(out);
	return e;
}
