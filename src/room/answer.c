/* SPDX-License-Identifier: ISC */
#include <time.h>

#include "base/clock.h"
#include "base/crc32.h"
#include "base/limits.h"
#include "ddb/ddb.h"
#include "http/answer.h"
#include "room/request.h"
#include "json/json.h"

static const struct str text_plain = STR_INIT("text/plain; charset=utf-8");
static const struct str json_type = STR_INIT("application/json");
static const struct str unknown_operation =
    STR_INIT("<UnknownOperationException/>\n");

/* A body that was not read cannot be told from the next request. */
static bool
body_pending(const struct request *q)
{
	return !q->body_read &&
	    (q->head.chunked || (q->head.has_length && q->head.length > 0));
}

static void
cors_fields(const struct room *r, const struct request *q, struct buf *b)
{
	(void)r;
	if (!q->parsed || !q->caller.cors)
		return;
	BUF_LIT(b, "Access-Control-Allow-Origin: ");
	buf_puts(b, q->head.origin);
	BUF_LIT(b,
	    "\r\nVary: Origin\r\n"
	    "Access-Control-Expose-Headers: x-amzn-requestid, "
	    "x-amz-crc32, retry-after, x-ratelimit-limit, "
	    "x-ratelimit-remaining, x-ratelimit-reset\r\n");
}

enum step
reply_send(struct room *r, const struct request *q, const struct reply *p)
{
	struct buf fields CLEANUP(buf_free) = BUF_INIT(KIB(16));
	const bool close = p->close || p->stream || !q->parsed ||
	    !q->head.keep_alive || body_pending(q) || policy_stale(r->policy) ||
	    conn_stopping != 0 || r->ending;
	const bool no_body = q->parsed && q->head.method == HTTP_HEAD;
	enum err e;

	buf_puts(&fields, p->fields);
	cors_fields(r, q, &fields);
	request_rate_fields(q, p->status, &fields);
	buf_reset(&r->head);
	http_answer_head(&r->head,
	    &(struct http_answer){
		.status = p->status,
		.type = p->type,
		.extra = buf_str(&fields),
		.length = p->body.len,
		.close = close,
		.no_length = p->status == 204 || p->stream,
		.date = p->bare ? 0 : clock_wall_ns() / NS_PER_S,
	    });
	if (buf_err(&r->head) != ERR_OK || buf_err(&fields) != ERR_OK)
		return STEP_CLOSE;
	e = conn_write(&r->conn, buf_str(&r->head),
	    no_body ? (struct str){ NULL, 0 } : p->body,
	    clock_ms() + LIMIT_SEND_MS);
	request_count(r, q, p->status);
	if (e != ERR_OK)
		return STEP_CLOSE;
	return close ? STEP_LINGER : STEP_NEXT;
}

/* JSON-RPC 2.0 error without an id: the id was not read. */
static void
rpc_error_body(enum err e, struct str text, struct buf *out)
{
	buf_printf(out,
	    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":%d,\"message\":",
	    err_row(e)->rpc_code);
	json_put_str(out, text);
	BUF_LIT(out, "}}");
}

/*
 * The one 401: the same bytes whatever was wrong with the credential,
 * wherever it was sent.
 */
static enum step
reply_unauthorized(struct room *r, const struct request *q)
{
	struct request bare = *q;

	bare.caller.cors = false;
	return reply_send(r, &bare,
	    &(struct reply){
		.status = 401,
		.type = text_plain,
		.fields =
		    STR("WWW-Authenticate: Bearer realm=\"doorward\"\r\n"),
		.body = STR("A token is needed: Authorization: Bearer ...\n"),
		.close = true,
		.bare = true,
	    });
}

const struct str reply_scope =
    STR_INIT("WWW-Authenticate: Bearer realm=\"doorward\", "
	     "error=\"insufficient_scope\", "
	     "error_description=\"the token does not allow this\"\r\n");

static bool
is_not_here(enum err e)
{
	return e == ERR_PATH || e == ERR_METHOD || e == ERR_TYPE;
}

/*
 * What the signature of a request was judged by is told without a date and
 * a request id, so that an unknown key and a wrong signature give the same
 * bytes.
 */
static bool
is_credential(enum err e)
{
	return e == ERR_CLIENT;
}

static enum step
reply_root_error(struct room *r, const struct request *q, enum err e,
    struct str text)
{
	const struct err_row *row = err_row(e);

	if (is_not_here(e))
		return reply_send(r, q,
		    &(struct reply){ .status = row->api_status,
			.type = text_plain,
			.body = unknown_operation });
	buf_reset(&r->out);
	ddb_error_body(e, text.p == NULL ? str_from(row->text) : text,
	    (struct str){ NULL, 0 }, &r->out);
	if (!is_credential(e))
		return reply_api(r, q, row->api_status, buf_str(&r->out));
	return reply_send(r, q,
	    &(struct reply){ .status = row->api_status,
		.type = STR("application/x-amz-json-1.0"),
		.body = buf_str(&r->out),
		.close = true,
		.bare = true });
}

enum step
reply_error(struct room *r, const struct request *q, enum err e,
    struct str text)
{
	const struct err_row *row = err_row(e);
	struct reply p = { .status = row->mcp_status, .type = text_plain };

	if (text.p == NULL)
		text = str_from(row->text);
	if (e == ERR_TOKEN)
		return reply_unauthorized(r, q);
	if (e == ERR_SCOPE)
		p.fields = reply_scope;
	if (e == ERR_METHOD)
		p.fields = STR("Allow: POST\r\n");
	if (e == ERR_UNAVAILABLE || e == ERR_BUSY)
		p.fields = STR("Retry-After: 1\r\n");
	buf_reset(&r->out);
	if (q->parsed && q->caller.route == ROUTE_ROOT)
		return reply_root_error(r, q, e, text);
	if (q->parsed && q->caller.route == ROUTE_MCP) {
		p.type = json_type;
		rpc_error_body(e, text, &r->out);
	} else if (q->parsed && is_not_here(e) &&
	    q->caller.route != ROUTE_WELL_KNOWN) {
		p.status = row->api_status;
		buf_puts(&r->out, unknown_operation);
	} else {
		buf_puts(&r->out, text);
		buf_putc(&r->out, '\n');
	}
	p.body = buf_str(&r->out);
	return reply_send(r, q, &p);
}

enum step
reply_api(struct room *r, const struct request *q, unsigned status,
    struct str body)
{
	struct buf fields CLEANUP(buf_free) = BUF_INIT(512);
	struct str type = q->head.content_type;

	buf_printf(&fields, "x-amzn-requestid: %s\r\nx-amz-crc32: %lu\r\n",
	    q->id, (unsigned long)crc32_add(0, body.p, body.len));
	return reply_send(r, q,
	    &(struct reply){
		.status = status,
		.type = type.len > 0 ? type : STR("application/x-amz-json-1.0"),
		.fields = buf_str(&fields),
		.body = body,
	    });
}

static const struct str preflight_fields = STR_INIT(
    "Access-Control-Allow-Methods: GET, POST\r\n"
    "Access-Control-Allow-Headers: authorization, content-type, "
    "x-amz-target, x-amz-date, x-amz-content-sha256, x-amz-security-token, "
    "x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request, "
    "mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, "
    "last-event-id, traceparent, tracestate\r\n"
    "Access-Control-Max-Age: 600\r\n");

enum step
reply_constant(struct room *r, const struct request *q)
{
	struct reply p = { .status = 200, .type = text_plain };

	if (q->caller.preflight) {
		p = (struct reply){ .status = 204, .fields = preflight_fields };
		return reply_send(r, q, &p);
	}
	switch (q->caller.route) {
	case ROUTE_ROOT:
		p.body = STR("healthy: dynamodb.us-east-1.amazonaws.com ");
		break;
	case ROUTE_HEALTH:
		p.body = STR("ok\n");
		break;
	case ROUTE_COMPLIANCE:
		p.type = json_type;
		p.body = STR("{\"status\":\"serving\"}\n");
		break;
	case ROUTE_WELL_KNOWN:
	case ROUTE_MCP:
	case ROUTE_METRICS:
	case ROUTE_AUDIT:
	case ROUTE_UNKNOWN:
	case ROUTE__MAX:
	default:
		p.status = 404;
		p.body = STR("not found\n");
		break;
	}
	return reply_send(r, q, &p);
}
