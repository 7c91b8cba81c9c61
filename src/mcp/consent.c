/* SPDX-License-Identifier: ISC */
#include "mcp/consent.h"

#include <string.h>

#include "mcp/describe.h"
#include "mcp/input.h"

#define QUESTION     "confirm" /* the name of our one question; its one field */
#define ARGUMENT_MAX 160       /* bytes of an argument that are shown */

/* How the state was handed out. */
enum way {
	BY_QUESTION = 1,
	BY_CONFIRM,
};

bool
consent_lacks(const struct call *c, const struct tool *t,
    const struct json *args)
{
	if (!tool_asks(t, c->ctx, args) || json_get(args, QUESTION) != NULL)
		return false;
	return !input_can(c, "elicitation") ||
	    input_answer(c, QUESTION) == NULL ||
	    json_get(c->msg.params, "requestState") == NULL;
}

/* ---- the state */

/* What it is for: members in the order of the form, so that the order in
 * which a model writes them does not count. */
static void
put_what(const struct tool *t, const struct json *args, enum way way,
    struct buf *out)
{
	buf_printf(out, "%s %u", t->name, (unsigned)way);
	for (size_t i = 0; i < t->in->members; i++) {
		const char *name = t->in->member[i].name;

		if (json_get(args, name) == NULL)
			continue;
		json_put_str(out, str_from(name));
		json_put(out, json_get(args, name));
	}
}

/* What is asked: of this call, before anything that came after newest. */
struct question {
	struct call *c;
	const struct tool *t;
	const struct json *args;
	uint64_t newest;
};

static enum err
put_state(const struct question *q, enum way way, struct buf *out)
{
	struct buf what CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY);

	put_what(q->t, q->args, way, &what);
	return buf_err(&what) != ERR_OK ?
	    buf_err(&what) :
	    input_seal(q->c, buf_str(&what),
		(struct str){ (const char *)&q->newest, sizeof(q->newest) },
		out);
}

/* NULL: it is one, and ctx->consent is set; else why not. */
static const char *
take_state(struct call *c, const struct tool *t, const struct json *args,
    enum way way, const struct json *text, bool *ret_old)
{
	struct buf what CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY);
	struct op_consent taken = { 0 };
	struct input_state s;
	const char *why;

	put_what(t, args, way, &what);
	why = input_open(c, buf_str(&what), text, &s, ret_old);
	if (why != NULL)
		return why;
	if (s.kept.len != sizeof(taken.asked))
		return "it is another version's";
	memcpy(&taken.asked, s.kept.p, sizeof(taken.asked));
	taken.id = s.id;
	taken.expires = s.expires;
	c->ctx->consent = taken;
	return NULL;
}

/* ---- what would be lost, in plain words */

static void
put_argument(struct buf *out, const char *name, const struct json *value)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct str shown;

	if (json_kind(value) == JSON_ARRAY) {
		buf_printf(out, "\n%s: %zu of them", name, json_len(value));
		return;
	}
	json_put(&text, value);
	shown = rpc_cut(buf_str(&text), ARGUMENT_MAX);
	buf_printf(out, "\n%s: %.*s%s", name, STR_ARG(shown),
	    shown.len < text.len ? "..." : "");
}

static enum err
put_table(struct call *c, struct str table, struct buf *out)
{
	struct json *answer CLEANUP(json_freep) = NULL;
	const struct json *is;
	enum err e;

	if ((c->ctx->rights & OP_READ) == 0)
		return ERR_OK;
	if ((e = describe_get(c->ctx, table, &answer)) != ERR_OK)
		return e;
	is = json_get(answer, "Table");
	buf_printf(out, "\nItems in the table: %.*s, of %.*s bytes together.",
	    STR_ARG(json_number(json_get(is, "ItemCount"))),
	    STR_ARG(json_number(json_get(is, "TableSizeBytes"))));
	return ERR_OK;
}

static enum err
put_loss(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	const struct json *table = json_get(args, "table");
	enum err e;

	buf_printf(out, "%s (%s). %s", t->title, t->name,
	    t->loses == NULL ? "This changes what is stored." : t->loses);
	for (size_t i = 0; i < t->in->members; i++) {
		const char *name = t->in->member[i].name;

		if (json_get(args, name) != NULL)
			put_argument(out, name, json_get(args, name));
	}
	if (json_kind(table) != JSON_STRING)
		return ERR_OK;
	e = put_table(c, json_str(table), out);
	/* It may be one that the tool makes. */
	return e == ERR_NOT_FOUND && t->loses == NULL ? ERR_OK : e;
}

/* ---- the ways to ask */

static enum err
ask_human(const struct question *q, struct str loss, struct buf *out)
{
	call_type(q->c, "input_required", out);
	BUF_LIT(out,
	    "\"inputRequests\":{\"" QUESTION "\":{\"method\":"
	    "\"elicitation/create\",\"params\":{\"mode\":\"form\","
	    "\"message\":");
	json_put_str(out, loss);
	BUF_LIT(out,
	    ",\"requestedSchema\":{\"type\":\"object\",\"properties\":{"
	    "\"" QUESTION "\":{\"type\":\"boolean\",\"title\":");
	json_put_str(out, str_from(q->t->title));
	BUF_LIT(out,
	    ",\"description\":\"Yes, do it\",\"default\":false}},"
	    "\"required\":[\"" QUESTION "\"]}}}},\"requestState\":\"");
	q->c->failed = ERR_CONSENT;
	if (put_state(q, BY_QUESTION, out) != ERR_OK)
		return ERR_INTERNAL;
	buf_putc(out, '"');
	return ERR_OK;
}

static enum err
tell(struct call *c, struct str text, struct buf *out)
{
	c->failed = ERR_CONSENT;
	BUF_LIT(out, "\"content\":[{\"type\":\"text\",\"text\":");
	json_put_str(out, text);
	BUF_LIT(out, "}],\"isError\":true");
	return ERR_OK;
}

static enum err
tell_dry(const struct question *q, struct buf *loss, struct buf *out)
{
	buf_printf(loss,
	    "\nNothing was done yet. If your human agrees, call %s again "
	    "within 10 minutes with the same arguments and \"" QUESTION "\":"
	    "\"",
	    q->t->name);
	if (put_state(q, BY_CONFIRM, loss) != ERR_OK)
		return ERR_INTERNAL;
	buf_putc(loss, '"');
	return tell(q->c, buf_str(loss), out);
}

static enum err
ask(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	struct buf loss CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct question q = { c, t, args, 0 };
	enum err e = op_newest(c->ctx, &q.newest);

	if (e == ERR_OK)
		e = put_loss(c, t, args, &loss);
	if (e == ERR_OK)
		e = buf_err(&loss);
	if (e != ERR_OK)
		return e;
	return input_can(c, "elicitation") ?
	    ask_human(&q, buf_str(&loss), out) :
	    tell_dry(&q, &loss, out);
}

static enum err
refuse(struct call *c, const struct tool *t, const char *why, struct buf *out)
{
	const char *text = arena_printf(c->ctx->arena,
	    QUESTION ": %s.\nNothing was done. Call %s again without it to be "
		     "asked anew.",
	    why, t->name);

	return tell(c, text == NULL ? STR(QUESTION) : str_from(text), out);
}

static bool
agreed(const struct json *answer)
{
	return str_eq(json_str(json_get(answer, "action")), STR("accept")) &&
	    json_bool(json_get(json_get(answer, "content"), QUESTION));
}

/* What its client brings is no model's to correct. */
static enum err
take_answer(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out, bool *ret_told)
{
	bool old;
	const char *why = take_state(c, t, args, BY_QUESTION,
	    json_get(c->msg.params, "requestState"), &old);

	if (why != NULL && old)
		return ask(c, t, args, out);
	if (why != NULL)
		return call_fail(c, ERR_MCP_PARAMS,
		    "requestState: %s. Nothing was done", why);
	if (!agreed(input_answer(c, QUESTION)))
		return tell(c,
		    STR("The human was asked and did not agree. "
			"Nothing was done."),
		    out);
	*ret_told = false;
	return ERR_OK;
}

enum err
consent_check(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out, bool *ret_told)
{
	const struct json *confirm = json_get(args, QUESTION);
	const char *why;
	bool old;

	*ret_told = false;
	if (!tool_asks(t, c->ctx, args))
		return ERR_OK;
	*ret_told = true;
	if (consent_lacks(c, t, args))
		return ask(c, t, args, out);
	if (confirm == NULL)
		return take_answer(c, t, args, out, ret_told);
	why = take_state(c, t, args, BY_CONFIRM, confirm, &old);
	if (why != NULL)
		return refuse(c, t, why, out);
	*ret_told = false;
	return ERR_OK;
}
