/* SPDX-License-Identifier: ISC */
/* The grammar of UpdateExpression. */
#include "ddb/expr_parse.h"

static const struct {
	struct str word;
	enum edit_kind kind;
} sections[] = {
	{ STR_INIT("SET"), EDIT_SET },
	{ STR_INIT("REMOVE"), EDIT_REMOVE },
	{ STR_INIT("ADD"), EDIT_ADD },
	{ STR_INIT("DELETE"), EDIT_DELETE },
};

static const struct {
	struct str name;
	enum expr_kind kind;
} functions[] = {
	{ STR_INIT("if_not_exists"), EXPR_IF_NOT_EXISTS },
	{ STR_INIT("list_append"), EXPR_LIST_APPEND },
};

static struct expr *parse_operand(struct parser *p);

static struct expr *
syntax(struct parser *p)
{
	(void)parser_syntax(p);
	return NULL;
}

/* Which one of the functions; how many there are: none of them. */
static size_t
place(struct str name)
{
	size_t i = 0;

	while (i < NELEM(functions) && !str_eq(functions[i].name, name))
		i++;
	return i;
}

bool
update_function(struct str name)
{
	return place(name) < NELEM(functions);
}

static size_t
function_at(struct parser *p, struct str name)
{
	size_t i = place(name);

	if (i < NELEM(functions))
		return i;
	if (condition_function(name))
		parser_fault(p, FAULT_MISUSED,
		    "The function is not allowed in an update expression; "
		    "function: %.*s",
		    STR_ARG(name));
	else
		parser_fault(p, FAULT_FUNCTION,
		    "Invalid function name; function: %.*s", STR_ARG(name));
	return i;
}

/* name is read, "(" is next. */
static struct expr *
function(struct parser *p, struct str name)
{
	size_t at = function_at(p, name);
	bool known = at < NELEM(functions);
	struct expr *e, *arg;

	e = expr_new(p, known ? functions[at].kind : EXPR_LIST_APPEND, 2);
	if (e == NULL)
		return NULL;
	e->n = 0;
	(void)parser_take(p, TOKEN_OPEN);
	do {
		if ((arg = parse_operand(p)) == NULL)
			return NULL;
		/* Too many are counted, not kept. */
		if (e->n < 2)
			e->args[e->n] = arg;
		e->n++;
	} while (parser_take(p, TOKEN_COMMA));
	if (!parser_take(p, TOKEN_CLOSE))
		return syntax(p);
	if (known)
		check_function(p, name, e);
	return e;
}

static struct expr *
operand(struct parser *p)
{
	struct token t = p->now;
	struct expr *e;

	if (t.kind == TOKEN_VALUE_REF)
		return parse_value_ref(p);
	if (t.kind == TOKEN_NAME &&
	    token_next(t.text.p + t.text.len, p->end).kind == TOKEN_OPEN) {
		(void)parser_take(p, TOKEN_NAME);
		return function(p, t.text);
	}
	if ((e = expr_new(p, EXPR_PATH, 0)) == NULL || !parse_path(p, &e->path))
		return NULL;
	return e;
}

/* A value, a path, a function. */
static struct expr *
parse_operand(struct parser *p)
{
	struct expr *e;

	if (p->depth == EXPR_DEPTH)
		return syntax(p);
	p->depth++;
	e = operand(p);
	p->depth--;
	return e;
}

/* An operand, or the sum or difference of two; the whole in parentheses. */
static struct expr *
parse_value(struct parser *p)
{
	struct str sign;
	struct expr *e, *sum;

	if (p->depth == EXPR_DEPTH)
		return syntax(p);
	if (parser_take(p, TOKEN_OPEN)) {
		p->depth++;
		e = parse_value(p);
		p->depth--;
		if (e == NULL)
			return NULL;
		if (!parser_take(p, TOKEN_CLOSE))
			return syntax(p);
		if (e->parens)
			parser_fault(p, FAULT_PARENS,
			    "The expression has redundant parentheses;");
		e->parens = true;
	} else {
		e = parse_operand(p);
	}
	if (e == NULL || e->kind == EXPR_PLUS || e->kind == EXPR_MINUS ||
	    (p->now.kind != TOKEN_PLUS && p->now.kind != TOKEN_MINUS))
		return e;
	sign = p->now.text;
	sum =
	    expr_new(p, p->now.kind == TOKEN_PLUS ? EXPR_PLUS : EXPR_MINUS, 2);
	if (sum == NULL)
		return NULL;
	(void)parser_take(p, p->now.kind);
	sum->args[0] = e;
	if ((sum->args[1] = parse_operand(p)) == NULL)
		return NULL;
	check_sum(p, sign, sum);
	return sum;
}

/* One action of a section, behind its word. */
static bool
action(struct parser *p, struct edit *edit, const char *word)
{
	if (!parse_path(p, &edit->path))
		return false;
	if (edit->kind == EDIT_REMOVE)
		return true;
	if (edit->kind == EDIT_SET) {
		if (!parser_take(p, TOKEN_EQ))
			return parser_syntax(p);
		return (edit->value = parse_value(p)) != NULL;
	}
	if (p->now.kind != TOKEN_VALUE_REF)
		return parser_syntax(p);
	if ((edit->value = parse_value_ref(p)) == NULL)
		return false;
	check_section(p, word, edit->value);
	return true;
}

static bool
section(struct parser *p, struct edits *edits, unsigned *seen)
{
	const char *word;
	size_t at = 0;

	while (at < NELEM(sections) &&
	    (p->now.kind != TOKEN_NAME ||
		!str_caseeq(p->now.text, sections[at].word)))
		at++;
	if (at == NELEM(sections))
		return parser_syntax(p);
	word = sections[at].word.p;
	if (*seen & 1u << at)
		parser_fault(p, FAULT_SECTION,
		    "The \"%s\" section can only be used once in an update "
		    "expression;",
		    word);
	*seen |= 1u << at;
	(void)parser_take(p, TOKEN_NAME);
	do {
		struct edit *edit;

		edits->all =
		    parser_grow(p, edits->all, edits->n, sizeof(*edit));
		if (edits->all == NULL)
			return false;
		edit = &edits->all[edits->n];
		*edit = (struct edit){ .kind = sections[at].kind };
		if (!action(p, edit, word))
			return false;
		for (size_t i = 0; i < edits->n; i++)
			check_overlap(p, &edits->all[i].path, &edit->path);
		edits->n++;
	} while (parser_take(p, TOKEN_COMMA));
	return true;
}

enum err
expr_update(struct expr_request *r, const char *parameter, struct edits *ret)
{
	const struct json *text = json_get(r->in, parameter);
	struct edits edits = { 0 };
	unsigned seen = 0;
	struct parser p;
	enum err e;

	*ret = edits;
	if (json_kind(text) != JSON_STRING)
		return ERR_OK;
	if ((e = parser_init(&p, r, parameter, json_str(text))) != ERR_OK)
		return e;
	do {
		if (!section(&p, &edits, &seen))
			return p.e;
	} while (p.now.kind == TOKEN_NAME);
	if ((e = parser_end(&p)) == ERR_OK)
		*ret = edits;
	return e;
}
