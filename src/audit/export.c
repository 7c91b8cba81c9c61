/* SPDX-License-Identifier: ISC */
#include "audit/export.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/clock.h"

#define ROWS     500 /* between two marks */
#define BEGIN_MS 2000

struct delivery {
	const struct audit_sink *sink;
	uint64_t last; /* that the sink took */
	size_t n;
};

static char *
mark_id(struct str sink, char ret[64])
{
	(void)snprintf(ret, 64, "export/%.*s", STR_ARG(sink));
	return ret;
}

enum err
audit_mark(struct store *s, struct str sink, struct arena *a, uint64_t *ret)
{
	struct store_memo m;
	char id[64];
	enum err e =
	    store_memo_get(s, MEMO_MARK, str_from(mark_id(sink, id)), a, &m);

	*ret = e == ERR_OK ? (uint64_t)m.n : 0;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
deliver(void *arg, const struct store_log_row *row, struct str table)
{
	struct delivery *d = arg;
	enum err e = d->sink->put(d->sink->arg, row, table);

	if (e != ERR_OK)
		return e;
	d->last = row->seq;
	d->n++;
	return ERR_OK;
}

static enum err
remember(struct store *s, const struct delivery *d)
{
	char id[64];
	enum err e = store_begin(s, true, clock_ms() + BEGIN_MS);

	if (e != ERR_OK)
		return e;
	e = store_memo_set(s,
	    &(struct store_memo){ .kind = MEMO_MARK,
		.id = str_from(mark_id(d->sink->name, id)),
		.n = (int64_t)d->last });
	if (e == ERR_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

static enum err
send(struct store *s, struct delivery *d, struct arena *a)
{
	const struct audit_filter all = { 0 };
	struct audit_page page = { .upwards = true,
		.max = ROWS,
		.put = deliver,
		.arg = d };
	uint64_t next;
	enum err e = store_begin(s, false, clock_ms() + BEGIN_MS);

	if (e != ERR_OK)
		return e;
	e = audit_mark(s, d->sink->name, a, &page.after);
	if (e == ERR_OK)
		e = audit_query(s, &all, &page, a, &next);
	store_rollback(s);
	return e;
}

enum err
audit_export(struct store *s, const struct audit_sink *sink, size_t *ret_n)
{
	struct delivery d = { .sink = sink };
	struct arena *a = arena_new(MIB(1));
	enum err e, failed;

	*ret_n = 0;
	if (a == NULL)
		return ERR_NO_MEMORY;
	failed = send(s, &d, a);
	arena_free(a);
	if (d.n == 0)
		return failed;
	if ((e = sink->flush(sink->arg)) != ERR_OK ||
	    (e = remember(s, &d)) != ERR_OK)
		return e;
	*ret_n = d.n;
	return failed;
}

int
audit_exports(const char *data_dir, bool make)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof(path), "%s/" AUDIT_EXPORTS,
		data_dir) >= sizeof(path))
		return -1;
	if (make)
		(void)mkdir(path, 0700);
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}
