/* SPDX-License-Identifier: ISC */
#include "mcp/prompt.h"

#define TABLE                                            \
	{                                                \
		"table", "The table's name.", true, true \
	}

const struct prompt prompt_explore_table = {
	.name = "explore_table",
	.title = "Explore a table",
	.text = "Learn what a table holds and how it is used.",
	.argument = { TABLE },
	.say =
	    "Explore the table {table} of this Doorward store. Its "
	    "description is below, with its data model if it has one. Read a few items with scan and a small "
	    "limit, and query one or two partition keys. Then tell me what "
	    "kinds of items it holds, what their keys mean, which "
	    "attributes each kind has, how the items relate, and what "
	    "looks odd. Change nothing.",
};

/* How a data-model file looks: doorward-model(5). */
static enum err
more_design(struct op_ctx *ctx, const struct json *args, struct buf *out)
{
	(void)ctx;
	(void)args;
	BUF_LIT(out,
	    ",{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":");
	json_put_str(out,
	    STR("At the end write the model as a data-model file, too, of "
		"this form; the setting model of doorward.conf names it:\n"
		"{\"format\":\"doorward:1\",\"entities\":{"
		"\"Customer\":{\"keys\":{\"pk\":\"customer#${id}\","
		"\"sk\":\"profile\"},\"attributes\":{"
		"\"id\":{\"type\":\"string\",\"required\":true},"
		"\"status\":{\"type\":\"string\",\"enum\":[\"new\","
		"\"paid\"],\"text\":\"How far it is.\"}}},"
		"\"Order\":{\"keys\":{\"pk\":\"customer#${customer}\","
		"\"sk\":\"order#${number:6:0}\"}}}}"));
	BUF_LIT(out, "}}");
	return buf_err(out);
}

const struct prompt prompt_design_model = {
	.name = "design_single_table_model",
	.title = "Design a single-table model",
	.text = "Keys and indexes for one table that answers given questions.",
	.argument = { { "purpose", "What the data is about.", true, false },
	    { "questions", "What must be answered, and how often.", false,
		false } },
	.say = "Design a single-table model in DynamoDB's data model for: "
	       "{purpose}\n{questions?It must answer these questions: |First "
	       "list the questions it must answer, and ask me to confirm "
	       "them.}{questions}\nGive the partition key and sort key, the "
	       "form of both for each kind of item with an example, the "
	       "indexes if any and the question that needs each, and for "
	       "every question the one query that answers it. Prefer query "
	       "to scan; name what the model does not answer well. Ask before "
	       "you create the table with create_table.",
	.more = more_design,
};

const struct prompt prompt_review_access_patterns = {
	.name = "review_access_patterns",
	.title = "Review access patterns",
	.text = "Whether a table's keys fit the questions that are asked.",
	.argument = { TABLE,
	    { "questions", "What is asked of the table.", false, false } },
	.say = "Review how the table {table} is read and written. Its "
	       "description is below. {questions?These questions are asked "
	       "of it: |Find out from its items and keys which questions it "
	       "was made for.}{questions}\nFor each question say whether a "
	       "query on the keys or an index answers it, how many items it "
	       "reads for one that it returns, and what would change that. "
	       "Look for hot partition keys, for items that grow without "
	       "bound, and for scans with a filter. Change nothing.",
};

const struct prompt prompt_migrate = {
	.name = "migrate",
	.title = "Migrate items",
	.text = "Change the items of a table to another form, safely.",
	.argument = { TABLE,
	    { "change", "What the items should be like afterwards.", true,
		false } },
	.say = "Migrate the table {table}: {change}\nIts description is "
	       "below. First scan a few items and show me one before and "
	       "after. Then say how many items it concerns and wait for my "
	       "word. Then go through the table page by page with scan and "
	       "its cursor, and change each item with update_item and a "
	       "condition that the old value is still there, so that what "
	       "others write meanwhile is not lost. At the end count the "
	       "items in the old form: there must be none.",
};

const struct prompt prompt_explain_cost = {
	.name = "explain_query_cost",
	.title = "Explain a query's cost",
	.text = "What a query or scan reads, and how to make it read less.",
	.argument = { TABLE,
	    { "query", "The query: a tool's arguments, or words.", true,
		false } },
	.say = "Explain what this query of the table {table} costs: {query}\n"
	       "The table's description is below. Say which items it reads "
	       "before the filter and how many bytes that is about, what it "
	       "would cost in read units of 4 KB (half of one each where "
	       "reads are eventually consistent), how that grows with the "
	       "table, and how a query on a key or an index would do with "
	       "less.",
};
