/* SPDX-License-Identifier: ISC */
#include "ddb/collection.h"

#include "ddb/index.h"
#include "ddb/key.h"

bool
collection_has(const struct table *t)
{
	/* Global ones come first. */
	return t->nindexes > 0 && t->indexes[t->nindexes - 1].local;
}

/* ---- how large it is */

/* One that is being counted. */
struct count {
	struct op_ctx ctx; /* with an arena that is emptied for each item */
	const struct table *t;
	uint64_t bytes;
};

static enum err
count_shown(struct count *c, const struct table_index *x,
    const struct str *values, const struct store_item *item)
{
	struct store_entry entry;
	uint64_t size;
	enum err e = index_entry(&c->ctx, x, values, &item->key, &entry);

	if (e != ERR_OK || entry.hash.p == NULL)
		return e;
	e = index_size(&c->ctx, c->t, x, values, item->size, &size);
	c->bytes += size;
	return e;
}

static enum err
count_item(void *arg, const struct store_item *item)
{
	struct count *c = arg;
	const struct table *t = c->t;
	struct str *values;
	enum err e;

	if (c->ctx.arena == NULL &&
	    (c->ctx.arena = arena_new(LIMIT_ARENA)) == NULL)
		return ERR_NO_MEMORY;
	arena_reset(c->ctx.arena);
	values = arena_alloc(c->ctx.arena, t->nattrs * sizeof(*values));
	if (values == NULL)
		return ERR_NO_MEMORY;
	c->bytes += item->size;
	e = attr_find(item->text, t->attrs, t->nattrs, values);
	for (size_t i = t->nindexes; i-- > 0 && e == ERR_OK;) {
		if (!t->indexes[i].local)
			break;
		e = count_shown(c, &t->indexes[i], values, item);
	}
	return e;
}

static enum err
size_of(struct op_ctx *ctx, const struct table *t, struct str hash,
    uint64_t *ret)
{
	struct count c = { .ctx = *ctx, .t = t };
	enum err e = store_collection_get(ctx->store, &t->row, hash, ret);

	if (e != ERR_NOT_FOUND)
		return e;
	c.ctx.arena = NULL;
	e = store_collection_items(ctx->store, &t->row, hash, count_item, &c);
	arena_free(c.ctx.arena);
	*ret = c.bytes;
	return e;
}

enum err
collection_add(struct op_ctx *ctx, const struct write *w, int64_t bytes)
{
	uint64_t size;
	enum err e;

	if (bytes == 0)
		return ERR_OK;
	if ((e = size_of(ctx, w->t, w->key.hash, &size)) != ERR_OK)
		return e;
	size += (uint64_t)bytes;
	if (bytes > 0 && size > LIMIT_COLLECTION &&
	    !(w->copied && w->t->is_making))
		return ERR_COLLECTION;
	return store_collection_set(ctx->store, &w->t->row, w->key.hash, size);
}

/* ---- what is said of it */

bool
collection_wanted(const struct json *in, const struct table *t)
{
	return collection_has(t) &&
	    str_eq(json_str(json_get(in, "ReturnItemCollectionMetrics")),
		STR("SIZE"));
}

enum err
collection_put(struct op_ctx *ctx, const struct table *t,
    const struct store_key *key, struct buf *out)
{
	struct str hash = key->hash;
	uint64_t size, gb;
	enum err e = size_of(ctx, t, hash, &size);

	if (e != ERR_OK || hash.len < KEY_PREFIX_BYTES)
		return e != ERR_OK ? e : ERR_STORE;
	hash.p += KEY_PREFIX_BYTES;
	hash.len -= KEY_PREFIX_BYTES;
	gb = size / GIB(1);
	BUF_LIT(out, "{\"ItemCollectionKey\":{");
	e = key_put_part(out, &t->hash, hash);
	buf_printf(out, "},\"SizeEstimateRangeGB\":[%llu.0,%llu.0]}",
	    (unsigned long long)gb, (unsigned long long)gb + 1);
	return e;
}

enum err
collection_answer(struct op_ctx *ctx, const struct json *in,
    const struct write *w, struct buf *out)
{
	if (!collection_wanted(in, w->t))
		return ERR_OK;
	answer_member(out, "ItemCollectionMetrics");
	return collection_put(ctx, w->t, &w->key, out);
}
