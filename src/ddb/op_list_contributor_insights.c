/* SPDX-License-Identifier: ISC */
/* ListContributorInsights - where they were asked for, by table and index. */
#include <string.h>

#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/insights.h"
#include "ddb/shape.h"

#define PAGE          100
#define TOKEN_VERSION '1' /* then TABLE/INDEX, the last that were shown */

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING, SHAPE_NAME | SHAPE_ARN, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	{ "NextToken", SHAPE_STRING },
	{ "MaxResults", SHAPE_INTEGER, .min = 1, .max = PAGE },
	{ NULL },
};

struct listing {
	struct op_ctx *ctx;
	struct buf *out;
	size_t left;             /* of the page */
	struct str table, index; /* begin behind these; absent: at the start */
	bool more;
};

/* "TABLE/INDEX" out of the token; false: it is not ours. */
static bool
read_token(struct listing *l, struct str token)
{
	struct buf raw CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct str text;

	if (!crypto_unbase64(&raw, token) || raw.len < 2 ||
	    raw.p[0] != TOKEN_VERSION)
		return false;
	text = arena_str(l->ctx->arena, buf_str(&raw));
	if (text.p == NULL)
		return false;
	text = (struct str){ text.p + 1, text.len - 1 };
	l->table = str_cut(text, '/', &l->index);
	return l->index.p != NULL;
}

static void
put_token(struct listing *l)
{
	struct buf raw CLEANUP(buf_free) = BUF_INIT(KIB(1));

	buf_putc(&raw, TOKEN_VERSION);
	buf_puts(&raw, l->table);
	buf_putc(&raw, '/');
	buf_puts(&raw, l->index);
	answer_member(l->out, "NextToken");
	buf_putc(l->out, '"');
	crypto_base64(l->out, buf_str(&raw));
	buf_putc(l->out, '"');
}

/* The entry whose name follows `after` in byte order. */
static bool
next_entry(const struct json *all, struct str after, struct json_member *ret)
{
	struct json_member m = { 0 };
	bool found = false;

	while (json_next(all, &m)) {
		if ((after.p == NULL || str_cmp(m.name, after) > 0) &&
		    (!found || str_cmp(m.name, ret->name) < 0)) {
			*ret = m;
			found = true;
		}
	}
	return found;
}

/* One table's, behind `after`. */
static enum err
list_table(struct listing *l, struct str name, struct str after)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	struct json_member m = { 0 };
	struct table t;
	enum err e = table_open(l->ctx, name, &t);

	if (e == ERR_OK)
		e = extra_read(&t, EXTRA_REST, &rest);
	while (e == ERR_OK &&
	    next_entry(json_get(rest, INSIGHTS_MEMBER), after, &m)) {
		bool on = str_eq(json_str(json_get(m.value, "Status")),
		    STR("ENABLED"));

		if (l->left == 0) {
			l->more = true;
			return ERR_OK;
		}
		if (l->out->p[l->out->len - 1] != '[')
			buf_putc(l->out, ',');
		buf_putc(l->out, '{');
		insights_put(l->out, t.row.name, m.name,
		    on ? "ENABLED" : "DISABLED",
		    json_str(json_get(m.value, "Mode")));
		buf_putc(l->out, '}');
		l->left--;
		l->table = t.row.name;
		l->index = after = arena_str(l->ctx->arena, m.name);
		if (after.p == NULL)
			e = ERR_NO_MEMORY;
	}
	return e;
}

static enum err
list_all(struct listing *l)
{
	struct str names[LIMIT_LIST_TABLES], after = l->table;
	size_t n;
	enum err e = ERR_OK;

	/* The table that the page before ended in may have more. */
	if (after.p != NULL)
		e = list_table(l, after, l->index);
	if (e == ERR_NOT_FOUND)
		e = ERR_OK;
	do {
		if (e == ERR_OK)
			e = store_table_list(l->ctx->store, l->ctx->space,
			    after, NELEM(names), l->ctx->arena, names, &n);
		if (e != ERR_OK)
			return e;
		for (size_t i = 0; i < n && !l->more; i++) {
			if (!op_may_table(l->ctx, names[i]))
				continue;
			e = list_table(l, names[i], (struct str){ NULL, 0 });
			if (e != ERR_OK)
				return e;
		}
		if (n > 0)
			after = names[n - 1];
	} while (n == NELEM(names) && !l->more);
	return ERR_OK;
}

static enum err
list_insights(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str token = json_str(shape_get(in, "NextToken"));
	struct listing l = { .ctx = ctx, .out = out };
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (token.p != NULL && !read_token(&l, token))
		return op_fail(ctx, ERR_VALIDATION, "Invalid NextToken");
	l.left = (size_t)shape_int(in, "MaxResults", PAGE);
	BUF_LIT(out, "{\"ContributorInsightsSummaries\":[");
	if (shape_get(in, "TableName") == NULL)
		e = list_all(&l);
	else if ((e = table_open_named(ctx, in, &t)) == ERR_OK)
		e = list_table(&l, t.row.name, l.index);
	if (e != ERR_OK)
		return e;
	buf_putc(out, ']');
	if (l.more)
		put_token(&l);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_list_contributor_insights = {
	.name = "ListContributorInsights",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_insights,
};
