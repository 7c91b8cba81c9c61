/* SPDX-License-Identifier: ISC */
#include "mcp/tool.h"

#include "crypto/crypto.h"

static const struct tool *const tools[] = {
#define TOOL(sym) &tool_##sym,
#include "mcp/tool.tbl"
#undef TOOL
};

static const struct {
	const char *name, *text;
} groups[] = {
#define GROUP(id, n, t) [TOOL_##id] = { n, t },
#include "mcp/group.tbl"
#undef GROUP
};
_Static_assert(NELEM(groups) == TOOL_GROUP__MAX, "a row for each");

static const struct str cursor_mark = STR_INIT("1.0."); /* version, key id */

const struct tool *
tool_at(size_t i)
{
	return i < NELEM(tools) ? tools[i] : NULL;
}

/* An operation that is not there takes its tool along. */
static bool
exists(const struct tool *t)
{
	return t->op == NULL || tool_op(t) != NULL;
}

const struct tool *
tool_find(struct str name)
{
	for (size_t i = 0; i < NELEM(tools); i++)
		if (str_eq(name, str_from(tools[i]->name)))
			return exists(tools[i]) ? tools[i] : NULL;
	return NULL;
}

const struct op *
tool_op(const struct tool *t)
{
	return t->op == NULL ? NULL : op_by_name(str_from(t->op));
}

static unsigned
flags_of(const struct tool *t)
{
	const struct op *op = tool_op(t);

	return op != NULL && op->flags != 0 ? op->flags : t->flags;
}

unsigned
tool_room(const struct tool *t)
{
	return (flags_of(t) & OP_WRITE) == 0 ? OP_READ : OP_WRITE;
}

size_t
tool_body_max(const struct tool *t)
{
	const struct op *op = tool_op(t);
	size_t n = op == NULL ? t->body_max : op->body_max;

	return n < LIMIT_BODY - LIMIT_MCP_ENVELOPE ? n + LIMIT_MCP_ENVELOPE :
						     LIMIT_BODY;
}

const char *
tool_group_name(enum tool_group g)
{
	return groups[g].name;
}

const char *
tool_group_text(enum tool_group g)
{
	return groups[g].text;
}

enum err
tool_may(const struct tool *t, const struct op_ctx *ctx)
{
	if (!exists(t) ||
	    (t->group != TOOL_GUIDE && ctx->groups != 0 &&
		(ctx->groups >> t->group & 1) == 0))
		return ERR_SCOPE;
	return op_may(ctx, flags_of(t));
}

bool
tool_allowed(const struct tool *t, const struct op_ctx *ctx)
{
	return tool_may(t, ctx) == ERR_OK;
}

const char *
tool_refusal(const struct tool *t, enum err e, struct arena *arena)
{
	const char *said = arena_printf(arena, "%s does not allow %s",
	    e == ERR_READ_ONLY ? "a server that only reads" : "the token",
	    t->name);

	return said == NULL ? err_row(e)->text : said;
}

bool
tool_asks(const struct tool *t, const struct op_ctx *ctx,
    const struct json *args)
{
	bool asks = t->loses != NULL;

	if (ctx->seal_key == NULL || tool_op(t) == NULL ||
	    tool_room(t) != OP_WRITE)
		return false;
	if (asks && args != NULL && t->spares != NULL && t->spares(args))
		asks = false;
	for (size_t i = 0; i < ctx->nasking && !asks; i++)
		asks = str_matches(ctx->asking[i], str_from(t->name));
	return asks;
}

const struct form *
tool_in(const struct tool *t, const struct op_ctx *ctx)
{
	static const struct form confirm =
	    FORM("confirm", STRING, .text = "Of the first call's answer.");
	struct form *in, *member;

	if (!tool_asks(t, ctx, NULL))
		return t->in;
	in = arena_alloc(ctx->arena, sizeof(*in));
	member =
	    arena_alloc(ctx->arena, (t->in->members + 1) * sizeof(*member));
	if (in == NULL || member == NULL)
		return NULL;
	*in = *t->in;
	for (size_t i = 0; i < in->members; i++)
		member[i] = t->in->member[i];
	member[in->members++] = confirm;
	in->member = member;
	return in;
}

/* Does tools/list show it?  Whoever gave a token some groups has chosen. */
static bool
is_listed(const struct tool *t, const struct op_ctx *ctx)
{
	return tool_allowed(t, ctx) &&
	    (ctx->list_all || ctx->groups != 0 ? !t->on_demand : t->core);
}

const struct form *
tool_mirrored(const struct tool *t)
{
	for (size_t i = 0; i < t->in->members; i++)
		if (t->in->member[i].mirrored)
			return &t->in->member[i];
	return NULL;
}

static void
put_hint(struct buf *out, const char *name, bool value)
{
	tool_member(out, name);
	buf_puts(out, value ? STR("true") : STR("false"));
}

void
tool_put(struct buf *out, const struct tool *t, const struct op_ctx *ctx)
{
	const struct form *in = tool_in(t, ctx);
	bool reads = tool_room(t) == OP_READ;

	if (in == NULL) {
		out->error = ERR_NO_MEMORY;
		return;
	}
	BUF_LIT(out, "{\"name\":");
	json_put_str(out, str_from(t->name));
	BUF_LIT(out, ",\"title\":");
	json_put_str(out, str_from(t->title));
	BUF_LIT(out, ",\"description\":");
	json_put_str(out, str_from(t->text));
	BUF_LIT(out, ",\"inputSchema\":");
	form_put(out, in, ctx->table_header);
	BUF_LIT(out, ",\"outputSchema\":");
	form_put_result(out, t->out);
	BUF_LIT(out, ",\"annotations\":{");
	put_hint(out, "readOnlyHint", reads);
	put_hint(out, "destructiveHint", !reads && t->destructive);
	put_hint(out, "idempotentHint", reads || t->idempotent);
	put_hint(out, "openWorldHint", false);
	BUF_LIT(out, "}}");
}

void
tools_put(struct buf *out, const struct op_ctx *ctx, const struct tool *after,
    size_t max, const struct tool **ret_last)
{
	const struct tool *last = NULL;
	bool seen = after == NULL;
	size_t n = 0;

	*ret_last = NULL;
	for (size_t i = 0; i < NELEM(tools); i++) {
		if (!seen || !is_listed(tools[i], ctx)) {
			seen = seen || tools[i] == after;
			continue;
		}
		if (n == max) {
			*ret_last = last;
			return;
		}
		if (n++ > 0)
			buf_putc(out, ',');
		tool_put(out, tools[i], ctx);
		last = tools[i];
	}
}

void
tool_put_text(struct buf *out, struct str text)
{
	BUF_LIT(out, "\"content\":[{\"type\":\"text\",\"text\":");
	json_put_str(out, text);
	BUF_LIT(out, "}]");
}

void
tool_put_result(struct buf *out, struct str result)
{
	tool_put_text(out, result);
	BUF_LIT(out, ",\"structuredContent\":");
	buf_puts(out, result);
}

void
tool_member_str(struct buf *out, struct str name)
{
	if (out->len > 0 && out->p[out->len - 1] != '{')
		buf_putc(out, ',');
	json_put_str(out, name);
	buf_putc(out, ':');
}

void
tool_member(struct buf *out, const char *name)
{
	tool_member_str(out, str_from(name));
}

void
tool_table(struct buf *request, const struct tool_run *r)
{
	tool_member(request, "TableName");
	json_put(request, json_get(r->args, "table"));
}

size_t
tool_item_max(const struct tool_run *r)
{
	return json_len(json_get(r->args, "attributes")) > 0 ? LIMIT_ANSWER :
							       LIMIT_MCP_RESULT;
}

void
tool_put_left_out(struct buf *out, const struct buf *names, const char *how)
{
	if (names->len == 0)
		return;
	tool_member(out, "left_out");
	buf_putc(out, '[');
	buf_puts(out, buf_str(names));
	buf_putc(out, ']');
	if (how == NULL)
		return;
	tool_member(out, "note");
	buf_printf(out, "\"left_out were too long to be shown: %s\"", how);
}

void
tool_put_cut(struct buf *out, const struct buf *names, const char *how)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	if (names->len == 0)
		return;
	buf_printf(&text, "too long to be shown: %.*s; %s",
	    STR_ARG(buf_str(names)), how);
	tool_member(out, "note");
	json_put_str(out, buf_str(&text));
}

enum err
tool_tell_done(struct tool_run *r UNUSED, const struct json *answer UNUSED,
    struct buf *out)
{
	BUF_LIT(out, "{\"done\":true}");
	return ERR_OK;
}

int64_t
tool_int(const struct tool_run *r, const char *name, int64_t other)
{
	int64_t n;

	return form_int(json_get(r->args, name), &n) ? n : other;
}

void
cursor_put(struct buf *out, struct str place)
{
	buf_putc(out, '"');
	buf_puts(out, cursor_mark);
	crypto_base64(out, place);
	buf_putc(out, '"');
}

bool
cursor_get(struct str cursor, struct buf *ret)
{
	if (!str_starts(cursor, cursor_mark))
		return false;
	cursor.p += cursor_mark.len;
	cursor.len -= cursor_mark.len;
	return crypto_unbase64(ret, cursor);
}
