/* SPDX-License-Identifier: ISC */
/*
 * PartiQL.  What reads and what writes are two tools, so that a token that
 * may only read has the one; several statements at once are taken to write.
 */
#include <string.h>
#include <strings.h>

#include "mcp/map.h"
#include "mcp/tool.h"
#include "mcp/value.h"

#define VALUES_TEXT "For each ? of the statement, in order."
#define PARAMETERS                                           \
	FORM("values", ARRAY, .min = 1, .api = "Parameters", \
	    .text = VALUES_TEXT, FORM_EACH(ANY, .as = FORM_AS_VALUE))
#define STATEMENT(text_)                                                   \
	FORM("statement", STRING, .required = true, .min = 1, .max = 8192, \
	    .api = "Statement", .text = (text_))

/* Is it in the tool that is for it?  The operation's own row says. */
static enum err
statement_ask(struct tool_run *r, struct buf *request)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct json_error je;
	bool writes = (tool_room(r->tool) & OP_WRITE) != 0;
	enum err e;

	buf_putc(request, '{');
	if ((e = map_members(r, r->tool->in, r->args, request)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	e = json_parse(buf_str(request), LIMIT_JSON_DEPTH, &in, &je);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_OK : e;
	if (((op_flags(tool_op(r->tool), in) & OP_WRITE) != 0) == writes)
		return ERR_OK;
	return op_fail(r->ctx, ERR_VALIDATION,
	    writes ? "statement: expected INSERT, UPDATE or DELETE; "
		     "select_items runs SELECT" :
		     "statement: expected SELECT; execute_statement runs "
		     "those that write");
}

const struct tool tool_select_items = {
	.name = "select_items",
	.title = "Read items by PartiQL",
	.text = "Run one SELECT. Fast only where WHERE says the partition key "
		"with = or IN; else all of the table is read. " TOOL_VALUES,
	.op = "ExecuteStatement",
	.flags = OP_READ,
	.group = TOOL_PARTIQL,
	.in = TOOL_FORM(STATEMENT("As SELECT title FROM \"songs\" WHERE "
				  "artist = ? AND year > ?; of an index "
				  "FROM \"songs\".\"by-year\"."),
	    PARAMETERS, TOOL_PAGE(LIMIT_MCP_ITEMS, 50, "NextToken")),
	.out = TOOL_FORM(FORM("items", ARRAY, .required = true, .api = "Items",
			     FORM_EACH(MAP, .as = FORM_AS_ITEM)),
	    TOOL_NEXT("NextToken")),
	.ask = statement_ask,
};

const struct tool tool_execute_statement = {
	.name = "execute_statement",
	.title = "Write an item by PartiQL",
	.text = "Run one INSERT, UPDATE or DELETE, which is about one item: "
		"WHERE must say its whole key with =. INSERT refuses an item "
		"that is there. " TOOL_VALUES,
	.op = "ExecuteStatement",
	.flags = OP_WRITE,
	.group = TOOL_PARTIQL,
	.destructive = true,
	.in = TOOL_FORM(
	    STATEMENT("As INSERT INTO \"songs\" VALUE {'artist': ?, 'year': "
		      "1975}; UPDATE \"songs\" SET plays = ? WHERE artist = "
		      "? AND year = ? RETURNING ALL NEW *."),
	    PARAMETERS),
	.out = TOOL_FORM(FORM("items", ARRAY, .required = true, .api = "Items",
			     FORM_EACH(MAP, .as = FORM_AS_ITEM),
			     .text = "What RETURNING asks for."),
	    TOOL_UNDO),
	.ask = statement_ask,
};

/* ---- several */

#define STATEMENTS(api_, most)                                               \
	FORM("statements", ARRAY, .required = true, .min = 1, .max = (most), \
	    .api = (api_),                                                   \
	    FORM_EACH(OBJECT, FORM_LIST(STATEMENT(NULL), PARAMETERS)))
/* Their parser is the operation's; here the first word is enough. */
static bool
few_deletes(const struct json *args)
{
	const struct json *all = json_get(args, "statements");
	size_t n = 0;

	for (size_t i = 0; i < json_len(all); i++) {
		struct str s = json_str(json_get(json_at(all, i), "statement"));

		while (s.len > 0 && strchr(" \t\r\n", s.p[0]) != NULL) {
			s.p++;
			s.len--;
		}
		if (s.len >= 6 && strncasecmp(s.p, "delete", 6) == 0)
			n++;
	}
	return n <= LIMIT_MCP_DELETES;
}

#define RESULTS_TEXT "One for each statement, in their order."

const struct tool tool_batch_execute_statement = {
	.name = "batch_execute_statement",
	.title = "Run many statements",
	.text = "Run up to 25 statements of PartiQL, each by itself: one may "
		"fail where others do not. All read, or all write; each is "
		"about one item, whose whole key it says.",
	.op = "BatchExecuteStatement",
	.flags = OP_WRITE,
	.group = TOOL_PARTIQL,
	.destructive = true,
	.loses = TOOL_LOSES_ITEMS,
	.spares = few_deletes,
	.in = TOOL_FORM(STATEMENTS("Statements", LIMIT_BATCH_STATEMENTS)),
	.out = TOOL_FORM(FORM("results", ARRAY, .required = true,
			     .text = RESULTS_TEXT),
	    TOOL_LEFT_OUT, FORM("note", STRING), TOOL_UNDO),
	.tell = tool_tell_responses,
};

const struct tool tool_execute_transaction = {
	.name = "execute_transaction",
	.title = "Run statements as one",
	.text = "Run up to 100 statements of PartiQL all together or not at "
		"all. All read, or all write; each is about one item, whose "
		"whole key it says. Among those that write, EXISTS(SELECT * "
		"FROM ... WHERE ...) checks a condition.",
	.op = "ExecuteTransaction",
	.flags = OP_WRITE,
	.group = TOOL_PARTIQL,
	.destructive = true,
	.loses = TOOL_LOSES_ITEMS,
	.spares = few_deletes,
	.in = TOOL_FORM(STATEMENTS("TransactStatements", LIMIT_TRANSACT),
	    TOOL_ONCE),
	.out = TOOL_FORM(FORM("results", ARRAY, .required = true,
			     .text = RESULTS_TEXT),
	    TOOL_LEFT_OUT, FORM("note", STRING), TOOL_UNDO),
	.tell = tool_tell_responses,
};
