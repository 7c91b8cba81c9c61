/* SPDX-License-Identifier: ISC */
/* The tools that make, show, list and drop tables. */
#include "mcp/describe.h"
#include "mcp/keys.h"
#include "mcp/map.h"
#include "mcp/rpc.h"

/* ---- describe_table, and how create_table and delete_table answer */

static const struct form only_table[] = { TOOL_TABLE };
static const struct form only_table_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(only_table) };

static const struct form table_out[] = { DESCRIBE_FORM };
static const struct form table_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(table_out) };

/* A change tells the same; the listing has it once. */
static const struct form changed_out_root = { .type = FORM_MAP,
	FORM_LIST(FORM("table", STRING, .required = true),
	    FORM("status", STRING, .required = true)) };

static const struct form deleted_out_root = { .type = FORM_MAP,
	FORM_LIST(FORM("table", STRING, .required = true),
	    FORM("status", STRING, .required = true), TOOL_UNDO) };

static enum err
table_ask(struct tool_run *r, struct buf *request)
{
	buf_putc(request, '{');
	tool_table(request, r);
	buf_putc(request, '}');
	return ERR_OK;
}

static enum err
told(const struct tool_run *r, const struct json *description, struct buf *out)
{
	buf_putc(out, '{');
	describe_put(out, r->ctx, description);
	buf_putc(out, '}');
	return ERR_OK;
}

static enum err
describe_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	return told(r, json_get(answer, "Table"), out);
}

static enum err
changed_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	return told(r, json_get(answer, "TableDescription"), out);
}

const struct tool tool_describe_table = {
	.name = "describe_table",
	.title = "Describe a table",
	.text = "The key attributes of a table with their types, its status, "
		"and how many items and bytes it holds. Other attributes are "
		"not declared: look at an item for them.",
	.op = "DescribeTable",
	.group = TOOL_TABLES,
	.in = &only_table_root,
	.out = &table_out_root,
	.ask = table_ask,
	.tell = describe_tell,
};

const struct tool tool_delete_table = {
	.name = "delete_table",
	.title = "Delete a table",
	.text = "Delete a table with all its items.",
	.op = "DeleteTable",
	.group = TOOL_TABLES,
	.core = true,
	.destructive = true,
	.idempotent = true,
	.loses = "The table is deleted with all its items. It is kept aside "
		 "for 7 days, while such tables are less than 1 GiB together: "
		 "until then undo brings it back.",
	.in = &only_table_root,
	.out = &deleted_out_root,
	.ask = table_ask,
	.tell = changed_tell,
};

/* ---- what goes on */

static bool
fills_one(const struct json *all)
{
	for (size_t i = 0; i < json_len(all); i++)
		if (str_eq(json_str(json_get(json_at(all, i), "IndexStatus")),
			STR("CREATING")))
			return true;
	return false;
}

static bool
fills_index(const struct json *answer)
{
	return fills_one(map_find(answer,
		   "TableDescription.GlobalSecondaryIndexes")) ||
	    fills_one(map_find(answer, "TableDescription.VectorIndexes"));
}

const struct tool_work tool_table_work = {
	.op = "DescribeTable",
	.by = "TableName",
	.under = "Table",
	.as = "TableDescription",
	.name = "TableDescription.TableName",
	.same = "TableDescription.TableId",
	.status = "TableDescription.TableStatus",
	.busy = fills_index,
	TOOL_WORK,
};

/* ---- create_table */

static const struct form create_in[] = {
	TOOL_TABLE,
	KEYS_PARTITION,
	KEYS_SORT,
	FORM("indexes", ARRAY, .max = LIMIT_MCP_INDEXES,
	    FORM_EACH(OBJECT, FORM_MEMBERS(keys_index_member)),
	    .text = "Other keys to query by."),
};
static const struct form create_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(create_in) };

static void
put_indexes(struct buf *out, const struct json *indexes)
{
	for (size_t i = 0; i < json_len(indexes); i++) {
		if (i == 0)
			BUF_LIT(out, ",\"GlobalSecondaryIndexes\":[");
		else
			buf_putc(out, ',');
		buf_putc(out, '{');
		keys_put_index(out, json_at(indexes, i));
		buf_putc(out, '}');
	}
	if (json_len(indexes) > 0)
		buf_putc(out, ']');
}

static enum err
create_ask(struct tool_run *r, struct buf *request)
{
	const struct json *indexes = json_get(r->args, "indexes");
	struct keys k = { .n = 0 };
	enum err e;

	keys_take(&k, r->args);
	for (size_t i = 0; i < json_len(indexes); i++)
		keys_take(&k, json_at(indexes, i));
	buf_putc(request, '{');
	tool_table(request, r);
	if ((e = keys_put_definitions(r, &k, request)) != ERR_OK)
		return e;
	keys_put_schema(request, r->args);
	put_indexes(request, indexes);
	BUF_LIT(request, ",\"BillingMode\":\"PAY_PER_REQUEST\"}");
	return ERR_OK;
}

const struct tool tool_create_table = {
	.name = "create_table",
	.title = "Create a table",
	.text = "Create a table. Only the key attributes are declared; every "
		"item may have any other attributes. The table can be used at "
		"once.",
	.op = "CreateTable",
	.group = TOOL_TABLES,
	.core = true,
	.idempotent = true,
	.back = "delete_table, with the same table",
	.shows = "describe_tools shows its arguments",
	.in = &create_in_root,
	.out = &changed_out_root,
	.ask = create_ask,
	.tell = changed_tell,
};

/* ---- list_tables */

static const struct form list_in[] = {
	FORM("limit", INTEGER, .min = 1, .max = LIMIT_LIST_TABLES,
	    .text = "At most so many names. Default 100."),
	FORM("cursor", STRING, .text = "next_cursor of the page before."),
};
static const struct form list_out[] = {
	FORM("tables", ARRAY, .required = true, .each = &tool_string,
	    .text = "Names in byte order."),
	FORM("next_cursor", STRING),
	FORM("note", STRING),
};
static const struct form list_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(list_in) };
static const struct form list_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(list_out) };

static enum err
list_ask(struct tool_run *r, struct buf *request)
{
	const struct json *cursor = json_get(r->args, "cursor");
	struct buf after CLEANUP(buf_free) = BUF_INIT(LIMIT_RPC_ID);

	if (cursor != NULL && !cursor_get(json_str(cursor), &after))
		return op_fail(r->ctx, ERR_VALIDATION,
		    "cursor: not one that list_tables gave");
	BUF_LIT(request, "{\"Limit\":");
	buf_putu(request, (uint64_t)tool_int(r, "limit", LIMIT_LIST_TABLES));
	if (cursor != NULL) {
		tool_member(request, "ExclusiveStartTableName");
		json_put_str(request, buf_str(&after));
	}
	buf_putc(request, '}');
	return ERR_OK;
}

static enum err
list_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	const struct json *last = json_get(answer, "LastEvaluatedTableName");

	(void)r;
	BUF_LIT(out, "{\"tables\":");
	rpc_put(out, json_get(answer, "TableNames"));
	if (last != NULL) {
		tool_member(out, "next_cursor");
		cursor_put(out, json_str(last));
		tool_member(out, "note");
		BUF_LIT(out,
		    "\"there are more: call again with cursor set to "
		    "next_cursor\"");
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct tool tool_list_tables = {
	.name = "list_tables",
	.title = "List tables",
	.text = "The names of the tables.",
	.op = "ListTables",
	.group = TOOL_TABLES,
	.in = &list_in_root,
	.out = &list_out_root,
	.ask = list_ask,
	.tell = list_tell,
};
