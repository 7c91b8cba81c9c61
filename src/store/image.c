/* SPDX-License-Identifier: ISC */
/* What is kept of changes beside their row in the log. */
#include "store/internal.h"

static void
bind_image(sqlite3_stmt *q, int at, struct str s)
{
	if (s.p == NULL)
		(void)sqlite3_bind_null(q, at);
	else
		bind_blob(q, at, s);
}

enum err
image_put(struct store *s, uint64_t seq, const struct log_entry *e)
{
	sqlite3_stmt *q;
	enum err err;

	if ((err = stmt_use(s, STMT_IMAGE_PUT, &q)) != ERR_OK)
		return err;
	bind_u64(q, 1, e->tbl);
	bind_u64(q, 2, seq);
	bind_blob(q, 3, e->key->hash);
	bind_blob(q, 4, e->key->range);
	bind_image(q, 5, e->old);
	bind_image(q, 6, e->new);
	return stmt_run(s, q);
}

enum err
store_images(struct store *s, uint64_t tbl, uint64_t from, bool reverse,
    struct store_cursor **ret)
{
	struct store_cursor *c = &s->cursor;
	sqlite3_stmt *q;
	enum err e;

	if (c->q != NULL)
		return store_fault(s, ERR_INTERNAL, "a walk is open");
	if ((e = stmt_use(s, reverse ? STMT_IMAGE_DOWN : STMT_IMAGE_UP, &q)) !=
	    ERR_OK)
		return e;
	bind_u64(q, 1, tbl);
	bind_u64(q, 2, from > INT64_MAX ? INT64_MAX : from);
	c->store = s;
	c->q = q;
	*ret = c;
	return ERR_OK;
}

enum err
store_images_next(struct store_cursor *c, struct store_image *ret,
    bool *ret_more)
{
	enum err e;

	*ret_more = false;
	if (c->q == NULL)
		return ERR_OK;
	if ((e = stmt_step(c->store, c->q, ret_more)) != ERR_OK || !*ret_more) {
		c->q = NULL; /* another step would start it again */
		return e;
	}
	*ret = (struct store_image){
		.seq = column_u64(c->q, 0),
		.key = { column_str(c->q, 1), column_str(c->q, 2) },
		.old = column_str(c->q, 3),
		.new = column_str(c->q, 4),
		.time = column_u64(c->q, 5),
		.token = column_str(c->q, 6),
		.surface = column_str(c->q, 7),
		.operation = column_str(c->q, 8),
	};
	return ERR_OK;
}

/* A statement with one parameter that gives one number, 0 for none. */
static enum err
number(struct store *s, enum stmt id, uint64_t n, uint64_t *ret)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, id, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, n);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	*ret = row ? column_u64(q, 0) : 0;
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_images_first(struct store *s, uint64_t tbl, uint64_t *ret)
{
	return number(s, STMT_IMAGE_FIRST, tbl, ret);
}

enum err
store_images_table(struct store *s, uint64_t after, uint64_t *ret)
{
	return number(s, STMT_IMAGE_TABLE, after, ret);
}

enum err
store_images_trim(struct store *s, uint64_t tbl, uint64_t before, size_t max,
    size_t *ret_n)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_IMAGE_TRIM, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, tbl);
	bind_u64(q, 2, before);
	bind_u64(q, 3, max);
	if ((e = stmt_run(s, q)) == ERR_OK)
		*ret_n = (size_t)sqlite3_changes(s->db);
	return e;
}
