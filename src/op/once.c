/* SPDX-License-Identifier: ISC */
#include "op/once.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"

#define NS_PER_MS (NS_PER_S / 1000)

/* While it is in progress nothing can be done under it for longer. */
#define RUN_MS (2 * LIMIT_LOCK_MS)

enum {
	STATE_RUNS = 1,
	STATE_DONE
};

/* The operation and its parameters, and then the request's own id. */
static enum err
make_mark(struct once *o, const struct op *op, struct op_ctx *ctx,
    const struct json *in)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY);
	unsigned char digest[CRYPTO_HASH_BYTES];
	struct str id = ctx->actor.request_id;
	char *p;

	buf_puts(&text, str_from(op->name));
	if (!json_put_sorted(&text, in, op->once, ctx->arena) ||
	    buf_err(&text) != ERR_OK)
		return ERR_NO_MEMORY;
	crypto_hash_of(digest, buf_str(&text), NULL);
	p = arena_alloc(ctx->arena, sizeof(digest) + id.len);
	if (p == NULL)
		return ERR_NO_MEMORY;
	memcpy(p, digest, sizeof(digest));
	if (id.len > 0)
		memcpy(p + sizeof(digest), id.p, id.len);
	o->mark = (struct str){ p, sizeof(digest) + id.len };
	return ERR_OK;
}

static struct str
digest_of(struct str mark)
{
	if (mark.len > CRYPTO_HASH_BYTES)
		mark.len = CRYPTO_HASH_BYTES;
	return mark;
}

static uint64_t
in_ms(uint64_t ms)
{
	return clock_wall_ns() + ms * NS_PER_MS;
}

/* What is known of the token; if nothing is, it is taken. */
static enum err
look(struct once *o, struct op_ctx *ctx)
{
	struct store_memo m;
	enum err e =
	    store_memo_get(ctx->store, MEMO_TRANSACT, o->id, ctx->arena, &m);

	if (e == ERR_NOT_FOUND)
		return store_memo_add(ctx->store,
		    &(struct store_memo){ .kind = MEMO_TRANSACT,
			.id = o->id,
			.expires = in_ms(RUN_MS),
			.n = STATE_RUNS,
			.data = o->mark });
	if (e != ERR_OK)
		return e;
	if (!str_eq(digest_of(m.data), digest_of(o->mark)))
		return ERR_MISMATCH;
	o->again = m.n == STATE_DONE;
	return o->again ? ERR_OK : ERR_IN_PROGRESS;
}

enum err
once_begin(struct once *o, const struct op *op, struct op_ctx *ctx,
    const struct json *in)
{
	struct str token =
	    json_str(op->once == NULL ? NULL : json_get(in, op->once));
	struct str who = ctx->actor.token;
	const char *id;
	enum err e;

	*o = (struct once){ .again = false };
	/* One that is not well formed is refused by the operation. */
	if (token.len == 0 || token.len > LIMIT_CLIENT_TOKEN)
		return ERR_OK;
	id =
	    arena_printf(ctx->arena, "%.*s/%.*s", STR_ARG(who), STR_ARG(token));
	if (id == NULL)
		return ERR_NO_MEMORY;
	o->id = str_from(id);
	if ((e = make_mark(o, op, ctx, in)) != ERR_OK ||
	    (e = store_begin(ctx->store, true, ctx->deadline)) != ERR_OK)
		return e;
	e = look(o, ctx);
	if (e == ERR_OK && !o->again)
		return store_commit_unsynced(ctx->store);
	store_rollback(ctx->store);
	return e;
}

enum err
once_done(const struct once *o, struct op_ctx *ctx)
{
	struct store_memo m;
	enum err e;

	if (o->id.p == NULL || o->again)
		return ERR_OK;
	e = store_memo_get(ctx->store, MEMO_TRANSACT, o->id, ctx->arena, &m);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && !str_eq(m.data, o->mark)))
		return ERR_IN_PROGRESS;
	if (e != ERR_OK)
		return e;
	m.n = STATE_DONE;
	m.expires = in_ms(LIMIT_ONCE_MS);
	m.data = digest_of(o->mark);
	return store_memo_set(ctx->store, &m);
}

void
once_forget(const struct once *o, struct op_ctx *ctx)
{
	struct store_memo m;

	if (o->id.p == NULL || o->again ||
	    store_begin(ctx->store, true, ctx->deadline) != ERR_OK)
		return;
	if (store_memo_get(ctx->store, MEMO_TRANSACT, o->id, ctx->arena, &m) ==
		ERR_OK &&
	    str_eq(m.data, o->mark) &&
	    store_memo_delete(ctx->store, MEMO_TRANSACT, o->id) == ERR_OK &&
	    store_commit_unsynced(ctx->store) == ERR_OK)
		return;
	store_rollback(ctx->store);
}
