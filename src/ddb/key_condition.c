/* SPDX-License-Identifier: ISC */
#include "ddb/key_condition.h"

#include <string.h>

#include "ddb/compare.h"
#include "ddb/index.h"
#include "ddb/key.h"
#include "ddb/legacy.h"

#define INVALID       "One or more parameter values were invalid: "
#define IN_EXPRESSION "Invalid condition in KeyConditionExpression: "

/* The operators of KeyConditions that a key can take. */
static const struct {
	struct str name;
	enum expr_kind kind;
} operators[] = {
	{ STR_INIT("EQ"), EXPR_EQ },
	{ STR_INIT("LT"), EXPR_LT },
	{ STR_INIT("LE"), EXPR_LE },
	{ STR_INIT("GT"), EXPR_GT },
	{ STR_INIT("GE"), EXPR_GE },
	{ STR_INIT("BETWEEN"), EXPR_BETWEEN },
	{ STR_INIT("BEGINS_WITH"), EXPR_BEGINS_WITH },
};

/* What a key cannot be asked, in the words of its refusal. */
static const char *
forbidden(enum expr_kind kind)
{
	switch (kind) {
	case EXPR_OR:
		return "OR";
	case EXPR_NOT:
		return "NOT";
	case EXPR_IN:
		return "IN";
	case EXPR_NE:
		return "<>";
	case EXPR_EXISTS:
		return "attribute_exists";
	case EXPR_NOT_EXISTS:
		return "attribute_not_exists";
	case EXPR_TYPE:
		return "attribute_type";
	case EXPR_CONTAINS:
		return "contains";
	case EXPR_PATH:
	case EXPR_VALUE:
	case EXPR_SIZE:
	case EXPR_EQ:
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
	case EXPR_BETWEEN:
	case EXPR_BEGINS_WITH:
	case EXPR_PLUS:
	case EXPR_MINUS:
	case EXPR_IF_NOT_EXISTS:
	case EXPR_LIST_APPEND:
	case EXPR_AND:
		break;
	}
	return NULL;
}

/* The same comparison with its sides changed over. */
static enum expr_kind
reversed(enum expr_kind kind)
{
	if (kind == EXPR_LT)
		return EXPR_GT;
	if (kind == EXPR_LE)
		return EXPR_GE;
	if (kind == EXPR_GT)
		return EXPR_LT;
	return kind == EXPR_GE ? EXPR_LE : kind;
}

/* Which operand is the attribute. */
static enum err
find_path(struct op_ctx *ctx, const struct expr *e, size_t *ret)
{
	size_t paths = 0;

	if ((e->kind == EXPR_BETWEEN || e->kind == EXPR_BEGINS_WITH) &&
	    e->args[0]->kind != EXPR_PATH)
		return op_fail(ctx, ERR_VALIDATION,
		    IN_EXPRESSION
		    "%s operator must have the key attribute as its first "
		    "operand",
		    e->kind == EXPR_BETWEEN ? "BETWEEN" : "begins_with");
	for (size_t i = 0; i < e->n; i++) {
		const struct expr *arg = e->args[i];

		if (arg->kind == EXPR_SIZE)
			return op_fail(ctx, ERR_VALIDATION,
			    "KeyConditionExpressions cannot contain nested "
			    "operations");
		if (arg->kind != EXPR_PATH)
			continue;
		if (paths++ > 0)
			return op_fail(ctx, ERR_VALIDATION,
			    IN_EXPRESSION
			    "Multiple attribute names used in one condition");
		if (arg->path.n > 1)
			return op_fail(ctx, ERR_VALIDATION,
			    "KeyConditionExpressions cannot have conditions "
			    "on nested attributes");
		*ret = i;
	}
	if (paths == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    IN_EXPRESSION "No key attribute specified");
	return ERR_OK;
}

static struct str
operator_name(enum expr_kind kind)
{
	size_t i = 0;

	while (i + 1 < NELEM(operators) && operators[i].kind != kind)
		i++;
	return operators[i].name;
}

/* Values are of types that can be compared so, both of the same. */
static enum err
check_values(struct op_ctx *ctx, const struct key_condition *k)
{
	const struct json *content;
	enum value_type a = value_type(k->values[0], &content), b;
	int order = 0;

	if (a > (k->kind == EXPR_EQ ? VALUE_BS : VALUE_B) ||
	    (k->kind == EXPR_BEGINS_WITH && a == VALUE_N))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ComparisonOperator %.*s is not valid for %s "
			    "AttributeValue type",
		    STR_ARG(operator_name(k->kind)), value_type_name(a));
	if (k->kind != EXPR_BETWEEN)
		return ERR_OK;
	b = value_type(k->values[1], &content);
	if (a != b)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "AttributeValues inside AttributeValueList must be of "
		    "same type");
	if (operand_order(operand_of(k->values[0]), operand_of(k->values[1]),
		&order) &&
	    order > 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "The BETWEEN condition was provided a range where the "
		    "lower bound is greater than the upper bound");
	return ERR_OK;
}

static enum err
add(struct op_ctx *ctx, const struct key_condition *one,
    struct key_conditions *to)
{
	for (size_t i = 0; i < to->n; i++)
		if (str_eq(to->all[i].name, one->name))
			return op_fail(ctx, ERR_VALIDATION,
			    "KeyConditionExpressions must only contain one "
			    "condition per key");
	if (to->n == KEY_CONDITIONS_MAX)
		return op_fail(ctx, ERR_VALIDATION,
		    "Conditions can be of length 1 or 2 only");
	to->all[to->n++] = *one;
	return ERR_OK;
}

enum err
key_condition_expr(struct op_ctx *ctx, const struct expr *e,
    struct key_conditions *ret)
{
	struct key_condition one = { .kind = e->kind };
	enum err error = ERR_OK;
	size_t path = 0, n = 0;

	if (e->kind == EXPR_AND) {
		for (size_t i = 0; i < e->n && error == ERR_OK; i++)
			error = key_condition_expr(ctx, e->args[i], ret);
		return error;
	}
	if (forbidden(e->kind) != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid operator used in KeyConditionExpression: %s",
		    forbidden(e->kind));
	if ((error = find_path(ctx, e, &path)) != ERR_OK)
		return error;
	one.name = e->args[path]->path.steps[0].name;
	if (path > 0)
		one.kind = reversed(e->kind);
	for (size_t i = 0; i < e->n; i++)
		if (i != path)
			one.values[n++] = e->args[i]->value;
	error = check_values(ctx, &one);
	return error == ERR_OK ? add(ctx, &one, ret) : error;
}

/* What a key cannot be asked is not refused before the table is known. */
static enum err
from_map(struct op_ctx *ctx, const struct json *in, struct str name,
    struct key_condition *ret)
{
	const struct json *list = shape_get(in, "AttributeValueList");
	enum err e = legacy_one(ctx, in, &ret->kind);

	ret->name = name;
	ret->values[0] = json_at(list, 0);
	ret->values[1] = json_at(list, 1);
	return e == ERR_OK && forbidden(ret->kind) == NULL ?
	    check_values(ctx, ret) :
	    e;
}

enum err
key_condition_map(struct op_ctx *ctx, const struct json *map,
    struct key_conditions *ret)
{
	struct json_member m = { 0 };
	struct key_condition one;
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(map, &m)) {
		e = from_map(ctx, m.value, m.name, &one);
		if (e == ERR_OK)
			e = add(ctx, &one, ret);
	}
	if (e == ERR_OK && (ret->n < 1 || ret->n > 2))
		return op_fail(ctx, ERR_VALIDATION,
		    "Conditions can be of length 1 or 2 only");
	return e;
}

static const struct key_condition *
find(const struct key_conditions *c, struct str name)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->all[i].name, name))
			return &c->all[i];
	return NULL;
}

static enum err
check_indexable(struct op_ctx *ctx, const struct key_condition *c)
{
	if (forbidden(c->kind) != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "Attempted conditional constraint is not an indexable "
		    "operation");
	return ERR_OK;
}

static enum err
value_bytes(struct op_ctx *ctx, const struct table_key *k, bool is_hash,
    const struct json *value, struct str *ret)
{
	const struct json *content;

	if (value_type(value, &content) != key_value_type(k->type))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Condition parameter type does not match schema type");
	return key_part(ctx, k, is_hash, content, ret);
}

/* The least string that is above all that begin with s; absent: none is. */
static enum err
above(struct arena *a, struct str s, struct str *ret)
{
	char *p;

	while (s.len > 0 && (unsigned char)s.p[s.len - 1] == 0xff)
		s.len--;
	*ret = (struct str){ NULL, 0 };
	if (s.len == 0)
		return ERR_OK;
	if ((p = arena_alloc(a, s.len)) == NULL)
		return ERR_NO_MEMORY;
	memcpy(p, s.p, s.len);
	p[s.len - 1] = (char)((unsigned char)p[s.len - 1] + 1);
	*ret = (struct str){ p, s.len };
	return ERR_OK;
}

/* What the conditions say of the range, packed as the index's keys are. */
struct span {
	struct op_ctx *ctx;
	const struct table_schema *schema;
	struct str parts[TABLE_KEYS_MAX];
	unsigned n; /* parts with an equality before the last condition */
};

/* The parts and this one behind them. */
static enum err
pack(const struct span *s, struct str last, struct str *ret)
{
	unsigned ranges = s->schema->n - s->schema->hashes;
	struct str parts[TABLE_KEYS_MAX];

	memcpy(parts, s->parts, s->n * sizeof(*parts));
	parts[s->n] = last;
	return index_pack(s->ctx->arena, parts, s->n + 1, ranges > 1, ret);
}

/*
 * Of several parts the bounds are those of what begins with them: others may
 * follow.  Of one the bounds are itself.
 */
static enum err
below(const struct span *s, struct str v, bool with, struct store_range *r)
{
	bool several = s->schema->n - s->schema->hashes > 1;
	enum err e = pack(s, v, &v);

	r->hi = v;
	r->hi_excl = !with || several;
	return e == ERR_OK && with && several ?
	    above(s->ctx->arena, v, &r->hi) :
	    e;
}

static enum err
from(const struct span *s, struct str v, bool with, struct store_range *r)
{
	bool several = s->schema->n - s->schema->hashes > 1;
	enum err e = pack(s, v, &v);

	r->lo = v;
	r->lo_excl = !with && !several;
	return e == ERR_OK && !with && several ?
	    above(s->ctx->arena, v, &r->lo) :
	    e;
}

/* What begins with the equal parts, and with the value where it is given. */
static enum err
beginning(const struct span *s, struct str v, struct store_range *r)
{
	bool several = s->schema->n - s->schema->hashes > 1;
	struct str p;
	enum err e;

	e = index_pack(s->ctx->arena, s->parts, s->n, several, &p);
	if (e == ERR_OK && v.p != NULL)
		e = pack(s, v, &p);
	if (e != ERR_OK || p.len == 0)
		return e;
	/* The end of a part is none of its prefix. */
	if (v.p != NULL && several)
		p.len -= 2;
	r->lo = p;
	r->hi_excl = true;
	return above(s->ctx->arena, p, &r->hi);
}

static enum err
bounds(const struct span *s, const struct key_condition *c,
    struct store_range *r)
{
	const struct table_key *k = &s->schema->keys[s->schema->hashes + s->n];
	struct str v, to, none = { NULL, 0 };
	enum err e = value_bytes(s->ctx, k, false, c->values[0], &v);

	if (e != ERR_OK)
		return e;
	if (c->kind == EXPR_BEGINS_WITH && k->type == 'N')
		return op_fail(s->ctx, ERR_VALIDATION,
		    INVALID "ComparisonOperator BEGINS_WITH is not valid for N "
			    "AttributeValue type");
	if (c->kind == EXPR_BEGINS_WITH)
		return beginning(s, v, r);
	if ((e = beginning(s, none, r)) != ERR_OK)
		return e;
	to = v;
	if (c->kind == EXPR_BETWEEN)
		e = value_bytes(s->ctx, k, false, c->values[1], &to);
	if (e == ERR_OK && c->kind != EXPR_LT && c->kind != EXPR_LE)
		e = from(s, v, c->kind != EXPR_GT, r);
	if (e == ERR_OK && c->kind != EXPR_GT && c->kind != EXPR_GE)
		e = below(s, to, c->kind != EXPR_LT, r);
	return e;
}

/* The conditions on the range, from its first key on without a gap. */
static enum err
ranges(struct span *s, const struct key_conditions *c, struct store_range *r)
{
	const struct table_key *k = s->schema->keys + s->schema->hashes;
	unsigned n = s->schema->n - s->schema->hashes;
	enum err e = ERR_OK;

	for (; s->n < n && e == ERR_OK; s->n++, k++) {
		const struct key_condition *one = find(c, k->name);
		bool last = s->n + 1 == n || find(c, k[1].name) == NULL;

		if (one == NULL)
			break;
		if ((e = check_indexable(s->ctx, one)) != ERR_OK)
			return e;
		if (last)
			return bounds(s, one, r);
		if (one->kind != EXPR_EQ)
			return op_fail(s->ctx, ERR_VALIDATION,
			    "Query key condition not supported");
		e = value_bytes(s->ctx, k, false, one->values[0],
		    &s->parts[s->n]);
	}
	return e;
}

/* Is there a condition for each key up to the last that is named? */
static enum err
check_names(struct op_ctx *ctx, const struct table_schema *schema,
    const struct key_conditions *c)
{
	size_t named = 0;

	if (schema->n <= 2 && c->n > 2)
		return op_fail(ctx, ERR_VALIDATION,
		    "Conditions can be of length 1 or 2 only");
	if (schema->n == schema->hashes && c->n > schema->n)
		return op_fail(ctx, ERR_VALIDATION,
		    "Query key condition not supported");
	for (unsigned k = 0; k < schema->n; k++) {
		bool there = find(c, schema->keys[k].name) != NULL;

		named += there ? 1 : 0;
		if (!there && (k < schema->hashes || named < c->n))
			return op_fail(ctx, ERR_VALIDATION,
			    "Query condition missed key schema element: %.*s",
			    STR_ARG(schema->keys[k].name));
		if (!there)
			break;
	}
	if (named < c->n)
		return op_fail(ctx, ERR_VALIDATION,
		    "Query key condition not supported");
	return ERR_OK;
}

enum err
key_condition_range(struct op_ctx *ctx, const struct table_schema *schema,
    const struct key_conditions *c, struct store_range *ret)
{
	struct span s = { .ctx = ctx, .schema = schema };
	struct str parts[TABLE_KEYS_MAX], hash;
	enum err e = check_names(ctx, schema, c);

	for (unsigned k = 0; k < schema->hashes && e == ERR_OK; k++) {
		const struct key_condition *one = find(c, schema->keys[k].name);

		if (one == NULL) /* which check_names() has refused */
			return ERR_INTERNAL;
		e = check_indexable(ctx, one);
		if (e == ERR_OK)
			e = value_bytes(ctx, &schema->keys[k], true,
			    one->values[0], &parts[k]);
		if (e == ERR_OK && one->kind != EXPR_EQ)
			return op_fail(ctx, ERR_VALIDATION,
			    "Query key condition not supported");
	}
	if (e == ERR_OK)
		e = index_pack(ctx->arena, parts, schema->hashes,
		    schema->hashes > 1, &hash);
	if (e == ERR_OK)
		e = key_hash(ctx, hash, &ret->hash);
	return e == ERR_OK ? ranges(&s, c, ret) : e;
}
