/* SPDX-License-Identifier: ISC */
/* What is counted of a request, and when there were too many. */
#include <string.h>

#include "base/clock.h"
#include "limit/incident.h"
#include "limit/rate.h"
#include "room/request.h"

void
request_know_peer(struct room *r)
{
	unsigned char hash[CRYPTO_HASH_BYTES];

	crypto_hash_of(hash,
	    (struct str){ (const char *)r->conn.net, sizeof(r->conn.net) },
	    r->policy->keys->digest);
	memcpy(&r->peer_key, hash, sizeof(r->peer_key));
}

/* Was a credential missing or wrong?  Nothing else counts against a peer:
 * with a right one it may be refused as often as it likes. */
static bool
is_login(enum err e)
{
	return e == ERR_TOKEN || e == ERR_NO_CREDENTIAL ||
	    e == ERR_SIGNATURE_PART || e == ERR_SIGNATURE || e == ERR_CLIENT;
}

enum err
request_refused(struct room *r, struct request *q, enum err e,
    const char **gate)
{
	const struct policy *p = r->policy;

	if (is_login(e)) {
		const uint64_t now = clock_wall_ns();

		incident_login(str_from(r->peer), now);
		if ((p->refusals_local || !r->conn.loopback) &&
		    !rate_peer(r->peer_key, &p->refusals, now, &q->rate)) {
			*gate = "peer";
			e = ERR_RATE;
			r->ending = true;
		}
		/* How many are left is nothing to tell who guesses. */
		if (e != ERR_RATE)
			q->rate = (struct rate_state){ .limit = 0 };
	}
	count_refusal(*gate);
	return e;
}

static const struct rate *
budget_of(const struct policy *p, struct str token)
{
	for (size_t i = 0; i < p->nbudgets; i++)
		if (str_eq(p->budgets[i].token, token))
			return &p->budgets[i].rate;
	return &p->rate;
}

/*
 * Counted by the room that is the first to have read it: where the body
 * says whose it is that is the read room.  A rotated token has the name, and
 * so the budget, of the one before.
 */
enum err
request_budget(struct room *r, struct request *q, bool by_head)
{
	const struct token_record *t = &q->caller.token;
	const struct str name = { t->name, strnlen(t->name, sizeof(t->name)) };

	if (t->id[0] == '\0' || r->mended ||
	    (r->kind == ROOM_WRITE && !by_head))
		return ERR_OK;
	if (rate_name(name, budget_of(r->policy, name), clock_wall_ns(),
		&q->rate))
		return ERR_OK;
	count_refusal("rate");
	incident_raise(INCIDENT_RATE, (struct event_field){ "token", name });
	return ERR_RATE;
}

void
request_rate_fields(const struct request *q, unsigned status, struct buf *out)
{
	const struct rate_state *s = &q->rate;

	if (s->limit == 0)
		return;
	BUF_LIT(out, "X-RateLimit-Limit: ");
	buf_putu(out, s->limit);
	BUF_LIT(out, "\r\nX-RateLimit-Remaining: ");
	buf_putu(out, s->remaining);
	BUF_LIT(out, "\r\nX-RateLimit-Reset: ");
	buf_putu(out, s->reset_s);
	BUF_LIT(out, "\r\n");
	if (status == err_row(ERR_RATE)->mcp_status) {
		BUF_LIT(out, "Retry-After: ");
		buf_putu(out, s->retry_s);
		BUF_LIT(out, "\r\n");
	}
}

static enum count_surface
surface_of(const struct request *q)
{
	if (q->parsed && q->caller.route == ROUTE_ROOT)
		return COUNT_DYNAMODB;
	if (q->parsed && q->caller.route == ROUTE_MCP)
		return COUNT_MCP;
	return COUNT_OTHER;
}

void
request_count(const struct room *r, const struct request *q, unsigned status)
{
	const uint64_t now = clock_wall_ns();
	/* A head that was none began nothing. */
	const uint64_t began = q->began_ns != 0 ? q->began_ns : now;

	count_request(surface_of(q), r->kind == ROOM_WRITE, status,
	    now > began ? now - began : 0);
}
