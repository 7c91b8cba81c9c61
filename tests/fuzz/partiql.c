/* SPDX-License-Identifier: ISC */
/*
 * Any text as a statement of PartiQL: it is refused with words, or its trees
 * are carried out on an item.
 */
#include <stdlib.h>

#include "ddb/partiql_plan.h"
#include "ddb/update.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char text_params[] =
    "[{\"S\":\"x\"},{\"N\":\"1\"},{\"B\":\"AP8=\"},{\"L\":[{\"S\":\"y\"}]},"
    "{\"SS\":[\"a\",\"b\"]},{\"NULL\":true},{\"M\":{\"k\":{\"N\":\"2\"}}}]";
static const char text_item[] =
    "{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1\"},\"c\":{\"L\":[{\"M\":{\"d\":"
    "{\"NS\":[\"1\"]}}},{\"B\":\"AP8=\"}]},\"x.y\":{\"BOOL\":true}}";

static void
parse(const char *text, struct json **ret)
{
	struct json_error error;

	if (json_parse(str_from(text), 16, ret, &error) != ERR_OK)
		abort();
}

static void
run(struct op_ctx *ctx, struct statement *s, const struct json *item)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	const struct table t = { .hash = { STR_INIT("a"), 'S' },
		.range = { STR_INIT("b"), 'N' } };
	const struct json *key;
	const struct expr *rest;
	uint64_t size;
	enum err e;

	if (s->table.p == NULL || s->table.len == 0)
		abort();
	(void)expr_eval(s->where, item);
	(void)expr_eval(s->where, NULL);
	expr_project(&s->paths, item, &out);
	if (partiql_key(ctx, &t, s, &key, &rest) != ERR_OK)
		abort();
	(void)expr_eval(rest, item);
	if (s->kind == STATEMENT_UPDATE) {
		buf_reset(&out);
		e = update_run(ctx, &s->edits, item, &out, &size);
		if (e == ERR_OK ? out.len == 0 :
				  e != ERR_NO_MEMORY && ctx->message.p == NULL)
			abort();
	}
	if (s->kind == STATEMENT_INSERT && json_get(s->item, "M") == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = { (const char *)data, n };
	struct json *params CLEANUP(json_freep) = NULL;
	struct json *item CLEANUP(json_freep) = NULL;
	struct op_ctx ctx = { .arena = arena_new(MIB(32)) };
	struct statement s;
	enum err e;

	if (ctx.arena == NULL)
		abort();
	parse(text_params, &params);
	parse(text_item, &item);
	/* As many as it has: of no parameters, and of all. */
	for (int i = 0; n > 0 && n <= PARTIQL_TEXT_MAX && i < 2; i++) {
		if (!str_utf8(text))
			break;
		(void)partiql_writes(text);
		e = partiql_parse(&ctx, text, i == 0 ? NULL : params, &s);
		if (e == ERR_OK)
			run(&ctx, &s, item);
		else if (e != ERR_NO_MEMORY && ctx.message.p == NULL)
			abort();
		partiql_free(&s);
		arena_reset(ctx.arena);
		ctx.message = (struct str){ NULL, 0 };
	}
	arena_free(ctx.arena);
	return 0;
}
