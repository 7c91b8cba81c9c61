/* SPDX-License-Identifier: ISC */
#include "store/internal.h"

static enum err
use(struct store *s, enum stmt id, const struct store_table *t, struct str hash,
    sqlite3_stmt **ret)
{
	enum err e = stmt_use(s, id, ret);

	if (e != ERR_OK)
		return e;
	bind_u64(*ret, 1, t->id);
	bind_blob(*ret, 2, hash);
	return ERR_OK;
}

enum err
store_collection_get(struct store *s, const struct store_table *t,
    struct str hash, uint64_t *ret_bytes)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = use(s, STMT_COLLECTION_GET, t, hash, &q)) != ERR_OK ||
	    (e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return ERR_NOT_FOUND;
	*ret_bytes = column_u64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_collection_set(struct store *s, const struct store_table *t,
    struct str hash, uint64_t bytes)
{
	sqlite3_stmt *q;
	enum err e;

	if (bytes == 0) {
		e = use(s, STMT_COLLECTION_DELETE, t, hash, &q);
		return e == ERR_OK ? stmt_run(s, q) : e;
	}
	if ((e = use(s, STMT_COLLECTION_SET, t, hash, &q)) != ERR_OK)
		return e;
	bind_u64(q, 3, bytes);
	return stmt_run(s, q);
}

enum err
store_collection_items(struct store *s, const struct store_table *t,
    struct str hash, enum err (*each)(void *arg, const struct store_item *item),
    void *arg)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = use(s, STMT_COLLECTION_ITEMS, t, hash, &q)) != ERR_OK)
		return e;
	while ((e = stmt_step(s, q, &row)) == ERR_OK && row) {
		const struct store_item item = { .size = column_u64(q, 0),
			.text = column_str(q, 1) };

		if ((e = each(arg, &item)) != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e;
}
