/* SPDX-License-Identifier: ISC */
/*
 * whole.t - a tool for every operation of the store, against the real table of
 * operations: one that comes without its tool is red here.  And a way back for
 * every tool that changes something: by undo, or in words.
 */
#include <string.h>

#include "mcp/tool.h"
#include "tap.h"

/* Those that another tool leads through: they make sense in a row alone. */
static const struct {
	const char *op, *by;
} within[] = {
	{ "DescribeStream", "read_changes" },
	{ "GetShardIterator", "read_changes" },
};

/* What goes on behind a tool is looked at and ended by the methods of tasks. */
static bool
is_behind(const struct tool *t, const char *op)
{
	return t->work != NULL &&
	    (strcmp(op, t->work->progress) == 0 ||
		strcmp(op, t->work->cancel) == 0);
}

static const char *
tool_of(const struct op *op)
{
	for (size_t i = 0; tool_at(i) != NULL; i++)
		if (tool_op(tool_at(i)) == op ||
		    is_behind(tool_at(i), op->name))
			return tool_at(i)->name;
	for (size_t i = 0; i < NELEM(within); i++)
		if (strcmp(op->name, within[i].op) == 0 &&
		    tool_find(str_from(within[i].by)) != NULL)
			return within[i].by;
	return NULL;
}

static bool
has_undo(const struct tool *t)
{
	for (size_t i = 0; i < t->out->members; i++)
		if (strcmp(t->out->member[i].name, "undo") == 0)
			return true;
	return false;
}

/* No way back, and why that is so. */
static const struct {
	const char *tool, *why;
} final[] = {
	{ "delete_backup", "asks its human" },
	{ "export_table", "changes no table" },
	{ "update_kinesis_destination", "is always refused" },
	{ "call_tool", "its result is another's" },
};

static void
test_back(void)
{
	for (size_t i = 0; tool_at(i) != NULL; i++) {
		const struct tool *t = tool_at(i);
		const char *why = has_undo(t) ? "undo" : t->back;

		if ((tool_room(t) & OP_WRITE) == 0)
			continue;
		for (size_t k = 0; k < NELEM(final) && why == NULL; k++)
			if (strcmp(t->name, final[k].tool) == 0)
				why = final[k].why;
		ok(why != NULL, "%s: a way back: %s", t->name,
		    why == NULL ? "none" : why);
		ok(t->before == NULL || tool_room(t->before) == OP_READ,
		    "%s: what looks before only reads", t->name);
	}
}

int
main(void)
{
	for (size_t i = 0; op_at(i) != NULL; i++) {
		const char *tool = tool_of(op_at(i));

		ok(tool != NULL, "%s: %s", op_at(i)->name,
		    tool == NULL ? "has no tool" : tool);
	}
	for (size_t i = 0; tool_at(i) != NULL; i++)
		ok(tool_op(tool_at(i)) != NULL || tool_at(i)->op == NULL,
		    "%s: has its operation", tool_at(i)->name);
	test_back();
	return tap_done();
}
