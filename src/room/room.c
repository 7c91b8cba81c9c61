/* SPDX-License-Identifier: ISC */
#include "room/room.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/pending.h"
#include "base/clock.h"
#include "base/event.h"
#include "base/limits.h"
#include "conn/pass.h"
#include "limit/bell.h"
#include "limit/mark.h"
#include "room/handover.h"
#include "room/request.h"
#include "room/room_open.h"

/*
 * Both kinds are one state machine: while we own the connection, serve;
 * when a request belongs to the other room, give it all bytes and wait for
 * the connection to come back.
 */

static void
on_term(int sig)
{
	(void)sig;
	conn_stopping = 1;
}

void
room_catch_term(void)
{
	const struct sigaction stop = { .sa_handler = on_term };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

enum err
room_open_store(const struct policy *policy, enum store_mode mode, bool alone,
    struct store **ret)
{
	const bool write = mode == STORE_WRITE;
	/* The store borrows it for as long as it lives. */
	static struct store_conf conf;
	const char *text = "";
	enum err e;

	conf = (struct store_conf){
		.dir = policy->home.data,
		.chain_key = write ? policy->keys->chain : NULL,
		.digest_key = write ? policy->keys->digest : NULL,
		.max_size = policy->max_size,
		.sync_off = policy->sync_off,
		.alone = alone,
		.changed = bell_ring,
	};
	e = store_open(&conf, mode, ret, &text);
	if (e != ERR_OK)
		EVENT_LOG(EVENT_FAILED, { "step", STR("store") },
		    { "error", str_from(err_row(e)->id) },
		    { "why", str_from(text) });
	return e;
}

enum err
room_seal(enum sandbox_role role)
{
	const char *step = "";
	enum err e = sandbox_seal(role, &step);

	if (e != ERR_OK)
		EVENT_LOG(EVENT_SANDBOX, { "step", str_from(step) });
	return e;
}

/* A parent that is gone needs no telling. */
static void
tell(int fd, pid_t what)
{
	if (fd >= 0 && write(fd, &what, sizeof(what)) < 0)
		return;
}

void
room_tell_jobs(struct room *r)
{
	if (r->kind == ROOM_WRITE && store_jobs_made(r->store))
		tell(r->tell, 0);
}

/*
 * Get the connection, for a write room the channel, and where there is a
 * listener its lease: a pipe that closes with the connection's last room.
 */
static enum err
take(const struct room_conf *c, struct room *r, int *ret_conn, int *ret_channel)
{
	const bool write = c->kind == ROOM_WRITE;
	const pid_t self = getpid();
	int fds[PASS_MAX];
	enum err e;

	*ret_channel = c->channel[0];
	if (c->queue < 0) {
		*ret_conn = c->conn;
		return ERR_OK;
	}
	e = pass_recv(c->queue, fds, 1 + (size_t)write + (size_t)!c->alone);
	if (e != ERR_OK)
		return e;
	(void)close(c->queue);
	*ret_conn = fds[0];
	if (write)
		*ret_channel = fds[1];
	if (!c->alone)
		r->lease = fds[write ? 2 : 1];
	tell(c->tell, self);
	return ERR_OK;
}

enum err
room_call_writer(const struct room_conf *c, struct room *r)
{
	const int fds[PASS_MAX] = { r->conn.fd, c->channel[1], r->lease };
	enum err e;

	if (c->kind == ROOM_WRITE || r->called)
		return ERR_OK;
	if (c->policy->read_only)
		return ERR_READ_ONLY;
	if ((e = pass_send(c->writers, fds, c->alone ? 2 : 3, true)) != ERR_OK)
		return e;
	r->called = true;
	/* Only the write room holds the other end now: its death is seen. */
	(void)close(c->channel[1]);
	return ERR_OK;
}

/* The connection stays ours; an empty message each way is all. */
enum err
room_ask_to_mend(const struct room_conf *c, struct room *r, int channel)
{
	struct buf nothing = BUF_INIT(0);
	enum err e;

	r->mended = true;
	if ((e = room_call_writer(c, r)) != ERR_OK ||
	    (e = handover_send(channel, buf_str(&nothing))) != ERR_OK)
		return e;
	return handover_recv(channel, &nothing);
}

bool
room_mendable(const struct room *r, enum err e)
{
	return e == ERR_BUSY && r->kind == ROOM_READ && !r->mended &&
	    !r->policy->read_only;
}

void
room_mend(struct room *r)
{
	if (store_begin(r->store, false, clock_ms() + LIMIT_LOCK_MS) == ERR_OK)
		store_rollback(r->store);
	(void)audit_intake(r->store, r->pending, audit_pending_much());
}

/* A write room waits for the connection, and mends until it gets it. */
static enum err
wait_for_turn(struct room *r, int channel)
{
	enum err e;

	while ((e = handover_recv(channel, &r->in)) == ERR_OK &&
	    r->in.len == 0 && r->kind == ROOM_WRITE) {
		room_mend(r);
		if ((e = handover_send(channel, buf_str(&r->in))) != ERR_OK)
			return e;
	}
	r->handed = true;
	return e;
}

/* After an answer.  A read room has what it cannot write taken in before it
 * grows too large. */
static void
tidy(const struct room_conf *c, struct room *r, int channel)
{
	if (c->kind == ROOM_WRITE) {
		room_tidy(r);
		room_tell_jobs(r);
	} else if (r->trusted && !r->policy->read_only &&
	    audit_pending_much() && room_ask_to_mend(c, r, channel) != ERR_OK) {
		r->trusted = false;
	}
}

static void
run(const struct room_conf *c, struct room *r, int channel)
{
	enum step step = STEP_NEXT;

	if (c->kind == ROOM_WRITE && wait_for_turn(r, channel) != ERR_OK)
		return;
	for (;;) {
		step = request_serve(r);
		if (step == STEP_LINGER)
			conn_linger(&r->conn);
		if (step == STEP_NEXT || step == STEP_LINGER)
			tidy(c, r, channel);
		if (step == STEP_LINGER || step == STEP_CLOSE)
			return;
		if (step == STEP_MEND &&
		    room_ask_to_mend(c, r, channel) != ERR_OK)
			return;
		if (step != STEP_HANDOVER)
			continue;
		if (room_call_writer(c, r) != ERR_OK ||
		    handover_send(channel, buf_str(&r->in)) != ERR_OK ||
		    wait_for_turn(r, channel) != ERR_OK)
			return;
	}
}

void
room_say_failed(struct conn *conn)
{
	static const struct str answer =
	    STR_INIT("HTTP/1.1 500 Internal Server Error\r\n"
		     "Content-Type: text/plain; charset=utf-8\r\n"
		     "Content-Length: 15\r\n"
		     "Connection: close\r\n"
		     "Cache-Control: no-store\r\n"
		     "Content-Security-Policy: default-src 'none'; "
		     "frame-ancestors 'none'\r\n"
		     "Referrer-Policy: no-referrer\r\n"
		     "X-Content-Type-Options: nosniff\r\n"
		     "X-Frame-Options: DENY\r\n"
		     "\r\n"
		     "internal error\n");
	struct pollfd gone = { conn->fd, POLLRDHUP, 0 };

	if (conn_write(conn, answer, (struct str){ NULL, 0 },
		clock_ms() + LIMIT_SEND_MS) != ERR_OK ||
	    shutdown(conn->fd, SHUT_WR) < 0)
		return;
	/* Not conn_linger(): nobody reads who is not in the sandbox. */
	(void)poll(&gone, 1, LIMIT_DRAIN_MS);
}

/* A door that is open to the network, without the operator's word. */
static bool
may_serve(const struct policy *policy, const struct conn *conn)
{
	if (conn->loopback ||
	    (policy->public_ok && !policy->no_auth && !policy->any_aws))
		return true;
	EVENT_LOG(EVENT_WARNING,
	    { "why", STR("connection off loopback; public = yes is not set") });
	return false;
}

/* No destructors: the kernel closes, and the store's own close would only
 * spend time. */
NORETURN static void
leave(int status)
{
	mark_end();
	_exit(status);
}

void
room_main(const struct room_conf *c)
{
	struct room r = { .kind = c->kind,
		.policy = c->policy,
		.tell = c->tell,
		.pending = -1 };
	const enum store_mode mode =
	    c->kind == ROOM_WRITE ? STORE_WRITE : STORE_READ;
	int fd, channel;
	enum err ready;

	r.in = BUF_INIT(LIMIT_HEAD + 2 * LIMIT_BODY + CONN_READ);
	r.body = BUF_INIT(LIMIT_BODY);
	r.scratch = BUF_INIT(KIB(64));
	r.out = BUF_INIT(LIMIT_ANSWER);
	r.head = BUF_INIT(KIB(32));
	r.arena = arena_new(LIMIT_ARENA);
	crypto_random(r.id_seed, sizeof(r.id_seed));
	room_catch_term();
	if (c->stdio)
		stdio_begin(c);
	ready = r.arena == NULL ?
	    ERR_NO_MEMORY :
	    room_open_store(c->policy, mode, c->alone, &r.store);
	if (c->kind == ROOM_WRITE)
		r.pending = audit_intake_open(c->policy->home.data);
	if (ready == ERR_OK)
		ready = room_seal(
		    c->kind == ROOM_WRITE ? SANDBOX_WRITER : SANDBOX_READER);
	if (take(c, &r, &fd, &channel) != ERR_OK)
		_exit(ready == ERR_OK ? ROOM_UNUSED : ROOM_FAILED);
	mark_begin();
	if (c->stdio) {
		r.conn.fd = fd;
		if (ready == ERR_OK)
			stdio_serve(c, &r, channel);
		leave(ready == ERR_OK ? ROOM_DONE : ROOM_FAILED);
	}
	if (conn_init(&r.conn, fd) != ERR_OK || !may_serve(c->policy, &r.conn))
		leave(ROOM_DONE);
	r.conn.awake = c->kind == ROOM_READ;
	request_name_peer(&r);
	request_know_peer(&r);
	if (ready != ERR_OK) {
		room_say_failed(&r.conn);
		leave(ROOM_FAILED);
	}
	if (c->kind == ROOM_READ)
		count_event(COUNT_CONNECTIONS);
	run(c, &r, channel);
	leave(ROOM_DONE);
}
