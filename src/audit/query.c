/* SPDX-License-Identifier: ISC */
#include "audit/audit.h"
#include "base/clock.h"
#include "json/json.h"

/* A clock may have been set: what is so far outside of the times asked for
 * is not looked at any more. */
#define STRAY_NS (86400 * NS_PER_S)

static const struct {
	unsigned kind;
	const char *name;
} kinds[] = {
	{ 1, "put" },
	{ 2, "replace" },
	{ 3, "delete" },
	{ 4, "create-table" },
	{ 5, "update-table" },
	{ 6, "delete-table" },
	{ 7, "create" },
	{ 8, "end" },
	{ 9, "revive" },
	{ STORE_NOTE_REFUSED, "refused" },
	{ STORE_NOTE_INCIDENT, "incident" },
	{ STORE_NOTE_READ, "read" },
	{ STORE_NOTE_LOG, "log" },
};

const char *
audit_kind(unsigned kind)
{
	for (size_t i = 0; i < NELEM(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "change";
}

/* What a peer has sent may be no UTF-8: then each byte is a character. */
static void
put_text(struct buf *out, const char *name, struct str s)
{
	if (s.p == NULL)
		return;
	buf_printf(out, ",\"%s\":", name);
	if (str_utf8(s)) {
		json_put_str(out, s);
		return;
	}
	buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			buf_printf(out, "\\u%04x", c);
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

static void
put_hex(struct buf *out, const char *name, struct str s)
{
	if (s.p == NULL)
		return;
	buf_printf(out, ",\"%s\":\"", name);
	crypto_hex(out, s.p, s.len);
	buf_putc(out, '"');
}

void
audit_put_row(struct buf *out, const struct store_log_row *row,
    struct str table)
{
	const struct store_actor *who = &row->who;

	buf_printf(out, "{\"seq\":%llu,\"time\":\"",
	    (unsigned long long)row->seq);
	audit_put_time(out, row->time);
	buf_printf(out, "\",\"kind\":\"%s\"", audit_kind(row->kind));
	put_text(out, "actor", who->token);
	put_text(out, "client", who->client);
	put_text(out, "requestId", who->request_id);
	put_text(out, "traceparent", who->traceparent);
	put_text(out, "surface", who->surface);
	put_text(out, "peer", who->peer);
	put_text(out, "operation", who->operation);
	put_text(out, "table", table);
	if (row->tbl != 0)
		buf_printf(out, ",\"tableId\":%llu",
		    (unsigned long long)row->tbl);
	put_hex(out, "key", row->item);
	put_text(out, "result", row->outcome);
	if (row->detail.p != NULL) {
		BUF_LIT(out, ",\"detail\":");
		buf_puts(out, row->detail);
	}
	put_hex(out, "hash", row->hash);
	buf_putc(out, '}');
}

/* The name of the table that a row is about; the last one is remembered, as
 * mostly the next row is about the same. */
struct names {
	uint64_t tbl;
	struct str name;
};

static enum err
name_of(struct store *s, const struct store_log_row *row, struct arena *a,
    struct names *n, struct str *ret)
{
	enum err e = ERR_OK;

	*ret = row->name;
	if (row->name.p != NULL || row->tbl == 0)
		return ERR_OK;
	if (n->tbl != row->tbl) {
		n->tbl = row->tbl;
		e = store_log_table(s, row->tbl, a, &n->name);
	}
	*ret = n->name;
	return e;
}

static bool
is(struct str want, struct str have)
{
	return want.p == NULL || str_eq(want, have);
}

static bool
wanted(const struct audit_filter *f, const struct store_log_row *row)
{
	if (row->time < f->from || (f->to != 0 && row->time >= f->to))
		return false;
	if (!is(f->actor, row->who.token) ||
	    !is(f->operation, row->who.operation))
		return false;
	return is(f->result, row->outcome) ||
	    (str_eq(f->result, STR("refused")) &&
		row->kind == STORE_NOTE_REFUSED);
}

/* Nothing that is wanted follows. */
static bool
past(const struct audit_filter *f, const struct audit_page *p, uint64_t time)
{
	if (p->upwards)
		return f->to != 0 && time > f->to && time - f->to > STRAY_NS;
	return time < f->from && f->from - time > STRAY_NS;
}

static enum err
next(struct store *s, const struct audit_filter *f, const struct audit_page *p,
    struct store_cursor *c, struct arena *a, uint64_t *ret_next)
{
	struct store_log_row row;
	struct names names = { 0 };
	struct str table;
	size_t given = 0;
	bool more = false;
	enum err e;

	for (size_t seen = 0;; seen++) {
		if ((e = store_log_next(c, &row, &more)) != ERR_OK || !more ||
		    past(f, p, row.time))
			return e;
		if (given == p->max || seen == AUDIT_SCAN_MAX) {
			*ret_next = p->upwards ? row.seq - 1 : row.seq + 1;
			return ERR_OK;
		}
		if (!wanted(f, &row))
			continue;
		if ((e = name_of(s, &row, a, &names, &table)) != ERR_OK)
			return e;
		if (!is(f->table, table))
			continue;
		if ((e = p->put(p->arg, &row, table)) != ERR_OK)
			return e;
		given++;
	}
}

static enum err
begin(struct store *s, const struct audit_filter *f, const struct audit_page *p,
    uint64_t *ret)
{
	*ret = p->upwards ? p->after + 1 : p->after - 1;
	if (p->after != 0)
		return ERR_OK;
	if (p->upwards && f->from > STRAY_NS)
		return store_log_seek(s, f->from - STRAY_NS, ret);
	if (!p->upwards && f->to != 0)
		return store_log_seek(s, f->to + STRAY_NS, ret);
	return ERR_OK;
}

enum err
audit_query(struct store *s, const struct audit_filter *f,
    const struct audit_page *p, struct arena *a, uint64_t *ret_next)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	uint64_t from = 0;
	enum err e;

	*ret_next = 0;
	if (!p->upwards && p->after == 1)
		return ERR_OK;
	if ((e = begin(s, f, p, &from)) != ERR_OK ||
	    (e = store_log_walk(s, from, !p->upwards, &c)) != ERR_OK)
		return e;
	return next(s, f, p, c, a, ret_next);
}
