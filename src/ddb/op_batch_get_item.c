/* SPDX-License-Identifier: ISC */
/*
 * BatchGetItem - up to 100 items by their keys, of one moment here.
 *
 * What is past LIMIT_BATCH_BYTES of items is not read: those keys are given
 * back as UnprocessedKeys, with what belongs to them, so that they can be
 * asked for as they are.
 */
#include "ddb/answer.h"
#include "ddb/get.h"
#include "ddb/key.h"
#include "ddb/shape.h"

static const struct shape key[] = { { "member", SHAPE_MAP,
    SHAPE_FIELD | SHAPE_REQUIRED, .of = shape_value } };
static const struct shape members[] = {
	{ "Keys", SHAPE_LIST, SHAPE_REQUIRED, .of = key, .min = 1,
	    .max = LIMIT_BATCH_GET },
	{ "AttributesToGet", SHAPE_LIST, .of = shape_attribute, .min = 1,
	    .max = 255 },
	{ "ConsistentRead", SHAPE_BOOLEAN },
	{ "ProjectionExpression", SHAPE_STRING },
	SHAPE_NAMES,
	{ NULL },
};
static const struct shape keys_and_attributes[] = { { "member", SHAPE_STRUCT,
    SHAPE_REQUIRED, .of = members, .type = SHAPE_MODEL "KeysAndAttributes" } };
static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "RequestItems", SHAPE_MAP, SHAPE_REQUIRED | SHAPE_NAME,
	    .of = keys_and_attributes, .min = 1, .max = LIMIT_BATCH_GET },
	{ NULL },
};

struct batch {
	struct op_ctx *ctx;
	const struct json *in;
	const struct json *keys[LIMIT_BATCH_GET];
	struct expr_paths paths[LIMIT_BATCH_GET]; /* of a table; at its first */
	size_t n;
	uint64_t bytes; /* of items, as the API counts */
	bool full;
	struct buf *out, left, capacity;
};

static enum err
prepare_table(struct batch *b, const struct json *in)
{
	const struct json *keys = json_get(in, "Keys");
	size_t n = json_len(keys), first = b->n;

	if (n > LIMIT_BATCH_GET - b->n)
		return op_fail(b->ctx, ERR_VALIDATION,
		    "Too many items requested for the BatchGetItem call");
	for (size_t i = 0; i < n; i++)
		b->keys[b->n++] = json_at(keys, i);
	return get_prepare(b->ctx, in, true, &b->keys[first], n,
	    &b->paths[first]);
}

/* The keys as bytes; no two may be the same. */
static enum err
read_keys(struct batch *b, const struct table *t, size_t first, size_t n,
    struct store_key **ret)
{
	struct store_key *keys =
	    arena_alloc(b->ctx->arena, n * sizeof(*keys) + 1);

	if (keys == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		enum err e =
		    key_of_map(b->ctx, t, b->keys[first + i], &keys[i]);

		if (e != ERR_OK)
			return e;
		for (size_t k = 0; k < i; k++)
			if (str_eq(keys[i].hash, keys[k].hash) &&
			    str_eq(keys[i].range, keys[k].range))
				return op_fail(b->ctx, ERR_VALIDATION,
				    "Provided list of item keys contains "
				    "duplicates");
	}
	*ret = keys;
	return ERR_OK;
}

/* Is there room for one more item, or has the batch ended before it? */
static bool
fits(struct batch *b, const struct store_item *item)
{
	if (b->bytes + item->size > LIMIT_BATCH_BYTES ||
	    b->out->len + item->text.len > LIMIT_BATCH_BYTES)
		b->full = true;
	return !b->full;
}

static enum err
read_items(struct batch *b, const struct table *t, const struct json *in,
    size_t first, const struct store_key *keys, size_t *ret_done)
{
	bool consistent = shape_bool(in, "ConsistentRead"), some = false;
	size_t i = 0, n = json_len(json_get(in, "Keys"));
	struct capacity used = { .t = t };
	enum err e = ERR_OK;

	for (; i < n && e == ERR_OK && !b->full; i++) {
		struct store_item item = { 0 };

		e = store_get(b->ctx->store, &t->row, &keys[i], &item);
		if (e != ERR_OK || (item.text.p != NULL && !fits(b, &item)))
			break;
		used.table +=
		    answer_read_halves(item.text.p == NULL ? 0 : item.size,
			consistent);
		if (item.text.p == NULL)
			continue;
		b->bytes += item.size;
		if (some)
			buf_putc(b->out, ',');
		some = true;
		e = get_put(b->out, item.text, &b->paths[first]);
	}
	*ret_done = i;
	if (used.table > 0 && answer_wants_capacity(b->in)) {
		if (b->capacity.len > 0)
			buf_putc(&b->capacity, ',');
		answer_capacity(&b->capacity, b->in, &used, CAPACITY_PLAIN);
	}
	return e;
}

/* The keys from the given one on, and how they were to be read. */
static void
put_left(struct batch *b, struct str name, const struct json *in, size_t from)
{
	const struct json *keys = json_get(in, "Keys");
	struct buf *out = &b->left;

	if (from == json_len(keys))
		return;
	if (out->len > 0)
		buf_putc(out, ',');
	json_put_str(out, name);
	BUF_LIT(out, ":{\"Keys\":[");
	for (size_t i = from; i < json_len(keys); i++) {
		if (i > from)
			buf_putc(out, ',');
		json_put(out, json_at(keys, i));
	}
	buf_putc(out, ']');
	for (const struct shape *s = &members[1]; s->name != NULL; s++) {
		if (shape_get(in, s->name) == NULL)
			continue;
		answer_member(out, s->name);
		json_put(out, shape_get(in, s->name));
	}
	buf_putc(out, '}');
}

static enum err
read_table(struct batch *b, struct str name, const struct json *in,
    size_t first)
{
	size_t n = json_len(json_get(in, "Keys")), done = 0;
	struct store_key *keys = NULL;
	struct table t;
	enum err e = table_open(b->ctx, name, &t);

	if (e == ERR_OK)
		e = get_check_table(b->ctx, &t, &b->paths[first]);
	if (e == ERR_OK)
		e = read_keys(b, &t, first, n, &keys);
	if (e != ERR_OK)
		return e;
	if (first > 0)
		buf_putc(b->out, ',');
	json_put_str(b->out, name);
	BUF_LIT(b->out, ":[");
	e = read_items(b, &t, in, first, keys, &done);
	buf_putc(b->out, ']');
	put_left(b, name, in, done);
	return e;
}

static enum err
run(struct batch *b)
{
	const struct json *tables = json_get(b->in, "RequestItems");
	struct json_member m = { 0 };
	size_t first = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(tables, &m))
		e = prepare_table(b, m.value);
	BUF_LIT(b->out, "{\"Responses\":{");
	m = (struct json_member){ 0 };
	while (e == ERR_OK && json_next(tables, &m)) {
		e = read_table(b, m.name, m.value, first);
		first += json_len(json_get(m.value, "Keys"));
	}
	if (e == ERR_OK)
		e = buf_err(&b->left);
	BUF_LIT(b->out, "},\"UnprocessedKeys\":{");
	buf_puts(b->out, buf_str(&b->left));
	buf_putc(b->out, '}');
	if (answer_wants_capacity(b->in)) {
		BUF_LIT(b->out, ",\"ConsumedCapacity\":[");
		buf_puts(b->out, buf_str(&b->capacity));
		buf_putc(b->out, ']');
	}
	buf_putc(b->out, '}');
	return e;
}

static enum err
batch_get_item(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct batch b = { .ctx = ctx,
		.in = in,
		.out = out,
		.left = BUF_INIT(LIMIT_BODY),
		.capacity = BUF_INIT(KIB(64)) };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = run(&b);
	buf_free(&b.left);
	buf_free(&b.capacity);
	return e;
}

const struct op op_batch_get_item = {
	.name = "BatchGetItem",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_ITEM,
	.eventual = true,
	.run = batch_get_item,
};
