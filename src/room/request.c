/* SPDX-License-Identifier: ISC */
#include "room/request.h"

#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/limits.h"
#include "ddb/ddb.h"
#include "http/answer.h"
#include "http/body.h"
#include "mcp/mcp.h"
#include "op/op.h"

static const struct str no_text = { NULL, 0 };

/*
 * Read until a head is whole.  ERR_GONE also when the peer says nothing for
 * the idle time: there is no request to answer.
 */
static enum err
read_head(struct room *r, struct request *q)
{
	uint64_t deadline = clock_ms() + LIMIT_IDLE_MS;
	bool begun = false;
	enum err e;

	for (;;) {
		if (r->in.len > 0) {
			e = http_head_parse(buf_str(&r->in), &q->head,
			    &q->head_len);
			if (e != ERR_OK)
				return e;
			if (q->head_len > 0)
				break;
			if (!begun) {
				begun = true;
				deadline = clock_ms() + LIMIT_HEAD_MS;
			}
		}
		e = conn_read(&r->conn, &r->in, deadline);
		if (e != ERR_OK)
			return e == ERR_TIMEOUT && !begun ? ERR_GONE : e;
	}
	q->parsed = true;
	q->deadline = clock_ms() + LIMIT_REQUEST_MS;
	q->began_ns = clock_wall_ns();
	return ERR_OK;
}

enum err
request_gates(struct room *r, struct request *q, const char **reterr_gate,
    struct str *reterr_text)
{
	const struct gate_env env = {
		.policy = r->policy,
		.port = r->conn.port,
		.peer_trusted =
		    r->conn.peer_known && r->conn.peer_uid == conn_own_uid(),
		.now_ns = q->began_ns,
	};

	enum err e;

	buf_reset(&r->scratch);
	e = gate_run(&q->head, &env, &r->scratch, &q->caller, reterr_gate,
	    reterr_text);
	/* A signature is still to be verified: then it counts. */
	if (e == ERR_OK && !q->caller.sigv4)
		token_used(r->policy->uses, &q->caller.token, env.now_ns);
	return e;
}

/* Who comes too often is an incident, which is told once, and no event. */
static enum step
refuse(struct room *r, struct request *q, enum err e, const char *gate,
    struct str text)
{
	const enum err told = request_refused(r, q, e, &gate);

	if (told == e)
		EVENT_LOG(EVENT_REFUSED, { "gate", str_from(gate) },
		    { "error", str_from(err_row(e)->id) });
	record_refusal(r, q, e, gate);
	return reply_error(r, q, told, told == e ? text : no_text);
}

/* Reading may have moved the bytes that head and caller borrow from. */
static enum err
borrow_again(struct room *r, struct request *q)
{
	const char *gate;
	struct str text;
	size_t used;
	enum err e = http_head_parse(buf_str(&r->in), &q->head, &used);

	return e != ERR_OK ? e : request_gates(r, q, &gate, &text);
}

static enum err
read_length(struct room *r, struct request *q)
{
	/* Both terms are limited: no overflow. */
	const size_t end = q->head_len + (size_t)q->head.length;
	enum err e;

	while (r->in.len < end) {
		size_t more = end - r->in.len;

		/* Not all at once: the peer must send it first. */
		if (buf_reserve(&r->in, more < MIB(1) ? more : MIB(1)) == NULL)
			return buf_err(&r->in);
		if ((e = conn_read(&r->conn, &r->in, q->deadline)) != ERR_OK)
			return e;
	}
	q->raw = end;
	q->body = (struct str){ r->in.p + q->head_len, end - q->head_len };
	return ERR_OK;
}

static enum err
read_chunks(struct room *r, struct request *q, struct http_body *b)
{
	bool done = false;
	enum err e;

	q->raw = q->head_len;
	buf_reset(&r->body);
	for (;;) {
		size_t used;

		e = http_body_feed(b,
		    (struct str){ r->in.p + q->raw, r->in.len - q->raw },
		    &r->body, &used, &done);
		q->raw += used;
		if (e != ERR_OK || done)
			break;
		if ((e = conn_read(&r->conn, &r->in, q->deadline)) != ERR_OK)
			break;
	}
	q->body = buf_str(&r->body);
	return e;
}

/* The body, at most max bytes.  The raw bytes stay in r->in: a request that
 * turns out to be the other room's is handed over whole. */
static enum err
read_body(struct room *r, struct request *q, size_t max)
{
	const char *before = r->in.p;
	struct http_body b;
	enum err e;

	if ((e = http_body_init(&b, &q->head, max)) != ERR_OK)
		return e;
	if (q->head.expect && r->in.len == q->head_len) {
		e = conn_write(&r->conn, http_continue, no_text, q->deadline);
		if (e != ERR_OK)
			return e;
	}
	if (q->head.chunked)
		e = read_chunks(r, q, &b);
	else
		e = read_length(r, q);
	q->body_read = e == ERR_OK;
	/* A refusal looks at the head, too. */
	if (r->in.p != before && borrow_again(r, q) != ERR_OK)
		return ERR_GONE;
	return e;
}

static enum err
verify(struct room *r, const struct request *q,
    const unsigned char payload[CRYPTO_HASH_BYTES])
{
	struct sigv4_field fields[LIMIT_FIELDS];
	struct sigv4_request s = { q->head.method_text, q->head.target, fields,
		q->head.nfields };
	char akid[TOKEN_AKID_BYTES + 1], secret[TOKEN_SECRET_BYTES + 1];
	enum err e;

	for (size_t i = 0; i < q->head.nfields; i++)
		fields[i] = (struct sigv4_field){ q->head.fields[i].name,
			q->head.fields[i].value };
	token_aws(&q->caller.token, r->policy->keys->aws, akid, secret);
	e = sigv4_verify(&s, &q->caller.signature, str_from(secret), payload);
	crypto_wipe(secret, sizeof(secret));
	if (e == ERR_OK)
		token_used(r->policy->uses, &q->caller.token, clock_wall_ns());
	return e;
}

/*
 * A payload hash that was sent lets the signature be judged before the body
 * is read; the body's own hash is then compared with it.
 */
static enum err
verify_before(struct room *r, const struct request *q)
{
	unsigned char claimed[CRYPTO_HASH_BYTES];

	if (!q->caller.sigv4 || !sigv4_claimed(&q->caller.signature, claimed))
		return ERR_OK;
	return verify(r, q, claimed);
}

static enum err
verify_after(struct room *r, const struct request *q)
{
	unsigned char hash[CRYPTO_HASH_BYTES], claimed[CRYPTO_HASH_BYTES];

	if (!q->caller.sigv4)
		return ERR_OK;
	crypto_sha256(hash, q->body);
	if (!sigv4_claimed(&q->caller.signature, claimed))
		return verify(r, q, hash);
	return crypto_equal(hash, claimed, sizeof(hash)) ? ERR_OK : ERR_CLIENT;
}

static enum room_kind
room_of(unsigned op_flags)
{
	return (op_flags & OP_WRITE) != 0 ? ROOM_WRITE : ROOM_READ;
}

static enum step
api_error(struct room *r, const struct request *q, enum err e, struct str text,
    struct buf *members)
{
	request_log_failure(r, e);
	record_refusal(r, q, e, "operation");
	buf_reset(&r->out);
	ddb_error_body(e, text.p == NULL ? str_from(err_row(e)->text) : text,
	    buf_str(members), &r->out);
	return reply_api(r, q, err_row(e)->api_status, buf_str(&r->out));
}

/* Body to answer: everything of the request is here. */
static enum step
api_run(struct room *r, struct request *q, const struct op *op)
{
	struct buf members CLEANUP(buf_free) = BUF_INIT(LIMIT_ERROR_MEMBERS);
	struct json *in CLEANUP(json_freep) = NULL;
	struct json_error where = { 0, "" };
	struct op_ctx ctx;
	enum err e;

	request_context(r, q, STR("ddb"), &ctx, &members);
	e = json_parse(q->body, LIMIT_JSON_DEPTH, &in, &where);
	if (e == ERR_JSON)
		return api_error(r, q, ERR_SERIALIZATION,
		    str_from(arena_printf(r->arena, "%s at byte %zu",
			where.what, where.at)),
		    &members);
	if (e == ERR_OK && op == NULL)
		e = ERR_OPERATION;
	if (e == ERR_OK && json_kind(in) != JSON_OBJECT)
		e = ERR_SERIALIZATION;
	if (e != ERR_OK)
		return api_error(r, q, e, no_text, &members);
	if ((e = op_may(&ctx, op_flags(op, in))) != ERR_OK)
		return refuse(r, q, e, "scope", no_text);
	if (room_of(op_flags(op, in)) != r->kind)
		return STEP_HANDOVER;
	buf_reset(&r->out);
	e = op_run(op, &ctx, in, &r->out);
	if (room_mendable(r, e))
		return STEP_MEND;
	if (e != ERR_OK)
		return api_error(r, q, e, ctx.message, &members);
	return reply_api(r, q, 200, buf_str(&r->out));
}

/* Has the signature, where there is one, been judged before the body? */
static bool
is_proven(const struct request *q)
{
	unsigned char claimed[CRYPTO_HASH_BYTES];

	return !q->caller.sigv4 || sigv4_claimed(&q->caller.signature, claimed);
}

/*
 * What a token may not do is refused before its body is read; but who signs
 * must have proven to hold the key before he learns what it may do.
 */
static enum step
serve_api(struct room *r, struct request *q)
{
	const struct op *op = op_by_target(q->head.amz_target);
	struct op_ctx caller;
	enum err e, may;

	request_caller(r, q, &caller);
	may = op == NULL ? ERR_OK : op_may(&caller, op->flags);
	/* Where the body says the room, it is read here first. */
	if (op != NULL && may == ERR_OK &&
	    (op->writes != NULL ? r->kind == ROOM_WRITE && !r->handed :
				  room_of(op->flags) != r->kind))
		return STEP_HANDOVER;
	e = verify_before(r, q);
	if (e == ERR_OK && is_proven(q))
		e = may;
	if (e == ERR_OK)
		e = read_body(r, q,
		    op != NULL ? op->body_max : LIMIT_BODY_SMALL);
	if (e == ERR_GONE)
		return STEP_CLOSE;
	if (e == ERR_OK)
		e = verify_after(r, q);
	if (e == ERR_OK)
		e = may;
	if (e != ERR_OK)
		return refuse(r, q, e, e == may ? "scope" : "body", no_text);
	if ((e = request_budget(r, q, op == NULL || op->writes == NULL)) !=
	    ERR_OK)
		return reply_error(r, q, e, no_text);
	return api_run(r, q, op);
}

/* A batch or an older message is read here first, for its body alone says
 * what it asks for; then it may turn out to be the other room's. */
static enum step
mcp_run(struct room *r, struct request *q, const struct mcp_head *h)
{
	const unsigned kind = r->kind == ROOM_WRITE ? OP_WRITE : OP_READ;
	struct buf members CLEANUP(buf_free) = BUF_INIT(LIMIT_ERROR_MEMBERS);
	struct mcp_answer a = { 0 };
	struct op_ctx ctx;
	enum err e;

	request_context(r, q, STR("mcp"), &ctx, &members);
	buf_reset(&r->out);
	e = mcp_handle(h, q->body, kind, &ctx, &a, &r->out);
	if (e != ERR_OK)
		return reply_error(r, q, e, no_text);
	if (a.room != 0)
		return STEP_HANDOVER;
	if (room_mendable(r, a.error))
		return STEP_MEND;
	if (a.stream != NULL)
		return stream_serve(r, q, a.stream, &ctx);
	request_log_failure(r, a.error);
	record_refusal(r, q, a.error, "operation");
	return reply_send(r, q,
	    &(struct reply){
		.status = a.status,
		.type = a.empty ? no_text : STR("application/json"),
		.fields = a.error == ERR_SCOPE &&
			a.status == err_row(ERR_SCOPE)->mcp_status ?
		    reply_scope :
		    no_text,
		.body = a.empty ? no_text : buf_str(&r->out),
	    });
}

static bool
takes_events(struct str accept)
{
	while (accept.p != NULL) {
		struct str rest, one = str_cut(accept, ',', &rest);
		struct str parameters;

		one = str_trim(str_cut(one, ';', &parameters));
		if (str_caseeq(one, STR("text/event-stream")))
			return true;
		accept = rest;
	}
	return false;
}

/* It borrows from the head, whose bytes move when more is read. */
static struct mcp_head
mcp_head_of(const struct request *q)
{
	return (struct mcp_head){
		.method = q->head.mcp_method,
		.name = q->head.mcp_name,
		.version = q->head.mcp_version,
		.nmethod = http_head_count(&q->head, STR("mcp-method")),
		.nname = http_head_count(&q->head, STR("mcp-name")),
		.nversion =
		    http_head_count(&q->head, STR("mcp-protocol-version")),
		.table = http_head_get(&q->head, STR("mcp-param-table")),
		.ntable = http_head_count(&q->head, STR("mcp-param-table")),
		.events = takes_events(http_head_get(&q->head, STR("accept"))),
	};
}

static enum step
serve_mcp(struct room *r, struct request *q)
{
	struct mcp_head h = mcp_head_of(q);
	const unsigned room = mcp_head_room(&h);
	struct op_ctx caller;
	const char *why;
	enum err e;

	request_caller(r, q, &caller);
	if ((e = mcp_head_may(&h, &caller, &why)) != ERR_OK)
		return refuse(r, q, e, "scope", str_from(why));
	if (room != 0 ? room_of(room) != r->kind :
			r->kind == ROOM_WRITE && !r->handed)
		return STEP_HANDOVER;
	e = read_body(r, q, mcp_body_max(&h));
	if (e == ERR_GONE)
		return STEP_CLOSE;
	if (e != ERR_OK)
		return refuse(r, q, e, "body", no_text);
	if ((e = request_budget(r, q, room != 0)) != ERR_OK)
		return reply_error(r, q, e, no_text);
	h = mcp_head_of(q);
	return mcp_run(r, q, &h);
}

static enum step
serve_routed(struct room *r, struct request *q)
{
	switch (q->caller.route) {
	case ROUTE_ROOT:
		return serve_api(r, q);
	case ROUTE_MCP:
		return serve_mcp(r, q);
	case ROUTE_HEALTH:
	case ROUTE_WELL_KNOWN:
	case ROUTE_COMPLIANCE:
	case ROUTE_METRICS:
	case ROUTE_AUDIT:
	case ROUTE_UNKNOWN:
	case ROUTE__MAX:
	default:
		return get_serve(r, q);
	}
}

/*
 * Where old reads are asked for, what is there now is what the next ones may
 * see: before a request that changes it.
 */
static void
look_back(struct room *r)
{
	const uint64_t age = r->policy->stale_ms;

	if (age > 0 && r->kind == ROOM_READ &&
	    store_begin_old(r->store, age, clock_ms() + LIMIT_READ_MS) ==
		ERR_OK)
		store_rollback(r->store);
}

enum step
request_serve(struct room *r)
{
	struct request q = { 0 };
	const char *gate = "head";
	struct str text = no_text;
	enum step step;
	enum err e;

	arena_reset(r->arena);
	r->trusted = false;
	if ((e = read_head(r, &q)) == ERR_GONE)
		return STEP_CLOSE;
	if (e != ERR_OK)
		return refuse(r, &q, e, "head", no_text);
	q.raw = q.head_len;
	request_make_id(r, &q);
	e = request_gates(r, &q, &gate, &text);
	if (e != ERR_OK)
		step = refuse(r, &q, e, gate, text);
	else if (q.caller.constant)
		step = reply_constant(r, &q);
	else {
		r->trusted = true;
		look_back(r);
		step = serve_routed(r, &q);
	}
	if (step != STEP_MEND)
		r->mended = false;
	if (step == STEP_NEXT) {
		buf_eat(&r->in, q.raw);
		r->handed = false;
	}
	return step;
}
