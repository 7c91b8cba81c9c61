/* SPDX-License-Identifier: ISC */
#include "ddb/work.h"

#include "ddb/backup_copy.h"
#include "ddb/extra.h"
#include "ddb/intake.h"

static const struct transfer_kind *const kinds[] = { &transfer_export,
	&transfer_import, &transfer_bulk };

void
work_freep(struct work *w)
{
	if (w->transfer != NULL)
		transfer_freep(w->transfer);
}

static enum err
open_arn(struct op_ctx *ctx, struct str name, struct str part, struct work *w)
{
	enum err e;

	for (size_t i = 0; i < NELEM(kinds); i++)
		if (str_eq(part, str_from(kinds[i]->part)))
			w->kind = kinds[i];
	if (w->kind == NULL) {
		w->backup = arena_alloc(ctx->arena, sizeof(*w->backup));
		return w->backup == NULL ? ERR_NO_MEMORY :
					   backup_open(ctx, name, w->backup);
	}
	w->transfer = arena_alloc(ctx->arena, sizeof(*w->transfer));
	if (w->transfer == NULL)
		return ERR_NO_MEMORY;
	*w->transfer = (struct transfer){ .own = NULL };
	if ((e = transfer_open(ctx, w->kind, name, w->transfer)) != ERR_OK)
		w->transfer = NULL;
	return e;
}

enum err
work_open(struct op_ctx *ctx, struct str name, struct work *ret)
{
	struct extra_arn a = { .kind = { NULL, 0 } };

	*ret = (struct work){ .backup = NULL };
	if (extra_arn(name, &a) && a.kind.p != NULL)
		return open_arn(ctx, name, a.kind, ret);
	ret->table = arena_alloc(ctx->arena, sizeof(*ret->table));
	return ret->table == NULL ? ERR_NO_MEMORY :
				    table_open_making(ctx, name, ret->table);
}

/* ---- how far it is */

static enum err
items_of(struct op_ctx *ctx, uint64_t id, uint64_t *ret)
{
	uint64_t bytes;

	*ret = 0;
	return id == 0 ? ERR_OK :
			 store_object_count(ctx->store, id, ret, &bytes);
}

/* Imports and bulk operations say so in different places. */
static bool
is_packed(const struct transfer *t)
{
	const struct json *at = json_get(t->about, "InputS3Configuration");

	return intake_packing(json_get(at == NULL ? t->about : at,
		   "InputCompressionType")) != BUCKET_PLAIN;
}

/* What an export reads is a backup of its own. */
static enum err
transfer_progress(struct op_ctx *ctx, const struct work *w, uint64_t *ret_done,
    uint64_t *ret_total, const char **ret_unit)
{
	const struct transfer *t = w->transfer;
	struct intake_at at;

	if (w->kind == &transfer_export) {
		*ret_unit = "items";
		*ret_done = transfer_number(t, "items");
		return items_of(ctx, transfer_number(t, "backup"), ret_total);
	}
	intake_read_at(t, &at);
	*ret_unit = "bytes";
	*ret_done = at.bytes;
	*ret_total = at.total;
	/* Of a file that is packed we know only where its text is read. */
	if (!is_packed(t))
		*ret_done += at.offset;
	return ERR_OK;
}

/* What it is filled from, by a job whose name has the table's id; 0: it is
 * not known yet. */
static enum err
source_of(struct op_ctx *ctx, const struct table *t, uint64_t *ret)
{
	struct json *def CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct store_object o;
	int64_t id = 0;
	enum err e;
	const char *name = arena_printf(ctx->arena, "restore %llu",
	    (unsigned long long)t->row.id);

	*ret = 0;
	if (name == NULL)
		return ERR_NO_MEMORY;
	e = store_object_get(ctx->store, ctx->space, STORE_JOB, str_from(name),
	    ctx->arena, &o);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (json_parse(o.def, LIMIT_JSON_DEPTH, &def, &error) == ERR_OK &&
	    json_int(json_get(def, "backup"), &id))
		*ret = (uint64_t)id;
	return ERR_OK;
}

/* Its own items, or the entries of the index that is filled. */
static enum err
table_progress(struct op_ctx *ctx, const struct table *t, uint64_t *ret_done,
    uint64_t *ret_total, const char **ret_unit)
{
	uint64_t backup;
	enum err e;

	*ret_unit = "items";
	if (t->is_making) {
		e = source_of(ctx, t, &backup);
		if (e == ERR_OK)
			e = items_of(ctx, t->row.id, ret_done);
		return e == ERR_OK ? items_of(ctx, backup, ret_total) : e;
	}
	for (size_t i = 0; i < t->nall; i++) {
		if (!t->indexes[i].building)
			continue;
		if ((e = items_of(ctx, t->row.id, ret_total)) != ERR_OK)
			return e;
		return items_of(ctx, t->indexes[i].id, ret_done);
	}
	*ret_unit = NULL;
	return ERR_OK;
}

enum err
work_progress(struct op_ctx *ctx, const struct work *w, uint64_t *ret_done,
    uint64_t *ret_total, const char **ret_unit)
{
	enum err e;

	*ret_done = *ret_total = 0;
	*ret_unit = NULL;
	if (w->table != NULL) {
		e = table_progress(ctx, w->table, ret_done, ret_total,
		    ret_unit);
	} else if (w->transfer != NULL) {
		e = transfer_progress(ctx, w, ret_done, ret_total, ret_unit);
	} else {
		*ret_unit = "items";
		*ret_done = w->backup->items;
		e = items_of(ctx, w->backup->object.parent, ret_total);
	}
	/* A table that shrinks meanwhile has fewer than were copied. */
	if (*ret_total > 0 && *ret_total < *ret_done)
		*ret_total = *ret_done;
	return e;
}

/* ---- its end */

enum err
work_cancel(struct op_ctx *ctx, const struct work *w)
{
	if (w->backup != NULL)
		return w->backup->available ? ERR_OK :
					      backup_drop(ctx, w->backup);
	if (w->transfer != NULL)
		return w->transfer->object.state != STORE_ALIVE ?
		    ERR_OK :
		    transfer_cancel(ctx, w->transfer);
	return w->table->is_making ?
	    store_table_delete(ctx->store, &w->table->row) :
	    ERR_OK;
}
