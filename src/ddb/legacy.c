/* SPDX-License-Identifier: ISC */
#include "ddb/legacy.h"

#include <string.h>

#include "ddb/compare.h"

#define INVALID "One or more parameter values were invalid: "

static const struct shape filter[] = {
	{ "AttributeValueList", SHAPE_LIST, .of = shape_value },
	{ "ComparisonOperator", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = LEGACY_OPERATORS },
	{ NULL },
};
static const struct shape expected[] = {
	{ "AttributeValueList", SHAPE_LIST, .of = shape_value },
	{ "ComparisonOperator", SHAPE_STRING, .values = LEGACY_OPERATORS },
	{ "Exists", SHAPE_BOOLEAN },
	{ "Value", SHAPE_VALUE, SHAPE_FIELD },
	{ NULL },
};
const struct shape legacy_filter[] = { { "member", SHAPE_STRUCT, .of = filter,
    .type = SHAPE_MODEL "Condition" } };
const struct shape legacy_expected[] = { { "member", SHAPE_STRUCT,
    .of = expected, .type = SHAPE_MODEL "ExpectedAttributeValue" } };

#define SCALARS (1u << VALUE_S | 1u << VALUE_N | 1u << VALUE_B)
#define TEXTS   (1u << VALUE_S | 1u << VALUE_B)
#define ALL     (~0u)

struct legacy_op {
	struct str name;
	enum expr_kind kind;
	bool is_not;
	size_t min, max; /* values */
	unsigned types;
};

static const struct legacy_op operators[] = {
	{ STR_INIT("EQ"), EXPR_EQ, false, 1, 1, ALL },
	{ STR_INIT("NE"), EXPR_NE, false, 1, 1, ALL },
	{ STR_INIT("LT"), EXPR_LT, false, 1, 1, SCALARS },
	{ STR_INIT("LE"), EXPR_LE, false, 1, 1, SCALARS },
	{ STR_INIT("GT"), EXPR_GT, false, 1, 1, SCALARS },
	{ STR_INIT("GE"), EXPR_GE, false, 1, 1, SCALARS },
	{ STR_INIT("BETWEEN"), EXPR_BETWEEN, false, 2, 2, SCALARS },
	{ STR_INIT("IN"), EXPR_IN, false, 1, EXPR_IN_MAX, SCALARS },
	{ STR_INIT("CONTAINS"), EXPR_CONTAINS, false, 1, 1, SCALARS },
	{ STR_INIT("NOT_CONTAINS"), EXPR_CONTAINS, true, 1, 1, SCALARS },
	{ STR_INIT("BEGINS_WITH"), EXPR_BEGINS_WITH, false, 1, 1, TEXTS },
	{ STR_INIT("NULL"), EXPR_NOT_EXISTS, false, 0, 0, ALL },
	{ STR_INIT("NOT_NULL"), EXPR_EXISTS, false, 0, 0, ALL },
};

/* name and values as the operands of e. */
struct condition {
	struct str name;
	const struct legacy_op *op;
	const struct json *list; /* of values, or */
	const struct json *one;  /* a value */
	bool expected;           /* not a filter */
};

static size_t
count(const struct condition *c)
{
	return c->one != NULL ? 1 : json_len(c->list);
}

static const struct json *
value(const struct condition *c, size_t i)
{
	return c->one != NULL ? c->one : json_at(c->list, i);
}

/* shape_check() has let through no name but those of the table. */
static const struct legacy_op *
operator_of(struct str name)
{
	size_t i = 0;

	while (i + 1 < NELEM(operators) && !str_eq(operators[i].name, name))
		i++;
	return &operators[i];
}

/* Each by itself, then how many they are, then what they are together. */
static enum err
check_values(struct op_ctx *ctx, const struct condition *c)
{
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out w = { .ctx = ctx, .out = &scratch, .prefix = "" };
	const struct json *content;
	enum value_type first;
	size_t n = count(c);
	enum err e = ERR_OK;

	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = value_put(&w, value(c, i));
	if (e != ERR_OK)
		return e;
	if (n < c->op->min || n > c->op->max)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Invalid number of argument(s) for the %.*s "
			    "ComparisonOperator",
		    STR_ARG(c->op->name));
	if (n == 0)
		return ERR_OK;
	first = value_type(value(c, 0), &content);
	for (size_t i = 1; i < n; i++)
		if (value_type(value(c, i), &content) != first)
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID
			    "AttributeValues inside AttributeValueList must "
			    "be of same type");
	if ((c->op->types & 1u << first) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ComparisonOperator %.*s is not valid for %s "
			    "AttributeValue type",
		    STR_ARG(c->op->name), value_type_name(first));
	return ERR_OK;
}

static enum err
check_between(struct op_ctx *ctx, const struct condition *c)
{
	int order = 0;

	if (c->op->kind == EXPR_BETWEEN &&
	    operand_order(operand_of(value(c, 0)), operand_of(value(c, 1)),
		&order) &&
	    order > 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "The BETWEEN condition was provided a range where the "
		    "lower bound is greater than the upper bound");
	return ERR_OK;
}

static struct expr *
node(struct arena *a, enum expr_kind kind, size_t n)
{
	struct expr *e = arena_alloc(a, sizeof(*e) + n * sizeof(e));

	if (e == NULL)
		return NULL;
	*e = (struct expr){ .kind = kind, .n = n };
	e->args = (struct expr **)(void *)(e + 1);
	return e;
}

static struct expr *
path(struct arena *a, struct str name)
{
	struct expr *e = node(a, EXPR_PATH, 0);
	struct expr_step *step = arena_alloc(a, sizeof(*step));

	if (e == NULL || step == NULL)
		return NULL;
	step->name = name;
	e->path = (struct expr_path){ step, 1 };
	return e;
}

/* NULL: no memory. */
static struct expr *
build(struct arena *a, const struct condition *c)
{
	size_t n = count(c);
	struct expr *e = node(a, c->op->kind, n + 1), *inverse;

	if (e == NULL || (e->args[0] = path(a, c->name)) == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if ((e->args[i + 1] = node(a, EXPR_VALUE, 0)) == NULL)
			return NULL;
		e->args[i + 1]->value = value(c, i);
	}
	if (!c->op->is_not)
		return e;
	if ((inverse = node(a, EXPR_NOT, 1)) != NULL)
		inverse->args[0] = e;
	return inverse;
}

/* Expected without an operator: Exists and Value. */
static enum err
plain_expected(struct op_ctx *ctx, const struct json *in, struct condition *c)
{
	bool given = shape_get(in, "Exists") != NULL;
	bool exists = !given || shape_bool(in, "Exists");

	if (c->list != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "AttributeValueList can only be used with a "
			    "ComparisonOperator for Attribute: %.*s",
		    STR_ARG(c->name));
	if (exists && c->one == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Value must be provided when Exists is %s for Attribute: "
		    "%.*s",
		    given ? "true" : "null", STR_ARG(c->name));
	if (!exists && c->one != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Value cannot be used when Exists is false for Attribute: "
		    "%.*s",
		    STR_ARG(c->name));
	c->op = operator_of(exists ? STR("EQ") : STR("NULL"));
	return ERR_OK;
}

static enum err
read_condition(struct op_ctx *ctx, const struct json *in, struct condition *c)
{
	struct str op = json_str(shape_get(in, "ComparisonOperator"));

	c->one = shape_get(in, "Value");
	c->list = shape_get(in, "AttributeValueList");
	if (c->one != NULL && c->list != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Value and AttributeValueList cannot be used together for "
		    "Attribute: %.*s",
		    STR_ARG(c->name));
	if (op.p == NULL)
		return plain_expected(ctx, in, c);
	c->op = operator_of(op);
	if (shape_get(in, "Exists") != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Exists and ComparisonOperator cannot be used together "
		    "for Attribute: %.*s",
		    STR_ARG(c->name));
	if (c->expected && c->op->min > 0 && c->one == NULL && c->list == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Value or AttributeValueList must be used with "
			    "ComparisonOperator: %.*s for Attribute: %.*s",
		    STR_ARG(op), STR_ARG(c->name));
	return ERR_OK;
}

/* How the conditions are joined; it takes one at least. */
static enum err
joined_by(struct op_ctx *ctx, const struct json *in, size_t n,
    enum expr_kind *ret)
{
	struct str how = json_str(shape_get(in, "ConditionalOperator"));

	*ret = str_eq(how, STR("OR")) ? EXPR_OR : EXPR_AND;
	if (how.p != NULL && n == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "ConditionalOperator cannot be used without Filter or "
		    "Expected");
	return ERR_OK;
}

static enum err
check(struct op_ctx *ctx, const struct json *in, struct condition *c)
{
	enum err e = read_condition(ctx, in, c);

	if (e == ERR_OK)
		e = check_values(ctx, c);
	return e == ERR_OK ? check_between(ctx, c) : e;
}

enum err
legacy_one(struct op_ctx *ctx, const struct json *in, enum expr_kind *ret_kind)
{
	struct condition c = { .op = operators };
	enum err e = check(ctx, in, &c);

	*ret_kind = c.op->kind;
	return e;
}

enum err
legacy_condition(struct op_ctx *ctx, const struct json *in,
    const char *parameter, struct expr **ret)
{
	const struct json *map = shape_get(in, parameter);
	struct json_member m = { 0 };
	enum expr_kind kind;
	struct expr *all;
	size_t n = 0;
	enum err e = joined_by(ctx, in, json_len(map), &kind);

	*ret = NULL;
	if (e != ERR_OK || json_len(map) == 0)
		return e;
	if ((all = node(ctx->arena, kind, json_len(map))) == NULL)
		return ERR_NO_MEMORY;
	while (json_next(map, &m)) {
		struct condition c = { .name = m.name,
			.op = operators,
			.expected = strcmp(parameter, "Expected") == 0 };

		if ((e = check(ctx, m.value, &c)) != ERR_OK)
			return e;
		if ((all->args[n++] = build(ctx->arena, &c)) == NULL)
			return ERR_NO_MEMORY;
	}
	*ret = all;
	return ERR_OK;
}
