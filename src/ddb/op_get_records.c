/* SPDX-License-Identifier: ISC */
/* GetRecords - the records of a shard from an iterator on, and the next. */
#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/shape.h"
#include "ddb/stream_iterator.h"
#include "ddb/stream_record.h"
#include "ddb/write.h"

#define LOOKED_AT 10000 /* changes of one page that a stream does not show */

static const struct shape request[] = {
	{ "ShardIterator", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,
	    .max = 2048 },
	{ "Limit", SHAPE_INTEGER, .min = 1 },
	{ NULL },
};

struct page {
	struct op_ctx *ctx;
	const struct stream *s;
	struct buf *out;
	uint64_t limit, n; /* records */
	uint64_t bytes;    /* by SizeBytes */
	uint64_t looked_at;
	uint64_t next; /* where the next page begins */
	bool full;     /* there is more */
};

/* *ret_done: it does not go into this page. */
static enum err
put_one(struct page *p, const struct store_image *i, bool *ret_done)
{
	size_t mark = p->out->len;
	uint64_t size;
	bool same = false;
	enum err e = ERR_OK;

	/* What a write has left as it was is not shown. */
	if (i->old.p != NULL && i->new.p != NULL)
		e = write_same(i->old, i->new, &same);

	*ret_done = p->looked_at++ == LOOKED_AT || p->n == p->limit;
	if (e != ERR_OK || *ret_done)
		return e;
	if (same) {
		p->next = i->seq + 1;
		return ERR_OK;
	}
	if (p->n > 0)
		buf_putc(p->out, ',');
	e = stream_record_put(p->ctx, p->s, i, p->out, &size);
	if (e != ERR_OK)
		return e;
	if (p->n > 0 && p->bytes + size > LIMIT_PAGE) {
		p->out->len = mark;
		*ret_done = true;
		return ERR_OK;
	}
	p->n++;
	p->bytes += size;
	p->next = i->seq + 1;
	return ERR_OK;
}

static enum err
put_records(struct page *p)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_image i;
	bool more = true;
	enum err e =
	    store_images(p->ctx->store, p->s->o.parent, p->next, false, &c);

	while (e == ERR_OK && !p->full) {
		e = store_images_next(c, &i, &more);
		if (e != ERR_OK || !more || i.seq > p->s->to)
			break;
		e = put_one(p, &i, &p->full);
	}
	return e;
}

/* An iterator's records may have gone since it was made. */
static enum err
check_trimmed(struct op_ctx *ctx, const struct stream *s, uint64_t at)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_image i;
	bool more;
	enum err e;

	if (at >= s->horizon)
		return ERR_OK;
	e = store_images(ctx->store, s->o.parent, at, false, &c);
	if (e == ERR_OK)
		e = store_images_next(c, &i, &more);
	if (e == ERR_OK && more && i.seq < s->horizon)
		return op_fail(ctx, ERR_TRIMMED,
		    "The operation attempted to read past the oldest stream "
		    "record in a shard");
	return e;
}

/* Where to go on; none where a closed shard has been read. */
static enum err
put_next(struct page *p)
{
	struct stream_iterator i = { p->s->o.id, p->next, clock_wall_ns() };
	uint64_t last;
	enum err e = store_log_last(p->ctx->store, &last);

	if (e != ERR_OK)
		return e;
	if (!p->full && !p->s->open)
		return ERR_OK;
	if (!p->full && last + 1 > i.at)
		i.at = last + 1;
	answer_member(p->out, "NextShardIterator");
	stream_iterator_put(p->out, &i);
	return ERR_OK;
}

static enum err
open_iterator(struct op_ctx *ctx, const struct json *in,
    struct stream_iterator *i, struct stream *s)
{
	enum err e = stream_iterator_read(ctx,
	    json_str(json_get(in, "ShardIterator")), i);

	if (e != ERR_OK)
		return e;
	if ((e = stream_at(ctx, i->stream, s)) == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: Stream not found");
	if (e != ERR_OK)
		return e;
	if (i->at != 0)
		return check_trimmed(ctx, s, i->at);
	i->at = s->from > s->horizon ? s->from : s->horizon;
	return ERR_OK;
}

static enum err
get_records(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct stream_iterator i;
	struct stream s;
	struct page p = { .ctx = ctx, .s = &s, .out = out };
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	p.limit = (uint64_t)shape_int(in, "Limit", LIMIT_RECORDS);
	if (p.limit > LIMIT_RECORDS)
		return op_fail(ctx, ERR_LIMIT,
		    "Limit must not be greater than %d", LIMIT_RECORDS);
	if ((e = open_iterator(ctx, in, &i, &s)) != ERR_OK)
		return e;
	p.next = i.at;
	BUF_LIT(out, "{\"Records\":[");
	if ((e = put_records(&p)) != ERR_OK)
		return e;
	buf_putc(out, ']');
	if ((e = put_next(&p)) != ERR_OK)
		return e;
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_get_records = {
	.name = "GetRecords",
	.target = "DynamoDBStreams_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = get_records,
};
