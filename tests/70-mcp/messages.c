/* SPDX-License-Identifier: ISC */
/*
 * messages.t - alone: every tool answers with what it promises.  As
 * "messages.t answer" it reads one request a line, an object with version,
 * method, name and body, and prints for each its status and answer: schema.t
 * checks these against the published schemas.
 */
#include "fake.h"
#include "mcp/rpc.h"
#include "mcp/tool.h"
#include "model/model.h"
#include "tap.h"

#define LINE KIB(256)

static void
head_of(const struct json *j, struct mcp_head *ret)
{
	ret->version = json_str(json_get(j, "version"));
	ret->method = json_str(json_get(j, "method"));
	ret->name = json_str(json_get(j, "name"));
	ret->nversion = json_get(j, "version") != NULL;
	ret->nmethod = json_get(j, "method") != NULL;
	ret->nname = json_get(j, "name") != NULL;
}

static int
answer_lines(void)
{
	static char line[LINE];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct json *j CLEANUP(json_freep) = NULL;
		struct json_error je;
		struct mcp_head h = { 0 };
		struct str body;

		if (json_parse(str_from(line), LIMIT_JSON_DEPTH, &j, &je) !=
		    ERR_OK)
			return 2;
		head_of(j, &h);
		body = json_str(json_get(j, "body"));
		(void)call_in(OP_READ, &h, body);
		if (got.room != 0)
			(void)call_in(got.room, &h, body);
		printf("%u %.*s\n", got.status, STR_ARG(buf_str(&got_body)));
	}
	return 0;
}

/* What the form lists: the way back, of a change that has one, it does not. */
static struct json *
listed(const struct tool *t, const struct json *said)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct json_member m = { 0 };
	struct json_error je;
	struct json *j = NULL;

	buf_putc(&text, '{');
	while (json_next(said, &m)) {
		if (t->back != NULL && (str_eq(m.name, STR("take_back")) ||
		    str_eq(m.name, STR("before"))))
			continue;
		tool_member_str(&text, m.name);
		json_put(&text, m.value);
	}
	buf_putc(&text, '}');
	return json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &j, &je) == ERR_OK ?
	    j :
	    NULL;
}

static void
one_tool(const char *name, struct str args)
{
	static const struct mcp_head none;
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct buf body CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct json *j CLEANUP(json_freep) = NULL;
	struct json *said CLEANUP(json_freep) = NULL;
	const struct tool *t = tool_find(str_from(name));
	struct json_error je;

	buf_printf(&body,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
	    "\"params\":{\"name\":\"%s\",\"arguments\":%.*s}}",
	    name, STR_ARG(args));
	(void)call_in(OP_READ, &none, buf_str(&body));
	if (got.room != 0)
		(void)call_in(got.room, &none, buf_str(&body));
	if (json_parse(buf_str(&got_body), LIMIT_JSON_DEPTH, &j, &je) != ERR_OK)
		return;
	said = listed(t,
	    json_get(json_get(j, "result"), "structuredContent"));
	form_check(t->out, said, &wrong);
	is_str(buf_str(&wrong), STR(""), "r43: %s", name);
}

/* The data model of the table "abc". */
static struct model_entity fake_entity = { .name = STR_INIT("A"),
	.closed = true };
static struct models_row fake_row = { .table = STR_INIT("abc"),
	.model = { .entities = &fake_entity, .nentities = 1 } };
static struct models fake_models = { .rows = &fake_row, .n = 1 };

int
main(int argc, char **argv)
{
	struct json *all CLEANUP(json_freep) = fake_examples();
	size_t n = 0;

	fake_answer = NULL;
	models = &fake_models;
	rights |= OP_ADMIN;
	if (argc > 1 && strcmp(argv[1], "answer") == 0)
		return answer_lines();
	for (; tool_at(n) != NULL; n++) {
		struct buf args CLEANUP(buf_free) = BUF_INIT(KIB(4));
		const struct json *one = json_get(all, tool_at(n)->name);

		ok(one != NULL, "%s has an example", tool_at(n)->name);
		rpc_put(&args, one);
		one_tool(tool_at(n)->name, buf_str(&args));
	}
	is_int(n, json_len(all), "and nothing else has");
	buf_free(&got_body);
	return tap_done();
}
