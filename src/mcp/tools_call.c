/* SPDX-License-Identifier: ISC */
/*
 * tools/call.  What the caller got wrong about the protocol is an error of
 * JSON-RPC; what went wrong with the arguments or in the operation is a
 * result that its model can read and act on.
 */
#include <string.h>

#include "mcp/call.h"
#include "mcp/tool.h"

#define NAME_SHOWN 64 /* bytes of an unknown tool's name */

static const struct tool *
named(const struct call *c)
{
	return tool_find(json_str(json_get(c->msg.params, "name")));
}

unsigned
tools_call_room(const struct call *c)
{
	const struct tool *t = named(c);

	if (!str_eq(c->msg.method, STR("tools/call")) || t == NULL ||
	    !tool_allowed(t, c->ctx->rights))
		return 0;
	return tool_room(t);
}

static void
put_text(struct buf *out, struct str text)
{
	BUF_LIT(out, "\"content\":[{\"type\":\"text\",\"text\":");
	json_put_str(out, text);
	BUF_LIT(out, "}]");
}

static enum err
put_failure(struct call *c, enum err e, struct str text, struct buf *out)
{
	c->failed = e;
	put_text(out, text);
	BUF_LIT(out, ",\"isError\":true");
	return ERR_OK;
}

/* Can the caller do something about it? */
static bool
is_tool_error(enum err e)
{
	return err_row(e)->mcp_status == 200 || e == ERR_BUSY || e == ERR_SCOPE;
}

/* The exception's name without its prefix is what models know. */
static enum err
operation_failed(struct call *c, enum err e, struct buf *out)
{
	const char *name = err_row(e)->exception;
	const char *short_name = strrchr(name, '#');
	const char *why =
	    c->ctx->message != NULL ? c->ctx->message : err_row(e)->text;
	char *text;

	if (!is_tool_error(e))
		return call_fail(c, e, "%s", why);
	if (short_name != NULL)
		name = short_name + 1;
	text = arena_printf(c->ctx->arena, "%s: %s", name, why);
	return put_failure(c, e, str_from(text == NULL ? why : text), out);
}

static enum err
ask(const struct tool *t, struct tool_run *r, struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY);
	struct json_error je = { 0 };
	enum err e;

	if ((e = t->ask(r, &request)) != ERR_OK ||
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
run_once(const struct tool *t, struct tool_run *r, struct buf *answer,
    struct buf *result)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct json *said CLEANUP(json_freep) = NULL;
	struct json_error je = { 0 };
	enum err e;

	r->again = false;
	buf_reset(answer);
	buf_reset(result);
	if ((e = ask(t, r, &in)) != ERR_OK ||
	    (e = op_run(tool_op(t), r->ctx, in, answer)) != ERR_OK)
		return e;
	e = json_parse(buf_str(answer), LIMIT_JSON_DEPTH, &said, &je);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_INTERNAL : e;
	return t->tell(r, said, result);
}

static enum err
run(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	struct buf answer CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct buf result CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct tool_run r = { .args = args, .ctx = c->ctx };
	enum err e;

	c->ctx->message = NULL;
	c->ctx->actor.operation = str_from(t->op);
	do {
		if ((e = run_once(t, &r, &answer, &result)) != ERR_OK)
			return operation_failed(c, e, out);
	} while (r.again);
	if (buf_err(&result) != ERR_OK)
		return call_fail(c, ERR_INTERNAL,
		    "the result is too large to be sent");
	put_text(out, buf_str(&result));
	BUF_LIT(out, ",\"structuredContent\":");
	buf_puts(out, buf_str(&result));
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

	if (json_kind(name) != JSON_STRING)
		return call_fail(c, ERR_MCP_PARAMS, "name must be a string");
	if (t == NULL)
		return call_fail(c, ERR_MCP_PARAMS, "no such tool: %.*s",
		    STR_ARG(rpc_cut(json_str(name), NAME_SHOWN)));
	if (kind != JSON_ABSENT && kind != JSON_OBJECT)
		return call_fail(c, ERR_MCP_PARAMS,
		    "arguments must be an object");
	if (!tool_allowed(t, c->ctx->rights))
		return call_fail(c, ERR_SCOPE, "the token does not allow %s",
		    t->name);
	if (!c->batch && c->body_len > tool_body_max(t))
		return ERR_TOO_LARGE;
	*ret = t;
	return ERR_OK;
}

enum err
method_tools_call(struct call *c, struct buf *out)
{
	const struct json *args = json_get(c->msg.params, "arguments");
	struct json *none CLEANUP(json_freep) = NULL;
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));
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
	form_check(t->in, args, &wrong);
	if (wrong.len > 0)
		return put_failure(c, ERR_VALIDATION, buf_str(&wrong), out);
	if (!c->batch && c->room != tool_room(t)) {
		c->elsewhere = tool_room(t);
		return ERR_OK;
	}
	return run(c, t, args, out);
}
