/* SPDX-License-Identifier: ISC */
/* What the log is to know of a request that changes nothing. */
#include "audit/pending.h"
#include "base/clock.h"
#include "op/op.h"
#include "room/request.h"

#define SEEN_MAX 32 /* tables of one request with one record each */

/* Is it the caller who was refused, rather than what it has sent? */
static bool
is_of_caller(enum err e)
{
	return e == ERR_TOKEN || e == ERR_NO_CREDENTIAL ||
	    e == ERR_SIGNATURE_PART || e == ERR_SIGNATURE || e == ERR_CLIENT ||
	    e == ERR_HOST || e == ERR_ORIGIN || e == ERR_SCOPE ||
	    e == ERR_READ_ONLY;
}

static struct str
surface_of(const struct request *q)
{
	if (q->caller.route == ROUTE_MCP)
		return STR("mcp");
	return q->caller.route == ROUTE_ROOT ? STR("ddb") : STR("http");
}

/* As far as the head tells. */
static struct str
operation_of(const struct request *q)
{
	const struct op *op = op_by_target(q->head.amz_target);

	return op != NULL ? str_from(op->name) : q->head.mcp_method;
}

static void
fill(struct audit_pending *p, const struct room *r, const struct request *q)
{
	const struct token_record *t = &q->caller.token;

	p->time = clock_wall_ns();
	AUDIT_TEXT(p->peer, str_from(r->peer));
	AUDIT_TEXT(p->token, str_from(""));
	for (size_t i = 0; i < sizeof(t->name) && t->name[i] != '\0'; i++)
		p->token[i] = t->name[i];
	AUDIT_TEXT(p->client, q->head.user_agent);
	AUDIT_TEXT(p->request_id, str_from(q->id));
	AUDIT_TEXT(p->traceparent, q->head.traceparent);
}

void
record_refusal(const struct room *r, const struct request *q, enum err e,
    const char *gate)
{
	struct audit_pending p = { .kind = STORE_NOTE_REFUSED };

	if (!q->parsed || !is_of_caller(e))
		return;
	fill(&p, r, q);
	AUDIT_TEXT(p.outcome, str_from(err_row(e)->id));
	AUDIT_TEXT(p.gate, str_from(gate));
	AUDIT_TEXT(p.surface, surface_of(q));
	AUDIT_TEXT(p.operation, operation_of(q));
	/* The refusal itself does not depend on it; the journal has it too. */
	(void)!audit_pending_put(&p);
}

/* A request, and the tables of it that have a record already. */
struct reads {
	const struct room *room;
	const struct request *q;
	struct str seen[SEEN_MAX];
	size_t n;
};

static bool
is_wanted(const struct policy *p, struct str table)
{
	for (size_t i = 0; i < p->naudit_reads; i++)
		if (str_matches(p->audit_reads[i], table))
			return true;
	return false;
}

static bool
on_read(struct op_ctx *ctx, struct str table)
{
	struct audit_pending p = { .kind = STORE_NOTE_READ };
	struct reads *reads = ctx->on_read_arg;

	if (reads == NULL)
		return false;
	if (!is_wanted(reads->room->policy, table))
		return true;
	for (size_t i = 0; i < reads->n; i++)
		if (str_eq(reads->seen[i], table))
			return true;
	if (reads->n < SEEN_MAX) {
		reads->seen[reads->n] = arena_str(ctx->arena, table);
		reads->n += reads->seen[reads->n].p != NULL;
	}
	fill(&p, reads->room, reads->q);
	AUDIT_TEXT(p.outcome, STR("OK"));
	AUDIT_TEXT(p.surface, ctx->actor.surface);
	AUDIT_TEXT(p.operation, ctx->actor.operation);
	AUDIT_TEXT(p.client, ctx->actor.client);
	AUDIT_TEXT(p.table, table);
	return audit_pending_put(&p);
}

void
record_reads(struct room *r, struct request *q, struct op_ctx *ctx)
{
	struct reads *reads = arena_alloc(r->arena, sizeof(*reads));

	ctx->on_read = on_read;
	if (reads == NULL)
		return; /* nothing is read then */
	reads->room = r;
	reads->q = q;
	ctx->on_read_arg = reads;
}
