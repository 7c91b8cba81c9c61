/* SPDX-License-Identifier: ISC */
/* TagResource - tags are added to a table, or their values replaced. */
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/tag.h"

static const struct shape request[] = {
	{ "ResourceArn", SHAPE_STRING, SHAPE_RESOURCE, .max = LIMIT_ARN },
	{ "Tags", SHAPE_LIST, SHAPE_REQUIRED, .of = tag_shape },
	{ NULL },
};

static const struct json *
by_key(const struct json *tags, struct str key)
{
	for (size_t i = 0; i < json_len(tags); i++)
		if (str_eq(json_str(json_get(json_at(tags, i), "Key")), key))
			return json_at(tags, i);
	return NULL;
}

/* The old ones in their order, then what is new.  How many there are. */
static size_t
put_merged(struct buf *out, const struct json *old, const struct json *new)
{
	size_t n = 0;

	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(old); i++) {
		const struct json *tag = json_at(old, i);
		const struct json *other =
		    by_key(new, json_str(json_get(tag, "Key")));

		if (n++ > 0)
			buf_putc(out, ',');
		shape_put(out, tag_shape, other == NULL ? tag : other);
	}
	for (size_t i = 0; i < json_len(new); i++) {
		const struct json *tag = json_at(new, i);

		if (by_key(old, json_str(json_get(tag, "Key"))) != NULL)
			continue;
		if (n++ > 0)
			buf_putc(out, ',');
		shape_put(out, tag_shape, tag);
	}
	buf_putc(out, ']');
	return n;
}

static enum err
tag_resource(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *tags = shape_get(in, "Tags");
	struct extra_arn arn;
	struct table t;
	size_t n;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = extra_read_arn(ctx, in, &arn);
	if (e != ERR_OK)
		return e;
	if (json_len(tags) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "Atleast one Tag needs to be provided as Input.");
	if ((e = tag_check(ctx, tags)) != ERR_OK ||
	    (e = extra_open(ctx, in, &arn, &t)) != ERR_OK ||
	    (e = extra_read(&t, EXTRA_REST, &rest)) != ERR_OK)
		return e;
	n = put_merged(&text, json_get(rest, "Tags"), tags);
	if ((e = buf_err(&text)) != ERR_OK ||
	    (e = tag_check_count(ctx, n)) != ERR_OK)
		return e;
	BUF_LIT(out, "{}");
	return extra_set(ctx, &t, EXTRA_REST, "Tags", buf_str(&text));
}

const struct op op_tag_resource = {
	.name = "TagResource",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = tag_resource,
};
