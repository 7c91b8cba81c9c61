/* SPDX-License-Identifier: ISC */
#include "store/internal.h"

/* Bytes of keys and text that a row may have to lie in one page whole. */
#define IN_PAGE 960

static void
bind_key(sqlite3_stmt *q, uint64_t tbl, const struct store_key *k)
{
	bind_u64(q, 1, tbl);
	bind_blob(q, 2, k->hash);
	bind_blob(q, 3, k->range);
}

/*
 * The statement stays open until the next get or the transaction's end, and
 * with it the text: a put in between reads the old image from there.
 */
enum err
store_get(struct store *s, const struct store_table *t,
    const struct store_key *k, struct store_item *ret)
{
	sqlite3_stmt *q;
	enum err e;
	bool row = false;

	if ((e = stmt_use(s, STMT_ITEM_GET, &q)) != ERR_OK)
		return e;
	(void)sqlite3_reset(q);
	bind_key(q, t->id, k);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	*ret = (struct store_item){ .key = *k };
	if (row) {
		ret->size = column_u64(q, 0);
		ret->text = column_str(q, 1);
	}
	return ERR_OK;
}

/*
 * An update writes the row where it lies: one page, where a replacement takes
 * it out and in again and moves its neighbours for that.  But a row that
 * reaches into a page of its own and changes its length gets that page anew
 * before the old one is free, which is one page more.
 */
static enum stmt
put_by(const struct store_item *item, const struct store_item *old)
{
	const size_t len = item->text.len;

	if (old->text.p == NULL)
		return STMT_ITEM_INSERT;
	return len == old->text.len ||
		len + item->key.hash.len + item->key.range.len <= IN_PAGE ?
	    STMT_ITEM_UPDATE :
	    STMT_ITEM_REPLACE;
}

enum err
store_put(struct store *s, const struct store_table *t,
    const struct store_item *item, const struct store_item *old)
{
	bool fresh = old->text.p == NULL;
	const struct log_entry entry = {
		.change = fresh ? LOG_INSERT : LOG_REPLACE,
		.tbl = t->id,
		.key = &item->key,
		.old = old->text,
		.new = item->text,
		.images = t->images,
	};
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, item->text.len)) != ERR_OK ||
	    (e = stmt_use(s, put_by(item, old), &q)) != ERR_OK)
		return e;
	bind_key(q, t->id, &item->key);
	bind_u64(q, 4, item->size);
	bind_blob(q, 5, item->text);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return store_fault(s, ERR_INTERNAL, "the old item is gone");
	if ((e = log_append(s, &entry)) != ERR_OK)
		return e;
	return tally_add(s, t->id, fresh ? 1 : 0,
	    (int64_t)(item->size - (fresh ? 0 : old->size)));
}

enum err
store_delete(struct store *s, const struct store_table *t,
    const struct store_item *old)
{
	const struct log_entry entry = {
		.change = LOG_REMOVE,
		.tbl = t->id,
		.key = &old->key,
		.old = old->text,
		.images = t->images,
	};
	sqlite3_stmt *q;
	enum err e;

	if (old->text.p == NULL)
		return ERR_OK;
	if ((e = stmt_use(s, STMT_ITEM_DELETE, &q)) != ERR_OK)
		return e;
	bind_key(q, t->id, &old->key);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return store_fault(s, ERR_INTERNAL, "the old item is gone");
	if ((e = log_append(s, &entry)) != ERR_OK)
		return e;
	return tally_add(s, t->id, -1, -(int64_t)old->size);
}
