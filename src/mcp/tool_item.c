/* SPDX-License-Identifier: ISC */
/* The tools that read and write items by their keys. */
#include "mcp/tool.h"
#include "mcp/value.h"

static const struct form item = { .type = FORM_MAP, .min = 1 };

#define KEY_TEXT "The whole key, as {\"artist\":\"Queen\",\"year\":1975}."
#define KEY      FORM("key", MAP, .required = true, .text = KEY_TEXT)

#define CONDITION_TEXT \
	"Only where it holds, as \"attribute_not_exists(artist)\"."
#define CONDITION \
	FORM("condition", STRING, .text = CONDITION_TEXT), TOOL_NAMES_AND_VALUES
#define RETURN_OLD FORM("return_old", BOOL)

#define OLD  FORM("old", MAP)
#define NOTE FORM("note", STRING)

static void
put_item_arg(struct buf *request, const struct tool_run *r, const char *name,
    const char *arg)
{
	tool_member(request, name);
	item_typed(request, json_get(r->args, arg));
}

/* ---- get_item */

static const struct form get_in[] = { TOOL_TABLE, KEY, TOOL_ATTRIBUTES };
static const struct form get_out[] = {
	FORM("found", BOOL, .required = true),
	FORM("item", MAP),
	TOOL_LEFT_OUT,
	NOTE,
};
static const struct form get_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(get_in) };
static const struct form get_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(get_out) };

static enum err
get_ask(struct tool_run *r, struct buf *request)
{
	enum err e;

	buf_putc(request, '{');
	tool_table(request, r);
	put_item_arg(request, r, "Key", "key");
	if ((e = tool_expressions(r, request, NULL)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

static enum err
get_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	const struct json *found = json_get(answer, "Item");
	struct buf left_out CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	if (found == NULL) {
		BUF_LIT(out, "{\"found\":false}");
		return ERR_OK;
	}
	BUF_LIT(out, "{\"found\":true,\"item\":");
	item_plain_cut(out, found, tool_item_max(r), &left_out);
	tool_put_left_out(out, &left_out, TOOL_BY_ATTRIBUTES);
	BUF_LIT(out, "}");
	return ERR_OK;
}

const struct tool tool_get_item = {
	.name = "get_item",
	.title = "Get an item",
	.text =
	    "Read one item by its key. found is false when there is none. " TOOL_VALUES,
	.op = "GetItem",
	.group = TOOL_ITEMS,
	.core = true,
	.in = &get_in_root,
	.out = &get_out_root,
	.ask = get_ask,
	.tell = get_tell,
};

/* ---- put_item, delete_item: both know what was there before */

static const struct form put_in[] = {
	TOOL_TABLE,
	FORM("item", MAP, .required = true),
	CONDITION,
	RETURN_OLD,
};
static const struct form put_out[] = {
	FORM("replaced", BOOL, .required = true),
	OLD,
	NOTE,
	TOOL_UNDO,
};
static const struct form put_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(put_in) };
static const struct form put_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(put_out) };

static enum err
change_ask(struct tool_run *r, struct buf *request, const char *name,
    const char *arg)
{
	enum err e;

	buf_putc(request, '{');
	tool_table(request, r);
	put_item_arg(request, r, name, arg);
	if ((e = tool_expressions(r, request, NULL)) != ERR_OK)
		return e;
	BUF_LIT(request, ",\"ReturnValues\":\"ALL_OLD\"}");
	return ERR_OK;
}

static enum err
change_tell(struct tool_run *r, const struct json *answer, struct buf *out,
    const char *name)
{
	const struct json *old = json_get(answer, "Attributes");
	struct buf cut CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	buf_putc(out, '{');
	tool_member(out, name);
	buf_puts(out, old != NULL ? STR("true") : STR("false"));
	if (old != NULL && json_bool(json_get(r->args, "return_old"))) {
		tool_member(out, "old");
		item_plain_cut(out, old, LIMIT_MCP_RESULT, &cut);
		tool_put_cut(out, &cut, "undo brings the old item back");
	}
	buf_putc(out, '}');
	return ERR_OK;
}

static enum err
put_ask(struct tool_run *r, struct buf *request)
{
	return change_ask(r, request, "Item", "item");
}

static enum err
put_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	return change_tell(r, answer, out, "replaced");
}

const struct tool tool_put_item = {
	.name = "put_item",
	.title = "Put an item",
	.text = "Write one whole item. One with the same key is replaced: "
		"attributes that are not given are gone. " TOOL_VALUES,
	.op = "PutItem",
	.group = TOOL_ITEMS,
	.core = true,
	.destructive = true,
	.idempotent = true,
	.in = &put_in_root,
	.out = &put_out_root,
	.ask = put_ask,
	.tell = put_tell,
};

static const struct form delete_in[] = { TOOL_TABLE, KEY, CONDITION,
	RETURN_OLD };
static const struct form delete_out[] = {
	FORM("deleted", BOOL, .required = true),
	OLD,
	NOTE,
	TOOL_UNDO,
};
static const struct form delete_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(delete_in) };
static const struct form delete_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(delete_out) };

static enum err
delete_ask(struct tool_run *r, struct buf *request)
{
	return change_ask(r, request, "Key", "key");
}

static enum err
delete_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	return change_tell(r, answer, out, "deleted");
}

const struct tool tool_delete_item = {
	.name = "delete_item",
	.title = "Delete an item",
	.text = "Delete one item. None is no error.",
	.op = "DeleteItem",
	.group = TOOL_ITEMS,
	.core = true,
	.destructive = true,
	.idempotent = true,
	.in = &delete_in_root,
	.out = &delete_out_root,
	.ask = delete_ask,
	.tell = delete_tell,
};

/* ---- update_item */

#define UPDATE_TEXT                                                     \
	"An update expression, as \"SET #v = :v, plays = plays + :one " \
	"REMOVE note ADD tags :tags\"."

static const struct form update_in[] = {
	TOOL_TABLE,
	KEY,
	FORM("update", STRING, .required = true, .text = UPDATE_TEXT),
	CONDITION,
	FORM("return_item", BOOL),
};
static const struct form update_out[] = {
	FORM("changed", MAP, .text = "What the update set, as it is now."),
	FORM("item", MAP),
	NOTE,
	TOOL_UNDO,
};
static const struct form update_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(update_in) };
static const struct form update_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(update_out) };

static bool
wants_item(const struct tool_run *r)
{
	return json_bool(json_get(r->args, "return_item"));
}

static enum err
update_ask(struct tool_run *r, struct buf *request)
{
	enum err e;

	buf_putc(request, '{');
	tool_table(request, r);
	put_item_arg(request, r, "Key", "key");
	if ((e = tool_expressions(r, request, NULL)) != ERR_OK)
		return e;
	tool_member(request, "ReturnValues");
	buf_printf(request, "\"%s\"}",
	    wants_item(r) ? "ALL_NEW" : "UPDATED_NEW");
	return ERR_OK;
}

static enum err
update_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	const struct json *now = json_get(answer, "Attributes");
	struct buf cut CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	buf_putc(out, '{');
	if (now != NULL) {
		tool_member(out, wants_item(r) ? "item" : "changed");
		item_plain_cut(out, now, LIMIT_MCP_RESULT, &cut);
		tool_put_cut(out, &cut, TOOL_BY_GET_ITEM);
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct tool tool_update_item = {
	.name = "update_item",
	.title = "Update an item",
	.text = "Change some attributes of one item: set, remove, count up, "
		"add to a set. The item is made where there is none.",
	.op = "UpdateItem",
	.group = TOOL_ITEMS,
	.core = true,
	.destructive = true,
	.in = &update_in_root,
	.out = &update_out_root,
	.ask = update_ask,
	.tell = update_tell,
};

/* ---- batch_write_items */

static const struct form batch_in[] = {
	TOOL_TABLE,
	FORM("put", ARRAY, .max = LIMIT_BATCH_WRITE, .each = &item,
	    .text = "Whole items to write."),
	FORM("delete", ARRAY, .max = LIMIT_BATCH_WRITE, .each = &item,
	    .text = "Primary keys of items to delete."),
};
static const struct form batch_out[] = {
	FORM("done", INTEGER, .required = true,
	    .text = "How many puts and deletes were carried out."),
	FORM("unprocessed_put", ARRAY, .each = &item,
	    .text = "Items that were not written: put them again."),
	FORM("unprocessed_delete", ARRAY, .each = &item,
	    .text = "Keys that were not deleted: delete them again."),
	TOOL_UNDO,
};
static const struct form batch_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(batch_in) };
static const struct form batch_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(batch_out) };

static void
put_requests(struct buf *request, const struct json *list, size_t before,
    const char *kind, const char *member)
{
	for (size_t i = 0; i < json_len(list); i++) {
		if (before + i > 0)
			buf_putc(request, ',');
		buf_printf(request, "{\"%s\":{\"%s\":", kind, member);
		item_typed(request, json_at(list, i));
		BUF_LIT(request, "}}");
	}
}

static enum err
batch_ask(struct tool_run *r, struct buf *request)
{
	const struct json *put = json_get(r->args, "put");
	const struct json *gone = json_get(r->args, "delete");

	if (json_len(put) + json_len(gone) < 1 ||
	    json_len(put) + json_len(gone) > LIMIT_BATCH_WRITE)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "put and delete: expected 1 to %d items and keys in all, "
		    "got %zu",
		    LIMIT_BATCH_WRITE, json_len(put) + json_len(gone));
	BUF_LIT(request, "{\"RequestItems\":{");
	json_put(request, json_get(r->args, "table"));
	BUF_LIT(request, ":[");
	put_requests(request, put, 0, "PutRequest", "Item");
	put_requests(request, gone, json_len(put), "DeleteRequest", "Key");
	BUF_LIT(request, "]}}");
	return ERR_OK;
}

/* What is left of one kind, as an array; how many. */
static size_t
put_left(struct buf *out, const struct json *left, const char *name,
    const char *kind, const char *member)
{
	size_t n = 0;

	for (size_t i = 0; i < json_len(left); i++) {
		const struct json *one = json_get(json_at(left, i), kind);

		if (one == NULL)
			continue;
		if (n++ == 0) {
			tool_member(out, name);
			buf_putc(out, '[');
		} else {
			buf_putc(out, ',');
		}
		item_plain(out, json_get(one, member));
	}
	if (n > 0)
		buf_putc(out, ']');
	return n;
}

static enum err
batch_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	const struct json *left =
	    json_find(json_get(answer, "UnprocessedItems"),
		json_str(json_get(r->args, "table")));
	size_t done = json_len(json_get(r->args, "put")) +
	    json_len(json_get(r->args, "delete"));

	buf_putc(out, '{');
	done -= put_left(out, left, "unprocessed_put", "PutRequest", "Item");
	done -=
	    put_left(out, left, "unprocessed_delete", "DeleteRequest", "Key");
	tool_member(out, "done");
	buf_putu(out, done);
	buf_putc(out, '}');
	return ERR_OK;
}

static bool
few(const struct json *args)
{
	return json_len(json_get(args, "delete")) <= LIMIT_MCP_DELETES;
}

const struct tool tool_batch_write_items = {
	.name = "batch_write_items",
	.title = "Write many items",
	.text = "Put and delete up to 25 items of one table in one call, "
		"faster than one by one. An item with the same key is "
		"replaced entirely; no key may appear twice. " TOOL_VALUES,
	.op = "BatchWriteItem",
	.group = TOOL_BATCH,
	.destructive = true,
	.idempotent = true,
	.loses = TOOL_LOSES_ITEMS,
	.spares = few,
	.in = &batch_in_root,
	.out = &batch_out_root,
	.ask = batch_ask,
	.tell = batch_tell,
};
