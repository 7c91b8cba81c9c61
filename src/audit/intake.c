/* SPDX-License-Identifier: ISC */
/*
 * How far the file was taken in is a memo: the place, the last record there,
 * and how many refusals each peer had in the minute that was under way.  When
 * the file was emptied since, another record, or none, lies at that place.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/lock.h"
#include "audit/pending.h"
#include "base/clock.h"
#include "base/crc32.h"
#include "json/json.h"

#define MINUTE_NS (60 * NS_PER_S)
#define SOON      KIB(256) /* bytes that wait: their minute is not waited for */
#define PEERS     64       /* in their minutes; the others count together */
#define DETAIL    160
#define BEGIN_MS  2000

static const struct str memo_id = STR_INIT("audit/pending");

/* The refusals of a peer in one minute. */
struct minute {
	uint64_t minute;
	char peer[48];
	uint64_t seen;        /* all, of earlier intakes too */
	uint64_t extra;       /* of this intake, past AUDIT_MINUTE_MAX */
	uint64_t first, last; /* times of those */
};

/* What the memo keeps. */
struct state {
	struct audit_pending last;
	struct minute minutes[PEERS];
	size_t nminutes;
};

struct intake {
	struct store *s;
	uint64_t at; /* bytes that are done */
	struct state state;
};

static bool
is_whole(const struct audit_pending *r)
{
	return r->version == 1 &&
	    r->sum == crc32_add(0, r, offsetof(struct audit_pending, sum));
}

static struct str
padded(const char *p, size_t max)
{
	const size_t len = strnlen(p, max);

	return (struct str){ len == 0 ? NULL : p, len };
}
#define PADDED(a) padded((a), sizeof(a))

static void
actor(struct store *s, const struct audit_pending *r)
{
	store_actor(s,
	    &(struct store_actor){
		.token = PADDED(r->token),
		.client = PADDED(r->client),
		.request_id = PADDED(r->request_id),
		.traceparent = PADDED(r->traceparent),
		.surface = PADDED(r->surface),
		.operation = PADDED(r->operation),
		.peer = PADDED(r->peer),
	    });
}

static enum err
take_one(struct intake *in, const struct audit_pending *r)
{
	struct store_note n = { .kind = (enum store_note_kind)r->kind,
		.time = r->time,
		.name = PADDED(r->table),
		.outcome = PADDED(r->outcome) };
	struct buf detail CLEANUP(buf_free) = BUF_INIT(DETAIL);

	if (r->kind == STORE_NOTE_LOG) {
		BUF_LIT(&detail, "{\"lost\":\"refusals from here on\"}");
	} else if (r->gate[0] != '\0' && str_utf8(PADDED(r->gate))) {
		BUF_LIT(&detail, "{\"gate\":");
		json_put_str(&detail, PADDED(r->gate));
		buf_putc(&detail, '}');
	}
	if (n.outcome.p == NULL)
		n.outcome = STR("-");
	if (detail.len > 0)
		n.detail = buf_str(&detail);
	actor(in->s, r);
	return store_log_note(in->s, &n);
}

static struct minute *
minute_of(struct intake *in, const struct audit_pending *r)
{
	const uint64_t minute = r->time / MINUTE_NS;
	struct minute *m = in->state.minutes;

	for (; m < in->state.minutes + in->state.nminutes; m++)
		if (m->minute == minute &&
		    memcmp(m->peer, r->peer, sizeof(m->peer)) == 0)
			return m;
	if (in->state.nminutes == PEERS)
		return m - 1;
	in->state.nminutes++;
	*m = (struct minute){ .minute = minute };
	/* The last place is for all who find none. */
	if (in->state.nminutes < PEERS)
		memcpy(m->peer, r->peer, sizeof(m->peer));
	return m;
}

static enum err
take(struct intake *in, const struct audit_pending *r)
{
	struct minute *m;

	/* What a room wrote that is not itself any more is no change. */
	if (r->kind != STORE_NOTE_REFUSED && r->kind != STORE_NOTE_INCIDENT &&
	    r->kind != STORE_NOTE_READ && r->kind != STORE_NOTE_LOG)
		return ERR_OK;
	if (r->kind != STORE_NOTE_REFUSED)
		return take_one(in, r);
	m = minute_of(in, r);
	if (++m->seen <= AUDIT_MINUTE_MAX)
		return take_one(in, r);
	if (m->extra++ == 0)
		m->first = r->time;
	m->last = r->time;
	return ERR_OK;
}

/* What was more than so many of a minute, as one row for each peer; then
 * forget the minutes that are over. */
static enum err
take_extra(struct intake *in)
{
	const uint64_t now = clock_wall_ns() / MINUTE_NS;
	struct minute *to = in->state.minutes;
	enum err e;

	for (struct minute *m = in->state.minutes;
	     m < in->state.minutes + in->state.nminutes; m++) {
		struct buf detail CLEANUP(buf_free) = BUF_INIT(DETAIL);
		struct store_note n = { .kind = STORE_NOTE_REFUSED,
			.time = m->first,
			.outcome = STR("REFUSED") };

		if (m->extra > 0) {
			buf_printf(&detail, "{\"count\":%llu,\"until\":\"",
			    (unsigned long long)m->extra);
			audit_put_time(&detail, m->last);
			BUF_LIT(&detail, "\"}");
			n.detail = buf_str(&detail);
			store_actor(in->s,
			    &(struct store_actor){ .peer = PADDED(m->peer) });
			if ((e = store_log_note(in->s, &n)) != ERR_OK)
				return e;
		}
		m->extra = 0;
		if (m->minute >= now)
			*to++ = *m;
	}
	in->state.nminutes = (size_t)(to - in->state.minutes);
	return ERR_OK;
}

/* Where to go on, from what the last intake has left. */
static enum err
recall(struct intake *in, int fd, struct arena *a)
{
	struct audit_pending there;
	struct store_memo m;
	enum err e = store_memo_get(in->s, MEMO_MARK, memo_id, a, &m);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	if (m.data.len != sizeof(in->state))
		return ERR_OK;
	memcpy(&in->state, m.data.p, sizeof(in->state));
	if (in->state.nminutes > PEERS)
		in->state.nminutes = 0;
	if (m.n >= (int64_t)sizeof(there) &&
	    pread(fd, &there, sizeof(there),
		(off_t)m.n - (off_t)sizeof(there)) == sizeof(there) &&
	    memcmp(&there, &in->state.last, sizeof(there)) == 0)
		in->at = (uint64_t)m.n;
	return ERR_OK;
}

static enum err
take_all(struct intake *in, int fd)
{
	struct audit_pending r;
	enum err e = ERR_OK;

	while (e == ERR_OK &&
	    pread(fd, &r, sizeof(r), (off_t)in->at) == sizeof(r)) {
		in->at += sizeof(r);
		in->state.last = r;
		/* One that was torn says nothing that can be trusted. */
		if (is_whole(&r))
			e = take(in, &r);
	}
	if (e == ERR_OK)
		e = take_extra(in);
	if (e != ERR_OK)
		return e;
	return store_memo_set(in->s,
	    &(struct store_memo){ .kind = MEMO_MARK,
		.id = memo_id,
		.n = (int64_t)in->at,
		.data = { (const char *)&in->state, sizeof(in->state) } });
}

/* Only if nothing has come meanwhile, and nobody else has emptied it, for
 * then as much that is new may lie there; else the next one does it. */
static void
empty(int fd, const struct intake *in)
{
	struct audit_pending last;
	struct stat st;

	if (in->at < sizeof(last) || !audit_lock(fd))
		return;
	if (fstat(fd, &st) == 0 && (uint64_t)st.st_size == in->at &&
	    pread(fd, &last, sizeof(last), (off_t)(in->at - sizeof(last))) ==
		sizeof(last) &&
	    memcmp(&last, &in->state.last, sizeof(last)) == 0)
		(void)!ftruncate(fd, 0);
	audit_unlock(fd);
}

/* Is there anything, and is it time? */
static bool
is_due(int fd, bool all)
{
	struct audit_pending r;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(r))
		return false;
	if (all || st.st_size >= (off_t)SOON)
		return true;
	return pread(fd, &r, sizeof(r), 0) == sizeof(r) &&
	    clock_wall_ns() / MINUTE_NS != r.time / MINUTE_NS;
}

static enum err
run(struct intake *in, int fd, struct arena *a)
{
	enum err e = recall(in, fd, a);

	if (e == ERR_OK)
		e = take_all(in, fd);
	if (e == ERR_OK)
		return store_commit(in->s);
	store_rollback(in->s);
	return e;
}

bool
audit_intake(struct store *s, int fd, bool all)
{
	struct intake *in;
	struct arena *a;
	bool done = false;

	if (!is_due(fd, all))
		return false;
	in = calloc(1, sizeof(*in));
	a = arena_new(KIB(64));
	if (in != NULL && a != NULL &&
	    store_begin(s, true, clock_ms() + BEGIN_MS) == ERR_OK) {
		in->s = s;
		done = run(in, fd, a) == ERR_OK;
	}
	if (done)
		empty(fd, in);
	arena_free(a);
	free(in);
	return done;
}
