/* SPDX-License-Identifier: ISC */
/* map.t - members carried over by what a form says of them. */
#include "mcp/map.h"

#include "fake.h"
#include "tap.h"

static const struct form *const in = TOOL_FORM(TOOL_TABLE_ARN,
    FORM("on", BOOL, .api = "Spec.Enabled"),
    FORM("attribute", STRING, .api = "Spec.Name"),
    FORM("key", MAP, .api = "Key", .as = FORM_AS_ITEM),
    FORM("values", ARRAY, .api = "Values", FORM_EACH(ANY, .as = FORM_AS_VALUE)),
    FORM("view", STRING, .values = FORM_ONE_OF("new", "old"),
	.codes = FORM_ONE_OF("NEW_IMAGE", "OLD_IMAGE"), .api = "View",
	.as = FORM_AS_CODE),
    FORM("when", STRING, .api = "When", .as = FORM_AS_TIME),
    FORM("inner", OBJECT, .api = "Inner",
	FORM_LIST(FORM("a", STRING, .api = "A"),
	    FORM("b", INTEGER, .api = "B.C"))),
    FORM("map", MAP, .api = "Map", FORM_EACH(ANY, .as = FORM_AS_VALUE)),
    FORM("limit", INTEGER, .api = "Limit", .as = FORM_AS_LIMIT, .init = 50),
    FORM("cursor", STRING, .api = "Start", .as = FORM_AS_CURSOR),
    FORM("own", STRING));

static const struct form *const out =
    TOOL_FORM(FORM("table", STRING, .api = "Arn", .as = FORM_AS_TABLE),
	FORM("on", BOOL, .api = "Deep.Spec.Enabled"),
	FORM("items", ARRAY, .api = "Items",
	    FORM_EACH(MAP, .as = FORM_AS_ITEM)),
	FORM("value", ANY, .api = "Value", .as = FORM_AS_VALUE),
	FORM("view", STRING, .values = FORM_ONE_OF("new", "old"),
	    .codes = FORM_ONE_OF("NEW_IMAGE", "OLD_IMAGE"), .api = "View",
	    .as = FORM_AS_CODE),
	FORM("when", STRING, .api = "When", .as = FORM_AS_TIME),
	FORM("inner", OBJECT, .api = "Inner",
	    FORM_LIST(FORM("a", STRING, .api = "A"))),
	FORM("map", MAP, .api = "Map", FORM_EACH(ANY, .as = FORM_AS_VALUE)),
	FORM("next_cursor", STRING, .api = "Last", .as = FORM_AS_CURSOR),
	FORM("note", STRING, .api = "Last", .as = FORM_AS_NOTE));

static const struct tool tool = { .name = "x" };
static struct op_ctx ctx = { .region = STR_INIT("eu-west-1") };
static struct tool_run run = { .tool = &tool, .ctx = &ctx };

static struct json *
parse(const char *text)
{
	struct json *j = NULL;
	struct json_error je;

	return json_parse(str_from(text), LIMIT_JSON_DEPTH, &j, &je) == ERR_OK ?
	    j :
	    NULL;
}

static void
asks(const char *args, const char *want)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct json *j CLEANUP(json_freep) = parse(args);
	enum err e;

	run.args = j;
	run.limit = 0;
	e = map_members(&run, in, j, &b);
	is_str(e == ERR_OK ? buf_str(&b) : ctx.message,
	    str_from(want), "%s", args);
}

static void
tells(const char *answer, const char *want)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct json *j CLEANUP(json_freep) = parse(answer);

	map_result(&run, out, j, &b);
	is_str(buf_str(&b), str_from(want), "%s", answer);
}

static void
test_ask(void)
{
	asks("{}", "\"Limit\":50");
	asks("{\"table\":\"abc\",\"limit\":7,\"own\":\"x\"}",
	    "\"ResourceArn\":\"arn:aws:dynamodb:eu-west-1:000000000000:"
	    "table/abc\",\"Limit\":7");
	asks("{\"on\":true,\"attribute\":\"a\",\"key\":{\"a\":1}}",
	    "\"Spec\":{\"Enabled\":true,\"Name\":\"a\"},\"Key\":{\"a\":{\"N\":"
	    "\"1\"}},\"Limit\":50");
	asks("{\"attribute\":\"a\"}", "\"Spec\":{\"Name\":\"a\"},\"Limit\":50");
	asks("{\"values\":[1,\"x\",[null]],\"map\":{\"k\":true}}",
	    "\"Values\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"L\":[{\"NULL\":true}]}],"
	    "\"Map\":{\"k\":{\"BOOL\":true}},\"Limit\":50");
	asks(
	    "{\"view\":\"old\",\"when\":\"2017-07-14T02:40:00Z\",\"values\":[]}",
	    "\"Values\":[],\"View\":\"OLD_IMAGE\",\"When\":1500000000,"
	    "\"Limit\":50");
	asks("{\"when\":\"yesterday\"}",
	    "when: expected a time as in \"2026-01-31T23:59:59Z\"");
	asks("{\"when\":\"2017-07-14T02:40:00Zz\"}",
	    "when: expected a time as in \"2026-01-31T23:59:59Z\"");
	asks("{\"inner\":{\"a\":\"x\",\"b\":2}}",
	    "\"Inner\":{\"A\":\"x\",\"B\":{\"C\":2}},\"Limit\":50");
	asks("{\"cursor\":\"1.0.eyJhIjoxfQ==\"}",
	    "\"Limit\":50,\"Start\":{\"a\":1}");
	asks("{\"cursor\":\"1.0.eyJh\"}",
	    "cursor: not a next_cursor of an earlier page");
	asks("{\"cursor\":\"x\"}",
	    "cursor: not a next_cursor of an earlier page");
}

static void
test_tell(void)
{
	tells("{}", "");
	tells("{\"Arn\":\"arn:aws:dynamodb:x:000000000000:table/abc/stream/y\","
	      "\"Deep\":{\"Spec\":{\"Enabled\":false}},\"Value\":null}",
	    "\"table\":\"abc\",\"on\":false");
	tells("{\"Items\":[{\"a\":{\"N\":\"1.0\"}},{}],\"Value\":{\"S\":\"x\"},"
	      "\"Arn\":\"abc\"}",
	    "\"table\":\"abc\",\"items\":[{\"a\":1.0},{}],\"value\":\"x\"");
	tells("{\"View\":\"NEW_IMAGE\",\"When\":1500000000.25,\"Inner\":{\"A\":"
	      "\"x\",\"B\":1},\"Map\":{\"k\":{\"L\":[]}}}",
	    "\"view\":\"new\",\"when\":\"2017-07-14T02:40:00Z\",\"inner\":"
	    "{\"a\":\"x\"},\"map\":{\"k\":[]}");
	tells("{\"View\":\"OTHER\",\"Last\":{\"a\":1}}",
	    "\"view\":\"OTHER\",\"next_cursor\":\"1.0.eyJhIjoxfQ==\","
	    "\"note\":\"there is more: call again with cursor set to "
	    "next_cursor\"");
}

static const struct tool paged = {
	.name = "x",
	.out = TOOL_FORM(FORM("items", ARRAY, .api = "Items")),
};

/* One byte over the cap is asked again; one item is never cut. */
static void
test_shorten(void)
{
	struct json *four CLEANUP(json_freep) = parse("{\"Items\":[1,2,3,4]}");
	struct json *one CLEANUP(json_freep) = parse("{\"Items\":[1]}");
	struct tool_run r = { .tool = &paged, .ctx = &ctx, .limit = 50 };

	map_shorten(&r, four, LIMIT_MCP_RESULT);
	ok(!r.again && r.limit == 50, "at the cap");
	map_shorten(&r, four, LIMIT_MCP_RESULT + 1);
	ok(r.again && r.limit == 3, "one byte past it");
	r.again = false;
	map_shorten(&r, four, 9 * LIMIT_MCP_RESULT);
	ok(r.again && r.limit == 1, "far past it");
	r.again = false;
	map_shorten(&r, four, 9 * LIMIT_MCP_RESULT);
	ok(!r.again, "one was asked for");
	r.limit = 50;
	map_shorten(&r, one, 9 * LIMIT_MCP_RESULT);
	ok(!r.again && r.limit == 50, "one came");
}

int
main(void)
{
	ctx.arena = arena_new(LIMIT_ARENA);
	test_ask();
	test_tell();
	test_shorten();
	arena_free(ctx.arena);
	return tap_done();
}
