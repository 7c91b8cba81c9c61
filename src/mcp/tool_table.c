/* SPDX-License-Identifier: ISC */
/* The tools that make, show, list and drop tables. */
#include <time.h>

#include "mcp/rpc.h"
#include "mcp/tool.h"

/* A type's name here and in the API. */
static const struct {
	struct str name, api;
} types[] = {
	{ STR_INIT("string"), STR_INIT("S") },
	{ STR_INIT("number"), STR_INIT("N") },
	{ STR_INIT("binary"), STR_INIT("B") },
};
static const char *const type_names[] = { "string", "number", "binary", NULL };

static const struct form key_member[] = {
	FORM("name", STRING, .required = true),
	FORM("type", STRING, .required = true, .values = type_names),
};

#define PARTITION_TEXT "Every item has it and is found by it."
#define SORT_TEXT                                                            \
	"The items of one partition key are sorted by it. Absent: one item " \
	"for each partition key."
#define PARTITION_KEY                                   \
	FORM("partition_key", OBJECT, .required = true, \
	    FORM_MEMBERS(key_member), .text = PARTITION_TEXT)

#define SORT_KEY \
	FORM("sort_key", OBJECT, FORM_MEMBERS(key_member), .text = SORT_TEXT)

/* ---- describe_table, and how create_table and delete_table answer */

static const struct form only_table[] = { TOOL_TABLE };
static const struct form only_table_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(only_table) };

static const struct form table_out[] = {
	FORM("table", STRING, .required = true),
	FORM("status", STRING, .required = true),
	FORM("partition_key", MAP, .required = true),
	FORM("sort_key", MAP),
	FORM("items", INTEGER),
	FORM("bytes", INTEGER),
	FORM("created", STRING),
};
static const struct form table_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(table_out) };

static enum err
table_ask(struct tool_run *r, struct buf *request)
{
	buf_putc(request, '{');
	tool_table(request, r);
	buf_putc(request, '}');
	return ERR_OK;
}

static struct str
type_of(const struct json *table, struct str attribute)
{
	const struct json *defs = json_get(table, "AttributeDefinitions");

	for (size_t i = 0; i < json_len(defs); i++) {
		const struct json *d = json_at(defs, i);

		if (!str_eq(json_str(json_get(d, "AttributeName")), attribute))
			continue;
		for (size_t k = 0; k < NELEM(types); k++)
			if (str_eq(json_str(json_get(d, "AttributeType")),
				types[k].api))
				return types[k].name;
	}
	return types[0].name;
}

static void
put_keys(struct buf *out, const struct json *table)
{
	const struct json *keys = json_get(table, "KeySchema");

	for (size_t i = 0; i < json_len(keys); i++) {
		const struct json *k = json_at(keys, i);
		struct str name = json_str(json_get(k, "AttributeName"));
		bool hash =
		    str_eq(json_str(json_get(k, "KeyType")), STR("HASH"));

		tool_member(out, hash ? "partition_key" : "sort_key");
		BUF_LIT(out, "{\"name\":");
		json_put_str(out, name);
		BUF_LIT(out, ",\"type\":");
		json_put_str(out, type_of(table, name));
		buf_putc(out, '}');
	}
}

/* The API has seconds with a fraction; the day and second are enough. */
static void
put_time(struct buf *out, const char *name, const struct json *seconds)
{
	struct str fraction;
	struct str whole = str_cut(json_number(seconds), '.', &fraction);
	char text[32];
	struct tm tm;
	uint64_t n;
	time_t t;

	if (!str_u64(whole, INT32_MAX * UINT64_C(4), &n))
		return;
	t = (time_t)n;
	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return;
	tool_member(out, name);
	json_put_str(out, str_from(text));
}

static void
put_count(struct buf *out, const char *name, const struct json *n)
{
	if (json_kind(n) != JSON_NUMBER)
		return;
	tool_member(out, name);
	json_put(out, n);
}

static void
put_description(struct buf *out, const struct json *table)
{
	buf_putc(out, '{');
	tool_member(out, "table");
	rpc_put(out, json_get(table, "TableName"));
	tool_member(out, "status");
	rpc_put(out, json_get(table, "TableStatus"));
	put_keys(out, table);
	put_count(out, "items", json_get(table, "ItemCount"));
	put_count(out, "bytes", json_get(table, "TableSizeBytes"));
	put_time(out, "created", json_get(table, "CreationDateTime"));
	buf_putc(out, '}');
}

static enum err
describe_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	(void)r;
	put_description(out, json_get(answer, "Table"));
	return ERR_OK;
}

static enum err
changed_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	(void)r;
	put_description(out, json_get(answer, "TableDescription"));
	return ERR_OK;
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
	.text = "Delete a table with all its items. This cannot be undone.",
	.op = "DeleteTable",
	.group = TOOL_TABLES,
	.core = true,
	.destructive = true,
	.idempotent = true,
	.in = &only_table_root,
	.out = &table_out_root,
	.ask = table_ask,
	.tell = changed_tell,
};

/* ---- create_table */

static const struct form create_in[] = { TOOL_TABLE, PARTITION_KEY, SORT_KEY };
static const struct form create_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(create_in) };

static struct str
api_type(const struct json *key)
{
	struct str name = json_str(json_get(key, "type"));

	for (size_t i = 0; i < NELEM(types); i++)
		if (str_eq(name, types[i].name))
			return types[i].api;
	return types[0].api;
}

static void
put_definition(struct buf *out, const struct json *key)
{
	BUF_LIT(out, "{\"AttributeName\":");
	json_put(out, json_get(key, "name"));
	BUF_LIT(out, ",\"AttributeType\":");
	json_put_str(out, api_type(key));
	buf_putc(out, '}');
}

static enum err
create_ask(struct tool_run *r, struct buf *request)
{
	const struct json *hash = json_get(r->args, "partition_key");
	const struct json *range = json_get(r->args, "sort_key");
	const struct json *range_name = json_get(range, "name");

	buf_putc(request, '{');
	tool_table(request, r);
	BUF_LIT(request, ",\"AttributeDefinitions\":[");
	put_definition(request, hash);
	if (range != NULL) {
		buf_putc(request, ',');
		put_definition(request, range);
	}
	BUF_LIT(request, "],\"KeySchema\":[{\"AttributeName\":");
	json_put(request, json_get(hash, "name"));
	BUF_LIT(request, ",\"KeyType\":\"HASH\"}");
	if (range != NULL) {
		BUF_LIT(request, ",{\"AttributeName\":");
		json_put(request, range_name);
		BUF_LIT(request, ",\"KeyType\":\"RANGE\"}");
	}
	BUF_LIT(request, "],\"BillingMode\":\"PAY_PER_REQUEST\"}");
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
	.in = &create_in_root,
	.out = &table_out_root,
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
	FORM("next_cursor", STRING,
	    .text = "There are more: call again with it as cursor."),
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
