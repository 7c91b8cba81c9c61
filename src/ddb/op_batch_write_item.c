/* SPDX-License-Identifier: ISC */
/*
 * BatchWriteItem - up to 25 puts and deletes, of one transaction here: all
 * are carried out or none, and none is left over.
 */
#include "ddb/answer.h"
#include "ddb/key.h"
#include "ddb/shape.h"
#include "ddb/write.h"

static const struct shape delete_request[] = {
	{ "Key", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ NULL },
};
static const struct shape put_request[] = {
	{ "Item", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ NULL },
};
static const struct shape write_request[] = {
	{ "DeleteRequest", SHAPE_STRUCT, SHAPE_FIELD, .of = delete_request,
	    .type = SHAPE_MODEL "DeleteRequest" },
	{ "PutRequest", SHAPE_STRUCT, SHAPE_FIELD, .of = put_request,
	    .type = SHAPE_MODEL "PutRequest" },
	{ NULL },
};
static const struct shape element[] = { { "member", SHAPE_STRUCT,
    .of = write_request, .type = SHAPE_MODEL "WriteRequest" } };
static const struct shape list[] = { { "member", SHAPE_LIST,
    SHAPE_FIELD | SHAPE_REQUIRED, .of = element,
    .type = "java.util.List<" SHAPE_MODEL "WriteRequest>", .min = 1,
    .max = LIMIT_BATCH_WRITE } };

static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "ReturnItemCollectionMetrics", SHAPE_STRING, .values = "SIZE, NONE" },
	{ "RequestItems", SHAPE_MAP, SHAPE_REQUIRED | SHAPE_NAME, .of = list,
	    .min = 1 },
	{ NULL },
};

struct one {
	const struct json *map; /* the item, or the key alone */
	bool is_put;
	struct write write;
};

struct batch {
	struct one all[LIMIT_BATCH_WRITE];
	size_t n;
};

/* The canonical text of an item, into the arena. */
static enum err
prepare_put(struct op_ctx *ctx, struct one *one)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out v = { .ctx = ctx, .out = &text, .prefix = "" };
	struct store_item *item = &one->write.item;
	enum err e = value_put_map(&v, one->map);

	if (e != ERR_OK)
		return e;
	if (v.size > LIMIT_ITEM)
		return op_fail(ctx, ERR_VALIDATION,
		    "Item size has exceeded the maximum allowed size");
	item->size = v.size;
	item->text = arena_str(ctx->arena, buf_str(&text));
	return item->text.p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
prepare_one(struct op_ctx *ctx, const struct json *in, struct batch *b)
{
	const struct json *put = shape_get(in, "PutRequest");
	const struct json *delete = shape_get(in, "DeleteRequest");
	struct one *one;

	if (b->n == LIMIT_BATCH_WRITE)
		return op_fail(ctx, ERR_VALIDATION,
		    "Too many items requested for the BatchWriteItem call");
	/* In these words, though it is no AttributeValue. */
	if ((put == NULL) == (delete == NULL))
		return op_fail(ctx, ERR_VALIDATION,
		    "Supplied AttributeValue has more than one datatypes "
		    "set, must contain exactly one of the supported "
		    "datatypes");
	one = &b->all[b->n++];
	*one = (struct one){ .is_put = put != NULL };
	one->map =
	    put != NULL ? json_get(put, "Item") : json_get(delete, "Key");
	return one->is_put ? prepare_put(ctx, one) :
			     value_check_map(ctx, one->map, "");
}

static enum err
prepare(struct op_ctx *ctx, const struct json *in, struct batch *b)
{
	struct json_member m = { 0 };
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	while (json_next(json_get(in, "RequestItems"), &m))
		for (size_t i = 0; i < json_len(m.value); i++) {
			e = prepare_one(ctx, json_at(m.value, i), b);
			if (e != ERR_OK)
				return e;
		}
	return ERR_OK;
}

static bool
same_key(const struct store_key *a, const struct store_key *b)
{
	return str_eq(a->hash, b->hash) && str_eq(a->range, b->range);
}

/* The keys of one table's writes; no two may be the same. */
static enum err
keys(struct op_ctx *ctx, const struct table *t, struct one *all, size_t n)
{
	enum err e;

	for (size_t i = 0; i < n; i++) {
		struct store_key *key = &all[i].write.key;

		/* In the words for a key, though it is an item. */
		if (all[i].is_put && !key_types_fit(t, all[i].map))
			return op_fail(ctx, ERR_VALIDATION,
			    "The provided key element does not match the "
			    "schema");
		e = all[i].is_put ? key_of_item(ctx, t, all[i].map, key) :
				    key_of_map(ctx, t, all[i].map, key);
		if (e != ERR_OK)
			return e;
		for (size_t k = 0; k < i; k++)
			if (same_key(key, &all[k].write.key))
				return op_fail(ctx, ERR_VALIDATION,
				    "Provided list of item keys contains "
				    "duplicates");
	}
	return ERR_OK;
}

/* Members of the answer, which are lists or maps of what tables say. */
struct parts {
	struct buf capacity, collections;
};

/* Each item collection once. */
static enum err
put_collections(struct op_ctx *ctx, const struct table *t,
    const struct one *all, size_t n, struct buf *out)
{
	enum err e = ERR_OK;
	size_t k;

	buf_puts(out, out->len > 0 ? STR(",") : STR(""));
	json_put_str(out, t->row.name);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		const struct store_key *key = &all[i].write.key;

		for (k = 0; k < i; k++)
			if (str_eq(all[k].write.key.hash, key->hash))
				break;
		if (k < i)
			continue;
		buf_puts(out, i == 0 ? STR(":[") : STR(","));
		e = write_put_collection(ctx, t, key, out);
	}
	buf_putc(out, ']');
	return e;
}

static enum err
write_table(struct op_ctx *ctx, const struct json *in, struct str name,
    struct one *all, size_t n, struct parts *out)
{
	/* The writes point to it beyond this function. */
	struct table *t = arena_alloc(ctx->arena, sizeof(*t));
	struct capacity used = { .t = t };
	enum err e = t == NULL ? ERR_NO_MEMORY : table_open(ctx, name, t);

	if (e == ERR_OK)
		e = keys(ctx, t, all, n);
	for (size_t i = 0; i < n && e == ERR_OK; i++) {
		struct write *w = &all[i].write;

		w->t = t;
		e = store_get(ctx->store, &t->row, &w->key, &w->old);
		if (e == ERR_OK)
			e = write_apply(ctx, w, &used);
	}
	if (e == ERR_OK && answer_wants_capacity(in)) {
		if (out->capacity.len > 0)
			buf_putc(&out->capacity, ',');
		answer_capacity(&out->capacity, in, &used, CAPACITY_PLAIN);
	}
	if (e == ERR_OK && write_wants_collection(in, t))
		e = put_collections(ctx, t, all, n, &out->collections);
	return e;
}

static void
put_parts(const struct json *in, const struct parts *p, struct buf *out)
{
	BUF_LIT(out, "{\"UnprocessedItems\":{}");
	if (p->collections.len > 0) {
		answer_member(out, "ItemCollectionMetrics");
		buf_putc(out, '{');
		buf_puts(out, buf_str(&p->collections));
		buf_putc(out, '}');
	}
	if (answer_wants_capacity(in)) {
		answer_member(out, "ConsumedCapacity");
		buf_putc(out, '[');
		buf_puts(out, buf_str(&p->capacity));
		buf_putc(out, ']');
	}
	buf_putc(out, '}');
}

static enum err
batch_write_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct parts parts = { BUF_INIT(KIB(512)), BUF_INIT(MIB(1)) };
	struct batch b = { .n = 0 };
	struct json_member m = { 0 };
	struct one *all = b.all;
	enum err e = prepare(ctx, in, &b);

	while (e == ERR_OK && json_next(json_get(in, "RequestItems"), &m)) {
		e = write_table(ctx, in, m.name, all, json_len(m.value),
		    &parts);
		all += json_len(m.value);
	}
	if (e == ERR_OK)
		put_parts(in, &parts, out);
	buf_free(&parts.capacity);
	buf_free(&parts.collections);
	return e;
}

const struct op op_batch_write_item = {
	.name = "BatchWriteItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY,
	.run = batch_write_item,
};
