/* SPDX-License-Identifier: ISC */
#include "mcp/input.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"

#define STATE_MAX 512 /* characters of a state */
#define WINDOW_NS (LIMIT_MCP_CONSENT_S * NS_PER_S)

struct state {
	uint64_t expires;
	unsigned char id[16];
	unsigned char digest[CRYPTO_HASH_BYTES];
	/* what is kept */
};

/* No mode named is a form. */
static bool
takes_forms(const struct json *elicitation)
{
	return json_kind(json_get(elicitation, "form")) == JSON_OBJECT ||
	    json_get(elicitation, "url") == NULL;
}

bool
input_can(const struct call *c, const char *capability)
{
	const struct json *has = modern_capability(c, capability);

	if (!c->modern || c->ctx->seal_key == NULL ||
	    json_kind(has) != JSON_OBJECT)
		return false;
	return strcmp(capability, "elicitation") != 0 || takes_forms(has);
}

const struct json *
input_answer(const struct call *c, const char *name)
{
	return json_get(json_get(c->msg.params, "inputResponses"), name);
}

/* Whose it is, and what for. */
static enum err
digest(const struct call *c, struct str what,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(3 * LIMIT_BODY);

	json_put_str(&text, c->ctx->token_id);
	json_put_str(&text, c->ctx->actor.token);
	buf_printf(&text, "%llu ", (unsigned long long)c->ctx->space);
	buf_puts(&text, what);
	if (buf_err(&text) == ERR_OK)
		crypto_hash_of(ret, buf_str(&text), NULL);
	return buf_err(&text);
}

enum err
input_seal(const struct call *c, struct str what, struct str kept,
    struct buf *out)
{
	struct buf plain CLEANUP(buf_free) =
	    BUF_INIT(sizeof(struct state) + INPUT_KEPT_MAX);
	struct state s = { .expires = clock_wall_ns() + WINDOW_NS };
	enum err e = digest(c, what, s.digest);

	if (e != ERR_OK)
		return e;
	crypto_random(s.id, sizeof(s.id));
	buf_puts(&plain, (struct str){ (const char *)&s, sizeof(s) });
	buf_puts(&plain, kept);
	if (buf_err(&plain) != ERR_OK)
		return buf_err(&plain);
	crypto_seal(out, buf_str(&plain), c->ctx->seal_key);
	return buf_err(out);
}

const char *
input_open(const struct call *c, struct str what, const struct json *text,
    struct input_state *ret, bool *ret_old)
{
	struct buf open CLEANUP(buf_free) = BUF_INIT(STATE_MAX);
	unsigned char now[CRYPTO_HASH_BYTES];
	struct state s;
	struct str all;

	*ret_old = false;
	if (c->ctx->seal_key == NULL || json_kind(text) != JSON_STRING ||
	    json_str(text).len > STATE_MAX ||
	    !crypto_open(&open, json_str(text), c->ctx->seal_key) ||
	    open.len < sizeof(s))
		return "this server did not give it, or it was changed";
	memcpy(&s, open.p, sizeof(s));
	if (digest(c, what, now) != ERR_OK ||
	    !crypto_equal(now, s.digest, sizeof(now)))
		return "it was given for another call: its token, tool and "
		       "arguments must be the same";
	*ret_old = s.expires <= clock_wall_ns();
	if (*ret_old)
		return "it is older than 10 minutes";
	all = arena_str(c->ctx->arena, buf_str(&open));
	if (all.p == NULL)
		return "there is no memory";
	*ret = (struct input_state){
		.id = { all.p + offsetof(struct state, id), sizeof(s.id) },
		.expires = s.expires,
		.kept = { all.p + sizeof(s), all.len - sizeof(s) },
	};
	return NULL;
}
