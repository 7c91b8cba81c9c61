/* SPDX-License-Identifier: ISC */
#include "ddb/task.h"

#include "crypto/crypto.h"
#include "ddb/job.h"

static const struct task_kind *const kinds[] = {
#define TASK(name) &task_##name,
#include "ddb/task.tbl"
#undef TASK
	NULL,
};

enum err
task_start(struct op_ctx *ctx, struct str name, struct str def)
{
	struct store_object o = {
		.space = ctx->space,
		.kind = STORE_JOB,
		.name = name,
		.def = def,
	};

	return store_object_create(ctx->store, &o);
}

static enum err
read_part(struct op_ctx *ctx, const struct json *text, struct str *ret)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));

	if (!crypto_unbase64(&b, json_str(text)))
		return ERR_STORE_VERSION;
	*ret = arena_str(ctx->arena, buf_str(&b));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
task_key(struct op_ctx *ctx, const struct json *def, struct store_key *ret)
{
	enum err e;

	*ret = (struct store_key){ 0 };
	if (json_get(def, "hash") == NULL)
		return ERR_OK;
	e = read_part(ctx, json_get(def, "hash"), &ret->hash);
	if (e == ERR_OK)
		e = read_part(ctx, json_get(def, "range"), &ret->range);
	return e;
}

void
task_put_key(struct buf *out, const struct store_key *k)
{
	if (k->hash.p == NULL)
		return;
	BUF_LIT(out, ",\"hash\":\"");
	crypto_base64(out, k->hash);
	BUF_LIT(out, "\",\"range\":\"");
	crypto_base64(out, k->range);
	buf_putc(out, '"');
}

static enum err
is_due(struct op_ctx *ctx, bool *ret)
{
	struct store_object o;
	enum err e = store_job_oldest(ctx->store, ctx->arena, &o);

	*ret = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
carry_on(struct op_ctx *ctx, struct store_object *o)
{
	struct json *def CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct str kind;

	if (json_parse(o->def, LIMIT_JSON_DEPTH, &def, &error) != ERR_OK)
		return ERR_STORE_VERSION;
	kind = json_str(json_get(def, "kind"));
	ctx->space = o->space;
	for (size_t i = 0; kinds[i] != NULL; i++)
		if (str_eq(kind, str_from(kinds[i]->name)))
			return kinds[i]->step(ctx, o, def);
	return ERR_STORE_VERSION;
}

static enum err
step(struct op_ctx *ctx, bool *ret_more)
{
	struct store_object o;
	enum err e;

	*ret_more = false;
	if ((e = job_begin(ctx, false)) != ERR_OK)
		return e;
	e = store_job_oldest(ctx->store, ctx->arena, &o);
	store_rollback(ctx->store);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK || (e = carry_on(ctx, &o)) != ERR_OK)
		return e;
	*ret_more = true;
	return ERR_OK;
}

const struct job job_requested = {
	.name = "requested",
	.due = is_due,
	.step = step,
};
