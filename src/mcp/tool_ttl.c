/* SPDX-License-Identifier: ISC */
/* Items that expire, and the tags of tables. */
#include "mcp/tool.h"

/* ---- time to live */

const struct tool tool_update_time_to_live = {
	.name = "update_time_to_live",
	.title = "Let items expire",
	.text = "Name the attribute that holds the second, since 1970, of an "
		"item's end: items whose time is past are deleted. Or switch "
		"this off: then no item expires.",
	.op = "UpdateTimeToLive",
	.group = TOOL_TTL,
	.destructive = true,
	.back = "update_time_to_live, with the same attribute and "
		"enabled the other way; what has expired stays "
		"deleted",
	.before = &tool_describe_time_to_live,
	.in = TOOL_FORM(TOOL_TABLE,
	    FORM("enabled", BOOL, .required = true,
		.api = "TimeToLiveSpecification.Enabled"),
	    FORM("attribute", STRING, .required = true, .min = 1,
		.text = "To switch it off: the one that is named now.",
		.api = "TimeToLiveSpecification.AttributeName")),
	.out = TOOL_FORM(FORM("enabled", BOOL, .required = true,
			     .api = "TimeToLiveSpecification.Enabled"),
	    FORM("attribute", STRING, .required = true,
		.api = "TimeToLiveSpecification.AttributeName")),
};

const struct tool tool_describe_time_to_live = {
	.name = "describe_time_to_live",
	.title = "Do items expire?",
	.text = "Whether items of a table expire, and by which attribute.",
	.op = "DescribeTimeToLive",
	.group = TOOL_TTL,
	.in = TOOL_FORM(TOOL_TABLE),
	.out = TOOL_FORM(FORM("status", STRING, .required = true,
			     .api = "TimeToLiveDescription.TimeToLiveStatus"),
	    FORM("attribute", STRING,
		.api = "TimeToLiveDescription.AttributeName")),
};

/* ---- tags */

#define TAG_KEY   FORM("key", STRING, .required = true, .api = "Key")
#define TAG_VALUE FORM("value", STRING, .required = true, .api = "Value")
#define TAGS_TEXT "As [{\"key\":\"team\",\"value\":\"sales\"}]."
#define TAGS                                                 \
	FORM("tags", ARRAY, .required = true, .api = "Tags", \
	    .text = TAGS_TEXT,                               \
	    FORM_EACH(OBJECT, FORM_LIST(TAG_KEY, TAG_VALUE)))

const struct tool tool_tag_table = {
	.name = "tag_table",
	.title = "Tag a table",
	.text = "Give a table tags. A tag whose key it has already gets the "
		"new value; the others stay.",
	.op = "TagResource",
	.group = TOOL_TTL,
	.destructive = true,
	.idempotent = true,
	.back = "tag_table, with the tags of before; untag_table, "
		"with the keys that it does not have",
	.before = &tool_list_tags,
	.in = TOOL_FORM(TOOL_TABLE_ARN, TAGS),
	.out = TOOL_DONE_FORM,
	.tell = tool_tell_done,
};

const struct tool tool_untag_table = {
	.name = "untag_table",
	.title = "Remove a table's tags",
	.text = "Take tags from a table, by their keys. A key that it does "
		"not have is no error.",
	.op = "UntagResource",
	.group = TOOL_TTL,
	.destructive = true,
	.idempotent = true,
	.back = "tag_table, with the tags of before",
	.before = &tool_list_tags,
	.in = TOOL_FORM(TOOL_TABLE_ARN,
	    FORM("keys", ARRAY, .required = true, .min = 1,
		.each = &tool_string, .api = "TagKeys")),
	.out = TOOL_DONE_FORM,
	.tell = tool_tell_done,
};

const struct tool tool_list_tags = {
	.name = "list_tags",
	.title = "List a table's tags",
	.text = "The tags of a table: keys with values.",
	.op = "ListTagsOfResource",
	.group = TOOL_TTL,
	.in = TOOL_FORM(TOOL_TABLE_ARN, TOOL_CURSOR("NextToken")),
	.out = TOOL_FORM(TAGS, TOOL_NEXT("NextToken")),
};
