/* SPDX-License-Identifier: ISC */
/*
 * Undo - take back what one request changed, as the tools of MCP name it:
 * change-FROM-TO, rows of the log whose images are kept, or table-ID, a
 * table that was set aside.  All of it, or nothing.
 */
#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/backfill.h"
#include "ddb/shape.h"
#include "ddb/table.h"
#include "ddb/value.h"
#include "ddb/write.h"

#define CHANGES_MAX 1000 /* of one request */

static const struct shape request[] = {
	{ "Change", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 64 },
	{ NULL },
};

/* "NAME-1", "NAME-1-2": its numbers; false: it is not of that form. */
static bool
read_name(struct str s, struct str name, uint64_t *ret, size_t n)
{
	struct str part = str_cut(s, '-', &s);

	if (!str_eq(part, name))
		return false;
	for (size_t i = 0; i < n; i++) {
		part = str_cut(s, '-', &s);
		if (!str_u64(part, INT64_MAX, &ret[i]) || ret[i] == 0)
			return false;
	}
	return s.p == NULL;
}

static enum err
gone(struct op_ctx *ctx)
{
	return op_fail(ctx, ERR_NOT_FOUND,
	    "there is nothing to undo under this name; what a request changed "
	    "is kept for 24 hours, a deleted table for 7 days");
}

static enum err
undo_table(struct op_ctx *ctx, uint64_t id, struct buf *out)
{
	struct store_object o;
	enum err e = store_object_at(ctx->store, id, ctx->arena, &o);

	if (e == ERR_NOT_FOUND ||
	    (e == ERR_OK &&
		(o.kind != STORE_TABLE || o.space != ctx->space ||
		    o.state != STORE_CLOSED)))
		return gone(ctx);
	if (e != ERR_OK)
		return e;
	if (!op_may_table(ctx, o.name))
		return ERR_SCOPE;
	if ((e = store_object_revive(ctx->store, &o)) == ERR_IN_USE)
		return op_fail(ctx, e, "Table already exists: %.*s",
		    STR_ARG(o.name));
	if (e != ERR_OK || (e = backfill_adopt(ctx, &o)) != ERR_OK)
		return e;
	BUF_LIT(out, "{\"Table\":");
	json_put_str(out, o.name);
	buf_putc(out, '}');
	return e;
}

static bool
same(struct str a, struct str b)
{
	return (a.p == NULL) == (b.p == NULL) && (a.p == NULL || str_eq(a, b));
}

/* The item as it was before; it must be as that request left it. */
static enum err
undo_image(struct op_ctx *ctx, const struct table *t,
    const struct store_image *image)
{
	struct write w = { .t = t, .key = image->key, .copied = true };
	enum err e = store_get(ctx->store, &t->row, &image->key, &w.old);

	if (e != ERR_OK)
		return e;
	if (!same(w.old.text, image->new))
		return op_fail(ctx, ERR_CONDITION,
		    "an item of %.*s was changed since; nothing was undone",
		    STR_ARG(t->row.name));
	w.item.key = image->key;
	w.item.text = image->old;
	if (image->old.p != NULL &&
	    (e = value_measure(ctx, image->old, &w.item.size)) != ERR_OK)
		return e;
	return write_apply(ctx, &w, NULL);
}

/* By its id; a table of that name that was made later is another one. */
static enum err
open_by_id(struct op_ctx *ctx, uint64_t id, struct table *ret)
{
	struct store_object o;
	enum err e = store_object_at(ctx->store, id, ctx->arena, &o);

	if (e == ERR_NOT_FOUND ||
	    (e == ERR_OK && (o.kind != STORE_TABLE || o.space != ctx->space)))
		return gone(ctx);
	if (e != ERR_OK)
		return e;
	e = table_open(ctx, o.name, ret);
	return e == ERR_NOT_FOUND || (e == ERR_OK && ret->row.id != id) ?
	    gone(ctx) :
	    e;
}

/* Those of one table, the newest first. */
static enum err
undo_items_of(struct op_ctx *ctx, uint64_t id, const uint64_t *range,
    uint64_t *n)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_image image;
	struct table t = { 0 };
	bool more = true;
	enum err e = store_images(ctx->store, id, range[1], true, &c);

	while (e == ERR_OK) {
		if ((e = store_images_next(c, &image, &more)) != ERR_OK ||
		    !more || image.seq < range[0])
			break;
		if (t.row.id == 0)
			e = open_by_id(ctx, id, &t);
		if (e == ERR_OK)
			e = undo_image(ctx, &t, &image);
		++*n;
	}
	return e;
}

static enum err
undo_items(struct op_ctx *ctx, const uint64_t *range, struct buf *out)
{
	const uint64_t now = clock_wall_ns(), age = LIMIT_IMAGES_S * NS_PER_S;
	uint64_t id = 0, n = 0, first = 0;
	enum err e;

	if (range[1] < range[0] || range[1] - range[0] >= CHANGES_MAX)
		return gone(ctx);
	/* Images of a table that can be restored to a moment stay longer. */
	e = store_log_seek(ctx->store, now > age ? now - age : 0, &first);
	if (e != ERR_OK)
		return e;
	if (range[0] < first)
		return gone(ctx);
	for (;;) {
		if ((e = store_images_table(ctx->store, id, &id)) != ERR_OK)
			return e;
		if (id == 0)
			break;
		if ((e = undo_items_of(ctx, id, range, &n)) != ERR_OK)
			return e;
	}
	/* Some may have been dropped by now: then all is as if they were. */
	if (n != range[1] - range[0] + 1)
		return gone(ctx);
	buf_printf(out, "{\"Items\":%llu}", (unsigned long long)n);
	return ERR_OK;
}

static enum err
undo(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str name = json_str(json_get(in, "Change"));
	uint64_t n[2];
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (read_name(name, STR("table"), n, 1))
		return undo_table(ctx, n[0], out);
	if (read_name(name, STR("change"), n, 2))
		return undo_items(ctx, n, out);
	return op_fail(ctx, ERR_VALIDATION,
	    "Change: expected change-NUMBER-NUMBER or table-NUMBER, as a tool "
	    "gave it");
}

const struct op op_undo = {
	.name = "Undo",
	.target = "Doorward.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = undo,
};
