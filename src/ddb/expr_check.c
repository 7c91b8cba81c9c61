/* SPDX-License-Identifier: ISC */
/* Operands: how many, of which types, and not the same one twice. */
#include "ddb/compare.h"
#include "ddb/expr_parse.h"

/* The type where it shows without an item; VALUE_NONE: it does not. */
static enum value_type
known_type(const struct expr *e)
{
	const struct json *content;

	if (e->kind == EXPR_SIZE)
		return VALUE_N;
	if (e->kind == EXPR_LIST_APPEND)
		return VALUE_L;
	if (e->kind == EXPR_VALUE && e->value != NULL)
		return value_type(e->value, &content);
	return VALUE_NONE;
}

static bool
same_path(const struct expr *a, const struct expr *b)
{
	if (a->kind != EXPR_PATH || b->kind != EXPR_PATH ||
	    a->path.n != b->path.n)
		return false;
	for (size_t i = 0; i < a->path.n; i++) {
		const struct expr_step *x = &a->path.steps[i];
		const struct expr_step *y = &b->path.steps[i];

		if ((x->name.p == NULL) != (y->name.p == NULL) ||
		    x->index != y->index || !str_eq(x->name, y->name))
			return false;
	}
	return true;
}

void
check_compare(struct parser *p, struct str sign, struct expr *e)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));

	if (!same_path(e->args[0], e->args[1]))
		return;
	expr_put_path(&text, &e->args[0]->path);
	parser_fault(p, FAULT_DISTINCT,
	    "The first operand must be distinct from the remaining operands "
	    "for this operator or function; operator: %.*s, first operand: "
	    "%.*s",
	    STR_ARG(sign), STR_ARG(buf_str(&text)));
}

static void
wrong_type(struct parser *p, struct str name, const char *type)
{
	parser_fault(p, FAULT_TYPE,
	    "Incorrect operand type for operator or function; operator or "
	    "function: %.*s, operand type: %s",
	    STR_ARG(name), type);
}

static void
check_type_name(struct parser *p, struct str name, const struct expr *arg)
{
	enum value_type t = known_type(arg);
	const struct json *content = NULL;
	struct str want;

	if (t != VALUE_S) {
		wrong_type(p, name,
		    t == VALUE_NONE ? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}" :
				      value_type_name(t));
		return;
	}
	(void)value_type(arg->value, &content);
	want = json_str(content);
	for (t = VALUE_S; t < VALUE__MAX; t++)
		if (str_eq(str_from(value_type_name(t)), want))
			return;
	parser_fault(p, FAULT_TYPE,
	    "Invalid attribute type name found; type: %.*s, valid types: "
	    "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
	    STR_ARG(want));
}

void
check_sum(struct parser *p, struct str sign, struct expr *e)
{
	for (size_t i = 0; i < 2; i++) {
		enum value_type t = known_type(e->args[i]);

		if (t != VALUE_NONE && t != VALUE_N)
			wrong_type(p, sign, value_type_name(t));
	}
}

void
check_section(struct parser *p, const char *section, const struct expr *value)
{
	static const char *const words[VALUE__MAX] = {
		[VALUE_S] = "STRING",
		[VALUE_N] = "NUMBER",
		[VALUE_B] = "BINARY",
		[VALUE_BOOL] = "BOOLEAN",
		[VALUE_NULL] = "NULL",
		[VALUE_L] = "LIST",
		[VALUE_M] = "MAP",
	};
	enum value_type t = known_type(value);
	const char *word = words[t]; /* NULL: a set, or not known */

	if (word == NULL || (t == VALUE_N && section[0] == 'A'))
		return;
	parser_fault(p, FAULT_TYPE,
	    "Incorrect operand type for operator or function; operator: %s, "
	    "operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND",
	    section, word, section);
}

static void
need_path(struct parser *p, struct str name, const struct expr *e)
{
	if (e->args[0]->kind != EXPR_PATH)
		parser_fault(p, FAULT_TYPE,
		    "Operator or function requires a document path; "
		    "operator or function: %.*s",
		    STR_ARG(name));
}

void
check_function(struct parser *p, struct str name, struct expr *e)
{
	bool one = e->kind == EXPR_EXISTS || e->kind == EXPR_NOT_EXISTS ||
	    e->kind == EXPR_SIZE;
	enum value_type t;

	if (e->n != (one ? 1 : 2)) {
		parser_fault(p, FAULT_COUNT,
		    "Incorrect number of operands for operator or function; "
		    "operator or function: %.*s, number of operands: %zu",
		    STR_ARG(name), e->n);
		return;
	}
	if (e->kind == EXPR_IF_NOT_EXISTS) {
		need_path(p, name, e);
		return;
	}
	if (e->kind == EXPR_LIST_APPEND) {
		for (size_t i = 0; i < 2; i++) {
			t = known_type(e->args[i]);
			if (t != VALUE_NONE && t != VALUE_L)
				wrong_type(p, name, value_type_name(t));
		}
		return;
	}
	if (!one)
		check_compare(p, name, e);
	if (e->kind == EXPR_EXISTS || e->kind == EXPR_NOT_EXISTS) {
		need_path(p, name, e);
	} else if (e->kind == EXPR_TYPE) {
		check_type_name(p, name, e->args[1]);
	} else if (e->kind == EXPR_SIZE) {
		t = known_type(e->args[0]);
		if (t == VALUE_N || t == VALUE_BOOL || t == VALUE_NULL)
			wrong_type(p, name, value_type_name(t));
	} else if (e->kind == EXPR_BEGINS_WITH) {
		for (size_t i = 0; i < 2; i++) {
			t = known_type(e->args[i]);
			if (t != VALUE_NONE && t != VALUE_S && t != VALUE_B)
				wrong_type(p, name, value_type_name(t));
		}
	}
}

/* {S:x}, for the two bounds. */
static void
put_bound(struct buf *out, const struct json *value)
{
	const struct json *content = NULL;
	enum value_type t = value_type(value, &content);

	buf_printf(out, "AttributeValue: {%s:", value_type_name(t));
	if (json_kind(content) == JSON_STRING)
		buf_puts(out, json_str(content));
	else
		json_put(out, content);
	buf_putc(out, '}');
}

void
check_between(struct parser *p, struct expr *e)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(16));
	const struct expr *lo = e->args[1], *hi = e->args[2];
	enum value_type a = known_type(lo), b = known_type(hi);
	const char *what;
	int order = 0;

	if (lo->kind != EXPR_VALUE || hi->kind != EXPR_VALUE ||
	    a == VALUE_NONE || b == VALUE_NONE)
		return;
	if (a != b)
		what = "same data type for lower and upper bounds";
	else if (operand_order(operand_of(lo->value), operand_of(hi->value),
		     &order) &&
	    order > 0)
		what = "upper bound to be greater than or equal to lower bound";
	else
		return;
	put_bound(&text, lo->value);
	BUF_LIT(&text, ", upper bound operand: ");
	put_bound(&text, hi->value);
	parser_fault(p, FAULT_TYPE,
	    "The BETWEEN operator requires %s; lower bound operand: %.*s", what,
	    STR_ARG(buf_str(&text)));
}

void
check_condition(struct parser *p)
{
	static const enum fault order[] = { FAULT_UNDEFINED, FAULT_COUNT,
		FAULT_DISTINCT, FAULT_TYPE };

	for (size_t i = 0; i < NELEM(order); i++)
		if (p->fault[FAULT_CONDITION].p == NULL)
			p->fault[FAULT_CONDITION] = p->fault[order[i]];
}
