/* SPDX-License-Identifier: ISC */
/*
 * tools.t - what a model may say, what the operation is asked, and what the
 * model reads.
 */
#include "fake.h"
#include "mcp/call.h"
#include "mcp/tool.h"
#include "mcp/value.h"
#include "tap.h"

#define BIG 12000 /* bytes of an item that makes a page too long */

static const struct mcp_head none;
static struct json *answer; /* of the last call */
static const struct json *result;

static bool
has(struct str s, const char *part)
{
	return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

static struct json *
parse(struct str text)
{
	struct json *j = NULL;
	struct json_error je;

	return json_parse(text, LIMIT_JSON_DEPTH, &j, &je) == ERR_OK ? j : NULL;
}

/* tools/call in the room that it needs. */
static void
tool(const char *name, const char *args)
{
	struct buf body CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);

	buf_printf(&body,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
	    "\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
	    name, args);
	(void)call_in(OP_READ, &none, buf_str(&body));
	if (got.room != 0)
		(void)call_in(got.room, &none, buf_str(&body));
	json_free(answer);
	answer = parse(buf_str(&got_body));
	result = json_get(answer, "result");
}

static struct str
text(void)
{
	return json_str(
	    json_get(json_at(json_get(result, "content"), 0), "text"));
}

/* What the operation was asked, and what came back. */
static void
works(const char *name, const char *args, const char *asked, const char *said)
{
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct buf structured CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);

	fake_asked[0] = '\0';
	tool(name, args);
	is_str(str_from(fake_asked), str_from(asked), "%s: the request", name);
	is_str(text(), str_from(said), "%s: the result's text", name);
	rpc_put(&structured, json_get(result, "structuredContent"));
	is_str(buf_str(&structured), text(), "r43: structuredContent the same");
	form_check(tool_find(str_from(name))->out,
	    json_get(result, "structuredContent"), &wrong);
	is_str(buf_str(&wrong), STR(""), "r43: it conforms to outputSchema");
	ok(json_get(result, "isError") == NULL, "and is no error");
}

/* Refused before anything runs, with a text that says why. */
static void
refused(const char *name, const char *args, const char *why)
{
	unsigned before = fake_runs;
	struct str said;

	tool(name, args);
	said = text();
	is_str(rpc_cut(said, strlen(why)), str_from(why), "r44, B5: %s %.60s",
	    name, args);
	said = str_starts(said, str_from(why)) ?
	    (struct str){ said.p + strlen(why), said.len - strlen(why) } :
	    STR("");
	ok(str_starts(said, STR("\nNothing was done. ")) &&
		(has(said, "call") || has(said, "shows")),
	    "and what to do next");
	ok(json_bool(json_get(result, "isError")) && fake_runs == before &&
		got.status == 200,
	    "isError, nothing was run");
}

static void
test_items(void)
{
	fake_answer = "{}";
	works("get_item",
	    "{\"table\":\"abc\",\"key\":{\"a\":\"x\",\"b\":1.50}}",
	    "GetItem {\"TableName\":\"abc\",\"Key\":{\"a\":{\"S\":\"x\"},"
	    "\"b\":{\"N\":\"1.50\"}}}",
	    "{\"found\":false}");
	fake_answer = "{\"Item\":{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1.5\"}}}";
	works("get_item",
	    "{\"table\":\"abc\",\"key\":{\"a\":\"x\"},\"attributes\":"
	    "[\"a\",\"b.c\"]}",
	    "GetItem {\"TableName\":\"abc\",\"Key\":{\"a\":{\"S\":\"x\"}},"
	    "\"ProjectionExpression\":\"#_0,#_1\",\"ExpressionAttributeNames\":"
	    "{\"#_0\":\"a\",\"#_1\":\"b.c\"}}",
	    "{\"found\":true,\"item\":{\"a\":\"x\",\"b\":1.5}}");

	fake_answer = "{}";
	works("put_item", "{\"table\":\"abc\",\"item\":{\"a\":true}}",
	    "PutItem {\"TableName\":\"abc\",\"Item\":{\"a\":{\"BOOL\":true}},"
	    "\"ReturnValues\":\"ALL_OLD\"}",
	    "{\"replaced\":false}");
	fake_answer = "{\"Attributes\":{\"a\":{\"NULL\":true}}}";
	works("put_item",
	    "{\"table\":\"abc\",\"item\":{\"a\":null},\"return_old\":true,"
	    "\"condition\":\"#v = :v\",\"names\":{\"#v\":\"v\"},\"values\":"
	    "{\":v\":[1]}}",
	    "PutItem {\"TableName\":\"abc\",\"Item\":{\"a\":{\"NULL\":true}},"
	    "\"ConditionExpression\":\"#v = :v\",\"ExpressionAttributeNames\":"
	    "{\"#v\":\"v\"},\"ExpressionAttributeValues\":{\":v\":{\"L\":"
	    "[{\"N\":\"1\"}]}},\"ReturnValues\":\"ALL_OLD\"}",
	    "{\"replaced\":true,\"old\":{\"a\":null}}");
	works("update_item",
	    "{\"table\":\"abc\",\"key\":{\"a\":1},\"update\":\"SET #v = :v\","
	    "\"condition\":\"a > :v\",\"names\":{\"#v\":\"v\"},\"values\":"
	    "{\":v\":2}}",
	    "UpdateItem {\"TableName\":\"abc\",\"Key\":{\"a\":{\"N\":\"1\"}},"
	    "\"UpdateExpression\":\"SET #v = :v\",\"ConditionExpression\":"
	    "\"a > :v\",\"ExpressionAttributeNames\":{\"#v\":\"v\"},"
	    "\"ExpressionAttributeValues\":{\":v\":{\"N\":\"2\"}},"
	    "\"ReturnValues\":\"UPDATED_NEW\"}",
	    "{\"changed\":{\"a\":null}}");
	works("update_item",
	    "{\"table\":\"abc\",\"key\":{\"a\":1},\"update\":\"REMOVE v\","
	    "\"return_item\":true}",
	    "UpdateItem {\"TableName\":\"abc\",\"Key\":{\"a\":{\"N\":\"1\"}},"
	    "\"UpdateExpression\":\"REMOVE v\",\"ReturnValues\":\"ALL_NEW\"}",
	    "{\"item\":{\"a\":null}}");
	works("delete_item", "{\"table\":\"abc\",\"key\":{\"a\":1}}",
	    "DeleteItem {\"TableName\":\"abc\",\"Key\":{\"a\":{\"N\":\"1\"}},"
	    "\"ReturnValues\":\"ALL_OLD\"}",
	    "{\"deleted\":true}");
}

static void
test_batch(void)
{
	char args[4096];
	size_t n = 0;

	fake_answer = "{\"UnprocessedItems\":{}}";
	works("batch_write_items",
	    "{\"table\":\"abc\",\"put\":[{\"a\":1},{\"a\":2}],\"delete\":"
	    "[{\"a\":3}]}",
	    "BatchWriteItem {\"RequestItems\":{\"abc\":[{\"PutRequest\":"
	    "{\"Item\":{\"a\":{\"N\":\"1\"}}}},{\"PutRequest\":{\"Item\":"
	    "{\"a\":{\"N\":\"2\"}}}},{\"DeleteRequest\":{\"Key\":{\"a\":"
	    "{\"N\":\"3\"}}}}]}}",
	    "{\"done\":3}");
	fake_answer = "{\"UnprocessedItems\":{\"abc\":[{\"DeleteRequest\":"
		      "{\"Key\":{\"a\":{\"N\":\"3\"}}}},{\"PutRequest\":"
		      "{\"Item\":{\"a\":{\"N\":\"1\"}}}}]}}";
	works("batch_write_items",
	    "{\"table\":\"abc\",\"put\":[{\"a\":1}],\"delete\":[{\"a\":3}]}",
	    "BatchWriteItem {\"RequestItems\":{\"abc\":[{\"PutRequest\":"
	    "{\"Item\":{\"a\":{\"N\":\"1\"}}}},{\"DeleteRequest\":{\"Key\":"
	    "{\"a\":{\"N\":\"3\"}}}}]}}",
	    "{\"unprocessed_put\":[{\"a\":1}],\"unprocessed_delete\":"
	    "[{\"a\":3}],\"done\":0}");
	refused("batch_write_items", "{\"table\":\"abc\"}",
	    "ValidationException: put and delete: expected 1 to 25 items and "
	    "keys in all, got 0");
	n = (size_t)snprintf(args, sizeof(args),
	    "{\"table\":\"abc\",\"delete\":[{\"a\":0}],\"put\":[");
	for (int i = 0; i < LIMIT_BATCH_WRITE; i++)
		n += (size_t)snprintf(args + n, sizeof(args) - n,
		    "%s{\"a\":%d}", i ? "," : "", i);
	(void)snprintf(args + n, sizeof(args) - n, "]}");
	refused("batch_write_items", args,
	    "ValidationException: put and delete: expected 1 to 25 items and "
	    "keys in all, got 26");
	fake_answer = "{\"UnprocessedItems\":{}}";
	memcpy(strstr(args, "\"delete\""), "\"delete\":[       ", 17);
	tool("batch_write_items", args);
	is_str(text(), STR("{\"done\":25}"), "25 are taken");
}

static void
test_batch_get(void)
{
	static char big[3 * (LIMIT_MCP_RESULT + 64)];
	size_t n;
	unsigned before;

	fake_answer = "{\"Responses\":{\"abc\":[{\"a\":{\"N\":\"2\"}}]},"
		      "\"UnprocessedKeys\":{}}";
	works("batch_get_items",
	    "{\"table\":\"abc\",\"keys\":[{\"a\":1},{\"a\":2,\"b\":\"x\"}],"
	    "\"attributes\":[\"a\"]}",
	    "BatchGetItem {\"RequestItems\":{\"abc\":{\"Keys\":[{\"a\":{\"N\":"
	    "\"1\"}},{\"a\":{\"N\":\"2\"},\"b\":{\"S\":\"x\"}}],"
	    "\"ProjectionExpression\":\"#_0\",\"ExpressionAttributeNames\":"
	    "{\"#_0\":\"a\"}}}}",
	    "{\"items\":[{\"a\":2}]}");
	fake_answer = "{\"Responses\":{\"abc\":[]},\"UnprocessedKeys\":{"
		      "\"abc\":{\"Keys\":[{\"a\":{\"N\":\"1\"}}]}}}";
	tool("batch_get_items", "{\"table\":\"abc\",\"keys\":[{\"a\":1}]}");
	is_str(text(), STR("{\"items\":[],\"unread_keys\":[{\"a\":1}]}"),
	    "keys that the operation left");
	n = (size_t)snprintf(big, sizeof(big),
	    "{\"Responses\":{\"abc\":[{\"a\":{\"S\":\"%0*d\"}},{\"a\":{\"S\":"
	    "\"%0*d\"}}]},\"UnprocessedKeys\":{\"abc\":{\"Keys\":[{\"a\":"
	    "{\"N\":\"8\"}}]}}}",
	    (int)LIMIT_MCP_RESULT - 64, 1, (int)LIMIT_MCP_RESULT - 64, 2);
	ok(n < sizeof(big), "an answer of two long items");
	fake_answer = big;
	before = fake_runs;
	tool("batch_get_items",
	    "{\"table\":\"abc\",\"keys\":[{\"a\":1},{\"a\":2},{\"a\":3}]}");
	is_int(fake_runs, before + 2, "it is asked again");
	ok(has(str_from(fake_asked), "{\"Keys\":[{\"a\":{\"N\":\"1\"}}]}"),
	    "for one of them");
	ok(has(text(), "\"unread_keys\":[{\"a\":8},{\"a\":2},{\"a\":3}]}"),
	    "the others are given back");
	refused("batch_get_items", "{\"table\":\"abc\",\"keys\":[]}",
	    "keys: expected 1 to 100 elements, got 0");
	fake_answer = "{}";
}

static void
test_tables(void)
{
	static const char created[] =
	    "{\"TableDescription\":{\"TableName\":\"abc\",\"TableStatus\":"
	    "\"CREATING\",\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":"
	    "\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":\"RANGE\"}],"
	    "\"AttributeDefinitions\":[{\"AttributeName\":\"b\","
	    "\"AttributeType\":\"N\"},{\"AttributeName\":\"a\","
	    "\"AttributeType\":\"B\"}],\"ItemCount\":7,\"TableSizeBytes\":99,"
	    "\"CreationDateTime\":1500000000.25}}";

	fake_answer = created;
	works("create_table",
	    "{\"table\":\"abc\",\"partition_key\":{\"name\":\"a\",\"type\":"
	    "\"binary\"},\"sort_key\":{\"name\":\"b\",\"type\":\"number\"}}",
	    "CreateTable {\"TableName\":\"abc\",\"AttributeDefinitions\":"
	    "[{\"AttributeName\":\"a\",\"AttributeType\":\"B\"},"
	    "{\"AttributeName\":\"b\",\"AttributeType\":\"N\"}],\"KeySchema\":"
	    "[{\"AttributeName\":\"a\",\"KeyType\":\"HASH\"},"
	    "{\"AttributeName\":\"b\",\"KeyType\":\"RANGE\"}],"
	    "\"BillingMode\":\"PAY_PER_REQUEST\"}",
	    "{\"table\":\"abc\",\"status\":\"CREATING\",\"partition_key\":"
	    "{\"name\":\"a\",\"type\":\"binary\"},\"sort_key\":{\"name\":"
	    "\"b\",\"type\":\"number\"},\"items\":7,\"bytes\":99,\"created\":"
	    "\"2017-07-14T02:40:00Z\",\"take_back\":\"delete_table, with the same "
	    "table\"}");
	fake_answer = "{\"Table\":{\"TableName\":\"abc\",\"TableStatus\":"
		      "\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":\"a\","
		      "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":"
		      "[{\"AttributeName\":\"a\",\"AttributeType\":\"S\"}]}}";
	works("describe_table", "{\"table\":\"abc\"}",
	    "DescribeTable {\"TableName\":\"abc\"}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\",\"partition_key\":"
	    "{\"name\":\"a\",\"type\":\"string\"}}");
	fake_answer = created;
	tool("delete_table", "{\"table\":\"abc\"}");
	is_str(str_from(fake_asked), STR("DeleteTable {\"TableName\":\"abc\"}"),
	    "delete_table: the request");

	fake_answer = "{\"TableNames\":[\"abc\",\"abd\"],"
		      "\"LastEvaluatedTableName\":\"abd\"}";
	works("list_tables", "{\"limit\":2.0}", "ListTables {\"Limit\":2}",
	    "{\"tables\":[\"abc\",\"abd\"],\"next_cursor\":\"1.0.YWJk\","
	    "\"note\":\"there are more: call again with cursor set to "
	    "next_cursor\"}");
	fake_answer = "{\"TableNames\":[]}";
	works("list_tables", "{\"cursor\":\"1.0.YWJk\"}",
	    "ListTables {\"Limit\":100,\"ExclusiveStartTableName\":\"abd\"}",
	    "{\"tables\":[]}");
	refused("list_tables", "{\"cursor\":\"abd\"}",
	    "ValidationException: cursor: not one that list_tables gave");
}

static void
test_query(void)
{
	static const char *const sort[][2] = { { "=", "#_r = :_r" },
		{ "<", "#_r < :_r" }, { "<=", "#_r <= :_r" },
		{ ">", "#_r > :_r" }, { ">=", "#_r >= :_r" },
		{ "begins_with", "begins_with(#_r, :_r)" } };
	char args[512];

	fake_answer = "{\"Items\":[{\"a\":{\"S\":\"x\"}}],\"Count\":1,"
		      "\"ScannedCount\":1}";
	works("query", "{\"table\":\"abc\",\"key\":{\"a\":\"x\"}}",
	    "Query {\"TableName\":\"abc\",\"KeyConditionExpression\":"
	    "\"#_h = :_h\",\"ExpressionAttributeNames\":{\"#_h\":\"a\"},"
	    "\"ExpressionAttributeValues\":{\":_h\":{\"S\":\"x\"}},"
	    "\"Limit\":50}",
	    "{\"items\":[{\"a\":\"x\"}],\"count\":1}");
	works("query",
	    "{\"table\":\"abc\",\"key\":{\"a\":\"x\"},\"sort\":{\"attribute\":"
	    "\"b\",\"operator\":\"between\",\"value\":1,\"high\":2},"
	    "\"descending\":true,\"filter\":\"#c = :c\",\"names\":{\"#c\":"
	    "\"c\"},\"values\":{\":c\":{\"B\":\"aGk=\"}},\"attributes\":"
	    "[\"c\"]}",
	    "Query {\"TableName\":\"abc\",\"KeyConditionExpression\":"
	    "\"#_h = :_h AND #_r BETWEEN :_r AND :_s\",\"ScanIndexForward\":"
	    "false,\"FilterExpression\":\"#c = :c\",\"ProjectionExpression\":"
	    "\"#_0\",\"ExpressionAttributeNames\":{\"#_h\":\"a\",\"#_r\":"
	    "\"b\",\"#_0\":\"c\",\"#c\":\"c\"},\"ExpressionAttributeValues\":"
	    "{\":_h\":{\"S\":\"x\"},\":_r\":{\"N\":\"1\"},\":_s\":{\"N\":"
	    "\"2\"},\":c\":{\"B\":\"aGk=\"}},\"Limit\":1000}",
	    "{\"items\":[{\"a\":\"x\"}],\"count\":1}");
	for (size_t i = 0; i < NELEM(sort); i++) {
		(void)snprintf(args, sizeof(args),
		    "{\"table\":\"abc\",\"key\":{\"a\":1},\"sort\":"
		    "{\"attribute\":\"b\",\"operator\":\"%s\",\"value\":1}}",
		    sort[i][0]);
		tool("query", args);
		ok(has(str_from(fake_asked), sort[i][1]), "%s", sort[i][0]);
	}
	refused("query",
	    "{\"table\":\"abc\",\"key\":{\"a\":1},\"sort\":{\"attribute\":"
	    "\"b\",\"operator\":\"between\",\"value\":1}}",
	    "ValidationException: sort.high: missing; between needs value and "
	    "high");
	refused("query",
	    "{\"table\":\"abc\",\"key\":{\"a\":1},\"sort\":{\"attribute\":"
	    "\"b\",\"operator\":\"<\",\"value\":1,\"high\":1}}",
	    "ValidationException: sort.high: only with the operator between");
	refused("scan",
	    "{\"table\":\"abc\",\"filter\":\"x\",\"names\":{\"#_h\":\"a\"}}",
	    "ValidationException: names: no name may begin with \"#_\"");
	refused("scan",
	    "{\"table\":\"abc\",\"filter\":\"x\",\"values\":{\":_0\":\"a\"}}",
	    "ValidationException: values: no name may begin with \":_\"");
}

static void
test_pages(void)
{
	static const char *const bad[] = { "", "1.0.", "1.0.e30",
		"2.0.e30=", "1.0.W10=", "1.0.e30=x" };
	char args[128];

	fake_answer = "{\"Items\":[],\"Count\":0,\"ScannedCount\":9,"
		      "\"LastEvaluatedKey\":{\"a\":{\"S\":\"x\"}}}";
	works("scan", "{\"table\":\"abc\",\"limit\":9}",
	    "Scan {\"TableName\":\"abc\",\"Limit\":9}",
	    "{\"items\":[],\"count\":0,\"next_cursor\":"
	    "\"1.0.eyJhIjp7IlMiOiJ4In19\",\"note\":\"0 shown; there may be "
	    "more: call again with cursor set to next_cursor.\"}");
	fake_answer = "{\"Items\":[]}";
	works("scan",
	    "{\"table\":\"abc\",\"cursor\":\"1.0.eyJhIjp7IlMiOiJ4In19\"}",
	    "Scan {\"TableName\":\"abc\",\"Limit\":50,\"ExclusiveStartKey\":"
	    "{\"a\":{\"S\":\"x\"}}}",
	    "{\"items\":[],\"count\":0}");
	for (size_t i = 0; i < NELEM(bad); i++) {
		(void)snprintf(args, sizeof(args),
		    "{\"table\":\"abc\",\"cursor\":\"%s\"}", bad[i]);
		refused("scan", args,
		    "ValidationException: cursor: not a next_cursor of an "
		    "earlier page");
	}
}

/* A page that came too long is asked for again, shorter. */
static void
test_cap(void)
{
	static char pages[8 * (BIG + 64)];
	size_t n = 0;
	unsigned before = fake_runs;

	for (int i = 0; i < 7; i++)
		n += (size_t)snprintf(pages + n, sizeof(pages) - n,
		    "%s{\"a\":{\"S\":\"%0*d\"}}", i ? "," : "{\"Items\":[", BIG,
		    i);
	(void)snprintf(pages + n, sizeof(pages) - n, "],\"ScannedCount\":7}");
	fake_answer = pages;
	tool("scan", "{\"table\":\"abc\"}");
	/* The fake gives seven again: more than it was asked for. */
	is_str(str_from(fake_asked),
	    STR("Scan {\"TableName\":\"abc\",\"Limit\":5}"),
	    "seven are too long, five are asked for");
	is_int(fake_runs, before + 2, "once more");

	(void)snprintf(pages, sizeof(pages),
	    "{\"Items\":[{\"a\":{\"S\":\"%0*d\"}}],\"ScannedCount\":1}",
	    6 * BIG, 1);
	tool("scan", "{\"table\":\"abc\"}");
	is_str(text(),
	    STR("{\"items\":[{}],\"count\":1,\"left_out\":[\"a\"],\"note\":"
		"\"left_out were too long to be shown: name them in "
		"attributes to read them\"}"),
	    "of an item that is too long what fits is shown");
	tool("scan", "{\"table\":\"abc\",\"attributes\":[\"a\"]}");
	ok(text().len > LIMIT_MCP_RESULT, "all of it where it is asked for");
	fake_answer = "{}";
}

static void
test_refused(void)
{
	refused("get_item", "{}",
	    "table: missing; expected a string\nkey: missing; expected an "
	    "object");
	refused("get_item", "{\"table\":1,\"key\":[]}",
	    "table: expected a string, got a number\nkey: expected an object, "
	    "got an array");
	refused("get_item", "{\"table\":\"abc\",\"key\":{},\"tabel\":1}",
	    "unknown member \"tabel\"; known: table, key, attributes");
	refused("list_tables", "{\"limit\":0}",
	    "limit: expected 1 to 100, got 0");
	refused("list_tables", "{\"limit\":101}",
	    "limit: expected 1 to 100, got 101");
	refused("list_tables", "{\"limit\":1.5}",
	    "limit: expected an integer, got a number");
	refused("list_tables", "{\"limit\":null}",
	    "limit: expected an integer, got null");
	refused("query",
	    "{\"table\":\"abc\",\"key\":{\"a\":1},\"sort\":{\"attribute\":"
	    "\"b\",\"operator\":\"~\",\"value\":1,\"x\":1}}",
	    "sort.operator: expected one of \"=\", \"<\", \"<=\", \">\", "
	    "\">=\", \"between\", \"begins_with\", got \"~\"\n"
	    "sort: unknown member \"x\"; known: attribute, operator, value, "
	    "high");
	refused("batch_write_items",
	    "{\"table\":\"abc\",\"put\":[{\"a\":1},7,{}]}",
	    "put[1]: expected an object, got a number\n"
	    "put[2]: expected at least 1 members, got 0");
	refused("scan", "{\"table\":\"abc\",\"names\":{\"#a\":1}}",
	    "names.#a: expected a string, got a number");
	refused("list_tables",
	    "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,"
	    "\"i\":1}",
	    "unknown member \"a\"; known: limit, cursor\n"
	    "unknown member \"b\"; known: limit, cursor\n"
	    "unknown member \"c\"; known: limit, cursor\n"
	    "unknown member \"d\"; known: limit, cursor\n"
	    "unknown member \"e\"; known: limit, cursor\n"
	    "unknown member \"f\"; known: limit, cursor\n"
	    "unknown member \"g\"; known: limit, cursor\n"
	    "unknown member \"h\"; known: limit, cursor");
}

/* Deep values: refused by words, not by a crash. */
static void
test_deep(void)
{
	char args[1024];
	size_t n = (size_t)snprintf(args, sizeof(args),
	    "{\"table\":\"abc\",\"item\":{\"a\":");

	for (int i = 0; i < 60; i++)
		args[n++] = '[';
	for (int i = 0; i < 60; i++)
		args[n++] = ']';
	memcpy(args + n, "}}", 3);
	refused("put_item", args,
	    "ValidationException: values may be nested 32 levels deep");
}

static void
test_errors(void)
{
	struct str a;

	fake_error = ERR_NOT_FOUND;
	tool("scan", "{\"table\":\"abc\"}");
	is_str(text(),
	    STR("ResourceNotFoundException: the reason\n"
		"Nothing was done. get_overview shows what there is."),
	    "r44: the operation's error is for the model");
	ok(json_bool(json_get(result, "isError")) && got.status == 200 &&
		got.error == ERR_NOT_FOUND,
	    "r44: as a result; the log knows");
	fake_error = ERR_CONDITION;
	tool("put_item", "{\"table\":\"abc\",\"item\":{\"a\":1}}");
	is_str(text(),
	    STR("ConditionalCheckFailedException: the reason\n"
		"Nothing was changed. Read the item with get_item, then call "
		"again with a condition that holds."),
	    "a condition that does not hold");
	fake_error = ERR_STORE;
	tool("scan", "{\"table\":\"abc\"}");
	ok(result == NULL && got.status == 500 && got.error == ERR_STORE,
	    "what nobody can help is an error of JSON-RPC");
	fake_error = ERR_OK;
	fake_answer = "no JSON";
	tool("scan", "{\"table\":\"abc\"}");
	ok(result == NULL && got.status == 500 && got.error == ERR_INTERNAL,
	    "so is an answer that is not JSON");
	fake_answer = "{}";

	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"nope\"}}"));
	ok(has(a, "-32602") && got.status == 200, "r44: unknown tool");
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}"));
	ok(has(a, "-32602"), "r44: no name");
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"scan\",\"arguments\":[]}}"));
	ok(has(a, "-32602"), "r44: arguments that are no object");
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		"\"params\":{\"name\":\"list_tables\"}}"));
	ok(has(a, "\"tables\":"), "no arguments are no members");
}

/* ---- values */

static void
value(const char *in, const char *typed, const char *back)
{
	struct buf one CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf two CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct json *j CLEANUP(json_freep) = parse(str_from(in));
	struct json *t CLEANUP(json_freep) = NULL;

	value_typed(&one, j);
	is_str(buf_str(&one), str_from(typed), "%s in", in);
	t = parse(buf_str(&one));
	value_plain(&two, t);
	is_str(buf_str(&two), str_from(back), "%s and back", in);
}

static void
test_values(void)
{
	static const char *const same[][2] = {
		{ "\"x\\u0000\"", "{\"S\":\"x\\u0000\"}" },
		{ "\"\"", "{\"S\":\"\"}" },
		{ "0", "{\"N\":\"0\"}" },
		{ "-1.5e-7", "{\"N\":\"-1.5e-7\"}" },
		{ "123456789012345", "{\"N\":\"123456789012345\"}" },
		{ "0.123456789012345", "{\"N\":\"0.123456789012345\"}" },
		{ "9007199254740992", "{\"N\":\"9007199254740992\"}" },
		{ "-9007199254740992", "{\"N\":\"-9007199254740992\"}" },
		{ "100000000000000000000",
		    "{\"N\":\"100000000000000000000\"}" },
		{ "true", "{\"BOOL\":true}" },
		{ "false", "{\"BOOL\":false}" },
		{ "null", "{\"NULL\":true}" },
		{ "[]", "{\"L\":[]}" },
		{ "{}", "{\"M\":{}}" },
		{ "[1,[\"a\"],{\"k\":null}]",
		    "{\"L\":[{\"N\":\"1\"},{\"L\":[{\"S\":\"a\"}]},{\"M\":"
		    "{\"k\":{\"NULL\":true}}}]}" },
		{ "{\"S\":\"x\",\"N\":1}",
		    "{\"M\":{\"S\":{\"S\":\"x\"},\"N\":{\"N\":\"1\"}}}" },
		{ "{\"s\":\"x\"}", "{\"M\":{\"s\":{\"S\":\"x\"}}}" },
		{ "{\"B\":\"aGk=\"}", "{\"B\":\"aGk=\"}" },
		{ "{\"SS\":[\"a\"]}", "{\"SS\":[\"a\"]}" },
		{ "{\"NS\":[\"1\"]}", "{\"NS\":[\"1\"]}" },
		{ "{\"BS\":[\"aGk=\"]}", "{\"BS\":[\"aGk=\"]}" },
		{ "{\"N\":\"9007199254740993\"}",
		    "{\"N\":\"9007199254740993\"}" },
		{ "{\"N\":\"-9007199254740993\"}",
		    "{\"N\":\"-9007199254740993\"}" },
		{ "{\"N\":\"1234567890.123456\"}",
		    "{\"N\":\"1234567890.123456\"}" },
		{ "{\"M\":{\"S\":\"x\"}}", "{\"M\":{\"S\":{\"S\":\"x\"}}}" },
		{ "{\"M\":{\"N\":1}}", "{\"M\":{\"N\":{\"N\":\"1\"}}}" },
	};

	for (size_t i = 0; i < NELEM(same); i++)
		value(same[i][0], same[i][1], same[i][0]);
	value("{\"S\":\"x\"}", "{\"S\":\"x\"}", "\"x\"");
	value("{\"N\":\"12\"}", "{\"N\":\"12\"}", "12");
	value("{\"N\":\"0012\"}", "{\"N\":\"0012\"}", "{\"N\":\"0012\"}");
	value("{\"N\":\".5\"}", "{\"N\":\".5\"}", "{\"N\":\".5\"}");
	value("{\"N\":\"5.\"}", "{\"N\":\"5.\"}", "{\"N\":\"5.\"}");
	value("{\"N\":\"1e\"}", "{\"N\":\"1e\"}", "{\"N\":\"1e\"}");
	value("{\"N\":\"-\"}", "{\"N\":\"-\"}", "{\"N\":\"-\"}");
	value("{\"BOOL\":true}", "{\"BOOL\":true}", "true");
	value("{\"NULL\":true}", "{\"NULL\":true}", "null");
	value("{\"L\":[1,{\"S\":\"x\"}]}",
	    "{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"}]}", "[1,\"x\"]");
	value("{\"M\":{\"k\":1}}", "{\"M\":{\"k\":{\"N\":\"1\"}}}",
	    "{\"k\":1}");
}

/* ---- tools/list */

static void
test_definitions(void)
{
	struct json *j CLEANUP(json_freep) = NULL;
	const struct op_ctx all = { .rights = OP_READ | OP_WRITE };
	const struct json *tools;
	size_t n = 0;
	struct str a;

	list_all = true;
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"));
	list_all = false;
	j = parse(a);
	tools = json_get(json_get(j, "result"), "tools");
	for (size_t i = 0; tool_at(i) != NULL; i++)
		n += !tool_at(i)->on_demand && tool_allowed(tool_at(i), &all);
	is_int(json_len(tools), n,
	    "r31: every tool but those that lead there");
	for (size_t i = 0; i < json_len(tools); i++) {
		const struct json *t = json_at(tools, i);
		const struct json *hints = json_get(t, "annotations");
		const struct json *in = json_get(t, "inputSchema");
		struct str name = json_str(json_get(t, "name"));

		ok(json_len(hints) == 4 &&
			!json_bool(json_get(hints, "openWorldHint")),
		    "r41: %.*s: four hints", STR_ARG(name));
		is_int(json_bool(json_get(hints, "readOnlyHint")),
		    tool_room(tool_find(name)) == OP_READ,
		    "r41: readOnlyHint is the operation's");
		ok(str_eq(json_str(json_get(in, "type")), STR("object")) &&
			json_kind(json_get(in, "additionalProperties")) ==
			    JSON_BOOL &&
			!json_bool(json_get(in, "additionalProperties")),
		    "r40: a strict object");
		ok(json_str(json_get(t, "description")).len > 20 &&
			json_str(json_get(t, "title")).len > 5 &&
			json_get(t, "outputSchema") != NULL,
		    "r40: title, description, outputSchema");
	}
	ok(!has(a, "nextCursor"), "r32: no cursor where no more exists");
}

static void
test_list(void)
{
	const struct op_ctx all = { .rights = OP_READ | OP_WRITE,
		.list_all = true };
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	const struct tool *last;
	struct str a;

	rights = OP_READ;
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"));
	ok(has(a, "\"get_item\"") && !has(a, "\"put_item\"") &&
		!has(a, "create_table"),
	    "A9: what the token may not do is not listed");
	rights = OP_READ | OP_WRITE;

	fake_without = "PutItem";
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"));
	ok(!has(a, "\"put_item\"") && tool_find(STR("put_item")) == NULL,
	    "r31: no tool without its operation");
	fake_without = "";

	tools_put(&out, &all, NULL, 14, &last);
	ok(last != NULL && strcmp(last->name, "query") == 0 &&
		!has(buf_str(&out), "\"scan\""),
	    "r32: a page that is full names its last");
	buf_reset(&out);
	tools_put(&out, &all, last, LIMIT_MCP_TOOLS, &last);
	ok(last == NULL && has(buf_str(&out), "\"name\":\"scan\"") &&
		!has(buf_str(&out), "\"query\""),
	    "r32: the next page goes on behind it");
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\","
		"\"params\":{\"cursor\":\"1.0.cXVlcnk=\"}}"));
	ok(has(a, "\"name\":\"scan\"") && !has(a, "\"query\""),
	    "r32: a cursor");
	a = call_in(OP_READ, &none,
	    STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\","
		"\"params\":{\"cursor\":\"\"}}"));
	ok(has(a, "-32602") && got.status == 200, "r32: one that is none");
}

/* What is not listed is reached by those that are. */
static void
test_groups(void)
{
	works("call_reading_tool",
	    "{\"tool\":\"describe_table\",\"arguments\":{\"table\":\"abc\"}}",
	    "DescribeTable {\"TableName\":\"abc\"}",
	    "{\"table\":null,\"status\":null}");
	works("call_tool",
	    "{\"tool\":\"put_item\",\"arguments\":{\"table\":\"abc\","
	    "\"item\":{\"a\":1}}}",
	    "PutItem {\"TableName\":\"abc\",\"Item\":{\"a\":{\"N\":\"1\"}},"
	    "\"ReturnValues\":\"ALL_OLD\"}",
	    "{\"replaced\":false}");
	works("call_tool", "{\"tool\":\"list_tables\",\"arguments\":{}}",
	    "ListTables {\"Limit\":100}", "{\"tables\":null}");
	refused("call_reading_tool", "{\"tool\":\"put_item\",\"arguments\":{}}",
	    "tool: \"put_item\": it changes data: call it with call_tool");
	refused("call_tool", "{\"tool\":\"nope\",\"arguments\":{}}",
	    "tool: \"nope\": this token may use no tool of that name");
	refused("call_tool",
	    "{\"tool\":\"call_tool\",\"arguments\":{\"tool\":\"scan\","
	    "\"arguments\":{}}}",
	    "tool: \"call_tool\": it is called by itself");
	refused("call_tool", "{\"tool\":\"batch_get_items\",\"arguments\":{}}",
	    "table: missing; expected a string\nkeys: missing; expected an "
	    "array");
	refused("call_tool", "{\"tool\":\"scan\"}",
	    "arguments: missing; expected an object");
	refused("describe_tools", "{\"tools\":[\"nope\"]}",
	    "ValidationException: no such tool or group: expected tools or "
	    "group as list_groups names them");
	tool("describe_tools", "{\"tools\":[\"nope\",\"scan\",\"nor\"]}");
	ok(has(text(), "\"name\":\"scan\"") &&
		has(text(), "],\"unknown\":[\"nope\",\"nor\"]}"),
	    "what is there is shown, what is not is named");
	tool("describe_tools", "{\"tools\":[\"scan\"]}");
	ok(!has(text(), "unknown"), "and nothing else");
	tool("list_groups", "{}");
	ok(has(text(),
	       "{\"group\":\"batch\",\"about\":\"Read or write many items of "
	       "one table in one call\",\"tools\":[\"batch_get_items\","
	       "\"batch_write_items\"]}"),
	    "a group with its tools");
}

/* A token's rights and groups hold for each way to a tool. */
static void
test_scope(void)
{
	rights = OP_READ;
	tool("list_groups", "{}");
	ok(has(text(), "scan") && !has(text(), "put_item") &&
		!has(text(), "call_tool"),
	    "A9: read-only: list_groups");
	refused("describe_tools", "{\"tools\":[\"put_item\"]}",
	    "ValidationException: no such tool or group: expected tools or "
	    "group as list_groups names them");
	refused("call_reading_tool", "{\"tool\":\"put_item\",\"arguments\":{}}",
	    "tool: \"put_item\": this token may use no tool of that name");
	tool("call_tool", "{\"tool\":\"scan\",\"arguments\":{}}");
	ok(result == NULL && got.status == 403, "A9: call_tool itself");
	rights = OP_READ | OP_WRITE;

	groups = 1U << TOOL_TABLES | 1U << TOOL_BATCH;
	tool("list_groups", "{}");
	ok(has(text(), "create_table") && has(text(), "batch_get_items") &&
		has(text(), "call_tool") && !has(text(), "scan"),
	    "A9: groups: list_groups");
	ok(!has(text(), "\"vectors\""), "a group without tools is not shown");
	tool("scan", "{\"table\":\"abc\"}");
	ok(result == NULL && got.status == 403, "A9: a tool of another group");
	refused("call_tool",
	    "{\"tool\":\"scan\",\"arguments\":{\"table\":\"abc\"}}",
	    "tool: \"scan\": this token may use no tool of that name");
	tool("batch_get_items", "{\"table\":\"abc\",\"keys\":[{\"a\":1}]}");
	ok(json_get(result, "isError") == NULL, "one of its own");
	groups = 0;
}

static void
test_names(void)
{
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));

	for (size_t i = 0; tool_at(i) != NULL; i++) {
		const char *name = tool_at(i)->name;

		ok(strspn(name, "abcdefghijklmnopqrstuvwxyz_") ==
			    strlen(name) &&
			strlen(name) <= 64,
		    "r40: %s", name);
	}
	form_check(tool_at(0)->in, NULL, &wrong);
	is_str(buf_str(&wrong), STR("expected an object, got nothing"),
	    "no arguments at all");
}

int
main(void)
{
	test_items();
	test_batch();
	test_batch_get();
	test_tables();
	test_query();
	test_pages();
	test_cap();
	test_refused();
	test_deep();
	test_errors();
	test_values();
	test_definitions();
	test_list();
	test_groups();
	test_scope();
	test_names();
	buf_free(&got_body);
	json_free(answer);
	return tap_done();
}
