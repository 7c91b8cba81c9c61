/* SPDX-License-Identifier: ISC */
/*
 * Any text as a condition, a key condition, a projection and an update: it
 * is parsed and carried out, or refused with words.
 */
#include <stdlib.h>

#include "ddb/expr.h"
#include "ddb/key_condition.h"
#include "ddb/update.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char rest[] =
    ",\"ExpressionAttributeNames\":{\"#a\":\"a\",\"#b\":\"x.y\"},"
    "\"ExpressionAttributeValues\":{\":a\":{\"S\":\"x\"},\":n\":{\"N\":"
    "\"1\"},\":b\":{\"B\":\"AP8=\"},\":l\":{\"L\":[{\"S\":\"x\"}]},"
    "\":s\":{\"SS\":[\"a\"]}}}";
static const char text_item[] =
    "{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1\"},\"c\":{\"L\":[{\"M\":{\"d\":"
    "{\"NS\":[\"1\"]}}},{\"B\":\"AP8=\"}]},\"x.y\":{\"BOOL\":true}}";

static const char *const names[] = { "ConditionExpression",
	"ProjectionExpression", "UpdateExpression", NULL };
static const char *const none[] = { NULL };

static void
run_update(struct op_ctx *ctx, struct expr_request *r, const struct json *item)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct edits edits;
	uint64_t size;
	enum err e = expr_update(r, "UpdateExpression", &edits);

	if (e == ERR_OK)
		e = update_run(ctx, &edits, item, &out, &size);
	if (e == ERR_OK ? out.len == 0 : ctx->message.p == NULL)
		abort();
}

static void
run(struct op_ctx *ctx, const struct json *in, const struct json *item)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct key_conditions keys = { .n = 0 };
	struct expr_paths paths;
	struct expr_request r;
	struct expr *e = NULL;
	enum err error;

	if (expr_begin(&r, ctx, in, "", names, none) != ERR_OK)
		abort();
	error = expr_condition(&r, "ConditionExpression", &e);
	if (error != ERR_OK && ctx->message.p == NULL)
		abort();
	if (error == ERR_OK) {
		(void)expr_eval(e, item);
		(void)expr_eval(e, NULL);
		(void)expr_mentions(e, STR("a"));
		if (key_condition_expr(ctx, e, &keys) != ERR_OK &&
		    ctx->message.p == NULL)
			abort();
	}
	error = expr_projection(&r, "ProjectionExpression", &paths);
	if (error != ERR_OK && ctx->message.p == NULL)
		abort();
	if (error == ERR_OK)
		expr_project(&paths, item, &out);
	run_update(ctx, &r, item);
	if (expr_end(&r) != ERR_OK && ctx->message.p == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = { (const char *)data, n };
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct json *in CLEANUP(json_freep) = NULL;
	struct json *item CLEANUP(json_freep) = NULL;
	struct op_ctx ctx = { .arena = arena_new(MIB(8)) };
	struct json_error error;

	if (ctx.arena == NULL)
		abort();
	if (n > 0 && str_utf8(text)) {
		BUF_LIT(&b, "{\"ConditionExpression\":");
		json_put_str(&b, text);
		BUF_LIT(&b, ",\"ProjectionExpression\":");
		json_put_str(&b, text);
		BUF_LIT(&b, ",\"UpdateExpression\":");
		json_put_str(&b, text);
		buf_puts(&b, STR(rest));
		if (json_parse(buf_str(&b), 16, &in, &error) != ERR_OK ||
		    json_parse(STR(text_item), 16, &item, &error) != ERR_OK)
			abort();
		run(&ctx, in, item);
	}
	arena_free(ctx.arena);
	return 0;
}
