/* SPDX-License-Identifier: ISC */
#include "ddb/vector.h"

#include "ddb/extra.h"
#include "ddb/index_def.h"

#define MEMBER  VECTOR_MEMBER
#define HEAD    "vectors"
#define INVALID "One or more parameter values were invalid: "

static const struct shape attribute[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ NULL },
};
static const struct shape schema_members[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "SearchSchemaElementType", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "HASH, INLINE_FILTER" },
	{ NULL },
};
static const struct shape schema[] = { { "member", SHAPE_STRUCT,
    .of = schema_members, .type = SHAPE_MODEL "SearchSchemaElement" } };
static const struct shape included[] = { { "member", SHAPE_STRING, .min = 1,
    .max = 255 } };
static const struct shape projection[] = {
	{ "ProjectionType", SHAPE_STRING, .values = "ALL, INCLUDE, KEYS_ONLY" },
	{ "NonKeyAttributes", SHAPE_LIST, .of = included, .min = 1, .max = 20 },
	{ NULL },
};
static const struct shape members[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	{ "VectorAttribute", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = attribute, .type = SHAPE_MODEL "VectorAttributeDefinition" },
	{ "SearchSchema", SHAPE_LIST, .of = schema, .min = 1 },
	{ "Projection", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,
	    .of = projection, .type = SHAPE_MODEL "Projection" },
	{ "Dimensions", SHAPE_INTEGER, SHAPE_REQUIRED, .min = 1,
	    .max = VECTOR_DIMENSIONS_MAX },
	{ "DistanceFunction", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "COSINE, EUCLIDEAN, DOT_PRODUCT" },
	{ NULL },
};
const struct shape vector_shape[] = { { "member", SHAPE_STRUCT, .of = members,
    .type = SHAPE_MODEL "VectorIndex" } };

static const struct shape delete_members[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	{ NULL },
};
static const struct shape update_members[] = {
	{ "Create", SHAPE_STRUCT, SHAPE_FIELD, .of = members,
	    .type = SHAPE_MODEL "CreateVectorIndexAction" },
	{ "Delete", SHAPE_STRUCT, SHAPE_FIELD, .of = delete_members,
	    .type = SHAPE_MODEL "DeleteVectorIndexAction" },
	{ NULL },
};
const struct shape vector_update_shape[] = { { "member", SHAPE_STRUCT,
    .of = update_members, .type = SHAPE_MODEL "VectorIndexUpdate" } };

static const struct str none = { NULL, 0 };

static struct str
name_of(const struct json *one)
{
	return json_str(json_get(one, "IndexName"));
}

struct str
vector_attribute(const struct json *one)
{
	return json_str(
	    json_get(json_get(one, "VectorAttribute"), "AttributeName"));
}

/* ---- definitions */

static enum err
check_schema(struct op_ctx *ctx, const struct json *list)
{
	size_t hashes = 0;

	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *one = json_at(list, i);
		const struct str name =
		    json_str(json_get(one, "AttributeName"));

		hashes +=
		    str_eq(json_str(json_get(one, "SearchSchemaElementType")),
			STR("HASH"));
		for (size_t k = 0; k < i; k++)
			if (str_eq(name,
				json_str(json_get(json_at(list, k),
				    "AttributeName"))))
				return op_fail(ctx, ERR_VALIDATION,
				    INVALID "SearchSchema contains a duplicate "
					    "AttributeName");
	}
	return hashes <= 1 ?
	    ERR_OK :
	    op_fail(ctx, ERR_VALIDATION,
		INVALID "Value '%zu' at 'SearchSchema' failed to satisfy "
			"constraint: Member must have HASH count less than or "
			"equal to 1",
		hashes);
}

static enum err
check_projection(struct op_ctx *ctx, const struct json *p)
{
	const struct str type = json_str(shape_get(p, "ProjectionType"));
	const bool some = shape_get(p, "NonKeyAttributes") != NULL;

	if (type.p == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Unknown ProjectionType: null");
	if (some == str_eq(type, STR("INCLUDE")))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "ProjectionType is %.*s, %s NonKeyAttributes is%s "
		    "specified",
	    STR_ARG(type), some ? "but" : "and", some ? "" : " not");
}

/* One beside those before it in the list. */
static enum err
check_one(struct op_ctx *ctx, const struct json *list, size_t n,
    const struct json *one)
{
	enum err e = check_schema(ctx, shape_get(one, "SearchSchema"));

	if (e == ERR_OK)
		e = check_projection(ctx, json_get(one, "Projection"));
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const struct json *other = json_at(list, i);

		if (str_eq(name_of(one), name_of(other)))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Duplicate index name: %.*s",
			    STR_ARG(name_of(one)));
		if (str_eq(vector_attribute(one), vector_attribute(other)) &&
		    shape_int(one, "Dimensions", 0) !=
			shape_int(other, "Dimensions", 0))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Conflicting attribute definition for "
				    "'%.*s'. All VectorIndexes on the same "
				    "vector attribute must use the same "
				    "dimensions.",
			    STR_ARG(vector_attribute(one)));
	}
	return e;
}

static enum err
check_count(struct op_ctx *ctx, size_t n)
{
	return n <= LIMIT_VECTOR_INDEXES ?
	    ERR_OK :
	    op_fail(ctx, ERR_VALIDATION,
		INVALID "VectorIndex count exceeds the per-table limit of %d",
		LIMIT_VECTOR_INDEXES);
}

enum err
vector_check(struct op_ctx *ctx, const struct json *in)
{
	const struct json *list = shape_get(in, MEMBER);
	enum err e = ERR_OK;

	if (list != NULL && json_len(list) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "List of " MEMBER " is empty");
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = check_one(ctx, list, i, json_at(list, i));
	return e == ERR_OK ? check_count(ctx, json_len(list)) : e;
}

/* ---- what is kept: the definition, the head's element, the object */

static bool
is_hash(const struct json *element)
{
	return str_eq(json_str(json_get(element, "SearchSchemaElementType")),
	    STR("HASH"));
}

size_t
vector_included(const struct json *one)
{
	const struct json *list = shape_get(one, "SearchSchema");
	size_t n = 1 + index_def_included(one);

	for (size_t i = 0; i < json_len(list); i++)
		n += !is_hash(json_at(list, i));
	return n;
}

/* No other index has the name. */
static enum err
check_name(struct op_ctx *ctx, const struct table *t, const struct json *one)
{
	if (index_find(t, name_of(one)) == NULL)
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "Duplicate index name: %.*s", STR_ARG(name_of(one)));
}

/* [["kind","S"]]: those of the search schema that are HASH, or are not. */
static size_t
put_schema(struct buf *out, const struct json *list, const struct json *defs,
    bool hash)
{
	size_t n = 0;

	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *one = json_at(list, i);
		const struct str name =
		    json_str(json_get(one, "AttributeName"));
		const char type = index_def_type(defs, name);

		if (is_hash(one) != hash)
			continue;
		buf_puts(out, n++ > 0 ? STR(",[") : STR("["));
		json_put_str(out, name);
		buf_printf(out, ",\"%c\"]",
		    type == '\0' ? TABLE_KEY_ANY : type);
	}
	buf_putc(out, ']');
	return n;
}

/* What it shows beside the keys. */
static void
put_shown(struct buf *out, const struct json *one)
{
	const struct json *p = json_get(one, "Projection");
	const struct json *list = shape_get(one, "SearchSchema");
	const struct json *more = shape_get(p, "NonKeyAttributes");

	if (str_eq(json_str(json_get(p, "ProjectionType")), STR("ALL")))
		return;
	BUF_LIT(out, ",\"shows\":[");
	json_put_str(out, vector_attribute(one));
	for (size_t i = 0; i < json_len(list); i++) {
		buf_putc(out, ',');
		json_put(out, json_get(json_at(list, i), "AttributeName"));
	}
	for (size_t i = 0; i < json_len(more); i++) {
		buf_putc(out, ',');
		json_put(out, json_at(more, i));
	}
	buf_putc(out, ']');
}

/* Its element of the definition's first line (index.h). */
static void
put_head(struct buf *out, const struct json *one, const struct json *defs,
    uint64_t id, bool building)
{
	const struct json *list = shape_get(one, "SearchSchema");
	size_t hashes;

	buf_printf(out, "{\"id\":%llu,\"name\":", (unsigned long long)id);
	json_put_str(out, name_of(one));
	BUF_LIT(out, ",\"keys\":");
	hashes = put_schema(out, list, defs, true);
	buf_printf(out, ",\"hashes\":%zu,\"filters\":", hashes);
	(void)put_schema(out, list, defs, false);
	BUF_LIT(out, ",\"vector\":[");
	json_put_str(out, vector_attribute(one));
	buf_printf(out, ",%lld%s]", (long long)shape_int(one, "Dimensions", 0),
	    str_eq(json_str(json_get(one, "DistanceFunction")), STR("COSINE")) ?
		",true" :
		"");
	put_shown(out, one);
	buf_puts(out, building ? STR(",\"building\":true}") : STR("}"));
}

/* All of a list but the one of that name (absent: all), without its end. */
static size_t
put_others(struct buf *out, const struct json *list, const char *member,
    struct str name)
{
	size_t n = 0;

	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *one = json_at(list, i);

		if (str_eq(json_str(json_get(one, member)), name))
			continue;
		if (n++ > 0)
			buf_putc(out, ',');
		json_put(out, one);
	}
	return n;
}

static enum err
set(struct op_ctx *ctx, struct table *t, enum extra_line line,
    const struct buf *list)
{
	const struct str text = buf_str(list);
	enum err e = buf_err(list);

	return e != ERR_OK ?
	    e :
	    extra_set(ctx, t, line, line == EXTRA_HEAD ? HEAD : MEMBER,
		str_eq(text, STR("[]")) ? none : text);
}

/* Make its object, and its element behind those that are there. */
static enum err
append_head(struct op_ctx *ctx, struct table *t, const struct json *one,
    const struct json *defs, bool building, uint64_t *ret_id)
{
	struct buf heads CLEANUP(buf_free) = BUF_INIT(KIB(512));
	struct json *head CLEANUP(json_freep) = NULL;
	enum err e;

	if ((e = extra_read(t, EXTRA_HEAD, &head)) != ERR_OK ||
	    (e = index_def_create(ctx, &t->row, name_of(one), ret_id)) !=
		ERR_OK)
		return e;
	if (put_others(&heads, json_get(head, HEAD), "name", none) > 0)
		buf_putc(&heads, ',');
	put_head(&heads, one, defs, *ret_id, building);
	buf_putc(&heads, ']');
	return set(ctx, t, EXTRA_HEAD, &heads);
}

static enum err
append(struct op_ctx *ctx, struct table *t, const struct json *one,
    const struct json *defs, bool building, uint64_t *ret_id)
{
	struct buf list CLEANUP(buf_free) = BUF_INIT(KIB(512));
	struct json *rest CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	if (put_others(&list, json_get(rest, MEMBER), "IndexName", none) > 0)
		buf_putc(&list, ',');
	shape_put(&list, vector_shape, one);
	buf_putc(&list, ']');
	e = set(ctx, t, EXTRA_REST, &list);
	return e == ERR_OK ? append_head(ctx, t, one, defs, building, ret_id) :
			     e;
}

enum err
vector_adopt(struct op_ctx *ctx, struct table *t, uint64_t *ret_id)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *list;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	*ret_id = 0;
	if (e != ERR_OK)
		return e;
	list = json_get(rest, MEMBER);
	for (size_t i = 0; i < json_len(list); i++)
		if (vector_index(t, name_of(json_at(list, i))) == NULL)
			return append_head(ctx, t, json_at(list, i), NULL, true,
			    ret_id);
	return ERR_OK;
}

enum err
vector_create(struct op_ctx *ctx, const struct json *in, struct table *t)
{
	const struct json *list = shape_get(in, MEMBER);
	uint64_t id;
	enum err e = ERR_OK;

	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = check_name(ctx, t, json_at(list, i));
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = append(ctx, t, json_at(list, i),
		    shape_get(in, "AttributeDefinitions"), false, &id);
	return e;
}

/* ---- changes */

static enum err
add(struct op_ctx *ctx, const struct json *in, struct table *t,
    const struct json *list, const struct json *one, uint64_t *ret_created)
{
	struct json *d CLEANUP(json_freep) = NULL;
	const struct json *defs = shape_get(in, "AttributeDefinitions");
	const size_t n = json_len(list);
	enum err e = check_one(ctx, list, n, one);

	if (e == ERR_OK)
		e = check_name(ctx, t, one);
	if (e == ERR_OK)
		e = check_count(ctx, n + 1);
	if (e == ERR_OK)
		e = index_def_check_included(ctx, t, vector_included(one));
	if (e == ERR_OK)
		e = extra_read(t, EXTRA_DESCRIPTION, &d);
	if (defs == NULL)
		defs = json_get(d, "AttributeDefinitions");
	return e == ERR_OK ? append(ctx, t, one, defs, true, ret_created) : e;
}

static enum err
drop_object(struct op_ctx *ctx, const struct table *t, struct str name)
{
	const struct table_index *x = vector_index(t, name);
	struct store_object o;
	enum err e;

	if (x == NULL)
		return ERR_OK;
	e = store_object_at(ctx->store, x->id, ctx->arena, &o);
	return e == ERR_OK ? store_object_end(ctx->store, &o, STORE_DEAD) : e;
}

static enum err
drop(struct op_ctx *ctx, struct table *t, const struct json *all,
    struct str name)
{
	struct buf list CLEANUP(buf_free) = BUF_INIT(KIB(512));
	struct buf heads CLEANUP(buf_free) = BUF_INIT(KIB(512));
	struct json *head CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_HEAD, &head);

	if (e != ERR_OK)
		return e;
	if (put_others(&list, all, "IndexName", name) == json_len(all))
		return op_fail(ctx, ERR_NOT_FOUND,
		    "Requested resource not found: Index %.*s for table %.*s",
		    STR_ARG(name), STR_ARG(t->row.name));
	buf_putc(&list, ']');
	(void)put_others(&heads, json_get(head, HEAD), "name", name);
	buf_putc(&heads, ']');
	if ((e = drop_object(ctx, t, name)) != ERR_OK ||
	    (e = set(ctx, t, EXTRA_REST, &list)) != ERR_OK)
		return e;
	return set(ctx, t, EXTRA_HEAD, &heads);
}

enum err
vector_update(struct op_ctx *ctx, const struct json *in, struct table *t,
    uint64_t *ret_created)
{
	const struct json *list = shape_get(in, "VectorIndexUpdates");
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *create = shape_get(json_at(list, 0), "Create");
	const struct json *delete = shape_get(json_at(list, 0), "Delete");
	enum err e;

	if (json_len(list) > 1)
		return op_fail(ctx, ERR_LIMIT,
		    "Subscriber limit exceeded: Only 1 online index can be "
		    "created or deleted simultaneously per table");
	if (create == NULL && delete == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "One of VectorIndexUpdate.Create, "
			    "VectorIndexUpdate.Delete must not be null");
	if (create != NULL && delete != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Only one vector index action is allowed per "
			    "VectorIndexUpdate object");
	if ((e = extra_read(t, EXTRA_REST, &rest)) != ERR_OK)
		return e;
	return create != NULL ?
	    add(ctx, in, t, json_get(rest, MEMBER), create, ret_created) :
	    drop(ctx, t, json_get(rest, MEMBER), name_of(delete));
}
