/* SPDX-License-Identifier: ISC */
/*
 * query and scan: pages of items.  A page is at most LIMIT_MCP_RESULT bytes
 * of items, one item aside: where more came, the operation is asked again for
 * as many as fit, so that the cursor is the operation's own.
 */
#include "mcp/tool.h"
#include "mcp/value.h"

#define LIMIT_DEFAULT 50

#define FILTER_TEXT "As \"#y > :min AND contains(title, :t)\"."
#define LIMIT_TEXT  "Read before the filter; default 50, with one 1000."
#define CURSOR_TEXT "next_cursor of the page before."
#define PAGE_IN                                                             \
	FORM("filter", STRING, .text = FILTER_TEXT), TOOL_NAMES_AND_VALUES, \
	    TOOL_ATTRIBUTES,                                                \
	    FORM("limit", INTEGER, .min = 1, .max = LIMIT_MCP_ITEMS,        \
		.text = LIMIT_TEXT),                                        \
	    FORM("cursor", STRING, .text = CURSOR_TEXT)
#define PAGES                                                            \
	" A page ends after limit items or 64 KiB; where there is more " \
	"it has next_cursor."

static const struct form item = { .type = FORM_MAP };
static const struct form page_out[] = {
	FORM("items", ARRAY, .required = true, .each = &item),
	FORM("count", INTEGER, .required = true),
	TOOL_LEFT_OUT,
	FORM("next_cursor", STRING),
	FORM("note", STRING),
};
static const struct form page_out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(page_out) };

/* ---- both */

static uint64_t
limit_of(const struct tool_run *r)
{
	return (uint64_t)tool_int(r, "limit",
	    json_get(r->args, "filter") == NULL ? LIMIT_DEFAULT :
						  LIMIT_MCP_ITEMS);
}

static void
put_index(struct buf *request, const struct tool_run *r)
{
	const struct json *index = json_get(r->args, "index");

	if (index == NULL)
		return;
	tool_member(request, "IndexName");
	json_put(request, index);
}

/* The cursor's place is the last key, an object in the typed form. */
static enum err
put_page(struct tool_run *r, struct buf *request)
{
	const struct json *cursor = json_get(r->args, "cursor");
	struct buf key CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *parsed CLEANUP(json_freep) = NULL;
	struct json_error je = { 0 };

	if (r->limit == 0)
		r->limit = limit_of(r);
	tool_member(request, "Limit");
	buf_putu(request, r->limit);
	if (cursor == NULL)
		return ERR_OK;
	if (!cursor_get(json_str(cursor), &key) ||
	    json_parse(buf_str(&key), LIMIT_JSON_DEPTH, &parsed, &je) !=
		ERR_OK ||
	    json_kind(parsed) != JSON_OBJECT)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "cursor: not a next_cursor of an earlier page");
	tool_member(request, "ExclusiveStartKey");
	json_put(request, parsed);
	return ERR_OK;
}

static void
put_next(struct buf *out, const struct json *key, size_t count, bool cut,
    bool left_out)
{
	struct buf place CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	json_put(&place, key);
	tool_member(out, "next_cursor");
	cursor_put(out, buf_str(&place));
	tool_member(out, "note");
	buf_printf(out,
	    "\"%zu shown%s; there may be more: call again with cursor set to "
	    "next_cursor.%s\"",
	    count,
	    cut ? ", fewer than asked for, to keep the result short" : "",
	    left_out ? " left_out were too long: name them in attributes." :
		       "");
}

static enum err
page_tell(struct tool_run *r, const struct json *answer, struct buf *out)
{
	const struct json *items = json_get(answer, "Items");
	const struct json *last = json_get(answer, "LastEvaluatedKey");
	struct buf left_out CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	uint64_t asked = limit_of(r);
	uint64_t read = json_len(items);
	int64_t scanned;

	if (json_int(json_get(answer, "ScannedCount"), &scanned))
		read = (uint64_t)scanned;
	BUF_LIT(out, "{\"items\":[");
	for (size_t i = 0; i < json_len(items); i++) {
		if (i > 0)
			buf_putc(out, ',');
		item_plain_cut(out, json_at(items, i), tool_item_max(r),
		    &left_out);
	}
	BUF_LIT(out, "]");
	if (out->len > LIMIT_MCP_RESULT && read > 1 && read <= r->limit) {
		r->limit = read * LIMIT_MCP_RESULT / out->len;
		r->limit += r->limit == 0;
		r->again = true;
		return ERR_OK;
	}
	tool_member(out, "count");
	buf_putu(out, json_len(items));
	tool_put_left_out(out, &left_out,
	    last == NULL ? TOOL_BY_ATTRIBUTES : NULL);
	if (last != NULL)
		put_next(out, last, json_len(items),
		    r->limit<asked, left_out.len> 0);
	buf_putc(out, '}');
	return ERR_OK;
}

/* ---- query */

static const char *const operators[] = { "=", "<", "<=", ">", ">=", "between",
	"begins_with", NULL };

static const struct form sort_member[] = {
	FORM("attribute", STRING, .required = true),
	FORM("operator", STRING, .required = true, .values = operators),
	FORM("value", ANY, .required = true),
	FORM("high", ANY, .text = "The upper end of between."),
};
static const struct form query_in[] = {
	TOOL_TABLE,
	FORM("index", STRING),
	FORM("key", MAP, .required = true, .min = 1, .max = 1,
	    .text = "The partition key of the table or index, as "
		    "{\"artist\":\"Queen\"}."),
	FORM("sort", OBJECT, FORM_MEMBERS(sort_member),
	    .text = "A condition on the sort key."),
	FORM("descending", BOOL),
	PAGE_IN,
};
static const struct form query_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(query_in) };

static void
put_condition(struct buf *request, const char *operator)
{
	tool_member(request, "KeyConditionExpression");
	BUF_LIT(request, "\"#_h = :_h");
	if (operator== NULL)
		;
	else if (operator[0] == 'b' && operator[2] == 't')
		BUF_LIT(request, " AND #_r BETWEEN :_r AND :_s");
	else if (operator[0] == 'b')
		BUF_LIT(request, " AND begins_with(#_r, :_r)");
	else
		buf_printf(request, " AND #_r %s :_r", operator);
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

static enum err
query_ask(struct tool_run *r, struct buf *request)
{
	const struct json *sort = json_get(r->args, "sort");
	struct json_member key = { 0 };
	struct tool_keys k;
	enum err e;

	if ((e = check_high(r, sort)) != ERR_OK ||
	    !json_next(json_get(r->args, "key"), &key))
		return e;
	k = (struct tool_keys){
		.hash_name = key.name,
		.range_name = json_str(json_get(sort, "attribute")),
		.hash = key.value,
		.low = json_get(sort, "value"),
		.high = json_get(sort, "high"),
	};
	buf_putc(request, '{');
	tool_table(request, r);
	put_index(request, r);
	put_condition(request, operator_of(sort));
	if (json_bool(json_get(r->args, "descending")))
		BUF_LIT(request, ",\"ScanIndexForward\":false");
	if ((e = tool_expressions(r, request, &k)) != ERR_OK ||
	    (e = put_page(r, request)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_query = {
	.name = "query",
	.title = "Query items",
	.text =
	    "The items of one partition key, in the order of their sort "
	    "key. Reads only these, so it is fast in a table of any size." PAGES,
	.op = "Query",
	.group = TOOL_QUERY,
	.core = true,
	.in = &query_in_root,
	.out = &page_out_root,
	.ask = query_ask,
	.tell = page_tell,
};

/* ---- scan */

static const struct form scan_in[] = { TOOL_TABLE, FORM("index", STRING),
	PAGE_IN };
static const struct form scan_in_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(scan_in) };

static enum err
scan_ask(struct tool_run *r, struct buf *request)
{
	enum err e;

	buf_putc(request, '{');
	tool_table(request, r);
	put_index(request, r);
	if ((e = tool_expressions(r, request, NULL)) != ERR_OK ||
	    (e = put_page(r, request)) != ERR_OK)
		return e;
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_scan = {
	.name = "scan",
	.title = "Scan a table",
	.text = "All items of a table, in no useful order, in pages as of "
		"query. Use query where the partition key is known.",
	.op = "Scan",
	.group = TOOL_QUERY,
	.core = true,
	.in = &scan_in_root,
	.out = &page_out_root,
	.ask = scan_ask,
	.tell = page_tell,
};
