/* SPDX-License-Identifier: ISC */
/* What every parser of an expression needs; paths and projections. */
#include "ddb/expr_parse.h"

#include <stdarg.h>
#include <string.h>

enum err
parser_init(struct parser *p, struct expr_request *r, const char *parameter,
    struct str text)
{
	enum err e = expr_references(r);

	*p = (struct parser){ .r = r,
		.parameter = parameter,
		.end = text.p + text.len };
	if (e != ERR_OK)
		return e;
	if (text.len == 0)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "%sInvalid %s: The expression can not be empty;", r->prefix,
		    parameter);
	if (text.len > EXPR_TEXT_MAX)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "%sInvalid %s: Expression size has exceeded the maximum "
		    "allowed size; expression size: %zu",
		    r->prefix, parameter, text.len);
	p->now = token_next(text.p, p->end);
	return ERR_OK;
}

enum err
parser_end(struct parser *p)
{
	if (p->e == ERR_OK && p->now.kind != TOKEN_END)
		(void)parser_syntax(p);
	if (p->e != ERR_OK)
		return p->e;
	for (enum fault f = 0; f < FAULT__MAX; f++)
		if (p->fault[f].p != NULL)
			return op_fail(p->r->ctx, ERR_VALIDATION,
			    "%sInvalid %s: %.*s", p->r->prefix, p->parameter,
			    STR_ARG(p->fault[f]));
	return ERR_OK;
}

static void
step(struct parser *p)
{
	p->before = p->now;
	p->now = token_next(p->now.text.p + p->now.text.len, p->end);
}

bool
parser_take(struct parser *p, enum token_kind kind)
{
	if (p->now.kind != kind)
		return false;
	step(p);
	return true;
}

/* The window that is shown reaches one token back and one ahead. */
bool
parser_syntax(struct parser *p)
{
	struct str now = p->now.text, back = p->before.text;
	bool end = p->now.kind == TOKEN_END;
	struct str near = back.p == NULL ? now : back;

	if (!end)
		now = token_next(now.p + now.len, p->end).text;
	if (!end || back.p == NULL)
		near.len = (size_t)(now.p + now.len - near.p);
	if (p->e == ERR_OK)
		p->e = op_fail(p->r->ctx, ERR_VALIDATION,
		    "%sInvalid %s: Syntax error; token: \"%.*s\", near: "
		    "\"%.*s\"",
		    p->r->prefix, p->parameter,
		    STR_ARG(end ? STR("<EOF>") : p->now.text), STR_ARG(near));
	return false;
}

bool
parser_no_memory(struct parser *p)
{
	p->e = ERR_NO_MEMORY;
	return false;
}

void
parser_fault(struct parser *p, enum fault f, const char *fmt, ...)
{
	va_list ap;

	if (p->fault[f].p != NULL)
		return;
	va_start(ap, fmt);
	p->fault[f] = arena_vprintf(p->r->ctx->arena, fmt, ap);
	va_end(ap);
	if (p->fault[f].p == NULL)
		(void)parser_no_memory(p);
}

void *
parser_grow(struct parser *p, void *old, size_t n, size_t size)
{
	void *bigger;

	/* Full at 4, 8, 16 ... */
	if (n > 0 && (n < 4 || (n & (n - 1)) != 0))
		return old;
	bigger = arena_alloc(p->r->ctx->arena, (n == 0 ? 4 : 2 * n) * size);
	if (bigger == NULL)
		(void)parser_no_memory(p);
	else if (n > 0)
		memcpy(bigger, old, n * size);
	return bigger;
}

void
parser_used(struct parser *p, const struct json *v)
{
	struct expr_request *r = p->r;

	r->used = parser_grow(p, r->used, r->used_n, sizeof(v));
	if (r->used != NULL)
		r->used[r->used_n++] = v;
	else
		r->used_n = 0;
}

struct expr *
expr_new(struct parser *p, enum expr_kind kind, size_t n)
{
	struct arena *a = p->r->ctx->arena;
	struct expr *e = arena_alloc(a, sizeof(*e));

	if (e == NULL)
		goto none;
	*e = (struct expr){ .kind = kind, .n = n };
	if (n > 0 &&
	    (e->args = arena_alloc(a, n * sizeof(struct expr *))) == NULL)
		goto none;
	return e;
none:
	(void)parser_no_memory(p);
	return NULL;
}

/* The name that #name stands for. */
static struct str
name_ref(struct parser *p, struct str ref)
{
	const struct json *to = json_find(p->r->names, ref);

	if (json_kind(to) != JSON_STRING) {
		parser_fault(p, FAULT_UNDEFINED,
		    "An expression attribute name used in the document path "
		    "is not defined; attribute name: %.*s",
		    STR_ARG(ref));
		return (struct str){ "", 0 };
	}
	parser_used(p, to);
	return json_str(to);
}

static bool
path_name(struct parser *p, struct str *ret)
{
	struct str s = p->now.text;

	/* A word of the language is no less a reserved word. */
	if (p->now.kind == TOKEN_NAME_REF) {
		*ret = name_ref(p, s);
	} else if (p->now.kind == TOKEN_NAME) {
		if (token_reserved(s))
			parser_fault(p, FAULT_RESERVED,
			    "Attribute name is a reserved keyword; reserved "
			    "keyword: %.*s",
			    STR_ARG(s));
		*ret = s;
	} else {
		return parser_syntax(p);
	}
	step(p);
	return true;
}

static bool
path_index(struct parser *p, uint32_t *ret)
{
	uint64_t n = UINT32_MAX;

	if (p->now.kind != TOKEN_NUMBER)
		return parser_syntax(p);
	/* No list is longer than what fits. */
	if (!str_u64(p->now.text, UINT32_MAX, &n))
		n = UINT32_MAX;
	*ret = (uint32_t)n;
	step(p);
	return parser_take(p, TOKEN_CLOSE_INDEX) || parser_syntax(p);
}

bool
parse_path(struct parser *p, struct expr_path *ret)
{
	struct expr_path path = { 0 };
	struct expr_step *at;

	do {
		path.steps = parser_grow(p, path.steps, path.n, sizeof(*at));
		if (path.steps == NULL)
			return false;
		at = &path.steps[path.n++];
		*at = (struct expr_step){ 0 };
		if (path.n > 1 && p->before.kind == TOKEN_OPEN_INDEX) {
			if (!path_index(p, &at->index))
				return false;
		} else if (!path_name(p, &at->name)) {
			return false;
		}
	} while (parser_take(p, TOKEN_DOT) || parser_take(p, TOKEN_OPEN_INDEX));
	*ret = path;
	return true;
}

void
expr_put_path(struct buf *out, const struct expr_path *path)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < path->n; i++) {
		if (i > 0)
			BUF_LIT(out, ", ");
		if (path->steps[i].name.p != NULL)
			buf_puts(out, path->steps[i].name);
		else
			buf_printf(out, "[%u]", path->steps[i].index);
	}
	buf_putc(out, ']');
}

/*
 * Two paths overlap where one is the beginning of the other or both are the
 * same; they conflict where one takes a list and the other a map.
 */
void
check_overlap(struct parser *p, const struct expr_path *a,
    const struct expr_path *b)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	size_t n = a->n < b->n ? a->n : b->n;
	const char *how = "overlap";

	for (size_t i = 0; i < n; i++) {
		const struct expr_step *x = &a->steps[i], *y = &b->steps[i];

		if ((x->name.p == NULL) != (y->name.p == NULL)) {
			how = "conflict";
			break;
		}
		if (x->name.p == NULL ? x->index != y->index :
					!str_eq(x->name, y->name))
			return;
	}
	buf_printf(&text,
	    "Two document paths %s with each other; must remove "
	    "or rewrite one of these paths; path one: ",
	    how);
	expr_put_path(&text, a);
	BUF_LIT(&text, ", path two: ");
	expr_put_path(&text, b);
	parser_fault(p, FAULT_OVERLAP, "%.*s", STR_ARG(buf_str(&text)));
}

enum err
expr_projection(struct expr_request *r, const char *parameter,
    struct expr_paths *ret)
{
	const struct json *text = json_get(r->in, parameter);
	struct expr_paths all = { 0 };
	struct parser p;
	enum err e;

	*ret = all;
	if (json_kind(text) != JSON_STRING)
		return ERR_OK;
	if ((e = parser_init(&p, r, parameter, json_str(text))) != ERR_OK)
		return e;
	do {
		all.paths =
		    parser_grow(&p, all.paths, all.n, sizeof(*all.paths));
		if (all.paths == NULL || !parse_path(&p, &all.paths[all.n]))
			return p.e;
		for (size_t i = 0; i < all.n; i++)
			check_overlap(&p, &all.paths[i], &all.paths[all.n]);
		all.n++;
	} while (parser_take(&p, TOKEN_COMMA));
	if ((e = parser_end(&p)) == ERR_OK)
		*ret = all;
	return e;
}
