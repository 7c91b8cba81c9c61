/* SPDX-License-Identifier: ISC */
/*
 * server/discover (2026-07-28).  Only what is served is named; the other
 * revisions are not in supportedVersions, for a client that envelopes one of
 * them can only be refused.
 */
#include "mcp/call.h"

enum err
method_discover(struct call *c, struct buf *out)
{
	BUF_LIT(out,
	    "\"supportedVersions\":[\"" MCP_VERSION "\"],\"capabilities\":");
	if (c->head->stdio)
		BUF_LIT(out, MCP_CAPABILITIES);
	else
		BUF_LIT(out, MCP_CAPABILITIES_LISTEN);
	out->len--;
	BUF_LIT(out, ",\"extensions\":" MCP_EXTENSIONS "},\"instructions\":");
	json_put_str(out, mcp_instructions);
	BUF_LIT(out, ",\"ttlMs\":3600000,\"cacheScope\":\"private\"");
	return ERR_OK;
}
