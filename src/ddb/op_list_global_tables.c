/* SPDX-License-Identifier: ISC */
/* ListGlobalTables - in byte order, all or those with a replica somewhere. */
#include "ddb/answer.h"
#include "ddb/global.h"

#define PAGE 100

static const struct shape request[] = {
	{ "ExclusiveStartGlobalTableName", SHAPE_STRING, SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	{ "Limit", SHAPE_INTEGER, .min = 1 },
	{ "RegionName", SHAPE_STRING },
	{ NULL },
};

struct listing {
	struct op_ctx *ctx;
	struct buf *out;
	struct str region; /* absent: any */
	struct str last;   /* that was shown */
	size_t left;
	bool more;
};

static enum err
list_one(struct listing *l, struct str name)
{
	struct global g = { 0 };
	struct table t;
	enum err e = table_open(l->ctx, name, &t);

	if (e == ERR_OK)
		e = global_read(l->ctx, &t, &g);
	if (e != ERR_OK || g.n == 0 ||
	    (l->region.p != NULL && !global_has(&g, l->region)))
		return e;
	if (l->left == 0) {
		l->more = true;
		return ERR_OK;
	}
	if (l->out->p[l->out->len - 1] != '[')
		buf_putc(l->out, ',');
	BUF_LIT(l->out, "{\"GlobalTableName\":");
	json_put_str(l->out, name);
	BUF_LIT(l->out, ",\"ReplicationGroup\":[");
	for (size_t i = 0; i < g.n; i++) {
		if (i > 0)
			buf_putc(l->out, ',');
		BUF_LIT(l->out, "{\"RegionName\":");
		json_put_str(l->out, g.region[i]);
		buf_putc(l->out, '}');
	}
	BUF_LIT(l->out, "]}");
	l->left--;
	l->last = name;
	return ERR_OK;
}

static enum err
list_all(struct listing *l, struct str after)
{
	struct str names[LIMIT_LIST_TABLES];
	size_t n;
	enum err e;

	do {
		e = store_table_list(l->ctx->store, l->ctx->space, after,
		    NELEM(names), l->ctx->arena, names, &n);
		for (size_t i = 0; e == ERR_OK && i < n && !l->more; i++)
			if (op_may_table(l->ctx, names[i]))
				e = list_one(l, names[i]);
		if (e == ERR_OK && n > 0)
			after = names[n - 1];
	} while (e == ERR_OK && n == NELEM(names) && !l->more);
	return e;
}

static enum err
list_global_tables(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct listing l = { .ctx = ctx, .out = out };
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	l.left = (size_t)shape_int(in, "Limit", PAGE);
	l.region = json_str(shape_get(in, "RegionName"));
	BUF_LIT(out, "{\"GlobalTables\":[");
	e = list_all(&l,
	    json_str(shape_get(in, "ExclusiveStartGlobalTableName")));
	if (e != ERR_OK)
		return e;
	buf_putc(out, ']');
	if (l.more) {
		answer_member(out, "LastEvaluatedGlobalTableName");
		json_put_str(out, l.last);
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_list_global_tables = {
	.name = "ListGlobalTables",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_global_tables,
};
