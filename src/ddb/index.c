/* SPDX-License-Identifier: ISC */
#include "ddb/index.h"

#include <string.h>

#include "ddb/key.h"
#include "ddb/vector.h"

#define INVALID "One or more parameter values were invalid: "

const struct table_index *
index_find(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (str_eq(t->indexes[i].name, name))
			return &t->indexes[i];
	return NULL;
}

enum err
index_refuse_nested(struct op_ctx *ctx, const struct table *t,
    const struct expr_paths *paths, const struct expr *e)
{
	enum err error = ERR_OK;

	for (unsigned k = 0; k < 2 && error == ERR_OK; k++) {
		struct str name = k == 0 ? t->hash.name : t->range.name;

		error = expr_refuse_nested_paths(ctx, paths, name, "Key");
		if (error == ERR_OK)
			error = expr_refuse_nested(ctx, e, name, "Key");
	}
	for (size_t i = 0; i < t->nall; i++) {
		const struct table_schema *s = &t->indexes[i].schema;

		for (unsigned k = 0; k < s->n && error == ERR_OK; k++) {
			struct str name = s->keys[k].name;

			error = expr_refuse_nested_paths(ctx, paths, name,
			    "IndexKey");
			if (error == ERR_OK)
				error = expr_refuse_nested(ctx, e, name,
				    "IndexKey");
		}
	}
	return error;
}

/* ---- what a key may be */

/* One value of an index's key, with what its parts have added up to. */
struct check {
	struct op_ctx *ctx;
	const struct table_index *x;
	bool update;
	size_t hash_bytes, range_bytes;
};

static enum err
check_size(struct check *c, unsigned k, size_t bytes)
{
	if (k < c->x->schema.hashes)
		c->hash_bytes += bytes;
	else
		c->range_bytes += bytes;
	if (c->hash_bytes > LIMIT_KEY_HASH)
		return op_fail(c->ctx, ERR_VALIDATION,
		    INVALID "Size of hashkey has exceeded the maximum size "
			    "limit of2048 bytes");
	if (c->range_bytes > LIMIT_KEY_RANGE)
		return op_fail(c->ctx, ERR_VALIDATION,
		    INVALID "Aggregated size of all range keys has exceeded "
			    "the size limit of 1024 bytes");
	return ERR_OK;
}

/* Of which type a value is to be, to be a part of the key. */
static char
key_type(const struct table_key *key, struct str value)
{
	return key->type == TABLE_KEY_ANY ? attr_type(value).p[0] : key->type;
}

static bool
is_key_type(struct str type)
{
	return type.len == 1 && strchr("SNB", type.p[0]) != NULL;
}

static enum err
check_type(const struct check *c, const struct table_key *key, struct str type)
{
	if (key->type == TABLE_KEY_ANY ||
	    str_eq(type, (struct str){ &key->type, 1 }))
		return ERR_OK;
	if (c->x->vector != NULL)
		return op_fail(c->ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid. Attribute "
		    "'%.*s' type mismatch. Expected: %c, Actual: %.*s. "
		    "IndexName: %.*s",
		    STR_ARG(key->name), key->type, STR_ARG(type),
		    STR_ARG(c->x->name));
	return op_fail(c->ctx, ERR_VALIDATION,
	    INVALID "Type mismatch for Index Key %.*s Expected: %c "
		    "Actual: %.*s IndexName: %.*s",
	    STR_ARG(key->name), key->type, STR_ARG(type), STR_ARG(c->x->name));
}

static enum err
check_part(struct check *c, unsigned k, struct str type, struct str content)
{
	const struct table_key *key = &c->x->schema.keys[k];
	const char *what = type.p[0] == 'B' ? "binary" : "string";
	enum err e = check_type(c, key, type);

	/* One of any type is no key of an index where it cannot be one. */
	if (e != ERR_OK || !is_key_type(type))
		return e;
	if (content.len == 0 && c->update)
		return op_fail(c->ctx, ERR_VALIDATION,
		    "One or more parameter values are not valid. The update "
		    "expression attempted to update a secondary index key to "
		    "a value that is not supported. The AttributeValue for a "
		    "key attribute cannot contain an empty %s value.",
		    what);
	if (content.len == 0)
		return op_fail(c->ctx, ERR_VALIDATION,
		    "One or more parameter values are not valid. A value "
		    "specified for a secondary index key is not supported. "
		    "The AttributeValue for a key attribute cannot contain an "
		    "empty %s value. IndexName: %.*s, IndexKey: %.*s",
		    what, STR_ARG(c->x->name), STR_ARG(key->name));
	if (type.p[0] == 'N')
		return ERR_OK;
	if (type.p[0] == 'B')
		content.len = content.len / 4 * 3 -
		    (str_ends(content, STR("==")) ?
			    2u :
			    str_ends(content, STR("=")));
	return check_size(c, k, content.len);
}

enum err
index_check_item(struct op_ctx *ctx, const struct table *t,
    const struct json *item)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < t->nall; i++) {
		struct check c = { .ctx = ctx, .x = &t->indexes[i] };

		for (unsigned k = 0; k < c.x->schema.n && e == ERR_OK; k++) {
			const struct json *content,
			    *value = json_find(item, c.x->schema.keys[k].name);
			enum value_type type;

			if (value == NULL)
				continue;
			type = value_type(value, &content);
			e = check_part(&c, k, str_from(value_type_name(type)),
			    json_str(content));
		}
	}
	return e;
}

/* Where a vector or what it is filtered by is another than before. */
static enum err
check_vector(const struct check *c, const struct str *old,
    const struct str *values)
{
	const struct table_vector *v = c->x->vector;
	enum err e = ERR_OK;

	if (values[v->at].p != NULL && !str_eq(values[v->at], old[v->at]))
		e = vector_check_value(c->ctx, c->x, values[v->at]);
	for (size_t i = 0; i < v->nfilters && e == ERR_OK; i++) {
		const size_t at = v->filter_at[i];

		if (values[at].p != NULL && !str_eq(values[at], old[at]))
			e = check_type(c, &v->filters[i],
			    attr_type(values[at]));
	}
	return e;
}

enum err
index_check_update(struct op_ctx *ctx, const struct table *t,
    const struct str *old, const struct str *values)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < t->nall; i++) {
		struct check c = { .ctx = ctx,
			.x = &t->indexes[i],
			.update = true };

		for (unsigned k = 0; k < c.x->schema.n && e == ERR_OK; k++) {
			size_t at = c.x->key_at[k];
			struct str content;

			if (values[at].p == NULL || str_eq(values[at], old[at]))
				continue;
			e = attr_content(ctx->arena, values[at],
			    key_type(&c.x->schema.keys[k], values[at]),
			    &content);
			if (e == ERR_OK)
				e = check_part(&c, k, attr_type(values[at]),
				    content);
		}
		if (e == ERR_OK && c.x->vector != NULL)
			e = check_vector(&c, old, values);
	}
	return e;
}

/* ---- entries */

enum err
index_pack(struct arena *a, const struct str *parts, size_t n, bool several,
    struct str *ret)
{
	size_t len = 0;
	char *p;

	if (!several) {
		*ret = n == 0 ? STR("") : parts[0];
		return ERR_OK;
	}
	for (size_t i = 0; i < n; i++)
		len += 2 * parts[i].len + 2;
	if ((p = arena_alloc(a, len + 1)) == NULL)
		return ERR_NO_MEMORY;
	ret->p = p;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < parts[i].len; k++) {
			*p++ = parts[i].p[k];
			if (parts[i].p[k] == '\0')
				*p++ = '\xff';
		}
		*p++ = '\0';
		*p++ = '\x01';
	}
	ret->len = (size_t)(p - ret->p);
	return ERR_OK;
}

enum err
index_part(struct op_ctx *ctx, const struct table_key *key, struct str value,
    struct str *ret)
{
	const char type = key_type(key, value);
	struct str content;
	enum err e;

	*ret = (struct str){ NULL, 0 };
	if (!is_key_type(attr_type(value)))
		return ERR_OK;
	e = attr_content(ctx->arena, value, type, &content);
	if (e != ERR_OK || content.len == 0)
		return e;
	e = key_bytes(ctx, type, content, ret);
	return e == ERR_VALIDATION ? ERR_STORE : e;
}

/* The parts of a key as bytes; *ret false: it is none. */
static enum err
parts_of(struct op_ctx *ctx, const struct table_index *x,
    const struct str *values, struct str *parts, bool *ret)
{
	size_t hash = 0, range = 0;
	enum err e = ERR_OK;

	*ret = false;
	for (unsigned k = 0; k < x->schema.n; k++) {
		const struct table_key *key = &x->schema.keys[k];
		struct str value = values[x->key_at[k]];

		if (value.p == NULL)
			return ERR_OK;
		e = index_part(ctx, key, value, &parts[k]);
		if (e != ERR_OK || parts[k].p == NULL)
			return e;
		if (key_type(key, value) == 'N')
			continue; /* of any value: none is too long */
		if (k < x->schema.hashes)
			hash += parts[k].len;
		else
			range += parts[k].len;
	}
	*ret = hash <= LIMIT_KEY_HASH && range <= LIMIT_KEY_RANGE;
	return ERR_OK;
}

/* Is what the item has for a vector index a vector? */
static bool
has_vector(const struct table_vector *v, const struct str *values)
{
	enum vector_fit fit;

	if (values[v->at].p == NULL)
		return false;
	fit = vector_fit(values[v->at], v->dimensions);
	return fit == VECTOR_FITS || (fit == VECTOR_ZERO && !v->cosine);
}

enum err
index_entry(struct op_ctx *ctx, const struct table_index *x,
    const struct str *values, const struct store_key *item,
    struct store_entry *ret)
{
	struct str parts[2 * TABLE_KEYS_MAX], hash, range;
	unsigned h = x->schema.hashes, r = x->schema.n - h;
	bool whole;
	enum err e = ERR_OK;

	*ret = (struct store_entry){ .item = *item };
	if (x->vector != NULL && !has_vector(x->vector, values))
		return ERR_OK;
	if ((e = parts_of(ctx, x, values, parts, &whole)) != ERR_OK || !whole)
		return e;
	if ((e = index_pack(ctx->arena, parts, h, h > 1, &hash)) == ERR_OK &&
	    (e = index_pack(ctx->arena, parts + h, r, r > 1, &range)) ==
		ERR_OK &&
	    (e = key_hash(ctx, hash, &hash)) == ERR_OK) {
		ret->hash = hash;
		ret->range = range;
	}
	return e;
}

enum err
index_size(struct op_ctx *ctx, const struct table *t,
    const struct table_index *x, const struct str *values, uint64_t size,
    uint64_t *ret)
{
	const struct table_vector *v = x->vector;
	const bool all = x->projection == PROJECTION_ALL;
	uint64_t sum = all ? size : 0, one;
	enum err e = ERR_OK;

	for (size_t i = 0; i < x->nshown && !all; i++) {
		size_t at = x->shown[i];

		if (values[at].p == NULL || (v != NULL && at == v->at))
			continue;
		e = attr_size(ctx, t->attrs[at].name, values[at], &one);
		if (e != ERR_OK)
			return e;
		sum += one;
	}
	/* A vector is four bytes a number there, whatever it is in the item. */
	if (v != NULL && all)
		sum -= t->attrs[v->at].name.len + vector_size(values[v->at]);
	if (v != NULL)
		sum += t->attrs[v->at].name.len + v->dimensions * sizeof(float);
	*ret = sum;
	return ERR_OK;
}

void
index_put(struct buf *out, const struct table *t, const struct table_index *x,
    const struct str *values, size_t n)
{
	bool some = false;

	buf_putc(out, '{');
	for (size_t i = 0; i < n; i++) {
		size_t at = x->shown[i];

		if (values[at].p == NULL)
			continue;
		if (some)
			buf_putc(out, ',');
		some = true;
		buf_puts(out, t->attrs[at].quoted);
		buf_putc(out, ':');
		buf_puts(out, values[at]);
	}
	buf_putc(out, '}');
}

/* The next part of several; *packed is what follows it. */
static bool
unpack(struct str *packed, struct buf *part)
{
	size_t i = 0;

	buf_reset(part);
	while (i + 1 < packed->len) {
		char c = packed->p[i++];

		if (c == '\0' && packed->p[i++] == '\x01') {
			packed->p += i;
			packed->len -= i;
			return true;
		}
		buf_putc(part, c);
	}
	return false;
}

static bool
in_key(const struct table *t, struct str name)
{
	return str_eq(name, t->hash.name) ||
	    (t->range.name.p != NULL && str_eq(name, t->range.name));
}

enum err
index_put_key(struct buf *out, const struct table *t,
    const struct table_index *x, const struct store_key *entry)
{
	struct buf part CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct str packed[2] = { entry->hash, entry->range };
	enum err e = ERR_OK;

	if (packed[0].len < KEY_PREFIX_BYTES)
		return ERR_STORE;
	packed[0].p += KEY_PREFIX_BYTES;
	packed[0].len -= KEY_PREFIX_BYTES;
	for (unsigned k = 0; k < x->schema.n && e == ERR_OK; k++) {
		unsigned side = k < x->schema.hashes ? 0 : 1;
		unsigned n = side == 0 ? x->schema.hashes :
					 x->schema.n - x->schema.hashes;

		if (n > 1 && !unpack(&packed[side], &part))
			return ERR_STORE;
		if (in_key(t, x->schema.keys[k].name))
			continue;
		buf_putc(out, ',');
		e = key_put_part(out, &x->schema.keys[k],
		    n > 1 ? buf_str(&part) : packed[side]);
	}
	return e == ERR_OK ? buf_err(&part) : e;
}
