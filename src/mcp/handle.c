/* SPDX-License-Identifier: ISC */
/* From a body to its answer: which era a message is of, and who runs it. */
#include <stdarg.h>

#include "mcp/call.h"

/* Room that a batch keeps for errors when its results grow too large. */
#define BATCH_SLACK KIB(512)
_Static_assert(BATCH_SLACK >= LIMIT_RPC_BATCH * (6 * LIMIT_RPC_ID + 512),
    "an error for each message, its id written in escapes");

static const struct str legacy[] = {
	STR_INIT("2025-03-26"),
	STR_INIT("2025-06-18"),
	STR_INIT("2025-11-25"),
};

enum mcp_era
mcp_era_of(struct str version)
{
	if (version.p == NULL)
		return MCP_NONE;
	if (str_eq(version, STR(MCP_VERSION)))
		return MCP_MODERN;
	for (size_t i = 0; i < NELEM(legacy); i++)
		if (str_eq(version, legacy[i]))
			return MCP_LEGACY;
	return MCP_OTHER;
}

enum err
call_fail(struct call *c, enum err e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->text = arena_vprintf(c->ctx->arena, fmt, ap);
	va_end(ap);
	return e;
}

void
call_type(struct call *c, const char *type, struct buf *out)
{
	out->len = c->type_at;
	buf_printf(out, "\"resultType\":\"%s\",", type);
}

void
call_put_meta(struct buf *out)
{
	BUF_LIT(out, ",\"_meta\":{\"" MCP_P "serverInfo\":");
	mcp_put_server(out);
	BUF_LIT(out, "}");
}

enum err
call_keep_id(struct call *c, struct str *ret)
{
	struct buf id CLEANUP(buf_free) = BUF_INIT(6 * LIMIT_RPC_ID + 2);
	enum err e;

	json_put(&id, c->msg.id);
	if ((e = buf_err(&id)) != ERR_OK)
		return e;
	*ret = arena_str(c->ctx->arena, buf_str(&id));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum mcp_era
head_era(const struct mcp_head *h)
{
	if (h->stdio || h->nversion == 0)
		return MCP_NONE;
	return h->nversion == 1 ? mcp_era_of(h->version) : MCP_OTHER;
}

/*
 * The earlier revisions want an id in every error, JSON-RPC's null where it
 * could not be read; the later ones want none then.
 */
static bool
null_id(const struct mcp_head *h)
{
	if (h->stdio)
		return false;
	return h->nversion == 0 || str_eq(h->version, STR("2025-03-26")) ||
	    str_eq(h->version, STR("2025-06-18"));
}

/* ---- one request */

/* Which era the request is of, and whether it may be served in it. */
static enum err
route(struct call *c)
{
	enum mcp_era era = head_era(c->head);

	c->modern = modern_enveloped(&c->msg);
	if (c->modern)
		return modern_check(c);
	if (str_eq(c->msg.method, STR("initialize"))) {
		/* Some clients send a version of their own already here. */
		if (era != MCP_MODERN)
			return ERR_OK;
		return call_fail(c, ERR_MCP_HEADER,
		    "initialize is not of the revision that header "
		    "MCP-Protocol-Version names");
	}
	switch (era) {
	case MCP_MODERN:
		return modern_missing(c);
	case MCP_OTHER:
		return modern_version(c, c->head->version);
	case MCP_NONE:
	case MCP_LEGACY:
		break;
	}
	return ERR_OK;
}

static enum err
run(struct call *c, struct buf *out)
{
	const struct method *m;
	enum err e;

	if ((e = route(c)) != ERR_OK)
		return e;
	m = method_find(c->msg.method, c->modern);
	if (m == NULL)
		return call_fail(c, ERR_OPERATION, "no such method: %.*s",
		    STR_ARG(rpc_cut(c->msg.method, RPC_NAME_SHOWN)));
	BUF_LIT(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	json_put(out, c->msg.id);
	BUF_LIT(out, ",\"result\":{");
	c->type_at = out->len;
	if (c->modern)
		call_type(c, "complete", out);
	e = m->run(c, out);
	if (e != ERR_OK || c->elsewhere != 0 || c->stream != NULL)
		return e;
	if (c->modern)
		call_put_meta(out);
	BUF_LIT(out, "}}");
	return buf_err(out);
}

/* The earlier revisions have a code of their own for what is not there. */
static int
code_of(const struct call *c, enum err e)
{
	return e == ERR_MCP_RESOURCE && !c->modern ? -32002 :
						     err_row(e)->rpc_code;
}

static void
put_error(struct call *c, enum err e, struct buf *out)
{
	const struct err_row *row = err_row(e);

	rpc_put_error(out, c->msg.id, null_id(c->head), code_of(c, e),
	    c->text.p == NULL ? str_from(row->text) : c->text, c->data);
}

/* To older clients 404 says that the session, or all of MCP, is gone. */
static unsigned
status_of(const struct call *c, enum err e)
{
	if (e == ERR_OPERATION && !c->modern)
		return 200;
	return err_row(e)->mcp_status;
}

/* A batch leaves room behind each result, so that an error always fits. */
static enum err
run_within(struct call *c, struct buf *out)
{
	size_t max = out->max, used = out->len + BATCH_SLACK;
	enum err e;

	if (c->batch)
		out->max = used < max ? max - BATCH_SLACK : out->len;
	e = run(c, out);
	out->max = max;
	if (buf_err(out) == ERR_TOO_LARGE)
		return call_fail(c, ERR_INTERNAL,
		    "the result is too large to be sent");
	return e;
}

/* Append the answer, or nothing for what gets none. */
static void
serve(struct call *c, const struct json *j, struct mcp_answer *ret,
    struct buf *out)
{
	size_t start = out->len;
	enum err e;

	rpc_read(j, &c->msg);
	if (c->msg.kind == RPC_NOTIFICATION ||
	    (c->msg.kind == RPC_RESPONSE && head_era(c->head) != MCP_MODERN)) {
		*ret = (struct mcp_answer){ .status = 202, .empty = true };
		return;
	}
	if (c->msg.kind == RPC_REQUEST)
		e = run_within(c, out);
	else
		e = call_fail(c, ERR_RPC, "%s",
		    c->msg.wrong != NULL ? c->msg.wrong :
					   "responses are not taken");
	*ret = (struct mcp_answer){ .status = status_of(c, e),
		.error = e != ERR_OK ? e : c->failed };
	if (e == ERR_OK && c->elsewhere == 0 && c->stream == NULL)
		return;
	out->len = start;
	out->error = ERR_OK;
	ret->room = c->elsewhere;
	ret->stream = c->stream;
	if (e != ERR_OK)
		put_error(c, e, out);
	else if (c->stream != NULL)
		c->stream->kind->begin(c->stream, out);
}

/* ---- a batch, of 2025-03-26 */

static enum err
check_batch(struct call *c, const struct json *list)
{
	struct rpc m;

	if (!c->head->stdio && c->head->nversion > 0 &&
	    (c->head->nversion > 1 || !str_eq(c->head->version, legacy[0])))
		return call_fail(c, ERR_RPC,
		    "this revision has no batches: send one message");
	if (json_len(list) == 0)
		return call_fail(c, ERR_RPC, "the batch is empty");
	if (json_len(list) > LIMIT_RPC_BATCH)
		return call_fail(c, ERR_RPC, "at most %d messages in one batch",
		    LIMIT_RPC_BATCH);
	for (size_t i = 0; i < json_len(list); i++) {
		rpc_read(json_at(list, i), &m);
		if (modern_enveloped(&m) || str_eq(m.method, STR("initialize")))
			return call_fail(c, ERR_RPC,
			    "message %zu may not be in a batch", i);
	}
	return ERR_OK;
}

/* The batch runs as a whole where its strongest message must. */
static unsigned
batch_room(const struct call *base, const struct json *list)
{
	unsigned room = 0;

	for (size_t i = 0; i < json_len(list); i++) {
		struct call c = *base;

		rpc_read(json_at(list, i), &c.msg);
		if (c.msg.kind == RPC_REQUEST)
			room |= tools_call_room(&c);
	}
	return (room & OP_WRITE) != 0 ? OP_WRITE : room;
}

static void
serve_batch(struct call *base, const struct json *list, struct mcp_answer *ret,
    struct buf *out)
{
	size_t start = out->len;
	enum err e = check_batch(base, list);
	unsigned room;

	*ret = (struct mcp_answer){ .status = status_of(base, e), .error = e };
	if (e != ERR_OK) {
		put_error(base, e, out);
		return;
	}
	room = batch_room(base, list);
	if (room != 0 && room != base->room) {
		ret->room = room;
		return;
	}
	for (size_t i = 0; i < json_len(list); i++) {
		struct call c = *base;
		struct mcp_answer one;
		size_t at = out->len;

		buf_putc(out, at == start ? '[' : ',');
		serve(&c, json_at(list, i), &one, out);
		if (one.empty)
			out->len = at;
		if (one.error != ERR_OK)
			ret->error = one.error;
	}
	if (out->len > start) {
		buf_putc(out, ']');
		return;
	}
	*ret = (struct mcp_answer){ .status = 202, .empty = true };
}

/* ---- a body */

enum err
mcp_handle(const struct mcp_head *h, struct str body, unsigned room,
    struct op_ctx *ctx, struct mcp_answer *ret, struct buf *out)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error je = { 0 };
	struct call c = {
		.head = h,
		.ctx = ctx,
		.room = room,
		.body_len = body.len,
	};
	enum err e = json_parse(body.p != NULL ? body : STR(""),
	    LIMIT_JSON_DEPTH, &j, &je);

	if (e == ERR_JSON) {
		e = call_fail(&c, e, "malformed JSON at byte %zu: %s", je.at,
		    je.what);
		*ret = (struct mcp_answer){ .status = status_of(&c, e),
			.error = e };
		put_error(&c, e, out);
	} else if (e != ERR_OK) {
		return e;
	} else if (json_kind(j) == JSON_ARRAY) {
		c.batch = true;
		serve_batch(&c, j, ret, out);
	} else {
		serve(&c, j, ret, out);
	}
	return buf_err(out);
}
