/* SPDX-License-Identifier: ISC */
/*
 * whole.t - a tool for every operation of the store, against the real table of
 * operations: one that comes without its tool is red here.
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
	return tap_done();
}
