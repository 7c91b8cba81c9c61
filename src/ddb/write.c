/* SPDX-License-Identifier: ISC */
#include "ddb/write.h"

#include "ddb/collection.h"
#include "ddb/compare.h"
#include "ddb/index.h"
#include "ddb/key.h"
#include "ddb/ttl.h"
#include "model/model.h"

/* The attributes that the indexes need, of the item before and after. */
struct images {
	struct op_ctx *ctx;
	const struct write *w;
	struct str *old, *new; /* as table.attrs */
};

/* An index's entry before and after; hash.p is NULL where there is none. */
struct change {
	struct store_entry old, new;
	uint64_t old_size, new_size;
	bool moves; /* the two are not at the same place */
};

static enum err
find(struct op_ctx *ctx, const struct table *t, struct str text,
    struct str **ret)
{
	*ret = arena_alloc(ctx->arena, t->nattrs * sizeof(**ret));
	if (*ret == NULL)
		return ERR_NO_MEMORY;
	return text.p == NULL ? ERR_OK :
				attr_find(text, t->attrs, t->nattrs, *ret);
}

enum err
write_same(struct str a, struct str b, bool *ret)
{
	struct json *x CLEANUP(json_freep) = NULL;
	struct json *y CLEANUP(json_freep) = NULL;
	struct json_member m = { 0 };
	struct json_error error;
	enum err e;

	*ret = str_eq(a, b);
	if (*ret || a.len != b.len)
		return ERR_OK;
	e = json_parse(a, LIMIT_JSON_DEPTH, &x, &error);
	if (e == ERR_OK)
		e = json_parse(b, LIMIT_JSON_DEPTH, &y, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	*ret = json_len(x) == json_len(y);
	while (*ret && json_next(x, &m))
		*ret = operand_equal(operand_of(m.value),
		    operand_of(json_find(y, m.name)));
	return ERR_OK;
}

/* Does the index show the same of both? */
static enum err
same_shown(const struct images *i, const struct table_index *x, bool *ret)
{
	*ret = true;
	if (x->projection == PROJECTION_ALL)
		return write_same(i->w->old.text, i->w->item.text, ret);
	for (size_t k = 0; k < x->nshown && *ret; k++)
		*ret = str_eq(i->old[x->shown[k]], i->new[x->shown[k]]);
	return ERR_OK;
}

static enum err
look(const struct images *i, const struct table_index *x, struct change *c)
{
	const struct table *t = i->w->t;
	enum err e;

	*c = (struct change){ .moves = false };
	e = index_entry(i->ctx, x, i->old, &i->w->key, &c->old);
	if (e == ERR_OK)
		e = index_entry(i->ctx, x, i->new, &i->w->key, &c->new);
	if (e == ERR_OK && c->old.hash.p != NULL)
		e = index_size(i->ctx, t, x, i->old, i->w->old.size,
		    &c->old_size);
	if (e == ERR_OK && c->new.hash.p != NULL)
		e = index_size(i->ctx, t, x, i->new, i->w->item.size,
		    &c->new_size);
	c->moves = !str_eq(c->old.hash, c->new.hash) ||
	    !str_eq(c->old.range, c->new.range);
	return e;
}

/*
 * An entry that stays where it is has only its size written down.  Not while
 * the index is being filled: who knows whether it is there already.
 */
static enum err
keep(const struct images *i, const struct table_index *x,
    const struct change *c)
{
	struct store *s = i->ctx->store;
	enum err e = ERR_OK;

	if (!c->moves && !x->building)
		return c->new_size == c->old_size ?
		    ERR_OK :
		    store_entry_resize(s, x->id,
			(int64_t)c->new_size - (int64_t)c->old_size);
	if (c->old.hash.p != NULL)
		e = store_entry_delete(s, x->id, &c->old, c->old_size);
	if (e == ERR_OK && c->new.hash.p != NULL)
		e = store_entry_put(s, x->id, &c->new, c->new_size);
	return e;
}

/* To move an entry is to delete one and to put one. */
static uint64_t
halves(const struct change *c)
{
	uint64_t sum = 0;

	if (!c->moves)
		return answer_write_halves(c->old_size, c->new_size);
	if (c->old.hash.p != NULL)
		sum += answer_write_halves(c->old_size, 0);
	if (c->new.hash.p != NULL)
		sum += answer_write_halves(0, c->new_size);
	return sum;
}

/* What the item and the local indexes' entries grow by. */
static int64_t
growth(const struct write *w, const struct change *all)
{
	const struct table *t = w->t;
	int64_t sum = (int64_t)(w->item.text.p == NULL ? 0 : w->item.size) -
	    (int64_t)(w->old.text.p == NULL ? 0 : w->old.size);

	for (size_t n = 0; n < t->nindexes; n++)
		if (t->indexes[n].local)
			sum +=
			    (int64_t)all[n].new_size - (int64_t)all[n].old_size;
	return sum;
}

/* Bytes that are written to an index of vectors. */
static uint64_t
vector_bytes(const struct change *c)
{
	return c->new.hash.p == NULL          ? 0 :
	    c->new_size < ANSWER_VECTOR_BYTES ? ANSWER_VECTOR_BYTES :
						c->new_size;
}

/* *ret: what it costs is added; NULL: nobody counts that. */
static enum err
keep_one(const struct images *i, const struct table_index *x,
    const struct change *c, uint64_t *ret)
{
	bool same = false;
	enum err e = ERR_OK;

	if (c->old.hash.p == NULL && c->new.hash.p == NULL)
		return ERR_OK;
	if (!c->moves)
		e = same_shown(i, x, &same);
	if (e != ERR_OK || same)
		return e;
	if (ret != NULL)
		*ret += x->vector != NULL ? vector_bytes(c) : halves(c);
	return keep(i, x, c);
}

/* Nothing is changed before it is known that all of it may be. */
static enum err
keep_indexes(struct op_ctx *ctx, const struct write *w, struct capacity *ret)
{
	struct change all[LIMIT_GLOBAL_INDEXES + LIMIT_LOCAL_INDEXES +
	    LIMIT_VECTOR_INDEXES];
	const struct table *t = w->t;
	struct images i = { .ctx = ctx, .w = w };
	enum err e = find(ctx, t, w->old.text, &i.old);

	if (e == ERR_OK)
		e = find(ctx, t, w->item.text, &i.new);
	if (e == ERR_OK && !w->copied)
		e = index_check_update(ctx, t, i.old, i.new);
	for (size_t n = 0; n < t->nall && e == ERR_OK; n++)
		e = look(&i, &t->indexes[n], &all[n]);
	if (e == ERR_OK && collection_has(t))
		e = collection_add(ctx, w, growth(w, all));
	for (size_t n = 0; n < t->nall && e == ERR_OK; n++)
		e = keep_one(&i, &t->indexes[n], &all[n],
		    ret != NULL ? &ret->index[n] : NULL);
	return e;
}

/* What is deleted, brought back or undone need not fit. */
static enum err
check_model(struct op_ctx *ctx, const struct write *w)
{
	const struct models_row *row = models_find(ctx->models, w->t->row.name);
	struct model_item i = { .hash = w->t->hash.name,
		.range = w->t->range.name };
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct json *item CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	if (row == NULL || !row->enforced || w->copied ||
	    w->item.text.p == NULL)
		return ERR_OK;
	e = json_parse(w->item.text, LIMIT_JSON_DEPTH, &item, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	i.item = item;
	if (model_check(&row->model, &i, &wrong))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    "The item does not fit the table's data model: %.*s",
	    STR_ARG(buf_str(&wrong)));
}

enum err
write_apply(struct op_ctx *ctx, const struct write *w, struct capacity *ret)
{
	struct store_item item = w->item;
	enum err e = ERR_OK;

	item.key = w->key;
	/* Nothing to delete costs a unit all the same. */
	if (ret != NULL)
		ret->table +=
		    answer_write_halves(w->old.text.p == NULL ? 0 : w->old.size,
			item.text.p == NULL ? 0 : item.size);
	if (ctx->models != NULL)
		e = check_model(ctx, w);
	if (e == ERR_OK && w->t->nall > 0)
		e = keep_indexes(ctx, w, ret);
	if (e == ERR_OK && w->t->ttl.index != 0)
		e = ttl_keep(ctx, w);
	if (e != ERR_OK)
		return e;
	return item.text.p == NULL ?
	    store_delete(ctx->store, &w->t->row, &w->old) :
	    store_put(ctx->store, &w->t->row, &item, &w->old);
}
