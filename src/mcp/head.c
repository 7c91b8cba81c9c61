/* SPDX-License-Identifier: ISC */
/* What can be told before the body is read. */
#include "crypto/crypto.h"
#include "mcp/call.h"
#include "mcp/tool.h"

static const struct str encoded_from = STR_INIT("=?base64?");
static const struct str encoded_to = STR_INIT("?=");

/* One of each, and the revision in which they count. */
static bool
is_modern(const struct mcp_head *h)
{
	return !h->stdio && h->nversion == 1 && h->nmethod == 1 &&
	    mcp_era_of(h->version) == MCP_MODERN;
}

unsigned
mcp_head_room(const struct mcp_head *h)
{
	const struct tool *t;

	if (!is_modern(h))
		return 0;
	/* Whether there is anything to change its state says. */
	if (str_eq(h->method, STR("tasks/cancel")) ||
	    str_eq(h->method, STR("tasks/update")))
		return 0;
	if (!str_eq(h->method, STR("tools/call")))
		return OP_READ;
	if (h->nname != 1 || mcp_head_name_encoded(h->name))
		return 0;
	t = tool_find(h->name);
	/* Which tool is meant, and whether a human is to be asked first, the
	 * body says. */
	if (t != NULL &&
	    (t->reach == TOOL_REACHES_ALL ||
		(t->loses != NULL && t->spares == NULL)))
		return 0;
	return t == NULL ? OP_READ : tool_room(t);
}

/* A header that says nothing clear is for the body to be refused with. */
static bool
may_table(const struct mcp_head *h, const struct tool *t,
    const struct op_ctx *caller)
{
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_HEAD);
	struct str table;

	if (!caller->table_header || tool_mirrored(t) == NULL ||
	    h->ntable != 1 || !mcp_head_name(h->table, &scratch, &table))
		return true;
	return op_may_table(caller, table);
}

enum err
mcp_head_may(const struct mcp_head *h, const struct op_ctx *caller,
    const char **reterr_text)
{
	const struct tool *t;
	enum err e;

	if (!is_modern(h) || !str_eq(h->method, STR("tools/call")) ||
	    h->nname != 1 || mcp_head_name_encoded(h->name))
		return ERR_OK;
	if ((t = tool_find(h->name)) == NULL)
		return ERR_OK;
	e = tool_may(t, caller);
	if (e == ERR_OK && !may_table(h, t, caller))
		e = ERR_SCOPE;
	if (e != ERR_OK)
		*reterr_text = tool_refusal(t, e, caller->arena);
	return e;
}

size_t
mcp_body_max(const struct mcp_head *h)
{
	const struct tool *t;

	if (!is_modern(h))
		return LIMIT_BODY;
	if (!str_eq(h->method, STR("tools/call")))
		return LIMIT_BODY_SMALL;
	if (h->nname != 1 || mcp_head_name_encoded(h->name))
		return LIMIT_BODY;
	t = tool_find(h->name);
	return t == NULL ? LIMIT_BODY_SMALL : tool_body_max(t);
}

bool
mcp_head_name_encoded(struct str value)
{
	return value.len >= encoded_from.len + encoded_to.len &&
	    str_starts(value, encoded_from) && str_ends(value, encoded_to);
}

bool
mcp_head_name(struct str value, struct buf *scratch, struct str *ret)
{
	if (!mcp_head_name_encoded(value)) {
		*ret = value;
		return true;
	}
	value.p += encoded_from.len;
	value.len -= encoded_from.len + encoded_to.len;
	if (!crypto_unbase64(scratch, value) || !str_utf8(buf_str(scratch)))
		return false;
	*ret = buf_str(scratch);
	return true;
}
