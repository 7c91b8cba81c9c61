/* SPDX-License-Identifier: ISC */
/* ExecuteStatement - one statement of PartiQL. */
#include <string.h>

#include "crypto/crypto.h"
#include "ddb/partiql_plan.h"
#include "ddb/shape.h"

#define TOKEN_VERSION 1
#define TOKEN_MAX     32768
#define DIGEST_BYTES  16 /* of the statement, in a token */

static const struct shape request[] = {
	SHAPE_CAPACITY,
	PARTIQL_SHAPES,
	{ "NextToken", SHAPE_STRING, .min = 1, .max = TOKEN_MAX },
	{ "Limit", SHAPE_INTEGER, .min = 1 },
	{ "ConsistentRead", SHAPE_BOOLEAN },
	{ NULL },
};

/* What a token is good for: this statement with these parameters. */
static void
put_digest(const struct json *in, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	unsigned char digest[CRYPTO_HASH_BYTES];

	json_put_str(&text, json_str(json_get(in, "Statement")));
	if (shape_get(in, "Parameters") != NULL)
		json_put(&text, json_get(in, "Parameters"));
	crypto_hash_of(digest, buf_str(&text), NULL);
	crypto_base64(out, (struct str){ (char *)digest, DIGEST_BYTES });
}

/* {"v":1,"s":digest,"r":range,"k":key} in base64. */
static void
put_token(const struct json *in, const struct page_end *at, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));

	buf_printf(&text, "{\"v\":%d,\"s\":\"", TOKEN_VERSION);
	put_digest(in, &text);
	buf_printf(&text, "\",\"r\":%zu,\"k\":", at->range);
	buf_puts(&text, at->last);
	buf_putc(&text, '}');
	answer_member(out, "NextToken");
	buf_putc(out, '"');
	crypto_base64(out, buf_str(&text));
	buf_putc(out, '"');
}

static enum err
read_token(struct op_ctx *ctx, const struct json *in, struct json **ret,
    int64_t *ret_range)
{
	struct str token = json_str(shape_get(in, "NextToken"));
	struct buf text CLEANUP(buf_free) = BUF_INIT(TOKEN_MAX);
	struct buf digest CLEANUP(buf_free) = BUF_INIT(64);
	struct json_error error;
	int64_t n;

	if (token.p == NULL)
		return ERR_OK;
	if (!crypto_unbase64(&text, token) ||
	    json_parse(buf_str(&text), LIMIT_JSON_DEPTH, ret, &error) !=
		ERR_OK ||
	    !json_int(json_get(*ret, "v"), &n) || n != TOKEN_VERSION ||
	    !json_int(json_get(*ret, "r"), ret_range) || *ret_range < 0 ||
	    json_kind(json_get(*ret, "k")) != JSON_OBJECT)
		return op_fail(ctx, ERR_VALIDATION, "Invalid NextToken");
	put_digest(in, &digest);
	if (!str_eq(json_str(json_get(*ret, "s")), buf_str(&digest)))
		return op_fail(ctx, ERR_VALIDATION,
		    "NextToken does not match request");
	return ERR_OK;
}

static enum err
read_items(struct op_ctx *ctx, const struct json *in, const struct statement *s,
    struct buf *out)
{
	struct json *token CLEANUP(json_freep) = NULL;
	struct page_end at = { 0 };
	struct select what = { .n = 0 };
	int64_t range = 0;
	enum err e = read_token(ctx, in, &token, &range);

	if (e == ERR_OK)
		e = partiql_select(ctx, s, shape_bool(in, "ConsistentRead"),
		    json_get(token, "k"), (size_t)range, &what);
	what.page.limit = (uint64_t)shape_int(in, "Limit", 0);
	BUF_LIT(out, "{\"Items\":[");
	if (e == ERR_OK)
		e = page_read(ctx, &what.t, &what.page, what.ranges + range,
		    what.n - (size_t)range, &at, out);
	if (e == ERR_OK) {
		at.range += (size_t)range;
		buf_putc(out, ']');
		if (at.last.p != NULL) {
			put_token(in, &at, out);
			answer_member(out, "LastEvaluatedKey");
			buf_puts(out, at.last);
		}
		answer_consumed(out, in, &at.used);
		buf_putc(out, '}');
	}
	partiql_select_free(&what);
	return e;
}

static enum err
write_item(struct op_ctx *ctx, const struct json *in, struct statement *s,
    struct buf *out)
{
	struct capacity used;
	struct action a;
	enum err e;

	if (shape_get(in, "NextToken") != NULL)
		return op_fail(ctx, ERR_VALIDATION, "Invalid NextToken");
	if ((e = partiql_action(ctx, in, s, &a)) != ERR_OK ||
	    (e = transact_one(ctx, &a, &used)) != ERR_OK)
		return e;
	if (a.error != ERR_OK)
		return transact_fail(ctx, &a);
	BUF_LIT(out, "{\"Items\":[");
	e = partiql_put_returned(ctx, s, &a, out);
	buf_putc(out, ']');
	answer_consumed(out, in, &used);
	buf_putc(out, '}');
	return e;
}

static enum err
execute_statement(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct statement s = { .nvalues = 0 };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = partiql_begin(ctx, in, &s);
	if (e == ERR_OK && s.kind == STATEMENT_EXISTS)
		e = op_fail(ctx, ERR_VALIDATION,
		    "EXISTS can only be used in transactions");
	if (e == ERR_OK)
		e = s.kind == STATEMENT_SELECT ? read_items(ctx, in, &s, out) :
						 write_item(ctx, in, &s, out);
	partiql_free(&s);
	return e;
}

static bool
writes(const struct json *in)
{
	return partiql_writes(json_str(json_get(in, "Statement")));
}

const struct op op_execute_statement = {
	.name = "ExecuteStatement",
	.target = "DynamoDB_20120810.",
	.writes = writes,
	.body_max = LIMIT_BODY_ITEM,
	.eventual = true,
	.run = execute_statement,
};
