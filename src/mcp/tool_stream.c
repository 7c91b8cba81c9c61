/* SPDX-License-Identifier: ISC */
/*
 * Streams.  A table's stream has one shard, so that a place in it is all that
 * a reader needs: its iterator is the cursor.
 */
#include "mcp/describe.h"
#include "mcp/map.h"
#include "mcp/rpc.h"

static enum err
no_stream(struct tool_run *r)
{
	return op_fail(r->ctx, ERR_VALIDATION,
	    "table: it has no stream; update_table switches one on");
}

/* {"StreamArn":...} of the table's newest stream, without its end. */
static enum err
put_stream(struct tool_run *r, struct buf *request)
{
	struct json *table CLEANUP(json_freep) = NULL;
	const struct json *arn;
	enum err e =
	    describe_get(r->ctx, json_str(json_get(r->args, "table")), &table);

	if (e != ERR_OK)
		return e;
	arn = json_get(json_get(table, "Table"), "LatestStreamArn");
	if (arn == NULL)
		return no_stream(r);
	BUF_LIT(request, "{\"StreamArn\":");
	rpc_put(request, arn);
	return ERR_OK;
}

/* Where it begins, or its end. */
static enum err
first_iterator(struct tool_run *r, struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *stream CLEANUP(json_freep) = NULL;
	const struct json *shards;
	enum err e;
	size_t len;

	if ((e = put_stream(r, &request)) != ERR_OK)
		return e;
	len = request.len;
	buf_putc(&request, '}');
	e = describe_ask(r->ctx, "DescribeStream", buf_str(&request), &stream);
	if (e != ERR_OK)
		return e;
	shards = json_get(json_get(stream, "StreamDescription"), "Shards");
	if (json_len(shards) == 0)
		return no_stream(r);
	request.len = len;
	tool_member(&request, "ShardId");
	rpc_put(&request, json_get(json_at(shards, 0), "ShardId"));
	buf_puts(&request,
	    json_bool(json_get(r->args, "from_now")) ?
		STR(",\"ShardIteratorType\":\"LATEST\"}") :
		STR(",\"ShardIteratorType\":\"TRIM_HORIZON\"}"));
	return describe_ask(r->ctx, "GetShardIterator", buf_str(&request), ret);
}

static enum err
changes_ask(struct tool_run *r, struct buf *request)
{
	struct json *first CLEANUP(json_freep) = NULL;
	enum err e;

	buf_putc(request, '{');
	if ((e = map_members(r, r->tool->in, r->args, request)) != ERR_OK)
		return e;
	if (json_get(r->args, "cursor") == NULL) {
		if ((e = first_iterator(r, &first)) != ERR_OK)
			return e;
		tool_member(request, "ShardIterator");
		rpc_put(request, json_get(first, "ShardIterator"));
	}
	buf_putc(request, '}');
	return ERR_OK;
}

#define CHANGES                                                               \
	FORM("change", STRING, .required = true, .api = "eventName",          \
	    .values = FORM_ONE_OF("insert", "modify", "remove"),              \
	    .codes = FORM_ONE_OF("INSERT", "MODIFY", "REMOVE"),               \
	    .as = FORM_AS_CODE),                                              \
	    FORM("time", STRING,                                              \
		.api = "dynamodb.ApproximateCreationDateTime",                \
		.as = FORM_AS_TIME),                                          \
	    FORM("key", MAP, .api = "dynamodb.Keys", .as = FORM_AS_ITEM),     \
	    FORM("old", MAP, .api = "dynamodb.OldImage", .as = FORM_AS_ITEM), \
	    FORM("new", MAP, .api = "dynamodb.NewImage", .as = FORM_AS_ITEM)

const struct tool tool_read_changes = {
	.name = "read_changes",
	.title = "Read a table's changes",
	.text = "What changed in a table that has a stream, the oldest first, "
		"of the last 24 hours. next_cursor is always there while the "
		"stream is on: call with it later for what is new by then.",
	.op = "GetRecords",
	.group = TOOL_STREAMS,
	.in = TOOL_FORM(FORM("table", STRING, .required = true),
	    FORM("from_now", BOOL,
		.text = "Nothing of the past: a cursor for what comes."),
	    TOOL_PAGE(LIMIT_RECORDS, 50, "ShardIterator")),
	.out =
	    TOOL_FORM(FORM("changes", ARRAY, .required = true, .api = "Records",
			  FORM_EACH(OBJECT, FORM_LIST(CHANGES))),
		FORM("next_cursor", STRING, .api = "NextShardIterator",
		    .as = FORM_AS_CURSOR)),
	.ask = changes_ask,
};

const struct tool tool_list_streams = {
	.name = "list_streams",
	.title = "List streams",
	.text = "The tables that have a stream, or had one within 24 hours; "
		"since says when it was switched on. read_changes reads them.",
	.op = "ListStreams",
	.group = TOOL_STREAMS,
	.in = TOOL_FORM(FORM("table", STRING, .api = "TableName"),
	    TOOL_PAGE(LIMIT_STREAMS, LIMIT_STREAMS, "ExclusiveStartStreamArn")),
	.out =
	    TOOL_FORM(FORM("streams", ARRAY, .required = true, .api = "Streams",
			  FORM_EACH(OBJECT,
			      FORM_LIST(FORM("table", STRING,
					    .api = "TableName"),
				  FORM("since", STRING,
				      .api = "StreamLabel")))),
		TOOL_NEXT("LastEvaluatedStreamArn")),
};
