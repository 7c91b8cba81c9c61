/* SPDX-License-Identifier: ISC */
/* What a search may ask for beside the vector. */
#include "ddb/vector.h"

struct reader {
	struct op_ctx *ctx;
	const struct vector_index *index;
	const struct json *schema, *hash;
};

static struct str
schema_name(const struct reader *r, size_t i)
{
	return json_str(json_get(json_at(r->schema, i), "AttributeName"));
}

static bool
is_hash(const struct reader *r, size_t i)
{
	return str_eq(json_str(json_get(json_at(r->schema, i),
			  "SearchSchemaElementType")),
	    STR("HASH"));
}

/* The partition that is asked for: a key of the type that is defined. */
static enum err
take_hash(struct reader *r, const struct json *value)
{
	const struct table_index *x = r->index->index;
	const struct table_key *key = x == NULL ? NULL : &x->schema.keys[0];
	const struct json *content;
	const char *type = value_type_name(value_type(value, &content));

	r->hash = value;
	if (key == NULL || key->type == TABLE_KEY_ANY ||
	    str_eq(str_from(type), (struct str){ &key->type, 1 }))
		return ERR_OK;
	return op_fail(r->ctx, ERR_VALIDATION,
	    "Type of '%.*s' attribute in SearchConditionExpression (%s) does "
	    "not match type in search schema (%c)",
	    STR_ARG(key->name), type, key->type);
}

static enum err
check(struct reader *r, const struct expr *x)
{
	const struct expr *path, *value;
	enum err e = ERR_OK;

	if (x->kind == EXPR_AND) {
		for (size_t i = 0; i < x->n && e == ERR_OK; i++)
			e = check(r, x->args[i]);
		return e;
	}
	if (x->kind != EXPR_EQ)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "Invalid SearchConditionExpression: Invalid comparator "
		    "used in SearchConditionExpression");
	path = x->args[0]->kind == EXPR_PATH ? x->args[0] : x->args[1];
	value = path == x->args[0] ? x->args[1] : x->args[0];
	if (path->kind != EXPR_PATH || value->kind != EXPR_VALUE ||
	    path->path.n != 1)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "Invalid SearchConditionExpression: "
		    "SearchConditionExpression cannot have conditions on "
		    "nested attributes");
	for (size_t i = 0; i < json_len(r->schema); i++)
		if (str_eq(schema_name(r, i), path->path.steps[0].name))
			return is_hash(r, i) ? take_hash(r, value->value) :
					       ERR_OK;
	return op_fail(r->ctx, ERR_VALIDATION,
	    "SearchConditionExpression must not contain any attributes that "
	    "is not in SearchSchema. Invalid attribute: %.*s",
	    STR_ARG(path->path.steps[0].name));
}

enum err
vector_condition(struct op_ctx *ctx, const struct vector_index *v,
    const struct expr *condition, const struct json **ret_hash)
{
	struct reader r = { .ctx = ctx,
		.index = v,
		.schema = json_get(v->one, "SearchSchema") };
	enum err e = condition == NULL ? ERR_OK : check(&r, condition);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < json_len(r.schema); i++)
		if (is_hash(&r, i) && r.hash == NULL)
			return op_fail(ctx, ERR_VALIDATION,
			    "SearchConditionExpression must be provided when "
			    "SearchSchema has a HASH key");
	*ret_hash = r.hash;
	return ERR_OK;
}
