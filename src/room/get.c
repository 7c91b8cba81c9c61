/* SPDX-License-Identifier: ISC */
/* What is read by GET with a token: a table of paths and what serves them. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "room/request.h"
#include "json/json.h"

static const struct str json_type = STR_INIT("application/json");

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The value of a parameter (application/x-www-form-urlencoded). */
static enum err
decode(struct str s, struct buf *out)
{
	int hi, lo;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] != '%') {
			buf_putc(out, s.p[i] == '+' ? ' ' : s.p[i]);
			continue;
		}
		if (s.len - i < 3 || (hi = nibble(s.p[i + 1])) < 0 ||
		    (lo = nibble(s.p[i + 2])) < 0)
			return ERR_VALIDATION;
		buf_putc(out, (char)(hi << 4 | lo));
		i += 2;
	}
	if (!str_utf8(buf_str(out)))
		return ERR_VALIDATION;
	return buf_err(out);
}

/* A parameter, and the member of the operation's request that it is. */
struct parameter {
	struct str name;
	const char *member;
	bool number;
};

static const struct parameter audit_parameters[] = {
	{ STR_INIT("from"), "From", false },
	{ STR_INIT("to"), "To", false },
	{ STR_INIT("actor"), "Actor", false },
	{ STR_INIT("operation"), "Operation", false },
	{ STR_INIT("result"), "Result", false },
	{ STR_INIT("table"), "TableName", false },
	{ STR_INIT("order"), "Order", false },
	{ STR_INIT("limit"), "Limit", true },
	{ STR_INIT("after"), "NextToken", false },
};

/* One parameter as a member; each may stand once. */
static enum err
put_member(struct str one, unsigned *seen, struct buf *request)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_TARGET);
	struct str value, name = str_cut(one, '=', &value);
	const struct parameter *p = audit_parameters;
	uint64_t n;
	enum err e;

	while (p < audit_parameters + NELEM(audit_parameters) &&
	    !str_eq(p->name, name))
		p++;
	if (p == audit_parameters + NELEM(audit_parameters) ||
	    (*seen >> (p - audit_parameters) & 1) != 0)
		return ERR_VALIDATION;
	*seen |= 1u << (p - audit_parameters);
	if ((e = decode(value, &text)) != ERR_OK)
		return e;
	if (p->number && !str_u64(buf_str(&text), INT32_MAX, &n))
		return ERR_VALIDATION;
	buf_printf(request, "%s\"%s\":", request->len > 1 ? "," : "",
	    p->member);
	if (p->number)
		buf_putu(request, n);
	else
		json_put_str(request, buf_str(&text));
	return ERR_OK;
}

static enum err
put_request(struct str query, struct buf *request)
{
	struct str rest = query;
	unsigned seen = 0;
	enum err e;

	buf_putc(request, '{');
	while (rest.p != NULL && rest.len > 0)
		if ((e = put_member(str_cut(rest, '&', &rest), &seen,
			 request)) != ERR_OK)
			return e;
	buf_putc(request, '}');
	return buf_err(request);
}

/* A failure in the words of HTTP: no protocol has wrapped it up. */
static enum step
get_error(struct room *r, const struct request *q, enum err e, struct str text)
{
	request_log_failure(r, e);
	buf_reset(&r->out);
	buf_puts(&r->out, text.p == NULL ? str_from(err_row(e)->text) : text);
	buf_putc(&r->out, '\n');
	return reply_send(r, q,
	    &(struct reply){ .status = err_row(e)->api_status,
		.type = STR("text/plain; charset=utf-8"),
		.body = buf_str(&r->out) });
}

static enum step
get_audit(struct room *r, struct request *q)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_TARGET);
	struct buf members CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct json *in CLEANUP(json_freep) = NULL;
	struct json_error where;
	struct op_ctx ctx;
	enum err e;

	request_context(r, q, STR("http"), &ctx, &members);
	if (put_request(q->head.query, &request) != ERR_OK)
		return get_error(r, q, ERR_VALIDATION,
		    STR("expected from, to, actor, operation, result, table, "
			"order, limit and after, each once at most"));
	e = json_parse(buf_str(&request), LIMIT_JSON_DEPTH, &in, &where);
	buf_reset(&r->out);
	if (e == ERR_OK)
		e = op_run(&op_read_audit, &ctx, in, &r->out);
	if (room_mendable(r, e))
		return STEP_MEND;
	if (e != ERR_OK)
		return get_error(r, q, e, ctx.message);
	buf_putc(&r->out, '\n');
	return reply_send(r, q,
	    &(struct reply){ .status = 200,
		.type = json_type,
		.body = buf_str(&r->out) });
}

/* ---- /compliance-status */

/* Nothing can be opened in here: what can be is no sealed room.  Elsewhere
 * to try is to be killed. */
static bool
is_sealed(const struct room *r)
{
#ifdef __linux__
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)r;
	if (fd < 0)
		return errno == EACCES;
	(void)close(fd);
	return false;
#else
	return !r->policy->sandbox_none;
#endif
}

/* What doorward check has found and when; absent: it never ran. */
static enum err
put_check(struct room *r, struct buf *out)
{
	const uint64_t now = clock_wall_ns();
	struct store_memo m;
	enum err e =
	    store_memo_get(r->store, MEMO_MARK, STR("check"), r->arena, &m);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	buf_printf(out, ",\"checkedSecondsAgo\":%llu,\"check\":",
	    (unsigned long long)(now > (uint64_t)m.n ?
		    (now - (uint64_t)m.n) / NS_PER_S :
		    0));
	buf_puts(out, m.data);
	return ERR_OK;
}

static enum err
put_log(struct room *r, struct buf *out)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_log_row row;
	bool more = false;
	enum err e = store_log_walk(r->store, UINT64_MAX, true, &c);

	if (e == ERR_OK)
		e = store_log_next(c, &row, &more);
	if (e != ERR_OK || !more)
		return e;
	buf_printf(out, ",\"log\":\"%llu:", (unsigned long long)row.seq);
	crypto_hex(out, row.hash.p, row.hash.len);
	buf_putc(out, '"');
	return ERR_OK;
}

static enum step
get_compliance(struct room *r, struct request *q)
{
	const bool admin = (q->caller.rights & TOKEN_ADMIN) != 0;
	enum err e = ERR_OK;

	buf_reset(&r->out);
	BUF_LIT(&r->out, "{\"status\":\"serving\"");
	if (admin) {
		buf_printf(&r->out, ",\"sealed\":%s",
		    is_sealed(r) ? "true" : "false");
		e = store_begin(r->store, false, clock_ms() + LIMIT_READ_MS);
		if (e == ERR_OK && (e = put_log(r, &r->out)) == ERR_OK)
			e = put_check(r, &r->out);
		store_rollback(r->store);
	}
	if (room_mendable(r, e))
		return STEP_MEND;
	if (e != ERR_OK)
		return get_error(r, q, e, (struct str){ NULL, 0 });
	BUF_LIT(&r->out, "}\n");
	return reply_send(r, q,
	    &(struct reply){ .status = 200,
		.type = json_type,
		.body = buf_str(&r->out) });
}

/* All are the read room's: a connection that has written comes back. */
static enum step (*const serves[ROUTE__MAX])(struct room *,
    struct request *) = {
	[ROUTE_METRICS] = metrics_serve,
	[ROUTE_AUDIT] = get_audit,
	[ROUTE_COMPLIANCE] = get_compliance,
};

enum step
get_serve(struct room *r, struct request *q)
{
	if (serves[q->caller.route] == NULL)
		return reply_error(r, q, ERR_PATH, (struct str){ NULL, 0 });
	if (r->kind != ROOM_READ)
		return STEP_HANDOVER;
	if (request_budget(r, q, true) != ERR_OK)
		return reply_error(r, q, ERR_RATE, (struct str){ NULL, 0 });
	return serves[q->caller.route](r, q);
}
