/* SPDX-License-Identifier: ISC */
#include "serve/export.h"

#include <stdio.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/export.h"
#include "audit/pending.h"
#include "base/event.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define FIELDS_MAX     17
#define AT_ONCE        2000 /* rows to a sink in one quiet moment */

/* ---- the journal, in its own fields */

struct fields {
	struct buf text; /* all of them, one behind the other */
	size_t end[FIELDS_MAX];
	size_t n;
};

static void
field(struct fields *f, const char *name, struct str value)
{
	if (value.p == NULL || f->n == FIELDS_MAX)
		return;
	buf_printf(&f->text, "%s=", name);
	buf_puts(&f->text, value);
	f->end[f->n++] = f->text.len;
}

static void
message(struct fields *f, const struct store_log_row *row, struct str table)
{
	struct str who = row->who.token, no = STR("-");

	buf_printf(&f->text, "MESSAGE=%s: %.*s %.*s on %.*s: %.*s",
	    audit_kind(row->kind), STR_ARG(who.p == NULL ? no : who),
	    STR_ARG(row->who.operation.p == NULL ? no : row->who.operation),
	    STR_ARG(table.p == NULL ? no : table), STR_ARG(row->outcome));
	f->end[f->n++] = f->text.len;
}

static void
hex_field(struct fields *f, const char *name, struct str value)
{
	struct buf hex CLEANUP(buf_free) = BUF_INIT(256);

	if (value.p == NULL)
		return;
	crypto_hex(&hex, value.p, value.len);
	field(f, name, buf_str(&hex));
}

static enum err
send_fields(struct fields *f)
{
	struct iovec v[FIELDS_MAX];
	size_t at = 0;

	if (buf_err(&f->text) != ERR_OK)
		return buf_err(&f->text);
	for (size_t i = 0; i < f->n; at = f->end[i++])
		v[i] = (struct iovec){ f->text.p + at, f->end[i] - at };
	return sd_journal_sendv(v, (int)f->n) == 0 ? ERR_OK : ERR_UNAVAILABLE;
}

/* libsystemd says that all is well where there is no journal. */
static enum err
journal_put(void *arg, const struct store_log_row *row, struct str table)
{
	const struct policy *p = arg;
	struct fields f = { .text = BUF_INIT(KIB(16)) };
	const struct store_actor *who = &row->who;
	char seq[24];
	enum err e;

	if (access(JOURNAL_SOCKET, W_OK) != 0)
		return ERR_UNAVAILABLE;
	message(&f, row, table);
	field(&f, "PRIORITY",
	    row->kind == STORE_NOTE_REFUSED ? STR("5") : STR("6"));
	field(&f, "SYSLOG_IDENTIFIER", STR("doorward-audit"));
	field(&f, EXPORT_DATA, str_from(p->home.data));
	field(&f, EXPORT_SEQ, event_num(seq, (int64_t)row->seq));
	field(&f, "DOORWARD_KIND", str_from(audit_kind(row->kind)));
	field(&f, "DOORWARD_ACTOR", who->token);
	field(&f, "DOORWARD_CLIENT", who->client);
	field(&f, "DOORWARD_REQUEST_ID", who->request_id);
	field(&f, "DOORWARD_PEER", who->peer);
	field(&f, "DOORWARD_SURFACE", who->surface);
	field(&f, "DOORWARD_OPERATION", who->operation);
	field(&f, "DOORWARD_TABLE", table);
	field(&f, "DOORWARD_RESULT", row->outcome);
	field(&f, "DOORWARD_DETAIL", row->detail);
	hex_field(&f, "DOORWARD_KEY", row->item);
	hex_field(&f, EXPORT_HASH, row->hash);
	e = send_fields(&f);
	buf_free(&f.text);
	return e;
}

static enum err
journal_flush(void *arg UNUSED)
{
	return ERR_OK;
}

/* ---- all of them */

/* ERR_OK and no more than max rows. */
static enum err
serve_sink(struct store *s, const struct audit_sink *k, size_t max, size_t *n)
{
	size_t got = 1, all = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && got > 0 && (max == 0 || all < max)) {
		e = audit_export(s, k, &got);
		all += got;
	}
	*n += all;
	return e;
}

static enum err
to_journal(const struct policy *p, struct store *s, size_t max, size_t *n)
{
	const struct audit_sink k = { STR("journal"), journal_put,
		journal_flush, (void *)(uintptr_t)p };

	return serve_sink(s, &k, max, n);
}

static enum err
to_json(const struct policy *p, struct store *s, size_t max, size_t *n)
{
	struct audit_json j;
	struct audit_sink k;
	enum err e = audit_json_open(&j, p->home.data);

	if (e != ERR_OK)
		return e;
	k = audit_json_sink(&j);
	e = serve_sink(s, &k, max, n);
	audit_json_close(&j);
	return e;
}

static enum err
to_syslog(const struct policy *p, struct store *s, size_t max, size_t *n)
{
	struct audit_syslog l;
	struct audit_sink k;
	enum err e = audit_syslog_open(&l, p->export_syslog.p);

	if (e != ERR_OK)
		return e;
	k = audit_syslog_sink(&l);
	e = serve_sink(s, &k, max, n);
	audit_syslog_close(&l);
	return e;
}

static const struct sink {
	struct str name;
	enum err (
	    *run)(const struct policy *, struct store *, size_t, size_t *);
} sinks[] = {
	{ STR_INIT("journal"), to_journal },
	{ STR_INIT("json"), to_json },
	{ STR_INIT("syslog"), to_syslog },
};
_Static_assert(NELEM(sinks) == POLICY_SINKS, "each has a setting");

static const struct sink *
sink_of(struct str name)
{
	const struct sink *k = sinks;

	while (!str_eq(k->name, name))
		k++;
	return k;
}

enum err
export_run(const struct policy *p, struct store *s, size_t max, size_t *ret_n,
    struct str *reterr_sink)
{
	struct str names[POLICY_SINKS];
	const size_t n = policy_sinks(p, names);
	enum err e, first = ERR_OK;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		e = sink_of(names[i])->run(p, s, max, ret_n);
		if (e == ERR_OK || first != ERR_OK)
			continue;
		first = e;
		*reterr_sink = names[i];
	}
	return first;
}

static void
checkpoint(const struct policy *p, const struct audit_point *at)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(128);

	audit_point_put(&text, at);
	EVENT_LOG(EVENT_CHAIN, { "at", buf_str(&text) });
	if (!audit_point_save(p->home.data, at))
		EVENT_LOG(EVENT_WARNING,
		    { "why", STR("no checkpoint of the log can be written") });
}

bool
export_tend(const struct policy *p, struct store *s, int pending)
{
	static enum err said;
	struct str names[POLICY_SINKS], sink = { NULL, 0 };
	const struct audit_keep keep = { p->audit_days, names,
		policy_sinks(p, names) };
	struct audit_point at;
	bool did = audit_intake(s, pending, true);
	size_t n;
	enum err e;

	/* What is not kept is not exported. */
	if (p->sync_off)
		return did;
	if (audit_sweep(s, &keep, false, &at) == ERR_OK && at.seq != 0) {
		checkpoint(p, &at);
		did = true;
	}
	e = export_run(p, s, AT_ONCE, &n, &sink);
	if (e != said && e != ERR_OK && e != ERR_BUSY)
		EVENT_LOG(EVENT_WARNING, { "export", sink },
		    { "error", str_from(err_row(e)->id) });
	said = e;
	return did || n > 0;
}
