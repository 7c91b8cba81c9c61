/* SPDX-License-Identifier: ISC */
#include "mcp/call.h"

#include <string.h>

const struct str mcp_instructions = STR_INIT(
    "Doorward is a local database that speaks DynamoDB's data model: tables "
    "of items, each found by a partition key and, where the table has one, a "
    "sort key.  Begin with get_overview: it names the tables, their keys and "
    "what their items have.  Then get_item reads one item, query the items "
    "of one partition key in sort order, scan everything page by page.\n"
    "Not every tool is listed: list_groups names the others, describe_tools "
    "shows their arguments, call_reading_tool and call_tool call them.\n"
    "Attribute values are plain JSON.  What JSON cannot say, or not exactly, "
    "is an object with the one member S, N, B, SS, NS, BS, M, L, BOOL or "
    "NULL, as in DynamoDB's API: {\"B\":\"aGk=\"} is binary, "
    "{\"SS\":[\"a\",\"b\"]} a set, {\"N\":\"12345678901234567890\"} a number "
    "of many digits; a map with just one member of such a name is "
    "{\"M\":{...}}.  Results use the same form.\n"
    "Expressions are DynamoDB's.  A reserved word, or any name, stands behind "
    "a placeholder: {\"update\":\"SET #y = :y\",\"names\":{\"#y\":\"year\"},"
    "\"values\":{\":y\":1975}}.\n"
    "A result that is not whole says so in note; next_cursor leads on.\n"
    "The tool undo takes what a change gave as undo, and takes the change "
    "back: for 24 hours, a deleted table for 7 days; any other change says in "
    "take_back how.  A tool that destroys "
    "much wants a human's consent: where the client cannot ask, the first "
    "call says what would be lost and how to call again.");

void
mcp_put_server(struct buf *out)
{
	BUF_LIT(out,
	    "{\"name\":\"doorward\",\"title\":\"Doorward\",\"version\":"
	    "\"" DOORWARD_VERSION "\"}");
}

static enum err
method_ping(struct call *c, struct buf *out)
{
	(void)c;
	(void)out;
	return ERR_OK;
}

static const struct method methods[] = {
	{ "server/discover", .modern = true, .run = method_discover },
	{ "initialize", .legacy = true, .run = method_initialize },
	{ "ping", .legacy = true, .run = method_ping },
	{ "tools/list", .modern = true, .legacy = true,
	    .run = method_tools_list },
	{ "tools/call", .modern = true, .legacy = true,
	    .run = method_tools_call },
	{ "resources/list", .modern = true, .legacy = true,
	    .run = method_resources_list },
	{ "resources/templates/list", .modern = true, .legacy = true,
	    .run = method_templates_list },
	{ "resources/read", .modern = true, .legacy = true,
	    .run = method_resources_read },
	{ "prompts/list", .modern = true, .legacy = true,
	    .run = method_prompts_list },
	{ "prompts/get", .modern = true, .legacy = true,
	    .run = method_prompts_get },
	{ "tasks/get", .modern = true, .run = method_tasks_get },
	{ "tasks/update", .modern = true, .run = method_tasks_update },
	{ "tasks/cancel", .modern = true, .run = method_tasks_cancel },
	{ "subscriptions/listen", .modern = true, .run = method_listen },
	{ "completion/complete", .modern = true, .legacy = true,
	    .run = method_complete },
};

const struct method *
method_find(struct str name, bool modern)
{
	for (size_t i = 0; i < NELEM(methods); i++)
		if (str_eq(name, str_from(methods[i].name)))
			return (modern ? methods[i].modern :
					 methods[i].legacy) ?
			    &methods[i] :
			    NULL;
	return NULL;
}
