/* SPDX-License-Identifier: ISC */
/*
 * Conditions.  A parenthesis may hold a condition or an operand, which only
 * shows behind it; so both are read by the same functions, and who needs a
 * condition says so.
 */
#include "ddb/expr_parse.h"

static const struct {
	struct str name;
	enum expr_kind kind;
} functions[] = {
	{ STR_INIT("attribute_exists"), EXPR_EXISTS },
	{ STR_INIT("attribute_not_exists"), EXPR_NOT_EXISTS },
	{ STR_INIT("attribute_type"), EXPR_TYPE },
	{ STR_INIT("begins_with"), EXPR_BEGINS_WITH },
	{ STR_INIT("contains"), EXPR_CONTAINS },
	{ STR_INIT("size"), EXPR_SIZE },
};

static struct expr *parse_or(struct parser *p);

static bool
is_operand(const struct expr *e)
{
	return e->kind <= EXPR_SIZE;
}

static bool
is_function(const struct expr *e)
{
	return e->kind >= EXPR_EXISTS && e->kind <= EXPR_CONTAINS;
}

static struct str
function_name(const struct expr *e)
{
	for (size_t i = 0; i < NELEM(functions); i++)
		if (functions[i].kind == e->kind)
			return functions[i].name;
	return STR("");
}

bool
condition_function(struct str name)
{
	for (size_t i = 0; i < NELEM(functions); i++)
		if (str_eq(functions[i].name, name))
			return true;
	return false;
}

struct expr *
parse_value_ref(struct parser *p)
{
	struct str ref = p->now.text;
	struct expr *e = expr_new(p, EXPR_VALUE, 0);
	const struct json *v = json_find(p->r->values, ref);

	if (e == NULL)
		return NULL;
	if (v == NULL)
		parser_fault(p, FAULT_UNDEFINED,
		    "An expression attribute value used in expression is not "
		    "defined; attribute value: %.*s",
		    STR_ARG(ref));
	else
		parser_used(p, v);
	e->value = v;
	(void)parser_take(p, TOKEN_VALUE_REF);
	return e;
}

/* A function inside an operand's place: only size() gives an operand. */
static bool
want_operand(struct parser *p, const struct expr *e)
{
	if (is_operand(e))
		return true;
	if (!is_function(e))
		return parser_syntax(p);
	parser_fault(p, FAULT_MISUSED,
	    "The function is not allowed to be used this way in an "
	    "expression; function: %.*s",
	    STR_ARG(function_name(e)));
	return true;
}

/* An operand where a condition must be. */
static bool
want_condition(struct parser *p, const struct expr *e)
{
	if (!is_operand(e))
		return true;
	if (e->kind != EXPR_SIZE)
		return parser_syntax(p);
	parser_fault(p, FAULT_MISUSED,
	    "The function is not allowed to be used this way in an "
	    "expression; function: size");
	return true;
}

static struct expr *parse_operand(struct parser *p);

/* The arguments up to the closing parenthesis, into e. */
static bool
arguments(struct parser *p, struct expr *e, size_t max)
{
	do {
		struct expr *arg = parse_operand(p);

		if (arg == NULL || !want_operand(p, arg))
			return false;
		/* Too many are counted, not kept. */
		if (e->n < max)
			e->args[e->n] = arg;
		e->n++;
	} while (parser_take(p, TOKEN_COMMA));
	return parser_take(p, TOKEN_CLOSE) || parser_syntax(p);
}

/* No function of conditions; one of updates is called by its name. */
static void
unknown_function(struct parser *p, struct str name)
{
	static const struct {
		struct str parameter;
		const char *what;
	} kinds[] = {
		{ STR_INIT("ConditionExpression"), "a condition" },
		{ STR_INIT("FilterExpression"), "a filter" },
		{ STR_INIT("KeyConditionExpression"), "a key condition" },
	};
	struct str parameter = str_from(p->parameter);

	for (size_t i = 0; i < NELEM(kinds) && update_function(name); i++)
		if (str_eq(kinds[i].parameter, parameter)) {
			parser_fault(p, FAULT_MISUSED,
			    "The function is not allowed in %s expression; "
			    "function: %.*s",
			    kinds[i].what, STR_ARG(name));
			return;
		}
	parser_fault(p, FAULT_FUNCTION, "Invalid function name; function: %.*s",
	    STR_ARG(name));
}

/* name is read, "(" is next. */
static struct expr *
function(struct parser *p, struct str name)
{
	enum expr_kind kind = EXPR_EXISTS;
	bool known = false;
	struct expr *e;

	for (size_t i = 0; i < NELEM(functions); i++)
		if (str_eq(functions[i].name, name)) {
			kind = functions[i].kind;
			known = true;
		}
	if (!known)
		unknown_function(p, name);
	if ((e = expr_new(p, kind, 2)) == NULL)
		return NULL;
	e->n = 0;
	(void)parser_take(p, TOKEN_OPEN);
	if (!arguments(p, e, 2))
		return NULL;
	if (known)
		check_function(p, name, e);
	return e;
}

/* In parentheses: a condition or an operand. */
static struct expr *
group(struct parser *p)
{
	struct expr *e;

	if (p->depth == EXPR_DEPTH) {
		p->e = op_fail(p->r->ctx, ERR_VALIDATION,
		    "%sInvalid %s: The expression is nested too deeply; "
		    "maximum depth: %d",
		    p->r->prefix, p->parameter, EXPR_DEPTH);
		return NULL;
	}
	p->depth++;
	e = parse_or(p);
	p->depth--;
	if (e == NULL)
		return NULL;
	if (!parser_take(p, TOKEN_CLOSE)) {
		(void)parser_syntax(p);
		return NULL;
	}
	if (e->parens)
		parser_fault(p, FAULT_PARENS,
		    "The expression has redundant parentheses;");
	e->parens = true;
	return e;
}

static struct expr *
parse_operand(struct parser *p)
{
	struct token t = p->now;
	struct expr *e;

	if (t.kind == TOKEN_VALUE_REF)
		return parse_value_ref(p);
	if (parser_take(p, TOKEN_OPEN))
		return group(p);
	if (t.kind == TOKEN_NAME &&
	    token_next(t.text.p + t.text.len, p->end).kind == TOKEN_OPEN) {
		(void)parser_take(p, TOKEN_NAME);
		return function(p, t.text);
	}
	if ((e = expr_new(p, EXPR_PATH, 0)) == NULL || !parse_path(p, &e->path))
		return NULL;
	return e;
}

static bool
comparator(struct parser *p, enum expr_kind *ret)
{
	static const struct {
		enum token_kind token;
		enum expr_kind kind;
	} all[] = {
		{ TOKEN_EQ, EXPR_EQ },
		{ TOKEN_NE, EXPR_NE },
		{ TOKEN_LT, EXPR_LT },
		{ TOKEN_LE, EXPR_LE },
		{ TOKEN_GT, EXPR_GT },
		{ TOKEN_GE, EXPR_GE },
	};

	for (size_t i = 0; i < NELEM(all); i++)
		if (p->now.kind == all[i].token) {
			*ret = all[i].kind;
			return true;
		}
	return false;
}

static struct expr *
compare(struct parser *p, struct expr *left, enum expr_kind kind)
{
	struct str sign = p->now.text;
	struct expr *e = expr_new(p, kind, 2);

	if (e == NULL || !want_operand(p, left))
		return NULL;
	(void)parser_take(p, p->now.kind);
	e->args[0] = left;
	if ((e->args[1] = parse_operand(p)) == NULL ||
	    !want_operand(p, e->args[1]))
		return NULL;
	check_compare(p, sign, e);
	return e;
}

static struct expr *
between(struct parser *p, struct expr *left)
{
	struct expr *e = expr_new(p, EXPR_BETWEEN, 3);

	if (e == NULL || !want_operand(p, left))
		return NULL;
	(void)parser_take(p, TOKEN_BETWEEN);
	e->args[0] = left;
	if ((e->args[1] = parse_operand(p)) == NULL ||
	    !want_operand(p, e->args[1]))
		return NULL;
	if (!parser_take(p, TOKEN_AND)) {
		(void)parser_syntax(p);
		return NULL;
	}
	if ((e->args[2] = parse_operand(p)) == NULL ||
	    !want_operand(p, e->args[2]))
		return NULL;
	check_between(p, e);
	return e;
}

static struct expr *
in(struct parser *p, struct expr *left)
{
	struct expr *e = expr_new(p, EXPR_IN, EXPR_IN_MAX + 1);

	if (e == NULL || !want_operand(p, left))
		return NULL;
	(void)parser_take(p, TOKEN_IN);
	e->args[0] = left;
	e->n = 1;
	if (!parser_take(p, TOKEN_OPEN)) {
		(void)parser_syntax(p);
		return NULL;
	}
	if (!arguments(p, e, EXPR_IN_MAX + 1))
		return NULL;
	if (e->n > EXPR_IN_MAX + 1)
		parser_fault(p, FAULT_COUNT,
		    "The IN operator is provided with too many operands; "
		    "number of operands: %zu",
		    e->n - 1);
	return e;
}

/* A comparison, a function, something in parentheses, or an operand. */
static struct expr *
parse_one(struct parser *p)
{
	struct expr *e = parse_operand(p);
	enum expr_kind kind;

	if (e == NULL)
		return NULL;
	if (comparator(p, &kind))
		e = compare(p, e, kind);
	else if (p->now.kind == TOKEN_BETWEEN)
		e = between(p, e);
	else if (p->now.kind == TOKEN_IN)
		e = in(p, e);
	else if (is_operand(e))
		return e;
	if (e != NULL)
		check_condition(p);
	return e;
}

static struct expr *
parse_not(struct parser *p)
{
	struct expr *e, *arg;

	if (!parser_take(p, TOKEN_NOT))
		return parse_one(p);
	if (p->depth == EXPR_DEPTH) {
		(void)parser_syntax(p);
		return NULL;
	}
	p->depth++;
	arg = parse_not(p);
	p->depth--;
	if (arg == NULL || !want_condition(p, arg) ||
	    (e = expr_new(p, EXPR_NOT, 1)) == NULL)
		return NULL;
	e->args[0] = arg;
	return e;
}

/* One or more of what next reads, joined by the word. */
static struct expr *
chain(struct parser *p, enum token_kind word, enum expr_kind kind,
    struct expr *(*next)(struct parser *p))
{
	struct expr *e = NULL, **all = NULL;
	size_t n = 0;

	do {
		if ((all = parser_grow(p, all, n, sizeof(e))) == NULL ||
		    (e = next(p)) == NULL)
			return NULL;
		all[n++] = e;
		if ((n > 1 || p->now.kind == word) && !want_condition(p, e))
			return NULL;
	} while (parser_take(p, word));
	if (n == 1)
		return e;
	if ((e = expr_new(p, kind, 0)) == NULL)
		return NULL;
	e->args = all;
	e->n = n;
	return e;
}

static struct expr *
parse_and(struct parser *p)
{
	return chain(p, TOKEN_AND, EXPR_AND, parse_not);
}

static struct expr *
parse_or(struct parser *p)
{
	return chain(p, TOKEN_OR, EXPR_OR, parse_and);
}

enum err
expr_condition(struct expr_request *r, const char *parameter, struct expr **ret)
{
	const struct json *text = json_get(r->in, parameter);
	struct expr *all;
	struct parser p;
	enum err e;

	*ret = NULL;
	if (json_kind(text) != JSON_STRING)
		return ERR_OK;
	if ((e = parser_init(&p, r, parameter, json_str(text))) != ERR_OK)
		return e;
	all = parse_or(&p);
	if (all != NULL && p.now.kind == TOKEN_END)
		(void)want_condition(&p, all);
	if ((e = parser_end(&p)) == ERR_OK)
		*ret = all;
	return e;
}
