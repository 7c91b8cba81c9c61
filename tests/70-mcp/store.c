/* SPDX-License-Identifier: ISC */
/* store.t - the tools over the real operations and a real store. */
#include "../50-ddb/ddb.h"
#include "mcp/mcp.h"
#include "mcp/tool.h"

#define BIG 9000

static struct mcp_answer got;
static struct buf got_body = { .max = LIMIT_ANSWER };
static struct json *answer;

static struct str
text(void)
{
	const struct json *result = json_get(answer, "result");

	return json_str(
	    json_get(json_at(json_get(result, "content"), 0), "text"));
}

/* The text of the result; what it promised is checked on the way. */
static struct str
tool(const char *name, const char *args)
{
	static const struct mcp_head none;
	struct buf body CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));
	const struct json *said;
	struct json_error je;

	buf_printf(&body,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
	    "\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
	    name, args);
	arena_reset(ddb_ctx.arena);
	buf_reset(&got_body);
	buf_reset(&ddb_members);
	json_free(answer);
	answer = NULL;
	ddb_ctx.deadline = clock_ms() + 60000;
	if (mcp_handle(&none, buf_str(&body),
		tool_room(tool_find(str_from(name))), &ddb_ctx, &got,
		&got_body) != ERR_OK ||
	    json_parse(buf_str(&got_body), LIMIT_JSON_DEPTH, &answer, &je) !=
		ERR_OK)
		return STR("no answer");
	said = json_get(json_get(answer, "result"), "structuredContent");
	if (said != NULL)
		form_check(tool_find(str_from(name))->out, said, &wrong);
	is_str(buf_str(&wrong), STR(""), "r43: %s: outputSchema", name);
	return text();
}

static bool
has(struct str s, const char *part)
{
	return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

/* What undo would take is left out: the test of it has a look. */
static void
is(const char *name, const char *args, const char *want)
{
	struct str s = tool(name, args);
	const char *undo = memmem(s.p, s.len, "\"undo\":\"change-", 15);
	struct buf all = BUF_INIT(LIMIT_ANSWER);

	if (undo != NULL && undo > s.p) {
		buf_put(&all, s.p, (size_t)(undo - s.p - (undo[-1] == ',')));
		buf_putc(&all, '}');
		s = buf_str(&all);
	}
	is_str(s, str_from(want), "%s %.60s", name, args);
	buf_free(&all);
}

static void
starts(const char *name, const char *args, const char *want)
{
	struct str s = tool(name, args);

	if (!ok(str_starts(s, str_from(want)), "%s %.60s", name, args))
		printf("# got %.*s\n", STR_ARG(s));
}

/* An error of the store's and one of the arguments', with a NUL in them. */
static void
test_nul(void)
{
	struct str s = tool("put_item",
	    "{\"table\":\"songs\",\"item\":{\"artist\":\"a\",\"year\":1},"
	    "\"condition\":\"x = \\u0000 y\"}");

	if (!ok(memmem(s.p, s.len, "near: \"= \0 y\"", 13) != NULL,
		"what is behind a NUL in an expression"))
		printf("# got %.*s\n", STR_ARG(s));
	s = tool("get_item",
	    "{\"table\":\"so\\u0000ngs\",\"key\":{\"artist\":\"a\"}}");
	ok(memmem(s.p, s.len, "so\0ngs", 6) != NULL && s.len > 20,
	    "and in the name of a table");
}

static void
test_tables(void)
{
	is("list_tables", "{}", "{\"tables\":[]}");
	starts("create_table",
	    "{\"table\":\"songs\",\"partition_key\":{\"name\":\"artist\","
	    "\"type\":\"string\"},\"sort_key\":{\"name\":\"year\",\"type\":"
	    "\"number\"}}",
	    "{\"table\":\"songs\",\"status\":\"CREATING\",\"partition_key\":"
	    "{\"name\":\"artist\",\"type\":\"string\"},\"sort_key\":{\"name\":"
	    "\"year\",\"type\":\"number\"}");
	starts("create_table",
	    "{\"table\":\"songs\",\"partition_key\":{\"name\":\"a\",\"type\":"
	    "\"binary\"}}",
	    "ResourceInUseException: ");
	starts("create_table",
	    "{\"table\":\"one\",\"partition_key\":{\"name\":\"id\",\"type\":"
	    "\"binary\"}}",
	    "{\"table\":\"one\"");
	is("list_tables", "{}", "{\"tables\":[\"one\",\"songs\"]}");
	is("list_tables", "{\"limit\":1}",
	    "{\"tables\":[\"one\"],\"next_cursor\":\"1.0.b25l\",\"note\":"
	    "\"there are more: call again with cursor set to next_cursor\"}");
	is("list_tables", "{\"limit\":1,\"cursor\":\"1.0.b25l\"}",
	    "{\"tables\":[\"songs\"]}");
	starts("describe_table", "{\"table\":\"nope\"}",
	    "ResourceNotFoundException: ");
}

/* An index is made with the table, named by it, and queried. */
static void
test_indexes(void)
{
	starts("create_table",
	    "{\"table\":\"idx\",\"partition_key\":{\"name\":\"id\","
	    "\"type\":\"string\"},\"indexes\":[{\"name\":\"by_year\","
	    "\"partition_key\":{\"name\":\"year\",\"type\":\"number\"},"
	    "\"sort_key\":{\"name\":\"id\",\"type\":\"string\"}}]}",
	    "{\"table\":\"idx\"");
	is("batch_write_items",
	    "{\"table\":\"idx\",\"put\":[{\"id\":\"a\",\"year\":1},"
	    "{\"id\":\"b\",\"year\":2},{\"id\":\"c\",\"year\":1},"
	    "{\"id\":\"d\"}]}",
	    "{\"done\":4}");
	is("query",
	    "{\"table\":\"idx\",\"index\":\"by_year\",\"key\":{\"year\":1},"
	    "\"attributes\":[\"id\"]}",
	    "{\"items\":[{\"id\":\"a\"},{\"id\":\"c\"}],\"count\":2}");
	(void)tool("scan", "{\"table\":\"idx\",\"index\":\"by_year\"}");
	ok(has(text(), "\"count\":3"), "what has no key is in no index");
	ok(has(tool("describe_table", "{\"table\":\"idx\"}"),
	       "\"indexes\":[{\"index\":\"by_year\",\"partition_key\":"
	       "{\"name\":\"year\",\"type\":\"number\"},\"sort_key\":"
	       "{\"name\":\"id\",\"type\":\"string\"},\"has\":\"all\"}]"),
	    "describe_table names it");
	starts("query",
	    "{\"table\":\"idx\",\"index\":\"none\",\"key\":{\"year\":1}}",
	    "ValidationException: ");
	starts("create_table",
	    "{\"table\":\"two\",\"partition_key\":{\"name\":\"id\","
	    "\"type\":\"string\"},\"indexes\":[{\"name\":\"by_id\","
	    "\"partition_key\":{\"name\":\"id\",\"type\":\"number\"}}]}",
	    "ValidationException: indexes: one attribute has two types: id\n");
	starts("delete_table", "{\"table\":\"idx\"}", "{\"table\":\"idx\"");
}

static void
test_items(void)
{
#define SONG "{\"table\":\"songs\",\"item\":{\"artist\":\"Q\",\"year\":1975,"
#define KEY  "{\"table\":\"songs\",\"key\":{\"artist\":\"Q\",\"year\":1975}"
#define VALUE                                                                \
	"\"list\":[1,null,{\"N\":\"12345678901234567890\"}],\"map\":{\"M\":" \
	"{\"S\":\"x\"}},\"raw\":{\"B\":\"aGk=\"},\"tags\":{\"SS\":[\"a\","   \
	"\"b\"]},\"title\":\"a \\\"b\\\"\",\"true\":true"
	is("get_item", KEY "}", "{\"found\":false}");
	is("put_item", SONG VALUE "}}", "{\"replaced\":false}");
	is("get_item", KEY "}",
	    "{\"found\":true,\"item\":{\"artist\":\"Q\",\"year\":1975," VALUE
	    "}}");
	is("get_item", KEY ",\"attributes\":[\"title\",\"true\"]}",
	    "{\"found\":true,\"item\":{\"title\":\"a \\\"b\\\"\",\"true\":"
	    "true}}");
	starts("put_item",
	    SONG "\"v\":1},\"condition\":\"attribute_not_exists(artist)\"}",
	    "ConditionalCheckFailedException: The conditional request failed\n"
	    "Nothing was changed. ");
	is("put_item",
	    SONG "\"v\":1},\"condition\":\"#t = :t\",\"names\":{\"#t\":"
		 "\"true\"},\"values\":{\":t\":true}}",
	    "{\"replaced\":true}");
	is("put_item", SONG "\"v\":2},\"return_old\":true}",
	    "{\"replaced\":true,\"old\":{\"artist\":\"Q\",\"year\":1975,\"v\":"
	    "1}}");
	is("update_item",
	    KEY ",\"update\":\"SET plays = if_not_exists(plays, :no) + :one\","
		"\"values\":{\":no\":0,\":one\":1}}",
	    "{\"changed\":{\"plays\":1}}");
	is("update_item",
	    KEY ",\"update\":\"REMOVE plays\",\"return_item\":true}",
	    "{\"item\":{\"artist\":\"Q\",\"year\":1975,\"v\":2}}");
	is("update_item", KEY ",\"update\":\"REMOVE plays\"}", "{}");
	starts("update_item", KEY ",\"update\":\"SET artist = v\"}",
	    "ValidationException: ");
	starts("put_item", "{\"table\":\"songs\",\"item\":{\"artist\":\"Q\"}}",
	    "ValidationException: ");
	is("delete_item", KEY ",\"return_old\":true}",
	    "{\"deleted\":true,\"old\":{\"artist\":\"Q\",\"year\":1975,\"v\":"
	    "2}}");
	is("delete_item", KEY "}", "{\"deleted\":false}");
#undef SONG
#undef KEY
#undef VALUE
}

/* One below and one past the levels of the API. */
static void
test_depth(void)
{
	char args[512];

	for (int depth = LIMIT_NESTING; depth <= LIMIT_NESTING + 1; depth++) {
		size_t n = (size_t)snprintf(args, sizeof(args),
		    "{\"table\":\"songs\",\"item\":{\"artist\":\"D\",\"year\":"
		    "1,\"deep\":");

		for (int i = 0; i < depth; i++)
			args[n++] = '[';
		for (int i = 0; i < depth; i++)
			args[n++] = ']';
		memcpy(args + n, "}}", 3);
		starts("put_item", args,
		    depth > LIMIT_NESTING ? "ValidationException: " :
					    "{\"replaced\":");
	}
	is("delete_item",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"D\",\"year\":1}}",
	    "{\"deleted\":true}");
}

static void
test_pages(void)
{
	char args[256];

	is("batch_write_items",
	    "{\"table\":\"songs\",\"put\":[{\"artist\":\"A\",\"year\":1},"
	    "{\"artist\":\"A\",\"year\":2},{\"artist\":\"A\",\"year\":10},"
	    "{\"artist\":\"B\",\"year\":-1}]}",
	    "{\"done\":4}");
	is("batch_get_items",
	    "{\"table\":\"songs\",\"keys\":[{\"artist\":\"B\",\"year\":-1},"
	    "{\"artist\":\"none\",\"year\":0},{\"artist\":\"A\",\"year\":2}],"
	    "\"attributes\":[\"year\"]}",
	    "{\"items\":[{\"year\":-1},{\"year\":2}]}");
	is("query",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"A\"},\"sort\":"
	    "{\"attribute\":\"year\",\"operator\":\"between\",\"value\":2,"
	    "\"high\":10},\"attributes\":[\"year\"]}",
	    "{\"items\":[{\"year\":2},{\"year\":10}],\"count\":2}");
	is("query",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"A\"},\"descending\":"
	    "true,\"filter\":\"#y <> :y\",\"names\":{\"#y\":\"title\"},"
	    "\"values\":{\":y\":\"x\"},\"attributes\":[\"year\"]}",
	    "{\"items\":[{\"year\":10},{\"year\":2},{\"year\":1}],\"count\":3}");
	is("query",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"A\"},\"limit\":1,"
	    "\"attributes\":[\"year\"]}",
	    "{\"items\":[{\"year\":1}],\"count\":1,\"next_cursor\":\"1.0."
	    "eyJhcnRpc3QiOnsiUyI6IkEifSwieWVhciI6eyJOIjoiMSJ9fQ==\",\"note\":"
	    "\"1 shown; there may be more: call again with cursor set to "
	    "next_cursor.\"}");
	is("query",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"A\"},\"limit\":1,"
	    "\"attributes\":[\"year\"],\"cursor\":\"1.0."
	    "eyJhcnRpc3QiOnsiUyI6IkEifSwieWVhciI6eyJOIjoiMTAifX0=\"}",
	    "{\"items\":[],\"count\":0}");
	starts("query",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"A\"},\"cursor\":"
	    "\"1.0.e30=\"}",
	    "ValidationException: ");
	starts("query", "{\"table\":\"songs\",\"key\":{\"title\":\"A\"}}",
	    "ValidationException: ");
	starts("scan", "{\"table\":\"songs\",\"filter\":\"year > :y\"}",
	    "ValidationException: ");
	for (int i = 0; i < 3; i++) {
		static const char *const op[] = { "<", ">=", "=" };
		static const int count[] = { 1, 2, 1 };
		const struct json *said;
		int64_t n = -1;

		(void)snprintf(args, sizeof(args),
		    "{\"table\":\"songs\",\"key\":{\"artist\":\"A\"},\"sort\":"
		    "{\"attribute\":\"year\",\"operator\":\"%s\",\"value\":2}}",
		    op[i]);
		(void)tool("query", args);
		said =
		    json_get(json_get(answer, "result"), "structuredContent");
		ok(json_int(json_get(said, "count"), &n) && n == count[i],
		    "%s: %d", op[i], count[i]);
	}
}

/* One long attribute does not fill a model's window unasked. */
static void
test_left_out(void)
{
	struct buf args CLEANUP(buf_free) = BUF_INIT(MIB(1));

	for (int over = 0; over <= 1; over++) {
		/* {"artist":"L","year":1,"text":"..."} */
		int n = (int)LIMIT_MCP_RESULT - 33 + over;

		buf_reset(&args);
		buf_printf(&args,
		    "{\"table\":\"songs\",\"item\":{\"artist\":\"L\","
		    "\"year\":1,\"text\":\"%0*d\"}}",
		    n, 1);
		buf_putc(&args, '\0');
		(void)tool("put_item", args.p);
		(void)tool("get_item",
		    "{\"table\":\"songs\",\"key\":{\"artist\":\"L\","
		    "\"year\":1}}");
		if (over == 0)
			ok(!has(text(), "left_out"), "%zu bytes: whole",
			    text().len);
		else
			is_str(text(),
			    STR("{\"found\":true,\"item\":{\"artist\":\"L\","
				"\"year\":1},\"left_out\":[\"text\"],"
				"\"note\":\"left_out were too long to be "
				"shown: name them in attributes to read "
				"them\"}"),
			    "one byte more: what is long is left out");
	}
	(void)tool("get_item",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"L\",\"year\":1},"
	    "\"attributes\":[\"text\"]}");
	ok(!has(text(), "left_out") && text().len > LIMIT_MCP_RESULT - 64,
	    "and read by its name");
	is("delete_item",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"L\",\"year\":1}}",
	    "{\"deleted\":true}");
}

/* What is here, in one call; an item of odd shape does not hide the rest. */
static void
test_overview(void)
{
	static char put[KIB(4)];
	size_t n;

	starts("get_overview", "{\"table\":\"one\"}",
	    "{\"tables\":[{\"table\":\"one\",\"status\":\"ACTIVE\","
	    "\"partition_key\":{\"name\":\"id\",\"type\":\"binary\"},"
	    "\"items\":0,\"bytes\":0,\"created\":\"20");
	ok(has(text(), "\"token\":{\"may\":[\"read\",\"write\",\"admin\"]}"),
	    "what the token may do");
	starts("get_overview", "{\"table\":\"none\"}",
	    "ResourceNotFoundException: ");
	(void)tool("put_item",
	    "{\"table\":\"one\",\"item\":{\"id\":{\"B\":\"AQ==\"},\"v\":1,"
	    "\"tags\":{\"SS\":[\"a\"]},\"in\":{\"x\":[1]}}}");
	(void)tool("put_item",
	    "{\"table\":\"one\",\"item\":{\"id\":{\"B\":\"Ag==\"},\"v\":"
	    "\"x\"}}");
	ok(has(tool("get_overview", "{\"table\":\"one\"}"), "\"items\":2"),
	    "its items are counted");
	ok(has(text(), "\"v\":\"string or number\"") &&
		has(text(), "\"tags\":\"set of strings\"") &&
		has(text(), "\"in\":\"map\"") &&
		has(text(), "\"id\":\"binary\""),
	    "the shape of its items");
	ok(has(tool("get_overview", "{\"limit\":1}"), "\"table\":\"one\"") &&
		has(text(), "\"next_cursor\":\"1.0.b25l\",\"note\":") &&
		!has(text(), "\"songs\""),
	    "a page of tables");
	ok(has(tool("get_overview", "{\"limit\":1,\"cursor\":\"1.0.b25l\"}"),
	       "\"table\":\"songs\"") &&
		!has(text(), "next_cursor"),
	    "and the next");
	n = (size_t)snprintf(put, sizeof(put),
	    "{\"table\":\"one\",\"item\":{\"id\":{\"B\":\"Aw==\"}");
	for (int i = 0; i < 50; i++)
		n += (size_t)snprintf(put + n, sizeof(put) - n, ",\"a%02d\":%d",
		    i, i);
	(void)snprintf(put + n, sizeof(put) - n, "}}");
	(void)tool("put_item", put);
	ok(has(tool("get_overview", "{\"table\":\"one\"}"),
	       "\"attributes_left_out\":14"),
	    "40 attributes are named, the others counted");
	ddb_ctx.tables = STR("o*");
	ok(!has(tool("get_overview", "{}"), "songs") &&
		has(text(), "\"only_tables\":\"o*\""),
	    "a token sees the tables that it may");
	ddb_ctx.tables = (struct str){ NULL, 0 };
}

/* All items come, page by page, whatever their size. */
static void
test_cap(void)
{
	struct buf args CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char cursor[256] = "";
	size_t seen = 0, pages = 0, longest = 0;

	for (int i = 0; i < 40; i++) {
		buf_reset(&args);
		buf_printf(&args,
		    "{\"table\":\"songs\",\"item\":{\"artist\":\"big\","
		    "\"year\":%d,\"text\":\"%0*d\"}}",
		    i, i % 3 == 0 ? BIG : 10, i);
		buf_putc(&args, '\0');
		(void)tool("put_item", args.p);
	}
	do {
		const struct json *said, *next;

		buf_reset(&args);
		buf_printf(&args,
		    "{\"table\":\"songs\",\"key\":{\"artist\":\"big\"}%s%s%s}",
		    cursor[0] ? ",\"cursor\":\"" : "", cursor,
		    cursor[0] ? "\"" : "");
		buf_putc(&args, '\0');
		(void)tool("query", args.p);
		said =
		    json_get(json_get(answer, "result"), "structuredContent");
		seen += json_len(json_get(said, "items"));
		if (text().len > longest)
			longest = text().len;
		next = json_get(said, "next_cursor");
		(void)snprintf(cursor, sizeof(cursor), "%.*s",
		    STR_ARG(json_str(next)));
		pages++;
	} while (cursor[0] != '\0' && pages < 50);
	is_int(seen, 40, "every item, once");
	ok(pages > 1 && pages < 10, "in %zu pages", pages);
	ok(longest <= LIMIT_MCP_RESULT + KIB(1), "the longest: %zu", longest);
}

static void
test_scope(void)
{
	ddb_ctx.tables = STR("other*");
	starts("get_item",
	    "{\"table\":\"songs\",\"key\":{\"artist\":\"Q\",\"year\":1}}",
	    "AccessDeniedException: ");
	ddb_ctx.tables = (struct str){ NULL, 0 };
}

int
main(void)
{
	size_t n = 0;

	ddb_open();
	test_tables();
	test_nul();
	test_indexes();
	test_items();
	test_depth();
	test_pages();
	test_cap();
	test_left_out();
	test_overview();
	test_scope();
	starts("delete_table", "{\"table\":\"one\"}", "{\"table\":\"one\"");
	is("list_tables", "{}", "{\"tables\":[\"songs\"]}");
	while (tool_at(n) != NULL &&
	    (tool_at(n)->op == NULL || tool_op(tool_at(n)) != NULL))
		n++;
	ok(tool_at(n) == NULL, "r31: every tool has its operation");
	json_free(answer);
	buf_free(&got_body);
	ddb_close();
	return tap_done();
}
