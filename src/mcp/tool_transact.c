/* SPDX-License-Identifier: ISC */
/* Several items together: all are read as of one moment, or all written. */
#include "mcp/tool.h"
#include "mcp/value.h"

#define TABLE FORM("table", STRING, .required = true, .api = "TableName")

/* The arguments of one action are those of a tool for one item. */
static enum err
put_expressions(struct tool_run *r, const struct json *action,
    struct buf *request)
{
	struct tool_run one = *r;

	one.args = action;
	return tool_expressions(&one, request, NULL);
}

static void
put_item(struct buf *out, const char *name, const struct json *item)
{
	tool_member(out, name);
	item_typed(out, item);
}

/* ---- what came of each */

static void
put_response(const struct json *one, size_t max, struct buf *out,
    struct buf *left_out)
{
	const struct json *item = json_get(one, "Item");
	const struct json *error = json_get(one, "Error");

	buf_putc(out, '{');
	if (item != NULL) {
		tool_member(out, "item");
		item_plain_cut(out, item, max, left_out);
	}
	if (error != NULL) {
		tool_member(out, "error");
		json_put(out, json_get(error, "Code"));
		tool_member(out, "message");
		json_put(out, json_get(error, "Message"));
	}
	buf_putc(out, '}');
}

static void
put_responses(const struct json *all, size_t max, struct buf *out)
{
	struct buf left_out CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	BUF_LIT(out, "{\"results\":[");
	for (size_t i = 0; i < json_len(all); i++) {
		if (i > 0)
			buf_putc(out, ',');
		put_response(json_at(all, i), max, out, &left_out);
	}
	buf_putc(out, ']');
	tool_put_left_out(out, &left_out, TOOL_BY_GET_ITEM);
	buf_putc(out, '}');
}

enum err
tool_tell_responses(struct tool_run *r UNUSED, const struct json *answer,
    struct buf *out)
{
	const struct json *all = json_get(answer, "Responses");

	put_responses(all, LIMIT_ANSWER, out);
	/* What was done cannot be asked again: each gets its share. */
	if (out->len > LIMIT_MCP_RESULT && json_len(all) > 0) {
		buf_reset(out);
		put_responses(all, LIMIT_MCP_RESULT / json_len(all), out);
	}
	return ERR_OK;
}

/* Only those that have a text: the others were right. */
void
tool_tell_reasons(const struct tool *t, const struct buf *members,
    struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ERROR_MEMBERS + 2);
	struct json *error CLEANUP(json_freep) = NULL;
	const struct json *all;
	struct json_error je;

	/* A list of members, with a comma before each. */
	if (members == NULL || members->len == 0)
		return;
	buf_printf(&text, "{%.*s}", (int)members->len - 1, members->p + 1);
	if (json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &error, &je) != ERR_OK)
		return;
	all = json_get(error, "CancellationReasons");
	for (size_t i = 0; i < json_len(all); i++) {
		const struct json *one = json_at(all, i);
		struct str why = json_str(json_get(one, "Message"));

		if (why.len > 0)
			buf_printf(out, "\n%s[%zu]: %.*s: %.*s",
			    t->in->member[0].name, i,
			    STR_ARG(json_str(json_get(one, "Code"))),
			    STR_ARG(why));
	}
}

/* ---- reading */

static enum err
get_ask(struct tool_run *r, struct buf *request)
{
	const struct json *items = json_get(r->args, "items");
	enum err e;

	BUF_LIT(request, "{\"TransactItems\":[");
	for (size_t i = 0; i < json_len(items); i++) {
		const struct json *one = json_at(items, i);

		buf_puts(request,
		    i > 0 ? STR(",{\"Get\":{") : STR("{\"Get\":{"));
		tool_member(request, "TableName");
		json_put(request, json_get(one, "table"));
		put_item(request, "Key", json_get(one, "key"));
		if ((e = put_expressions(r, one, request)) != ERR_OK)
			return e;
		BUF_LIT(request, "}}");
	}
	BUF_LIT(request, "]}");
	return ERR_OK;
}

const struct tool tool_transact_get_items = {
	.name = "transact_get_items",
	.title = "Get items of one moment",
	.text = "Read up to 100 items, also of several tables, by their whole "
		"keys, as they all were at one moment. " TOOL_VALUES,
	.op = "TransactGetItems",
	.group = TOOL_TRANSACTIONS,
	.in = TOOL_FORM(FORM("items", ARRAY, .required = true, .min = 1,
	    .max = LIMIT_TRANSACT,
	    FORM_EACH(OBJECT,
		FORM_LIST(TABLE, FORM("key", MAP, .required = true),
		    TOOL_ATTRIBUTES)))),
	.out = TOOL_FORM(
	    FORM("results", ARRAY, .required = true,
		.text = "One for each, in their order; {} where there is no "
			"item."),
	    TOOL_LEFT_OUT, FORM("note", STRING)),
	.ask = get_ask,
	.tell = tool_tell_responses,
};

/* ---- writing */

static const struct {
	const char *action, *api, *arg, *other;
} kinds[] = {
	{ "put", "Put", "item", "key" },
	{ "update", "Update", "key", "item" },
	{ "delete", "Delete", "key", "item" },
	{ "check", "ConditionCheck", "key", "item" },
};

static enum err
put_action(struct tool_run *r, size_t i, const struct json *one,
    struct buf *request)
{
	struct str action = json_str(json_get(one, "action"));
	size_t k = 0;
	enum err e;

	while (!str_eq(action, str_from(kinds[k].action)))
		k++;
	if (json_get(one, kinds[k].arg) == NULL ||
	    json_get(one, kinds[k].other) != NULL)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "actions[%zu]: %s needs %s, and takes no %s", i,
		    kinds[k].action, kinds[k].arg, kinds[k].other);
	buf_printf(request, "%s{\"%s\":{", i > 0 ? "," : "", kinds[k].api);
	tool_member(request, "TableName");
	json_put(request, json_get(one, "table"));
	put_item(request, k == 0 ? "Item" : "Key", json_get(one, kinds[k].arg));
	if ((e = put_expressions(r, one, request)) != ERR_OK)
		return e;
	BUF_LIT(request, "}}");
	return ERR_OK;
}

static enum err
write_ask(struct tool_run *r, struct buf *request)
{
	const struct json *actions = json_get(r->args, "actions");
	const struct json *once = json_get(r->args, "once");
	enum err e;

	BUF_LIT(request, "{\"TransactItems\":[");
	for (size_t i = 0; i < json_len(actions); i++) {
		e = put_action(r, i, json_at(actions, i), request);
		if (e != ERR_OK)
			return e;
	}
	buf_putc(request, ']');
	if (once != NULL) {
		tool_member(request, "ClientRequestToken");
		json_put(request, once);
	}
	buf_putc(request, '}');
	return ERR_OK;
}

static bool
few_deletes(const struct json *args)
{
	const struct json *actions = json_get(args, "actions");
	size_t n = 0;

	for (size_t i = 0; i < json_len(actions); i++)
		if (str_eq(json_str(json_get(json_at(actions, i), "action")),
			STR("delete")))
			n++;
	return n <= LIMIT_MCP_DELETES;
}

const struct tool tool_transact_write_items = {
	.name = "transact_write_items",
	.title = "Write items as one",
	.text = "Put, update, delete or check up to 100 items, also of "
		"several tables: all together, or nothing where one condition "
		"does not hold. No item twice. " TOOL_VALUES,
	.op = "TransactWriteItems",
	.group = TOOL_TRANSACTIONS,
	.destructive = true,
	.loses = TOOL_LOSES_ITEMS,
	.spares = few_deletes,
	.in =
	    TOOL_FORM(FORM("actions", ARRAY, .required = true, .min = 1,
			  .max = LIMIT_TRANSACT,
			  FORM_EACH(OBJECT,
			      FORM_LIST(FORM("action", STRING, .required = true,
					    .values = FORM_ONE_OF("put",
						"update", "delete", "check")),
				  TABLE,
				  FORM("item", MAP,
				      .text = "Of put: all of it."),
				  FORM("key", MAP,
				      .text = "Of the others: all of it."),
				  FORM("update", STRING,
				      .text = "As \"SET #p = :p\"."),
				  FORM("condition", STRING,
				      .text =
					  "As \"attribute_exists(artist)\"."),
				  TOOL_NAMES_AND_VALUES))),
		TOOL_ONCE),
	.out = TOOL_FORM(FORM("done", BOOL, .required = true), TOOL_UNDO),
	.ask = write_ask,
	.tell = tool_tell_done,
};
