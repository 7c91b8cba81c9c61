/* SPDX-License-Identifier: ISC */
#include "ddb/backup_copy.h"

#include "ddb/images.h"
#include "ddb/job.h"
#include "ddb/task.h"
#include "ddb/value.h"

#define CHUNK 500 /* items, or changes, of one transaction */

/*
 * Take the newest max changes at or before *at back, down to what the backup
 * is of.  *at is where to go on, 0: it is done.
 */
static enum err
rewind_some(struct op_ctx *ctx, const struct backup *b, size_t max,
    uint64_t *at)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_image image;
	bool more = false;
	enum err e;

	e = store_images(ctx->store, b->object.parent, *at, true, &c);
	*at = 0;
	for (; e == ERR_OK; max--) {
		struct store_item old = { 0 };

		if ((e = store_images_next(c, &image, &more)) != ERR_OK)
			return e;
		if (!more || image.seq <= b->seq)
			return ERR_OK;
		if (max == 0) {
			*at = image.seq;
			return ERR_OK;
		}
		old.key = image.key;
		old.text = image.old;
		if (old.text.p != NULL)
			e = value_measure(ctx, old.text, &old.size);
		if (e == ERR_OK)
			e = store_copy_set(ctx->store, b->object.id, &old);
	}
	return e;
}

enum err
backup_copy_all(struct op_ctx *ctx, const struct backup *b)
{
	struct store_key next = { 0 };
	uint64_t at = UINT64_MAX;
	enum err e;

	e = store_copy(ctx->store, b->object.parent, b->object.id, &next,
	    INT32_MAX, ctx->arena, &next);
	return e != ERR_OK ? e : rewind_some(ctx, b, SIZE_MAX, &at);
}

/* ---- the job */

static enum err
save(struct op_ctx *ctx, struct store_object *o, const struct json *def,
    const struct store_key *key, uint64_t at)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	enum err e;

	BUF_LIT(&text, "{\"kind\":\"backup\",\"backup\":");
	json_put(&text, json_get(def, "backup"));
	if (json_get(def, "then") != NULL) {
		BUF_LIT(&text, ",\"then\":");
		json_put(&text, json_get(def, "then"));
	}
	task_put_key(&text, key);
	if (at != 0)
		buf_printf(&text, ",\"at\":%llu", (unsigned long long)at);
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	o->def = buf_str(&text);
	return store_object_update(ctx->store, o);
}

/* Does another backup of the table still need its images? */
static enum err
others(struct op_ctx *ctx, const struct backup *b, bool *ret)
{
	struct store_object o[8];
	uint64_t after = 0;
	size_t n = 0;
	enum err e;

	*ret = false;
	do {
		e = store_object_children(ctx->store, b->object.parent,
		    STORE_BACKUP, after, NELEM(o), ctx->arena, o, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			struct backup other;

			after = o[i].id;
			if (o[i].id == b->object.id)
				continue;
			e = backup_read(ctx, &o[i], &other);
			*ret = *ret || (e == ERR_OK && !other.available);
		}
	} while (e == ERR_OK && n == NELEM(o));
	return e;
}

/* The copy needs its table no more. */
static enum err
release(struct op_ctx *ctx, const struct backup *b)
{
	struct table t;
	bool needed;
	enum err e = others(ctx, b, &needed);

	if (e != ERR_OK || needed)
		return e;
	if ((e = table_open(ctx, b->table, &t)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	return images_set(ctx, &t, IMAGES_COPY, false);
}

static enum err
finish(struct op_ctx *ctx, struct store_object *o, struct backup *b,
    struct str then)
{
	enum err e;

	if ((e = backup_finish(ctx, b)) != ERR_OK ||
	    (e = backup_then(ctx, b, then)) != ERR_OK ||
	    (e = store_object_end(ctx->store, o, STORE_DEAD)) != ERR_OK)
		return e;
	return release(ctx, b);
}

/* Its job ends itself when it comes by. */
enum err
backup_drop(struct op_ctx *ctx, const struct backup *b)
{
	enum err e = store_object_end(ctx->store, &b->object, STORE_DEAD);

	return e != ERR_OK ? e : release(ctx, b);
}

static enum err
go_on(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	struct store_key key = { 0 };
	struct backup b;
	int64_t id, at = -1;
	uint64_t to;
	enum err e;

	if (!json_int(json_get(def, "backup"), &id))
		return ERR_STORE_VERSION;
	if ((e = backup_at(ctx, (uint64_t)id, &b)) == ERR_NOT_FOUND)
		return store_object_end(ctx->store, o, STORE_DEAD);
	if (e != ERR_OK)
		return e;
	if (json_get(def, "at") == NULL) {
		if ((e = task_key(ctx, def, &key)) != ERR_OK ||
		    (e = store_copy(ctx->store, b.object.parent, b.object.id,
			 &key, CHUNK, ctx->arena, &key)) != ERR_OK)
			return e;
		return save(ctx, o, def, &key,
		    key.hash.p == NULL ? INT64_MAX : 0);
	}
	if (!json_int(json_get(def, "at"), &at))
		return ERR_STORE_VERSION;
	to = (uint64_t)at;
	if ((e = rewind_some(ctx, &b, CHUNK, &to)) != ERR_OK)
		return e;
	key.hash.p = NULL;
	return to != 0 ? save(ctx, o, def, &key, to) :
			 finish(ctx, o, &b, json_str(json_get(def, "then")));
}

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	enum err e = job_begin(ctx, true);

	return e != ERR_OK ? e : job_end(ctx, go_on(ctx, o, def));
}

const struct task_kind task_backup = {
	.name = "backup",
	.step = step,
};
