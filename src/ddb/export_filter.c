/* SPDX-License-Identifier: ISC */
#include "ddb/export_filter.h"

#include "ddb/index.h"
#include "ddb/key_condition.h"
#include "ddb/page.h"

const struct shape export_filter_shape[] = {
	{ "FilterExpression", SHAPE_STRING },
	{ "ProjectionExpression", SHAPE_STRING },
	{ "KeyConditionExpression", SHAPE_STRING },
	SHAPE_NAMES,
	SHAPE_VALUES,
	{ NULL },
};

/* The one partition that is asked for. */
static enum err
read_key(struct op_ctx *ctx, const struct expr *key, const struct table *t,
    struct export_filter *f)
{
	const struct table_schema schema = page_schema_of(t);
	struct key_conditions keys = { .n = 0 };
	enum err e = key_condition_expr(ctx, key, &keys);

	if (e == ERR_OK)
		e = page_refuse_keys(ctx, "Filter Expression", f->filter,
		    &schema);
	return e != ERR_OK ?
	    e :
	    key_condition_range(ctx, &schema, &keys, &f->range);
}

enum err
export_filter_read(struct op_ctx *ctx, const struct json *spec,
    const struct table *t, struct export_filter *ret)
{
	static const char *const expressions[] = { "ProjectionExpression",
		"FilterExpression", "KeyConditionExpression", NULL };
	static const char *const legacy[] = { NULL };
	struct expr_request r;
	struct expr *key = NULL, *filter = NULL;
	enum err e;

	*ret = (struct export_filter){ .filter = NULL };
	if (spec == NULL)
		return ERR_OK;
	if ((e = expr_begin(&r, ctx, spec, "", expressions, legacy)) !=
		ERR_OK ||
	    (e = expr_condition(&r, "KeyConditionExpression", &key)) !=
		ERR_OK ||
	    (e = expr_condition(&r, "FilterExpression", &filter)) != ERR_OK ||
	    (e = expr_projection(&r, "ProjectionExpression", &ret->paths)) !=
		ERR_OK ||
	    (e = expr_end(&r)) != ERR_OK ||
	    (e = index_refuse_nested(ctx, t, &ret->paths, filter)) != ERR_OK)
		return e;
	ret->filter = filter;
	return key == NULL ? ERR_OK : read_key(ctx, key, t, ret);
}

enum err
export_filter_put(const struct export_filter *f, struct str item, bool *ret,
    struct buf *out)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct json_error error;

	*ret = true;
	if ((f->filter != NULL || f->paths.n > 0) &&
	    json_parse(item, LIMIT_JSON_DEPTH, &tree, &error) != ERR_OK)
		return ERR_STORE;
	if (!expr_eval(f->filter, tree))
		*ret = false;
	else if (f->paths.n > 0 && tree != NULL)
		expr_project(&f->paths, tree, out);
	else
		buf_puts(out, item);
	return ERR_OK;
}
