/* SPDX-License-Identifier: ISC */
/* get_overview - what is here, in one call. */
#include "mcp/describe.h"
#include "mcp/rpc.h"

#define TABLES_DEFAULT 20

static const struct form in[] = {
	FORM("table", STRING, .text = "Of this table alone."),
	FORM("limit", INTEGER, .min = 1, .max = LIMIT_LIST_TABLES,
	    .text = "Tables; default 20."),
	FORM("cursor", STRING),
};
static const struct form in_root = { .type = FORM_OBJECT, FORM_MEMBERS(in) };
static const struct form out_members[] = {
	FORM("tables", ARRAY, .required = true, FORM_EACH(MAP)),
	FORM("token", MAP, .required = true),
	FORM("next_cursor", STRING),
	FORM("note", STRING),
};
static const struct form out_root = { .type = FORM_OBJECT,
	FORM_MEMBERS(out_members) };

/* ---- what the caller may do */

static void
put_rights(struct buf *out, const struct op_ctx *ctx)
{
	static const struct {
		unsigned bit;
		const char *name;
	} rights[] = { { OP_READ, "read" }, { OP_WRITE, "write" },
		{ OP_ADMIN, "admin" } };
	bool any = false;

	tool_member(out, "may");
	for (size_t i = 0; i < NELEM(rights); i++) {
		if ((ctx->rights & rights[i].bit) == 0)
			continue;
		buf_putc(out, any ? ',' : '[');
		json_put_str(out, str_from(rights[i].name));
		any = true;
	}
	buf_puts(out, any ? STR("]") : STR("[]"));
}

static void
put_token(struct buf *out, const struct op_ctx *ctx)
{
	bool any = false;

	tool_member(out, "token");
	buf_putc(out, '{');
	put_rights(out, ctx);
	if (ctx->tables.p != NULL) {
		tool_member(out, "only_tables");
		json_put_str(out, ctx->tables);
	}
	for (enum tool_group g = 0; ctx->groups != 0 && g < TOOL_GUIDE; g++) {
		if ((ctx->groups >> g & 1) == 0)
			continue;
		if (!any) {
			tool_member(out, "only_groups");
			buf_putc(out, '[');
		} else {
			buf_putc(out, ',');
		}
		json_put_str(out, str_from(tool_group_name(g)));
		any = true;
	}
	buf_puts(out, any ? STR("]}") : STR("}"));
}

/* ---- the tables */

/* A table that was dropped since it was listed is left out. */
static enum err
put_table(struct op_ctx *ctx, struct str name, bool must, struct buf *out)
{
	struct json *answer CLEANUP(json_freep) = NULL;
	size_t before = out->len;
	enum err e = describe_get(ctx, name, &answer);

	if (e == ERR_OK) {
		if (out->p[out->len - 1] != '[')
			buf_putc(out, ',');
		buf_putc(out, '{');
		describe_put(out, ctx, json_get(answer, "Table"));
		e = describe_put_shape(ctx, name, out);
		buf_putc(out, '}');
	}
	if (e == ERR_NOT_FOUND && !must) {
		out->len = before;
		return ERR_OK;
	}
	return e;
}

static enum err
list(struct tool_run *r, struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct buf after CLEANUP(buf_free) = BUF_INIT(LIMIT_RPC_ID);
	const struct json *cursor = json_get(r->args, "cursor");

	buf_printf(&request, "{\"Limit\":%lld",
	    (long long)tool_int(r, "limit", TABLES_DEFAULT));
	if (cursor != NULL) {
		if (!cursor_get(json_str(cursor), &after))
			return op_fail(r->ctx, ERR_VALIDATION,
			    "cursor: not one that get_overview gave");
		BUF_LIT(&request, ",\"ExclusiveStartTableName\":");
		json_put_str(&request, buf_str(&after));
	}
	BUF_LIT(&request, "}");
	return describe_ask(r->ctx, "ListTables", buf_str(&request), ret);
}

/* Where the result grows too long the rest is the next page's. */
static enum err
put_tables(struct tool_run *r, const struct json *listed, struct buf *out,
    struct str *ret_last)
{
	const struct json *names = json_get(listed, "TableNames");
	enum err e;

	*ret_last = json_str(json_get(listed, "LastEvaluatedTableName"));
	for (size_t i = 0; i < json_len(names); i++) {
		struct str name = json_str(json_at(names, i));

		if ((e = put_table(r->ctx, name, false, out)) != ERR_OK)
			return e;
		if (out->len > LIMIT_MCP_RESULT / 2 &&
		    (i + 1 < json_len(names) || ret_last->p != NULL)) {
			*ret_last = name;
			break;
		}
	}
	return ERR_OK;
}

static enum err
run(struct tool_run *r, struct buf *out)
{
	const struct json *one = json_get(r->args, "table");
	struct json *listed CLEANUP(json_freep) = NULL;
	struct str last = { NULL, 0 };
	enum err e;

	BUF_LIT(out, "{\"tables\":[");
	if (one != NULL)
		e = put_table(r->ctx, json_str(one), true, out);
	else if ((e = list(r, &listed)) == ERR_OK)
		e = put_tables(r, listed, out, &last);
	if (e != ERR_OK)
		return e;
	buf_putc(out, ']');
	put_token(out, r->ctx);
	if (last.p != NULL) {
		tool_member(out, "next_cursor");
		cursor_put(out, last);
		tool_member(out, "note");
		BUF_LIT(out,
		    "\"there may be more tables: call again with cursor set "
		    "to next_cursor\"");
	} else if (r->ctx->models != NULL) {
		tool_member(out, "note");
		BUF_LIT(out,
		    "\"the tool get_data_model tells what the entities of a "
		    "table are\"");
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct tool tool_get_overview = {
	.name = "get_overview",
	.title = "See what is here",
	.text = "Call this first. Every table with its keys, indexes, counts, "
		"sizes, attributes of a few of its items, and "
		"what this token may do.",
	.group = TOOL_GUIDE,
	.core = true,
	.in = &in_root,
	.out = &out_root,
	.run = run,
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
};
