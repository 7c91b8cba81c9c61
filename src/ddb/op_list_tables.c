/* SPDX-License-Identifier: ISC */
/* ListTables - names in byte order, those alone that the token may use. */
#include "ddb/answer.h"
#include "ddb/shape.h"
#include "ddb/table.h"

static const struct shape request[] = {
	{ "ExclusiveStartTableName", SHAPE_STRING, SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	{ "Limit", SHAPE_INTEGER, .min = 1, .max = LIMIT_LIST_TABLES },
	{ NULL },
};

/* Up to max of the names after `after` that may be seen. */
static enum err
names_after(struct op_ctx *ctx, struct str after, size_t max,
    struct str *ret_names, size_t *ret_n)
{
	struct str some[LIMIT_LIST_TABLES + 1];
	size_t got, n = 0;
	enum err e;

	do {
		e = store_table_list(ctx->store, ctx->space, after, max,
		    ctx->arena, some, &got);
		if (e != ERR_OK)
			return e;
		for (size_t i = 0; i < got && n < max; i++)
			if (op_may_table(ctx, some[i]))
				ret_names[n++] = some[i];
		if (got > 0)
			after = some[got - 1];
	} while (n < max && got == max);
	*ret_n = n;
	return ERR_OK;
}

static enum err
list_tables(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str names[LIMIT_LIST_TABLES + 1];
	size_t limit, n;
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	limit = (size_t)shape_int(in, "Limit", LIMIT_LIST_TABLES);
	/* One more than is shown tells whether there are more. */
	e = names_after(ctx, json_str(shape_get(in, "ExclusiveStartTableName")),
	    limit + 1, names, &n);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableNames\":[");
	for (size_t i = 0; i < n && i < limit; i++) {
		if (i > 0)
			buf_putc(out, ',');
		json_put_str(out, names[i]);
	}
	buf_putc(out, ']');
	if (n > limit) {
		answer_member(out, "LastEvaluatedTableName");
		json_put_str(out, names[limit - 1]);
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_list_tables = {
	.name = "ListTables",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_tables,
};
