/* SPDX-License-Identifier: ISC */
/*
 * ExecuteTransaction - up to 100 statements of PartiQL, each of one item:
 * all read one moment, or all are carried out or none.
 */
#include "ddb/partiql_plan.h"
#include "ddb/shape.h"

static const struct shape statement[] = {
	PARTIQL_SHAPES,
	{ NULL },
};
static const struct shape element[] = { { "member", SHAPE_STRUCT,
    SHAPE_REQUIRED, .of = statement,
    .type = SHAPE_MODEL "ParameterizedStatement" } };
static const struct shape request[] = {
	SHAPE_CAPACITY,
	{ "ClientRequestToken", SHAPE_STRING, .min = 1,
	    .max = LIMIT_CLIENT_TOKEN },
	{ "TransactStatements", SHAPE_LIST, SHAPE_REQUIRED, .of = element,
	    .min = 1, .max = LIMIT_TRANSACT },
	{ NULL },
};

struct transaction {
	struct statement *all;
	struct transact t;        /* an action for each statement */
	const struct expr **rest; /* of WHERE, beside the key of a SELECT */
	bool reads;
};

static bool
writes_one(const struct json *one)
{
	return partiql_writes(json_str(json_get(one, "Statement")));
}

static bool
writes(const struct json *in)
{
	const struct json *all = json_get(in, "TransactStatements");

	for (size_t i = 0; i < json_len(all); i++)
		if (writes_one(json_at(all, i)))
			return true;
	return false;
}

/* A SELECT as an action that names its item. */
static enum err
read_action(struct op_ctx *ctx, struct statement *s, struct action *a,
    const struct expr **ret_rest)
{
	enum err e = partiql_open(ctx, s, &a->t);

	a->kind = ACTION_CHECK;
	if (e == ERR_OK)
		e = partiql_key(ctx, &a->t, s, &a->map, ret_rest);
	if (e != ERR_OK)
		return e;
	if (a->map == NULL || s->index.p != NULL || s->norder > 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "Select statements within ExecuteTransaction must specify "
		    "the primary key in the where clause.");
	return ERR_OK;
}

static enum err
prepare(struct op_ctx *ctx, const struct json *in, size_t i,
    struct transaction *t)
{
	struct statement *s = &t->all[i];
	struct action *a = &t->t.all[i];
	enum err e = partiql_begin(ctx, in, s);

	if (e != ERR_OK)
		return e;
	if (s->returning != RETURNING_NOTHING)
		return op_fail(ctx, ERR_VALIDATION,
		    "Validation failed in TransactStatements[%zu]: RETURNING "
		    "clause is not supported in ExecuteTransaction.",
		    i);
	e = t->reads ? read_action(ctx, s, a, &t->rest[i]) :
		       partiql_action(ctx, in, s, a);
	if (e != ERR_VALIDATION)
		return e;
	a->error = e;
	a->text = ctx->message;
	ctx->message = (struct str){ NULL, 0 };
	return ERR_OK;
}

static enum err
read_items(struct op_ctx *ctx, struct transaction *t, struct buf *out)
{
	uint64_t bytes = 0, size;
	enum err e = ERR_OK;

	for (size_t i = 0; i < t->t.n && e == ERR_OK; i++) {
		struct action *a = &t->t.all[i];
		size_t mark;

		buf_puts(out, i > 0 ? STR(",{\"Item\":") : STR("{\"Item\":"));
		mark = out->len;
		e = partiql_get(ctx, &a->t, &t->all[i], &a->key, t->rest[i],
		    out, &size);
		if (e != ERR_OK)
			return e;
		if (out->len == mark)
			out->len -= sizeof("\"Item\":") - 1;
		buf_putc(out, '}');
		t->t.used[a->used].table += answer_read_halves(size, true);
		bytes += size;
		if (bytes > LIMIT_TRANSACT_BYTES)
			return op_fail(ctx, ERR_VALIDATION,
			    "The aggregate size of the items in the "
			    "transaction exceeded 4 MB");
	}
	return e;
}

static enum err
run(struct op_ctx *ctx, const struct json *in, struct transaction *t,
    struct buf *out)
{
	enum err e;

	if (ctx->again)
		e = transact_again(ctx, &t->t);
	else if (!t->reads)
		e = transact_run(ctx, &t->t);
	else if ((e = transact_begin(ctx, &t->t)) == ERR_OK)
		e = transact_end(ctx, &t->t);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"Responses\":[");
	if (t->reads)
		e = read_items(ctx, t, out);
	for (size_t i = 0; i < t->t.n && !t->reads; i++)
		buf_puts(out, i > 0 ? STR(",{}") : STR("{}"));
	buf_putc(out, ']');
	transact_put_consumed(out, in, t->t.used, t->t.tables,
	    t->reads || ctx->again ? CAPACITY_TRANSACT_READ :
				     CAPACITY_TRANSACT_WRITE);
	buf_putc(out, '}');
	return e;
}

static enum err
execute_transaction(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *all = json_get(in, "TransactStatements");
	struct transaction t = { .reads = !writes(in) };
	size_t n = json_len(all);
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		if (writes_one(json_at(all, i)) == t.reads)
			return op_fail(ctx, ERR_VALIDATION,
			    "ExecuteTransaction API does not support both read "
			    "and write operations in the same request.");
	t.t.all = arena_alloc(ctx->arena, n * sizeof(*t.t.all));
	t.all = arena_alloc(ctx->arena, n * sizeof(*t.all));
	t.rest = arena_alloc(ctx->arena, n * sizeof(*t.rest));
	if (t.t.all == NULL || t.all == NULL || t.rest == NULL)
		return ERR_NO_MEMORY;
	for (; t.t.n < n && e == ERR_OK; t.t.n++)
		e = prepare(ctx, json_at(all, t.t.n), t.t.n, &t);
	if (e == ERR_OK)
		e = run(ctx, in, &t, out);
	for (size_t i = 0; i < t.t.n; i++)
		partiql_free(&t.all[i]);
	return e;
}

const struct op op_execute_transaction = {
	.name = "ExecuteTransaction",
	.target = "DynamoDB_20120810.",
	.writes = writes,
	.once = "ClientRequestToken",
	.body_max = LIMIT_BODY,
	.run = execute_transaction,
};
