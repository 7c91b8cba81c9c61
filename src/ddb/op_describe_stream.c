/* SPDX-License-Identifier: ISC */
/* DescribeStream - a stream and its shard. */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/stream.h"

#define SHARD(name)                                      \
	{                                                \
		name, SHAPE_STRING, .min = 28, .max = 65 \
	}

static const struct shape filter[] = {
	{ "Type", SHAPE_STRING, .values = "CHILD_SHARDS" },
	SHARD("ShardId"),
	{ NULL },
};
static const struct shape request[] = {
	{ "StreamArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ "Limit", SHAPE_INTEGER, .min = 1, .max = 100 },
	SHARD("ExclusiveStartShardId"),
	{ "ShardFilter", SHAPE_STRUCT, SHAPE_FIELD, .of = filter,
	    .type = SHAPE_MODEL "ShardFilter" },
	{ NULL },
};

/* The one shard comes before every other, and has no children. */
static enum err
check_shards(struct op_ctx *ctx, const struct json *in, const struct stream *s,
    bool *ret_shown)
{
	const struct json *which = shape_get(in, "ShardFilter");
	const struct json *start = shape_get(in, "ExclusiveStartShardId");
	const struct json *parent = shape_get(which, "ShardId");
	enum err e = ERR_OK;

	if (which != NULL &&
	    (parent == NULL || shape_get(which, "Type") == NULL))
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: ShardFilter "
		    "must have both Type and ShardId");
	if (parent != NULL)
		e = stream_check_shard(ctx, s, json_str(parent));
	if (e == ERR_OK && start != NULL)
		e = stream_check_shard(ctx, s, json_str(start));
	*ret_shown = start == NULL && which == NULL;
	return e;
}

static void
put_shard(const struct stream *s, struct buf *out)
{
	BUF_LIT(out, "{\"ShardId\":");
	json_put_str(out, str_from(s->shard));
	BUF_LIT(out, ",\"SequenceNumberRange\":{\"StartingSequenceNumber\":");
	stream_put_sequence(out, s->from);
	if (!s->open) {
		answer_member(out, "EndingSequenceNumber");
		stream_put_sequence(out, s->to);
	}
	BUF_LIT(out, "}}");
}

static void
put_key(struct buf *out, const struct table_key *k, const char *type)
{
	BUF_LIT(out, "{\"AttributeName\":");
	json_put_str(out, k->name);
	buf_printf(out, ",\"KeyType\":\"%s\"}", type);
}

static enum err
describe_stream(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct stream s;
	bool shown = false;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = stream_open(ctx, in, &s);
	if (e == ERR_OK)
		e = check_shards(ctx, in, &s, &shown);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"StreamDescription\":{\"StreamArn\":");
	stream_put_arn(ctx, &s, out);
	answer_member(out, "StreamLabel");
	json_put_str(out, s.label);
	buf_printf(out, ",\"StreamStatus\":\"%s\"",
	    s.open ? "ENABLED" : "DISABLED");
	answer_member(out, "StreamViewType");
	json_put_str(out, s.view);
	answer_member(out, "CreationRequestDateTime");
	extra_put_time(out, s.o.created);
	answer_member(out, "TableName");
	json_put_str(out, s.o.name);
	answer_member(out, "KeySchema");
	buf_putc(out, '[');
	put_key(out, &s.t.hash, "HASH");
	if (s.t.range.name.p != NULL) {
		buf_putc(out, ',');
		put_key(out, &s.t.range, "RANGE");
	}
	BUF_LIT(out, "],\"Shards\":[");
	if (shown)
		put_shard(&s, out);
	BUF_LIT(out, "]}}");
	return ERR_OK;
}

const struct op op_describe_stream = {
	.name = "DescribeStream",
	.target = "DynamoDBStreams_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_stream,
};
