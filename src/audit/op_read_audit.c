/* SPDX-License-Identifier: ISC */
/*
 * ReadAudit - the log, a page at a time, for who has the admin right.
 *
 *	{"From":TIME,"To":TIME,"Actor":"..","Operation":"..","Result":"..",
 *	 "TableName":"..","Order":"newest"|"oldest","Limit":1-1000,
 *	 "NextToken":".."}
 *	{"Records":[ROW...],"NextToken":".."}
 *
 * The service has no such operation; rows are those of audit.h.
 */
#include <inttypes.h>

#include "audit/audit.h"
#include "op/op.h"

#define LIMIT_PRESET 100

struct asked {
	struct audit_filter filter;
	struct audit_page page;
};

struct answer {
	struct buf *out;
	bool some;
};

static enum err
text(struct op_ctx *ctx, const struct json *in, const char *name,
    struct str *ret)
{
	const struct json *j = json_get(in, name);

	*ret = (struct str){ NULL, 0 };
	if (json_kind(j) == JSON_ABSENT)
		return ERR_OK;
	if (json_kind(j) != JSON_STRING)
		return op_fail(ctx, ERR_VALIDATION, "%s: expected a string",
		    name);
	*ret = json_str(j);
	return ERR_OK;
}

static enum err
moment(struct op_ctx *ctx, const struct json *in, const char *name,
    uint64_t *ret)
{
	struct str s;
	enum err e = text(ctx, in, name, &s);

	*ret = 0;
	if (e == ERR_OK && s.p != NULL && !audit_time(s, ret))
		e = op_fail(ctx, ERR_VALIDATION,
		    "%s: expected a time, as 2026-11-21T10:30:55Z", name);
	return e;
}

static enum err
order(struct op_ctx *ctx, const struct json *in, bool *ret_upwards)
{
	struct str s;
	enum err e = text(ctx, in, "Order", &s);

	*ret_upwards = str_eq(s, STR("oldest"));
	if (e == ERR_OK && s.p != NULL && !*ret_upwards &&
	    !str_eq(s, STR("newest")))
		e = op_fail(ctx, ERR_VALIDATION,
		    "Order: expected newest or oldest");
	return e;
}

static enum err
place(struct op_ctx *ctx, const struct json *in, struct audit_page *p)
{
	const struct json *j = json_get(in, "Limit");
	int64_t max = LIMIT_PRESET;
	struct str s;
	enum err e;

	if (json_kind(j) != JSON_ABSENT &&
	    (!json_int(j, &max) || max < 1 || max > AUDIT_PAGE_MAX))
		return op_fail(ctx, ERR_VALIDATION,
		    "Limit: expected a number from 1 to %d", AUDIT_PAGE_MAX);
	p->max = (size_t)max;
	e = text(ctx, in, "NextToken", &s);
	if (e == ERR_OK && s.p != NULL &&
	    (!str_u64(s, INT64_MAX, &p->after) || p->after == 0))
		e = op_fail(ctx, ERR_VALIDATION,
		    "NextToken: expected what a page before has given");
	return e;
}

static enum err
ask(struct op_ctx *ctx, const struct json *in, struct asked *ret)
{
	struct audit_filter *f = &ret->filter;
	enum err e;

	if ((e = moment(ctx, in, "From", &f->from)) != ERR_OK ||
	    (e = moment(ctx, in, "To", &f->to)) != ERR_OK ||
	    (e = text(ctx, in, "Actor", &f->actor)) != ERR_OK ||
	    (e = text(ctx, in, "Operation", &f->operation)) != ERR_OK ||
	    (e = text(ctx, in, "Result", &f->result)) != ERR_OK ||
	    (e = text(ctx, in, "TableName", &f->table)) != ERR_OK ||
	    (e = order(ctx, in, &ret->page.upwards)) != ERR_OK)
		return e;
	return place(ctx, in, &ret->page);
}

static enum err
put(void *arg, const struct store_log_row *row, struct str table)
{
	struct answer *a = arg;

	if (a->some)
		buf_putc(a->out, ',');
	a->some = true;
	audit_put_row(a->out, row, table);
	return buf_err(a->out);
}

static enum err
read_audit(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct answer answer = { out, false };
	struct asked asked = { 0 };
	uint64_t next = 0;
	enum err e;

	/* The record is of every table. */
	if (ctx->tables.p != NULL)
		return ERR_SCOPE;
	if ((e = ask(ctx, in, &asked)) != ERR_OK)
		return e;
	asked.page.put = put;
	asked.page.arg = &answer;
	BUF_LIT(out, "{\"Records\":[");
	e = audit_query(ctx->store, &asked.filter, &asked.page, ctx->arena,
	    &next);
	if (e != ERR_OK)
		return e;
	buf_putc(out, ']');
	if (next != 0)
		buf_printf(out, ",\"NextToken\":\"%" PRIu64 "\"", next);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_read_audit = {
	.name = "ReadAudit",
	.target = "Doorward.",
	.flags = OP_READ | OP_ADMIN,
	.body_max = LIMIT_BODY_SMALL,
	.run = read_audit,
};
