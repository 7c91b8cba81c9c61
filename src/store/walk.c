/* SPDX-License-Identifier: ISC */
#include "store/internal.h"

/*
 * Every range becomes `from on, up to but not`: what follows a byte string
 * at once in the order is the string with a NUL behind it.
 */
struct str
walk_successor(struct buf *b, struct str s)
{
	buf_reset(b);
	buf_put(b, s.p, s.len);
	buf_putc(b, '\0');
	return buf_str(b);
}

/* absent is the end of the order here */
static struct str
str_min(struct str a, struct str b)
{
	if (a.p == NULL)
		return b;
	return str_cmp(a, b) < 0 ? a : b;
}

static enum err
walk_hash(struct store_cursor *c, const struct store_table *t,
    const struct store_range *r)
{
	struct str lo = r->lo.p == NULL ? STR("") : r->lo, hi = r->hi;
	sqlite3_stmt *q;
	enum stmt id;
	enum err e;

	if (r->lo.p != NULL && r->lo_excl)
		lo = walk_successor(&c->lo, lo);
	if (hi.p != NULL && !r->hi_excl)
		hi = walk_successor(&c->hi, hi);
	if (r->after.hash.p != NULL && r->reverse)
		hi = str_min(hi,
		    r->after.range.p == NULL ? STR("") : r->after.range);
	else if (r->after.hash.p != NULL &&
	    (r->lo.p == NULL || str_cmp(r->after.range, lo) >= 0))
		lo = walk_successor(&c->lo, r->after.range);
	if ((e = buf_err(&c->lo)) != ERR_OK || (e = buf_err(&c->hi)) != ERR_OK)
		return e;
	id = hi.p == NULL ? (r->reverse ? STMT_WALK_DOWN : STMT_WALK_UP) :
			    (r->reverse ? STMT_WALK_DOWN_TO : STMT_WALK_UP_TO);
	if ((e = stmt_use(c->store, id, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, t->id);
	bind_blob(q, 2, r->hash);
	bind_blob(q, 3, lo);
	if (hi.p != NULL)
		bind_blob(q, 4, hi);
	c->q = q;
	return ERR_OK;
}

static enum err
walk_all(struct store_cursor *c, const struct store_table *t,
    const struct store_range *r)
{
	struct str hash = r->from.p == NULL ? STR("") : r->from;
	struct str range = STR("");
	sqlite3_stmt *q;
	enum err e;

	/* A segment's page starts at its own start or behind the last row. */
	if (r->after.hash.p != NULL && str_cmp(r->after.hash, hash) >= 0) {
		hash = r->after.hash;
		range = walk_successor(&c->lo, r->after.range);
	}
	if ((e = buf_err(&c->lo)) != ERR_OK)
		return e;
	e = stmt_use(c->store,
	    r->to.p == NULL ? STMT_WALK_ALL : STMT_WALK_ALL_TO, &q);
	if (e != ERR_OK)
		return e;
	bind_u64(q, 1, t->id);
	bind_blob(q, 2, hash);
	bind_blob(q, 3, range);
	if (r->to.p != NULL)
		bind_blob(q, 4, r->to);
	c->q = q;
	return ERR_OK;
}

enum err
store_walk(struct store *s, const struct store_table *t,
    const struct store_range *r, struct store_cursor **ret)
{
	struct store_cursor *c = &s->cursor;
	enum err e;

	if (c->q != NULL)
		return store_fault(s, ERR_INTERNAL, "a walk is open");
	c->store = s;
	c->index = r->index != 0;
	if (r->index != 0)
		e = index_walk(c, t, r);
	else
		e = r->hash.p == NULL ? walk_all(c, t, r) : walk_hash(c, t, r);
	if (e == ERR_OK)
		*ret = c;
	return e;
}

enum err
store_walk_next(struct store_cursor *c, struct store_item *ret, bool *ret_more)
{
	enum err e;

	*ret_more = false;
	if (c->q == NULL)
		return ERR_OK;
	if ((e = stmt_step(c->store, c->q, ret_more)) != ERR_OK || !*ret_more) {
		c->q = NULL; /* another step would start it again */
		return e;
	}
	ret->key.hash = column_str(c->q, 0);
	ret->key.range = column_str(c->q, 1);
	ret->size = column_u64(c->q, 2);
	ret->text = column_str(c->q, 3);
	if (c->index) {
		ret->entry.hash = column_str(c->q, 4);
		ret->entry.range = column_str(c->q, 5);
	}
	return ERR_OK;
}

void
store_walk_end(struct store_cursor *c)
{
	if (c != NULL && c->q != NULL)
		(void)sqlite3_reset(TAKE(c->q));
}

void
store_walk_endp(struct store_cursor **c)
{
	store_walk_end(*c);
}
