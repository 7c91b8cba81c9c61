/* SPDX-License-Identifier: ISC */
#include "ddb/page.h"

#include <string.h>

#include "ddb/answer.h"
#include "ddb/index.h"
#include "ddb/key.h"
#include "ddb/shape.h"
#include "ddb/vector.h"

#define INVALID   "One or more parameter values were invalid: "
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
    struct page *p)
{
	struct expr *filter;
	enum err e = expr_condition(r, "FilterExpression", &filter);

	if (filter != NULL)
		p->filter = filter;
	if (e == ERR_OK && shape_get(in, "ProjectionExpression") != NULL)
		e = expr_projection(r, "ProjectionExpression", &p->paths);
	return e == ERR_OK ? check_select(ctx, in, p) : e;
}

struct table_schema
page_schema_of(const struct table *t)
{
	struct table_schema s = { .keys = { t->hash, t->range }, .hashes = 1 };

	s.n = t->range.name.p == NULL ? 1 : 2;
	return s;
}

enum err
page_open(struct op_ctx *ctx, const struct json *in, const struct table *t,
    struct page *p)
{
	struct str name = json_str(shape_get(in, "IndexName"));

	p->schema = page_schema_of(t);
	if (name.p == NULL)
		return ERR_OK;
	if (vector_index(t, name) != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    p->scans ? "Scan operation not supported on this index "
			       "type" :
			       "Query operation not supported on this index "
			       "type.");
	if ((p->index = index_find(t, name)) == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "The table does not have the specified index: %.*s",
		    STR_ARG(name));
	if (p->consistent && !p->index->local)
		return op_fail(ctx, ERR_VALIDATION,
		    "Consistent reads are not supported on global secondary "
		    "indexes");
	if (p->index->building)
		return op_fail(ctx, ERR_VALIDATION,
		    "Cannot read from backfilling global secondary index: "
		    "%.*s",
		    STR_ARG(name));
	p->schema = p->index->schema;
	return ERR_OK;
}

enum err
page_refuse_keys(struct op_ctx *ctx, const char *what,
    const struct expr *filter, const struct table_schema *schema)
{
	for (unsigned i = 0; i < schema->n; i++)
		if (expr_mentions(filter, schema->keys[i].name))
			return op_fail(ctx, ERR_VALIDATION,
			    "%s can only contain non-primary key attributes: "
			    "Primary key attribute: %.*s",
			    what, STR_ARG(schema->keys[i].name));
	return ERR_OK;
}

enum err
page_check_table(struct op_ctx *ctx, const struct table *t,
    const struct page *p)
{
	return index_refuse_nested(ctx, t, &p->paths, p->filter);
}

static bool
shown(const struct table *t, const struct table_index *x, struct str name)
{
	for (size_t i = 0; i < x->nshown; i++)
		if (str_eq(t->attrs[x->shown[i]].name, name))
			return true;
	return false;
}

/* Which attributes are asked for that the index does not show? */
static size_t
not_shown(const struct table *t, const struct page *p, struct buf *names)
{
	size_t n = 0;

	for (size_t i = 0; i < p->paths.n; i++) {
		struct str name = p->paths.paths[i].steps[0].name;

		if (shown(t, p->index, name))
			continue;
		if (n++ > 0)
			BUF_LIT(names, ", ");
		buf_puts(names, name);
	}
	return n;
}

enum err
page_check_index(struct op_ctx *ctx, const struct json *in,
    const struct table *t, struct page *p)
{
	struct buf names CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_ITEM);
	const struct table_index *x = p->index;
	bool all =
	    str_eq(json_str(shape_get(in, "Select")), STR("ALL_ATTRIBUTES"));

	if (x == NULL || x->projection == PROJECTION_ALL)
		return ERR_OK;
	if (all && !x->local)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Select type ALL_ATTRIBUTES is not supported for "
			    "global secondary index %.*s because its "
			    "projection type is not ALL",
		    STR_ARG(x->name));
	p->fetch = all || not_shown(t, p, &names) > 0;
	if (p->fetch && !x->local)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Global secondary index %.*s does not project "
			    "[%.*s]",
		    STR_ARG(x->name), STR_ARG(buf_str(&names)));
	return ERR_OK;
}

/* How many attributes the key of an index and its table's key have. */
static size_t
key_count(const struct table *t, const struct table_index *x)
{
	return x == NULL ? (t->range.name.p == NULL ? 1 : 2) : x->nkeys;
}

static enum err
start_entry(struct op_ctx *ctx, const struct json *map,
    const struct table_schema *schema, struct store_key *ret)
{
	struct str parts[2 * TABLE_KEYS_MAX], hash;
	unsigned h = schema->hashes, r = schema->n - h;
	enum err e = ERR_OK;

	for (unsigned k = 0; k < schema->n && e == ERR_OK; k++) {
		const struct table_key *key = &schema->keys[k];
		const struct json *content, *value = json_find(map, key->name);

		if (value == NULL)
			return op_fail(ctx, ERR_VALIDATION, BAD_START);
		if (value_type(value, &content) != key_value_type(key->type))
			return op_fail(ctx, ERR_VALIDATION,
			    "The provided key element does not match the "
			    "schema");
		e = key_part(ctx, key, k < h, content, &parts[k]);
	}
	if (e == ERR_OK)
		e = index_pack(ctx->arena, parts, h, h > 1, &hash);
	if (e == ERR_OK)
		e = key_hash(ctx, hash, &ret->hash);
	return e == ERR_OK ?
	    index_pack(ctx->arena, parts + h, r, r > 1, &ret->range) :
	    e;
}

/* What is refused while the request is still being read. */
static bool
refused_early(struct str message)
{
	static const char *const parts[] = { "contains duplicates",
		"number set", "numeric value", "significant digits",
		"number with magnitude" };

	for (size_t i = 0; i < NELEM(parts); i++)
		if (memmem(message.p, message.len, parts[i],
			strlen(parts[i])) != NULL)
			return true;
	return false;
}

static enum err
check_start(struct op_ctx *ctx, const struct json *in)
{
	enum err e =
	    value_check_map(ctx, shape_get(in, "ExclusiveStartKey"), "");

	return e == ERR_VALIDATION && !refused_early(ctx->message) ?
	    op_fail(ctx, e, BAD_START ": %.*s", STR_ARG(ctx->message)) :
	    e;
}

enum err
page_begin(struct op_ctx *ctx, const struct json *in, struct page *p)
{
	p->limit = (uint64_t)shape_int(in, "Limit", 0);
	p->consistent = shape_bool(in, "ConsistentRead");
	return check_start(ctx, in);
}

enum err
page_start(struct op_ctx *ctx, const struct json *in, const struct table *t,
    const struct page *p, bool query, struct store_range *range)
{
	const struct json *map = shape_get(in, "ExclusiveStartKey");
	bool by_schema = query || p->index != NULL;
	struct store_key key;
	enum err e = ERR_OK;

	if (map == NULL)
		return ERR_OK;
	if (by_schema && json_len(map) != key_count(t, p->index))
		return op_fail(ctx, ERR_VALIDATION, BAD_START);
	if (by_schema)
		e = start_entry(ctx, map, &p->schema, &range->after);
	if (e != ERR_OK)
		return e;
	e = p->index == NULL ? key_of_map(ctx, t, map, &key) :
			       key_in_map(ctx, t, map, &key);
	if (e == ERR_VALIDATION)
		return op_fail(ctx, e, BAD_START ": %.*s",
		    STR_ARG(ctx->message));
	if (p->index == NULL)
		range->after = key;
	else
		range->after_item = key;
	return e;
}

static bool
within(const struct store_range *r, struct str key)
{
	int lo = r->lo.p == NULL ? 1 : str_cmp(key, r->lo);
	int hi = r->hi.p == NULL ? -1 : str_cmp(key, r->hi);

	return (lo > 0 || (lo == 0 && !r->lo_excl)) &&
	    (hi < 0 || (hi == 0 && !r->hi_excl));
}

enum err
page_start_within(struct op_ctx *ctx, const struct store_range *range)
{
	if (range->after.hash.p == NULL)
		return ERR_OK;
	if (!str_eq(range->after.hash, range->hash))
		return op_fail(ctx, ERR_VALIDATION,
		    "The provided starting key is outside query boundaries "
		    "based on provided conditions");
	if (!within(range, range->after.range))
		return op_fail(ctx, ERR_VALIDATION,
		    "The provided starting key does not match the range key "
		    "predicate");
	return ERR_OK;
}

/* A page that is being read. */
struct reader {
	struct op_ctx *ctx;
	const struct table *t;
	const struct page *p;
	struct buf *out;
	struct str *values; /* as table.attrs, where the index shows a part */
	struct buf shown;   /* that part of an item */
	uint64_t bytes, scanned, count;
	uint64_t fetched;   /* half units of the table, beside the index */
	struct buf last[4]; /* keys of the last item, and of its entry */
	size_t at, last_at; /* which range is read, which one that is in */
	bool more;
};

/* The item as the index shows it; *ret_bytes: what it counts in the page. */
static enum err
look(struct reader *r, struct store_item *item, uint64_t *ret_bytes)
{
	const struct table_index *x = r->p->index;
	uint64_t size;
	enum err e;

	*ret_bytes = item->size;
	if (x == NULL || x->projection == PROJECTION_ALL)
		return ERR_OK;
	e = attr_find(item->text, r->t->attrs, r->t->nattrs, r->values);
	if (e == ERR_OK)
		e = index_size(r->ctx, r->t, x, r->values, item->size, &size);
	if (e != ERR_OK)
		return e;
	*ret_bytes = size;
	if (r->p->fetch)
		return ERR_OK;
	buf_reset(&r->shown);
	index_put(&r->shown, r->t, x, r->values, x->nshown);
	item->text = buf_str(&r->shown);
	item->size = size;
	return buf_err(&r->shown);
}

static enum err
put_item(struct reader *r, struct str text)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	const struct page *p = r->p;
	struct json_error error;
	enum err e = ERR_OK;

	if (p->filter != NULL || (p->paths.n > 0 && !p->count_only))
		e = json_parse(text, LIMIT_JSON_DEPTH, &tree, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	if (!expr_eval(p->filter, tree))
		return ERR_OK;
	r->count++;
	if (p->count_only)
		return ERR_OK;
	if (r->count > 1)
		buf_putc(r->out, ',');
	if (p->paths.n > 0 && tree != NULL)
		expr_project(&p->paths, tree, r->out);
	else
		buf_puts(r->out, text);
	return buf_err(r->out);
}

static void
keep_last(struct reader *r, const struct store_item *item)
{
	const struct str keys[] = { item->key.hash, item->key.range,
		item->entry.hash, item->entry.range };
	size_t n = r->p->index == NULL ? 2 : 4;

	r->last_at = r->at;
	for (size_t i = 0; i < n; i++) {
		buf_reset(&r->last[i]);
		buf_puts(&r->last[i], keys[i]);
	}
}

static enum err
read_range(struct reader *r, const struct store_range *range)
{
	struct store_cursor *cursor CLEANUP(store_walk_endp) = NULL;
	struct store_item item;
	uint64_t bytes;
	bool more;
	enum err e;

	e = store_walk(r->ctx->store, &r->t->row, range, &cursor);
	while (e == ERR_OK && !r->more) {
		e = store_walk_next(cursor, &item, &more);
		if (e != ERR_OK || !more)
			break;
		if ((e = look(r, &item, &bytes)) != ERR_OK)
			break;
		if (r->scanned > 0 && r->bytes + bytes > LIMIT_PAGE) {
			r->more = true;
			break;
		}
		r->bytes += bytes;
		r->scanned++;
		if (r->p->fetch)
			r->fetched +=
			    answer_read_halves(item.size, r->p->consistent);
		keep_last(r, &item);
		e = put_item(r, item.text);
		r->more = r->scanned == r->p->limit;
	}
	return e;
}

static enum err
put_last(struct reader *r, struct str *ret)
{
	const struct store_key item = { buf_str(&r->last[0]),
		buf_str(&r->last[1]) };
	const struct store_key entry = { buf_str(&r->last[2]),
		buf_str(&r->last[3]) };
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(64));
	enum err e;

	e = key_put(&out, r->t, &item);
	if (e == ERR_OK && r->p->index != NULL) {
		out.len--; /* the brace */
		e = index_put_key(&out, r->t, r->p->index, &entry);
		buf_putc(&out, '}');
	}
	if (e != ERR_OK || (e = buf_err(&out)) != ERR_OK)
		return e;
	*ret = arena_str(r->ctx->arena, buf_str(&out));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
end(struct reader *r, struct page_end *ret)
{
	uint64_t halves = answer_read_halves(r->bytes, r->p->consistent);

	*ret = (struct page_end){ .count = r->count,
		.scanned = r->scanned,
		.used = { .t = r->t },
		.range = r->last_at };
	if (r->p->index == NULL)
		ret->used.table = halves;
	else
		ret->used.index[r->p->index - r->t->indexes] = halves;
	ret->used.table += r->fetched;
	return r->more ? put_last(r, &ret->last) : ERR_OK;
}

enum err
page_read(struct op_ctx *ctx, const struct table *t, const struct page *p,
    struct store_range *ranges, size_t n, struct page_end *ret, struct buf *out)
{
	struct reader r = { .ctx = ctx,
		.t = t,
		.p = p,
		.out = out,
		.shown = BUF_INIT(LIMIT_BODY) };
	enum err e = ERR_OK;

	for (size_t i = 0; i < NELEM(r.last); i++)
		r.last[i] = BUF_INIT(KIB(8));
	r.values = arena_alloc(ctx->arena, t->nattrs * sizeof(*r.values) + 1);
	if (r.values == NULL)
		return ERR_NO_MEMORY;
	for (; r.at < n && e == ERR_OK && !r.more; r.at++) {
		ranges[r.at].index = p->index == NULL ? 0 : p->index->id;
		e = read_range(&r, &ranges[r.at]);
	}
	if (e == ERR_OK)
		e = end(&r, ret);
	for (size_t i = 0; i < NELEM(r.last); i++)
		buf_free(&r.last[i]);
	buf_free(&r.shown);
	return e;
}

enum err
page_run(struct op_ctx *ctx, const struct json *in, const struct table *t,
    const struct page *p, struct store_range *range, struct buf *out)
{
	struct page_end at;
	enum err e;

	buf_putc(out, '{');
	if (!p->count_only)
		BUF_LIT(out, "\"Items\":[");
	if ((e = page_read(ctx, t, p, range, 1, &at, out)) != ERR_OK)
		return e;
	if (!p->count_only)
		buf_putc(out, ']');
	answer_member(out, "Count");
	buf_putu(out, at.count);
	answer_member(out, "ScannedCount");
	buf_putu(out, at.scanned);
	if (at.last.p != NULL) {
		answer_member(out, "LastEvaluatedKey");
		buf_puts(out, at.last);
	}
	answer_consumed(out, in, &at.used);
	buf_putc(out, '}');
	return ERR_OK;
}
