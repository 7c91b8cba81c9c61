/* SPDX-License-Identifier: ISC */
/* read_audit - who did what, for a token with the admin right. */
#include "mcp/tool.h"

#define TIME_TEXT "UTC, as 2026-11-21T10:30:55Z."

const struct tool tool_read_audit = {
	.name = "read_audit",
	.title = "Read the audit log",
	.text = "Who changed what and when, and what was refused: the newest "
		"first, unless order says otherwise.",
	.op = "ReadAudit",
	.group = TOOL_ADMIN,
	.idempotent = true,
	.in = TOOL_FORM(FORM("from", STRING, .api = "From", .text = TIME_TEXT),
	    FORM("to", STRING, .api = "To", .text = TIME_TEXT),
	    FORM("actor", STRING, .api = "Actor", .text = "A token's name."),
	    FORM("operation", STRING, .api = "Operation",
		.text = "As PutItem."),
	    FORM("result", STRING, .api = "Result",
		.text = "OK, an error's name, or refused."),
	    FORM("table", STRING, .api = "TableName"),
	    FORM("order", STRING, .api = "Order",
		.values = FORM_ONE_OF("newest", "oldest")),
	    FORM("limit", INTEGER, .min = 1, .max = LIMIT_MCP_ITEMS,
		.api = "Limit", .as = FORM_AS_LIMIT, .init = 50),
	    FORM("cursor", STRING, .api = "NextToken", .as = FORM_AS_CURSOR)),
	.out = TOOL_FORM(FORM("records", ARRAY, .required = true,
			     .api = "Records", FORM_EACH(MAP)),
	    FORM("cursor", STRING, .api = "NextToken", .as = FORM_AS_CURSOR),
	    FORM("note", STRING, .api = "NextToken", .as = FORM_AS_NOTE)),
};
