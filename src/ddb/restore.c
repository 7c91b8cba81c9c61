/* SPDX-License-Identifier: ISC */
#include "ddb/restore.h"

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/job.h"
#include "ddb/task.h"
#include "ddb/write.h"

#define CHUNK       200    /* items of one transaction */
#define CHUNK_BYTES MIB(1) /* about */
#define SMALL       1000   /* items that are put at once */
#define SMALL_BYTES MIB(2)
#define DEF_DEPTH   16

static enum err
put_summary(struct op_ctx *ctx, const struct restore *r, struct table *t)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(8));
	enum err e;

	buf_putc(&text, '{');
	if (r->source_arn.p != NULL) {
		answer_member(&text, "SourceBackupArn");
		buf_puts(&text, r->source_arn);
	}
	answer_member(&text, "SourceTableArn");
	buf_puts(&text, r->table_arn);
	answer_member(&text, "RestoreDateTime");
	extra_put_time(&text, r->time);
	BUF_LIT(&text, ",\"RestoreInProgress\":true}");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = extra_set(ctx, t, EXTRA_HEAD, "making", STR("true"));
	if (e != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_DESCRIPTION, "RestoreSummary",
	    buf_str(&text));
}

enum err
restore_begin(struct op_ctx *ctx, const struct restore *r, struct table *ret)
{
	struct str name = json_str(json_get(r->in, "TargetTableName"));
	enum err e;

	if ((e = restore_create(ctx, r)) == ERR_IN_USE)
		return op_fail(ctx, ERR_TABLE_EXISTS,
		    "Table already exists: %.*s", STR_ARG(name));
	if (e != ERR_OK || (e = table_open_making(ctx, name, ret)) != ERR_OK)
		return e;
	return put_summary(ctx, r, ret);
}

enum err
restore_answer(struct op_ctx *ctx, struct table *t, struct buf *out)
{
	enum err e;

	BUF_LIT(out, "{\"TableDescription\":");
	e = table_put_description(ctx, t, "CREATING", NULL, out);
	buf_putc(out, '}');
	return e;
}

/* ---- its items */

/* Up to max of them behind *key; absent then: there are no more. */
static enum err
put_some(struct op_ctx *ctx, const struct table *t, uint64_t from, size_t max,
    struct store_key *key)
{
	const struct store_table source = { .id = from };
	const struct store_range range = { .after = *key };
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct write w = { .t = t, .copied = true };
	uint64_t bytes = 0;
	bool more = true;
	enum err e = store_walk(ctx->store, &source, &range, &c);

	while (e == ERR_OK && max-- > 0 && bytes < CHUNK_BYTES) {
		if ((e = store_walk_next(c, &w.item, &more)) != ERR_OK || !more)
			break;
		w.key = w.item.key;
		bytes += w.item.size;
		if ((e = write_apply(ctx, &w, NULL)) != ERR_OK)
			return e;
	}
	if (e != ERR_OK)
		return e;
	if (!more) {
		*key = (struct store_key){ 0 };
		return ERR_OK;
	}
	key->hash = arena_str(ctx->arena, w.key.hash);
	key->range = arena_str(ctx->arena, w.key.range);
	return key->hash.p == NULL || key->range.p == NULL ? ERR_NO_MEMORY :
							     ERR_OK;
}

static enum err
finish(struct op_ctx *ctx, struct table *t)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(8));
	struct json *d CLEANUP(json_freep) = NULL;
	const struct json *summary;
	struct json_member m = { 0 };
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &d);

	if (e != ERR_OK)
		return e;
	summary = json_get(d, "RestoreSummary");
	buf_putc(&text, '{');
	while (json_next(summary, &m))
		if (!str_eq(m.name, STR("RestoreInProgress"))) {
			if (text.len > 1)
				buf_putc(&text, ',');
			json_put_str(&text, m.name);
			buf_putc(&text, ':');
			json_put(&text, m.value);
		}
	BUF_LIT(&text, ",\"RestoreInProgress\":false}");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = extra_set(ctx, t, EXTRA_HEAD, "making", (struct str){ NULL, 0 });
	if (e != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_DESCRIPTION, "RestoreSummary",
	    buf_str(&text));
}

enum err
restore_job(struct op_ctx *ctx, const struct table *t, struct str *ret)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(4));
	enum err e;

	BUF_LIT(&def, "{\"kind\":\"restore\",\"name\":");
	json_put_str(&def, t->row.name);
	buf_printf(&def, ",\"table\":%llu}", (unsigned long long)t->row.id);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	*ret = arena_str(ctx->arena, buf_str(&def));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
restore_fill(struct op_ctx *ctx, struct table *t, const struct backup *b)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct store_key key = { 0 };
	struct str job, name;
	enum err e;

	if (b->items <= SMALL && b->bytes <= SMALL_BYTES) {
		do {
			e = put_some(ctx, t, b->object.id, SMALL, &key);
		} while (e == ERR_OK && key.hash.p != NULL);
		return e == ERR_OK ? finish(ctx, t) : e;
	}
	if ((e = restore_job(ctx, t, &job)) != ERR_OK)
		return e;
	job.len--;
	buf_puts(&def, job);
	buf_printf(&def, ",\"backup\":%llu}", (unsigned long long)b->object.id);
	name = str_from(arena_printf(ctx->arena, "restore %llu",
	    (unsigned long long)t->row.id));
	if (name.p == NULL || buf_err(&def) != ERR_OK)
		return ERR_NO_MEMORY;
	return task_start(ctx, name, buf_str(&def));
}

enum err
restore_refuse_reader(struct op_ctx *ctx, const struct backup *b)
{
	struct store_object o[16];
	struct str after = { NULL, 0 };
	size_t n = NELEM(o);
	enum err e = ERR_OK;

	for (uint64_t id = 0; e == ERR_OK && n == NELEM(o);) {
		e = store_object_list(ctx->store, ctx->space, STORE_JOB,
		    STORE_ALIVE, after, id, NELEM(o), ctx->arena, o, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			struct json *def CLEANUP(json_freep) = NULL;
			struct json_error error;
			int64_t reads = 0;

			after = o[i].name;
			id = o[i].id;
			if (json_parse(o[i].def, DEF_DEPTH, &def, &error) ==
				ERR_OK &&
			    json_int(json_get(def, "backup"), &reads) &&
			    (uint64_t)reads == b->object.id)
				e = op_fail(ctx, ERR_BACKUP_IN_USE,
				    "Backup is being restored: %.*s",
				    STR_ARG(b->object.name));
		}
	}
	return e;
}

/* ---- the job */

static enum err
save(struct op_ctx *ctx, struct store_object *o, const struct json *def,
    const struct store_key *key)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	enum err e;

	BUF_LIT(&text, "{\"kind\":\"restore\",\"name\":");
	json_put(&text, json_get(def, "name"));
	BUF_LIT(&text, ",\"table\":");
	json_put(&text, json_get(def, "table"));
	BUF_LIT(&text, ",\"backup\":");
	json_put(&text, json_get(def, "backup"));
	task_put_key(&text, key);
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	o->def = buf_str(&text);
	return store_object_update(ctx->store, o);
}

static enum err
end(struct op_ctx *ctx, struct store_object *o, const struct backup *b)
{
	enum err e = ERR_OK;

	if (b != NULL && b->hidden)
		e = store_object_end(ctx->store, &b->object, STORE_DEAD);
	return e != ERR_OK ? e : store_object_end(ctx->store, o, STORE_DEAD);
}

static enum err
go_on(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	struct store_key key = { 0 };
	struct backup b;
	struct table t;
	int64_t backup = 0, table = 0;
	enum err e;

	if (!json_int(json_get(def, "backup"), &backup) ||
	    !json_int(json_get(def, "table"), &table))
		return ERR_STORE_VERSION;
	if ((e = backup_at(ctx, (uint64_t)backup, &b)) == ERR_NOT_FOUND)
		return end(ctx, o, NULL);
	if (e != ERR_OK)
		return e;
	e = table_open_making(ctx, json_str(json_get(def, "name")), &t);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && t.row.id != (uint64_t)table))
		return end(ctx, o, &b);
	if (e != ERR_OK || (e = task_key(ctx, def, &key)) != ERR_OK ||
	    (e = put_some(ctx, &t, b.object.id, CHUNK, &key)) != ERR_OK)
		return e;
	if (key.hash.p != NULL)
		return save(ctx, o, def, &key);
	return (e = finish(ctx, &t)) != ERR_OK ? e : end(ctx, o, &b);
}

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	enum err e = job_begin(ctx, true);

	return e != ERR_OK ? e : job_end(ctx, go_on(ctx, o, def));
}

const struct task_kind task_restore = {
	.name = "restore",
	.step = step,
};
