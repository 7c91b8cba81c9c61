/* SPDX-License-Identifier: ISC */
/* The indexes of a table's definition, and the attributes that they need. */
#include <string.h>

#include "ddb/index.h"

/* Keys of the table, of each index, and what is included. */
#define ATTRS_MAX                                        \
	(2 + LIMIT_GLOBAL_INDEXES * 2 * TABLE_KEYS_MAX + \
	    LIMIT_LOCAL_INDEXES * 2 + LIMIT_INCLUDED)

struct reader {
	struct arena *a;
	struct attr_name *attrs;
	size_t n;
	bool failed;
};

/* The place of a name, which is given one if it has none. */
static uint16_t
place(struct reader *r, struct str name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (str_eq(r->attrs[i].name, name))
			return (uint16_t)i;
	if (i == ATTRS_MAX || attr_name(r->a, name, &r->attrs[i]) != ERR_OK) {
		r->failed = true;
		return 0;
	}
	r->n++;
	return (uint16_t)i;
}

static void
show(struct table_index *x, uint16_t *shown, uint16_t at)
{
	for (size_t i = 0; i < x->nshown; i++)
		if (shown[i] == at)
			return;
	shown[x->nshown++] = at;
}

static bool
read_schema(struct reader *r, const struct json *one, struct table_index *x)
{
	const struct json *keys = json_get(one, "keys");
	int64_t hashes = 0;

	if (!json_int(json_get(one, "hashes"), &hashes) || hashes < 1 ||
	    (uint64_t)hashes > json_len(keys) ||
	    json_len(keys) > NELEM(x->schema.keys))
		return false;
	x->schema.hashes = (unsigned)hashes;
	x->schema.n = (unsigned)json_len(keys);
	for (unsigned k = 0; k < x->schema.n; k++) {
		if (!table_read_key(r->a, json_at(keys, k), &x->schema.keys[k]))
			return false;
		x->key_at[k] = place(r, x->schema.keys[k].name);
	}
	return true;
}

static bool
read_one(struct reader *r, const struct json *one, const struct table *t,
    struct table_index *x)
{
	const struct json *more = json_get(one, "shows");
	uint16_t *shown;
	int64_t id;

	if (!json_int(json_get(one, "id"), &id) || !read_schema(r, one, x))
		return false;
	x->id = (uint64_t)id;
	x->name = arena_str(r->a, json_str(json_get(one, "name")));
	x->local = json_bool(json_get(one, "local"));
	x->building = json_bool(json_get(one, "building"));
	shown = arena_alloc(r->a,
	    (2 + x->schema.n + json_len(more)) * sizeof(*shown));
	if (x->name.p == NULL || shown == NULL)
		return false;
	show(x, shown, place(r, t->hash.name));
	if (t->range.name.p != NULL)
		show(x, shown, place(r, t->range.name));
	for (unsigned k = 0; k < x->schema.n; k++)
		show(x, shown, x->key_at[k]);
	x->nkeys = x->nshown;
	for (size_t i = 0; i < json_len(more); i++)
		show(x, shown, place(r, json_str(json_at(more, i))));
	x->shown = shown;
	x->projection = more == NULL ? PROJECTION_ALL :
	    json_len(more) == 0      ? PROJECTION_KEYS_ONLY :
				       PROJECTION_INCLUDE;
	return true;
}

bool
index_read(struct arena *a, const struct json *list, struct table *t)
{
	struct reader r = { .a = a };
	struct table_index *indexes;
	size_t n = json_len(list);

	if (n == 0)
		return true;
	if (n > LIMIT_GLOBAL_INDEXES + LIMIT_LOCAL_INDEXES)
		return false;
	indexes = arena_alloc(a, n * sizeof(*indexes));
	r.attrs = arena_alloc(a, ATTRS_MAX * sizeof(*r.attrs));
	if (indexes == NULL || r.attrs == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!read_one(&r, json_at(list, i), t, &indexes[i]))
			return false;
	t->indexes = indexes;
	t->nindexes = n;
	t->attrs = r.attrs;
	t->nattrs = r.n;
	return !r.failed;
}
