/* SPDX-License-Identifier: ISC */
/*
 * BatchWriteItem - up to 25 puts and deletes, of one transaction here: all
 * are carried out or none, and none is left over.
 */
#include "ddb/answer.h"
#include "ddb/collection.h"
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
	{ "RequestItems", SHAPE_MAP, SHAPE_REQUIRED | SHAPE_NAME | SHAPE_ARN,
	    .of = list, .min = 1, .max = LIMIT_BATCH_WRITE },
	{ NULL },
};

struct one {
	const struct json *map; /* the item, or the key alone */
	bool is_put;
	struct write write;
};

struct batch {
	struct one all[LIMIT_BATCH_WRITE]; /* table after table */
	size_t n;
};

static enum err
choose(struct op_ctx *ctx, const struct json *in, struct batch *b)
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
	one->is_put = put != NULL;
	one->map =
	    put != NULL ? json_get(put, "Item") : json_get(delete, "Key");
	return ERR_OK;
}

/* What each request is comes first, then what is in them. */
static enum err
prepare_table(struct op_ctx *ctx, const struct json *requests, struct batch *b)
{
	size_t first = b->n;
	enum err e = ERR_OK;

	for (size_t i = 0; i < json_len(requests) && e == ERR_OK; i++)
		e = choose(ctx, json_at(requests, i), b);
	for (size_t i = first; i < b->n && e == ERR_OK; i++) {
		struct one *one = &b->all[i];
		struct store_item *item = &one->write.item;

		e = one->is_put ? value_item(ctx, one->map, "", item) :
				  value_check_map(ctx, one->map, "");
		if (e == ERR_OK)
			e = value_item_fits(ctx, item);
	}
	return e;
}

static enum err
prepare(struct op_ctx *ctx, const struct json *in)
{
	struct batch *b = arena_alloc(ctx->arena, sizeof(*b));
	struct json_member m = { 0 };
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (b == NULL)
		return ERR_NO_MEMORY;
	ctx->prepared = b;
	while (e == ERR_OK && json_next(json_get(in, "RequestItems"), &m))
		e = prepare_table(ctx, m.value, b);
	return e;
}

/* One table's part of a batch that is carried out. */
struct part {
	struct op_ctx *ctx;
	const struct json *in;
	struct str name;
	struct one *all;
	size_t n;
	/* Members of the answer: lists or maps of what tables say. */
	struct buf *capacity, *collections;
};

static enum err
open_table(const struct part *p)
{
	struct table *t = arena_alloc(p->ctx->arena, sizeof(*t));

	for (size_t i = 0; i < p->n; i++)
		p->all[i].write.t = t;
	return t == NULL ? ERR_NO_MEMORY : table_open(p->ctx, p->name, t);
}

static bool
same_key(const struct store_key *a, const struct store_key *b)
{
	return str_eq(a->hash, b->hash) && str_eq(a->range, b->range);
}

/* What a key is not is said in the words for a key, though it is an item. */
static enum err
make_key(struct op_ctx *ctx, struct one *one)
{
	const struct table *t = one->write.t;

	if (!one->is_put)
		return key_of_map(ctx, t, one->map, &one->write.key);
	if (!key_fits(t, one->map))
		return op_fail(ctx, ERR_VALIDATION,
		    "The provided key element does not match the schema");
	return key_of_item(ctx, t, one->map, &one->write.key);
}

/* No two may be the same. */
static enum err
make_keys(const struct part *p)
{
	for (size_t i = 0; i < p->n; i++) {
		enum err e = make_key(p->ctx, &p->all[i]);

		if (e != ERR_OK)
			return e;
		for (size_t k = 0; k < i; k++)
			if (same_key(&p->all[i].write.key,
				&p->all[k].write.key))
				return op_fail(p->ctx, ERR_VALIDATION,
				    "Provided list of item keys contains "
				    "duplicates");
	}
	return ERR_OK;
}

/* Each item collection once. */
static enum err
put_collections(const struct part *p, const struct table *t)
{
	struct buf *out = p->collections;
	enum err e = ERR_OK;
	size_t k;

	buf_puts(out, out->len > 0 ? STR(",") : STR(""));
	json_put_str(out, t->asked);
	for (size_t i = 0; i < p->n && e == ERR_OK; i++) {
		const struct store_key *key = &p->all[i].write.key;

		for (k = 0; k < i; k++)
			if (str_eq(p->all[k].write.key.hash, key->hash))
				break;
		if (k < i)
			continue;
		buf_puts(out, i == 0 ? STR(":[") : STR(","));
		e = collection_put(p->ctx, t, key, out);
	}
	buf_putc(out, ']');
	return e;
}

static enum err
write_table(const struct part *p)
{
	const struct table *t = p->all[0].write.t;
	struct capacity used = { .t = t };
	enum err e = ERR_OK;

	for (size_t i = 0; i < p->n && e == ERR_OK; i++) {
		struct write *w = &p->all[i].write;

		e = store_get(p->ctx->store, &t->row, &w->key, &w->old);
		if (e == ERR_OK)
			e = write_apply(p->ctx, w, &used);
	}
	if (e == ERR_OK && answer_wants_capacity(p->in)) {
		if (p->capacity->len > 0)
			buf_putc(p->capacity, ',');
		answer_capacity(p->capacity, p->in, &used, CAPACITY_PLAIN);
	}
	if (e == ERR_OK && collection_wanted(p->in, t))
		e = put_collections(p, t);
	return e;
}

/* One step, with each table. */
static enum err
each_table(struct part p, enum err (*step)(const struct part *p))
{
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(json_get(p.in, "RequestItems"), &m)) {
		p.name = m.name;
		p.n = json_len(m.value);
		e = step(&p);
		p.all += p.n;
	}
	return e;
}

static void
put_answer(const struct part *p, struct buf *out)
{
	BUF_LIT(out, "{\"UnprocessedItems\":{}");
	if (p->collections->len > 0) {
		answer_member(out, "ItemCollectionMetrics");
		buf_putc(out, '{');
		buf_puts(out, buf_str(p->collections));
		buf_putc(out, '}');
	}
	if (answer_wants_capacity(p->in)) {
		answer_member(out, "ConsumedCapacity");
		buf_putc(out, '[');
		buf_puts(out, buf_str(p->capacity));
		buf_putc(out, ']');
	}
	buf_putc(out, '}');
}

static enum err
batch_write_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct buf capacity CLEANUP(buf_free) = BUF_INIT(KIB(512));
	struct buf collections CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct batch *b = ctx->prepared;
	const struct part p = { .ctx = ctx,
		.in = in,
		.all = b->all,
		.capacity = &capacity,
		.collections = &collections };
	enum err e;

	if ((e = each_table(p, open_table)) == ERR_OK &&
	    (e = each_table(p, make_keys)) == ERR_OK &&
	    (e = each_table(p, write_table)) == ERR_OK)
		put_answer(&p, out);
	return e;
}

const struct op op_batch_write_item = {
	.name = "BatchWriteItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY,
	.prepare = prepare,
	.run = batch_write_item,
};
