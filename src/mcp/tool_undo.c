/* SPDX-License-Identifier: ISC */
/* undo - what a tool changed is taken back. */
#include "mcp/map.h"

/* A table that is there again is no change of items, which undo takes. */
static enum err
undo_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	if (json_get(answer, "Table") != NULL)
		r->ctx->first_change = 0;
	buf_putc(out, '{');
	map_result(r, r->tool->out, answer, out);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct tool tool_undo = {
	.name = "undo",
	.title = "Undo a change",
	.text = "Take back what one call of a tool changed, by the name that "
		"its result gave: all of it, or nothing where an item was "
		"changed again since. Changes of items are kept for 24 hours, "
		"deleted tables for 7 days.",
	.op = "Undo",
	.group = TOOL_BACKUPS,
	.destructive = true,
	.shows = "undo in the result of a call names its change",
	.in = TOOL_FORM(FORM("change", STRING, .required = true, .min = 1,
	    .max = 64, .api = "Change", .text = "As change-7-9 or table-4.")),
	.out = TOOL_FORM(FORM("items", INTEGER, .api = "Items",
			     .text = "How many are as they were."),
	    FORM("table", STRING, .api = "Table",
		.text = "The table that is there again."),
	    TOOL_UNDO),
	.tell = undo_tell,
};
