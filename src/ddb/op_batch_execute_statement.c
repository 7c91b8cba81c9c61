/* SPDX-License-Identifier: ISC */
/*
 * BatchExecuteStatement - up to 25 statements of PartiQL, each of one item;
 * all read or all write.  One that fails does not hold up the others.
 */
#include "ddb/key.h"
#include "ddb/partiql_plan.h"
#include "ddb/shape.h"

static const struct shape statement[] = {
	PARTIQL_SHAPES,
	{ "ConsistentRead", SHAPE_BOOLEAN },
	{ NULL },
};
static const struct shape element[] = { { "member", SHAPE_STRUCT,
    SHAPE_REQUIRED, .of = statement,
    .type = SHAPE_MODEL "BatchStatementRequest" } };
static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "Statements", SHAPE_LIST, SHAPE_REQUIRED, .of = element, .min = 1,
	    .max = LIMIT_BATCH_STATEMENTS },
	{ NULL },
};

struct one {
	const struct json *in;
	struct statement s;
	struct action a; /* for a read: its table and key */
	struct capacity used;
	struct buf item;
	const char *code; /* of its error, NULL: there is none */
	struct str message;
};

struct batch {
	struct one all[LIMIT_BATCH_STATEMENTS];
	size_t n;
};

/* NULL: no error, or none of a statement's own.  What a token may not do is
 * refused as a whole, so that it is seen. */
static const char *
code(enum err e)
{
	return e == ERR_CONDITION ? "ConditionalCheckFailed" :
	    e == ERR_DUPLICATE    ? "DuplicateItem" :
	    e == ERR_COLLECTION   ? "ItemCollectionSizeLimitExceeded" :
	    e == ERR_NOT_FOUND    ? "ResourceNotFound" :
	    e == ERR_VALIDATION   ? "ValidationError" :
				    NULL;
}

static enum err
read_one(struct op_ctx *ctx, struct one *one)
{
	struct action *a = &one->a;
	bool consistent = shape_bool(one->in, "ConsistentRead");
	uint64_t size;
	enum err e = partiql_open(ctx, &one->s, &a->t);

	if (e == ERR_OK)
		e = partiql_key(ctx, &a->t, &one->s, &a->map, &a->condition);
	if (e != ERR_OK)
		return e;
	if (a->map == NULL || one->s.index.p != NULL || one->s.norder > 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "Select statements within BatchExecuteStatement must "
		    "specify the primary key in the where clause.");
	e = key_of_map(ctx, &a->t, a->map, &a->key);
	if (e == ERR_OK)
		e = partiql_get(ctx, &a->t, &one->s, &a->key, a->condition,
		    &one->item, &size);
	if (e != ERR_OK)
		return e;
	one->used = (struct capacity){ .t = &a->t,
		.table = answer_read_halves(size, consistent) };
	return ERR_OK;
}

static enum err
write_one(struct op_ctx *ctx, struct one *one)
{
	enum err e = partiql_action(ctx, one->in, &one->s, &one->a);

	if (e == ERR_OK)
		e = transact_one(ctx, &one->a, &one->used);
	if (e == ERR_OK && one->a.error != ERR_OK)
		return op_fail(ctx, one->a.error, "%.*s", STR_ARG(one->a.text));
	return e == ERR_OK ?
	    partiql_put_returned(ctx, &one->s, &one->a, &one->item) :
	    e;
}

static enum err
run_one(struct op_ctx *ctx, struct one *one)
{
	enum err e = partiql_begin(ctx, one->in, &one->s);

	if (e != ERR_OK)
		return e;
	if (one->s.kind == STATEMENT_EXISTS)
		return op_fail(ctx, ERR_VALIDATION,
		    "EXISTS can only be used in transactions");
	return one->s.kind == STATEMENT_SELECT ? read_one(ctx, one) :
						 write_one(ctx, one);
}

static bool
same_item(const struct one *a, const struct one *b)
{
	return a->a.key.hash.p != NULL && b->a.key.hash.p != NULL &&
	    a->a.t.row.id == b->a.t.row.id &&
	    str_eq(a->a.key.hash, b->a.key.hash) &&
	    str_eq(a->a.key.range, b->a.key.range);
}

/* What is the statement's own fault stays with it. */
static enum err
run_all(struct op_ctx *ctx, struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct one *one = &b->all[i];
		enum err e;

		ctx->message = (struct str){ NULL, 0 };
		e = run_one(ctx, one);
		one->code = code(e);
		if (e != ERR_OK && one->code == NULL)
			return e;
		one->message = ctx->message.p != NULL ?
		    ctx->message :
		    str_from(err_row(e)->text);
		for (size_t k = 0; k < i; k++)
			if (same_item(one, &b->all[k]))
				return op_fail(ctx, ERR_VALIDATION,
				    "Provided list of item keys contains "
				    "duplicates");
	}
	ctx->message = (struct str){ NULL, 0 };
	return ERR_OK;
}

static void
put_one(const struct one *one, struct buf *out)
{
	buf_putc(out, '{');
	if (one->code != NULL) {
		BUF_LIT(out, "\"Error\":{");
		answer_member(out, "Code");
		json_put_str(out, str_from(one->code));
		answer_member(out, "Message");
		json_put_str(out, one->message);
		if (one->a.old.p != NULL) {
			answer_member(out, "Item");
			buf_puts(out, one->a.old);
		}
		buf_putc(out, '}');
	}
	if (one->item.len > 0) {
		answer_member(out, "Item");
		buf_puts(out, buf_str(&one->item));
	}
	if (one->s.table.p != NULL) {
		answer_member(out, "TableName");
		json_put_str(out, one->s.table);
	}
	buf_putc(out, '}');
}

static enum err
answer(const struct json *in, const struct batch *b, struct buf *out)
{
	struct capacity used[LIMIT_BATCH_STATEMENTS];
	size_t n = 0;

	BUF_LIT(out, "{\"Responses\":[");
	for (size_t i = 0; i < b->n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_one(&b->all[i], out);
		if (b->all[i].used.t != NULL)
			partiql_count(used, &n, &b->all[i].used);
	}
	buf_putc(out, ']');
	transact_put_consumed(out, in, used, n, CAPACITY_PLAIN);
	buf_putc(out, '}');
	return ERR_OK;
}

static bool
writes_one(const struct json *one)
{
	return partiql_writes(json_str(json_get(one, "Statement")));
}

static bool
writes(const struct json *in)
{
	const struct json *all = json_get(in, "Statements");

	for (size_t i = 0; i < json_len(all); i++)
		if (writes_one(json_at(all, i)))
			return true;
	return false;
}

static enum err
batch_execute_statement(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	const struct json *all = json_get(in, "Statements");
	struct batch *b;
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if ((b = arena_alloc(ctx->arena, sizeof(*b))) == NULL)
		return ERR_NO_MEMORY;
	for (b->n = 0; b->n < json_len(all); b->n++) {
		struct one *one = &b->all[b->n];

		one->in = json_at(all, b->n);
		one->item = BUF_INIT(LIMIT_ANSWER);
		if (writes_one(one->in) != writes_one(b->all[0].in))
			return op_fail(ctx, ERR_VALIDATION,
			    "Read and write requests together in the same "
			    "batch is not supported.");
	}
	if ((e = run_all(ctx, b)) == ERR_OK)
		e = answer(in, b, out);
	for (size_t i = 0; i < b->n; i++) {
		partiql_free(&b->all[i].s);
		buf_free(&b->all[i].item);
	}
	return e;
}

const struct op op_batch_execute_statement = {
	.name = "BatchExecuteStatement",
	.target = "DynamoDB_20120810.",
	.writes = writes,
	.body_max = LIMIT_BODY,
	.eventual = true,
	.run = batch_execute_statement,
};
