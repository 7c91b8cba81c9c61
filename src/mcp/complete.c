/* SPDX-License-Identifier: ISC */
/* completion/complete: what is completed are names of tables. */
#include "mcp/call.h"
#include "mcp/describe.h"
#include "mcp/prompt.h"
#include "mcp/resource.h"

#define PAGES_MAX 100 /* of LIMIT_LIST_TABLES names that are looked at */

struct names {
	struct str prefix;
	struct buf found; /* the values, with commas between */
	size_t total;
	bool more; /* not all were looked at */
};

static enum err
take_page(struct op_ctx *ctx, struct names *n, struct buf *last)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *answer CLEANUP(json_freep) = NULL;
	const struct json *names;
	enum err e;

	buf_printf(&request, "{\"Limit\":%d", LIMIT_LIST_TABLES);
	if (last->len > 0) {
		BUF_LIT(&request, ",\"ExclusiveStartTableName\":");
		json_put_str(&request, buf_str(last));
	}
	BUF_LIT(&request, "}");
	e = describe_ask(ctx, "ListTables", buf_str(&request), &answer);
	if (e != ERR_OK)
		return e;
	buf_reset(last);
	buf_puts(last, json_str(json_get(answer, "LastEvaluatedTableName")));
	names = json_get(answer, "TableNames");
	for (size_t i = 0; i < json_len(names); i++) {
		struct str name = json_str(json_at(names, i));

		if (!str_starts(name, n->prefix))
			continue;
		if (n->total++ >= LIMIT_MCP_COMPLETIONS)
			continue;
		if (n->found.len > 0)
			buf_putc(&n->found, ',');
		json_put_str(&n->found, name);
	}
	return buf_err(&n->found);
}

static enum err
find(struct op_ctx *ctx, struct names *n)
{
	struct buf last CLEANUP(buf_free) = BUF_INIT(LIMIT_RPC_ID);
	enum err e;

	for (size_t i = 0; i < PAGES_MAX; i++) {
		if ((e = take_page(ctx, n, &last)) != ERR_OK)
			return e;
		if (last.len == 0)
			return ERR_OK;
	}
	n->more = true;
	return ERR_OK;
}

/* Is the argument one, and does it name a table? */
static enum err
look_up(struct call *c, const struct json *ref, struct str argument,
    bool *ret_table)
{
	struct str type = json_str(json_get(ref, "type"));
	const struct resource *r;
	const struct prompt *p;

	*ret_table = false;
	if (str_eq(type, STR("ref/prompt"))) {
		p = prompt_find(json_str(json_get(ref, "name")));
		for (size_t i = 0; p != NULL && i < PROMPT_ARGUMENTS &&
		     p->argument[i].name != NULL;
		     i++)
			if (str_eq(argument, str_from(p->argument[i].name))) {
				*ret_table = p->argument[i].table;
				return ERR_OK;
			}
	} else if (str_eq(type, STR("ref/resource"))) {
		struct str uri = json_str(json_get(ref, "uri"));

		for (size_t i = 0; (r = resource_at(i)) != NULL; i++)
			if (resource_is_template(r) &&
			    str_eq(uri, str_from(r->uri))) {
				*ret_table = resource_allowed(r, c->ctx) &&
				    str_eq(argument, STR("name"));
				return ERR_OK;
			}
	}
	return call_fail(c, ERR_MCP_PARAMS,
	    "ref: no such prompt, template or argument");
}

enum err
method_complete(struct call *c, struct buf *out)
{
	const struct json *argument = json_get(c->msg.params, "argument");
	const struct json *name = json_get(argument, "name");
	const struct json *value = json_get(argument, "value");
	struct names n = { .prefix = json_str(value),
		.found = BUF_INIT(LIMIT_BODY_SMALL) };
	bool table;
	enum err e;

	if (json_kind(name) != JSON_STRING || json_kind(value) != JSON_STRING)
		return call_fail(c, ERR_MCP_PARAMS,
		    "argument: name and value must be strings");
	e = look_up(c, json_get(c->msg.params, "ref"), json_str(name), &table);
	if (e != ERR_OK)
		return e;
	if (table && (e = find(c->ctx, &n)) != ERR_OK) {
		buf_free(&n.found);
		return e;
	}
	BUF_LIT(out, "\"completion\":{\"values\":[");
	buf_puts(out, buf_str(&n.found));
	buf_printf(out, "],\"total\":%zu,\"hasMore\":%s}", n.total,
	    n.more || n.total > LIMIT_MCP_COMPLETIONS ? "true" : "false");
	buf_free(&n.found);
	return ERR_OK;
}
