/* SPDX-License-Identifier: ISC */
/* ListStreams - streams that are, or were within 24 hours. */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/stream.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING, SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	{ "Limit", SHAPE_INTEGER, .min = 1, .max = LIMIT_STREAMS },
	{ "ExclusiveStartStreamArn", SHAPE_STRING, .min = 37, .max = 1024 },
	{ NULL },
};

/* Behind which stream the page begins; absent: none. */
static enum err
find_start(struct op_ctx *ctx, const struct json *in, struct str *ret_name,
    uint64_t *ret_id)
{
	struct str arn = json_str(shape_get(in, "ExclusiveStartStreamArn"));
	struct str name = json_str(shape_get(in, "TableName"));
	struct extra_arn parts;
	struct stream s;
	enum err e = ERR_NOT_FOUND;

	/* Behind every stream of the names before this one. */
	*ret_name = name;
	*ret_id = 0;
	if (arn.p == NULL)
		return ERR_OK;
	if (extra_arn(arn, &parts) && str_eq(parts.kind, STR("stream")))
		e = stream_find(ctx, parts.table, parts.rest, &s);
	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: Stream: %.*s not found",
		    STR_ARG(arn));
	if (e != ERR_OK)
		return e;
	*ret_name = s.o.name;
	*ret_id = s.o.id;
	return ERR_OK;
}

static void
put_stream(struct op_ctx *ctx, const struct stream *s, struct buf *out)
{
	BUF_LIT(out, "{\"StreamArn\":");
	stream_put_arn(ctx, s, out);
	answer_member(out, "TableName");
	json_put_str(out, s->o.name);
	answer_member(out, "StreamLabel");
	json_put_str(out, s->label);
	buf_putc(out, '}');
}

static enum err
list_streams(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str only, after;
	struct stream *all;
	uint64_t after_id;
	size_t limit, n, shown = 0;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = find_start(ctx, in, &after, &after_id);
	if (e != ERR_OK)
		return e;
	only = json_str(shape_get(in, "TableName"));
	limit = (size_t)shape_int(in, "Limit", LIMIT_STREAMS);
	all = arena_alloc(ctx->arena, (limit + 1) * sizeof(*all));
	if (all == NULL)
		return ERR_NO_MEMORY;
	/* One more than is shown tells whether there are more. */
	e = stream_list(ctx, after, after_id, limit + 1, all, &n);
	if (e != ERR_OK)
		return e;
	while (shown < n && (only.p == NULL || str_eq(all[shown].o.name, only)))
		shown++;
	BUF_LIT(out, "{\"Streams\":[");
	for (size_t i = 0; i < shown && i < limit; i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_stream(ctx, &all[i], out);
	}
	buf_putc(out, ']');
	if (shown > limit) {
		answer_member(out, "LastEvaluatedStreamArn");
		stream_put_arn(ctx, &all[limit - 1], out);
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_list_streams = {
	.name = "ListStreams",
	.target = "DynamoDBStreams_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_streams,
};
