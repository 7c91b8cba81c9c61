/* SPDX-License-Identifier: ISC */
/*
 * resources/list, resources/templates/list, resources/read.  Every table is
 * in the list, behind the rows that are no template; the cursor names the
 * last table shown.
 */
#include "mcp/call.h"
#include "mcp/describe.h"
#include "mcp/resource.h"

static void
put_common(struct buf *out, const struct resource *r)
{
	BUF_LIT(out, ",\"title\":");
	json_put_str(out, str_from(r->title));
	BUF_LIT(out, ",\"description\":");
	json_put_str(out, str_from(r->text));
	BUF_LIT(out, ",\"mimeType\":");
	json_put_str(out, str_from(r->mime));
	buf_putc(out, '}');
}

/* The rows that are templates, or those that are not. */
static void
put_rows(struct buf *out, const struct op_ctx *ctx, bool templates)
{
	const struct resource *r;

	for (size_t i = 0; (r = resource_at(i)) != NULL; i++) {
		if (resource_is_template(r) != templates ||
		    !resource_allowed(r, ctx))
			continue;
		if (out->p[out->len - 1] != '[')
			buf_putc(out, ',');
		buf_puts(out,
		    templates ? STR("{\"uriTemplate\":") : STR("{\"uri\":"));
		json_put_str(out, str_from(r->uri));
		BUF_LIT(out, ",\"name\":");
		json_put_str(out, str_from(r->name));
		put_common(out, r);
	}
}

/* Each table, as the template of one would be filled. */
static enum err
put_tables(struct call *c, struct str after, struct buf *out,
    struct buf *ret_next)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *answer CLEANUP(json_freep) = NULL;
	const struct json *names, *last;
	enum err e;

	buf_printf(&request, "{\"Limit\":%d", LIMIT_LIST_TABLES);
	if (after.p != NULL) {
		BUF_LIT(&request, ",\"ExclusiveStartTableName\":");
		json_put_str(&request, after);
	}
	BUF_LIT(&request, "}");
	e = describe_ask(c->ctx, "ListTables", buf_str(&request), &answer);
	if (e == ERR_VALIDATION && after.p != NULL)
		return call_fail(c, ERR_MCP_PARAMS,
		    "cursor: not one that resources/list gave");
	if (e != ERR_OK)
		return e;
	names = json_get(answer, "TableNames");
	for (size_t i = 0; i < json_len(names); i++) {
		struct str name = json_str(json_at(names, i));

		if (out->p[out->len - 1] != '[')
			buf_putc(out, ',');
		buf_printf(out,
		    "{\"uri\":\"doorward://tables/%.*s\",\"name\":\"%.*s\"",
		    STR_ARG(name), STR_ARG(name));
		put_common(out, &resource_table);
	}
	last = json_get(answer, "LastEvaluatedTableName");
	if (last != NULL)
		cursor_put(ret_next, json_str(last));
	return ERR_OK;
}

static void
put_cache(const struct call *c, unsigned ms, struct buf *out)
{
	if (c->modern)
		buf_printf(out, ",\"ttlMs\":%u,\"cacheScope\":\"private\"", ms);
}

enum err
method_resources_list(struct call *c, struct buf *out)
{
	const struct json *cursor = json_get(c->msg.params, "cursor");
	struct buf after CLEANUP(buf_free) = BUF_INIT(LIMIT_RPC_ID);
	struct buf next CLEANUP(buf_free) = BUF_INIT(LIMIT_RPC_ID);
	struct str from = { NULL, 0 };
	enum err e;

	if (cursor != NULL && !cursor_get(json_str(cursor), &after))
		return call_fail(c, ERR_MCP_PARAMS,
		    "cursor: not one that resources/list gave");
	BUF_LIT(out, "\"resources\":[");
	if (cursor == NULL)
		put_rows(out, c->ctx, false);
	else
		from = buf_str(&after);
	if (resource_allowed(&resource_table, c->ctx) &&
	    (e = put_tables(c, from, out, &next)) != ERR_OK)
		return e;
	BUF_LIT(out, "]");
	if (next.len > 0) {
		BUF_LIT(out, ",\"nextCursor\":");
		buf_puts(out, buf_str(&next));
	}
	put_cache(c, 0, out);
	return ERR_OK;
}

/* All fit on one page: no cursor was ever given. */
enum err
method_templates_list(struct call *c, struct buf *out)
{
	if (json_get(c->msg.params, "cursor") != NULL)
		return call_fail(c, ERR_MCP_PARAMS,
		    "cursor: not one that resources/templates/list gave");
	BUF_LIT(out, "\"resourceTemplates\":[");
	put_rows(out, c->ctx, true);
	BUF_LIT(out, "]");
	put_cache(c, 300000, out);
	return ERR_OK;
}

static enum err
none_such(struct call *c, struct str uri)
{
	struct buf data CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);

	BUF_LIT(&data, "{\"uri\":");
	json_put_str(&data, uri);
	BUF_LIT(&data, "}");
	if (buf_err(&data) == ERR_OK)
		c->data = arena_str(c->ctx->arena, buf_str(&data));
	return ERR_MCP_RESOURCE;
}

enum err
method_resources_read(struct call *c, struct buf *out)
{
	const struct json *asked = json_get(c->msg.params, "uri");
	struct str uri = json_str(asked), name;
	const struct resource *r;
	enum err e;

	if (json_kind(asked) != JSON_STRING)
		return call_fail(c, ERR_MCP_PARAMS, "uri must be a string");
	if ((r = resource_find(uri, c->ctx, &name)) == NULL)
		return none_such(c, uri);
	BUF_LIT(out, "\"contents\":[{");
	e = resource_put(c->ctx, r, uri, name, out);
	if (e == ERR_NOT_FOUND || e == ERR_VALIDATION || e == ERR_SCOPE)
		return none_such(c, uri);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "}]");
	put_cache(c, 0, out);
	return ERR_OK;
}
