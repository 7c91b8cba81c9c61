/* SPDX-License-Identifier: ISC */
/* Conditions and projections on an item. */
#include "ddb/compare.h"
#include "ddb/expr.h"

const struct json *
expr_walk(const struct json *item, const struct expr_path *path)
{
	const struct json *v = NULL, *in = item;

	for (size_t i = 0; i < path->n; i++) {
		const struct expr_step *step = &path->steps[i];

		if (i > 0)
			in = json_get(v, step->name.p != NULL ? "M" : "L");
		v = step->name.p != NULL ? json_find(in, step->name) :
					   json_at(in, step->index);
		if (v == NULL)
			return NULL;
	}
	return v;
}

static struct operand
operand(const struct expr *e, const struct json *item)
{
	if (e->kind == EXPR_PATH)
		return operand_of(expr_walk(item, &e->path));
	if (e->kind == EXPR_VALUE)
		return operand_of(e->value);
	return operand_size(operand(e->args[0], item));
}

static bool
ordered(const struct expr *e, struct operand a, struct operand b)
{
	int order;

	if (!operand_order(a, b, &order))
		return false;
	if (order == 0)
		return e->kind == EXPR_LE || e->kind == EXPR_GE;
	return order < 0 ? e->kind == EXPR_LT || e->kind == EXPR_LE :
			   e->kind == EXPR_GT || e->kind == EXPR_GE;
}

static bool
between(const struct expr *e, const struct json *item)
{
	struct operand x = operand(e->args[0], item);
	int lo, hi;

	return operand_order(x, operand(e->args[1], item), &lo) && lo >= 0 &&
	    operand_order(x, operand(e->args[2], item), &hi) && hi <= 0;
}

static bool
in(const struct expr *e, const struct json *item)
{
	struct operand x = operand(e->args[0], item);

	for (size_t i = 1; i < e->n; i++)
		if (operand_equal(x, operand(e->args[i], item)))
			return true;
	return false;
}

static bool
has_type(const struct expr *e, const struct json *item)
{
	struct operand want = operand(e->args[1], item);
	enum value_type t = operand(e->args[0], item).type;

	return t != VALUE_NONE &&
	    str_eq(json_str(want.content), str_from(value_type_name(t)));
}

static bool holds(const struct expr *e, const struct json *item);

/* AND: does one fail?  OR: does one hold? */
static bool
any(const struct expr *e, const struct json *item, bool want)
{
	for (size_t i = 0; i < e->n; i++)
		if (holds(e->args[i], item) == want)
			return true;
	return false;
}

/* As deep as the parser let it be. */
static bool
holds(const struct expr *e, const struct json *item)
{
	switch (e->kind) {
	case EXPR_AND:
		return !any(e, item, false);
	case EXPR_OR:
		return any(e, item, true);
	case EXPR_NOT:
		return !holds(e->args[0], item);
	case EXPR_EXISTS:
		return operand(e->args[0], item).type != VALUE_NONE;
	case EXPR_NOT_EXISTS:
		return operand(e->args[0], item).type == VALUE_NONE;
	case EXPR_TYPE:
		return has_type(e, item);
	case EXPR_BETWEEN:
		return between(e, item);
	case EXPR_IN:
		return in(e, item);
	case EXPR_EQ:
		return operand_equal(operand(e->args[0], item),
		    operand(e->args[1], item));
	case EXPR_NE:
		return !operand_equal(operand(e->args[0], item),
		    operand(e->args[1], item));
	case EXPR_LT:
	case EXPR_LE:
	case EXPR_GT:
	case EXPR_GE:
		return ordered(e, operand(e->args[0], item),
		    operand(e->args[1], item));
	case EXPR_BEGINS_WITH:
		return operand_begins_with(operand(e->args[0], item),
		    operand(e->args[1], item));
	case EXPR_CONTAINS:
		return operand_contains(operand(e->args[0], item),
		    operand(e->args[1], item));
	case EXPR_PATH:
	case EXPR_VALUE:
	case EXPR_SIZE:
	case EXPR_PLUS:
	case EXPR_MINUS:
	case EXPR_IF_NOT_EXISTS:
	case EXPR_LIST_APPEND:
		break;
	}
	return false;
}

bool
expr_eval(const struct expr *e, const struct json *item)
{
	return e == NULL || holds(e, item);
}

bool
expr_mentions(const struct expr *e, struct str name)
{
	if (e == NULL)
		return false;
	if (e->kind == EXPR_PATH)
		return str_eq(e->path.steps[0].name, name);
	for (size_t i = 0; i < e->n; i++)
		if (expr_mentions(e->args[i], name))
			return true;
	return false;
}

static enum err
refuse_nested(struct op_ctx *ctx, const struct expr_path *path, struct str key,
    const char *label)
{
	if (key.p == NULL || path->n < 2 || !str_eq(path->steps[0].name, key))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    "Key attributes must be scalars; list random access '[]' and map "
	    "lookup '.' are not allowed: %s: %.*s",
	    label, STR_ARG(key));
}

enum err
expr_refuse_nested(struct op_ctx *ctx, const struct expr *e, struct str key,
    const char *label)
{
	enum err error = ERR_OK;

	if (e == NULL)
		return ERR_OK;
	if (e->kind == EXPR_PATH)
		return refuse_nested(ctx, &e->path, key, label);
	for (size_t i = 0; i < e->n && error == ERR_OK; i++)
		error = expr_refuse_nested(ctx, e->args[i], key, label);
	return error;
}

enum err
expr_refuse_nested_paths(struct op_ctx *ctx, const struct expr_paths *paths,
    struct str key, const char *label)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < paths->n && e == ERR_OK; i++)
		e = refuse_nested(ctx, &paths->paths[i], key, label);
	return e;
}
