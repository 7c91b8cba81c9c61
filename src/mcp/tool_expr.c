/* SPDX-License-Identifier: ISC */
/*
 * Expressions: the client's own, with its names and values, and those that
 * the tools write.  Ours begin with #_ and :_, so that they cannot meet.
 */
#include "mcp/tool.h"
#include "mcp/value.h"

const struct form tool_string = { .type = FORM_STRING, .min = 1 };
const struct form tool_name = { .type = FORM_STRING };

static enum err
check_places(struct tool_run *r, const char *arg)
{
	struct json_member m = { 0 };

	while (json_next(json_get(r->args, arg), &m))
		if (m.name.len > 1 && m.name.p[1] == '_')
			return op_fail(r->ctx, ERR_VALIDATION,
			    "%s: no name may begin with \"%c_\"", arg,
			    arg[0] == 'n' ? '#' : ':');
	return ERR_OK;
}

/* "#_0, #_1, ..." for the attributes that are asked for. */
static void
put_projection(struct buf *request, const struct json *attributes)
{
	tool_member(request, "ProjectionExpression");
	for (size_t i = 0; i < json_len(attributes); i++)
		buf_printf(request, "%s#_%zu", i == 0 ? "\"" : ",", i);
	buf_putc(request, '"');
}

static void
put_names(struct tool_run *r, struct buf *request, const struct tool_keys *k)
{
	const struct json *attributes = json_get(r->args, "attributes");
	const struct json *names = json_get(r->args, "names");
	struct json_member m = { 0 };

	if (json_len(attributes) == 0 && names == NULL && k == NULL)
		return;
	tool_member(request, "ExpressionAttributeNames");
	buf_putc(request, '{');
	if (k != NULL) {
		tool_member(request, "#_h");
		json_put_str(request, k->hash_name);
	}
	if (k != NULL && k->range_name.p != NULL) {
		tool_member(request, "#_r");
		json_put_str(request, k->range_name);
	}
	for (size_t i = 0; i < json_len(attributes); i++) {
		buf_printf(request,
		    "%s\"#_%zu\":", i > 0 || k != NULL ? "," : "", i);
		json_put(request, json_at(attributes, i));
	}
	while (json_next(names, &m)) {
		if (request->p != NULL && request->p[request->len - 1] != '{')
			buf_putc(request, ',');
		json_put_str(request, m.name);
		buf_putc(request, ':');
		json_put(request, m.value);
	}
	buf_putc(request, '}');
}

static void
put_values(struct tool_run *r, struct buf *request, const struct tool_keys *k)
{
	const struct json *values = json_get(r->args, "values");
	const struct json *own[] = { k == NULL ? NULL : k->hash,
		k == NULL ? NULL : k->low, k == NULL ? NULL : k->high };
	static const char *const place[] = { ":_h", ":_r", ":_s" };
	struct json_member m = { 0 };

	if (values == NULL && k == NULL)
		return;
	tool_member(request, "ExpressionAttributeValues");
	buf_putc(request, '{');
	for (size_t i = 0; i < NELEM(own); i++) {
		if (own[i] == NULL)
			continue;
		tool_member(request, place[i]);
		value_typed(request, own[i]);
	}
	while (json_next(values, &m)) {
		if (request->p != NULL && request->p[request->len - 1] != '{')
			buf_putc(request, ',');
		json_put_str(request, m.name);
		buf_putc(request, ':');
		value_typed(request, m.value);
	}
	buf_putc(request, '}');
}

enum err
tool_expressions(struct tool_run *r, struct buf *request,
    const struct tool_keys *k)
{
	static const char *const text[][2] = {
		{ "update", "UpdateExpression" },
		{ "condition", "ConditionExpression" },
		{ "filter", "FilterExpression" },
	};
	enum err e;

	if ((e = check_places(r, "names")) != ERR_OK ||
	    (e = check_places(r, "values")) != ERR_OK)
		return e;
	for (size_t i = 0; i < NELEM(text); i++) {
		const struct json *v = json_get(r->args, text[i][0]);

		if (v == NULL)
			continue;
		tool_member(request, text[i][1]);
		json_put(request, v);
	}
	if (json_len(json_get(r->args, "attributes")) > 0)
		put_projection(request, json_get(r->args, "attributes"));
	put_names(r, request, k);
	put_values(r, request, k);
	return ERR_OK;
}
