/* SPDX-License-Identifier: ISC */
#include "ddb/get.h"

#include "ddb/index.h"

static const char *const expressions[] = { "ProjectionExpression", NULL };
static const char *const attributes[] = { "AttributesToGet", NULL };
static const char *const none[] = { NULL };

enum err
get_prepare(struct op_ctx *ctx, const struct json *in, bool legacy,
    const struct json *const *keys, size_t n, struct expr_paths *ret)
{
	struct expr_request r;
	enum err e = expr_begin(&r, ctx, in, "", expressions,
	    legacy ? attributes : none);

	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = value_check_map(ctx, keys[i], "");
	if (e == ERR_OK)
		e = expr_projection(&r, "ProjectionExpression", ret);
	if (e == ERR_OK)
		e = expr_end(&r);
	if (e == ERR_OK && legacy)
		e = expr_attributes(ctx, in, ret);
	return e;
}

enum err
get_check_table(struct op_ctx *ctx, const struct table *t,
    const struct expr_paths *paths)
{
	return index_refuse_nested(ctx, t, paths, NULL);
}

enum err
get_put(struct buf *out, struct str text, const struct expr_paths *paths)
{
	struct json *item CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	if (paths->n == 0) {
		buf_puts(out, text);
		return ERR_OK;
	}
	e = json_parse(text, LIMIT_JSON_DEPTH, &item, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	expr_project(paths, item, out);
	return ERR_OK;
}
