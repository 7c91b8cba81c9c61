/* SPDX-License-Identifier: ISC */
/*
 * Three steps: the new value of each edit as a text, the item written anew
 * with these in their places, and that text read again to be checked and
 * measured as any other item.
 */
#include "ddb/update.h"

#include "ddb/index.h"
#include "ddb/update_value.h"

/* Twice the levels of an item: what is set may be as deep as its place. */
#define NEW_DEPTH (2 * LIMIT_JSON_DEPTH)

struct result {
	enum {
		RESULT_KEEP,
		RESULT_GONE,
		RESULT_TEXT
	} what;
	size_t at, len; /* the text's place */
};

struct run {
	struct op_ctx *ctx;
	const struct edits *edits;
	struct result *results;
	struct buf texts;
};

/* Those edits, by number, whose paths agree in the steps before depth. */
struct group {
	const size_t *edits;
	size_t n;
	size_t depth;
};

static enum err write_members(struct run *u, const struct group *g,
    const struct json *map, struct buf *out);
static enum err write_elements(struct run *u, const struct group *g,
    const struct json *list, struct buf *out);

static bool
same_step(const struct expr_step *a, const struct expr_step *b)
{
	return a->index == b->index && str_eq(a->name, b->name);
}

static const struct expr_step *
step_of(const struct run *u, const struct group *g, size_t i)
{
	return &u->edits->all[g->edits[i]].path.steps[g->depth];
}

/* Nothing, or a comma: something stands before it in its container. */
static void
comma(struct buf *out)
{
	char last = out->len > 0 ? out->p[out->len - 1] : '{';

	if (last != '{' && last != '[' && last != ':')
		buf_putc(out, ',');
}

static void
put_result(struct run *u, const struct result *r, struct buf *out)
{
	buf_put(out, u->texts.p + r->at, r->len);
}

/* Go on into a value which the edits that begin like the i-th lead through. */
static enum err
write_inside(struct run *u, const struct group *g, size_t i,
    const struct json *value, struct buf *out)
{
	const struct expr_step *step = step_of(u, g, i);
	size_t *edits = arena_alloc(u->ctx->arena, g->n * sizeof(*edits));
	struct group sub = { .edits = edits, .depth = g->depth + 1 };
	enum err e;

	if (edits == NULL)
		return ERR_NO_MEMORY;
	for (; i < g->n; i++)
		if (same_step(step_of(u, g, i), step))
			edits[sub.n++] = g->edits[i];
	if (step_of(u, &sub, 0)->name.p != NULL) {
		BUF_LIT(out, "{\"M\":");
		e = write_members(u, &sub, json_get(value, "M"), out);
	} else {
		BUF_LIT(out, "{\"L\":");
		e = write_elements(u, &sub, json_get(value, "L"), out);
	}
	buf_putc(out, '}');
	return e;
}

/* One value that is there; name is absent in a list. */
static enum err
write_one(struct run *u, const struct group *g, const struct expr_step *at,
    const struct json *value, struct buf *out)
{
	const struct result *r = NULL;
	size_t i = 0;

	while (i < g->n && !same_step(step_of(u, g, i), at))
		i++;
	if (i < g->n && u->edits->all[g->edits[i]].path.n == g->depth + 1)
		r = &u->results[g->edits[i]];
	if (r != NULL && r->what == RESULT_GONE)
		return ERR_OK;
	comma(out);
	if (at->name.p != NULL) {
		json_put_str(out, at->name);
		buf_putc(out, ':');
	}
	if (r == NULL && i < g->n)
		return write_inside(u, g, i, value, out);
	if (r != NULL && r->what == RESULT_TEXT)
		put_result(u, r, out);
	else
		json_put(out, value);
	return ERR_OK;
}

static enum err
write_members(struct run *u, const struct group *g, const struct json *map,
    struct buf *out)
{
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	buf_putc(out, '{');
	while (e == ERR_OK && json_next(map, &m))
		e = write_one(u, g, &(struct expr_step){ m.name, 0 }, m.value,
		    out);
	for (size_t i = 0; i < g->n; i++) {
		const struct result *r = &u->results[g->edits[i]];
		struct str name = step_of(u, g, i)->name;

		if (r->what != RESULT_TEXT ||
		    u->edits->all[g->edits[i]].path.n != g->depth + 1 ||
		    json_find(map, name) != NULL)
			continue;
		comma(out);
		json_put_str(out, name);
		buf_putc(out, ':');
		put_result(u, r, out);
	}
	buf_putc(out, '}');
	return e;
}

/* The edit that sets the least place at or behind from. */
static const struct result *
next_place(struct run *u, const struct group *g, uint64_t *from)
{
	const struct result *best = NULL;
	uint64_t least = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct result *r = &u->results[g->edits[i]];
		uint64_t index = step_of(u, g, i)->index;

		if (r->what != RESULT_TEXT || index < *from ||
		    (best != NULL && index > least))
			continue;
		best = r;
		least = index;
	}
	*from = least + 1;
	return best;
}

static enum err
write_elements(struct run *u, const struct group *g, const struct json *list,
    struct buf *out)
{
	uint64_t n = json_len(list), from = n;
	const struct result *r;
	enum err e = ERR_OK;

	buf_putc(out, '[');
	for (uint32_t i = 0; i < n && e == ERR_OK; i++)
		e = write_one(u, g, &(struct expr_step){ .index = i },
		    json_at(list, i), out);
	while ((r = next_place(u, g, &from)) != NULL) {
		comma(out);
		put_result(u, r, out);
	}
	buf_putc(out, ']');
	return e;
}

static enum err
check_place(struct run *u, const struct edit *edit, const struct json *item)
{
	struct expr_path up = { edit->path.steps, edit->path.n - 1 };
	const struct json *parent;

	if (up.n == 0)
		return ERR_OK;
	parent = expr_walk(item, &up);
	if (json_get(parent,
		edit->path.steps[up.n].name.p != NULL ? "M" : "L") != NULL)
		return ERR_OK;
	return op_fail(u->ctx, ERR_VALIDATION,
	    "The document path provided in the update expression is invalid "
	    "for update");
}

/* The i-th edit's new value; sets are looked at first, as the service does. */
static enum err
evaluate(struct run *u, size_t i, const struct json *item, bool sets)
{
	const struct edit *edit = &u->edits->all[i];
	struct result *r = &u->results[i];
	struct update_value v = { .ctx = u->ctx,
		.item = item,
		.out = &u->texts,
		.legacy = u->edits->legacy };
	const struct json *old;
	enum err e = ERR_OK;

	if ((edit->kind == EDIT_SET) == sets) {
		old = expr_walk(item, &edit->path);
		r->at = u->texts.len;
		if (!sets && (e = check_place(u, edit, item)) != ERR_OK)
			return e;
		if (edit->kind == EDIT_SET)
			e = update_value(&v, edit->value);
		else if (edit->kind == EDIT_ADD)
			e = update_add(&v, old, edit->value->value);
		else if (edit->kind == EDIT_DELETE && old != NULL)
			e = update_subtract(&v, old, edit->value->value);
		r->len = u->texts.len - r->at;
		r->what = r->len > 0                         ? RESULT_TEXT :
		    edit->kind == EDIT_DELETE && old == NULL ? RESULT_KEEP :
							       RESULT_GONE;
	} else if (!sets) {
		e = check_place(u, edit, item);
	}
	return e;
}

static enum err
too_large(struct op_ctx *ctx)
{
	return op_fail(ctx, ERR_VALIDATION,
	    "Item size to update has exceeded the maximum allowed size");
}

static enum err
too_deep(struct op_ctx *ctx)
{
	return op_fail(ctx, ERR_VALIDATION,
	    "Nesting Levels have exceeded supported limits: Attributes in the "
	    "item have nested levels beyond supported limit");
}

/* Check and measure what was written. */
static enum err
canonical(struct op_ctx *ctx, struct str text, struct buf *out,
    uint64_t *ret_size)
{
	struct value_out w = { .ctx = ctx, .out = out, .prefix = "" };
	struct json *item CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e = json_parse(text, NEW_DEPTH, &item, &error);

	if (e != ERR_OK)
		return e == ERR_JSON ? too_deep(ctx) : e;
	e = value_put_map(&w, item);
	if (e == ERR_OK && w.size > LIMIT_ITEM)
		return too_large(ctx);
	*ret_size = w.size;
	return e;
}

static enum err
run(struct run *u, const struct json *item, struct buf *out, uint64_t *ret_size)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct op_ctx *ctx = u->ctx;
	size_t n = u->edits->n, *all;
	struct group g = { .n = n };
	enum err e = ERR_OK;

	u->results = arena_alloc(ctx->arena, n * sizeof(*u->results) + 1);
	g.edits = all = arena_alloc(ctx->arena, n * sizeof(*all) + 1);
	if (u->results == NULL || all == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = evaluate(u, i, item, true);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		all[i] = i;
		e = evaluate(u, i, item, false);
	}
	if (e == ERR_OK)
		e = write_members(u, &g, item, &text);
	if (e == ERR_OK)
		e = buf_err(&text);
	/* No item that is small enough has so long a text. */
	if (e == ERR_TOO_LARGE)
		return too_large(ctx);
	return e == ERR_OK ? canonical(ctx, buf_str(&text), out, ret_size) : e;
}

enum err
update_run(struct op_ctx *ctx, const struct edits *edits,
    const struct json *item, struct buf *out, uint64_t *ret_size)
{
	struct run u = { .ctx = ctx,
		.edits = edits,
		.texts = BUF_INIT(LIMIT_BODY) };
	enum err e = run(&u, item, out, ret_size);

	buf_free(&u.texts);
	return e;
}

enum err
update_refuse_nested(struct op_ctx *ctx, const struct edits *edits,
    const struct table *t)
{
	struct expr_paths paths, none = { .n = 0 };
	enum err e = update_paths(ctx, edits, &paths);

	if (e == ERR_OK)
		e = index_refuse_nested(ctx, t, &paths, NULL);
	for (size_t i = 0; i < edits->n && e == ERR_OK; i++)
		e = index_refuse_nested(ctx, t, &none, edits->all[i].value);
	return e;
}

enum err
update_refuse_keys(struct op_ctx *ctx, const struct edits *edits,
    const struct table *t)
{
	for (size_t i = 0; i < edits->n; i++) {
		struct str name = edits->all[i].path.steps[0].name;

		if (str_eq(name, t->hash.name) ||
		    (t->range.name.p != NULL && str_eq(name, t->range.name)))
			return op_fail(ctx, ERR_VALIDATION,
			    "One or more parameter values were invalid: "
			    "Cannot update attribute %.*s. This attribute is "
			    "part of the key",
			    STR_ARG(name));
	}
	return ERR_OK;
}

enum err
update_paths(struct op_ctx *ctx, const struct edits *edits,
    struct expr_paths *ret)
{
	struct expr_path *paths =
	    arena_alloc(ctx->arena, edits->n * sizeof(*paths) + 1);

	if (paths == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < edits->n; i++)
		paths[i] = edits->all[i].path;
	*ret = (struct expr_paths){ paths, edits->n };
	return ERR_OK;
}
