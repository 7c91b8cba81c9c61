/* SPDX-License-Identifier: ISC */
#include <stdarg.h>

#include "op/once.h"

enum err
op_fail(struct op_ctx *ctx, enum err e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ctx->message = arena_vprintf(ctx->arena, fmt, ap);
	va_end(ap);
	return ctx->message.p == NULL ? ERR_NO_MEMORY : e;
}

bool
op_may_table(const struct op_ctx *ctx, struct str table)
{
	struct str all = ctx->tables;
	size_t at = 0, end;

	if (all.p == NULL)
		return true;
	while (at < all.len) {
		for (end = at;
		     end < all.len && all.p[end] != ' ' && all.p[end] != ',';)
			end++;
		if (end > at &&
		    str_matches((struct str){ all.p + at, end - at }, table))
			return true;
		at = end + 1;
	}
	return false;
}

unsigned
op_flags(const struct op *op, const struct json *in)
{
	if (op->writes == NULL)
		return op->flags;
	return op->flags | (op->writes(in) ? OP_WRITE : OP_READ);
}

/* With what it was given for: both are done, or neither. */
static enum err
take_consent(struct op_ctx *ctx)
{
	const struct store_memo m = { .kind = MEMO_CONSENT,
		.id = ctx->consent.id,
		.expires = ctx->consent.expires };
	enum err e;

	if (ctx->consent.id.p == NULL)
		return ERR_OK;
	e = store_memo_add(ctx->store, &m);
	return e == ERR_IN_USE ? ERR_CONSENT : e;
}

/* The transaction is open; run and commit in it. */
static enum err
inside(const struct op *op, struct op_ctx *ctx, const struct json *in,
    const struct once *once, struct buf *out)
{
	enum err e = ERR_OK;

	if (ctx->consent.id.p != NULL)
		e = store_object_newest(ctx->store, &ctx->consent.begun);
	if (e == ERR_OK)
		e = op->run(ctx, in, out);
	if (e == ERR_OK)
		e = buf_err(out);
	if (e == ERR_OK)
		e = take_consent(ctx);
	if (e == ERR_OK)
		e = once_done(once, ctx);
	if (e == ERR_OK)
		e = store_commit(ctx->store);
	return e;
}

/* May it see what was there a while ago? */
static bool
may_be_old(const struct op *op, const struct op_ctx *ctx, const struct json *in)
{
	struct json_member m = { 0 };

	if (!op->eventual || ctx->stale_ms == 0 ||
	    json_bool(json_get(in, "ConsistentRead")))
		return false;
	while (json_next(json_get(in, "RequestItems"), &m))
		if (json_bool(json_get(m.value, "ConsistentRead")))
			return false;
	return true;
}

/* The caller has the rights. */
static enum err
run(const struct op *op, struct op_ctx *ctx, const struct json *in, bool write,
    struct buf *out)
{
	struct once once = { .again = false };
	enum err e = ERR_OK;

	if (ctx->fault != NULL)
		e = ctx->fault(ctx, op, in);
	ctx->prepared = NULL;
	if (e == ERR_OK && op->prepare != NULL)
		e = op->prepare(ctx, in);
	if (e == ERR_OK && write)
		e = once_begin(&once, op, ctx, in);
	if (e != ERR_OK)
		return e;
	ctx->again = once.again;
	ctx->reading = !write;
	ctx->actor.operation = str_from(op->name);
	store_actor(ctx->store, &ctx->actor);
	if (!write && may_be_old(op, ctx, in))
		e = store_begin_old(ctx->store, ctx->stale_ms, ctx->deadline);
	else
		e = store_begin(ctx->store, write, ctx->deadline);
	if (e == ERR_OK) {
		e = inside(op, ctx, in, &once, out);
		if (e != ERR_OK)
			store_rollback(ctx->store);
		else if (!store_changes(ctx->store, &ctx->first_change,
			     &ctx->last_change))
			ctx->first_change = ctx->last_change = 0;
	}
	if (e != ERR_OK)
		once_forget(&once, ctx);
	return e;
}

enum err
op_run(const struct op *op, struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	const unsigned flags = op_flags(op, in);
	size_t mark = out->len;
	enum err e = op_may(ctx, flags);

	ctx->message = (struct str){ NULL, 0 };
	if (e == ERR_OK)
		e = run(op, ctx, in, (flags & OP_WRITE) != 0, out);
	if (e == ERR_OK)
		return ERR_OK;
	/* The room's answer for the failure goes into the same buffer. */
	out->len = mark;
	out->error = ERR_OK;
	if (ctx->message.p == NULL)
		ctx->message = str_from(err_row(e)->text);
	return e;
}

enum err
op_newest(struct op_ctx *ctx, uint64_t *ret)
{
	enum err e = store_begin(ctx->store, false, ctx->deadline);

	if (e == ERR_OK)
		e = store_object_newest(ctx->store, ret);
	store_rollback(ctx->store);
	return e;
}
