/* SPDX-License-Identifier: ISC */
/*
 * initialize (2025-11-25 and before).  The answer is all that there is: no
 * session begins, and nothing that follows needs it.
 */
#include "mcp/call.h"

enum err
method_initialize(struct call *c, struct buf *out)
{
	const struct json *asked = json_get(c->msg.params, "protocolVersion");
	struct str version = STR("2025-11-25");

	if (json_kind(asked) != JSON_STRING)
		return call_fail(c, ERR_MCP_PARAMS,
		    "protocolVersion must be a string");
	if (mcp_era_of(json_str(asked)) == MCP_LEGACY)
		version = json_str(asked);
	BUF_LIT(out, "\"protocolVersion\":");
	json_put_str(out, version);
	BUF_LIT(out, ",\"capabilities\":" MCP_CAPABILITIES ",\"serverInfo\":");
	mcp_put_server(out);
	BUF_LIT(out, ",\"instructions\":");
	json_put_str(out, mcp_instructions);
	return ERR_OK;
}
