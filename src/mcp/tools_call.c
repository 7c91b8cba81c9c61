/* SPDX-License-Identifier: ISC */
/*
 * tools/call.  What the caller got wrong about the protocol is an error of
 * JSON-RPC; what went wrong with the arguments or in the operation is a
 * result that its model can read and act on.
 */
#include <string.h>

#include "mcp/consent.h"
#include "mcp/map.h"
#include "mcp/task.h"

static const struct tool *
named(const struct call *c)
{
	return tool_find(json_str(json_get(c->msg.params, "name")));
}

/* What one of call_tool's kind leads to; NULL: to nothing that it may. */
static const struct tool *
reached(const struct call *c, const struct tool *by, const struct json *args)
{
	const struct tool *t = tool_find(json_str(json_get(args, "tool")));

	if (t == NULL || t->reach != TOOL_ONE || !tool_allowed(t, c->ctx) ||
	    (by->reach == TOOL_REACHES_READING && tool_room(t) != OP_READ))
		return NULL;
	return t;
}

unsigned
tools_call_room(const struct call *c)
{
	const struct tool *t = named(c);
	const struct json *args;

	if (!str_eq(c->msg.method, STR("tools/call")) || t == NULL ||
	    !tool_allowed(t, c->ctx))
		return 0;
	args = json_get(c->msg.params, "arguments");
	if (t->reach != TOOL_ONE) {
		t = reached(c, t, args);
		args = json_get(args, "arguments");
	}
	if (t == NULL)
		return 0;
	return consent_lacks(c, t, args) ? OP_READ : tool_room(t);
}

static enum err
put_failure(struct call *c, enum err e, struct str text, struct buf *out)
{
	c->failed = e;
	tool_put_text(out, text);
	BUF_LIT(out, ",\"isError\":true");
	return ERR_OK;
}

/* Can the caller do something about it? */
static bool
is_tool_error(enum err e)
{
	return err_row(e)->mcp_status == 200 || e == ERR_BUSY ||
	    e == ERR_SCOPE || e == ERR_READ_ONLY;
}

/* What a model may sensibly do next. */
#define NOTHING "Nothing was done. "
#define CORRECT NOTHING "Correct this and call again"
#define SHOWS   NOTHING "get_overview shows what "
#define KEPT    "Nothing was changed. "
static const char *const next_call[ERR__MAX] = {
#define NEXT(e, text) [ERR_##e] = (text),
#include "mcp/next.tbl"
#undef NEXT
};

/* NULL: nothing is known that helps. */
static const char *
next_of(const struct call *c, const struct tool *t, enum err e)
{
	if (t->shows == NULL || (e != ERR_VALIDATION && e != ERR_NOT_FOUND))
		return next_call[e];
	return arena_printf(c->ctx->arena, "%s%s.",
	    e == ERR_VALIDATION ? (CORRECT "; ") : NOTHING, t->shows);
}

/* The exception's name without its prefix is what models know. */
static enum err
operation_failed(struct call *c, const struct tool *t, enum err e,
    struct buf *out)
{
	const char *name = err_row(e)->exception;
	const char *short_name = strrchr(name, '#');
	const char *next = next_of(c, t, e);
	struct str why = c->ctx->message.p != NULL ? c->ctx->message :
						     str_from(err_row(e)->text);
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	if (!is_tool_error(e))
		return call_fail(c, e, "%.*s", STR_ARG(why));
	if (short_name != NULL)
		name = short_name + 1;
	buf_printf(&text, "%s: %.*s", name, STR_ARG(why));
	if (e == ERR_CANCELED)
		tool_tell_reasons(t, c->ctx->error_members, &text);
	if (next != NULL)
		buf_printf(&text, "\n%s", next);
	return put_failure(c, e,
	    buf_err(&text) == ERR_OK ? buf_str(&text) : why, out);
}

static enum err
put_request(struct tool_run *r, struct buf *out)
{
	const struct tool *t = r->tool;
	enum err e;

	if (t->ask != NULL)
		return t->ask(r, out);
	buf_putc(out, '{');
	if (t->request != NULL)
		buf_puts(out, str_from(t->request));
	if ((e = map_members(r, t->in, r->args, out)) != ERR_OK)
		return e;
	buf_putc(out, '}');
	return ERR_OK;
}

static enum err
ask(struct tool_run *r, struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY);
	struct json_error je = { 0 };
	enum err e;

	if ((e = put_request(r, &request)) != ERR_OK ||
	    (e = buf_err(&request)) != ERR_OK)
		return e;
	e = json_parse(buf_str(&request), LIMIT_JSON_DEPTH, ret, &je);
	/* What the tools write themselves can only be too deep. */
	if (e == ERR_JSON)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "values may be nested %d levels deep", LIMIT_NESTING);
	return e;
}

static enum err
tell(struct tool_run *r, const struct json *answer, struct buf *result)
{
	if (r->tool->tell != NULL)
		return r->tool->tell(r, answer, result);
	buf_putc(result, '{');
	map_result(r, r->tool->out, answer, result);
	buf_putc(result, '}');
	map_shorten(r, answer, result->len);
	return ERR_OK;
}

/* How the change is taken back, where the form says that it can be. */
static void
put_undo(const struct tool_run *r, const struct json *said, struct buf *result)
{
	const struct form *out = r->tool->out;
	const struct json *undo = json_get(said, "Undo");
	size_t i = 0;

	while (i < out->members &&
	    !str_eq(str_from(out->member[i].name), STR("undo")))
		i++;
	if (i == out->members || result->len == 0 ||
	    (undo == NULL && r->ctx->first_change == 0))
		return;
	result->len--;
	tool_member(result, "undo");
	if (undo != NULL)
		json_put(result, undo);
	else
		buf_printf(result, "\"change-%llu-%llu\"",
		    (unsigned long long)r->ctx->first_change,
		    (unsigned long long)r->ctx->last_change);
	buf_putc(result, '}');
}

/* *ret_task: what it has begun, if anything. */
static enum err
run_once(struct tool_run *r, struct task *ret_task, struct buf *answer,
    struct buf *result)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct json *said CLEANUP(json_freep) = NULL;
	struct json_error je = { 0 };
	enum err e;

	r->again = false;
	buf_reset(answer);
	buf_reset(result);
	if (r->tool->run != NULL)
		return r->tool->run(r, result);
	if ((e = ask(r, &in)) != ERR_OK)
		return e;
	if (in == NULL)
		return ERR_INTERNAL;
	if ((e = op_run(tool_op(r->tool), r->ctx, in, answer)) != ERR_OK)
		return e;
	e = json_parse(buf_str(answer), LIMIT_JSON_DEPTH, &said, &je);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_INTERNAL : e;
	if ((e = tell(r, said, result)) == ERR_OK && !r->again)
		put_undo(r, said, result);
	if (!task_of(r->ctx, r->tool, said, ret_task))
		ret_task->name.p = NULL;
	return e;
}

/*
 * What has begun goes on: tell of it as the client wants to hear of it.  One
 * that knows of neither tasks nor progress has the answer as it is, and so
 * has one whose work we cannot look at: it was begun all the same.
 */
static enum err
follow(struct call *c, const struct task *t, struct buf *out, bool *ret_told)
{
	struct task_view v = { .state = TASK_CANCELLED };

	*ret_told = false;
	c->ctx->consent = (struct op_consent){ 0 };
	if (t->name.p == NULL || !(task_declared(c) || progress_wanted(c)) ||
	    task_look(c->ctx, t, &v) != ERR_OK || v.state == TASK_CANCELLED)
		return ERR_OK;
	*ret_told = true;
	if (v.state == TASK_COMPLETED)
		task_put_result(&v, out);
	else if (task_declared(c))
		return task_put_created(c, t, &v, out);
	else if (v.state == TASK_WORKING)
		return progress_begin(c, t, &v);
	else
		*ret_told = false;
	return ERR_OK;
}

/* Of the arguments those that the tool which looks has, too. */
static enum err
look_args(const struct tool *look, const struct json *args, struct json **ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json_error je = { 0 };

	buf_putc(&text, '{');
	for (size_t i = 0; i < look->in->members; i++) {
		const char *name = look->in->member[i].name;

		if (json_get(args, name) == NULL)
			continue;
		tool_member(&text, name);
		json_put(&text, json_get(args, name));
	}
	buf_putc(&text, '}');
	return buf_err(&text) != ERR_OK ?
	    buf_err(&text) :
	    json_parse(buf_str(&text), LIMIT_JSON_DEPTH, ret, &je);
}

/* What was there before a change, if it can be said: nothing fails by it. */
static void
look(const struct tool_run *r, struct buf *answer, struct buf *ret)
{
	struct op_ctx *ctx = r->ctx;
	struct op_consent consent = ctx->consent;
	struct json *args CLEANUP(json_freep) = NULL;
	struct tool_run b = { .tool = r->tool->before, .ctx = ctx };
	struct task none;

	if (b.tool == NULL || !tool_allowed(b.tool, ctx) ||
	    look_args(b.tool, r->args, &args) != ERR_OK || args == NULL)
		return;
	b.args = args;
	ctx->consent = (struct op_consent){ 0 };
	if (run_once(&b, &none, answer, ret) != ERR_OK ||
	    buf_err(ret) != ERR_OK)
		buf_reset(ret);
	ctx->consent = consent;
	ctx->message = (struct str){ NULL, 0 };
}

static void
put_back(const struct tool *t, struct str before, struct buf *result)
{
	if (t->back == NULL || result->len == 0)
		return;
	result->len--;
	if (before.len > 0) {
		tool_member(result, "before");
		buf_puts(result, before);
	}
	tool_member(result, "take_back");
	json_put_str(result, str_from(t->back));
	buf_putc(result, '}');
}

static enum err
run(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	struct buf answer CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct buf result CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct buf before CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct tool_run r = { .tool = t, .args = args, .ctx = c->ctx };
	struct task task = { .name = { NULL, 0 } };
	bool told;
	enum err e;

	c->ctx->message = (struct str){ NULL, 0 };
	c->ctx->actor.operation = str_from(t->op != NULL ? t->op : t->name);
	look(&r, &answer, &before);
	if (c->ctx->error_members != NULL)
		buf_reset(c->ctx->error_members);
	do {
		e = run_once(&r, &task, &answer, &result);
		if (e != ERR_OK)
			return operation_failed(c, t, e, out);
	} while (r.again);
	if ((e = follow(c, &task, out, &told)) != ERR_OK || told)
		return e;
	put_back(t, buf_str(&before), &result);
	if (buf_err(&result) != ERR_OK)
		return call_fail(c, ERR_INTERNAL,
		    "the result is too large to be sent");
	tool_put_result(out, buf_str(&result));
	return ERR_OK;
}

/* Everything that needs no database: it is the same in every room. */
static enum err
check(struct call *c, const struct tool **ret)
{
	const struct json *name = json_get(c->msg.params, "name");
	const struct json *args = json_get(c->msg.params, "arguments");
	const struct tool *t = named(c);
	enum json_kind kind = json_kind(args);
	const struct form *mirrored;
	enum err e;

	if (json_kind(name) != JSON_STRING)
		return call_fail(c, ERR_MCP_PARAMS, "name must be a string");
	if (t == NULL)
		return call_fail(c, ERR_MCP_PARAMS, "no such tool: %.*s",
		    STR_ARG(rpc_cut(json_str(name), RPC_NAME_SHOWN)));
	if (kind != JSON_ABSENT && kind != JSON_OBJECT)
		return call_fail(c, ERR_MCP_PARAMS,
		    "arguments must be an object");
	if ((e = tool_may(t, c->ctx)) != ERR_OK)
		return call_fail(c, e, "%s", tool_refusal(t, e, c->ctx->arena));
	if (t->needs != NULL && (e = modern_need(c, t->needs)) != ERR_OK)
		return e;
	mirrored = tool_mirrored(t);
	if (mirrored != NULL &&
	    (e = modern_table(c, json_get(args, mirrored->name))) != ERR_OK)
		return e;
	if (!c->batch && c->body_len > tool_body_max(t))
		return ERR_TOO_LARGE;
	*ret = t;
	return ERR_OK;
}

static enum err
no_reach(struct call *c, const struct tool *by, const struct json *args,
    struct buf *out)
{
	struct str name =
	    rpc_cut(json_str(json_get(args, "tool")), RPC_NAME_SHOWN);
	const struct tool *t = tool_find(json_str(json_get(args, "tool")));
	const char *why = "this token may use no tool of that name";
	char *text;

	if (c->head->stdio)
		why = "there is no such tool"; /* no token takes part */
	if (t != NULL && tool_may(t, c->ctx) == ERR_READ_ONLY)
		why = "it changes data, and this server only reads";
	else if (t != NULL && t->reach != TOOL_ONE)
		why = "it is called by itself";
	else if (t != NULL && tool_allowed(t, c->ctx) &&
	    by->reach == TOOL_REACHES_READING)
		why = "it changes data: call it with call_tool";
	text = arena_printf(c->ctx->arena,
	    "tool: \"%.*s\": %s\nNothing was done. list_groups shows what "
	    "can be called.",
	    STR_ARG(name), why);
	return put_failure(c, ERR_VALIDATION,
	    text == NULL ? STR("tool") : str_from(text), out);
}

/* Arguments that do not fit; *ret_told: and the answer says so. */
static enum err
fit(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out, bool *ret_told)
{
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));
	const struct form *in = tool_in(t, c->ctx);

	if (in == NULL)
		return ERR_NO_MEMORY;
	form_check(in, args, &wrong);
	*ret_told = wrong.len > 0;
	if (!*ret_told)
		return ERR_OK;
	buf_printf(&wrong,
	    "\nNothing was done. Correct this and call %s again%s", t->name,
	    t->core ? "." : "; describe_tools shows its arguments.");
	return put_failure(c, ERR_VALIDATION, buf_str(&wrong), out);
}

/* Of the tool that is meant; args are the outer one's. */
static enum err
call_one(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	bool told;
	enum err e = fit(c, t, args, out, &told);

	if (e != ERR_OK || told)
		return e;
	if (t->reach != TOOL_ONE) {
		const struct tool *by = t;

		if ((t = reached(c, by, args)) == NULL)
			return no_reach(c, by, args, out);
		if (!c->batch && c->body_len > tool_body_max(t))
			return ERR_TOO_LARGE;
		return call_one(c, t, json_get(args, "arguments"), out);
	}
	e = consent_check(c, t, args, out, &told);
	if (e == ERR_MCP_PARAMS)
		return e;
	if (told && e != ERR_OK)
		return operation_failed(c, t, e, out);
	if (told)
		return ERR_OK;
	if (!c->batch && c->room != tool_room(t)) {
		c->elsewhere = tool_room(t);
		return ERR_OK;
	}
	e = t->speak != NULL ? t->speak(c, out) : run(c, t, args, out);
	c->ctx->consent = (struct op_consent){ 0 };
	return e;
}

enum err
method_tools_call(struct call *c, struct buf *out)
{
	const struct json *args = json_get(c->msg.params, "arguments");
	struct json *none CLEANUP(json_freep) = NULL;
	struct json_error je = { 0 };
	const struct tool *t = NULL;
	enum err e;

	if ((e = check(c, &t)) != ERR_OK || t == NULL)
		return e;
	if (args == NULL) {
		e = json_parse(STR("{}"), LIMIT_JSON_DEPTH, &none, &je);
		if (e != ERR_OK)
			return e;
		args = none;
	}
	return call_one(c, t, args, out);
}
