/* SPDX-License-Identifier: ISC */
#include "mcp/consent.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"
#include "mcp/describe.h"

#define QUESTION     "confirm" /* the name of our one question; its one field */
#define STATE_MAX    256       /* characters of a state */
#define ARGUMENT_MAX 160       /* bytes of an argument that are shown */
#define WINDOW_NS    (LIMIT_MCP_CONSENT_S * NS_PER_S)

/* How the state was handed out. */
enum way {
	BY_QUESTION = 1,
	BY_CONFIRM,
};

struct state {
	uint64_t expires; /* ns since 1970 */
	unsigned char id[16];
	unsigned char digest[CRYPTO_HASH_BYTES];
};

/* Can the client put a form before its human?  No mode named is a form. */
static bool
can_ask(const struct call *c)
{
	const struct json *elicitation = modern_capability(c, "elicitation");

	return c->modern && json_kind(elicitation) == JSON_OBJECT &&
	    (json_kind(json_get(elicitation, "form")) == JSON_OBJECT ||
		json_get(elicitation, "url") == NULL);
}

static const struct json *
answered(const struct call *c)
{
	return json_get(json_get(c->msg.params, "inputResponses"), QUESTION);
}

bool
consent_lacks(const struct call *c, const struct tool *t,
    const struct json *args)
{
	if (!tool_asks(t, c->ctx, args) || json_get(args, QUESTION) != NULL)
		return false;
	return !can_ask(c) || answered(c) == NULL ||
	    json_get(c->msg.params, "requestState") == NULL;
}

/* ---- the state */

/* For whom and what it is: members in the order of the form, so that the
 * order in which a model writes them does not count. */
static enum err
digest(const struct call *c, const struct tool *t, const struct json *args,
    enum way way, unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(2 * LIMIT_BODY);

	json_put_str(&text, c->ctx->token_id);
	json_put_str(&text, c->ctx->actor.token);
	json_put_str(&text, str_from(t->name));
	buf_printf(&text, "%llu %u", (unsigned long long)c->ctx->space,
	    (unsigned)way);
	for (size_t i = 0; i < t->in->members; i++) {
		const char *name = t->in->member[i].name;

		if (json_get(args, name) == NULL)
			continue;
		json_put_str(&text, str_from(name));
		json_put(&text, json_get(args, name));
	}
	if (buf_err(&text) == ERR_OK)
		crypto_hash_of(ret, buf_str(&text), NULL);
	return buf_err(&text);
}

static enum err
put_state(const struct call *c, const struct tool *t, const struct json *args,
    enum way way, struct buf *out)
{
	struct state s = { .expires = clock_wall_ns() + WINDOW_NS };
	enum err e = digest(c, t, args, way, s.digest);

	if (e != ERR_OK)
		return e;
	crypto_random(s.id, sizeof(s.id));
	crypto_seal(out, (struct str){ (const char *)&s, sizeof(s) },
	    c->ctx->seal_key);
	return buf_err(out);
}

/* NULL: it is one, and ctx->consent is set; else why not. */
static const char *
take_state(struct call *c, const struct tool *t, const struct json *args,
    enum way way, const struct json *text)
{
	struct buf open CLEANUP(buf_free) = BUF_INIT(STATE_MAX);
	unsigned char now[CRYPTO_HASH_BYTES];
	struct state s;

	if (json_kind(text) != JSON_STRING || json_str(text).len > STATE_MAX ||
	    !crypto_open(&open, json_str(text), c->ctx->seal_key) ||
	    open.len != sizeof(s))
		return "this server did not give it, or it was changed";
	memcpy(&s, open.p, sizeof(s));
	if (s.expires <= clock_wall_ns())
		return "it is older than 10 minutes";
	if (digest(c, t, args, way, now) != ERR_OK ||
	    !crypto_equal(now, s.digest, sizeof(now)))
		return "it was given for another call: its token, tool and "
		       "arguments must be the same";
	c->ctx->consent = arena_str(c->ctx->arena,
	    (struct str){ (const char *)s.id, sizeof(s.id) });
	c->ctx->consent_expires = s.expires;
	return c->ctx->consent.p == NULL ? "there is no memory" : NULL;
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
	buf_printf(out, "\nThe table holds %.*s items in %.*s bytes.",
	    STR_ARG(json_number(json_get(is, "ItemCount"))),
	    STR_ARG(json_number(json_get(is, "TableSizeBytes"))));
	return ERR_OK;
}

static enum err
put_loss(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	const struct json *table = json_get(args, "table");

	buf_printf(out, "%s (%s). %s", t->title, t->name,
	    t->loses == NULL ? "This changes what is stored." : t->loses);
	for (size_t i = 0; i < t->in->members; i++) {
		const char *name = t->in->member[i].name;

		if (json_get(args, name) != NULL)
			put_argument(out, name, json_get(args, name));
	}
	return json_kind(table) == JSON_STRING ?
	    put_table(c, json_str(table), out) :
	    ERR_OK;
}

/* ---- the ways to ask */

static enum err
ask_human(struct call *c, const struct tool *t, const struct json *args,
    struct str loss, struct buf *out)
{
	call_type(c, "input_required", out);
	BUF_LIT(out,
	    "\"inputRequests\":{\"" QUESTION "\":{\"method\":"
	    "\"elicitation/create\",\"params\":{\"mode\":\"form\","
	    "\"message\":");
	json_put_str(out, loss);
	BUF_LIT(out,
	    ",\"requestedSchema\":{\"type\":\"object\",\"properties\":{"
	    "\"" QUESTION "\":{\"type\":\"boolean\",\"title\":");
	json_put_str(out, str_from(t->title));
	BUF_LIT(out,
	    ",\"description\":\"Yes, do it\",\"default\":false}},"
	    "\"required\":[\"" QUESTION "\"]}}}},\"requestState\":\"");
	c->failed = ERR_CONSENT;
	if (put_state(c, t, args, BY_QUESTION, out) != ERR_OK)
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
tell_dry(struct call *c, const struct tool *t, const struct json *args,
    struct buf *loss, struct buf *out)
{
	buf_printf(loss,
	    "\nNothing was done yet. If your human agrees, call %s again "
	    "within 10 minutes with the same arguments and \"" QUESTION "\":"
	    "\"",
	    t->name);
	if (put_state(c, t, args, BY_CONFIRM, loss) != ERR_OK)
		return ERR_INTERNAL;
	buf_putc(loss, '"');
	return tell(c, buf_str(loss), out);
}

static enum err
ask(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out)
{
	struct buf loss CLEANUP(buf_free) = BUF_INIT(KIB(64));
	enum err e = put_loss(c, t, args, &loss);

	if (e == ERR_OK)
		e = buf_err(&loss);
	if (e != ERR_OK)
		return e;
	return can_ask(c) ? ask_human(c, t, args, buf_str(&loss), out) :
			    tell_dry(c, t, args, &loss, out);
}

static enum err
refuse(struct call *c, const struct tool *t, const char *what, const char *why,
    struct buf *out)
{
	const char *text = arena_printf(c->ctx->arena,
	    "%s: %s.\nNothing was done. Call %s again without it to be asked "
	    "anew.",
	    what, why, t->name);

	return tell(c, text == NULL ? STR(QUESTION) : str_from(text), out);
}

static bool
agreed(const struct json *answer)
{
	return str_eq(json_str(json_get(answer, "action")), STR("accept")) &&
	    json_bool(json_get(json_get(answer, "content"), QUESTION));
}

enum err
consent_check(struct call *c, const struct tool *t, const struct json *args,
    struct buf *out, bool *ret_told)
{
	const struct json *confirm = json_get(args, QUESTION);
	const struct json *state = json_get(c->msg.params, "requestState");
	const char *why;

	*ret_told = false;
	if (!tool_asks(t, c->ctx, args))
		return ERR_OK;
	*ret_told = true;
	if (consent_lacks(c, t, args))
		return ask(c, t, args, out);
	if (confirm != NULL) {
		why = take_state(c, t, args, BY_CONFIRM, confirm);
		if (why != NULL)
			return refuse(c, t, QUESTION, why, out);
	} else {
		why = take_state(c, t, args, BY_QUESTION, state);
		if (why != NULL)
			return refuse(c, t, "requestState", why, out);
		if (!agreed(answered(c)))
			return tell(c,
			    STR("The human was asked and did not agree. "
				"Nothing was done."),
			    out);
	}
	*ret_told = false;
	return ERR_OK;
}
