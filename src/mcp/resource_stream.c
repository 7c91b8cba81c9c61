/* SPDX-License-Identifier: ISC */
/* A table's stream as a resource: the newest changes that are kept. */
#include "mcp/describe.h"
#include "mcp/map.h"
#include "mcp/resource.h"
#include "mcp/rpc.h"
#include "mcp/value.h"

#define CHANGES_SHOWN 25
#define PAGES_MAX     20 /* of the stream, from its start */

/* An operation whose request has one member. */
static enum err
ask(struct op_ctx *ctx, const char *op, const char *member, struct str value,
    struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct buf quoted CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	json_put_str(&quoted, value);
	buf_printf(&request, "{\"%s\":%.*s}", member,
	    STR_ARG(buf_str(&quoted)));
	if (buf_err(&request) != ERR_OK)
		return buf_err(&request);
	return describe_ask(ctx, op, buf_str(&request), ret);
}

static enum err
first_iterator(struct op_ctx *ctx, struct str arn, const struct json *stream,
    struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	const struct json *shard = json_at(json_get(stream, "Shards"), 0);

	BUF_LIT(&request,
	    "{\"ShardIteratorType\":\"TRIM_HORIZON\",\"StreamArn\":");
	json_put_str(&request, arn);
	BUF_LIT(&request, ",\"ShardId\":");
	rpc_put(&request, json_get(shard, "ShardId"));
	BUF_LIT(&request, "}");
	return describe_ask(ctx, "GetShardIterator", buf_str(&request), ret);
}

/* The last page that has records; *ret_more: there are others behind it. */
static enum err
last_page(struct op_ctx *ctx, struct str iterator, struct json **ret,
    bool *ret_more)
{
	struct json *page = NULL;
	enum err e;

	*ret_more = true;
	for (int i = 0; i < PAGES_MAX; i++) {
		e = ask(ctx, "GetRecords", "ShardIterator", iterator, &page);
		if (e != ERR_OK)
			return e;
		if (json_len(json_get(page, "Records")) == 0) {
			json_free(page);
			*ret_more = false;
			return ERR_OK;
		}
		json_free(*ret);
		*ret = page;
		iterator = json_str(json_get(page, "NextShardIterator"));
		if (iterator.p == NULL) {
			*ret_more = false;
			return ERR_OK;
		}
	}
	return ERR_OK;
}

static void
put_change(struct buf *text, const struct json *record)
{
	static const char *const images[][2] = { { "Keys", "key" },
		{ "OldImage", "old" }, { "NewImage", "new" } };
	const struct json *d = json_get(record, "dynamodb");

	BUF_LIT(text, "{\"change\":");
	rpc_put(text, json_get(record, "eventName"));
	BUF_LIT(text, ",\"time\":");
	map_put_time(text, json_get(d, "ApproximateCreationDateTime"));
	for (size_t i = 0; i < NELEM(images); i++) {
		if (json_get(d, images[i][0]) == NULL)
			continue;
		tool_member(text, images[i][1]);
		item_plain(text, json_get(d, images[i][0]));
	}
	buf_putc(text, '}');
}

/* Newest first, as many as can be shown. */
static void
put_changes(struct buf *text, const struct json *page, bool more)
{
	const struct json *records = json_get(page, "Records");
	size_t n = json_len(records), shown = 0;

	BUF_LIT(text, ",\"changes\":[");
	while (shown < n && shown < CHANGES_SHOWN &&
	    text->len <= LIMIT_MCP_RESULT) {
		if (shown > 0)
			buf_putc(text, ',');
		put_change(text, json_at(records, n - ++shown));
	}
	buf_puts(text,
	    more ? STR("],\"note\":\"there are newer changes than these\"}") :
		   STR("]}"));
}

static enum err
put_stream(struct op_ctx *ctx, struct str arn, struct buf *text)
{
	struct json *described CLEANUP(json_freep) = NULL;
	struct json *iterator CLEANUP(json_freep) = NULL;
	struct json *page CLEANUP(json_freep) = NULL;
	const struct json *stream, *first;
	bool more = false;
	enum err e = ask(ctx, "DescribeStream", "StreamArn", arn, &described);

	if (e != ERR_OK)
		return e;
	stream = json_get(described, "StreamDescription");
	if ((e = first_iterator(ctx, arn, stream, &iterator)) != ERR_OK)
		return e;
	first = json_get(iterator, "ShardIterator");
	if ((e = last_page(ctx, json_str(first), &page, &more)) != ERR_OK)
		return e;
	BUF_LIT(text, "{\"stream\":");
	rpc_put(text, json_get(stream, "StreamStatus"));
	BUF_LIT(text, ",\"view\":");
	rpc_put(text, json_get(stream, "StreamViewType"));
	put_changes(text, page, more);
	return buf_err(text);
}

static enum err
stream_read(struct op_ctx *ctx, struct str name, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct json *table CLEANUP(json_freep) = NULL;
	const struct json *arn;
	enum err e = describe_get(ctx, name, &table);

	if (e != ERR_OK)
		return e;
	arn = json_get(json_get(table, "Table"), "LatestStreamArn");
	if (arn == NULL)
		BUF_LIT(&text,
		    "{\"stream\":\"NONE\",\"changes\":[],\"note\":\"the table "
		    "has no stream\"}");
	else if ((e = put_stream(ctx, json_str(arn), &text)) != ERR_OK)
		return e;
	BUF_LIT(out, ",\"text\":");
	json_put_str(out, buf_str(&text));
	return buf_err(out);
}

const struct resource resource_stream = {
	.uri = "doorward://tables/{name}/stream",
	.name = "stream",
	.title = "A table's newest changes",
	.text = "Up to 25 changes that its stream keeps, the newest first.",
	.mime = "application/json",
	.op = "GetRecords",
	.group = TOOL_STREAMS,
	.read = stream_read,
};
