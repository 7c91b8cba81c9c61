/* SPDX-License-Identifier: ISC */
/* GetShardIterator - where to begin reading a shard. */
#include "base/clock.h"
#include "ddb/shape.h"
#include "ddb/stream_iterator.h"

#define INVALID "One or more parameter values were invalid: "

static const struct shape request[] = {
	{ "StreamArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ "ShardId", SHAPE_STRING, SHAPE_REQUIRED, .min = 28, .max = 65 },
	{ "ShardIteratorType", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, "
		      "AFTER_SEQUENCE_NUMBER" },
	{ "SequenceNumber", SHAPE_STRING, .min = 21, .max = 40 },
	{ NULL },
};

/* The place of AT_SEQUENCE_NUMBER. */
static enum err
find_sequence(struct op_ctx *ctx, const struct json *in, const struct stream *s,
    uint64_t last, uint64_t *ret)
{
	struct str text = json_str(shape_get(in, "SequenceNumber"));
	struct str type = json_str(json_get(in, "ShardIteratorType"));
	uint64_t seq;

	if (text.p == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "SequenceNumber must be specified when "
			    "ShardIteratorType is %.*s",
		    STR_ARG(type));
	if (!stream_sequence(text, &seq) || seq < s->from || seq > s->to ||
	    seq > last)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "SequenceNumber is not in the shard: %.*s",
		    STR_ARG(text));
	if (seq < s->horizon)
		return op_fail(ctx, ERR_TRIMMED,
		    "The operation attempted to read past the oldest stream "
		    "record in a shard");
	*ret = seq;
	return ERR_OK;
}

static enum err
get_shard_iterator(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str type = json_str(json_get(in, "ShardIteratorType"));
	struct stream_iterator i = { 0 };
	struct stream s;
	uint64_t last;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = stream_open(ctx, in, &s);
	if (e == ERR_OK)
		e = stream_check_shard(ctx, &s,
		    json_str(json_get(in, "ShardId")));
	if (e == ERR_OK)
		e = store_log_last(ctx->store, &last);
	if (e != ERR_OK)
		return e;
	/* TRIM_HORIZON is a place that moves: it is found when it is read. */
	if (str_eq(type, STR("LATEST")))
		i.at = last + 1;
	else if (!str_eq(type, STR("TRIM_HORIZON")))
		e = find_sequence(ctx, in, &s, last, &i.at);
	if (e != ERR_OK)
		return e;
	if (str_eq(type, STR("AFTER_SEQUENCE_NUMBER")))
		i.at++;
	i.stream = s.o.id;
	i.made = clock_wall_ns();
	BUF_LIT(out, "{\"ShardIterator\":");
	stream_iterator_put(out, &i);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_get_shard_iterator = {
	.name = "GetShardIterator",
	.target = "DynamoDBStreams_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = get_shard_iterator,
};
