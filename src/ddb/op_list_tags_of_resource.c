/* SPDX-License-Identifier: ISC */
/* ListTagsOfResource - a table's tags, ten to a page. */
#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/tag.h"

#define PAGE          10
#define TOKEN_VERSION '1' /* then the key of the last tag that was shown */

static const struct shape request[] = {
	{ "ResourceArn", SHAPE_STRING, SHAPE_RESOURCE, .max = LIMIT_ARN },
	{ "NextToken", SHAPE_STRING },
	{ NULL },
};

/* Where the page begins; false: the token is not one of ours. */
static bool
start_of(const struct json *tags, struct str token, size_t *ret)
{
	struct buf raw CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct str key;

	*ret = 0;
	if (token.p == NULL)
		return true;
	if (!crypto_unbase64(&raw, token) || raw.len < 2 ||
	    raw.p[0] != TOKEN_VERSION)
		return false;
	key = (struct str){ raw.p + 1, raw.len - 1 };
	for (size_t i = 0; i < json_len(tags); i++)
		if (str_eq(json_str(json_get(json_at(tags, i), "Key")), key)) {
			*ret = i + 1;
			return true;
		}
	return false;
}

static enum err
put_token(struct buf *out, struct str key)
{
	struct buf raw CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_putc(&raw, TOKEN_VERSION);
	buf_puts(&raw, key);
	answer_member(out, "NextToken");
	buf_putc(out, '"');
	crypto_base64(out, buf_str(&raw));
	buf_putc(out, '"');
	return buf_err(&raw);
}

static enum err
list_tags(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *tags;
	struct extra_arn arn;
	struct table t;
	size_t i, start;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = extra_read_arn(ctx, in, &arn);
	if (e == ERR_OK)
		e = extra_open(ctx, in, &arn, &t);
	if (e == ERR_OK)
		e = extra_read(&t, EXTRA_REST, &rest);
	if (e != ERR_OK)
		return e;
	tags = json_get(rest, "Tags");
	if (!start_of(tags, json_str(shape_get(in, "NextToken")), &start))
		return op_fail(ctx, ERR_VALIDATION, "Invalid NextToken");
	BUF_LIT(out, "{\"Tags\":[");
	for (i = start; i < json_len(tags) && i < start + PAGE; i++) {
		if (i > start)
			buf_putc(out, ',');
		shape_put(out, tag_shape, json_at(tags, i));
	}
	buf_putc(out, ']');
	if (i < json_len(tags) &&
	    (e = put_token(out,
		 json_str(json_get(json_at(tags, i - 1), "Key")))) != ERR_OK)
		return e;
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_list_tags_of_resource = {
	.name = "ListTagsOfResource",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_tags,
};
