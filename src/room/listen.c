/* SPDX-License-Identifier: ISC */
/*
 * A connection that is told of changes: woken by the bell, and once a second
 * to see whether the peer is still there and its token still good, which no
 * bell tells.
 */
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "limit/bell.h"
#include "mcp/mcp.h"
#include "room/request.h"

#define LOOK_MS     1000  /* for what rings no bell */
#define KEEP_MS     15000 /* a comment, so that nothing between gives up */
#define SEND_MS     5000  /* a peer that takes nothing for so long is gone */
#define REST_MS     20 /* between two looks: many changes are told together */
#define LOOK_MEMORY MIB(8)
_Static_assert(SEND_MS + LOOK_MS + LIMIT_READ_MS < BELL_STALE_MS / 2,
    "a seat is kept in time");

static uint64_t
now_ms(void)
{
	return clock_wall_ns() / (NS_PER_S / MS_PER_S);
}

/* Each line as an event; reply_send() and conn_write() take it from r->body,
 * which the request is done with. */
static struct str
as_events(struct room *r, struct str lines)
{
	buf_reset(&r->body);
	while (lines.len > 0) {
		struct str line = str_cut(lines, '\n', &lines);

		BUF_LIT(&r->body, "data: ");
		buf_puts(&r->body, line);
		BUF_LIT(&r->body, "\n\n");
	}
	return buf_str(&r->body);
}

static bool
send_lines(struct room *r)
{
	static const struct str none = { NULL, 0 };

	return buf_err(&r->out) == ERR_OK &&
	    (r->out.len == 0 ||
		conn_write(&r->conn, as_events(r, buf_str(&r->out)), none,
		    clock_ms() + SEND_MS) == ERR_OK);
}

static bool
peer_is_there(const struct room *r)
{
	struct pollfd p = { r->conn.fd, POLLRDHUP, 0 };

	return poll(&p, 1, 0) <= 0;
}

static bool
same_rights(const struct caller *a, const struct caller *b)
{
	return a->rights == b->rights && a->token.groups == b->token.groups &&
	    memcmp(a->token.tables, b->token.tables, sizeof(a->token.tables)) ==
	    0;
}

/* Has the subscription to end, and what is to be said of it? */
static bool
is_over(struct room *r, struct request *q, struct mcp_listen *l)
{
	const struct caller before = q->caller;
	const char *gate;
	struct str text;

	if (conn_stopping != 0 || r->ending)
		return true;
	if (request_gates(r, q, &gate, &text) != ERR_OK)
		return true;
	if (!policy_stale(r->policy) && same_rights(&before, &q->caller))
		return false;
	mcp_listen_rights(l, &r->out);
	return true;
}

/* One turn: what there is to say.  False: that was the end. */
static bool
turn(struct room *r, struct request *q, struct mcp_listen *l,
    struct op_ctx *ctx)
{
	bool over;
	enum err e;

	buf_reset(&r->out);
	over = is_over(r, q, l);
	if (!over) {
		arena_reset(ctx->arena);
		e = mcp_listen_look(l, ctx, &r->out);
		/* A reader's ERR_BUSY is for the next writer to mend. */
		if (e != ERR_OK && e != ERR_BUSY)
			request_log_failure(r, e);
	} else {
		mcp_listen_end(l, &r->out);
	}
	return send_lines(r) && !over;
}

static void
listen(struct room *r, struct request *q, struct mcp_listen *l,
    struct op_ctx *ctx, struct bell_seat *seat)
{
	static const struct str comment = STR_INIT(": \n\n");
	static const struct str none = { NULL, 0 };
	uint64_t said = clock_ms();

	for (;;) {
		const uint32_t heard = bell_look();

		if (!turn(r, q, l, ctx))
			return;
		if (r->out.len > 0) {
			said = clock_ms();
		} else if (clock_ms() - said >= KEEP_MS) {
			said = clock_ms();
			if (conn_write(&r->conn, comment, none,
				said + SEND_MS) != ERR_OK)
				return;
		}
		if (!peer_is_there(r) || !bell_keep(seat, now_ms()))
			return;
		/* Nobody who rings meanwhile has to wake us. */
		(void)poll(NULL, 0, REST_MS);
		bell_wait(heard, LOOK_MS);
	}
}

static enum step
refuse(struct room *r, const struct request *q, const struct mcp_listen *l)
{
	unsigned status;

	buf_reset(&r->out);
	status = mcp_listen_refuse(l, &r->out);
	return reply_send(r, q,
	    &(struct reply){ .status = status,
		.type = STR("application/json"),
		.fields = STR("Retry-After: 1\r\n"),
		.body = buf_str(&r->out) });
}

enum step
listen_serve(struct room *r, struct request *q, struct mcp_listen *l,
    struct op_ctx *ctx)
{
	struct arena *lasting = ctx->arena;
	struct bell_seat seat;
	enum step step;

	if (!bell_sit(&seat, now_ms()))
		return refuse(r, q, l);
	step = reply_send(r, q,
	    &(struct reply){ .status = 200,
		.type = STR("text/event-stream"),
		.fields = STR("X-Accel-Buffering: no\r\n"),
		.body = as_events(r, buf_str(&r->out)),
		.stream = true });
	ctx->arena = arena_new(LOOK_MEMORY);
	if (step == STEP_LINGER && ctx->arena != NULL)
		listen(r, q, l, ctx, &seat);
	arena_free(ctx->arena);
	ctx->arena = lasting;
	bell_rise(&seat);
	return step;
}
