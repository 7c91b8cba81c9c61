/* SPDX-License-Identifier: ISC */
/* Rows of the log for people, and as JSON lines. */
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#include "audit/pending.h"
#include "base/clock.h"
#include "cli/audit.h"

#define BEGIN_MS  5000
#define TAIL_ROWS 10
#define POLL_NS   500000000

static volatile sig_atomic_t stopping;

static void
on_signal(int sig)
{
	(void)sig;
	stopping = 1;
}

/* What a peer has sent may hold anything: nothing of it reaches a terminal. */
static void
put_word(struct buf *out, struct str s)
{
	buf_putc(out, ' ');
	if (s.len == 0)
		buf_putc(out, '-');
	for (size_t i = 0; i < s.len; i++)
		buf_putc(out, s.p[i] > ' ' && s.p[i] < 0x7f ? s.p[i] : '?');
}

struct line {
	const struct audit_args *args;
	struct buf out;
	uint64_t n; /* printed */
};

static enum err
print(void *arg, const struct store_log_row *row, struct str table)
{
	struct line *l = arg;

	buf_reset(&l->out);
	if (l->args->json) {
		audit_put_row(&l->out, row, table);
	} else {
		buf_printf(&l->out, "%llu ", (unsigned long long)row->seq);
		audit_put_time(&l->out, row->time);
		put_word(&l->out, str_from(audit_kind(row->kind)));
		put_word(&l->out, row->outcome);
		put_word(&l->out, row->who.token);
		put_word(&l->out, row->who.surface);
		put_word(&l->out, row->who.peer);
		put_word(&l->out, row->who.operation);
		put_word(&l->out, table);
		if (row->detail.p != NULL)
			put_word(&l->out, row->detail);
	}
	buf_putc(&l->out, '\n');
	if (buf_err(&l->out) != ERR_OK)
		return buf_err(&l->out);
	l->n++;
	return fwrite(l->out.p, 1, l->out.len, stdout) == l->out.len ? ERR_OK :
								       ERR_GONE;
}

/* One page in a transaction of its own, so that the WAL is not held up;
 * *ret_last is the newest row then. */
static enum err
page(struct audit_at *at, const struct audit_filter *f,
    const struct audit_page *p, uint64_t *ret_next, uint64_t *ret_last)
{
	struct arena *arena = arena_new(MIB(1));
	enum err e = arena == NULL ?
	    ERR_NO_MEMORY :
	    store_begin(at->store, false, clock_ms() + BEGIN_MS);

	if (e == ERR_OK)
		e = store_log_last(at->store, ret_last);
	if (e == ERR_OK)
		e = audit_query(at->store, f, p, arena, ret_next);
	store_rollback(at->store);
	arena_free(arena);
	return e;
}

/* Up to max rows (0: all) behind after.  *ret_last: the newest row when the
 * last page was read. */
static enum err
pages(struct audit_at *at, const struct audit_args *a, bool upwards,
    uint64_t max, uint64_t after, uint64_t *ret_last)
{
	struct line l = { a, BUF_INIT(KIB(64)), 0 };
	struct audit_page p = { .after = after,
		.upwards = upwards,
		.put = print,
		.arg = &l };
	uint64_t left;
	enum err e = ERR_OK;

	while (e == ERR_OK && stopping == 0 && (max == 0 || l.n < max)) {
		left = max == 0 ? AUDIT_PAGE_MAX : max - l.n;
		p.max = left < AUDIT_PAGE_MAX ? (size_t)left : AUDIT_PAGE_MAX;
		e = page(at, &a->filter, &p, &after, ret_last);
		if (after == 0)
			break;
		p.after = after;
	}
	buf_free(&l.out);
	return e;
}

int
audit_show(struct audit_at *at, const struct audit_args *a)
{
	uint64_t last;
	enum err e = pages(at, a, a->oldest, a->limit, a->after, &last);

	return e == ERR_OK ? EX_OK : audit_failed(at, e);
}

int
audit_tail(struct audit_at *at, const struct audit_args *a)
{
	const struct sigaction stop = { .sa_handler = on_signal };
	const struct timespec nap = { .tv_nsec = POLL_NS };
	uint64_t last = 0, after;
	enum err e = store_begin(at->store, false, clock_ms() + BEGIN_MS);

	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (e == ERR_OK)
		e = store_log_last(at->store, &last);
	store_rollback(at->store);
	after = a->after != 0 ? a->after :
	    last > TAIL_ROWS  ? last - TAIL_ROWS :
				0;
	while (e == ERR_OK && stopping == 0) {
		e = pages(at, a, true, 0, after, &last);
		if (last > after)
			after = last;
		(void)nanosleep(&nap, NULL);
		(void)audit_intake(at->store, at->pending, true);
	}
	return e == ERR_OK || e == ERR_GONE ? EX_OK : audit_failed(at, e);
}
