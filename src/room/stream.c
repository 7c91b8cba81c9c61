/* SPDX-License-Identifier: ISC */
/*
 * A connection that is told of changes, or of what its request has begun:
 * woken by the bell, and once a second to see whether the peer is still there
 * and its token still good, which no bell tells.
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

enum turn {
	TURN_ON,
	TURN_END,     /* it has to end */
	TURN_REFUSED, /* and its token is not good any more */
};

/* Has it to end, and what is to be said of it? */
static enum turn
look_around(struct room *r, struct request *q, struct mcp_stream *s)
{
	const struct caller before = q->caller;
	const char *gate;
	struct str text;

	if (request_gates(r, q, &gate, &text) != ERR_OK)
		return TURN_REFUSED;
	if (conn_stopping != 0 || r->ending)
		return TURN_END;
	if (!policy_stale(r->policy) && same_rights(&before, &q->caller))
		return TURN_ON;
	s->kind->rights(s, &r->out);
	return TURN_END;
}

/* One turn: what there is to say.  False: that was the end. */
static bool
turn(struct room *r, struct request *q, struct mcp_stream *s,
    struct op_ctx *ctx)
{
	enum turn turn;
	enum err e;

	buf_reset(&r->out);
	arena_reset(ctx->arena);
	turn = look_around(r, q, s);
	ctx->deadline = clock_ms() + LIMIT_READ_MS;
	if (turn == TURN_ON) {
		e = s->kind->look(s, ctx, &r->out);
		/* A reader's ERR_BUSY is for the next writer to mend. */
		if (e != ERR_OK && e != ERR_BUSY)
			request_log_failure(r, e);
	} else {
		s->kind->end(s, ctx, turn == TURN_END, &r->out);
		s->over = true;
	}
	return send_lines(r) && !s->over;
}

static void
listen(struct room *r, struct request *q, struct mcp_stream *s,
    struct op_ctx *ctx, struct bell_seat *seat)
{
	static const struct str comment = STR_INIT(": \n\n");
	static const struct str none = { NULL, 0 };
	uint64_t said = clock_ms();

	for (;;) {
		const uint32_t heard = bell_look();

		if (!turn(r, q, s, ctx))
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
refuse(struct room *r, const struct request *q, struct mcp_stream *s)
{
	static const struct str none = { NULL, 0 };
	unsigned status;

	buf_reset(&r->out);
	status = s->kind->refuse(s, &r->out);
	return reply_send(r, q,
	    &(struct reply){ .status = status,
		.type = STR("application/json"),
		.fields = status == 200 ? none : STR("Retry-After: 1\r\n"),
		.body = buf_str(&r->out) });
}

enum step
stream_serve(struct room *r, struct request *q, struct mcp_stream *s,
    struct op_ctx *ctx)
{
	struct arena *lasting = ctx->arena;
	struct bell_seat seat;
	enum step step;

	/* What it waits for may be what it has begun. */
	room_tell_jobs(r);
	if (!bell_sit(&seat, now_ms()))
		return refuse(r, q, s);
	step = reply_send(r, q,
	    &(struct reply){ .status = 200,
		.type = STR("text/event-stream"),
		.fields = STR("X-Accel-Buffering: no\r\n"),
		.body = as_events(r, buf_str(&r->out)),
		.stream = true });
	ctx->arena = arena_new(LOOK_MEMORY);
	if (step == STEP_LINGER && ctx->arena != NULL)
		listen(r, q, s, ctx, &seat);
	arena_free(ctx->arena);
	ctx->arena = lasting;
	bell_rise(&seat);
	return step;
}
