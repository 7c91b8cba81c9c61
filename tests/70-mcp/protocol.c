/* SPDX-License-Identifier: ISC */
/*
 * protocol.t - which revision a message is of, what it must bring, and what
 * it gets.  The numbers are those of the revision's server requirements.
 */
#include "fake.h"
#include "tap.h"

#define CAPABILITIES                                                      \
	"\"capabilities\":{\"tools\":{},\"resources\":{},\"prompts\":{}," \
	"\"completions\":{}},"

#define META                                                      \
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":" \
	"\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define MODERN(id, method, more)                                  \
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method \
	"\",\"params\":{" more META "}}"
#define OLD(id, method) \
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\"}"
#define OLD_P(id, method, params)                                 \
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method \
	"\",\"params\":" params "}"
#define GET_ARGS                                                          \
	"\"name\":\"get_item\",\"arguments\":{\"table\":\"abc\",\"key\":" \
	"{\"a\":1}}"
#define PUT_ARGS                                                           \
	"\"name\":\"put_item\",\"arguments\":{\"table\":\"abc\",\"item\":" \
	"{\"a\":1}}"
#define INIT                                                           \
	OLD_P("0", "initialize",                                       \
	    "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}," \
	    "\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}")

#define TASKS "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}"

static struct mcp_head
head(const char *version, const char *method, const char *name)
{
	struct mcp_head h = { 0 };

	if (version != NULL)
		h.version = str_from(version);
	if (method != NULL)
		h.method = str_from(method);
	if (name != NULL)
		h.name = str_from(name);
	h.nversion = version != NULL;
	h.nmethod = method != NULL;
	h.nname = name != NULL;
	return h;
}

/* The code of the error that was answered, 0 if it is none. */
static int
code(struct str answer)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error je;
	int64_t n = 0;

	if (json_parse(answer, LIMIT_JSON_DEPTH, &j, &je) != ERR_OK)
		return 1;
	if (!json_int(json_get(json_get(j, "error"), "code"), &n))
		return 0;
	return (int)n;
}

static bool
has(struct str answer, const char *part)
{
	return memmem(answer.p, answer.len, part, strlen(part)) != NULL;
}

static void
expect(const struct mcp_head *h, const char *body, unsigned status, int error,
    const char *part, const char *what)
{
	struct str a = call_in(OP_READ, h, str_from(body));

	if (!ok(got.status == status && got.room == 0 &&
		    got.empty == (status == 202) &&
		    (got.empty ? a.len == 0 : code(a) == error) &&
		    (part == NULL || has(a, part)),
		"%s", what))
		printf("# status %u room %u empty %d: %.*s\n", got.status,
		    got.room, got.empty, STR_ARG(a));
}

/* ---- the shape of a message */

static void
test_shape(void)
{
	struct mcp_head modern = head("2026-07-28", "ping", NULL);
	struct mcp_head none = head(NULL, NULL, NULL);
	static const char *const not_messages[] = { "1", "\"x\"", "null",
		"true", "{}", "{\"jsonrpc\":\"2.0\",\"id\":1}",
		"{\"id\":1,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
		"{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1e2,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
		"{\"jsonrpc\":\"2.0\",\"method\":null}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\","
		"\"params\":[]}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\","
		"\"params\":null}" };

	for (size_t i = 0; i < NELEM(not_messages); i++) {
		expect(&modern, not_messages[i], 400, -32600, NULL,
		    "r25: no message, modern");
		expect(&none, not_messages[i], 400, -32600, NULL,
		    "r25: no message, before");
	}
	expect(&modern, "", 400, -32700, NULL, "r25: empty body");
	expect(&modern, "{", 400, -32700, "at byte 1", "r25: not JSON");
	expect(&none, "{\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\"}", 400, -32700,
	    NULL, "r25: a member twice is not JSON");
	expect(&none, "{\"a\":\"\xff\"}", 400, -32700, NULL, "r10: not UTF-8");
}

static void
test_id(void)
{
	static const char *const ids[] = { "0", "-1", "7", "\"\"",
		"\"server-discover-probe-1\"", "123456789012345678901234567890",
		"\"\\u0000\\\"\xc3\xa9\"" };
	struct mcp_head none = head(NULL, NULL, NULL);
	struct mcp_head modern = head("2026-07-28", "x", NULL);
	char body[4096], want[4096], longest[LIMIT_RPC_ID + 2];

	for (size_t i = 0; i < NELEM(ids); i++) {
		(void)snprintf(body, sizeof(body),
		    "{\"method\":\"ping\",\"id\":%s,\"jsonrpc\":\"2.0\"}",
		    ids[i]);
		(void)snprintf(want, sizeof(want),
		    "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}", ids[i]);
		is_str(call_in(OP_READ, &none, str_from(body)), str_from(want),
		    "r24: id %s comes back as it was", ids[i]);
	}
	memset(longest, 'x', sizeof(longest));
	longest[LIMIT_RPC_ID + 1] = '\0';
	(void)snprintf(body, sizeof(body), OLD("\"%s\"", "ping"), longest);
	expect(&none, body, 400, -32600, "\"id\":null",
	    "r24: an id one past the limit");
	(void)snprintf(body, sizeof(body), OLD("\"%s\"", "ping"), longest + 1);
	expect(&none, body, 200, 0, "xx\"", "r24: an id at the limit");
	expect(&modern, "{", 400, -32700, "{\"jsonrpc\":\"2.0\",\"error\"",
	    "r24: no id where it could not be read");
	expect(&modern, "{\"jsonrpc\":\"2.0\",\"id\":5}", 400, -32600,
	    "\"id\":5,", "r24: the id where it could");
	none = head("2025-06-18", NULL, NULL);
	expect(&none, "{", 400, -32700, "\"id\":null", "null until 2025-06-18");
	none = head("2025-11-25", NULL, NULL);
	ok(!has(call_in(OP_READ, &none, STR("{")), "\"id\""),
	    "none from 2025-11-25 on");
}

/* ---- the routing table */

static void
test_route_modern(void)
{
	struct mcp_head h = head("2026-07-28", "tools/list", NULL);
	struct mcp_head init = head("2026-07-28", "initialize", NULL);

	expect(&h, MODERN("1", "tools/list", ""), 200, 0,
	    "\"resultType\":\"complete\"",
	    "r27: an enveloped request is modern");
	expect(&h,
	    "{\"params\":{" META "},\"method\":\"tools/list\",\"id\":1,"
	    "\"jsonrpc\":\"2.0\"}",
	    200, 0, NULL, "r23: members in any order");
	expect(&init,
	    MODERN("1", "initialize", "\"protocolVersion\":\"2025-11-25\","),
	    404, -32601, "\"id\":1", "r21: even initialize");
	expect(&h, OLD("1", "tools/list"), 400, -32602,
	    "io.modelcontextprotocol/protocolVersion",
	    "r18: no envelope: the missing keys are named");
	ok(has(buf_str(&got_body), "clientCapabilities"), "r18: both of them");
	expect(&h,
	    OLD_P("1", "tools/list",
		"{\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":"
		"{}}}"),
	    400, -32602, "protocolVersion", "r18: only the version is missing");
	expect(&h, INIT, 400, -32020, NULL,
	    "initialize of before under a modern header");
	expect(&h, "[" OLD("1", "ping") "]", 400, -32600, NULL,
	    "r01: no batch under a modern header");
	expect(&h, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 400, -32600,
	    NULL, "r01: no response under a modern header");
	expect(&h,
	    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}", 202,
	    0, NULL, "r07: a notification: 202, no body");
	expect(&h, "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\"}", 202, 0,
	    NULL, "r28: a method without id is a notification");
	is_int(fake_runs, 0, "r28: and does nothing");
}

static void
test_route_legacy(void)
{
	static const char *const versions[] = { NULL, "2025-03-26",
		"2025-06-18", "2025-11-25" };
	static const char *const odd[] = { "", "2024-11-05", "2099-01-01",
		"2025-06-18 ", "latest" };
	struct mcp_head h;

	for (size_t i = 0; i < NELEM(versions); i++) {
		h = head(versions[i], NULL, NULL);
		expect(&h, INIT, 200, 0, "\"protocolVersion\":\"2025-06-18\"",
		    "initialize, header as before");
		expect(&h, OLD("\"p\"", "ping"), 200, 0,
		    "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}",
		    "ping answers {}");
		expect(&h, OLD("1", "tools/list"), 200, 0, "\"tools\":[",
		    "tools/list");
		ok(!has(buf_str(&got_body), "resultType") &&
			!has(buf_str(&got_body), "ttlMs") &&
			!has(buf_str(&got_body), "cacheScope"),
		    "nothing of the later revision in it");
		expect(&h, OLD("1", "tasks/list"), 200, -32601, "\"id\":1",
		    "an unknown method: 200");
		expect(&h, OLD("1", "server/discover"), 200, -32601, NULL,
		    "no server/discover before its revision");
		expect(&h, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 202,
		    0, NULL, "a response is taken");
	}
	for (size_t i = 0; i < NELEM(odd); i++) {
		h = head(odd[i], NULL, NULL);
		expect(&h, INIT, 200, 0, NULL, "initialize, any odd header");
		expect(&h, OLD("1", "ping"), 400, -32022,
		    "\"data\":{\"supported\":[\"2026-07-28\"],\"requested\":",
		    "r12: other requests, odd header");
		expect(&h, "{\"jsonrpc\":\"2.0\",\"method\":\"x\"}", 202, 0,
		    NULL, "a notification, odd header");
	}
	h = head("\xff", NULL, NULL);
	expect(&h, OLD("1", "ping"), 400, -32022, "\"requested\":\"\"",
	    "r10: a header's bytes that are not UTF-8 are not echoed");
	h = head("2025-06-18", NULL, NULL);
	h.nversion = 2;
	expect(&h, OLD("1", "ping"), 400, -32022, NULL,
	    "r16: the version header twice");
}

static void
test_initialize(void)
{
	struct mcp_head h = head(NULL, NULL, NULL);
	static const char *const versions[][2] = {
		{ "2025-03-26", "2025-03-26" }, { "2025-06-18", "2025-06-18" },
		{ "2025-11-25", "2025-11-25" }, { "2024-11-05", "2025-11-25" },
		{ "2026-07-28", "2025-11-25" }, { "", "2025-11-25" }
	};
	char body[256], want[256];

	for (size_t i = 0; i < NELEM(versions); i++) {
		(void)snprintf(body, sizeof(body),
		    OLD_P("1", "initialize", "{\"protocolVersion\":\"%s\"}"),
		    versions[i][0]);
		(void)snprintf(want, sizeof(want), "\"protocolVersion\":\"%s\"",
		    versions[i][1]);
		expect(&h, body, 200, 0, want, "initialize: the version");
	}
	ok(has(buf_str(&got_body), CAPABILITIES) &&
		has(buf_str(&got_body), "\"serverInfo\":{\"name\":"),
	    "initialize: capabilities and serverInfo");
	expect(&h, OLD("1", "initialize"), 200, -32602, NULL,
	    "initialize without a version");
}

/* ---- 2026-07-28: envelope, headers, precedence */

static void
test_envelope(void)
{
	struct mcp_head h = head("2026-07-28", "tools/list", NULL);
#define P          "\"io.modelcontextprotocol/"
#define VER        P "protocolVersion\":\"2026-07-28\""
#define CAPS       P "clientCapabilities\":{}"
#define WITH(meta) OLD_P("1", "tools/list", "{\"_meta\":{" meta "}}")

	expect(&h, WITH(VER), 400, -32602, "clientCapabilities",
	    "r18: no capabilities");
	expect(&h, WITH(VER "," P "clientCapabilities\":[]"), 400, -32602, NULL,
	    "r18: capabilities that are no object");
	expect(&h, WITH(P "protocolVersion\":1," CAPS), 400, -32602, NULL,
	    "r18: a version that is no string");
	expect(&h, WITH(VER "," CAPS), 200, 0, NULL,
	    "r18: clientInfo is not required");
	expect(&h, WITH(VER "," CAPS "," P "clientInfo\":{\"name\":\"x\"}"),
	    400, -32602, NULL, "r18: a clientInfo that is none");
	expect(&h, WITH(VER "," CAPS "," P "logLevel\":\"debug\""), 200, 0,
	    NULL, "r35: a log level is taken and ignored");
	expect(&h, WITH(VER "," CAPS "," P "logLevel\":\"loud\""), 400, -32602,
	    NULL, "r35: no such level");
	expect(&h,
	    WITH("\"progressToken\":\"a\",\"x.example/y\":[1]," VER "," CAPS),
	    200, 0, NULL, "r23, r36: unknown keys and progress tokens");
	expect(&h,
	    WITH(VER "," P "clientCapabilities\":{\"extensions\":{"
		     "\"io.modelcontextprotocol/tasks\":{}}}"),
	    200, 0, NULL, "r38: an extension that the call has no use for");
	expect(&h,
	    WITH(VER "," P "clientCapabilities\":{\"extensions\":{"
		     "\"io.example/other\":{}}}"),
	    200, 0, NULL, "r38: extensions that we have not are ignored");
#undef P
#undef VER
#undef CAPS
#undef WITH
}

static void
test_headers(void)
{
	const char *list = MODERN("1", "tools/list", "");
	const char *get = MODERN("1", "tools/call", GET_ARGS ",");
	struct mcp_head h;

	h = head(NULL, "tools/list", NULL);
	expect(&h, list, 400, -32020, "MCP-Protocol-Version",
	    "r11: version header missing");
	h = head("2025-11-25", "tools/list", NULL);
	expect(&h, list, 400, -32020, NULL, "r11: version header differs");
	h = head("2026-07-28", NULL, NULL);
	expect(&h, list, 400, -32020, "Mcp-Method", "r13: Mcp-Method missing");
	h = head("2026-07-28", "tools/call", NULL);
	expect(&h, list, 400, -32020, NULL, "r13: Mcp-Method differs");
	h = head("2026-07-28", "Tools/list", NULL);
	expect(&h, list, 400, -32020, NULL, "r13: its case counts");
	h = head("2026-07-28", "tools/list", "x");
	expect(&h, list, 200, 0, NULL, "r14: no Mcp-Name asked for here");

	fake_answer = "{}";
	h = head("2026-07-28", "tools/call", "get_item");
	expect(&h, get, 200, 0, "\"found\":false", "r14: Mcp-Name agrees");
	h = head("2026-07-28", "tools/call", NULL);
	expect(&h, get, 400, -32020, "Mcp-Name", "r14: Mcp-Name missing");
	h = head("2026-07-28", "tools/call", "put_item");
	expect(&h, get, 400, -32020, NULL, "r14: Mcp-Name differs");
	h = head("2026-07-28", "tools/call", "get_item");
	expect(&h, MODERN("1", "tools/call", ""), 400, -32020, NULL,
	    "r14: no name in the body");
	h = head("2026-07-28", "prompts/get", NULL);
	expect(&h, MODERN("1", "prompts/get", "\"name\":\"a\","), 400, -32020,
	    NULL, "r14: prompts/get");
	h = head("2026-07-28", "prompts/get", "a");
	expect(&h, MODERN("1", "prompts/get", "\"name\":\"a\","), 200, -32602,
	    NULL, "r14, r46: prompts/get, header before name");
	h = head("2026-07-28", "resources/read", "x:/b");
	expect(&h, MODERN("1", "resources/read", "\"uri\":\"x:/a\","), 400,
	    -32020, NULL, "r14: resources/read mirrors uri");

	h = head("2026-07-28", "tools/list", NULL);
	h.nmethod = 2;
	expect(&h, list, 400, -32020, NULL, "r16: Mcp-Method twice");
	h.nmethod = 1;
	h.nversion = 2;
	expect(&h, list, 400, -32020, NULL, "r16: the version twice");
	h = head("2026-07-28", "tools/call", "get_item");
	h.nname = 2;
	expect(&h, get, 400, -32020, NULL, "r16: Mcp-Name twice");
}

static void
test_encoded(void)
{
	const char *get = MODERN("1", "tools/call", GET_ARGS ",");
	static const char *const bad[] = { "=?base64?Z2V0X2l0ZW0?=",
		"=?base64?Z2V0X2l0ZW1=?=", "=?base64?Z2V0 X2l0ZW0=?=",
		"=?base64?Z2V0X2l0ZW0-?=", "=?base64?/w==?=",
		"=?BASE64?Z2V0X2l0ZW0=?=", "=?base64?Z2V0X2l0ZW0=",
		"Z2V0X2l0ZW0=?=", "=?base64?\?=" };
	struct mcp_head h =
	    head("2026-07-28", "tools/call", "=?base64?Z2V0X2l0ZW0=?=");

	expect(&h, get, 200, 0, "\"found\":", "r15: a name in base64");
	for (size_t i = 0; i < NELEM(bad); i++) {
		h.name = str_from(bad[i]);
		expect(&h, get, 400, -32020, NULL, bad[i]);
	}
}

/* Each request is wrong in two ways: the earlier one of the order is told. */
static void
test_precedence(void)
{
#define BAD_VERSION                                               \
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":" \
	"\"2025-11-25\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
	const char *other = OLD_P("1", "tools/call", "{" BAD_VERSION "}");
	struct mcp_head h;

	h = head("2025-11-25", "x", NULL);
	expect(&h,
	    OLD_P("1", "ping",
		"{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":1}}"),
	    400, -32602, NULL, "r22: envelope before headers");
	h = head("2026-07-28", "tools/call", NULL);
	expect(&h, other, 400, -32020, "MCP-Protocol-Version",
	    "r22: version mismatch before version served");
	h = head("2025-11-25", "ping", NULL);
	expect(&h, other, 400, -32020, "Mcp-Method",
	    "r22: method mismatch before version served");
	h = head("2025-11-25", NULL, NULL);
	expect(&h, other, 400, -32022,
	    "{\"supported\":[\"2026-07-28\"],\"requested\":\"2025-11-25\"}",
	    "r12, r22: version served before what is missing");
	h = head(NULL, NULL, NULL);
	expect(&h, other, 400, -32022, NULL,
	    "r22: also where all headers are missing");
	h = head("2026-07-28", NULL, NULL);
	expect(&h, MODERN("1", "nothing", ""), 400, -32020, NULL,
	    "r22: header presence before method");
	h = head("2026-07-28", "tools/call", "nope");
	expect(&h, MODERN("1", "tools/call", "\"name\":\"nope\","), 200, -32602,
	    "nope", "r22, r44: at last the tool");
#undef BAD_VERSION
}

static void
test_methods(void)
{
	static const char *const unknown[] = { "initialize", "ping",
		"logging/setLevel", "resources/subscribe",
		"resources/unsubscribe", "subscriptions/", "prompts",
		"resources/list ", "resources/templates", "completion/",
		"tasks/list", "tasks/result", "Tools/list", "", "x" };
	struct mcp_head h;
	char body[512];

	for (size_t i = 0; i < NELEM(unknown); i++) {
		h = head("2026-07-28", unknown[i], NULL);
		(void)snprintf(body, sizeof(body), MODERN("\"i\"", "%s", ""),
		    unknown[i]);
		expect(&h, body, 404, -32601, "\"id\":\"i\"", unknown[i]);
	}
	h = head("2026-07-28", "server/discover", NULL);
	expect(&h, MODERN("0", "server/discover", ""), 200, 0,
	    "\"supportedVersions\":[\"2026-07-28\"]", "r29: server/discover");
	ok(has(buf_str(&got_body),
	       "\"capabilities\":{\"tools\":{\"listChanged\":true},"
	       "\"resources\":{\"subscribe\":true,\"listChanged\":true},"
	       "\"prompts\":{},\"completions\":{}," TASKS "}"),
	    "r31, r33, r38: what is served");
	ok(has(buf_str(&got_body), "\"ttlMs\":") &&
		has(buf_str(&got_body), "\"cacheScope\":\"private\""),
	    "r30: ttlMs and cacheScope");
	ok(has(buf_str(&got_body),
	       "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":"
	       "\"doorward\""),
	    "r27: serverInfo in _meta");
}

/* ---- standard input */

static void
test_stdio(void)
{
	struct mcp_head h = { .stdio = true };

	expect(&h, MODERN("1", "tools/list", ""), 200, 0, "resultType",
	    "r53, r55: an enveloped first line, no headers");
	expect(&h, MODERN("1", "ping", ""), 404, -32601, NULL,
	    "r53: unknown method");
	expect(&h, MODERN("1", "subscriptions/listen", "\"notifications\":{},"),
	    404, -32601, NULL, "r33: one line of answers has no stream in it");
	expect(&h, MODERN("1", "server/discover", ""), 200, 0, TASKS,
	    "r31, r33: and says so");
	expect(&h,
	    OLD_P("1", "ping",
		"{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
		"\"x\",\"io.modelcontextprotocol/clientCapabilities\":{}}}"),
	    400, -32022, NULL, "r53: a version in the envelope counts");
	expect(&h, INIT, 200, 0, NULL, "initialize");
	expect(&h, OLD("1", "ping"), 200, 0, NULL, "then requests without");
	expect(&h,
	    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}", 202,
	    0, NULL, "r54: a notification");
	expect(&h, "[" OLD("1", "ping") "]", 200, 0, "[{", "a batch");
	is_int(mcp_head_room(&h), 0, "the line must be read first");
	ok(!has(call_in(OP_READ, &h, STR("{")), "\"id\""), "no id, no null");
	ok(memchr(got_body.p, '\n', got_body.len) == NULL, "r53: one line");
}

/* ---- batches */

static void
test_batch(void)
{
	struct mcp_head h = head(NULL, NULL, NULL);
	struct mcp_head later = head("2025-06-18", NULL, NULL);
	struct mcp_head first = head("2025-03-26", NULL, NULL);
	char *many = NULL;
	size_t len;
	FILE *f;

	expect(&h, "[]", 400, -32600, NULL, "an empty batch");
	expect(&later, "[" OLD("1", "ping") "]", 400, -32600, NULL,
	    "no batches from 2025-06-18 on");
	expect(&first, "[" OLD("1", "ping") "," OLD("2", "nope") "]", 200, 0,
	    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}},{\"jsonrpc\":"
	    "\"2.0\",\"id\":2,\"error\":{\"code\":-32601,",
	    "an answer for each");
	expect(&h, "[" INIT "]", 400, -32600, NULL, "no initialize in it");
	expect(&h, "[" MODERN("1", "tools/list", "") "]", 400, -32600, NULL,
	    "r01: nothing enveloped in it");
	expect(&h,
	    "[{\"jsonrpc\":\"2.0\",\"method\":\"x\"},{\"jsonrpc\":\"2.0\","
	    "\"id\":4,\"result\":{}}]",
	    202, 0, NULL, "notifications and responses alone: 202");
	expect(&h,
	    "[{\"jsonrpc\":\"2.0\",\"method\":\"x\"}," OLD("1",
		"ping") ",{\"jsonrpc\":\"2.0\",\"method\":\"x\"}]",
	    200, 0, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]",
	    "notifications get no answer among others");
	expect(&h, "[1," OLD("1", "ping") "]", 200, 0,
	    "[{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600",
	    "an error for what is no message");
	for (int n = LIMIT_RPC_BATCH; n <= LIMIT_RPC_BATCH + 1; n++) {
		f = open_memstream(&many, &len);
		for (int i = 0; i < n; i++)
			fprintf(f, "%s" OLD("%d", "ping"), i ? "," : "[", i);
		fprintf(f, "]");
		fclose(f);
		expect(&h, many, n > LIMIT_RPC_BATCH ? 400 : 200,
		    n > LIMIT_RPC_BATCH ? -32600 : 0, NULL,
		    n > LIMIT_RPC_BATCH ? "a batch one past the limit" :
					  "a batch at the limit");
		free(many);
	}
}

/* What does not fit is an error, of this message alone. */
static void
test_large(void)
{
#define WHOLE                                              \
	"{\"name\":\"get_item\",\"arguments\":{\"table\":" \
	"\"abc\",\"key\":{\"a\":1},\"attributes\":[\"a\"]}}"
	static const char *batch =
	    "[" OLD_P("1", "tools/call", WHOLE) "," OLD("2", "ping") "]";
	struct mcp_head h = head(NULL, NULL, NULL);
	static char answer[MIB(1)];
	size_t n = KIB(600);

	(void)snprintf(answer, sizeof(answer),
	    "{\"Item\":{\"a\":{\"S\":\"%0*d\"}}}", (int)n, 7);
	fake_answer = answer;
	got_max = 2 * n;
	expect(&h, OLD_P("1", "tools/call", WHOLE), 500, -32603, "too large",
	    "a result that does not fit");
	expect(&h, batch, 200, 0,
	    "\"message\":\"the result is too large to be sent\"}},{\"jsonrpc\":"
	    "\"2.0\",\"id\":2,\"result\":{}}]",
	    "in a batch the others are answered");
	got_max = 2 * n + KIB(1);
	expect(&h, OLD_P("1", "tools/call", WHOLE), 200, 0, NULL,
	    "one that does");
	got_max = 16;
	(void)call_in(OP_READ, &h, STR("{"));
	is_int(got.status, 0, "no room for any answer: the caller is told");
	got_max = LIMIT_ANSWER;
	fake_answer = "{}";
}

/* ---- rooms */

static void
room(const struct mcp_head *h, const char *body, unsigned in, unsigned want,
    const char *what)
{
	unsigned before = fake_runs;

	(void)call_in(in, h, str_from(body));
	ok(got.room == want && (want == 0 || got_body.len == 0), "%s: %u", what,
	    got.room);
	if (want != 0)
		is_int(fake_runs, before, "nothing was done");
}

static void
test_rooms(void)
{
	struct mcp_head h = head(NULL, NULL, NULL);
	struct mcp_head m = head("2026-07-28", "tools/call", "put_item");
	const char *get = OLD_P("1", "tools/call", "{" GET_ARGS "}");
	const char *put = OLD_P("1", "tools/call", "{" PUT_ARGS "}");
	const char *both =
	    "[" OLD_P("1", "tools/call", "{" GET_ARGS "}") "," OLD_P("2",
		"tools/call", "{" PUT_ARGS "}") "]";
	unsigned before = fake_runs;

	room(&h, get, OP_READ, 0, "a read in the read room");
	room(&h, get, OP_WRITE, OP_READ, "a read in the write room");
	room(&h, put, OP_READ, OP_WRITE, "a write in the read room");
	room(&h, put, OP_WRITE, 0, "a write in the write room");
	room(&h, both, OP_READ, OP_WRITE, "a batch that also writes");
	room(&h, both, OP_WRITE, 0, "goes to the write room as a whole");
	is_int(fake_runs, before + 4, "four were done");
	room(&h, "[" OLD("1", "ping") "]", OP_WRITE, 0, "a batch of neither");
	room(&h, OLD("1", "tools/list"), OP_WRITE, 0, "no database needed");
	room(&h, OLD_P("1", "tools/call", "{\"name\":\"put_item\"}"), OP_READ,
	    0, "wrong arguments are told where they are found");
	room(&m, MODERN("1", "tools/call", PUT_ARGS ","), OP_READ, OP_WRITE,
	    "modern alike");
	rights = OP_READ;
	room(&h, put, OP_READ, 0, "and so is what the token may not");
	is_int(got.status, 403, "A9: 403");
	is_int(got.error, ERR_SCOPE, "A9: the log is told why");
	rights = OP_READ | OP_WRITE;
}

static void
head_is(struct mcp_head h, unsigned want, size_t max, const char *what)
{
	is_int(mcp_head_room(&h), want, "room by head: %s", what);
	is_int(mcp_body_max(&h), max, "body by head: %s", what);
}

static void
test_head(void)
{
	struct mcp_head twice = head("2026-07-28", "tools/call", "get_item");

	head_is(head(NULL, NULL, NULL), 0, LIMIT_BODY, "none");
	head_is(head("2025-11-25", "tools/call", "get_item"), 0, LIMIT_BODY,
	    "of a revision in which they do not count");
	head_is(head("2026-07-28", NULL, NULL), 0, LIMIT_BODY, "no method");
	head_is(head("2026-07-28", "tools/list", NULL), OP_READ,
	    LIMIT_BODY_SMALL, "tools/list");
	head_is(head("2026-07-28", "server/discover", NULL), OP_READ,
	    LIMIT_BODY_SMALL, "server/discover");
	head_is(head("2026-07-28", "tools/call", "get_item"), OP_READ,
	    LIMIT_BODY_SMALL + LIMIT_MCP_ENVELOPE, "a tool that reads");
	head_is(head("2026-07-28", "tools/call", "put_item"), OP_WRITE,
	    LIMIT_BODY_ITEM + LIMIT_MCP_ENVELOPE, "a tool that writes");
	head_is(head("2026-07-28", "tools/call", "batch_write_items"), OP_WRITE,
	    LIMIT_BODY, "never above the limit of all");
	head_is(head("2026-07-28", "tools/call", "delete_table"), 0,
	    LIMIT_BODY_SMALL + LIMIT_MCP_ENVELOPE, "one that may only ask");
	head_is(head("2026-07-28", "tools/call", "nope"), OP_READ,
	    LIMIT_BODY_SMALL, "no such tool");
	head_is(head("2026-07-28", "tools/call", "=?base64?cHV0X2l0ZW0=?="), 0,
	    LIMIT_BODY, "a name in base64");
	twice.nname = 2;
	head_is(twice, 0, LIMIT_BODY, "a name twice");
}

/* The body's own limit holds also where the head could not say it. */
static void
test_body_max(void)
{
	static char body[LIMIT_BODY_SMALL + LIMIT_MCP_ENVELOPE + 2];
	static const char start[] = OLD_P("1", "tools/call", "{" GET_ARGS "}");
	struct mcp_head h = head(NULL, NULL, NULL);

	memset(body, ' ', sizeof(body));
	memcpy(body, start, sizeof(start) - 1);
	body[sizeof(body) - 2] = '\0';
	expect(&h, body, 200, 0, NULL, "A12: a body at the tool's limit");
	body[sizeof(body) - 2] = ' ';
	body[sizeof(body) - 1] = '\0';
	expect(&h, body, 413, -32600, NULL, "A12: one past it");
}

static void
test_actor(void)
{
	struct mcp_head h = head("2026-07-28", "tools/call", "get_item");

	(void)call_in(OP_READ, &h,
	    STR(OLD_P("1", "tools/call",
		"{" GET_ARGS ",\"_meta\":{"
		"\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
		"\"io.modelcontextprotocol/clientCapabilities\":{},"
		"\"io.modelcontextprotocol/clientInfo\":{\"name\":\"agent\","
		"\"version\":\"3.1\"},\"traceparent\":\"00-aa-bb-01\"}}")));
	is_str(fake_actor.client, STR("agent/3.1"), "D1: the client's name");
	is_str(fake_actor.traceparent, STR("00-aa-bb-01"), "and its trace");
	is_str(fake_actor.operation, STR("GetItem"), "and the operation");
}

int
main(void)
{
	test_shape();
	test_id();
	test_route_modern();
	test_route_legacy();
	test_initialize();
	test_envelope();
	test_headers();
	test_encoded();
	test_precedence();
	test_methods();
	test_stdio();
	test_batch();
	test_large();
	test_rooms();
	test_head();
	test_body_max();
	test_actor();
	buf_free(&got_body);
	return tap_done();
}
