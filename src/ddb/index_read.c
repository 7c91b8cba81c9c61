/* SPDX-License-Identifier: ISC */
/* The indexes of a table's definition, and the attributes that they need. */
#include <string.h>

#include "ddb/index.h"

struct reader {
	struct arena *a;
	struct attr_name *attrs;
	size_t n, max;
	bool failed;
};

/* So many names at most are those of the list's indexes. */
static size_t
count_names(const struct json *list)
{
	static const char *const members[] = { "keys", "shows", "filters" };
	size_t n = 0;

	for (size_t i = 0; i < json_len(list); i++) {
		n++; /* a vector */
		for (size_t k = 0; k < NELEM(members); k++)
			n += json_len(json_get(json_at(list, i), members[k]));
	}
	return n;
}

/* The place of a name, which is given one if it has none. */
static uint16_t
place(struct reader *r, struct str name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (str_eq(r->attrs[i].name, name))
			return (uint16_t)i;
	if (i == r->max || attr_name(r->a, name, &r->attrs[i]) != ERR_OK) {
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

	if (!json_int(json_get(one, "hashes"), &hashes) || hashes < 0 ||
	    (hashes == 0) != (json_len(keys) == 0) ||
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
read_vector(struct reader *r, const struct json *one, struct table_vector *v)
{
	const struct json *list = json_get(one, "filters");
	const struct json *vector = json_get(one, "vector");
	struct table_key *filters;
	uint16_t *at;
	int64_t n;

	v->attribute.name = arena_str(r->a, json_str(json_at(vector, 0)));
	v->nfilters = json_len(list);
	filters = arena_alloc(r->a, v->nfilters * sizeof(*filters) + 1);
	at = arena_alloc(r->a, v->nfilters * sizeof(*at) + 1);
	if (v->attribute.name.p == NULL || filters == NULL || at == NULL ||
	    !json_int(json_at(vector, 1), &n) || n < 1)
		return false;
	v->at = place(r, v->attribute.name);
	v->dimensions = (size_t)n;
	v->cosine = json_bool(json_at(vector, 2));
	for (size_t i = 0; i < v->nfilters; i++) {
		if (!table_read_key(r->a, json_at(list, i), &filters[i]))
			return false;
		at[i] = place(r, filters[i].name);
	}
	v->filters = filters;
	v->filter_at = at;
	return true;
}

static bool
read_shown(struct reader *r, const struct json *one, const struct table *t,
    struct table_index *x)
{
	const struct json *more = json_get(one, "shows");
	uint16_t *shown = arena_alloc(r->a,
	    (2 + x->schema.n + json_len(more)) * sizeof(*shown));

	if (shown == NULL)
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

static bool
read_one(struct reader *r, const struct json *one, const struct table *t,
    struct table_index *x)
{
	struct table_vector *v = NULL;
	int64_t id;

	if (!json_int(json_get(one, "id"), &id) || !read_schema(r, one, x))
		return false;
	if (json_get(one, "vector") != NULL &&
	    ((v = arena_alloc(r->a, sizeof(*v))) == NULL ||
		!read_vector(r, one, v)))
		return false;
	x->vector = v;
	x->id = (uint64_t)id;
	x->name = arena_str(r->a, json_str(json_get(one, "name")));
	x->local = json_bool(json_get(one, "local"));
	x->building = json_bool(json_get(one, "building"));
	return x->name.p != NULL && (v != NULL || x->schema.n > 0) &&
	    read_shown(r, one, t, x);
}

bool
index_read(struct arena *a, const struct json *head, struct table *t)
{
	const struct json *lists[] = { json_get(head, "indexes"),
		json_get(head, "vectors") };
	struct reader r = { .a = a,
		.max = 2 + count_names(lists[0]) + count_names(lists[1]) };
	size_t n = json_len(lists[0]), all = n + json_len(lists[1]);
	struct table_index *indexes;

	if (all == 0)
		return true;
	if (n > LIMIT_GLOBAL_INDEXES + LIMIT_LOCAL_INDEXES ||
	    all - n > LIMIT_VECTOR_INDEXES)
		return false;
	indexes = arena_alloc(a, all * sizeof(*indexes));
	r.attrs = arena_alloc(a, r.max * sizeof(*r.attrs));
	if (indexes == NULL || r.attrs == NULL)
		return false;
	for (size_t i = 0; i < all; i++)
		if (!read_one(&r,
			i < n ? json_at(lists[0], i) : json_at(lists[1], i - n),
			t, &indexes[i]))
			return false;
	t->indexes = indexes;
	t->nindexes = n;
	t->nall = all;
	t->attrs = r.attrs;
	t->nattrs = r.n;
	return !r.failed;
}
