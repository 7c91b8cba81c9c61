/* SPDX-License-Identifier: ISC */
/*
 * An item that is taken has a text that is taken again and stays the same,
 * with the same size; its attributes are found there, each with its part of
 * the size.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "ddb/attr.h"
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
	if (e != ERR_OK && ctx->message.p == NULL)
		abort();
	buf_putc(out, '}');
	*size = w.size;
	return e;
}

/* {"Item":text}: is each attribute found, as the parser finds it? */
static void
attributes(struct op_ctx *ctx, struct str text, uint64_t size)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct str item = { text.p + 8, text.len - 9 }, values[2];
	struct json_member m = { 0 };
	struct json_error error;
	struct attr_name names[2];
	uint64_t sum = 0, one;

	if (json_parse(text, LIMIT_JSON_DEPTH, &in, &error) != ERR_OK ||
	    attr_name(ctx->arena, STR("\1none\1"), &names[1]) != ERR_OK)
		abort();
	while (json_next(json_get(in, "Item"), &m)) {
		struct buf want CLEANUP(buf_free) = BUF_INIT(MIB(8));
		struct str content;

		json_put(&want, m.value);
		if (attr_name(ctx->arena, m.name, &names[0]) != ERR_OK ||
		    attr_find(item, names, 2, values) != ERR_OK ||
		    !str_eq(values[0], buf_str(&want)) ||
		    attr_size(ctx, m.name, values[0], &one) != ERR_OK ||
		    attr_content(ctx->arena, values[0], 'S', &content) !=
			ERR_OK ||
		    (content.p != NULL) !=
			str_eq(attr_type(values[0]), STR("S")) ||
		    (content.p != NULL &&
			!str_eq(content, json_str(json_get(m.value, "S")))))
			abort();
		sum += one;
	}
	if (sum != size)
		abort();
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
		attributes(&ctx, buf_str(&one), a);
	}
	arena_free(ctx.arena);
	return 0;
}
