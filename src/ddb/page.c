/* SPDX-License-Identifier: ISC */
#include "ddb/page.h"

#include "ddb/answer.h"
#include "ddb/key.h"
#include "ddb/shape.h"

#define BAD_START "The provided starting key is invalid"

static enum err
check_select(struct op_ctx *ctx, const struct json *in, struct page *p)
{
	struct str select = json_str(shape_get(in, "Select"));
	bool chosen = shape_get(in, "AttributesToGet") != NULL ||
	    shape_get(in, "ProjectionExpression") != NULL;

	p->count_only = str_eq(select, STR("COUNT"));
	if (str_eq(select, STR("SPECIFIC_ATTRIBUTES")) && !chosen)
		return op_fail(ctx, ERR_VALIDATION,
		    "Must specify the AttributesToGet or ProjectionExpression "
		    "when choosing to get SPECIFIC_ATTRIBUTES");
	if (str_eq(select, STR("ALL_PROJECTED_ATTRIBUTES")) &&
	    shape_get(in, "IndexName") == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying "
		    "using an IndexName");
	if (chosen && select.p != NULL &&
	    !str_eq(select, STR("SPECIFIC_ATTRIBUTES")))
		return op_fail(ctx, ERR_VALIDATION,
		    "Cannot specify the %s when choosing to get %.*s",
		    shape_get(in, "AttributesToGet") != NULL ?
			"AttributesToGet" :
			"ProjectionExpression",
		    STR_ARG(p->count_only ? STR("only the Count") : select));
	return ERR_OK;
}

enum err
page_prepare(struct op_ctx *ctx, const struct json *in, struct expr_request *r,
    const char *legacy, struct page *ret)
{
	struct expr *filter, *old;
	enum err e;

	*ret = (struct page){ 0 };
	ret->limit = (uint64_t)shape_int(in, "Limit", 0);
	ret->consistent = shape_bool(in, "ConsistentRead");
	if ((e = legacy_condition(ctx, in, legacy, &old)) != ERR_OK)
		return e;
	e = expr_condition(r, "FilterExpression", &filter);
	ret->filter = filter != NULL ? filter : old;
	if (e == ERR_OK)
		e = expr_projection(r, "ProjectionExpression", &ret->paths);
	if (e == ERR_OK)
		e = expr_attributes(ctx, in, &ret->paths);
	return e == ERR_OK ? check_select(ctx, in, ret) : e;
}

enum err
page_check_table(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const struct page *p)
{
	struct str index = json_str(shape_get(in, "IndexName"));
	struct str keys[] = { t->hash.name, t->range.name };
	enum err e = ERR_OK;

	if (index.p != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "The table does not have the specified index: %.*s",
		    STR_ARG(index));
	for (size_t i = 0; i < NELEM(keys) && e == ERR_OK; i++) {
		e = expr_refuse_nested_paths(ctx, &p->paths, keys[i]);
		if (e == ERR_OK)
			e = expr_refuse_nested(ctx, p->filter, keys[i]);
	}
	return e;
}

enum err
page_start(struct op_ctx *ctx, const struct json *in, const struct table *t,
    struct store_key *ret)
{
	const struct json *map = shape_get(in, "ExclusiveStartKey");
	enum err e;

	*ret = (struct store_key){ 0 };
	if (map == NULL)
		return ERR_OK;
	e = key_of_map(ctx, t, map, ret);
	if (e == ERR_VALIDATION)
		return op_fail(ctx, e, BAD_START ": %s", ctx->message);
	return e;
}

/* Where the page has got to. */
struct at {
	uint64_t bytes, scanned, count;
	struct buf hash, range; /* the last item's key */
	bool more;
};

static enum err
one_item(const struct page *p, const struct store_item *item, struct at *at,
    struct buf *out)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e = ERR_OK;

	if (p->filter != NULL || (p->paths.n > 0 && !p->count_only))
		e = json_parse(item->text, LIMIT_JSON_DEPTH, &tree, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	if (!expr_eval(p->filter, tree))
		return ERR_OK;
	at->count++;
	if (p->count_only)
		return ERR_OK;
	if (at->count > 1)
		buf_putc(out, ',');
	if (p->paths.n > 0 && tree != NULL)
		expr_project(&p->paths, tree, out);
	else
		buf_puts(out, item->text);
	return buf_err(out);
}

static enum err
read_range(struct op_ctx *ctx, const struct table *t, const struct page *p,
    const struct store_range *range, struct at *at, struct buf *out)
{
	struct store_cursor *cursor CLEANUP(store_walk_endp) = NULL;
	struct store_item item;
	bool more;
	enum err e;

	e = store_walk(ctx->store, &t->row, range, &cursor);
	while (e == ERR_OK) {
		e = store_walk_next(cursor, &item, &more);
		if (e != ERR_OK || !more)
			break;
		if (at->scanned > 0 && at->bytes + item.size > LIMIT_PAGE) {
			at->more = true;
			break;
		}
		at->bytes += item.size;
		at->scanned++;
		buf_reset(&at->hash);
		buf_puts(&at->hash, item.key.hash);
		buf_reset(&at->range);
		buf_puts(&at->range, item.key.range);
		e = one_item(p, &item, at, out);
		if (at->scanned == p->limit) {
			at->more = true;
			break;
		}
	}
	return e;
}

static enum err
put_end(const struct json *in, const struct table *t, const struct page *p,
    const struct at *at, struct buf *out)
{
	struct capacity used = { .t = t };
	enum err e = ERR_OK;

	answer_member(out, "Count");
	buf_putu(out, at->count);
	answer_member(out, "ScannedCount");
	buf_putu(out, at->scanned);
	if (at->more) {
		struct store_key last = { buf_str(&at->hash),
			buf_str(&at->range) };

		answer_member(out, "LastEvaluatedKey");
		e = key_put(out, t, &last);
	}
	used.table = answer_read_halves(at->bytes, p->consistent);
	answer_consumed(out, in, &used);
	buf_putc(out, '}');
	return e;
}

enum err
page_run(struct op_ctx *ctx, const struct json *in, const struct table *t,
    const struct page *p, const struct store_range *range, struct buf *out)
{
	struct at at = { .hash = BUF_INIT(KIB(4)), .range = BUF_INIT(KIB(4)) };
	enum err e;

	buf_putc(out, '{');
	if (!p->count_only)
		BUF_LIT(out, "\"Items\":[");
	e = read_range(ctx, t, p, range, &at, out);
	if (!p->count_only)
		buf_putc(out, ']');
	if (e == ERR_OK)
		e = put_end(in, t, p, &at, out);
	buf_free(&at.hash);
	buf_free(&at.range);
	return e;
}
