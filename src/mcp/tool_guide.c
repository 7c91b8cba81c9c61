/* SPDX-License-Identifier: ISC */
/* The tools that lead to the other tools. */
#include "mcp/tool.h"

/* ---- list_groups */

static void
put_names(struct buf *out, const struct op_ctx *ctx, enum tool_group g)
{
	const struct tool *t;

	for (size_t i = 0; (t = tool_at(i)) != NULL; i++) {
		if (t->group != g || !tool_allowed(t, ctx))
			continue;
		if (out->p[out->len - 1] != '[')
			buf_putc(out, ',');
		json_put_str(out, str_from(t->name));
	}
}

static enum err
groups_run(struct tool_run *r, struct buf *out)
{
	size_t before;

	BUF_LIT(out, "{\"groups\":[");
	for (enum tool_group g = 0; g < TOOL_GROUP__MAX; g++) {
		before = out->len;
		BUF_LIT(out, "{\"group\":");
		json_put_str(out, str_from(tool_group_name(g)));
		BUF_LIT(out, ",\"about\":");
		json_put_str(out, str_from(tool_group_text(g)));
		BUF_LIT(out, ",\"tools\":[");
		put_names(out, r->ctx, g);
		if (buf_err(out) != ERR_OK)
			return buf_err(out);
		if (out->p[out->len - 1] == '[') {
			out->len = before;
			continue;
		}
		BUF_LIT(out, "]},");
	}
	if (out->p[out->len - 1] == ',')
		out->len--;
	BUF_LIT(out, "]}");
	return ERR_OK;
}

const struct tool tool_list_groups = {
	.name = "list_groups",
	.title = "List groups of tools",
	.text = "Every tool, also those not listed: describe_tools shows "
		"them, call_reading_tool and call_tool call them.",
	.group = TOOL_GUIDE,
	.core = true,
	.on_demand = true,
	.in = TOOL_NO_FORM,
	.out =
	    TOOL_FORM(FORM("groups", ARRAY, .required = true, FORM_EACH(MAP))),
	.run = groups_run,
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
};

/* ---- describe_tools */

static bool
is_asked(const struct tool_run *r, const struct tool *t)
{
	const struct json *names = json_get(r->args, "tools");
	const struct json *group = json_get(r->args, "group");

	for (size_t i = 0; i < json_len(names); i++)
		if (str_eq(json_str(json_at(names, i)), str_from(t->name)))
			return true;
	return group != NULL &&
	    str_eq(json_str(group), str_from(tool_group_name(t->group)));
}

/* ,"unknown":[...]: names that lead nowhere, or not for this token. */
static void
put_unknown(const struct tool_run *r, struct buf *out)
{
	const struct json *names = json_get(r->args, "tools");
	bool any = false;

	for (size_t i = 0; i < json_len(names); i++) {
		const struct tool *t = tool_find(json_str(json_at(names, i)));

		if (t != NULL && tool_allowed(t, r->ctx))
			continue;
		if (any)
			buf_putc(out, ',');
		else
			BUF_LIT(out, ",\"unknown\":[");
		json_put(out, json_at(names, i));
		any = true;
	}
	if (any)
		buf_putc(out, ']');
}

static enum err
describe_run(struct tool_run *r, struct buf *out)
{
	const struct tool *t;
	size_t n = 0;

	BUF_LIT(out, "{\"tools\":[");
	for (size_t i = 0; (t = tool_at(i)) != NULL; i++) {
		if (!is_asked(r, t) || !tool_allowed(t, r->ctx))
			continue;
		if (n++ > 0)
			buf_putc(out, ',');
		tool_put(out, t, r->ctx);
	}
	buf_putc(out, ']');
	put_unknown(r, out);
	buf_putc(out, '}');
	if (n == 0)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "no such tool or group: expected tools or group as "
		    "list_groups names them");
	return ERR_OK;
}

const struct tool tool_describe_tools = {
	.name = "describe_tools",
	.title = "Describe tools",
	.text = "Description, arguments and result of tools, by names or by "
		"group.",
	.group = TOOL_GUIDE,
	.core = true,
	.on_demand = true,
	.shows = "list_groups shows the groups and their tools",
	.in = TOOL_FORM(FORM("tools", ARRAY, .min = 1, .max = LIMIT_MCP_TOOLS,
			    .each = &tool_name),
	    FORM("group", STRING)),
	.out =
	    TOOL_FORM(FORM("tools", ARRAY, .required = true, FORM_EACH(MAP))),
	.run = describe_run,
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
};

/* ---- the two that call others: tools_call.c sees to them */

#define REACH_IN                                          \
	TOOL_FORM(FORM("tool", STRING, .required = true), \
	    FORM("arguments", MAP, .required = true))

const struct tool tool_call_reading_tool = {
	.name = "call_reading_tool",
	.title = "Call a tool that reads",
	.text = "Call any tool that only reads. The result is that tool's.",
	.group = TOOL_GUIDE,
	.core = true,
	.on_demand = true,
	.in = REACH_IN,
	.out = TOOL_ANY_FORM,
	.flags = OP_READ,
	.body_max = LIMIT_BODY_ITEM,
	.reach = TOOL_REACHES_READING,
};

const struct tool tool_call_tool = {
	.name = "call_tool",
	.title = "Call a tool",
	.text = "Call any tool. The result is that tool's.",
	.group = TOOL_GUIDE,
	.core = true,
	.on_demand = true,
	.destructive = true,
	.in = REACH_IN,
	.out = TOOL_ANY_FORM,
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY,
	.reach = TOOL_REACHES_ALL,
};
