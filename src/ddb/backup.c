/* SPDX-License-Identifier: ISC */
#include "ddb/backup.h"

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/backup_copy.h"
#include "ddb/extra.h"
#include "ddb/images.h"
#include "ddb/task.h"

#define DEPTH   LIMIT_JSON_DEPTH
#define DEF_MAX MIB(2)

/* A table of at most so much is copied at once; a larger one by a job. */
#define SMALL_ITEMS 2000
#define SMALL_BYTES MIB(4)

/* ---- what the store has of it */

static void
put_state(struct buf *out, const struct backup *b)
{
	BUF_LIT(out, "{\"v\":1,\"name\":");
	json_put_str(out, b->name);
	BUF_LIT(out, ",\"table\":");
	json_put_str(out, b->table);
	BUF_LIT(out, ",\"region\":");
	json_put_str(out, b->region);
	buf_printf(out, ",\"created\":%llu,\"seq\":%llu",
	    (unsigned long long)b->created, (unsigned long long)b->seq);
	if (b->available)
		BUF_LIT(out, ",\"available\":true");
	if (b->hidden)
		BUF_LIT(out, ",\"hidden\":true");
	BUF_LIT(out, "}\n");
	buf_puts(out, b->table_def);
}

static enum err
make_def(struct op_ctx *ctx, struct backup *b)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	enum err e;

	put_state(&def, b);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	b->object.def = arena_str(ctx->arena, buf_str(&def));
	return b->object.def.p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static bool
read_state(struct arena *a, const struct json *state, struct backup *b)
{
	int64_t created, seq;

	if (!json_int(json_get(state, "created"), &created) ||
	    !json_int(json_get(state, "seq"), &seq))
		return false;
	b->created = (uint64_t)created;
	b->seq = (uint64_t)seq;
	b->name = arena_str(a, json_str(json_get(state, "name")));
	b->table = arena_str(a, json_str(json_get(state, "table")));
	b->region = arena_str(a, json_str(json_get(state, "region")));
	b->available = json_bool(json_get(state, "available"));
	b->hidden = json_bool(json_get(state, "hidden"));
	return b->name.p != NULL && b->table.p != NULL && b->region.p != NULL;
}

enum err
backup_read(struct op_ctx *ctx, const struct store_object *o,
    struct backup *ret)
{
	struct json *state CLEANUP(json_freep) = NULL;
	struct backup b = { .object = *o };
	struct json_error error;
	enum err e;

	if (json_parse(str_cut(o->def, '\n', &b.table_def), DEPTH, &state,
		&error) != ERR_OK ||
	    !read_state(ctx->arena, state, &b))
		return ERR_STORE_VERSION;
	e = store_object_count(ctx->store, o->id, &b.items, &b.bytes);
	if (e == ERR_OK)
		*ret = b;
	return e;
}

enum err
backup_at(struct op_ctx *ctx, uint64_t id, struct backup *ret)
{
	struct store_object o;
	enum err e = store_object_at(ctx->store, id, ctx->arena, &o);

	if (e == ERR_OK && (o.kind != STORE_BACKUP || o.state != STORE_ALIVE))
		e = ERR_NOT_FOUND;
	return e != ERR_OK ? e : backup_read(ctx, &o, ret);
}

enum err
backup_open(struct op_ctx *ctx, struct str arn, struct backup *ret)
{
	struct extra_arn a;
	struct store_object o;
	enum err e;

	if (!extra_arn(arn, &a) || !str_eq(a.kind, STR("backup")))
		return op_fail(ctx, ERR_VALIDATION, "Invalid BackupArn: %.*s",
		    STR_ARG(arn));
	if (!op_may_table(ctx, a.table))
		return ERR_SCOPE;
	e = store_object_get(ctx->store, ctx->space, STORE_BACKUP, a.rest,
	    ctx->arena, &o);
	if (e == ERR_OK && (e = backup_read(ctx, &o, ret)) == ERR_OK &&
	    (ret->hidden || !str_eq(ret->table, a.table)))
		e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, ERR_BACKUP_NOT_FOUND,
		    "Backup not found: %.*s", STR_ARG(arn));
	return e;
}

/* ---- making one */

/* {...,"backup":ID} */
static enum err
start_then(struct op_ctx *ctx, const struct backup *b, struct str then)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	enum err e;

	then.len--;
	buf_puts(&def, then);
	buf_printf(&def, ",\"backup\":%llu}", (unsigned long long)b->object.id);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	return task_start(ctx, b->object.name, buf_str(&def));
}

static enum err
start_copy(struct op_ctx *ctx, struct table *t, const struct backup *b,
    struct str then)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct str name;
	enum err e = images_set(ctx, t, IMAGES_COPY, true);

	if (e != ERR_OK)
		return e;
	buf_printf(&def, "{\"kind\":\"backup\",\"backup\":%llu",
	    (unsigned long long)b->object.id);
	if (then.p != NULL) {
		BUF_LIT(&def, ",\"then\":");
		json_put_str(&def, then);
	}
	buf_putc(&def, '}');
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	name = str_from(
	    arena_printf(ctx->arena, "copy %.*s", STR_ARG(b->object.name)));
	return name.p == NULL ? ERR_NO_MEMORY :
				task_start(ctx, name, buf_str(&def));
}

/* 01489173575360-b308cd7d: the time in ms, the rest of it, and chance; so
 * that their order is that of their making. */
static enum err
make_id(struct op_ctx *ctx, struct str *ret)
{
	const uint64_t now = clock_wall_ns(), ms = NS_PER_S / MS_PER_S;
	uint32_t chance;
	char *id;

	crypto_random(&chance, sizeof(chance));
	id = arena_printf(ctx->arena, "%014llu-%05x%03x",
	    (unsigned long long)(now / ms), (unsigned)(now % ms),
	    (unsigned)chance & 0xfff);
	if (id == NULL)
		return ERR_NO_MEMORY;
	*ret = str_from(id);
	return ERR_OK;
}

static enum err
finish_now(struct op_ctx *ctx, struct backup *b, struct str then)
{
	enum err e = backup_copy_all(ctx, b);

	if (e == ERR_OK)
		e = backup_finish(ctx, b);
	if (e == ERR_OK && then.p != NULL)
		e = start_then(ctx, b, then);
	return e;
}

enum err
backup_create(struct op_ctx *ctx, struct table *t,
    const struct backup_wanted *w, struct backup *ret)
{
	struct backup b = {
		.object = { .space = ctx->space,
		    .kind = STORE_BACKUP,
		    .parent = t->row.id },
		.name = w->name,
		.table = t->row.name,
		.region = ctx->region,
		.table_def = t->row.def,
		.created = t->row.created,
		.hidden = w->hidden,
	};
	uint64_t last;
	enum err e;

	if ((e = store_log_last(ctx->store, &last)) != ERR_OK ||
	    (e = make_id(ctx, &b.object.name)) != ERR_OK)
		return e;
	b.seq = w->seq == 0 ? last : w->seq;
	if ((e = make_def(ctx, &b)) != ERR_OK ||
	    (e = store_object_create(ctx->store, &b.object)) != ERR_OK)
		return e;
	if (t->row.items > SMALL_ITEMS || t->row.bytes > SMALL_BYTES ||
	    last - b.seq > SMALL_ITEMS)
		e = start_copy(ctx, t, &b, w->then);
	else
		e = finish_now(ctx, &b, w->then);
	if (e == ERR_OK)
		e = store_object_count(ctx->store, b.object.id, &b.items,
		    &b.bytes);
	if (e == ERR_OK)
		*ret = b;
	return e;
}

enum err
backup_finish(struct op_ctx *ctx, struct backup *b)
{
	enum err e;

	b->available = true;
	e = make_def(ctx, b);
	return e != ERR_OK ? e : store_object_update(ctx->store, &b->object);
}

enum err
backup_then(struct op_ctx *ctx, const struct backup *b, struct str then)
{
	return then.p == NULL ? ERR_OK : start_then(ctx, b, then);
}

enum err
backup_create_empty(struct op_ctx *ctx, const struct table *t,
    struct backup *ret)
{
	struct backup b = {
		.object = { .space = ctx->space,
		    .kind = STORE_BACKUP,
		    .parent = t->row.id },
		.name = t->row.name,
		.table = t->row.name,
		.region = ctx->region,
		.table_def = t->row.def,
		.created = t->row.created,
		.available = true,
		.hidden = true,
	};
	enum err e = make_id(ctx, &b.object.name);

	if (e == ERR_OK)
		e = make_def(ctx, &b);
	if (e == ERR_OK)
		e = store_object_create(ctx->store, &b.object);
	if (e == ERR_OK)
		*ret = b;
	return e;
}
