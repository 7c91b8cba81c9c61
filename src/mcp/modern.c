/* SPDX-License-Identifier: ISC */
/*
 * 2026-07-28: every request brings its envelope, and over HTTP its headers
 * mirror the body, so that what stands before us may decide by them.
 */
#include <string.h>

#include "mcp/call.h"

#define VERSION_SHOWN 256 /* bytes of a version that we do not know */

/* Methods whose Mcp-Name is required, and the member that it mirrors. */
static const struct {
	struct str method;
	const char *member;
} named[] = {
	{ STR_INIT("tools/call"), "name" },
	{ STR_INIT("prompts/get"), "name" },
	{ STR_INIT("resources/read"), "uri" },
	{ STR_INIT("tasks/get"), "taskId" },
	{ STR_INIT("tasks/update"), "taskId" },
	{ STR_INIT("tasks/cancel"), "taskId" },
};

static const char *const levels[] = { "debug", "info", "notice", "warning",
	"error", "critical", "alert", "emergency" };

static const struct json *
meta(const struct rpc *m, const char *name)
{
	return json_get(json_get(m->params, "_meta"), name);
}

bool
modern_enveloped(const struct rpc *m)
{
	return meta(m, MCP_P "protocolVersion") != NULL;
}

static bool
is_level(const struct json *level)
{
	for (size_t i = 0; i < NELEM(levels); i++)
		if (str_eq(json_str(level), str_from(levels[i])))
			return true;
	return false;
}

static enum err
check_envelope(struct call *c)
{
	const struct json *info = meta(&c->msg, MCP_P "clientInfo");
	const struct json *level = meta(&c->msg, MCP_P "logLevel");

	if (json_kind(meta(&c->msg, MCP_P "protocolVersion")) != JSON_STRING)
		return call_fail(c, ERR_MCP_ENVELOPE,
		    "_meta[\"" MCP_P "protocolVersion\"] must be a string");
	if (json_kind(meta(&c->msg, MCP_P "clientCapabilities")) != JSON_OBJECT)
		return call_fail(c, ERR_MCP_ENVELOPE,
		    "_meta[\"" MCP_P "clientCapabilities\"] must be an object");
	if (info != NULL &&
	    (json_kind(json_get(info, "name")) != JSON_STRING ||
		json_kind(json_get(info, "version")) != JSON_STRING))
		return call_fail(c, ERR_MCP_ENVELOPE,
		    "_meta[\"" MCP_P "clientInfo\"] must be an object with "
		    "name and version");
	if (level != NULL && !is_level(level))
		return call_fail(c, ERR_MCP_ENVELOPE,
		    "_meta[\"" MCP_P "logLevel\"] is not a level");
	return ERR_OK;
}

static enum err
missing(struct call *c, const char *header)
{
	return call_fail(c, ERR_MCP_HEADER, "header %s is missing", header);
}

static enum err
mismatch(struct call *c, const char *header)
{
	return call_fail(c, ERR_MCP_HEADER,
	    "header %s does not say what the body says", header);
}

/* A field that was sent twice says "a, a": never what the body says. */
static bool
says(struct str value, size_t n, struct str body)
{
	return n == 1 && str_eq(value, body);
}

static enum err
check_name(struct call *c)
{
	const struct mcp_head *h = c->head;
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_HEAD);
	const struct json *value;
	struct str name;
	size_t i = 0;

	while (i < NELEM(named) && !str_eq(c->msg.method, named[i].method))
		i++;
	if (i == NELEM(named))
		return ERR_OK;
	if (h->nname == 0)
		return missing(c, "Mcp-Name");
	if (!mcp_head_name(h->name, &scratch, &name))
		return call_fail(c, ERR_MCP_HEADER,
		    "header Mcp-Name is not valid base64 of UTF-8");
	value = json_get(c->msg.params, named[i].member);
	if (json_kind(value) != JSON_STRING ||
	    !says(name, h->nname, json_str(value)))
		return mismatch(c, "Mcp-Name");
	return ERR_OK;
}

/* What is there and differs, then the version, then what is not there. */
static enum err
check_head(struct call *c, struct str version)
{
	const struct mcp_head *h = c->head;

	if (h->nversion > 0 && !says(h->version, h->nversion, version))
		return mismatch(c, "MCP-Protocol-Version");
	if (h->nmethod > 0 && !says(h->method, h->nmethod, c->msg.method))
		return mismatch(c, "Mcp-Method");
	if (mcp_era_of(version) != MCP_MODERN)
		return modern_version(c, version);
	if (h->nversion == 0)
		return missing(c, "MCP-Protocol-Version");
	if (h->nmethod == 0)
		return missing(c, "Mcp-Method");
	return check_name(c);
}

enum err
modern_table(struct call *c, const struct json *table)
{
	const struct mcp_head *h = c->head;
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_HEAD);
	struct str said;

	if (!c->modern || h->stdio || !c->ctx->table_header ||
	    json_kind(table) != JSON_STRING)
		return ERR_OK;
	if (h->ntable == 0)
		return missing(c, "Mcp-Param-Table");
	if (!mcp_head_name(h->table, &scratch, &said))
		return call_fail(c, ERR_MCP_HEADER,
		    "header Mcp-Param-Table is not valid base64 of UTF-8");
	return says(said, h->ntable, json_str(table)) ?
	    ERR_OK :
	    mismatch(c, "Mcp-Param-Table");
}

static struct str
client_of(struct call *c)
{
	const struct json *info = meta(&c->msg, MCP_P "clientInfo");
	struct str name = json_str(json_get(info, "name"));
	struct str version = json_str(json_get(info, "version"));
	char *text;

	name = rpc_cut(name, LIMIT_MCP_CLIENT);
	version = rpc_cut(version, LIMIT_MCP_CLIENT);
	text = arena_printf(c->ctx->arena, "%.*s/%.*s", STR_ARG(name),
	    STR_ARG(version));
	return text == NULL ? (struct str){ NULL, 0 } : str_from(text);
}

enum err
modern_check(struct call *c)
{
	const struct json *trace = meta(&c->msg, "traceparent");
	struct str version;
	enum err e;

	if ((e = check_envelope(c)) != ERR_OK)
		return e;
	version = json_str(meta(&c->msg, MCP_P "protocolVersion"));
	if (c->head->stdio) {
		if (mcp_era_of(version) != MCP_MODERN)
			return modern_version(c, version);
	} else if ((e = check_head(c, version)) != ERR_OK) {
		return e;
	}
	if (meta(&c->msg, MCP_P "clientInfo") != NULL)
		c->ctx->actor.client = client_of(c);
	if (c->ctx->actor.traceparent.p == NULL &&
	    json_str(trace).len <= LIMIT_MCP_CLIENT &&
	    json_kind(trace) == JSON_STRING)
		c->ctx->actor.traceparent =
		    arena_str(c->ctx->arena, json_str(trace));
	return ERR_OK;
}

enum err
modern_missing(struct call *c)
{
	const char *capabilities =
	    meta(&c->msg, MCP_P "clientCapabilities") == NULL ?
	    " and \"" MCP_P "clientCapabilities\"" :
	    "";

	return call_fail(c, ERR_MCP_ENVELOPE,
	    "params._meta must have \"" MCP_P "protocolVersion\"%s",
	    capabilities);
}

enum err
modern_version(struct call *c, struct str requested)
{
	struct buf data CLEANUP(buf_free) = BUF_INIT(LIMIT_MCP_ENVELOPE);

	BUF_LIT(&data, "{\"supported\":[\"" MCP_VERSION "\"],\"requested\":");
	/* A header may hold any byte; what is JSON may not. */
	json_put_str(&data,
	    str_utf8(requested) ? rpc_cut(requested, VERSION_SHOWN) : STR(""));
	BUF_LIT(&data, "}");
	if (buf_err(&data) == ERR_OK)
		c->data = arena_str(c->ctx->arena, buf_str(&data));
	return ERR_MCP_VERSION;
}

static bool
is_extension(const char *name)
{
	return strchr(name, '/') != NULL;
}

const struct json *
modern_capability(const struct call *c, const char *name)
{
	const struct json *all = meta(&c->msg, MCP_P "clientCapabilities");

	return json_get(is_extension(name) ? json_get(all, "extensions") : all,
	    name);
}

enum err
modern_need(struct call *c, const char *capability)
{
	struct buf data CLEANUP(buf_free) = BUF_INIT(LIMIT_MCP_ENVELOPE);

	if (json_kind(modern_capability(c, capability)) == JSON_OBJECT)
		return ERR_OK;
	buf_printf(&data,
	    is_extension(capability) ?
		"{\"requiredCapabilities\":{\"extensions\":{\"%s\":{}}}}" :
		"{\"requiredCapabilities\":{\"%s\":{}}}",
	    capability);
	if (buf_err(&data) == ERR_OK)
		c->data = arena_str(c->ctx->arena, buf_str(&data));
	return call_fail(c, ERR_MCP_CAPABILITY,
	    "the client has not declared the capability %s", capability);
}
