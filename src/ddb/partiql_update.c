/* SPDX-License-Identifier: ISC */
/* SET and REMOVE of an UPDATE, as the edits of an update expression. */
#include "ddb/compare.h"
#include "ddb/partiql_parse.h"

static struct expr *parse_value(struct partiql *p);

static struct expr *
operand(struct partiql *p)
{
	struct expr *e;

	if (partiql_take(p, "(")) {
		if (!partiql_enter(p))
			return NULL;
		e = parse_value(p);
		p->x.depth--;
		return e != NULL && partiql_need(p, ")") ? e : NULL;
	}
	if (partiql_at_value(p)) {
		const struct json *value = partiql_value(p);

		e = value == NULL ? NULL : expr_new(&p->x, EXPR_VALUE, 0);
		if (e != NULL)
			e->value = value;
		return e;
	}
	e = expr_new(&p->x, EXPR_PATH, 0);
	return e != NULL && partiql_path(p, &e->path) ? e : NULL;
}

/* The two arguments of a function whose name is read, "(" is next. */
static struct expr *
two(struct partiql *p, enum expr_kind kind)
{
	struct expr *e = expr_new(&p->x, kind, 2);

	if (e == NULL || !partiql_need(p, "(") ||
	    (e->args[0] = parse_value(p)) == NULL || !partiql_need(p, ",") ||
	    (e->args[1] = parse_value(p)) == NULL || !partiql_need(p, ")"))
		return NULL;
	return e;
}

/* Is it this function? */
static bool
take_function(struct partiql *p, const char *name)
{
	struct str s = p->now.text;

	if (!partiql_is(p, name) ||
	    !str_eq(partiql_next(s.p + s.len, p->end).text, STR("(")))
		return false;
	partiql_step(p);
	return true;
}

static struct expr *
term(struct partiql *p)
{
	static const struct {
		const char *name;
		enum expr_kind kind;
	} functions[] = {
		{ "list_append", EXPR_LIST_APPEND },
		{ "if_not_exists", EXPR_IF_NOT_EXISTS },
	};
	struct str s = p->now.text;

	for (size_t i = 0; i < NELEM(functions); i++)
		if (take_function(p, functions[i].name)) {
			struct expr *e = two(p, functions[i].kind);

			if (e != NULL)
				check_function(&p->x,
				    str_from(functions[i].name), e);
			return e;
		}
	if (p->now.kind == PARTIQL_WORD && !partiql_at_value(p) &&
	    str_eq(partiql_next(s.p + s.len, p->end).text, STR("("))) {
		(void)partiql_refuse(p, "Invalid function name; function: %.*s",
		    STR_ARG(s));
		return NULL;
	}
	return operand(p);
}

/* A term, or the sum or difference of two. */
static struct expr *
parse_value(struct partiql *p)
{
	struct expr *e, *sum;
	struct str sign;

	if (!partiql_enter(p))
		return NULL;
	e = term(p);
	sign = p->now.text;
	if (e != NULL && (partiql_is(p, "+") || partiql_is(p, "-"))) {
		sum = expr_new(&p->x,
		    partiql_is(p, "+") ? EXPR_PLUS : EXPR_MINUS, 2);
		if (sum == NULL)
			return NULL;
		partiql_step(p);
		sum->args[0] = e;
		if ((sum->args[1] = term(p)) == NULL)
			return NULL;
		check_sum(&p->x, sign, sum);
		e = sum;
	}
	p->x.depth--;
	return e;
}

static bool
same_path(const struct expr_path *a, const struct expr *e)
{
	const struct expr_path *b = &e->path;

	if (e->kind != EXPR_PATH || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->steps[i].index != b->steps[i].index ||
		    !str_eq(a->steps[i].name, b->steps[i].name))
			return false;
	return true;
}

/* SET a = set_add(a, <<1>>) adds to a set as ADD does. */
static bool
set_function(struct partiql *p, struct edit *edit)
{
	struct expr *e = two(p, EXPR_LIST_APPEND);
	enum value_type t = VALUE_NONE;

	if (e == NULL)
		return false;
	if (!same_path(&edit->path, e->args[0]))
		return partiql_refuse(p,
		    "The first argument of set_add and set_delete is to be "
		    "the path that is set");
	edit->value = e->args[1];
	if (edit->value->kind == EXPR_VALUE)
		t = operand_of(edit->value->value).type;
	if (t == VALUE_SS || t == VALUE_NS || t == VALUE_BS)
		return true;
	return partiql_refuse(p,
	    "The second argument of set_add and set_delete is to be a set");
}

static bool
set(struct partiql *p, struct edit *edit)
{
	edit->kind = EDIT_SET;
	if (!partiql_path(p, &edit->path) || !partiql_need(p, "="))
		return false;
	if (take_function(p, "set_add")) {
		edit->kind = EDIT_ADD;
		return set_function(p, edit);
	}
	if (take_function(p, "set_delete")) {
		edit->kind = EDIT_DELETE;
		return set_function(p, edit);
	}
	return (edit->value = parse_value(p)) != NULL;
}

bool
partiql_edits(struct partiql *p, struct edits *ret)
{
	struct edits all = { 0 };

	while (partiql_is(p, "SET") || partiql_is(p, "REMOVE")) {
		bool remove = partiql_is(p, "REMOVE");

		partiql_step(p);
		do {
			struct edit *edit;

			all.all = parser_grow(&p->x, all.all, all.n,
			    sizeof(*all.all));
			if (all.all == NULL)
				return false;
			edit = &all.all[all.n];
			*edit = (struct edit){ .kind = EDIT_REMOVE };
			if (remove ? !partiql_path(p, &edit->path) :
				     !set(p, edit))
				return false;
			for (size_t i = 0; i < all.n; i++)
				check_overlap(&p->x, &all.all[i].path,
				    &edit->path);
			all.n++;
		} while (partiql_take(p, ","));
	}
	if (all.n == 0)
		return partiql_expected(p, "'SET' or 'REMOVE'");
	*ret = all;
	return true;
}
