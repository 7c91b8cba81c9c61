/* SPDX-License-Identifier: ISC */
/*
 * Conditions.  A parenthesis may hold a condition or an operand, which only
 * shows behind it; so both are read by the same functions, and who needs
 * one of them says so.
 */
#include "ddb/partiql_parse.h"

static const struct {
	struct str name;
	enum expr_kind kind;
	size_t args;
} functions[] = {
	{ STR_INIT("attribute_type"), EXPR_TYPE, 2 },
	{ STR_INIT("begins_with"), EXPR_BEGINS_WITH, 2 },
	{ STR_INIT("contains"), EXPR_CONTAINS, 2 },
	{ STR_INIT("size"), EXPR_SIZE, 1 },
};

static struct expr *parse_or(struct partiql *p);
static struct expr *parse_operand(struct partiql *p);

static bool
is_operand(const struct expr *e)
{
	return e->kind <= EXPR_SIZE;
}

static struct expr *
want_operand(struct partiql *p, struct expr *e)
{
	if (e == NULL || is_operand(e))
		return e;
	(void)partiql_expected(p, "an operand before it");
	return NULL;
}

static struct expr *
want_condition(struct partiql *p, struct expr *e)
{
	if (e == NULL || !is_operand(e))
		return e;
	(void)partiql_expected(p, "a comparison");
	return NULL;
}

static struct expr *
literal(struct partiql *p, const struct json *value)
{
	struct expr *e = value == NULL ? NULL : expr_new(&p->x, EXPR_VALUE, 0);

	if (e != NULL)
		e->value = value;
	return e;
}

static struct expr *
one_of_one(struct partiql *p, enum expr_kind kind, struct expr *arg)
{
	struct expr *e = arg == NULL ? NULL : expr_new(&p->x, kind, 1);

	if (e != NULL)
		e->args[0] = arg;
	return e;
}

/* The word is read, "(" is next. */
static struct expr *
function(struct partiql *p, struct str name)
{
	struct expr *e;
	size_t at = 0;

	while (at < NELEM(functions) && !str_caseeq(functions[at].name, name))
		at++;
	if (at == NELEM(functions)) {
		(void)partiql_refuse(p, "Invalid function name; function: %.*s",
		    STR_ARG(name));
		return NULL;
	}
	e = expr_new(&p->x, functions[at].kind, functions[at].args);
	if (e == NULL || !partiql_need(p, "("))
		return NULL;
	for (size_t i = 0; i < e->n; i++) {
		if (i > 0 && !partiql_need(p, ","))
			return NULL;
		e->args[i] = want_operand(p, parse_operand(p));
		if (e->args[i] == NULL)
			return NULL;
	}
	if (!partiql_need(p, ")"))
		return NULL;
	check_function(&p->x, functions[at].name, e);
	return e;
}

/* In parentheses: a condition or an operand. */
static struct expr *
group(struct partiql *p)
{
	struct expr *e;

	if (!partiql_enter(p))
		return NULL;
	e = parse_or(p);
	p->x.depth--;
	return e != NULL && partiql_need(p, ")") ? e : NULL;
}

static struct expr *
parse_operand(struct partiql *p)
{
	struct partiql_token t = p->now;
	struct expr *e;

	if (partiql_take(p, "("))
		return group(p);
	if (partiql_at_value(p))
		return literal(p, partiql_value(p));
	if (t.kind == PARTIQL_WORD &&
	    str_eq(partiql_next(t.text.p + t.text.len, p->end).text,
		STR("("))) {
		partiql_step(p);
		return function(p, t.text);
	}
	if ((e = expr_new(&p->x, EXPR_PATH, 0)) == NULL ||
	    !partiql_path(p, &e->path))
		return NULL;
	return e;
}

static struct expr *
compare(struct partiql *p, struct expr *left, enum expr_kind kind)
{
	struct str sign = p->now.text;
	struct expr *e = expr_new(&p->x, kind, 2);

	if (e == NULL || (e->args[0] = want_operand(p, left)) == NULL)
		return NULL;
	partiql_step(p);
	if ((e->args[1] = want_operand(p, parse_operand(p))) == NULL)
		return NULL;
	check_compare(&p->x, sign, e);
	return e;
}

static struct expr *
between(struct partiql *p, struct expr *left)
{
	struct expr *e = expr_new(&p->x, EXPR_BETWEEN, 3);

	if (e == NULL || (e->args[0] = want_operand(p, left)) == NULL ||
	    (e->args[1] = want_operand(p, parse_operand(p))) == NULL ||
	    !partiql_need(p, "AND") ||
	    (e->args[2] = want_operand(p, parse_operand(p))) == NULL)
		return NULL;
	check_between(&p->x, e);
	return e;
}

/* [a, b] or (a, b) */
static struct expr *
in(struct partiql *p, struct expr *left)
{
	struct expr *e = expr_new(&p->x, EXPR_IN, EXPR_IN_MAX + 1);
	const char *close = partiql_is(p, "[") ? "]" : ")";

	if (e == NULL || (e->args[0] = want_operand(p, left)) == NULL)
		return NULL;
	e->n = 1;
	if (!partiql_take(p, "[") && !partiql_need(p, "("))
		return NULL;
	do {
		struct expr *arg = want_operand(p, parse_operand(p));

		if (arg == NULL)
			return NULL;
		/* Too many are counted, not kept. */
		if (e->n <= EXPR_IN_MAX)
			e->args[e->n] = arg;
		e->n++;
	} while (partiql_take(p, ","));
	if (e->n > EXPR_IN_MAX + 1)
		(void)partiql_refuse(p,
		    "The IN operator is provided with too many operands; "
		    "number of operands: %zu",
		    e->n - 1);
	return partiql_need(p, close) && p->x.e == ERR_OK ? e : NULL;
}

/* IS [NOT] MISSING, IS [NOT] NULL; IS is read. */
static struct expr *
is(struct partiql *p, struct expr *left)
{
	bool not = partiql_take(p, "NOT"), missing = partiql_take(p, "MISSING");
	struct expr *e;

	if (!missing && !partiql_take(p, "NULL")) {
		(void)partiql_expected(p, "MISSING or NULL");
		return NULL;
	}
	if (left->kind != EXPR_PATH) {
		(void)partiql_refuse(p,
		    "Operator or function requires a document path; operator "
		    "or function: IS");
		return NULL;
	}
	e = expr_new(&p->x, missing ? EXPR_NOT_EXISTS : EXPR_TYPE,
	    missing ? 1 : 2);
	if (e == NULL)
		return NULL;
	e->args[0] = left;
	if (!missing) {
		e->args[1] =
		    literal(p, partiql_own(p, STR("{\"S\":\"NULL\"}")));
		if (e->args[1] == NULL)
			return NULL;
	}
	return not ? one_of_one(p, EXPR_NOT, e) : e;
}

static bool
comparator(const struct partiql *p, enum expr_kind *ret)
{
	static const struct {
		const char *sign;
		enum expr_kind kind;
	} all[] = {
		{ "=", EXPR_EQ },
		{ "<>", EXPR_NE },
		{ "!=", EXPR_NE },
		{ "<", EXPR_LT },
		{ "<=", EXPR_LE },
		{ ">", EXPR_GT },
		{ ">=", EXPR_GE },
	};

	for (size_t i = 0; i < NELEM(all); i++)
		if (partiql_is(p, all[i].sign)) {
			*ret = all[i].kind;
			return true;
		}
	return false;
}

/* A comparison, a function, something in parentheses, or an operand. */
static struct expr *
parse_one(struct partiql *p)
{
	struct expr *e = parse_operand(p);
	enum expr_kind kind;
	bool not ;

	if (e == NULL)
		return NULL;
	if (comparator(p, &kind))
		return compare(p, e, kind);
	if (partiql_take(p, "IS"))
		return is(p, e);
	not = partiql_take(p, "NOT");
	if (partiql_take(p, "BETWEEN"))
		e = between(p, e);
	else if (partiql_take(p, "IN"))
		e = in(p, e);
	else if (not )
		e = partiql_expected(p, "BETWEEN or IN") ? e : NULL;
	return not ? one_of_one(p, EXPR_NOT, e) : e;
}

static struct expr *
parse_not(struct partiql *p)
{
	struct expr *e;

	if (!partiql_take(p, "NOT"))
		return parse_one(p);
	if (!partiql_enter(p))
		return NULL;
	e = want_condition(p, parse_not(p));
	p->x.depth--;
	return one_of_one(p, EXPR_NOT, e);
}

/* One or more of what next reads, joined by the word. */
static struct expr *
chain(struct partiql *p, const char *word, enum expr_kind kind,
    struct expr *(*next)(struct partiql *p))
{
	struct expr *e, **all = NULL;
	size_t n = 0;

	do {
		if ((all = parser_grow(&p->x, all, n, sizeof(e))) == NULL ||
		    (e = next(p)) == NULL)
			return NULL;
		all[n++] = e;
		if ((n > 1 || partiql_is(p, word)) &&
		    want_condition(p, e) == NULL)
			return NULL;
	} while (partiql_take(p, word));
	if (n == 1)
		return e;
	if ((e = expr_new(&p->x, kind, 0)) == NULL)
		return NULL;
	e->args = all;
	e->n = n;
	return e;
}

static struct expr *
parse_and(struct partiql *p)
{
	return chain(p, "AND", EXPR_AND, parse_not);
}

static struct expr *
parse_or(struct partiql *p)
{
	return chain(p, "OR", EXPR_OR, parse_and);
}

struct expr *
partiql_condition(struct partiql *p)
{
	return want_condition(p, parse_or(p));
}
