/* SPDX-License-Identifier: ISC */
/* What a table says of its vector indexes. */
#include <string.h>

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/vector.h"

static struct str
name_of(const struct json *one)
{
	return json_str(json_get(one, "IndexName"));
}

const struct table_index *
vector_index(const struct table *t, struct str name)
{
	for (size_t i = t->nindexes; i < t->nall; i++)
		if (str_eq(t->indexes[i].name, name))
			return &t->indexes[i];
	return NULL;
}

bool
vector_names(const struct json *list, struct str name)
{
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *all =
		    shape_get(json_at(list, i), "SearchSchema");

		for (size_t k = 0; k < json_len(all); k++)
			if (str_eq(name,
				json_str(json_get(json_at(all, k),
				    "AttributeName"))))
				return true;
	}
	return false;
}

/* One without an object was made by an older version, and is as if it were
 * being filled: a search reads the table. */
static enum err
put_one(struct op_ctx *ctx, const struct table *t, const char *status,
    const struct json *one, struct buf *out)
{
	const struct table_index *x = vector_index(t, name_of(one));
	const bool building = x == NULL || x->building;
	uint64_t items = 0, bytes = 0;
	enum err e = ERR_OK;

	if (x != NULL)
		e = store_object_count(ctx->store, x->id, &items, &bytes);
	json_put(out, one);
	out->len--; /* the brace */
	buf_printf(out, ",\"IndexStatus\":\"%s\"",
	    building || strcmp(status, "CREATING") == 0 ? "CREATING" :
							  "ACTIVE");
	if (building && strcmp(status, "CREATING") != 0)
		BUF_LIT(out, ",\"Backfilling\":true");
	buf_printf(out,
	    ",\"IndexSizeBytes\":%llu,\"ItemCount\":%llu,\"IndexArn\":"
	    "\"arn:aws:dynamodb:%.*s:000000000000:table/%.*s/index/",
	    (unsigned long long)bytes, (unsigned long long)items,
	    STR_ARG(ctx->region), STR_ARG(t->row.name));
	buf_puts(out, name_of(one));
	BUF_LIT(out, "\"}");
	return e;
}

enum err
vector_put(struct op_ctx *ctx, const struct table *t, const char *status,
    struct buf *out)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *list;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK || (list = json_get(rest, VECTOR_MEMBER)) == NULL)
		return e;
	answer_member(out, VECTOR_MEMBER);
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		buf_putc(out, i == 0 ? '[' : ',');
		e = put_one(ctx, t, status, json_at(list, i), out);
	}
	buf_putc(out, ']');
	return e;
}

enum err
vector_find(const struct table *t, struct str name, struct json **ret_rest,
    struct vector_index *ret)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *list;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	list = json_get(rest, VECTOR_MEMBER);
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *one = json_at(list, i);
		const struct str d =
		    json_str(json_get(one, "DistanceFunction"));

		if (!str_eq(name_of(one), name))
			continue;
		*ret = (struct vector_index){
			.name = name,
			.attribute = vector_attribute(one),
			.dimensions = (size_t)shape_int(one, "Dimensions", 0),
			.distance = str_eq(d, STR("COSINE")) ? VECTOR_COSINE :
			    str_eq(d, STR("EUCLIDEAN")) ? VECTOR_EUCLIDEAN :
							  VECTOR_DOT_PRODUCT,
			.one = one,
			.index = vector_index(t, name),
		};
		*ret_rest = TAKE(rest);
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}
