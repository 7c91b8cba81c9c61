/* SPDX-License-Identifier: ISC */
#include "mcp/map.h"

#include <string.h>
#include <time.h>

#include "mcp/value.h"

#define ARN_ACCOUNT ":000000000000:table/" /* the service's, for no account */
#define TIME_TEXT   "%Y-%m-%dT%H:%M:%SZ"

/* ---- to the API */

static enum err
put_time(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	char text[32];
	struct tm tm = { 0 };
	struct str s = json_str(v);
	const char *end = NULL;

	if (s.len < sizeof(text)) {
		memcpy(text, s.p, s.len);
		text[s.len] = '\0';
		end = strptime(text, TIME_TEXT, &tm);
	}
	if (end == NULL || *end != '\0')
		return op_fail(r->ctx, ERR_VALIDATION,
		    "%s: expected a time as in \"2026-01-31T23:59:59Z\"",
		    f->name);
	buf_printf(out, "%lld", (long long)timegm(&tm));
	return ERR_OK;
}

static enum err
put_cursor(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	struct buf place CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json_error je;

	if (!cursor_get(json_str(v), &place) ||
	    json_check(buf_str(&place), LIMIT_JSON_DEPTH, &je) != ERR_OK)
		return op_fail(r->ctx, ERR_VALIDATION,
		    "%s: not a next_cursor of an earlier page", f->name);
	buf_puts(out, buf_str(&place));
	return ERR_OK;
}

static void
put_code(const struct form *f, const struct json *v, struct buf *out)
{
	size_t i = 0;

	while (f->values[i] != NULL &&
	    !str_eq(json_str(v), str_from(f->values[i])))
		i++;
	json_put_str(out,
	    f->values[i] == NULL ? json_str(v) : str_from(f->codes[i]));
}

static enum err put_there(struct tool_run *r, const struct form *f,
    const struct json *v, struct buf *out);

static enum err
put_each(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	struct json_member m = { 0 };
	const bool map = f->type == FORM_MAP;
	size_t i = 0;
	enum err e;

	buf_putc(out, map ? '{' : '[');
	while (map ? json_next(v, &m) : i < json_len(v)) {
		if (i > 0)
			buf_putc(out, ',');
		if (map) {
			json_put_str(out, m.name);
			buf_putc(out, ':');
		}
		e = put_there(r, f->each, map ? m.value : json_at(v, i), out);
		if (e != ERR_OK)
			return e;
		i++;
	}
	buf_putc(out, map ? '}' : ']');
	return ERR_OK;
}

static enum err
put_shape(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	enum err e;

	if (f->each != NULL)
		return put_each(r, f, v, out);
	if (f->type != FORM_OBJECT) {
		json_put(out, v);
		return ERR_OK;
	}
	buf_putc(out, '{');
	if ((e = map_members(r, f, v, out)) != ERR_OK)
		return e;
	buf_putc(out, '}');
	return ERR_OK;
}

static enum err
put_there(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	switch (f->as) {
	case FORM_AS_VALUE:
		value_typed(out, v);
		return ERR_OK;
	case FORM_AS_ITEM:
		item_typed(out, v);
		return ERR_OK;
	case FORM_AS_CODE:
		put_code(f, v, out);
		return ERR_OK;
	case FORM_AS_TIME:
		return put_time(r, f, v, out);
	case FORM_AS_TABLE:
		BUF_LIT(out, "\"arn:aws:dynamodb:");
		buf_puts(out, r->ctx->region);
		BUF_LIT(out, ARN_ACCOUNT);
		buf_puts(out, json_str(v));
		buf_putc(out, '"');
		return ERR_OK;
	case FORM_AS_CURSOR:
		return put_cursor(r, f, v, out);
	case FORM_AS_LIMIT:
		if (r->limit == 0)
			r->limit = (uint64_t)tool_int(r, f->name, f->init);
		buf_putu(out, r->limit);
		return ERR_OK;
	case FORM_AS_IS:
	case FORM_AS_NOTE:
		break;
	}
	return put_shape(r, f, v, out);
}

enum err
map_members(struct tool_run *r, const struct form *in, const struct json *args,
    struct buf *request)
{
	struct str open = { NULL, 0 };
	enum err e;

	for (size_t i = 0; i < in->members; i++) {
		const struct form *f = &in->member[i];
		const struct json *v = json_get(args, f->name);
		struct str outer, name;

		if (f->api == NULL || (v == NULL && f->as != FORM_AS_LIMIT))
			continue;
		outer = str_cut(str_from(f->api), '.', &name);
		if (name.p == NULL) {
			name = outer;
			outer = (struct str){ NULL, 0 };
		}
		if (open.p != NULL && !str_eq(open, outer))
			buf_putc(request, '}');
		if (outer.p != NULL && !str_eq(open, outer)) {
			tool_member_str(request, outer);
			buf_putc(request, '{');
		}
		open = outer;
		tool_member_str(request, name);
		if ((e = put_there(r, f, v, request)) != ERR_OK)
			return e;
	}
	if (open.p != NULL)
		buf_putc(request, '}');
	return ERR_OK;
}

/* ---- and back */

const struct json *
map_find(const struct json *answer, const char *path)
{
	struct str rest = str_from(path);

	while (rest.p != NULL)
		answer = json_find(answer, str_cut(rest, '.', &rest));
	return answer;
}

void
map_put_seconds(struct buf *out, uint64_t seconds)
{
	const time_t t = (time_t)seconds;
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(text, sizeof(text), TIME_TEXT, &tm);
	json_put_str(out, str_from(text));
}

void
map_put_time(struct buf *out, const struct json *seconds)
{
	struct str fraction;
	struct str whole = str_cut(json_number(seconds), '.', &fraction);
	uint64_t n;

	if (str_u64(whole, INT32_MAX * UINT64_C(4), &n))
		map_put_seconds(out, n);
	else
		json_put_str(out, STR(""));
}

static void
tell_code(const struct form *f, const struct json *v, struct buf *out)
{
	size_t i = 0;

	while (
	    f->values[i] != NULL && !str_eq(json_str(v), str_from(f->codes[i])))
		i++;
	json_put_str(out,
	    f->values[i] == NULL ? json_str(v) : str_from(f->values[i]));
}

/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME and what may stand behind. */
static void
tell_table(const struct json *v, struct buf *out)
{
	struct str rest = { NULL, 0 }, none;

	(void)str_cut(json_str(v), '/', &rest);
	json_put_str(out,
	    rest.p == NULL ? json_str(v) : str_cut(rest, '/', &none));
}

static void
tell_cursor(const struct json *v, struct buf *out)
{
	struct buf place CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	json_put(&place, v);
	cursor_put(out, buf_str(&place));
}

static void tell(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out);

static void
tell_each(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	struct json_member m = { 0 };
	const bool map = f->type == FORM_MAP;
	size_t i = 0;

	buf_putc(out, map ? '{' : '[');
	while (map ? json_next(v, &m) : i < json_len(v)) {
		if (i > 0)
			buf_putc(out, ',');
		if (map) {
			json_put_str(out, m.name);
			buf_putc(out, ':');
		}
		tell(r, f->each, map ? m.value : json_at(v, i), out);
		i++;
	}
	buf_putc(out, map ? '}' : ']');
}

static void
tell(struct tool_run *r, const struct form *f, const struct json *v,
    struct buf *out)
{
	switch (f->as) {
	case FORM_AS_VALUE:
		value_plain(out, v);
		return;
	case FORM_AS_ITEM:
		item_plain(out, v);
		return;
	case FORM_AS_CODE:
		tell_code(f, v, out);
		return;
	case FORM_AS_TIME:
		map_put_time(out, v);
		return;
	case FORM_AS_TABLE:
		tell_table(v, out);
		return;
	case FORM_AS_CURSOR:
		tell_cursor(v, out);
		return;
	case FORM_AS_NOTE:
		BUF_LIT(out,
		    "\"there is more: call again with cursor set to "
		    "next_cursor\"");
		return;
	case FORM_AS_IS:
	case FORM_AS_LIMIT:
		break;
	}
	if (f->each != NULL) {
		tell_each(r, f, v, out);
	} else if (f->type == FORM_OBJECT) {
		buf_putc(out, '{');
		map_result(r, f, v, out);
		buf_putc(out, '}');
	} else {
		json_put(out, v);
	}
}

void
map_result(struct tool_run *r, const struct form *out,
    const struct json *answer, struct buf *result)
{
	for (size_t i = 0; i < out->members; i++) {
		const struct form *f = &out->member[i];
		const struct json *v =
		    f->api == NULL ? NULL : map_find(answer, f->api);

		if (v == NULL || json_kind(v) == JSON_NULL)
			continue;
		tool_member(result, f->name);
		tell(r, f, v, result);
	}
}

void
map_shorten(struct tool_run *r, const struct json *answer, size_t len)
{
	const struct form *out = r->tool->out;
	size_t n = 0;

	for (size_t i = 0; i < out->members && n == 0; i++)
		if (out->member[i].type == FORM_ARRAY &&
		    out->member[i].api != NULL)
			n = json_len(map_find(answer, out->member[i].api));
	if (r->limit < n)
		n = r->limit;
	if (len <= LIMIT_MCP_RESULT || n <= 1)
		return;
	r->limit = n * LIMIT_MCP_RESULT / len;
	r->limit += r->limit == 0;
	r->again = true;
}
