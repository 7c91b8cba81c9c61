/* SPDX-License-Identifier: ISC */
/* A statement's conditions, as far as they name keys. */
#include "ddb/partiql_plan.h"

#include <stdlib.h>

#include "ddb/index.h"
#include "ddb/key.h"
#include "ddb/key_condition.h"
#include "ddb/shape.h"

const struct shape partiql_parameter[] = { { "member", SHAPE_VALUE,
    SHAPE_REQUIRED } };

enum err
partiql_begin(struct op_ctx *ctx, const struct json *in, struct statement *ret)
{
	return partiql_parse(ctx, json_str(json_get(in, "Statement")),
	    shape_get(in, "Parameters"), ret);
}

enum err
partiql_open(struct op_ctx *ctx, const struct statement *s, struct table *ret)
{
	enum err e = table_open(ctx, s->table, ret);

	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: Table: %.*s not found",
		    STR_ARG(s->table));
	return e;
}

/* What WHERE joins by AND; NULL where it is taken. */
struct parts {
	const struct expr **all;
	size_t n, max;
};

static size_t
count(const struct expr *e)
{
	size_t n = 0;

	if (e == NULL)
		return 0;
	if (e->kind != EXPR_AND)
		return 1;
	for (size_t i = 0; i < e->n; i++)
		n += count(e->args[i]);
	return n;
}

static void
take_apart(const struct expr *e, struct parts *to)
{
	if (e == NULL || to->n == to->max)
		return;
	if (e->kind != EXPR_AND)
		to->all[to->n++] = e;
	for (size_t i = 0; e->kind == EXPR_AND && i < e->n; i++)
		take_apart(e->args[i], to);
}

static enum err
parts_of(struct op_ctx *ctx, const struct expr *where, struct parts *ret)
{
	*ret = (struct parts){ .max = count(where) };
	ret->all = arena_alloc(ctx->arena, (ret->max + 1) * sizeof(*ret->all));
	if (ret->all == NULL)
		return ERR_NO_MEMORY;
	take_apart(where, ret);
	return ERR_OK;
}

/* What is not taken, joined again; NULL: nothing. */
static enum err
rest(struct op_ctx *ctx, const struct parts *p, const struct expr **ret)
{
	struct expr *e = arena_alloc(ctx->arena, sizeof(*e));

	if (e == NULL)
		return ERR_NO_MEMORY;
	e->kind = EXPR_AND;
	e->args = arena_alloc(ctx->arena, (p->n + 1) * sizeof(*e->args));
	if (e->args == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < p->n; i++)
		if (p->all[i] != NULL)
			e->args[e->n++] = (struct expr *)(uintptr_t)p->all[i];
	*ret = e->n == 0 ? NULL : e;
	return ERR_OK;
}

static bool
is_name(const struct expr *e, struct str name)
{
	return e->kind == EXPR_PATH && e->path.n == 1 &&
	    str_eq(e->path.steps[0].name, name);
}

/* Does it compare this attribute with values alone, as a key can be? */
static bool
compares(const struct expr *e, struct str name)
{
	bool swapped;

	switch (e->kind) {
	case EXPR_EQ:
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
		swapped = is_name(e->args[1], name);
		return (swapped || is_name(e->args[0], name)) &&
		    e->args[!swapped]->kind == EXPR_VALUE;
	case EXPR_BETWEEN:
	case EXPR_BEGINS_WITH:
	case EXPR_IN:
		if (!is_name(e->args[0], name))
			return false;
		for (size_t i = 1; i < e->n; i++)
			if (e->args[i]->kind != EXPR_VALUE)
				return false;
		return true;
	case EXPR_PATH:
	case EXPR_VALUE:
	case EXPR_SIZE:
	case EXPR_NE:
	case EXPR_EXISTS:
	case EXPR_NOT_EXISTS:
	case EXPR_TYPE:
	case EXPR_CONTAINS:
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT:
	case EXPR_PLUS:
	case EXPR_MINUS:
	case EXPR_IF_NOT_EXISTS:
	case EXPR_LIST_APPEND:
		break;
	}
	return false;
}

/* The first that compares the attribute so; p->n: there is none. */
static size_t
find(const struct parts *p, struct str name, bool equal)
{
	size_t i = 0;

	while (i < p->n &&
	    (p->all[i] == NULL || (p->all[i]->kind == EXPR_EQ) != equal ||
		!compares(p->all[i], name)))
		i++;
	return i;
}

/* "name":value of an equality. */
static void
put_equal(struct buf *out, struct str name, const struct expr *e)
{
	if (out->len > 1)
		buf_putc(out, ',');
	json_put_str(out, name);
	buf_putc(out, ':');
	json_put(out, e->args[e->args[0]->kind == EXPR_PATH]->value);
}

enum err
partiql_key(struct op_ctx *ctx, const struct table *t, struct statement *s,
    const struct json **ret_key, const struct expr **ret_rest)
{
	const struct table_key *keys[] = { &t->hash, &t->range };
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct json_error error;
	struct parts p;
	enum err e = parts_of(ctx, s->where, &p);

	*ret_key = NULL;
	*ret_rest = NULL;
	if (e != ERR_OK)
		return e;
	buf_putc(&text, '{');
	for (size_t i = 0; i < NELEM(keys) && keys[i]->name.p != NULL; i++) {
		size_t at = find(&p, keys[i]->name, true);

		if (at == p.n)
			return ERR_OK;
		put_equal(&text, keys[i]->name, p.all[at]);
		p.all[at] = NULL;
	}
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) == ERR_OK)
		e = json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &s->key,
		    &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_VALIDATION : e;
	*ret_key = s->key;
	return rest(ctx, &p, ret_rest);
}

/* A range for each value of an IN, each once. */
static enum err
ranges_in(struct op_ctx *ctx, struct select *to, const struct expr *in,
    struct key_conditions *keys)
{
	const struct table_schema *schema = &to->page.schema;
	struct key_condition *first = &keys->all[keys->n++];
	enum err e = ERR_OK;

	if (in->n - 1 > PARTIQL_HASH_MAX)
		return op_fail(ctx, ERR_VALIDATION,
		    "The IN operator is provided with too many operands; "
		    "number of operands: %zu",
		    in->n - 1);
	*first = (struct key_condition){ .name = schema->keys[0].name,
		.kind = EXPR_EQ };
	for (size_t i = 1; i < in->n && e == ERR_OK; i++) {
		struct store_range *r = &to->ranges[to->n];
		size_t k = 0;

		*r = (struct store_range){ .reverse = false };
		first->values[0] = in->args[i]->value;
		e = key_condition_range(ctx, schema, keys, r);
		while (k < to->n && !str_eq(to->ranges[k].hash, r->hash))
			k++;
		to->n += k == to->n;
	}
	return e;
}

/* The conditions on the sort keys: equalities, then one that is none. */
static enum err
sort_keys(struct op_ctx *ctx, const struct table_schema *schema,
    struct parts *p, struct key_conditions *keys)
{
	bool equal = true;
	enum err e = ERR_OK;

	for (unsigned k = schema->hashes; k < schema->n && equal; k++) {
		size_t at = find(p, schema->keys[k].name, true);

		if (at == p->n) {
			equal = false;
			at = find(p, schema->keys[k].name, false);
		}
		if (at == p->n || p->all[at]->kind == EXPR_IN)
			break;
		e = key_condition_expr(ctx, p->all[at], keys);
		if (e != ERR_OK)
			break;
		p->all[at] = NULL;
	}
	return e;
}

/* The ranges of the partitions that are asked for; to->n is 0: none is. */
static enum err
ranges(struct op_ctx *ctx, struct select *to, struct parts *p)
{
	const struct table_schema *schema = &to->page.schema;
	struct key_conditions keys = { .n = 0 };
	const struct expr *in = NULL;
	size_t at[TABLE_KEYS_MAX] = { 0 };
	enum err e = ERR_OK;

	for (unsigned k = 0; k < schema->hashes; k++) {
		at[k] = find(p, schema->keys[k].name, true);
		if (at[k] == p->n && schema->hashes == 1)
			at[k] = find(p, schema->keys[k].name, false);
		if (at[k] == p->n)
			return ERR_OK;
		if (p->all[at[k]]->kind != EXPR_EQ &&
		    p->all[at[k]]->kind != EXPR_IN)
			return ERR_OK;
	}
	if (p->all[at[0]]->kind == EXPR_IN)
		in = p->all[at[0]];
	for (unsigned k = 0; k < schema->hashes && e == ERR_OK; k++) {
		if (in == NULL)
			e = key_condition_expr(ctx, p->all[at[k]], &keys);
		p->all[at[k]] = NULL;
	}
	if (e == ERR_OK)
		e = sort_keys(ctx, schema, p, &keys);
	if (e != ERR_OK)
		return e;
	if (in != NULL)
		return ranges_in(ctx, to, in, &keys);
	to->n = 1;
	return key_condition_range(ctx, schema, &keys, &to->ranges[0]);
}

static int
by_key(const void *a, const void *b)
{
	struct str x = ((const struct store_range *)a)->hash;
	struct str y = ((const struct store_range *)b)->hash;

	return str_cmp((struct str){ x.p + KEY_PREFIX_BYTES,
			   x.len - KEY_PREFIX_BYTES },
	    (struct str){ y.p + KEY_PREFIX_BYTES, y.len - KEY_PREFIX_BYTES });
}

static void
order_partitions(struct select *to, bool descending)
{
	qsort(to->ranges, to->n, sizeof(*to->ranges), by_key);
	for (size_t i = 0; descending && i < to->n / 2; i++) {
		struct store_range swap = to->ranges[i];

		to->ranges[i] = to->ranges[to->n - 1 - i];
		to->ranges[to->n - 1 - i] = swap;
	}
}

/* What the names of ORDER BY before this one have done. */
struct ordered {
	bool partitions, items;
};

static enum err
order_by(struct op_ctx *ctx, const struct ordering *o, struct select *to,
    struct ordered *done)
{
	const struct table_schema *schema = &to->page.schema;
	unsigned k = 0;

	while (k < schema->n && !str_eq(schema->keys[k].name, o->name))
		k++;
	if (k == schema->n)
		return op_fail(ctx, ERR_VALIDATION,
		    "Variable reference %.*s in ORDER BY clause must be part "
		    "of the primary key",
		    STR_ARG(o->name));
	if (k < schema->hashes) {
		order_partitions(to, o->descending);
		done->partitions = true;
		return ERR_OK;
	}
	if (to->n > 1 && !done->partitions)
		return op_fail(ctx, ERR_VALIDATION,
		    "Items of several partition keys cannot be ordered by "
		    "%.*s",
		    STR_ARG(o->name));
	if (done->items && to->ranges[0].reverse != o->descending)
		return op_fail(ctx, ERR_VALIDATION,
		    "Sort keys cannot be ordered in different directions: "
		    "%.*s",
		    STR_ARG(o->name));
	for (size_t i = 0; i < to->n; i++)
		to->ranges[i].reverse = o->descending;
	done->items = true;
	return ERR_OK;
}

static enum err
order(struct op_ctx *ctx, const struct statement *s, struct select *to)
{
	struct ordered done = { false, false };
	enum err e = ERR_OK;

	if (s->norder == 0)
		return ERR_OK;
	if (s->where == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "Must have WHERE clause in the statement when using ORDER "
		    "BY clause.");
	if (to->n == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "Must have at least one non-optional hash key condition in "
		    "WHERE clause when using ORDER BY clause.");
	for (size_t i = 0; i < s->norder && e == ERR_OK; i++)
		e = order_by(ctx, &s->order[i], to, &done);
	return e;
}

/* What the functions of page.h look for in a request. */
static enum err
asked(const struct statement *s, const struct json *start, struct select *to)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json_error error;
	enum err e;

	buf_putc(&text, '{');
	if (s->index.p != NULL) {
		answer_member(&text, "IndexName");
		json_put_str(&text, s->index);
	}
	if (start != NULL) {
		answer_member(&text, "ExclusiveStartKey");
		json_put(&text, start);
	}
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) == ERR_OK)
		e = json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &to->asked,
		    &error);
	return e == ERR_JSON ? ERR_VALIDATION : e;
}

static enum err
begin(struct op_ctx *ctx, const struct json *start, size_t range,
    struct select *to)
{
	struct store_range *r;
	enum err e;

	if (start == NULL)
		return ERR_OK;
	if (range >= to->n)
		return op_fail(ctx, ERR_VALIDATION, "Invalid NextToken");
	r = &to->ranges[range];
	if ((e = page_start(ctx, to->asked, &to->t, &to->page, false, r)) !=
		ERR_OK ||
	    r->hash.p == NULL)
		return e;
	return page_start_within(ctx, r);
}

enum err
partiql_select(struct op_ctx *ctx, const struct statement *s, bool consistent,
    const struct json *start, size_t range, struct select *ret)
{
	struct page *page = &ret->page;
	struct parts p;
	enum err e;

	*ret = (struct select){ .page = { .paths = s->paths,
				    .consistent = consistent } };
	ret->ranges =
	    arena_alloc(ctx->arena, (EXPR_IN_MAX + 1) * sizeof(*ret->ranges));
	if (ret->ranges == NULL)
		return ERR_NO_MEMORY;
	if ((e = asked(s, start, ret)) != ERR_OK ||
	    (e = partiql_open(ctx, s, &ret->t)) != ERR_OK ||
	    (e = page_open(ctx, ret->asked, &ret->t, page)) != ERR_OK ||
	    (e = index_refuse_nested(ctx, &ret->t, &page->paths, s->where)) !=
		ERR_OK ||
	    (e = page_check_index(ctx, ret->asked, &ret->t, page)) != ERR_OK ||
	    (e = parts_of(ctx, s->where, &p)) != ERR_OK ||
	    (e = ranges(ctx, ret, &p)) != ERR_OK ||
	    (e = order(ctx, s, ret)) != ERR_OK ||
	    (e = rest(ctx, &p, &page->filter)) != ERR_OK)
		return e;
	if (ret->n == 0)
		ret->ranges[ret->n++] =
		    (struct store_range){ .lo_excl = false };
	return begin(ctx, start, range, ret);
}

void
partiql_select_free(struct select *s)
{
	json_free(s->asked);
	s->asked = NULL;
}
