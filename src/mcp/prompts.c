/* SPDX-License-Identifier: ISC */
/* prompts/list and prompts/get. */
#include <string.h>

#include "mcp/call.h"
#include "mcp/describe.h"
#include "mcp/prompt.h"
#include "mcp/resource.h"
#include "model/model.h"

#define PROMPT_MAX MIB(1)

static const struct prompt *const rows[] = {
#define PROMPT(sym) &prompt_##sym,
#include "mcp/prompt.tbl"
#undef PROMPT
};

const struct prompt *
prompt_at(size_t i)
{
	return i < NELEM(rows) ? rows[i] : NULL;
}

const struct prompt *
prompt_find(struct str name)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (str_eq(name, str_from(rows[i]->name)))
			return rows[i];
	return NULL;
}

/* ---- prompts/list */

static void
put_prompt(struct buf *out, const struct prompt *p)
{
	BUF_LIT(out, "{\"name\":");
	json_put_str(out, str_from(p->name));
	BUF_LIT(out, ",\"title\":");
	json_put_str(out, str_from(p->title));
	BUF_LIT(out, ",\"description\":");
	json_put_str(out, str_from(p->text));
	BUF_LIT(out, ",\"arguments\":[");
	for (size_t i = 0; i < PROMPT_ARGUMENTS && p->argument[i].name; i++) {
		if (i > 0)
			buf_putc(out, ',');
		BUF_LIT(out, "{\"name\":");
		json_put_str(out, str_from(p->argument[i].name));
		BUF_LIT(out, ",\"description\":");
		json_put_str(out, str_from(p->argument[i].text));
		BUF_LIT(out, ",\"required\":");
		buf_puts(out,
		    p->argument[i].required ? STR("true}") : STR("false}"));
	}
	BUF_LIT(out, "]}");
}

/* All fit on one page: no cursor was ever given. */
enum err
method_prompts_list(struct call *c, struct buf *out)
{
	if (json_get(c->msg.params, "cursor") != NULL)
		return call_fail(c, ERR_MCP_PARAMS,
		    "cursor: not one that prompts/list gave");
	BUF_LIT(out, "\"prompts\":[");
	for (size_t i = 0; i < NELEM(rows); i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_prompt(out, rows[i]);
	}
	BUF_LIT(out, "]");
	if (c->modern)
		BUF_LIT(out, ",\"ttlMs\":300000,\"cacheScope\":\"private\"");
	return ERR_OK;
}

/* ---- prompts/get */

static const struct json *
argument(const struct json *args, struct str name)
{
	const struct json *v = json_find(args, name);

	return json_str(v).len > 0 ? v : NULL;
}

/* {NAME} and {NAME?a|b}. */
static void
put_place(struct buf *text, struct str place, const struct json *args)
{
	struct str with, without;
	struct str name = str_cut(place, '?', &with);
	const struct json *v = argument(args, name);

	if (with.p == NULL) {
		buf_puts(text, json_str(v));
		return;
	}
	with = str_cut(with, '|', &without);
	buf_puts(text, v != NULL ? with : without);
}

static void
put_words(struct buf *text, const char *say, const struct json *args)
{
	struct str rest = str_from(say);

	while (rest.p != NULL) {
		buf_puts(text, str_cut(rest, '{', &rest));
		if (rest.p != NULL)
			put_place(text, str_cut(rest, '}', &rest), args);
	}
}

static enum err
put_resource(struct call *c, const struct resource *r, struct str table,
    const char *behind, struct buf *out)
{
	struct buf uri CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	enum err e;

	if (!resource_allowed(r, c->ctx))
		return ERR_NOT_FOUND;
	BUF_LIT(&uri, "doorward://tables/");
	buf_puts(&uri, table);
	buf_puts(&uri, str_from(behind));
	BUF_LIT(out,
	    ",{\"role\":\"user\",\"content\":{\"type\":\"resource\","
	    "\"resource\":{");
	e = resource_put(c->ctx, r, buf_str(&uri), table, out);
	BUF_LIT(out, "}}}");
	return e;
}

/* Its description and, where it has one, its data model. */
static enum err
put_table(struct call *c, struct str table, struct buf *out)
{
	enum err e = put_resource(c, &resource_table, table, "", out);

	if (e == ERR_OK && models_find(c->ctx->models, table) != NULL)
		e = put_resource(c, &resource_model, table, "/model", out);
	return e;
}

static enum err
put_tables(struct call *c, const struct prompt *p, const struct json *args,
    struct buf *out)
{
	enum err e;

	for (size_t i = 0; i < PROMPT_ARGUMENTS && p->argument[i].name; i++) {
		const char *name = p->argument[i].name;

		if (!p->argument[i].table)
			continue;
		e = put_table(c, json_str(json_get(args, name)), out);
		if (e == ERR_NOT_FOUND || e == ERR_VALIDATION || e == ERR_SCOPE)
			return call_fail(c, ERR_MCP_PARAMS,
			    "%s: there is no such table", name);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
check(struct call *c, const struct prompt *p, const struct json *args)
{
	struct json_member m = { 0 };
	size_t i;

	while (json_next(args, &m)) {
		for (i = 0; i < PROMPT_ARGUMENTS && p->argument[i].name; i++)
			if (str_eq(m.name, str_from(p->argument[i].name)))
				break;
		if (i == PROMPT_ARGUMENTS || p->argument[i].name == NULL)
			return call_fail(c, ERR_MCP_PARAMS,
			    "%.*s: %s takes no such argument",
			    STR_ARG(rpc_cut(m.name, RPC_NAME_SHOWN)), p->name);
		if (json_kind(m.value) != JSON_STRING)
			return call_fail(c, ERR_MCP_PARAMS,
			    "%s: expected a string", p->argument[i].name);
	}
	for (i = 0; i < PROMPT_ARGUMENTS && p->argument[i].name; i++)
		if (p->argument[i].required &&
		    argument(args, str_from(p->argument[i].name)) == NULL)
			return call_fail(c, ERR_MCP_PARAMS,
			    "%s: missing, %s needs it", p->argument[i].name,
			    p->name);
	return ERR_OK;
}

enum err
method_prompts_get(struct call *c, struct buf *out)
{
	const struct json *name = json_get(c->msg.params, "name");
	const struct json *args = json_get(c->msg.params, "arguments");
	struct buf text CLEANUP(buf_free) = BUF_INIT(PROMPT_MAX);
	const struct prompt *p = prompt_find(json_str(name));
	enum err e;

	if (json_kind(name) != JSON_STRING || p == NULL)
		return call_fail(c, ERR_MCP_PARAMS,
		    "name: not one that prompts/list gave");
	if (args != NULL && json_kind(args) != JSON_OBJECT)
		return call_fail(c, ERR_MCP_PARAMS,
		    "arguments must be an object");
	if ((e = check(c, p, args)) != ERR_OK)
		return e;
	if (p->speak != NULL)
		return p->speak(c, out);
	put_words(&text, p->say, args);
	if (buf_err(&text) != ERR_OK)
		return call_fail(c, ERR_MCP_PARAMS, "arguments: too long");
	BUF_LIT(out, "\"description\":");
	json_put_str(out, str_from(p->text));
	BUF_LIT(out,
	    ",\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\","
	    "\"text\":");
	json_put_str(out, buf_str(&text));
	BUF_LIT(out, "}}");
	e = p->more != NULL ? p->more(c->ctx, args, out) :
			      put_tables(c, p, args, out);
	BUF_LIT(out, "]");
	return e;
}
