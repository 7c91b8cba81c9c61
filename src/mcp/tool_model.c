/* SPDX-License-Identifier: ISC */
/* get_data_model - what a table's items are. */
#include "mcp/describe.h"

static enum err
run(struct tool_run *r, struct buf *out)
{
	return describe_put_model(r->ctx, json_str(json_get(r->args, "table")),
	    json_str(json_get(r->args, "entity")), out);
}

const struct tool tool_get_data_model = {
	.name = "get_data_model",
	.title = "Look up a table's data model",
	.text = "The entities that a table holds: how their keys are made "
		"(customer#${id} has the attribute id in it), their attributes "
		"with types, and what is required. Where it is enforced, a "
		"write that does not fit is refused.",
	.group = TOOL_TABLES,
	.idempotent = true,
	.in = TOOL_FORM(TOOL_TABLE,
	    FORM("entity", STRING, .text = "This one alone.")),
	.out = TOOL_FORM(FORM("table", STRING, .required = true),
	    FORM("enforced", BOOL, .required = true),
	    FORM("model", MAP, .required = true), FORM("note", STRING)),
	.run = run,
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
};
