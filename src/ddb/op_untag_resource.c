/* SPDX-License-Identifier: ISC */
/* UntagResource - tags are taken away; those that are not there are none. */
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/tag.h"

static const struct shape key[] = { { "member", SHAPE_STRING, .min = 1,
    .max = LIMIT_TAG_KEY } };
static const struct shape request[] = {
	{ "ResourceArn", SHAPE_STRING, SHAPE_RESOURCE, .max = LIMIT_ARN },
	{ "TagKeys", SHAPE_LIST, SHAPE_REQUIRED, .of = key },
	{ NULL },
};

static bool
listed(const struct json *keys, struct str name)
{
	for (size_t i = 0; i < json_len(keys); i++)
		if (str_eq(json_str(json_at(keys, i)), name))
			return true;
	return false;
}

static void
put_left(struct buf *out, const struct json *tags, const struct json *keys)
{
	size_t n = 0;

	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(tags); i++) {
		const struct json *tag = json_at(tags, i);

		if (listed(keys, json_str(json_get(tag, "Key"))))
			continue;
		if (n++ > 0)
			buf_putc(out, ',');
		shape_put(out, tag_shape, tag);
	}
	buf_putc(out, ']');
}

static enum err
untag_resource(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *keys = shape_get(in, "TagKeys");
	struct extra_arn arn;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = extra_read_arn(ctx, in, &arn);
	if (e != ERR_OK)
		return e;
	if (json_len(keys) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "Atleast one Tag Key needs to be provided as Input.");
	if ((e = extra_open(ctx, in, &arn, &t)) != ERR_OK ||
	    (e = extra_read(&t, EXTRA_REST, &rest)) != ERR_OK)
		return e;
	put_left(&text, json_get(rest, "Tags"), keys);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	BUF_LIT(out, "{}");
	return extra_set(ctx, &t, EXTRA_REST, "Tags", buf_str(&text));
}

const struct op op_untag_resource = {
	.name = "UntagResource",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = untag_resource,
};
