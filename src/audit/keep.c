/* SPDX-License-Identifier: ISC */
#include "audit/keep.h"

#include <string.h>

#include "audit/export.h"
#include "base/clock.h"

#define HOUR_NS  (3600 * NS_PER_S)
#define DAY_NS   (24 * HOUR_NS)
#define CHUNK    2000 /* rows dropped in one transaction */
#define BEGIN_MS 2000

static const struct str memo_id = STR_INIT("audit/sweep");

/* The memo's number is when the next sweep is due. */
static enum err
is_due(struct store *s, uint64_t now, struct arena *a, bool *ret)
{
	struct store_memo m;
	enum err e = store_memo_get(s, MEMO_MARK, memo_id, a, &m);

	/* A clock that was set back must not stop it for long. */
	*ret = e == ERR_NOT_FOUND || (uint64_t)m.n <= now ||
	    (uint64_t)m.n > now + HOUR_NS;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Images are read with the time of their rows: these stay as long. */
static enum err
hold_for_images(struct store *s, uint64_t *before)
{
	uint64_t tbl = 0, first;
	enum err e;

	while ((e = store_images_table(s, tbl, &tbl)) == ERR_OK && tbl != 0) {
		if ((e = store_images_first(s, tbl, &first)) != ERR_OK)
			return e;
		if (first != 0 && first < *before)
			*before = first;
	}
	return e;
}

static enum err
hold_for_sinks(struct store *s, const struct audit_keep *k, struct arena *a,
    uint64_t *before)
{
	uint64_t seq;
	enum err e;

	for (size_t i = 0; i < k->nsinks; i++) {
		if ((e = audit_mark(s, k->sinks[i], a, &seq)) != ERR_OK)
			return e;
		if (seq + 1 < *before)
			*before = seq + 1;
	}
	return ERR_OK;
}

/* One chunk; the row that says so is written when the last is done. */
static enum err
drop(struct store *s, const struct audit_keep *k, uint64_t now, struct arena *a,
    bool *ret_more)
{
	const uint64_t age = k->days * DAY_NS;
	struct buf detail CLEANUP(buf_free) = BUF_INIT(64);
	uint64_t before;
	size_t n;
	enum err e;

	*ret_more = false;
	if (k->days == 0 || age >= now)
		return ERR_OK;
	if ((e = store_log_seek(s, now - age, &before)) != ERR_OK ||
	    (e = hold_for_images(s, &before)) != ERR_OK ||
	    (e = hold_for_sinks(s, k, a, &before)) != ERR_OK ||
	    (e = store_log_trim(s, before, CHUNK, &n)) != ERR_OK || n == 0)
		return e;
	*ret_more = n == CHUNK;
	if (*ret_more)
		return ERR_OK;
	buf_printf(&detail, "{\"droppedBefore\":%llu}",
	    (unsigned long long)before);
	store_actor(s, &(struct store_actor){ .operation = STR("Retention") });
	return store_log_note(s,
	    &(struct store_note){ .kind = STORE_NOTE_LOG,
		.outcome = STR("OK"),
		.detail = buf_str(&detail) });
}

static enum err
newest(struct store *s, struct audit_point *ret)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_log_row row;
	bool more = false;
	enum err e;

	*ret = (struct audit_point){ 0 };
	if ((e = store_log_walk(s, UINT64_MAX, true, &c)) != ERR_OK ||
	    (e = store_log_next(c, &row, &more)) != ERR_OK || !more)
		return e;
	if (row.hash.len == sizeof(ret->hash)) {
		ret->seq = row.seq;
		memcpy(ret->hash, row.hash.p, sizeof(ret->hash));
	}
	return ERR_OK;
}

/* In a write transaction. */
static enum err
sweep(struct store *s, const struct audit_keep *k, bool now, struct arena *a,
    struct audit_point *ret, bool *ret_more)
{
	const uint64_t t = clock_wall_ns();
	bool due = true;
	enum err e = ERR_OK;

	if (!now)
		e = is_due(s, t, a, &due);
	if (e != ERR_OK || !due)
		return e;
	if ((e = drop(s, k, t, a, ret_more)) != ERR_OK)
		return e;
	if (!*ret_more)
		e = store_memo_set(s,
		    &(struct store_memo){ .kind = MEMO_MARK,
			.id = memo_id,
			.n = (int64_t)(t + HOUR_NS) });
	return e == ERR_OK ? newest(s, ret) : e;
}

/* Mostly it is not due: that is seen without the lock. */
static enum err
look(struct store *s, struct arena *a, bool *ret_due)
{
	enum err e = store_begin(s, false, clock_ms());

	if (e != ERR_OK)
		return e;
	e = is_due(s, clock_wall_ns(), a, ret_due);
	store_rollback(s);
	return e;
}

enum err
audit_sweep(struct store *s, const struct audit_keep *k, bool now,
    struct audit_point *ret)
{
	struct arena *a = arena_new(KIB(64));
	bool due = now, more = false;
	enum err e = a == NULL ? ERR_NO_MEMORY : ERR_OK;

	*ret = (struct audit_point){ 0 };
	if (e == ERR_OK && !now)
		e = look(s, a, &due);
	do {
		if (e != ERR_OK || !due)
			break;
		if ((e = store_begin(s, true, clock_ms() + BEGIN_MS)) != ERR_OK)
			break;
		e = sweep(s, k, now, a, ret, &more);
		if (e == ERR_OK)
			e = store_commit(s);
		else
			store_rollback(s);
	} while (more);
	if (e != ERR_OK)
		ret->seq = 0;
	arena_free(a);
	return e;
}
