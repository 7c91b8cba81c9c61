/* SPDX-License-Identifier: ISC */
/* SearchVectors - the items whose vectors are nearest to one. */
#include <string.h>

#include "ddb/answer.h"
#include "ddb/get.h"
#include "ddb/index.h"
#include "ddb/key.h"
#include "ddb/vector.h"

#define KEY_MAX   KIB(4) /* of a table's key: its two parts and a prefix */
#define SHOWN_MAX 64

static const struct shape request[] = {
	SHAPE_TABLE_NAME,
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	SHAPE_CAPACITY,
	SHAPE_NAMES,
	SHAPE_VALUES,
	{ "ProjectionExpression", SHAPE_STRING },
	{ "SearchVector", SHAPE_LIST, SHAPE_REQUIRED, .of = shape_value,
	    .min = 1 },
	{ "SearchConditionExpression", SHAPE_STRING },
	{ "TopK", SHAPE_INTEGER, SHAPE_REQUIRED, .min = 1,
	    .max = VECTOR_TOP_MAX },
	{ NULL },
};

/* One of the nearest. */
struct found {
	double score, rank; /* rank: the smallest is the nearest */
	struct store_key key;
	char *place; /* KEY_MAX bytes, where the key lies */
};

struct search {
	struct op_ctx *ctx;
	struct table t;
	struct vector_index index;
	const struct json *schema;
	float *want, *have;
	struct expr *condition; /* NULL: none */
	const struct json
	    *hash; /* the value of the partition key; NULL: none */
	struct expr_paths paths;
	const struct attr_name *names; /* the vector's and the schema's, too */
	struct str *values;
	size_t n, at; /* of names; which is the vector's */
	struct found *top;
	size_t ntop, max;
	bool counts;    /* capacity is asked for */
	uint64_t bytes; /* of the entries that were read */
};

static struct str
schema_name(const struct search *s, size_t i)
{
	return json_str(json_get(json_at(s->schema, i), "AttributeName"));
}

/* ---- what is asked for */

static enum err
read_expressions(struct search *s, const struct json *in)
{
	static const char *const names[] = { "SearchConditionExpression",
		"ProjectionExpression", NULL };
	static const char *const none[] = { NULL };
	struct expr_request r;
	enum err e = expr_begin(&r, s->ctx, in, "", names, none);

	if (e == ERR_OK)
		e = expr_condition(&r, names[0], &s->condition);
	if (e == ERR_OK)
		e = expr_projection(&r, names[1], &s->paths);
	return e == ERR_OK ? expr_end(&r) : e;
}

static enum err
read_vector(struct search *s, const struct json *in)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_ITEM);
	struct buf same CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_ITEM);
	struct json *list CLEANUP(json_freep) = NULL;
	struct value_out v = { .ctx = s->ctx, .out = &same, .prefix = "" };
	const size_t bytes = s->index.dimensions * sizeof(float);
	struct json_error error;
	double score;
	enum err e;

	s->want = arena_alloc(s->ctx->arena, bytes);
	s->have = arena_alloc(s->ctx->arena, bytes);
	if (s->want == NULL || s->have == NULL)
		return ERR_NO_MEMORY;
	BUF_LIT(&text, "{\"L\":");
	json_put(&text, json_get(in, "SearchVector"));
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) != ERR_OK ||
	    (e = json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &list, &error)) !=
		ERR_OK ||
	    (e = value_put(&v, list)) != ERR_OK)
		return e;
	if (json_len(json_get(in, "SearchVector")) != s->index.dimensions)
		return op_fail(s->ctx, ERR_VALIDATION,
		    "Input search vector dimension %zu does not match vector "
		    "index dimension %zu",
		    json_len(json_get(in, "SearchVector")),
		    s->index.dimensions);
	if (!vector_read(buf_str(&same), s->want, s->index.dimensions))
		return op_fail(s->ctx, ERR_VALIDATION,
		    "Search vector contains invalid values. All values in the "
		    "search vector must be a 32-bit floating-point number "
		    "attribute");
	if (!vector_score(s->index.distance, s->want, s->want,
		s->index.dimensions, &score))
		return op_fail(s->ctx, ERR_VALIDATION,
		    "SearchVector must not be zero where the distance is "
		    "COSINE");
	return ERR_OK;
}

/* ---- what is shown */

static enum err
add_shown(struct search *s, struct expr_paths *shown, struct str name)
{
	if (name.p == NULL)
		return ERR_OK;
	for (size_t i = 0; i < shown->n; i++)
		if (str_eq(shown->paths[i].steps[0].name, name))
			return ERR_OK;
	if (shown->n == SHOWN_MAX)
		return ERR_INTERNAL;
	shown->paths[shown->n].steps =
	    arena_alloc(s->ctx->arena, sizeof(struct expr_step));
	if (shown->paths[shown->n].steps == NULL)
		return ERR_NO_MEMORY;
	shown->paths[shown->n].n = 1;
	shown->paths[shown->n++].steps[0].name = name;
	return ERR_OK;
}

/* The attributes that the index has of an item; none: all. */
static enum err
find_shown(struct search *s, struct expr_paths *shown)
{
	const struct json *p = json_get(s->index.one, "Projection");
	const struct json *more = json_get(p, "NonKeyAttributes");
	enum err e;

	if (str_eq(json_str(json_get(p, "ProjectionType")), STR("ALL")))
		return ERR_OK;
	shown->paths =
	    arena_alloc(s->ctx->arena, SHOWN_MAX * sizeof(*shown->paths));
	if (shown->paths == NULL)
		return ERR_NO_MEMORY;
	if ((e = add_shown(s, shown, s->t.hash.name)) == ERR_OK &&
	    (e = add_shown(s, shown, s->t.range.name)) == ERR_OK)
		e = add_shown(s, shown, s->index.attribute);
	for (size_t i = 0; i < json_len(s->schema) && e == ERR_OK; i++)
		e = add_shown(s, shown, schema_name(s, i));
	for (size_t i = 0; i < json_len(more) && e == ERR_OK; i++)
		e = add_shown(s, shown, json_str(json_at(more, i)));
	return e;
}

static enum err
check_shown(struct search *s)
{
	struct expr_paths shown = { 0 };
	enum err e = find_shown(s, &shown);

	if (e != ERR_OK || shown.n == 0)
		return e;
	if (s->paths.n == 0)
		s->paths = shown;
	for (size_t i = 0; i < s->paths.n; i++) {
		const struct str name = s->paths.paths[i].steps[0].name;
		bool is = false;

		for (size_t k = 0; k < shown.n; k++)
			is = is || str_eq(name, shown.paths[k].steps[0].name);
		if (!is)
			return op_fail(s->ctx, ERR_VALIDATION,
			    "One or more parameter values were invalid: "
			    "Vector index %.*s does not project %.*s",
			    STR_ARG(s->index.name), STR_ARG(name));
	}
	return ERR_OK;
}

/* ---- the search */

/* What is looked for in each item: what the indexes need, or, of one that is
 * none of them yet, what it needs. */
static enum err
find_names(struct search *s)
{
	struct arena *a = s->ctx->arena;
	struct attr_name *names;
	enum err e;

	if (s->index.index != NULL) {
		s->names = s->t.attrs;
		s->n = s->t.nattrs;
		s->at = s->index.index->vector->at;
		return ERR_OK;
	}
	s->n = 1 + json_len(s->schema);
	if ((names = arena_alloc(a, s->n * sizeof(*names))) == NULL)
		return ERR_NO_MEMORY;
	e = attr_name(a, s->index.attribute, &names[0]);
	for (size_t i = 1; i < s->n && e == ERR_OK; i++)
		e = attr_name(a, schema_name(s, i - 1), &names[i]);
	s->names = names;
	return e;
}

static enum err
prepare(struct search *s)
{
	struct arena *a = s->ctx->arena;
	enum err e = find_names(s);

	if (e != ERR_OK)
		return e;
	s->values = arena_alloc(a, s->n * sizeof(*s->values));
	s->top = arena_alloc(a, s->max * sizeof(*s->top));
	if (s->values == NULL || s->top == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < s->max; i++)
		if ((s->top[i].place = arena_alloc(a, KEY_MAX)) == NULL)
			return ERR_NO_MEMORY;
	return ERR_OK;
}

/* Does the condition hold for what the item has of the schema? */
static enum err
meets(const struct search *s, bool *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct json *item CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	buf_putc(&text, '{');
	for (size_t i = 0; i < s->n; i++) {
		if (s->values[i].p == NULL || i == s->at)
			continue;
		if (text.len > 1)
			buf_putc(&text, ',');
		json_put_str(&text, s->names[i].name);
		buf_putc(&text, ':');
		buf_puts(&text, s->values[i]);
	}
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &item, &error);
	if (e == ERR_OK)
		*ret = expr_eval(s->condition, item);
	return e == ERR_JSON ? ERR_STORE : e;
}

/* Keep it, if it is one of the nearest so far. */
static enum err
keep(struct search *s, double score, const struct store_key *key)
{
	const double rank =
	    s->index.distance == VECTOR_DOT_PRODUCT ? -score : score;
	size_t i = s->ntop;
	char *place;

	if (s->ntop == s->max && !(rank < s->top[s->max - 1].rank))
		return ERR_OK;
	if (key->hash.len + key->range.len > KEY_MAX)
		return ERR_STORE;
	if (s->ntop < s->max)
		s->ntop++;
	else
		i--;
	place = s->top[i].place;
	for (; i > 0 && rank < s->top[i - 1].rank; i--)
		s->top[i] = s->top[i - 1];
	memcpy(place, key->hash.p, key->hash.len);
	if (key->range.len > 0)
		memcpy(place + key->hash.len, key->range.p, key->range.len);
	s->top[i] = (struct found){
		.score = score,
		.rank = rank,
		.key = { { place, key->hash.len },
		    { place + key->hash.len, key->range.len } },
		.place = place,
	};
	return ERR_OK;
}

/* The bytes of an entry that is read, before it is compared. */
static enum err
count(struct search *s, const struct store_item *item)
{
	const struct table_index *x = s->index.index;
	uint64_t bytes = s->index.dimensions * sizeof(float);
	enum err e = ERR_OK;

	if (x != NULL)
		e = index_size(s->ctx, &s->t, x, s->values, item->size, &bytes);
	s->bytes += bytes;
	return e;
}

static enum err
look(struct search *s, const struct store_item *item)
{
	bool is = true;
	double score;
	enum err e = attr_find(item->text, s->names, s->n, s->values);

	if (e != ERR_OK || s->values[s->at].p == NULL ||
	    !vector_read(s->values[s->at], s->have, s->index.dimensions))
		return e;
	if (s->counts && (e = count(s, item)) != ERR_OK)
		return e;
	if (s->condition != NULL && (e = meets(s, &is)) != ERR_OK)
		return e;
	if (!is)
		return ERR_OK;
	if (!vector_score(s->index.distance, s->want, s->have,
		s->index.dimensions, &score))
		return ERR_OK;
	return keep(s, score, &item->key);
}

/* Whatever can be in it: the index, of one partition where it has them. */
static enum err
find_range(struct search *s, struct store_range *ret)
{
	const struct table_index *x = s->index.index;
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_ITEM);
	struct value_out v = { .ctx = s->ctx, .out = &text, .prefix = "" };
	struct str part;
	enum err e;

	*ret = (struct store_range){ .index = 0 };
	if (x == NULL || x->building)
		return ERR_OK;
	ret->index = x->id;
	if (s->hash == NULL)
		return ERR_OK;
	if ((e = value_put(&v, s->hash)) != ERR_OK ||
	    (e = buf_err(&text)) != ERR_OK ||
	    (e = index_part(s->ctx, &x->schema.keys[0], buf_str(&text),
		 &part)) != ERR_OK)
		return e;
	/* What cannot be a key is in no partition, and no item has it. */
	return part.p == NULL ? ERR_OK : key_hash(s->ctx, part, &ret->hash);
}

static enum err
look_at_all(struct search *s)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_range range;
	struct store_item item;
	bool more = true;
	enum err e = find_range(s, &range);

	if (e == ERR_OK)
		e = store_walk(s->ctx->store, &s->t.row, &range, &c);
	while (e == ERR_OK) {
		if ((e = store_walk_next(c, &item, &more)) != ERR_OK || !more)
			break;
		e = look(s, &item);
	}
	return e;
}

static enum err
put_results(struct search *s, struct buf *out)
{
	enum err e = ERR_OK;

	BUF_LIT(out, "{\"SearchResults\":[");
	for (size_t i = 0; i < s->ntop && e == ERR_OK; i++) {
		struct store_item item;

		e = store_get(s->ctx->store, &s->t.row, &s->top[i].key, &item);
		if (e != ERR_OK)
			break;
		buf_puts(out, i == 0 ? STR("{\"Item\":") : STR(",{\"Item\":"));
		e = get_put(out, item.text, &s->paths);
		buf_printf(out, ",\"Score\":%.9g}", s->top[i].score);
	}
	buf_putc(out, ']');
	if (s->counts && s->bytes < ANSWER_VECTOR_BYTES)
		s->bytes = ANSWER_VECTOR_BYTES;
	if (s->counts)
		buf_printf(out,
		    ",\"ConsumedCapacity\":{\"VectorSearchRequestBytes\":"
		    "%llu.0}",
		    (unsigned long long)s->bytes);
	buf_putc(out, '}');
	return e;
}

static enum err
run(struct search *s, const struct json *in, struct buf *out)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct str name = json_str(json_get(in, "IndexName"));
	enum err e = vector_find(&s->t, name, &rest, &s->index);

	if (e == ERR_NOT_FOUND)
		return op_fail(s->ctx, ERR_VALIDATION,
		    "The table does not have the specified index: %.*s",
		    STR_ARG(name));
	if (e != ERR_OK)
		return e;
	s->schema = json_get(s->index.one, "SearchSchema");
	s->max = (size_t)shape_int(in, "TopK", 1);
	s->counts = answer_wants_capacity(in);
	if ((e = vector_condition(s->ctx, &s->index, s->condition, &s->hash)) !=
		ERR_OK ||
	    (e = check_shown(s)) != ERR_OK ||
	    (e = read_vector(s, in)) != ERR_OK || (e = prepare(s)) != ERR_OK ||
	    (e = look_at_all(s)) != ERR_OK)
		return e;
	return put_results(s, out);
}

static enum err
search_vectors(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct search s = { .ctx = ctx };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = read_expressions(&s, in);
	if (e == ERR_OK)
		e = table_open(ctx, json_str(json_get(in, "TableName")), &s.t);
	return e == ERR_OK ? run(&s, in, out) : e;
}

const struct op op_search_vectors = {
	.name = "SearchVectors",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_ITEM,
	.run = search_vectors,
};
