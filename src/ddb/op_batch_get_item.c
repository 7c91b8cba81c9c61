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
	{ "RequestItems", SHAPE_MAP, SHAPE_REQUIRED | SHAPE_NAME | SHAPE_ARN,
	    .of = keys_and_attributes, .min = 1, .max = LIMIT_BATCH_GET },
	{ NULL },
};

/* What is asked of one table. */
struct part {
	struct str name;
	const struct json *in;
	size_t n; /* keys */
	struct str *texts;
	struct store_key *keys;
	struct expr_paths paths;
	struct table t;
};

struct batch {
	struct op_ctx *ctx;
	const struct json *in;
	struct part *parts;
	size_t n;
	size_t keys;    /* of all parts */
	uint64_t bytes; /* of items, as the API counts */
	bool full;
	struct buf *out, left, capacity;
};

static enum err
refuse_duplicate(struct op_ctx *ctx)
{
	return op_fail(ctx, ERR_VALIDATION,
	    "Provided list of item keys contains duplicates");
}

/* The values of the i-th key, and whether it was there before: before the
 * table is looked for, if it was written in the same way. */
static enum err
prepare_key(struct batch *b, struct part *p, size_t i)
{
	const struct json *map = json_at(json_get(p->in, "Keys"), i);
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_ITEM);
	struct value_out w = { .ctx = b->ctx, .out = &text, .prefix = "" };
	enum err e = value_put_map(&w, map);

	if (e == ERR_OK)
		e = buf_err(&text);
	if (e != ERR_OK)
		return e;
	p->texts[i] = arena_str(b->ctx->arena, buf_str(&text));
	if (p->texts[i].p == NULL)
		return ERR_NO_MEMORY;
	for (size_t k = 0; k < i; k++)
		if (str_eq(p->texts[i], p->texts[k]))
			return refuse_duplicate(b->ctx);
	if (b->keys++ == LIMIT_BATCH_GET)
		return op_fail(b->ctx, ERR_VALIDATION,
		    "Too many items requested for the BatchGetItem call");
	return ERR_OK;
}

static enum err
prepare_table(struct batch *b, struct str name, const struct json *in)
{
	struct part *p = &b->parts[b->n];
	struct arena *a = b->ctx->arena;
	enum err e;

	b->n++;
	p->name = name;
	p->in = in;
	p->n = json_len(json_get(in, "Keys"));
	p->texts = arena_alloc(a, p->n * sizeof(*p->texts));
	p->keys = arena_alloc(a, p->n * sizeof(*p->keys));
	if (p->texts == NULL || p->keys == NULL)
		return ERR_NO_MEMORY;
	e = get_prepare(b->ctx, in, true, NULL, 0, &p->paths);
	for (size_t i = 0; i < p->n && e == ERR_OK; i++)
		e = prepare_key(b, p, i);
	return e;
}

/* The keys as bytes; no two may be the same, however they were written. */
static enum err
make_keys(struct batch *b, struct part *p)
{
	for (size_t i = 0; i < p->n; i++) {
		enum err e = key_of_map(b->ctx, &p->t,
		    json_at(json_get(p->in, "Keys"), i), &p->keys[i]);

		if (e != ERR_OK)
			return e;
		for (size_t k = 0; k < i; k++)
			if (str_eq(p->keys[i].hash, p->keys[k].hash) &&
			    str_eq(p->keys[i].range, p->keys[k].range))
				return refuse_duplicate(b->ctx);
	}
	return ERR_OK;
}

/* Each table and its keys, then what is to be shown. */
static enum err
open_all(struct batch *b)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < b->n && e == ERR_OK; i++) {
		e = table_open(b->ctx, b->parts[i].name, &b->parts[i].t);
		if (e == ERR_OK)
			e = make_keys(b, &b->parts[i]);
	}
	for (size_t i = 0; i < b->n && e == ERR_OK; i++)
		e = get_check_table(b->ctx, &b->parts[i].t, &b->parts[i].paths);
	return e;
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

/* *ret_done: so many of the keys. */
static enum err
read_items(struct batch *b, const struct part *p, size_t *ret_done)
{
	bool consistent = shape_bool(p->in, "ConsistentRead"), some = false;
	struct capacity used = { .t = &p->t };
	enum err e = ERR_OK;
	size_t i = 0;

	for (; i < p->n && e == ERR_OK && !b->full; i++) {
		struct store_item item = { 0 };

		e = store_get(b->ctx->store, &p->t.row, &p->keys[i], &item);
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
		e = get_put(b->out, item.text, &p->paths);
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
put_left(struct batch *b, const struct part *p, size_t from)
{
	const struct json *keys = json_get(p->in, "Keys");
	struct buf *out = &b->left;

	if (from == p->n)
		return;
	if (out->len > 0)
		buf_putc(out, ',');
	json_put_str(out, p->name);
	BUF_LIT(out, ":{\"Keys\":[");
	for (size_t i = from; i < p->n; i++) {
		if (i > from)
			buf_putc(out, ',');
		json_put(out, json_at(keys, i));
	}
	buf_putc(out, ']');
	for (const struct shape *s = &members[1]; s->name != NULL; s++) {
		if (shape_get(p->in, s->name) == NULL)
			continue;
		answer_member(out, s->name);
		json_put(out, shape_get(p->in, s->name));
	}
	buf_putc(out, '}');
}

static enum err
read_all(struct batch *b)
{
	enum err e = ERR_OK;
	size_t done = 0;

	for (size_t i = 0; i < b->n && e == ERR_OK; i++) {
		const struct part *p = &b->parts[i];

		if (i > 0)
			buf_putc(b->out, ',');
		json_put_str(b->out, p->name);
		BUF_LIT(b->out, ":[");
		e = read_items(b, p, &done);
		buf_putc(b->out, ']');
		put_left(b, p, done);
	}
	return e == ERR_OK ? buf_err(&b->left) : e;
}

static enum err
run(struct batch *b)
{
	const struct json *tables = json_get(b->in, "RequestItems");
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	b->parts =
	    arena_alloc(b->ctx->arena, json_len(tables) * sizeof(*b->parts));
	if (b->parts == NULL)
		return ERR_NO_MEMORY;
	while (e == ERR_OK && json_next(tables, &m))
		e = prepare_table(b, m.name, m.value);
	if (e == ERR_OK)
		e = open_all(b);
	if (e != ERR_OK)
		return e;
	BUF_LIT(b->out, "{\"Responses\":{");
	e = read_all(b);
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
