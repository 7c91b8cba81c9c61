/* SPDX-License-Identifier: ISC */
/* update_table - settings, stream and indexes of a table. */
#include <string.h>

#include "mcp/describe.h"
#include "mcp/keys.h"
#include "mcp/map.h"

static void
put_stream(const struct json *view, struct buf *request)
{
	size_t i = 0;

	if (view == NULL)
		return;
	while (!str_eq(json_str(view), str_from(describe_views[i])))
		i++;
	tool_member(request, "StreamSpecification");
	if (i == 0)
		BUF_LIT(request, "{\"StreamEnabled\":false}");
	else
		buf_printf(request,
		    "{\"StreamEnabled\":true,\"StreamViewType\":\"%s\"}",
		    describe_view_codes[i]);
}

static enum err
put_indexes(struct tool_run *r, struct buf *request)
{
	const struct json *create = json_get(r->args, "create_index");
	const struct json *drop = json_get(r->args, "delete_index");
	struct keys k = { .n = 0 };
	enum err e;

	if (create != NULL) {
		keys_take(&k, create);
		if ((e = keys_put_definitions(r, &k, request)) != ERR_OK)
			return e;
	}
	if (create == NULL && drop == NULL)
		return ERR_OK;
	tool_member(request, "GlobalSecondaryIndexUpdates");
	buf_putc(request, '[');
	if (create != NULL) {
		BUF_LIT(request, "{\"Create\":{");
		keys_put_index(request, create);
		BUF_LIT(request, "}}");
	}
	if (create != NULL && drop != NULL)
		buf_putc(request, ',');
	if (drop != NULL) {
		BUF_LIT(request, "{\"Delete\":{\"IndexName\":");
		json_put(request, drop);
		BUF_LIT(request, "}}");
	}
	buf_putc(request, ']');
	return ERR_OK;
}

static enum err
update_ask(struct tool_run *r, struct buf *request)
{
	enum err e;

	if (json_len(r->args) < 2)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "expected something to change beside table, as stream");
	buf_putc(request, '{');
	if ((e = map_members(r, r->tool->in, r->args, request)) != ERR_OK)
		return e;
	put_stream(json_get(r->args, "stream"), request);
	if ((e = put_indexes(r, request)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_update_table = {
	.name = "update_table",
	.title = "Change a table",
	.text = "Change a table's stream, indexes, protection or capacity; "
		"what is not named stays. An index is filled with what is "
		"there: describe_table says when it is ACTIVE.",
	.op = "UpdateTable",
	.group = TOOL_TABLES,
	.destructive = true,
	.back = "update_table, with what before says, and where it "
		"says nothing with stream off, protected false, "
		"billing on_demand, class standard; delete_index for "
		"an index that was made, create_index for one that "
		"was deleted",
	.before = &tool_describe_table,
	.in = TOOL_FORM(TOOL_TABLE,
	    FORM("stream", STRING, .values = describe_views,
		.text = "What read_changes shows of each change; off: none."),
	    FORM("create_index", OBJECT, FORM_MEMBERS(keys_index_member),
		.text = "One more key to query by."),
	    FORM("delete_index", STRING, .text = "Its name; no item is lost."),
	    FORM("protected", BOOL, .api = "DeletionProtectionEnabled",
		.text = "It cannot be deleted."),
	    FORM("class", STRING, .api = "TableClass", .as = FORM_AS_CODE,
		.values = FORM_ONE_OF("standard", "infrequent_access"),
		.codes = FORM_ONE_OF("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
	    FORM("billing", STRING, .api = "BillingMode", .as = FORM_AS_CODE,
		.values = FORM_ONE_OF("on_demand", "provisioned"),
		.codes = FORM_ONE_OF("PAY_PER_REQUEST", "PROVISIONED")),
	    FORM("read_units", INTEGER, .min = 1,
		.api = "ProvisionedThroughput.ReadCapacityUnits",
		.text = "A second, of a provisioned table."),
	    FORM("write_units", INTEGER, .min = 1,
		.api = "ProvisionedThroughput.WriteCapacityUnits")),
	.out = TOOL_FORM(FORM("table", STRING, .required = true,
			     .api = "TableDescription.TableName"),
	    FORM("status", STRING, .required = true,
		.api = "TableDescription.TableStatus")),
	.ask = update_ask,
	.work = &tool_table_work,
};
