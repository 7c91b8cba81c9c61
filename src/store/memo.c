/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "store/internal.h"

static bool
expired(uint64_t expires)
{
	return expires != 0 && expires <= clock_wall_ns();
}

static void
bind_memo(sqlite3_stmt *q, const struct store_memo *m)
{
	bind_u64(q, 1, (uint64_t)m->kind);
	bind_blob(q, 2, m->id);
	bind_u64(q, 3, m->expires);
	(void)sqlite3_bind_int64(q, 4, m->n);
	bind_blob(q, 5, m->data);
}

enum err
store_memo_get(struct store *s, enum store_memo_kind kind, struct str id,
    struct arena *a, struct store_memo *ret)
{
	struct store_memo m = { .kind = kind, .id = id };
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_MEMO_GET, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, (uint64_t)kind);
	bind_blob(q, 2, id);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return ERR_NOT_FOUND;
	m.expires = column_u64(q, 0);
	m.n = sqlite3_column_int64(q, 1);
	m.data = arena_str(a, column_str(q, 2));
	(void)sqlite3_reset(q);
	if (m.data.p == NULL)
		return ERR_NO_MEMORY;
	if (expired(m.expires))
		return ERR_NOT_FOUND;
	*ret = m;
	return ERR_OK;
}

/* Each add drops more than it adds: nothing expired stays for long. */
static enum err
prune(struct store *s)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_MEMO_PRUNE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, clock_wall_ns());
	return stmt_run(s, q);
}

/* The very one may have expired and not be among those that prune() took. */
static enum err
make_room(struct store *s, const struct store_memo *m)
{
	sqlite3_stmt *q;
	bool row = false, old;
	enum err e;

	if ((e = prune(s)) != ERR_OK ||
	    (e = stmt_use(s, STMT_MEMO_GET, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, (uint64_t)m->kind);
	bind_blob(q, 2, m->id);
	if ((e = stmt_step(s, q, &row)) != ERR_OK || !row)
		return e;
	old = expired(column_u64(q, 0));
	(void)sqlite3_reset(q);
	return old ? store_memo_delete(s, m->kind, m->id) : ERR_IN_USE;
}

enum err
store_memo_add(struct store *s, const struct store_memo *m)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, m->id.len + m->data.len)) != ERR_OK ||
	    (e = make_room(s, m)) != ERR_OK ||
	    (e = stmt_use(s, STMT_MEMO_SET, &q)) != ERR_OK)
		return e;
	bind_memo(q, m);
	return stmt_run(s, q);
}

enum err
store_memo_set(struct store *s, const struct store_memo *m)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, m->id.len + m->data.len)) != ERR_OK ||
	    (e = stmt_use(s, STMT_MEMO_SET, &q)) != ERR_OK)
		return e;
	bind_memo(q, m);
	return stmt_run(s, q);
}

enum err
store_memo_delete(struct store *s, enum store_memo_kind kind, struct str id)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_MEMO_DELETE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, (uint64_t)kind);
	bind_blob(q, 2, id);
	return stmt_run(s, q);
}

enum err
store_memo_list(struct store *s, enum store_memo_kind kind, struct str after,
    size_t max, struct arena *a, struct store_memo *ret, size_t *ret_n)
{
	sqlite3_stmt *q;
	size_t n = 0;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_MEMO_LIST, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, (uint64_t)kind);
	bind_blob(q, 2, after);
	bind_u64(q, 3, max);
	while ((e = stmt_step(s, q, &row)) == ERR_OK && row) {
		if (expired(column_u64(q, 1)))
			continue;
		ret[n] = (struct store_memo){
			.kind = kind,
			.id = arena_str(a, column_str(q, 0)),
			.expires = column_u64(q, 1),
			.n = sqlite3_column_int64(q, 2),
			.data = arena_str(a, column_str(q, 3)),
		};
		if (ret[n].id.p == NULL || ret[n].data.p == NULL) {
			(void)sqlite3_reset(q);
			return ERR_NO_MEMORY;
		}
		n++;
	}
	if (e == ERR_OK)
		*ret_n = n;
	return e;
}
