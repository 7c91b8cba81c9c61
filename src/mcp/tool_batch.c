/* SPDX-License-Identifier: ISC */
/*
 * batch_get_items - many items by their keys.  At most LIMIT_MCP_RESULT bytes
 * of items are shown, one item aside: where more came, the operation is asked
 * again for fewer keys, and those that are left are given back.
 */
#include "mcp/tool.h"
#include "mcp/value.h"

static const struct form key = { .type = FORM_MAP, .min = 1, .max = 2 };
static const struct form item = { .type = FORM_MAP };

static const struct form in_members[] = {
	TOOL_TABLE,
	FORM("keys", ARRAY, .required = true, .min = 1, .max = LIMIT_BATCH_GET,
	    .each = &key,
	    .text = "Whole primary keys, as in [{\"artist\":\"Queen\","
		    "\"year\":1975}]; no key twice."),
	TOOL_ATTRIBUTES,
};
static const struct form out_members[] = {
	FORM("items", ARRAY, .required = true, .each = &item,
	    .text = "The items that are there, in the order of their keys."),
	FORM("unread_keys", ARRAY, .each = &key,
	    .text = "Keys that were not looked at, for the answer would have "
		    "been too long: ask for them again."),
	TOOL_LEFT_OUT,
	FORM("note", STRING),
};
static const struct form in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(in_members) };
static const struct form out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(out_members) };

static enum err
ask(struct tool_run *r, struct buf *request)
{
	const struct json *keys = json_get(r->args, "keys");
	enum err e;

	if (r->limit == 0)
		r->limit = json_len(keys);
	BUF_LIT(request, "{\"RequestItems\":{");
	json_put(request, json_get(r->args, "table"));
	BUF_LIT(request, ":{\"Keys\":[");
	for (size_t i = 0; i < r->limit; i++) {
		if (i > 0)
			buf_putc(request, ',');
		item_typed(request, json_at(keys, i));
	}
	buf_putc(request, ']');
	if ((e = tool_expressions(r, request, NULL)) != ERR_OK)
		return e;
	BUF_LIT(request, "}}}");
	return ERR_OK;
}

/* Those that the operation left, and those that it was not asked for. */
static void
put_unread(struct tool_run *r, const struct json *left, struct buf *out)
{
	const struct json *keys = json_get(r->args, "keys");
	size_t n = json_len(left);

	if (n == 0 && r->limit == json_len(keys))
		return;
	tool_member(out, "unread_keys");
	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		item_plain(out, json_at(left, i));
	}
	for (size_t i = r->limit; i < json_len(keys); i++) {
		if (n + i > r->limit)
			buf_putc(out, ',');
		json_put(out, json_at(keys, i));
	}
	buf_putc(out, ']');
}

static enum err
tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	struct str table = json_str(json_get(r->args, "table"));
	const struct json *items =
	    json_find(json_get(answer, "Responses"), table);
	struct buf left_out CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	BUF_LIT(out, "{\"items\":[");
	for (size_t i = 0; i < json_len(items); i++) {
		if (i > 0)
			buf_putc(out, ',');
		item_plain_cut(out, json_at(items, i), tool_item_max(r),
		    &left_out);
	}
	buf_putc(out, ']');
	if (out->len > LIMIT_MCP_RESULT && json_len(items) > 1 &&
	    r->limit > 1) {
		uint64_t n = r->limit * LIMIT_MCP_RESULT / out->len;

		r->limit = n > 0 ? n : 1;
		r->again = true;
		return ERR_OK;
	}
	put_unread(r,
	    json_get(json_find(json_get(answer, "UnprocessedKeys"), table),
		"Keys"),
	    out);
	tool_put_left_out(out, &left_out, TOOL_BY_ATTRIBUTES);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct tool tool_batch_get_items = {
	.name = "batch_get_items",
	.title = "Get many items",
	.text = "Read up to 100 items of one table by their primary keys in "
		"one call, faster than one by one. A key without an item is "
		"no error: it has no entry in items. " TOOL_VALUES,
	.op = "BatchGetItem",
	.group = TOOL_BATCH,
	.in = &in_root,
	.out = &out_root,
	.ask = ask,
	.tell = tell,
};
