/* SPDX-License-Identifier: ISC */
/* Tables as resources: what they are, their schema, some of their items. */
#include "mcp/describe.h"
#include "mcp/resource.h"
#include "mcp/rpc.h"
#include "mcp/value.h"

#define SAMPLE_ITEMS 10

static const char json_type[] = "application/json";

static enum err
put_text(struct buf *text, struct buf *out)
{
	if (buf_err(text) != ERR_OK)
		return buf_err(text);
	BUF_LIT(out, ",\"text\":");
	json_put_str(out, buf_str(text));
	return buf_err(out);
}

/* ---- all tables, one table: as get_overview tells them */

static enum err
overview(struct op_ctx *ctx, struct str args, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct json *parsed CLEANUP(json_freep) = NULL;
	struct tool_run r = { .tool = &tool_get_overview, .ctx = ctx };
	struct json_error je;
	enum err e = json_parse(args, LIMIT_JSON_DEPTH, &parsed, &je);

	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_INTERNAL : e;
	r.args = parsed;
	if ((e = tool_get_overview.run(&r, &text)) != ERR_OK)
		return e;
	return put_text(&text, out);
}

static enum err
tables_read(struct op_ctx *ctx, struct str name, struct buf *out)
{
	(void)name;
	return overview(ctx, STR("{\"limit\":100}"), out);
}

const struct resource resource_tables = {
	.uri = "doorward://tables",
	.name = "tables",
	.title = "All tables",
	.text = "Every table with its keys, indexes, counts and attributes.",
	.mime = json_type,
	.group = TOOL_TABLES,
	.read = tables_read,
};

static enum err
table_read(struct op_ctx *ctx, struct str name, struct buf *out)
{
	struct buf args CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	BUF_LIT(&args, "{\"table\":");
	json_put_str(&args, name);
	BUF_LIT(&args, "}");
	return overview(ctx, buf_str(&args), out);
}

const struct resource resource_table = {
	.uri = "doorward://tables/{name}",
	.name = "table",
	.title = "A table",
	.text = "Its keys, indexes, counts and the attributes of its items.",
	.mime = json_type,
	.group = TOOL_TABLES,
	.read = table_read,
};

/* ---- the schema of its items, as far as it is declared or seen */

static const struct {
	const char *code, *schema;
} schemas[] = { { "S", "{\"type\":\"string\"}" },
	{ "N", "{\"type\":\"number\"}" },
	{ "B", "{\"type\":\"object\",\"required\":[\"B\"]}" } };

static void
put_properties(struct buf *text, const struct json *table)
{
	const struct json *defs = json_get(table, "AttributeDefinitions");

	BUF_LIT(text, ",\"properties\":{");
	for (size_t i = 0; i < json_len(defs); i++) {
		const struct json *d = json_at(defs, i);
		struct str type = json_str(json_get(d, "AttributeType"));

		tool_member_str(text, json_str(json_get(d, "AttributeName")));
		for (size_t k = 0; k < NELEM(schemas); k++)
			if (str_eq(type, str_from(schemas[k].code)))
				buf_puts(text, str_from(schemas[k].schema));
	}
	BUF_LIT(text, "}");
}

static enum err
schema_read(struct op_ctx *ctx, struct str name, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *answer CLEANUP(json_freep) = NULL;
	const struct json *table, *keys;
	enum err e = describe_get(ctx, name, &answer);

	if (e != ERR_OK)
		return e;
	table = json_get(answer, "Table");
	keys = json_get(table, "KeySchema");
	BUF_LIT(&text,
	    "{\"$schema\":\"https://json-schema.org/draft/2020-12/"
	    "schema\",\"title\":");
	json_put_str(&text, name);
	BUF_LIT(&text, ",\"type\":\"object\"");
	put_properties(&text, table);
	BUF_LIT(&text, ",\"required\":[");
	for (size_t i = 0; i < json_len(keys); i++) {
		if (i > 0)
			buf_putc(&text, ',');
		rpc_put(&text, json_get(json_at(keys, i), "AttributeName"));
	}
	BUF_LIT(&text, "]}");
	return put_text(&text, out);
}

const struct resource resource_schema = {
	.uri = "doorward://tables/{name}/schema",
	.name = "schema",
	.title = "A table's schema",
	.text = "JSON Schema of its items: the attributes of its keys and "
		"indexes; an item may have any others.",
	.mime = "application/schema+json",
	.group = TOOL_TABLES,
	.read = schema_read,
};

/* ---- what they are, by the data model */

static enum err
model_read(struct op_ctx *ctx, struct str name, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	enum err e =
	    describe_put_model(ctx, name, (struct str){ NULL, 0 }, &text);

	return e == ERR_OK ? put_text(&text, out) : e;
}

const struct resource resource_model = {
	.uri = "doorward://tables/{name}/model",
	.name = "model",
	.title = "A table's data model",
	.text = "Its entities: how their keys are made, their attributes, and "
		"whether writes must fit; where one is configured.",
	.mime = json_type,
	.group = TOOL_TABLES,
	.read = model_read,
};

/* ---- some items */

static enum err
sample_read(struct op_ctx *ctx, struct str name, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *table CLEANUP(json_freep) = NULL;
	struct json *answer CLEANUP(json_freep) = NULL;
	const struct json *items;
	size_t n = 0;
	enum err e = describe_get(ctx, name, &table);

	BUF_LIT(&request, "{\"TableName\":");
	json_put_str(&request, name);
	buf_printf(&request, ",\"Limit\":%d}", SAMPLE_ITEMS);
	if (e == ERR_OK)
		e = describe_ask(ctx, "Scan", buf_str(&request), &answer);
	if (e != ERR_OK)
		return e;
	items = json_get(answer, "Items");
	BUF_LIT(&text, "{\"items\":[");
	while (
	    n < json_len(items) && (n == 0 || text.len <= LIMIT_MCP_RESULT)) {
		if (n > 0)
			buf_putc(&text, ',');
		item_plain(&text, json_at(items, n++));
	}
	buf_putc(&text, ']');
	describe_put_labels(&text, ctx, json_get(table, "Table"), items, n);
	buf_putc(&text, '}');
	return put_text(&text, out);
}

const struct resource resource_sample = {
	.uri = "doorward://tables/{name}/sample",
	.name = "sample",
	.title = "Some items of a table",
	.text = "Up to ten items, in no useful order, and of which entity of "
		"its data model each is.",
	.mime = json_type,
	.group = TOOL_QUERY,
	.read = sample_read,
};
