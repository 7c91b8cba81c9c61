/* SPDX-License-Identifier: ISC */
/*
 * The read room alone reads.  A line that belongs in the write room is given
 * to it whole; that one writes the answer itself and then says, with an empty
 * message, that it is done.  So answers come in the order of the lines.
 *
 * A call that waits for what it has begun (mcp/progress.c) says so with a
 * message that is not empty.  Then whatever the client says next ends the
 * waiting, so that nothing has to wait behind it: the read room gives word of
 * it, the line itself where that withdraws a request, and rings the bell.
 * Each such word is answered, heard or not, with an empty message.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/clock.h"
#include "base/limits.h"
#include "limit/bell.h"
#include "mcp/mcp.h"
#include "room/handover.h"
#include "room/request.h"

static const struct mcp_head no_head = { .stdio = true, .events = true };
static const struct str nothing = { NULL, 0 };

void
stdio_begin(const struct room_conf *c)
{
	sigset_t term;

	if (c->kind == ROOM_WRITE)
		return;
	/* Let through in ready() alone, so that it is never missed. */
	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
#ifdef __linux__
	/* A client may end the worker and keep its own end open. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
}

/* Wait until fd can be used; false when we are to end. */
static bool
ready(int fd, short events)
{
	struct pollfd p = { fd, events, 0 };
	sigset_t none;

	(void)sigemptyset(&none);
	while (conn_stopping == 0)
		if (ppoll(&p, 1, NULL, &none) > 0)
			return true;
	return false;
}

static enum err
read_some(struct room *r)
{
	char *to = buf_reserve(&r->in, CONN_READ);
	ssize_t n;

	if (to == NULL)
		return buf_err(&r->in);
	do {
		if (!ready(STDIN_FILENO, POLLIN))
			return ERR_GONE;
		n = read(STDIN_FILENO, to, CONN_READ);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n <= 0)
		return ERR_GONE;
	r->in.len += (size_t)n;
	return ERR_OK;
}

/* Whoever made the pipe may have made it non-blocking. */
static enum err
write_all(int fd, struct str s)
{
	while (s.len > 0) {
		ssize_t n = write(fd, s.p, s.len);

		if (n < 0 && errno != EINTR &&
		    (errno != EAGAIN || !ready(fd, POLLOUT)))
			return ERR_GONE;
		if (n > 0) {
			s.p += n;
			s.len -= (size_t)n;
		}
	}
	return ERR_OK;
}

/*
 * The first line of r->in, its end included.  ERR_TOO_LARGE: its first part
 * is there.  What has no end when the input ends is no message.
 */
static enum err
read_line(struct room *r, struct str *ret)
{
	size_t seen = 0;
	enum err e;

	for (;;) {
		const char *end = r->in.len == seen ?
		    NULL :
		    memchr(r->in.p + seen, '\n', r->in.len - seen);

		if (end != NULL) {
			*ret = (struct str){ r->in.p,
				(size_t)(end - r->in.p) + 1 };
			return ret->len > LIMIT_BODY + 1 ? ERR_TOO_LARGE :
							   ERR_OK;
		}
		seen = r->in.len;
		if (seen > LIMIT_BODY)
			return ERR_TOO_LARGE;
		if ((e = read_some(r)) != ERR_OK)
			return e;
	}
}

/* ---- a call that waits, in the write room */

#define REST_MS 20   /* between two looks */
#define LOOK_MS 1000 /* where there is no bell */

/* *ret_silent: its client has withdrawn it. */
static enum err
hear(struct room *r, int channel, const struct mcp_stream *s, bool *ret_heard,
    bool *ret_silent)
{
	struct pollfd p = { channel, POLLIN, 0 };
	enum err e;

	*ret_heard = poll(&p, 1, 0) > 0;
	*ret_silent = false;
	if (!*ret_heard)
		return ERR_OK;
	e = handover_recv(channel, &r->in);
	if (e == ERR_OK)
		e = handover_send(channel, nothing);
	*ret_silent = r->in.len > 0 && mcp_cancels(buf_str(&r->in), s->id);
	return e;
}

static enum err
wait_for(struct room *r, int channel, struct mcp_stream *s, struct op_ctx *ctx)
{
	bool heard = false, silent = false;
	enum err e = ERR_OK;

	while (e == ERR_OK && !s->over && !heard) {
		const uint32_t rung = bell_look();

		if ((e = write_all(r->conn.fd, buf_str(&r->out))) != ERR_OK ||
		    (e = hear(r, channel, s, &heard, &silent)) != ERR_OK)
			return e;
		if (!heard) {
			(void)poll(NULL, 0, REST_MS);
			bell_wait(rung, LOOK_MS);
		}
		buf_reset(&r->out);
		arena_reset(ctx->arena);
		ctx->deadline = clock_ms() + LIMIT_READ_MS;
		if (heard && !silent)
			s->kind->end(s, ctx, true, &r->out);
		else if (!heard)
			request_log_failure(r, s->kind->look(s, ctx, &r->out));
	}
	return e == ERR_OK ? write_all(r->conn.fd, buf_str(&r->out)) : e;
}

static enum step
stream_line(struct room *r, int channel, struct mcp_stream *s,
    struct op_ctx *ctx)
{
	struct arena *own = arena_new(MIB(8));
	enum err e = own == NULL ? ERR_NO_MEMORY : ERR_OK;

	ctx->arena = own;
	room_tell_jobs(r);
	if (e == ERR_OK)
		e = handover_send(channel, STR("waits"));
	if (e == ERR_OK)
		e = wait_for(r, channel, s, ctx);
	arena_free(own);
	return e == ERR_OK ? STEP_NEXT : STEP_CLOSE;
}

/* Whoever started us is who we are: there is no token. */
static enum step
run_line(struct room *r, int channel, struct str line)
{
	static const struct request self = {
		.caller = { .token = { .name = "(stdio)" },
		    .rights = TOKEN_READ | TOKEN_WRITE | TOKEN_ADMIN },
	};
	struct buf members CLEANUP(buf_free) = BUF_INIT(LIMIT_ERROR_MEMBERS);
	struct request q = self;
	const uint64_t began = clock_wall_ns();
	struct mcp_answer a = { 0 };
	struct op_ctx ctx;

	arena_reset(r->arena);
	buf_reset(&r->out);
	request_make_id(r, &q);
	request_context(r, &q, STR("stdio"), &ctx, &members);
	if (mcp_handle(&no_head, line,
		r->kind == ROOM_WRITE ? OP_WRITE : OP_READ, &ctx, &a,
		&r->out) != ERR_OK)
		return STEP_CLOSE;
	if (a.room != 0)
		return r->kind == ROOM_READ ? STEP_HANDOVER : STEP_CLOSE;
	if (a.stream != NULL)
		return r->kind == ROOM_WRITE ?
		    stream_line(r, channel, a.stream, &ctx) :
		    STEP_CLOSE;
	if (room_mendable(r, a.error))
		return STEP_MEND;
	request_log_failure(r, a.error);
	count_request(COUNT_STDIO, r->kind == ROOM_WRITE, 200,
	    clock_wall_ns() - began);
	if (a.empty)
		return STEP_NEXT;
	buf_putc(&r->out, '\n');
	if (buf_err(&r->out) != ERR_OK ||
	    write_all(r->conn.fd, buf_str(&r->out)) != ERR_OK)
		return STEP_CLOSE;
	return r->ending ? STEP_CLOSE : STEP_NEXT;
}

/* Too long to be a message: it is said so, and that is the end. */
static void
refuse_line(struct room *r)
{
	struct buf answer CLEANUP(buf_free) = BUF_INIT(KIB(1));

	buf_printf(&answer,
	    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,"
	    "\"message\":\"a line is too long: expected at most %zu bytes\"}}\n",
	    (size_t)LIMIT_BODY);
	(void)write_all(r->conn.fd, buf_str(&answer));
}

/* The line behind that of `behind` bytes, if it is whole. */
static bool
next_line(const struct room *r, size_t behind, struct str *ret)
{
	const char *from = r->in.p + behind;
	const char *end =
	    r->in.len == behind ? NULL : memchr(from, '\n', r->in.len - behind);

	if (end != NULL)
		*ret = (struct str){ from, (size_t)(end - from) + 1 };
	return end != NULL;
}

/* The write room waits: until it is done, or there is more for it to hear. */
static enum err
listen_on(struct room *r, int channel, size_t behind, struct buf *word)
{
	struct pollfd p[2] = { { channel, POLLIN, 0 },
		{ STDIN_FILENO, POLLIN, 0 } };
	struct str line = nothing, none = { NULL, 0 };
	sigset_t open;
	enum err e = ERR_OK;

	(void)sigemptyset(&open);
	while (
	    e == ERR_OK && conn_stopping == 0 && !next_line(r, behind, &line)) {
		if (ppoll(p, NELEM(p), NULL, &open) > 0 && p[0].revents != 0)
			return ERR_OK;
		if (p[1].revents != 0)
			e = read_some(r);
	}
	e = handover_send(channel, mcp_cancels(line, none) ? line : nothing);
	bell_ring();
	return e == ERR_OK ? handover_recv(channel, word) : e;
}

static enum err
give(const struct room_conf *c, struct room *r, int channel, struct str line)
{
	struct buf word CLEANUP(buf_free) = BUF_INIT(64);
	enum err e = room_call_writer(c, r);

	if (e != ERR_OK || (e = handover_send(channel, line)) != ERR_OK ||
	    (e = handover_recv(channel, &word)) != ERR_OK || word.len == 0)
		return e;
	e = listen_on(r, channel, line.len, &word);
	return e == ERR_OK ? handover_recv(channel, &word) : e;
}

static void
read_room(const struct room_conf *c, struct room *r, int channel)
{
	struct str line;
	enum err e;

	while ((e = read_line(r, &line)) == ERR_OK) {
		const bool empty =
		    line.len == 1 || (line.len == 2 && line.p[0] == '\r');
		enum step step = empty ? STEP_NEXT : run_line(r, channel, line);

		if (step == STEP_MEND) {
			if (room_ask_to_mend(c, r, channel) != ERR_OK)
				return;
			continue;
		}
		if (step == STEP_HANDOVER)
			step = give(c, r, channel, line) == ERR_OK ? STEP_NEXT :
								     STEP_CLOSE;
		if (step == STEP_CLOSE || conn_stopping != 0)
			return;
		r->mended = false;
		buf_eat(&r->in, line.len);
	}
	if (e == ERR_TOO_LARGE)
		refuse_line(r);
}

static void
write_room(struct room *r, int channel)
{
	while (handover_recv(channel, &r->in) == ERR_OK) {
		if (r->in.len == 0)
			room_mend(r);
		else if (run_line(r, channel, buf_str(&r->in)) != STEP_NEXT)
			return;
		if (handover_send(channel, nothing) != ERR_OK)
			return;
		room_tidy(r);
		room_tell_jobs(r);
	}
}

void
stdio_serve(const struct room_conf *c, struct room *r, int channel)
{
	if (c->kind == ROOM_WRITE)
		write_room(r, channel);
	else
		read_room(c, r, channel);
}
