/* SPDX-License-Identifier: ISC */
#include "ddb/index_def.h"

#include "ddb/table_def.h"

#define INVALID "One or more parameter values were invalid: "

static struct str
attribute_name(const struct json *list, size_t i)
{
	return json_str(json_get(json_at(list, i), "AttributeName"));
}

char
index_def_type(const struct json *defs, struct str name)
{
	for (size_t i = 0; i < json_len(defs); i++)
		if (str_eq(attribute_name(defs, i), name))
			return json_str(
			    json_get(json_at(defs, i), "AttributeType"))
			    .p[0];
	return '\0';
}

static void
put_names(struct buf *out, const struct json *list)
{
	for (size_t i = 0; i < json_len(list); i++) {
		if (i > 0)
			BUF_LIT(out, ", ");
		buf_puts(out, attribute_name(list, i));
	}
}

static enum err
not_defined(struct op_ctx *ctx, const struct json *schema,
    const struct json *defs)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL * 2);

	BUF_LIT(&text, "Keys: [");
	put_names(&text, schema);
	BUF_LIT(&text, "], AttributeDefinitions: [");
	put_names(&text, defs);
	BUF_LIT(&text, "]");
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "Some index key attributes are not defined in "
		    "AttributeDefinitions. %.*s",
	    STR_ARG(buf_str(&text)));
}

static bool
is_hash(const struct json *schema, size_t i)
{
	return str_eq(json_str(json_get(json_at(schema, i), "KeyType")),
	    STR("HASH"));
}

/* HASH attributes, then RANGE attributes, as many as there may be. */
static enum err
check_order(struct op_ctx *ctx, const struct json *schema, bool global)
{
	size_t n = json_len(schema), hashes = 0, ranges = 0;
	size_t most = global ? TABLE_KEYS_MAX : 1;

	if (!is_hash(schema, 0))
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: The first KeySchemaElement is not a "
		    "HASH key type");
	for (size_t i = 0; i < n; i++) {
		if (!is_hash(schema, i))
			ranges++;
		else if (ranges == 0)
			hashes++;
		else
			return op_fail(ctx, ERR_VALIDATION,
			    "Invalid KeySchema: HASH key elements must come "
			    "before RANGE key elements");
	}
	if (!global && hashes > 1)
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: The second KeySchemaElement is not a "
		    "RANGE key type");
	if (hashes > most || ranges > most)
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: The number of %s key elements exceeds "
		    "the limit of %zu",
		    hashes > most ? "HASH" : "RANGE", most);
	return ERR_OK;
}

enum err
index_def_check_keys(struct op_ctx *ctx, const struct json *schema,
    const struct json *defs, bool global)
{
	size_t n = json_len(schema);

	for (size_t i = 0; i < n; i++)
		if (index_def_type(defs, attribute_name(schema, i)) == '\0')
			return not_defined(ctx, schema, defs);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (str_eq(attribute_name(schema, i),
				attribute_name(schema, k)))
				return op_fail(ctx, ERR_VALIDATION,
				    "Both the Hash Key and the Range Key "
				    "element in the KeySchema have the same "
				    "name");
	return check_order(ctx, schema, global);
}

static enum err
check_local(struct op_ctx *ctx, const struct index_def *d)
{
	const struct json *schema = json_get(d->one, "KeySchema");
	struct str name = json_str(json_get(d->one, "IndexName"));
	struct str hash = attribute_name(schema, 0);

	if (json_len(schema) != 2)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Index KeySchema does not have a range key for "
			    "index: %.*s",
		    STR_ARG(name));
	if (!str_eq(hash, d->table_hash))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Index KeySchema does not have the same leading "
			    "hash key as table KeySchema for index: %.*s. "
			    "index hash key: %.*s, table hash key: %.*s",
		    STR_ARG(name), STR_ARG(hash), STR_ARG(d->table_hash));
	return ERR_OK;
}

static enum err
check_projection(struct op_ctx *ctx, const struct index_def *d)
{
	const struct json *p = json_get(d->one, "Projection");
	struct str type = json_str(shape_get(p, "ProjectionType"));
	const struct json *names = shape_get(p, "NonKeyAttributes");
	bool include = str_eq(type, STR("INCLUDE"));

	if (type.p == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Unknown ProjectionType: null");
	if (names != NULL && !include)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ProjectionType is %.*s, but NonKeyAttributes is "
			    "specified",
		    STR_ARG(type));
	if (names == NULL && include)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ProjectionType is INCLUDE, but NonKeyAttributes "
			    "is not specified");
	return ERR_OK;
}

static enum err
check_units(struct op_ctx *ctx, const struct index_def *d)
{
	const struct json *units = shape_get(d->one, "ProvisionedThroughput");
	struct str name = json_str(json_get(d->one, "IndexName"));

	if (d->demand && units != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ProvisionedThroughput should not be specified "
			    "for index: %.*s when BillingMode is "
			    "PAY_PER_REQUEST",
		    STR_ARG(name));
	if (!d->demand && units == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ProvisionedThroughput must be specified for "
			    "index: %.*s",
		    STR_ARG(name));
	return table_def_check_units(ctx, units);
}

enum err
index_def_check(struct op_ctx *ctx, const struct index_def *d)
{
	enum err e = index_def_check_keys(ctx, json_get(d->one, "KeySchema"),
	    d->defs, !d->local);

	if (e == ERR_OK && d->local)
		e = check_local(ctx, d);
	if (e == ERR_OK)
		e = check_projection(ctx, d);
	return e == ERR_OK && !d->local ? check_units(ctx, d) : e;
}

size_t
index_def_included(const struct json *one)
{
	return json_len(
	    shape_get(json_get(one, "Projection"), "NonKeyAttributes"));
}

enum err
index_def_check_included(struct op_ctx *ctx, const struct table *t, size_t more)
{
	for (size_t i = 0; i < t->nall; i++)
		more += t->indexes[i].nshown - t->indexes[i].nkeys;
	return more <= LIMIT_INCLUDED ?
	    ERR_OK :
	    op_fail(ctx, ERR_VALIDATION,
		INVALID "Number of NonKeyAttributes of all indexes exceeds "
			"the per-table limit of %d",
		LIMIT_INCLUDED);
}

void
index_def_put_keys(struct buf *out, const struct json *schema,
    const struct json *defs)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(schema); i++) {
		struct str name = attribute_name(schema, i);

		if (i > 0)
			buf_putc(out, ',');
		buf_putc(out, '[');
		json_put_str(out, name);
		buf_printf(out, ",\"%c\"]", index_def_type(defs, name));
	}
	buf_putc(out, ']');
}

void
index_def_put_head(struct buf *out, const struct index_def *d, uint64_t id,
    bool building)
{
	const struct json *schema = json_get(d->one, "KeySchema");
	const struct json *p = json_get(d->one, "Projection");
	struct str type = json_str(json_get(p, "ProjectionType"));
	size_t hashes = 0;

	while (hashes < json_len(schema) && is_hash(schema, hashes))
		hashes++;
	buf_printf(out, "{\"id\":%llu,\"name\":", (unsigned long long)id);
	json_put(out, json_get(d->one, "IndexName"));
	buf_printf(out, ",\"hashes\":%zu,\"keys\":", hashes);
	index_def_put_keys(out, schema, d->defs);
	if (str_eq(type, STR("INCLUDE"))) {
		BUF_LIT(out, ",\"shows\":");
		json_put(out, json_get(p, "NonKeyAttributes"));
	} else if (str_eq(type, STR("KEYS_ONLY"))) {
		BUF_LIT(out, ",\"shows\":[]");
	}
	if (d->local)
		BUF_LIT(out, ",\"local\":true");
	if (building)
		BUF_LIT(out, ",\"building\":true");
	buf_putc(out, '}');
}

void
index_def_put(struct buf *out, const struct index_def *d)
{
	static const char *const names[] = { "IndexName", "KeySchema",
		"Projection", "OnDemandThroughput" };

	buf_putc(out, '{');
	for (size_t i = 0; i < NELEM(names); i++)
		table_def_put_as(out, table_create_index_shape, d->one,
		    names[i]);
	if (!d->local) {
		table_def_put_units(out,
		    shape_get(d->one, "ProvisionedThroughput"));
		table_def_put_warm(out, shape_get(d->one, "WarmThroughput"));
	}
	buf_putc(out, '}');
}

enum err
index_def_create(struct op_ctx *ctx, const struct store_table *row,
    struct str name, uint64_t *ret_id)
{
	struct store_object o = { .parent = row->id,
		.space = row->space,
		.kind = STORE_INDEX,
		.def = STR_INIT("{}") };
	const char *text = arena_printf(ctx->arena, "%.*s/%.*s",
	    STR_ARG(row->name), STR_ARG(name));
	enum err e;

	if (text == NULL)
		return ERR_NO_MEMORY;
	o.name = str_from(text);
	if ((e = store_object_create(ctx->store, &o)) == ERR_OK)
		*ret_id = o.id;
	return e;
}
