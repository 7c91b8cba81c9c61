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

#define SPACES " \t\r\n"

static struct str
skip_spaces(struct str s)
{
	while (s.len > 0 && strchr(SPACES, s.p[0]) != NULL) {
		s.p++;
		s.len--;
	}
	return s;
}

/* The parser is the operation's; here the first word is enough. */
static bool
begins(struct str statement, const char *word, struct str *ret_rest)
{
	struct str s = skip_spaces(statement);
	size_t n = strlen(word);

	if (s.len < n || strncasecmp(s.p, word, n) != 0)
		return false;
	*ret_rest = skip_spaces((struct str){ s.p + n, s.len - n });
	return true;
}

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

/* What a SELECT names is shown without end, as attributes are elsewhere. */
static enum err
statement_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	static const struct form next[] = { TOOL_NEXT("NextToken") };
	static const struct form end = { FORM_MEMBERS(next) };
	const struct json *items = json_get(answer, "Items");
	struct buf left_out CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct str rest = { NULL, 0 };
	bool selects =
	    begins(json_str(json_get(r->args, "statement")), "select", &rest);
	bool named = selects && !str_starts(rest, STR("*"));

	BUF_LIT(out, "{\"items\":[");
	for (size_t i = 0; i < json_len(items); i++) {
		if (i > 0)
			buf_putc(out, ',');
		item_plain_cut(out, json_at(items, i),
		    named ? LIMIT_ANSWER : LIMIT_MCP_RESULT, &left_out);
	}
	buf_putc(out, ']');
	if (selects)
		map_result(r, &end, answer, out);
	tool_put_left_out(out, &left_out,
	    json_get(answer, "NextToken") != NULL ? NULL :
		selects ? "name them in SELECT to read them" :
			  TOOL_BY_GET_ITEM);
	buf_putc(out, '}');
	map_shorten(r, answer, out->len);
	return ERR_OK;
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
	    TOOL_LEFT_OUT, TOOL_NEXT("NextToken")),
	.ask = statement_ask,
	.tell = statement_tell,
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
	    TOOL_LEFT_OUT, FORM("note", STRING), TOOL_UNDO),
	.ask = statement_ask,
	.tell = statement_tell,
};

/* ---- several */

#define STATEMENTS(api_, most)                                               \
	FORM("statements", ARRAY, .required = true, .min = 1, .max = (most), \
	    .api = (api_),                                                   \
	    FORM_EACH(OBJECT, FORM_LIST(STATEMENT(NULL), PARAMETERS)))
static bool
few_deletes(const struct json *args)
{
	const struct json *all = json_get(args, "statements");
	size_t n = 0;

	for (size_t i = 0; i < json_len(all); i++) {
		struct str rest;

		n += begins(json_str(json_get(json_at(all, i), "statement")),
		    "delete", &rest);
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
