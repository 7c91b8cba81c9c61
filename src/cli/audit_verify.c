/* SPDX-License-Identifier: ISC */
/* doorward audit verify, export: is the log what it was, and who has it. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "audit/pending.h"
#include "base/clock.h"
#include "cli/audit.h"
#include "limit/incident.h"
#include "limit/limit.h"
#include "serve/export.h"

#define BEGIN_MS 5000
#define POINTS   16   /* checkpoints of the file that are compared */
#define ROWS     1000 /* and rows of the journal */

/* ---- verify */

/* What the chain itself does not show: its end, against checkpoints. */
static enum err
compare(struct audit_at *at, const struct audit_args *a,
    struct store_log_check *c, size_t *ret_n)
{
	static struct audit_point points[POINTS + 1 + ROWS];
	size_t n = audit_points(at->conf.dir, points, POINTS), rows = 0;
	const char *fault = NULL;
	enum err e = ERR_OK;

	if (a->point.seq != 0)
		points[n++] = a->point;
	if (a->journal) {
		rows = audit_journal(at->conf.dir, points + n, ROWS);
		n += rows;
	}
	if (a->journal && rows == 0)
		return ERR_UNAVAILABLE;
	for (size_t i = 0; e == ERR_OK && fault == NULL && i < n; i++) {
		e = audit_point_check(at->store, &points[i], &fault);
		if (fault != NULL) {
			c->bad = points[i].seq;
			c->fault = fault;
		}
	}
	*ret_n = n;
	return e;
}

/* With --quick from the newest checkpoint on. */
static uint64_t
begin(const struct audit_at *at, const struct audit_args *a)
{
	struct audit_point p;

	if (!a->quick || audit_points(at->conf.dir, &p, 1) == 0)
		return 0;
	return p.seq;
}

static void
say(const struct audit_args *a, const struct store_log_check *c, size_t n)
{
	struct audit_point last = { .seq = c->last };
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(1));

	memcpy(last.hash, c->hash, sizeof(last.hash));
	if (a->json)
		buf_printf(&out,
		    "{\"ok\":%s,\"rows\":%llu,\"first\":%llu,"
		    "\"last\":%llu,\"checkpoints\":%zu,"
		    "\"checkpoint\":\"",
		    c->bad == 0 ? "true" : "false", (unsigned long long)c->rows,
		    (unsigned long long)c->first, (unsigned long long)c->last,
		    n);
	else
		buf_printf(&out,
		    "%s: %llu rows, %llu to %llu, "
		    "%zu checkpoints, the last row is ",
		    c->bad == 0 ? "whole" : "damaged",
		    (unsigned long long)c->rows, (unsigned long long)c->first,
		    (unsigned long long)c->last, n);
	audit_point_put(&out, &last);
	if (a->json && c->bad != 0)
		buf_printf(&out, "\",\"bad\":%llu,\"fault\":\"%s",
		    (unsigned long long)c->bad, c->fault);
	else if (c->bad != 0)
		buf_printf(&out, "\nrow %llu: %s", (unsigned long long)c->bad,
		    c->fault);
	if (a->json)
		BUF_LIT(&out, "\"}");
	(void)printf("%.*s\n", STR_ARG(buf_str(&out)));
}

/* It is told beside the answer: who runs this may be nobody who reads. */
static void
damaged(const struct audit_at *at, uint64_t row)
{
	const char *why;

	if (limit_open(at->conf.dir, &why) != ERR_OK)
		return;
	incident_settings(&(struct incident_settings){
	    .quiet_ns = at->policy->incident_minutes * 60 * NS_PER_S,
	    .record = audit_pending_open(at->conf.dir) ?
		audit_pending_incident :
		NULL,
	});
	incident_raise(INCIDENT_CHAIN,
	    (struct event_field){ "row", EVENT_NUM((int64_t)row) });
}

int
audit_verify(struct audit_at *at, const struct audit_args *a)
{
	struct store_log_check c = { 0 };
	struct audit_point last;
	size_t n = 0;
	enum err e = store_begin(at->store, false, clock_ms() + BEGIN_MS);

	if (e == ERR_OK)
		e = store_log_verify(at->store, begin(at, a), &c);
	if (e == ERR_OK && c.bad == 0)
		e = compare(at, a, &c, &n);
	store_rollback(at->store);
	if (e == ERR_UNAVAILABLE) {
		cmd_complain("the journal has no row of this log that you may "
			     "read; that takes audit-export = journal, and the "
			     "group systemd-journal for a system user");
		return EX_UNAVAILABLE;
	}
	if (e != ERR_OK)
		return audit_failed(at, e);
	say(a, &c, n);
	if (c.bad != 0) {
		damaged(at, c.bad);
		return EX_DATAERR;
	}
	last.seq = c.last;
	memcpy(last.hash, c.hash, sizeof(last.hash));
	if (c.last != 0 && !audit_point_save(at->conf.dir, &last))
		cmd_complain("the checkpoint cannot be written to exports/");
	return EX_OK;
}

/* ---- export */

int
audit_export_all(struct audit_at *at, const struct audit_args *a)
{
	struct str names[POLICY_SINKS], sink = { NULL, 0 };
	size_t n = 0;
	enum err e;

	if (policy_sinks(at->policy, names) == 0) {
		cmd_complain("no sink is configured: audit-export");
		return EX_CONFIG;
	}
	e = export_run(at->policy, at->store, 0, &n, &sink);
	if (a->json)
		(void)printf("{\"ok\":%s,\"rows\":%zu}\n",
		    e == ERR_OK ? "true" : "false", n);
	else
		(void)printf("%zu rows delivered\n", n);
	if (e == ERR_OK)
		return EX_OK;
	(void)fprintf(stderr,
	    "doorward: %.*s did not take all: %s; what is missing there is "
	    "given to it again\n",
	    STR_ARG(sink),
	    e == ERR_UNAVAILABLE ? "it is not there, or takes nothing" :
				   err_row(e)->text);
	return EX_TEMPFAIL;
}
