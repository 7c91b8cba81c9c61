/* SPDX-License-Identifier: ISC */
/*
 * tools/list.  What the token may not do is not in it; the cursor names the
 * last tool shown, so that it stays right when tools are added.
 */
#include "mcp/call.h"
#include "mcp/tool.h"

static const struct tool *
after_cursor(const struct json *cursor)
{
	struct buf name CLEANUP(buf_free) = BUF_INIT(LIMIT_RPC_ID);

	if (!cursor_get(json_str(cursor), &name))
		return NULL;
	return tool_find(buf_str(&name));
}

enum err
method_tools_list(struct call *c, struct buf *out)
{
	const struct json *cursor = json_get(c->msg.params, "cursor");
	const struct tool *after = NULL, *last;

	if (cursor != NULL && (after = after_cursor(cursor)) == NULL)
		return call_fail(c, ERR_MCP_PARAMS,
		    "cursor: not one that tools/list gave");
	BUF_LIT(out, "\"tools\":[");
	tools_put(out, c->ctx, after, LIMIT_MCP_TOOLS, &last);
	BUF_LIT(out, "]");
	if (last != NULL) {
		BUF_LIT(out, ",\"nextCursor\":");
		cursor_put(out, str_from(last->name));
	}
	if (c->modern)
		BUF_LIT(out, ",\"ttlMs\":300000,\"cacheScope\":\"private\"");
	return ERR_OK;
}
