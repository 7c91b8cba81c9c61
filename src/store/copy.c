/* SPDX-License-Identifier: ISC */
/* Items under another id: backups, and tables made from them. */
#include "store/internal.h"

static void
bind_from(sqlite3_stmt *q, int at, uint64_t id, const struct store_key *k)
{
	bind_u64(q, at, id);
	bind_blob(q, at + 1, k->hash);
	bind_blob(q, at + 2, k->range);
}

/* The key max items behind start; absent if there are not so many. */
static enum err
find_next(struct store *s, uint64_t from, const struct store_key *start,
    size_t max, struct arena *a, struct store_key *ret)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_COPY_END, &q)) != ERR_OK)
		return e;
	bind_from(q, 1, from, start);
	bind_u64(q, 4, max);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	*ret = (struct store_key){ 0 };
	if (!row)
		return ERR_OK;
	ret->hash = arena_str(a, column_str(q, 0));
	ret->range = arena_str(a, column_str(q, 1));
	(void)sqlite3_reset(q);
	return ret->hash.p == NULL || ret->range.p == NULL ? ERR_NO_MEMORY :
							     ERR_OK;
}

static enum err
count(struct store *s, uint64_t from, const struct store_key *start, size_t max,
    int64_t *ret_items, int64_t *ret_bytes)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_COPY_SUM, &q)) != ERR_OK)
		return e;
	bind_from(q, 1, from, start);
	bind_u64(q, 4, max);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	*ret_items = sqlite3_column_int64(q, 0);
	*ret_bytes = sqlite3_column_int64(q, 1);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_copy(struct store *s, uint64_t from, uint64_t to,
    const struct store_key *start, size_t max, struct arena *a,
    struct store_key *ret_next)
{
	int64_t items = 0, bytes = 0;
	struct store_key next;
	sqlite3_stmt *q;
	enum err e;

	if ((e = count(s, from, start, max, &items, &bytes)) != ERR_OK ||
	    (e = quota_check(s, (size_t)bytes)) != ERR_OK ||
	    (e = find_next(s, from, start, max, a, &next)) != ERR_OK ||
	    (e = stmt_use(s, STMT_COPY, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, to);
	bind_from(q, 2, from, start);
	bind_u64(q, 5, max);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	*ret_next = next;
	return tally_add(s, to, items, bytes);
}

enum err
store_copy_set(struct store *s, uint64_t to, const struct store_item *item)
{
	const struct store_table t = { .id = to };
	const bool put = item->text.p != NULL;
	struct store_item old;
	sqlite3_stmt *q;
	bool fresh;
	uint64_t was;
	enum err e;

	if ((e = store_get(s, &t, &item->key, &old)) != ERR_OK)
		return e;
	fresh = old.text.p == NULL;
	was = fresh ? 0 : old.size;
	stmt_reset(s, STMT_ITEM_GET);
	if (fresh && !put)
		return ERR_OK;
	if ((e = stmt_use(s, put ? STMT_ITEM_REPLACE : STMT_ITEM_DELETE, &q)) !=
	    ERR_OK)
		return e;
	bind_from(q, 1, to, &item->key);
	if (put) {
		bind_u64(q, 4, item->size);
		bind_blob(q, 5, item->text);
	}
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	return tally_add(s, to, (put ? 1 : 0) - (fresh ? 0 : 1),
	    (int64_t)(put ? item->size : 0) - (int64_t)was);
}
