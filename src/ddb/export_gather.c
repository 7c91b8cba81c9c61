/* SPDX-License-Identifier: ISC */
/*
 * The changes of an incremental export.  For each key the hidden backup gets
 * three lines: when it was last changed, in microseconds, the item before the
 * first change and the one after the last, empty where there was none.
 */
#include "base/clock.h"
#include "ddb/backup.h"
#include "ddb/export.h"
#include "ddb/extra.h"

#define CHUNK 500 /* changes of one transaction */

static enum err
merge(struct op_ctx *ctx, const struct export_at *at,
    const struct store_image *image)
{
	const struct store_table to = { .id = at->backup };
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct store_item item, set = { .key = image->key, .size = 1 };
	struct str old, rest;
	enum err e = store_get(ctx->store, &to, &image->key, &item);

	if (e != ERR_OK)
		return e;
	old = image->old;
	if (item.text.p != NULL) {
		(void)str_cut(item.text, '\n', &rest);
		old = str_cut(rest, '\n', &rest);
	}
	buf_printf(&text, "%llu\n", (unsigned long long)(image->time / 1000));
	buf_puts(&text, old);
	buf_putc(&text, '\n');
	buf_puts(&text, image->new);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	set.text = buf_str(&text);
	return store_copy_set(ctx->store, at->backup, &set);
}

enum err
export_gather(struct op_ctx *ctx, struct export_at *at)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_image image;
	bool more = false;
	enum err e = store_images(ctx->store, at->table, at->next, false, &c);

	at->next = 0;
	for (size_t n = 0; e == ERR_OK; n++) {
		if ((e = store_images_next(c, &image, &more)) != ERR_OK)
			return e;
		if (!more || image.seq > at->last)
			return ERR_OK;
		if (n == CHUNK) {
			at->next = image.seq;
			return ERR_OK;
		}
		e = merge(ctx, at, &image);
	}
	return e;
}

enum err
export_table(struct op_ctx *ctx, uint64_t backup, struct table *ret)
{
	struct json *head CLEANUP(json_freep) = NULL;
	const struct json *keys;
	struct backup b;
	enum err e = backup_at(ctx, backup, &b);

	if (e != ERR_OK)
		return e;
	*ret = backup_source(b.table_def);
	if ((e = extra_read(ret, EXTRA_HEAD, &head)) != ERR_OK)
		return e;
	keys = json_get(head, "keys");
	if (!table_read_key(ctx->arena, json_at(keys, 0), &ret->hash) ||
	    (json_len(keys) > 1 &&
		!table_read_key(ctx->arena, json_at(keys, 1), &ret->range)))
		return ERR_STORE_VERSION;
	return ERR_OK;
}
