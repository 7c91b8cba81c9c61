/* SPDX-License-Identifier: ISC */
/* Statements: their clauses, names and paths. */
#include "ddb/partiql_parse.h"

#include <stdarg.h>
#include <string.h>

#define BAD_FORM "Statement wasn't well formed, can't be processed: "

void
partiql_step(struct partiql *p)
{
	p->now = partiql_next(p->now.text.p + p->now.text.len, p->end);
}

bool
partiql_is(const struct partiql *p, const char *text)
{
	return (p->now.kind == PARTIQL_WORD || p->now.kind == PARTIQL_SIGN) &&
	    str_caseeq(p->now.text, str_from(text));
}

bool
partiql_take(struct partiql *p, const char *text)
{
	if (!partiql_is(p, text))
		return false;
	partiql_step(p);
	return true;
}

bool
partiql_refuse(struct partiql *p, const char *fmt, ...)
{
	struct str text;
	va_list ap;

	if (p->x.e != ERR_OK)
		return false;
	va_start(ap, fmt);
	text = arena_vprintf(p->request.ctx->arena, fmt, ap);
	va_end(ap);
	if (text.p == NULL)
		return parser_no_memory(&p->x);
	p->x.e = op_fail(p->request.ctx, ERR_VALIDATION, "%.*s", STR_ARG(text));
	return false;
}

bool
partiql_expected(struct partiql *p, const char *what)
{
	struct str got =
	    p->now.kind == PARTIQL_END ? STR("end of statement") : p->now.text;

	return partiql_refuse(p, BAD_FORM "Expected %s but got '%.*s'", what,
	    STR_ARG(got));
}

bool
partiql_need(struct partiql *p, const char *text)
{
	if (partiql_take(p, text))
		return true;
	return partiql_expected(p,
	    arena_printf(p->request.ctx->arena, "'%s'", text));
}

bool
partiql_enter(struct partiql *p)
{
	if (p->x.depth == EXPR_DEPTH)
		return partiql_refuse(p,
		    BAD_FORM "The statement is nested too deeply; maximum "
			     "depth: %d",
		    EXPR_DEPTH);
	p->x.depth++;
	return true;
}

bool
partiql_name(struct partiql *p, struct str *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(PARTIQL_TEXT_MAX);
	struct str s = p->now.text;

	if (p->now.kind == PARTIQL_WORD) {
		if (partiql_reserved(s))
			return partiql_refuse(p,
			    BAD_FORM "Unexpected keyword '%.*s'", STR_ARG(s));
		*ret = s;
	} else if (p->now.kind == PARTIQL_QUOTED) {
		for (size_t i = 1; i < s.len - 1; i++) {
			buf_putc(&text, s.p[i]);
			i += s.p[i] == '"';
		}
		if (text.len == 0)
			return partiql_expected(p, "a name");
		*ret = arena_str(p->request.ctx->arena, buf_str(&text));
		if (ret->p == NULL)
			return parser_no_memory(&p->x);
	} else {
		return partiql_expected(p, "a name");
	}
	partiql_step(p);
	return true;
}

/* What stands in [ ]: a place in a list. */
static bool
path_index(struct partiql *p, uint32_t *ret)
{
	uint64_t n = UINT32_MAX;

	if (p->now.kind != PARTIQL_NUMBER)
		return partiql_expected(p, "the index of a list");
	for (size_t i = 0; i < p->now.text.len; i++)
		if (p->now.text.p[i] < '0' || p->now.text.p[i] > '9')
			return partiql_expected(p, "the index of a list");
	/* No list is longer than what fits. */
	if (!str_u64(p->now.text, UINT32_MAX, &n))
		n = UINT32_MAX;
	*ret = (uint32_t)n;
	partiql_step(p);
	return partiql_need(p, "]");
}

bool
partiql_path(struct partiql *p, struct expr_path *ret)
{
	struct expr_path path = { 0 };
	bool index = false;

	do {
		struct expr_step *at;

		path.steps =
		    parser_grow(&p->x, path.steps, path.n, sizeof(*path.steps));
		if (path.steps == NULL)
			return false;
		at = &path.steps[path.n++];
		*at = (struct expr_step){ 0 };
		if (index ? !path_index(p, &at->index) :
			    !partiql_name(p, &at->name))
			return false;
		index = partiql_is(p, "[");
	} while (partiql_take(p, ".") || partiql_take(p, "["));
	*ret = path;
	return true;
}

/* "table" or "table"."index" */
static bool
table_name(struct partiql *p, bool index)
{
	if (!partiql_name(p, &p->s->table))
		return false;
	if (index && partiql_take(p, "."))
		return partiql_name(p, &p->s->index);
	return true;
}

/*
 * The name that a projected value has in the answer: the last step's, or
 * with an index as it is written.
 */
static bool
projected_name(struct partiql *p, const struct expr_path *path, struct str *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(PARTIQL_TEXT_MAX * 2);
	size_t from = path->n - 1;

	while (path->steps[from].name.p == NULL)
		from--;
	buf_puts(&text, path->steps[from].name);
	for (size_t i = from + 1; i < path->n; i++)
		buf_printf(&text, "[%u]", path->steps[i].index);
	*ret = arena_str(p->request.ctx->arena, buf_str(&text));
	return ret->p != NULL || parser_no_memory(&p->x);
}

static bool
has(const struct str *all, size_t n, struct str name)
{
	while (n > 0 && !str_eq(all[n - 1], name))
		n--;
	return n > 0;
}

/* Of several by one name the first. */
static bool
projection(struct partiql *p)
{
	struct expr_paths all = { 0 };
	struct str *as = NULL;

	if (partiql_take(p, "*"))
		return true;
	do {
		all.paths =
		    parser_grow(&p->x, all.paths, all.n, sizeof(*all.paths));
		as = parser_grow(&p->x, as, all.n, sizeof(*as));
		if (all.paths == NULL || as == NULL ||
		    !partiql_path(p, &all.paths[all.n]) ||
		    !projected_name(p, &all.paths[all.n], &as[all.n]))
			return false;
		all.n += !has(as, all.n, as[all.n]);
	} while (partiql_take(p, ","));
	all.as = as;
	p->s->paths = all;
	return true;
}

static bool
where(struct partiql *p)
{
	if (!partiql_take(p, "WHERE"))
		return true;
	p->s->where = partiql_condition(p);
	return p->s->where != NULL;
}

static bool
order(struct partiql *p)
{
	if (!partiql_take(p, "ORDER"))
		return true;
	if (!partiql_need(p, "BY"))
		return false;
	do {
		struct ordering *o = &p->s->order[p->s->norder];

		if (p->s->norder == PARTIQL_ORDER_MAX)
			return partiql_refuse(p,
			    "ORDER BY has more than %d names",
			    PARTIQL_ORDER_MAX);
		if (!partiql_name(p, &o->name))
			return false;
		o->descending = partiql_take(p, "DESC");
		if (!o->descending)
			(void)partiql_take(p, "ASC");
		p->s->norder++;
	} while (partiql_take(p, ","));
	return true;
}

static bool
returning(struct partiql *p)
{
	static const struct {
		const char *all, *when;
		enum returning what;
	} kinds[] = {
		{ "ALL", "OLD", RETURNING_ALL_OLD },
		{ "MODIFIED", "OLD", RETURNING_MODIFIED_OLD },
		{ "ALL", "NEW", RETURNING_ALL_NEW },
		{ "MODIFIED", "NEW", RETURNING_MODIFIED_NEW },
	};
	bool modified;

	if (!partiql_take(p, "RETURNING"))
		return true;
	modified = partiql_take(p, "MODIFIED");
	if (!modified && !partiql_need(p, "ALL"))
		return false;
	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (modified != (kinds[i].all[0] == 'M') ||
		    !partiql_is(p, kinds[i].when))
			continue;
		partiql_step(p);
		p->s->returning = kinds[i].what;
		if (p->s->kind == STATEMENT_DELETE &&
		    kinds[i].what != RETURNING_ALL_OLD)
			return partiql_refuse(p,
			    "Invalid returning clause: RETURNING %s %s *. Only "
			    "RETURNING ALL OLD * is allowed in DELETE "
			    "statements.",
			    kinds[i].all, kinds[i].when);
		return partiql_need(p, "*");
	}
	return partiql_expected(p, "'OLD' or 'NEW'");
}

static bool
parse_select(struct partiql *p)
{
	p->s->kind = STATEMENT_SELECT;
	return projection(p) && partiql_need(p, "FROM") &&
	    table_name(p, true) && where(p) && order(p);
}

static bool
parse_insert(struct partiql *p)
{
	p->s->kind = STATEMENT_INSERT;
	if (!partiql_need(p, "INTO") || !table_name(p, false) ||
	    !partiql_need(p, "VALUE"))
		return false;
	if (!partiql_at_value(p) || !(partiql_is(p, "{") || partiql_is(p, "?")))
		return partiql_expected(p, "'{'");
	p->s->item = partiql_value(p);
	if (p->s->item != NULL && json_get(p->s->item, "M") == NULL)
		return partiql_refuse(p,
		    BAD_FORM "The value of an INSERT is to be a tuple");
	return p->s->item != NULL;
}

static bool
parse_update(struct partiql *p)
{
	p->s->kind = STATEMENT_UPDATE;
	if (!table_name(p, false) || !partiql_edits(p, &p->s->edits))
		return false;
	if (!partiql_is(p, "WHERE"))
		return partiql_expected(p, "'WHERE'");
	return where(p) && returning(p);
}

static bool
parse_delete(struct partiql *p)
{
	p->s->kind = STATEMENT_DELETE;
	if (!partiql_need(p, "FROM") || !table_name(p, false))
		return false;
	if (!partiql_is(p, "WHERE"))
		return partiql_expected(p, "'WHERE'");
	return where(p) && returning(p);
}

static bool
parse_exists(struct partiql *p)
{
	if (!partiql_need(p, "(") || !partiql_need(p, "SELECT") ||
	    !parse_select(p))
		return false;
	p->s->kind = STATEMENT_EXISTS;
	return partiql_need(p, ")");
}

static bool
statement(struct partiql *p)
{
	static const struct {
		const char *word;
		bool (*parse)(struct partiql *p);
	} all[] = {
		{ "SELECT", parse_select },
		{ "INSERT", parse_insert },
		{ "UPDATE", parse_update },
		{ "DELETE", parse_delete },
		{ "EXISTS", parse_exists },
	};

	for (size_t i = 0; i < NELEM(all); i++)
		if (partiql_take(p, all[i].word)) {
			if (!all[i].parse(p))
				return false;
			(void)partiql_take(p, ";");
			return p->now.kind == PARTIQL_END ||
			    partiql_refuse(p, BAD_FORM "Unexpected '%.*s'",
				STR_ARG(p->now.text));
		}
	return partiql_refuse(p, BAD_FORM "Expected data manipulation");
}

enum err
partiql_parse(struct op_ctx *ctx, struct str text, const struct json *params,
    struct statement *ret)
{
	struct partiql p = { .request = { .ctx = ctx, .prefix = "" },
		.s = ret,
		.params = params,
		.end = text.p + text.len };

	*ret = (struct statement){ .kind = STATEMENT_SELECT };
	p.x.r = &p.request;
	p.now = partiql_next(text.p, p.end);
	if (!statement(&p))
		return p.x.e;
	if (p.x.e != ERR_OK)
		return p.x.e;
	for (enum fault f = 0; f < FAULT__MAX; f++)
		if (p.x.fault[f].p != NULL)
			return op_fail(ctx, ERR_VALIDATION, "%.*s",
			    STR_ARG(p.x.fault[f]));
	if (p.used != json_len(params))
		return op_fail(ctx, ERR_VALIDATION,
		    "Number of parameters in request and statement don't "
		    "match.");
	return ERR_OK;
}

void
partiql_free(struct statement *s)
{
	for (size_t i = 0; i < s->nvalues; i++)
		json_free(s->values[i]);
	s->nvalues = 0;
	json_free(s->key);
	s->key = NULL;
}

bool
partiql_writes(struct str text)
{
	static const struct str words[] = { STR_INIT("INSERT"),
		STR_INIT("UPDATE"), STR_INIT("DELETE"), STR_INIT("EXISTS") };
	struct partiql_token t;

	if (text.p == NULL)
		return false;
	t = partiql_next(text.p, text.p + text.len);
	for (size_t i = 0; i < NELEM(words); i++)
		if (t.kind == PARTIQL_WORD && str_caseeq(t.text, words[i]))
			return true;
	return false;
}
