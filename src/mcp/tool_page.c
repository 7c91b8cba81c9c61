/* SPDX-License-Identifier: ISC */
/*
 * query and scan: pages of items.  A page is at most LIMIT_MCP_RESULT bytes
 * of items, one item aside: where more came, the operation is asked again for
 * as many as fit, so that the cursor is the operation's own.
 */
#include "mcp/tool.h"
#include "mcp/value.h"

#define LIMIT_DEFAULT 50

#define CURSOR_TEXT "next_cursor of the page before, with all else as it was."
#define PAGE_IN                                                   \
	SHAPE("limit", INTEGER, .min = 1, .max = LIMIT_MCP_ITEMS, \
	    .text = "At most so many items. Default 50."),        \
	    SHAPE("cursor", STRING, .text = CURSOR_TEXT)

#define PAGES                                                                   \
	" A page ends after limit items or about 64 KiB; where next_cursor is " \
	"in the result there may be more: call again with it as cursor."

static const struct shape item = { .type = SHAPE_MAP };
static const struct shape page_out[] = {
	SHAPE("items", ARRAY, .required = true, .each = &item),
	SHAPE("count", INTEGER, .required = true,
	    .text = "How many items this page has."),
	SHAPE("next_cursor", STRING,
	    .text = "There may be more: call again with it as cursor."),
	SHAPE("note", STRING,
	    .text = "Why the page ended before the last item."),
};
static const struct shape page_out_root = { .type = SHAPE_OBJECT,
	SHAPE_MEMBERS(page_out) };

/* ---- both */

/* The cursor's place is the last key, an object in the typed form. */
static enum err
put_page(struct tool_run *r, struct buf *request)
{
	const struct json *cursor = json_get(r->args, "cursor");
	struct buf key CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *parsed CLEANUP(json_freep) = NULL;
	struct json_error je = { 0 };

	if (r->limit == 0)
		r->limit = (uint64_t)arg_int(r, "limit", LIMIT_DEFAULT);
	put_name(request, "Limit");
	buf_putu(request, r->limit);
	if (cursor == NULL)
		return ERR_OK;
	if (!cursor_get(json_str(cursor), &key) ||
	    json_parse(buf_str(&key), LIMIT_JSON_DEPTH, &parsed, &je) !=
		ERR_OK ||
	    json_kind(parsed) != JSON_OBJECT)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "cursor: not a next_cursor of an earlier page");
	put_name(request, "ExclusiveStartKey");
	json_put(request, parsed);
	return ERR_OK;
}

static void
put_next(struct buf *out, const struct json *key, size_t count, bool cut)
{
	struct buf place CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	json_put(&place, key);
	put_name(out, "next_cursor");
	cursor_put(out, buf_str(&place));
	put_name(out, "note");
	buf_printf(out,
	    "\"%zu items are shown%s. There may be more: call again with "
	    "cursor set to next_cursor.\"",
	    count,
	    cut ? ", fewer than asked for, to keep the result short" : "");
}

static enum err
page_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	const struct json *items = json_get(answer, "Items");
	const struct json *last = json_get(answer, "LastEvaluatedKey");
	uint64_t asked = (uint64_t)arg_int(r, "limit", LIMIT_DEFAULT);
	uint64_t read = json_len(items);
	int64_t scanned;

	if (json_int(json_get(answer, "ScannedCount"), &scanned))
		read = (uint64_t)scanned;
	BUF_LIT(out, "{\"items\":[");
	for (size_t i = 0; i < json_len(items); i++) {
		if (i > 0)
			buf_putc(out, ',');
		item_plain(out, json_at(items, i));
	}
	BUF_LIT(out, "]");
	if (out->len > LIMIT_MCP_RESULT && read > 1 && read <= r->limit) {
		r->limit = read * LIMIT_MCP_RESULT / out->len;
		r->limit += r->limit == 0;
		r->again = true;
		return ERR_OK;
	}
	put_name(out, "count");
	buf_putu(out, json_len(items));
	if (last != NULL)
		put_next(out, last, json_len(items), r->limit < asked);
	buf_putc(out, '}');
	return ERR_OK;
}

/* ---- query */

static const char *const operators[] = { "=", "<", "<=", ">", ">=", "between",
	"begins_with", NULL };

static const struct shape sort_member[] = {
	SHAPE("attribute", STRING, .required = true, .min = 1, .max = 255,
	    .text = "The sort key attribute."),
	SHAPE("operator", STRING, .required = true, .values = operators),
	SHAPE("value", ANY, .required = true,
	    .text = "What the sort key is compared with; the lower end of "
		    "between."),
	SHAPE("high", ANY,
	    .text = "The upper end of between, itself included."),
};
static const struct shape query_in[] = {
	TOOL_TABLE,
	SHAPE("key", MAP, .required = true, .min = 1, .max = 1,
	    .text = "The partition key attribute with its value, as in "
		    "{\"artist\":\"Queen\"}."),
	SHAPE("sort", OBJECT, SHAPE_MEMBERS(sort_member),
	    .text = "A condition on the sort key. Absent: all items of the "
		    "partition key."),
	SHAPE("descending", BOOL,
	    .text = "From the highest sort key down. Default false."),
	PAGE_IN,
};
static const struct shape query_in_root = { .type = SHAPE_OBJECT,
	SHAPE_MEMBERS(query_in) };

static void
put_condition(struct buf *request, const char *operator)
{
	put_name(request, "KeyConditionExpression");
	BUF_LIT(request, "\"#h = :h");
	if (operator== NULL)
		;
	else if (operator[0] == 'b' && operator[2] == 't')
		BUF_LIT(request, " AND #r BETWEEN :r AND :s");
	else if (operator[0] == 'b')
		BUF_LIT(request, " AND begins_with(#r, :r)");
	else
		buf_printf(request, " AND #r %s :r", operator);
	buf_putc(request, '"');
}

static const char *
operator_of(const struct json *sort)
{
	struct str name = json_str(json_get(sort, "operator"));

	for (size_t i = 0; operators[i] != NULL; i++)
		if (str_eq(name, str_from(operators[i])))
			return operators[i];
	return NULL;
}

static enum err
check_high(struct tool_run *r, const struct json *sort)
{
	bool between =
	    str_eq(json_str(json_get(sort, "operator")), STR("between"));
	bool high = json_get(sort, "high") != NULL;

	if (between == high)
		return ERR_OK;
	return op_fail(r->ctx, ERR_VALIDATION,
	    high ? "sort.high: only with the operator between" :
		   "sort.high: missing; between needs value and high");
}

static void
put_values(struct buf *request, const struct json *key, const struct json *sort)
{
	const struct json *high = json_get(sort, "high");

	put_name(request, "ExpressionAttributeValues");
	BUF_LIT(request, "{\":h\":");
	value_typed(request, key);
	if (sort != NULL) {
		BUF_LIT(request, ",\":r\":");
		value_typed(request, json_get(sort, "value"));
	}
	if (high != NULL) {
		BUF_LIT(request, ",\":s\":");
		value_typed(request, high);
	}
	buf_putc(request, '}');
}

static enum err
query_ask(struct tool_run *r, struct buf *request)
{
	const struct json *sort = json_get(r->args, "sort");
	struct json_member key = { 0 };
	enum err e;

	if ((e = check_high(r, sort)) != ERR_OK ||
	    !json_next(json_get(r->args, "key"), &key))
		return e;
	buf_putc(request, '{');
	put_table(request, r);
	put_condition(request, operator_of(sort));
	put_name(request, "ExpressionAttributeNames");
	BUF_LIT(request, "{\"#h\":");
	json_put_str(request, key.name);
	if (sort != NULL) {
		BUF_LIT(request, ",\"#r\":");
		json_put(request, json_get(sort, "attribute"));
	}
	buf_putc(request, '}');
	put_values(request, key.value, sort);
	if (json_bool(json_get(r->args, "descending")))
		BUF_LIT(request, ",\"ScanIndexForward\":false");
	if ((e = put_page(r, request)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_query = {
	.name = "query",
	.title = "Query items",
	.text = "The items of one partition key in the order of their sort "
		"key, all or those that a condition on the sort key picks. It "
		"reads only these, so it is fast in a table of any size." PAGES
		" " TOOL_VALUES,
	.op = "Query",
	.in = &query_in_root,
	.out = &page_out_root,
	.ask = query_ask,
	.tell = page_tell,
};

/* ---- scan */

static const struct shape scan_in[] = { TOOL_TABLE, PAGE_IN };
static const struct shape scan_in_root = { .type = SHAPE_OBJECT,
	SHAPE_MEMBERS(scan_in) };

static enum err
scan_ask(struct tool_run *r, struct buf *request)
{
	enum err e;

	buf_putc(request, '{');
	put_table(request, r);
	if ((e = put_page(r, request)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_scan = {
	.name = "scan",
	.title = "Scan a table",
	.text = "All items of a table, page by page, in no useful order. Use "
		"query where the partition key is known." PAGES " " TOOL_VALUES,
	.op = "Scan",
	.in = &scan_in_root,
	.out = &page_out_root,
	.ask = scan_ask,
	.tell = page_tell,
};
