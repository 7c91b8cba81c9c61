/* SPDX-License-Identifier: ISC */
/*
 * An item that is taken has a text that is taken again and stays the same,
 * with the same size.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "ddb/shape.h"
#include "ddb/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct shape request[] = {
	{ "Item", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ NULL },
};

static enum err
item(struct op_ctx *ctx, struct str text, struct buf *out, uint64_t *size)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct value_out w = { .ctx = ctx, .out = out, .prefix = "" };
	struct json_error error;
	enum err e;

	if (json_parse(text, LIMIT_JSON_DEPTH, &in, &error) != ERR_OK ||
	    json_kind(in) != JSON_OBJECT)
		return ERR_JSON;
	BUF_LIT(out, "{\"Item\":");
	if ((e = shape_check(ctx, request, in)) == ERR_OK)
		e = value_put_map(&w, json_get(in, "Item"));
	if (e != ERR_OK && ctx->message == NULL)
		abort();
	buf_putc(out, '}');
	*size = w.size;
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf one CLEANUP(buf_free) = BUF_INIT(MIB(8));
	struct buf two CLEANUP(buf_free) = BUF_INIT(MIB(8));
	struct op_ctx ctx = { .arena = arena_new(MIB(8)) };
	uint64_t a, b;

	if (ctx.arena == NULL)
		abort();
	if (n > 0 && item(&ctx, (struct str){ (const char *)data, n }, &one,
			 &a) == ERR_OK) {
		if (item(&ctx, buf_str(&one), &two, &b) != ERR_OK || a != b ||
		    !str_eq(buf_str(&one), buf_str(&two)))
			abort();
	}
	arena_free(ctx.arena);
	return 0;
}
