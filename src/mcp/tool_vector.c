/* SPDX-License-Identifier: ISC */
/* Vectors: lists of numbers in items, and the items nearest to one. */
#include "mcp/describe.h"
#include "mcp/map.h"

/* ---- searching */

static enum err
search_ask(struct tool_run *r, struct buf *request)
{
	enum err e;

	buf_putc(request, '{');
	if ((e = map_members(r, r->tool->in, r->args, request)) != ERR_OK ||
	    (e = tool_expressions(r, request, NULL)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_search_vectors = {
	.name = "search_vectors",
	.title = "Find the nearest items",
	.text = "The items whose vectors are nearest to one, by a vector index "
		"of the table, the nearest first. Name the attributes that "
		"are of use: else each item comes with its vector.",
	.op = "SearchVectors",
	.group = TOOL_VECTORS,
	.in = TOOL_FORM(TOOL_TABLE,
	    FORM("index", STRING, .required = true, .api = "IndexName"),
	    FORM("vector", ARRAY, .required = true, .min = 1,
		.api = "SearchVector", FORM_EACH(ANY, .as = FORM_AS_VALUE),
		.text = "As many numbers as the index has dimensions."),
	    FORM("where", STRING, .api = "SearchConditionExpression",
		.text = "Attributes of the index by = alone, as \"kind = "
			":k\"."),
	    TOOL_NAMES_AND_VALUES, TOOL_ATTRIBUTES,
	    FORM("limit", INTEGER, .min = 1, .max = 100, .api = "TopK",
		.as = FORM_AS_LIMIT, .init = 10)),
	.out = TOOL_FORM(FORM("results", ARRAY, .required = true,
	    .api = "SearchResults",
	    FORM_EACH(OBJECT,
		FORM_LIST(FORM("score", ANY, .required = true, .api = "Score"),
		    FORM("item", MAP, .required = true, .api = "Item",
			.as = FORM_AS_ITEM))))),
	.ask = search_ask,
};

/* ---- the indexes */

#define TABLE_MADE                                          \
	TOOL_FORM(FORM("table", STRING, .required = true,   \
		      .api = "TableDescription.TableName"), \
	    FORM("status", STRING, .required = true,        \
		.api = "TableDescription.TableStatus"))
#define INDEX FORM("index", STRING, .required = true)

static enum err
create_ask(struct tool_run *r, struct buf *request)
{
	struct str distance = json_str(json_get(r->args, "distance"));
	size_t i = 0;

	while (describe_distances[i + 1] != NULL &&
	    !str_eq(distance, str_from(describe_distances[i])))
		i++;
	buf_putc(request, '{');
	tool_table(request, r);
	BUF_LIT(request,
	    ",\"VectorIndexUpdates\":[{\"Create\":{\"IndexName\":");
	json_put(request, json_get(r->args, "index"));
	BUF_LIT(request, ",\"VectorAttribute\":{\"AttributeName\":");
	json_put(request, json_get(r->args, "attribute"));
	buf_printf(request,
	    "},\"Projection\":{\"ProjectionType\":\"ALL\"},\"Dimensions\":%lld,"
	    "\"DistanceFunction\":\"%s\"}}]}",
	    (long long)tool_int(r, "dimensions", 0),
	    describe_distance_codes[i]);
	return ERR_OK;
}

const struct tool tool_create_vector_index = {
	.name = "create_vector_index",
	.title = "Make items searchable",
	.text = "Make the items of a table findable by an attribute that is a "
		"vector: a list of so many numbers. Items without it are not "
		"in the index.",
	.op = "UpdateTable",
	.group = TOOL_VECTORS,
	.back = "delete_vector_index, with the same table and index",
	.in = TOOL_FORM(TOOL_TABLE, INDEX,
	    FORM("attribute", STRING, .required = true),
	    FORM("dimensions", INTEGER, .required = true, .min = 1,
		.max = 8192),
	    FORM("distance", STRING, .required = true,
		.values = describe_distances,
		.text = "By what one is near; cosine fits most embeddings.")),
	.out = TABLE_MADE,
	.ask = create_ask,
	.work = &tool_table_work,
};

static enum err
delete_ask(struct tool_run *r, struct buf *request)
{
	buf_putc(request, '{');
	tool_table(request, r);
	BUF_LIT(request,
	    ",\"VectorIndexUpdates\":[{\"Delete\":{\"IndexName\":");
	json_put(request, json_get(r->args, "index"));
	BUF_LIT(request, "}}]}");
	return ERR_OK;
}

const struct tool tool_delete_vector_index = {
	.name = "delete_vector_index",
	.title = "Delete a vector index",
	.text = "Delete a vector index of a table; no item is lost.",
	.op = "UpdateTable",
	.group = TOOL_VECTORS,
	.destructive = true,
	.back = "create_vector_index, with the vector_indexes of "
		"before",
	.before = &tool_describe_table,
	.in = TOOL_FORM(TOOL_TABLE, INDEX),
	.out = TABLE_MADE,
	.ask = delete_ask,
};
