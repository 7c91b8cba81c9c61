/* SPDX-License-Identifier: ISC */
#include "mcp/task.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"
#include "mcp/describe.h"
#include "mcp/map.h"

#define ID_MAX      KIB(4)  /* characters of an id */
#define REQUEST_MAX KIB(16) /* of what asks for a task */
#define SEAL_USE    "task"  /* so that nothing else that is sealed is one */

/* What is sealed; behind it tool, same and name, a NUL behind each. */
struct sealed {
	uint64_t begun;
	unsigned char owner[CRYPTO_HASH_BYTES];
};

/* What an operation says of its work, and what that means. */
static const struct {
	struct str says;
	enum task_state state;
	bool in_vain;
} states[] = {
	{ STR_INIT("CREATING"), TASK_WORKING, false },
	{ STR_INIT("IN_PROGRESS"), TASK_WORKING, false },
	{ STR_INIT("CANCELLING"), TASK_WORKING, false },
	{ STR_INIT("FAILED"), TASK_COMPLETED, true },
};

/* ---- names */

static enum err
copy(struct op_ctx *ctx, const struct json *from, const char *path,
    struct str *ret)
{
	*ret = (struct str){ NULL, 0 };
	if (path == NULL)
		return ERR_OK;
	*ret = arena_str(ctx->arena, json_str(map_find(from, path)));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

bool
task_of(struct op_ctx *ctx, const struct tool *t, const struct json *answer,
    struct task *ret)
{
	*ret = (struct task){ .tool = t, .begun = clock_wall_ns() };
	return t->work != NULL &&
	    json_kind(map_find(answer, t->work->name)) == JSON_STRING &&
	    copy(ctx, answer, t->work->name, &ret->name) == ERR_OK &&
	    copy(ctx, answer, t->work->same, &ret->same) == ERR_OK;
}

static enum err
owner(const struct op_ctx *ctx, unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));

	json_put_str(&text, STR(SEAL_USE));
	json_put_str(&text, ctx->token_id);
	json_put_str(&text, ctx->actor.token);
	buf_printf(&text, "%llu", (unsigned long long)ctx->space);
	if (buf_err(&text) == ERR_OK)
		crypto_hash_of(ret, buf_str(&text), NULL);
	return buf_err(&text);
}

enum err
task_put_id(const struct op_ctx *ctx, const struct task *t, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(ID_MAX);
	struct sealed s = { .begun = t->begun };
	enum err e = owner(ctx, s.owner);

	if (e != ERR_OK)
		return e;
	buf_puts(&text, (struct str){ (const char *)&s, sizeof(s) });
	buf_puts(&text, str_from(t->tool->name));
	buf_putc(&text, '\0');
	buf_puts(&text, t->same);
	buf_putc(&text, '\0');
	buf_puts(&text, t->name);
	if (buf_err(&text) == ERR_OK)
		crypto_seal(out, buf_str(&text), ctx->task_key);
	return buf_err(&text) != ERR_OK ? buf_err(&text) : buf_err(out);
}

static bool
in_time(uint64_t begun)
{
	const uint64_t now = clock_wall_ns();

	return begun <= now && now - begun < LIMIT_MCP_TASK_S * NS_PER_S;
}

enum err
task_take_id(struct op_ctx *ctx, struct str id, struct task *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(ID_MAX);
	unsigned char self[CRYPTO_HASH_BYTES];
	struct str rest, same;
	struct sealed s;
	enum err e;

	if ((e = owner(ctx, self)) != ERR_OK)
		return e;
	if (id.len > ID_MAX || !crypto_open(&text, id, ctx->task_key) ||
	    text.len < sizeof(s))
		return ERR_MCP_TASK;
	memcpy(&s, text.p, sizeof(s));
	rest = (struct str){ text.p + sizeof(s), text.len - sizeof(s) };
	ret->tool = tool_find(str_cut(rest, '\0', &rest));
	if (!crypto_equal(self, s.owner, sizeof(self)) || !in_time(s.begun) ||
	    ret->tool == NULL || ret->tool->work == NULL || rest.p == NULL ||
	    !tool_allowed(ret->tool, ctx))
		return ERR_MCP_TASK;
	same = str_cut(rest, '\0', &rest);
	ret->begun = s.begun;
	ret->same = arena_str(ctx->arena, same);
	ret->name = arena_str(ctx->arena, rest);
	return ret->same.p == NULL || ret->name.p == NULL ? ERR_NO_MEMORY :
							    ERR_OK;
}

/* ---- asking */

/* {by: name}, and {..., "Responses": responses} where there are some. */
static enum err
ask(struct op_ctx *ctx, const char *op, const char *by, struct str name,
    const struct json *responses, struct json **ret)
{
	struct buf request CLEANUP(buf_free) =
	    BUF_INIT(REQUEST_MAX + LIMIT_BODY_SMALL);

	buf_printf(&request, "{\"%s\":", by);
	json_put_str(&request, name);
	if (responses != NULL) {
		BUF_LIT(&request, ",\"Responses\":");
		json_put(&request, responses);
	}
	BUF_LIT(&request, "}");
	if (buf_err(&request) != ERR_OK)
		return buf_err(&request);
	return describe_ask(ctx, op, buf_str(&request), ret);
}

/* What op answered, as if the tool's own operation had. */
static enum err
same_form(const struct tool_work *w, struct json **answer)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct json *made CLEANUP(json_freep) = NULL;
	struct json_error je;
	enum err e;

	if (w->under == NULL)
		return ERR_OK;
	if (w->as != NULL)
		buf_printf(&text, "{\"%s\":", w->as);
	rpc_put(&text, json_get(*answer, w->under));
	if (w->as != NULL)
		BUF_LIT(&text, "}");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &made, &je);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_INTERNAL : e;
	json_free(*answer);
	*answer = TAKE(made);
	return ERR_OK;
}

static bool
is_gone(enum err e)
{
	return e == ERR_NOT_FOUND || e == ERR_BACKUP_NOT_FOUND ||
	    e == ERR_EXPORT_NOT_FOUND || e == ERR_IMPORT_NOT_FOUND;
}

/* ---- how it is */

static enum err
keep(struct op_ctx *ctx, const struct buf *text, struct str *ret)
{
	if (buf_err(text) != ERR_OK)
		return buf_err(text);
	*ret = arena_str(ctx->arena, buf_str(text));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
keep_part(struct op_ctx *ctx, const struct json *answer, const char *path,
    struct str *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	const struct json *part = path == NULL ? NULL : map_find(answer, path);

	if (part == NULL)
		return ERR_OK;
	json_put(&text, part);
	return keep(ctx, &text, ret);
}

static enum err
keep_result(struct op_ctx *ctx, const struct tool *t, const struct json *answer,
    struct str *ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct tool_run r = { .tool = t, .args = NULL, .ctx = ctx };

	BUF_LIT(&text, "{");
	map_result(&r, t->out, answer, &text);
	BUF_LIT(&text, "}");
	return keep(ctx, &text, ret);
}

static void
take_status(const struct tool_work *w, const struct json *answer,
    struct task_view *v)
{
	const struct str says = json_str(map_find(answer, w->status));

	v->state = TASK_COMPLETED;
	for (size_t i = 0; i < NELEM(states); i++) {
		if (!str_eq(says, states[i].says))
			continue;
		v->state = states[i].state;
		v->in_vain = states[i].in_vain;
	}
	if (w->why != NULL &&
	    str_eq(json_str(map_find(answer, w->why)), STR("Cancelled")))
		v->state = TASK_CANCELLED;
	if (w->busy != NULL && w->busy(answer))
		v->state = TASK_WORKING;
	if (v->error.p != NULL)
		v->state = TASK_FAILED;
	else if (v->input.p != NULL)
		v->state = TASK_INPUT;
}

static enum err
take_progress(struct op_ctx *ctx, const struct task *t, struct task_view *v)
{
	struct json *answer CLEANUP(json_freep) = NULL;
	int64_t done, total;
	enum err e;

	if (v->state != TASK_WORKING || t->tool->work->progress == NULL)
		return ERR_OK;
	e = ask(ctx, t->tool->work->progress, "Name", t->name, NULL, &answer);
	if (e != ERR_OK)
		return is_gone(e) ? ERR_OK : e;
	if (!json_int(json_get(answer, "Done"), &done) ||
	    !json_int(json_get(answer, "Total"), &total))
		return ERR_OK;
	v->done = (uint64_t)done;
	v->total = (uint64_t)total;
	v->unit = arena_str(ctx->arena, json_str(json_get(answer, "Unit")));
	return v->unit.p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
take(struct op_ctx *ctx, const struct task *t, const struct json *answer,
    struct task_view *v)
{
	const struct tool_work *w = t->tool->work;
	struct buf ended CLEANUP(buf_free) = BUF_INIT(64);
	const struct json *at =
	    w->ended == NULL ? NULL : map_find(answer, w->ended);
	enum err e;

	if ((e = keep_part(ctx, answer, w->input, &v->input)) != ERR_OK ||
	    (e = keep_part(ctx, answer, w->error, &v->error)) != ERR_OK ||
	    (e = keep_result(ctx, t->tool, answer, &v->result)) != ERR_OK)
		return e;
	take_status(w, answer, v);
	if (at != NULL) {
		map_put_time(&ended, at);
		if ((e = keep(ctx, &ended, &v->ended)) != ERR_OK)
			return e;
	}
	return take_progress(ctx, t, v);
}

enum err
task_look(struct op_ctx *ctx, const struct task *t, struct task_view *ret)
{
	const struct tool_work *w = t->tool->work;
	struct json *answer CLEANUP(json_freep) = NULL;
	enum err e = ask(ctx, w->op, w->by, t->name, NULL, &answer);

	*ret = (struct task_view){ .state = TASK_CANCELLED };
	if (e == ERR_SCOPE)
		return ERR_MCP_TASK;
	if (e != ERR_OK)
		return is_gone(e) ? ERR_OK : e;
	if ((e = same_form(w, &answer)) != ERR_OK)
		return e;
	if (w->same != NULL &&
	    !str_eq(json_str(map_find(answer, w->same)), t->same))
		return ERR_OK;
	return take(ctx, t, answer, ret);
}

/* ---- changing it */

/* What has ended meanwhile, or is gone, needs nothing. */
enum err
task_cancel(struct op_ctx *ctx, const struct task *t)
{
	const char *op = t->tool->work->cancel;
	struct json *answer CLEANUP(json_freep) = NULL;
	enum err e =
	    op == NULL ? ERR_OK : ask(ctx, op, "Name", t->name, NULL, &answer);

	return is_gone(e) ? ERR_OK : e;
}

enum err
task_update(struct op_ctx *ctx, const struct task *t,
    const struct json *responses)
{
	const char *op = t->tool->work->update;
	struct json *answer CLEANUP(json_freep) = NULL;
	enum err e = op == NULL ?
	    ERR_OK :
	    ask(ctx, op, "Name", t->name, responses, &answer);

	return is_gone(e) ? ERR_OK : e;
}

/* ---- telling */

void
task_put_result(const struct task_view *v, struct buf *out)
{
	if (v->result.p != NULL)
		tool_put_result(out, v->result);
	else
		tool_put_text(out, STR("It was cancelled, and is gone."));
	if (v->in_vain || v->state == TASK_CANCELLED)
		BUF_LIT(out, ",\"isError\":true");
}

void
task_put_progress(const struct task_view *v, struct buf *out)
{
	if (v->unit.p == NULL)
		return;
	buf_printf(out, "%llu", (unsigned long long)v->done);
	if (v->total > 0)
		buf_printf(out, " of %llu", (unsigned long long)v->total);
	buf_printf(out, " %.*s", STR_ARG(v->unit));
}
