/* SPDX-License-Identifier: ISC */
/*
 * Projections.  No path leads through another, so at each step of each path
 * either one path ends or all that are left lead on.  Nothing is allocated:
 * a page may have a great many items.
 */
#include "ddb/expr.h"

/* Those of all the paths that agree with lead in the steps before depth. */
struct group {
	const struct expr_paths *all;
	const struct expr_path *lead;
	size_t depth;
};

static bool
write_names(const struct group *g, const struct json *map, struct buf *out);
static bool
write_indexes(const struct group *g, const struct json *list, struct buf *out);

static bool
same_step(const struct expr_step *a, const struct expr_step *b)
{
	return a->index == b->index && str_eq(a->name, b->name);
}

static bool
belongs(const struct group *g, const struct expr_path *path)
{
	for (size_t i = 0; i < g->depth; i++)
		if (i >= path->n ||
		    !same_step(&path->steps[i], &g->lead->steps[i]))
			return false;
	return true;
}

/* What the paths that begin like this one leave of value; false: nothing. */
static bool
write_value(const struct group *g, const struct expr_path *path,
    const struct json *value, struct buf *out)
{
	struct group sub = { g->all, path, g->depth + 1 };
	size_t mark = out->len;
	bool some;

	if (path->n == sub.depth) {
		json_put(out, value);
		return true;
	}
	if (path->steps[sub.depth].name.p != NULL) {
		BUF_LIT(out, "{\"M\":");
		some = write_names(&sub, json_get(value, "M"), out);
	} else {
		BUF_LIT(out, "{\"L\":");
		some = write_indexes(&sub, json_get(value, "L"), out);
	}
	buf_putc(out, '}');
	if (!some)
		out->len = mark;
	return some;
}

/* Has a path before this one taken the same step here? */
static bool
done(const struct group *g, const struct expr_path *path)
{
	for (const struct expr_path *p = g->all->paths; p < path; p++)
		if (belongs(g, p) &&
		    same_step(&p->steps[g->depth], &path->steps[g->depth]))
			return true;
	return false;
}

static bool
write_names(const struct group *g, const struct json *map, struct buf *out)
{
	bool some = false;

	buf_putc(out, '{');
	for (size_t i = 0; i < g->all->n; i++) {
		const struct expr_path *path = &g->all->paths[i];
		const struct json *value;
		size_t mark = out->len;

		if (!belongs(g, path) || done(g, path) ||
		    (value = json_find(map, path->steps[g->depth].name)) ==
			NULL)
			continue;
		if (some)
			buf_putc(out, ',');
		json_put_str(out, path->steps[g->depth].name);
		buf_putc(out, ':');
		if (write_value(g, path, value, out))
			some = true;
		else
			out->len = mark;
	}
	buf_putc(out, '}');
	return some;
}

/* The path with the least index at or above from. */
static const struct expr_path *
next_index(const struct group *g, uint64_t from)
{
	const struct expr_path *best = NULL;

	for (size_t i = 0; i < g->all->n; i++) {
		const struct expr_path *p = &g->all->paths[i];

		if (belongs(g, p) && p->steps[g->depth].index >= from &&
		    (best == NULL ||
			p->steps[g->depth].index < best->steps[g->depth].index))
			best = p;
	}
	return best;
}

/* Elements keep their order and close up. */
static bool
write_indexes(const struct group *g, const struct json *list, struct buf *out)
{
	const struct expr_path *path;
	const struct json *value;
	bool some = false;
	uint64_t from = 0;

	buf_putc(out, '[');
	while ((path = next_index(g, from)) != NULL) {
		uint32_t index = path->steps[g->depth].index;
		size_t mark = out->len;

		if ((value = json_at(list, index)) == NULL)
			break;
		if (some)
			buf_putc(out, ',');
		if (write_value(g, path, value, out))
			some = true;
		else
			out->len = mark;
		from = (uint64_t)index + 1;
	}
	buf_putc(out, ']');
	return some;
}

/* The values themselves, by names of their own. */
static void
write_flat(const struct expr_paths *paths, const struct json *item,
    struct buf *out)
{
	bool some = false;

	buf_putc(out, '{');
	for (size_t i = 0; i < paths->n; i++) {
		const struct json *value = expr_walk(item, &paths->paths[i]);

		if (value == NULL)
			continue;
		if (some)
			buf_putc(out, ',');
		some = true;
		json_put_str(out, paths->as[i]);
		buf_putc(out, ':');
		json_put(out, value);
	}
	buf_putc(out, '}');
}

void
expr_project(const struct expr_paths *paths, const struct json *item,
    struct buf *out)
{
	if (paths->as != NULL) {
		write_flat(paths, item, out);
		return;
	}
	(void)write_names(&(struct group){ paths, NULL, 0 }, item, out);
}
