/* SPDX-License-Identifier: ISC */
#include "ddb/stream.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/shape.h"

#define RETENTION_NS (LIMIT_IMAGES_S * NS_PER_S)
#define NS_PER_MS    (NS_PER_S / MS_PER_S)
#define DEF_DEPTH    8
#define LABEL_BYTES  64

/* ---- what is stored */

static void
put_key(struct buf *out, const struct table_key *k)
{
	buf_putc(out, '[');
	json_put_str(out, k->name);
	buf_printf(out, ",\"%c\"]", k->type);
}

/* The definition; to is 0 while it is open. */
static void
put_def(struct buf *out, const struct stream *s, uint64_t to)
{
	BUF_LIT(out, "{\"v\":1,\"label\":");
	json_put_str(out, s->label);
	BUF_LIT(out, ",\"view\":");
	json_put_str(out, s->view);
	BUF_LIT(out, ",\"keys\":[");
	put_key(out, &s->t.hash);
	if (s->t.range.name.p != NULL) {
		buf_putc(out, ',');
		put_key(out, &s->t.range);
	}
	buf_printf(out, "],\"from\":%llu", (unsigned long long)s->from);
	if (to > 0)
		buf_printf(out, ",\"to\":%llu", (unsigned long long)to);
	buf_putc(out, '}');
}

static bool
read_def(struct arena *a, struct str def, struct stream *s)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error error;
	const struct json *keys;
	int64_t version, from, to = 0;

	if (json_parse(def, DEF_DEPTH, &j, &error) != ERR_OK ||
	    !json_int(json_get(j, "v"), &version) || version != 1 ||
	    !json_int(json_get(j, "from"), &from) ||
	    (json_get(j, "to") != NULL && !json_int(json_get(j, "to"), &to)))
		return false;
	keys = json_get(j, "keys");
	s->label = arena_str(a, json_str(json_get(j, "label")));
	s->view = arena_str(a, json_str(json_get(j, "view")));
	s->from = (uint64_t)from;
	s->to = (uint64_t)to;
	return s->label.p != NULL && s->view.p != NULL &&
	    table_read_key(a, json_at(keys, 0), &s->t.hash) &&
	    (json_len(keys) < 2 ||
		table_read_key(a, json_at(keys, 1), &s->t.range));
}

/*
 * A stream that went with its table does not say where it ends: the log
 * knows what was in it by then.
 */
static enum err
read_stream(struct op_ctx *ctx, const struct store_object *o,
    struct stream *ret)
{
	const uint64_t now = clock_wall_ns();
	struct stream s = { .o = *o, .open = o->state == STORE_ALIVE };
	uint64_t end = 0;
	enum err e;

	if (!read_def(ctx->arena, o->def, &s))
		return ERR_STORE_VERSION;
	s.t.row.name = o->name;
	s.t.row.id = o->parent;
	e = store_log_seek(ctx->store,
	    now > RETENTION_NS ? now - RETENTION_NS : 0, &s.horizon);
	if (e == ERR_OK && !s.open && s.to == 0)
		e = store_log_seek(ctx->store, o->ended, &end);
	if (e != ERR_OK)
		return e;
	if (s.open)
		s.to = UINT64_MAX;
	else if (s.to == 0)
		s.to = end > s.from ? end - 1 : s.from;
	(void)snprintf(s.shard, sizeof(s.shard), "shardId-%020llu-%08x",
	    (unsigned long long)(o->created / NS_PER_MS), (unsigned)o->id);
	*ret = s;
	return ERR_OK;
}

/* A closed stream is shown for 24 hours. */
static bool
is_shown(struct op_ctx *ctx, const struct store_object *o)
{
	return op_may_table(ctx, o->name) &&
	    (o->state == STORE_ALIVE ||
		(o->state == STORE_CLOSED &&
		    clock_wall_ns() < o->ended + RETENTION_NS));
}

/* ---- enabled and disabled */

/* The time to the millisecond; where a stream of the name has that, later. */
static enum err
make_label(struct op_ctx *ctx, struct str table, struct str *ret)
{
	uint64_t ms = clock_wall_ns() / NS_PER_MS;
	struct stream other;
	char day[LABEL_BYTES];
	struct tm tm;
	char *text;
	time_t at;
	enum err e;

	do {
		at = (time_t)(ms / MS_PER_S);
		if (gmtime_r(&at, &tm) == NULL ||
		    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
			return ERR_INTERNAL;
		text = arena_printf(ctx->arena, "%s.%03u", day,
		    (unsigned)(ms++ % MS_PER_S));
		if (text == NULL)
			return ERR_NO_MEMORY;
		e = stream_find(ctx, table, str_from(text), &other);
	} while (e == ERR_OK);
	*ret = str_from(text);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
stream_enable(struct op_ctx *ctx, const struct table *t, struct str view,
    struct str *ret_label)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct stream s = { .t = *t, .view = view };
	uint64_t last;
	enum err e = make_label(ctx, t->row.name, &s.label);

	if (e == ERR_OK)
		e = store_log_last(ctx->store, &last);
	if (e != ERR_OK)
		return e;
	s.from = last + 1;
	put_def(&def, &s, 0);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	s.o = (struct store_object){
		.kind = STORE_STREAM,
		.space = t->row.space,
		.parent = t->row.id,
		.name = t->row.name,
		.def = buf_str(&def),
	};
	if ((e = store_object_create(ctx->store, &s.o)) != ERR_OK)
		return e;
	buf_reset(&def);
	json_put_str(&def, s.label);
	*ret_label = arena_str(ctx->arena, buf_str(&def));
	return ret_label->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
stream_disable(struct op_ctx *ctx, const struct table *t)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct store_object o;
	struct stream s;
	uint64_t last;
	enum err e = store_object_get(ctx->store, t->row.space, STORE_STREAM,
	    t->row.name, ctx->arena, &o);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = read_stream(ctx, &o, &s);
	if (e == ERR_OK)
		e = store_log_last(ctx->store, &last);
	if (e != ERR_OK)
		return e;
	put_def(&def, &s, last > s.from ? last : s.from);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	o.def = buf_str(&def);
	e = store_object_update(ctx->store, &o);
	return e == ERR_OK ? store_object_end(ctx->store, &o, STORE_CLOSED) : e;
}

/* ---- found */

enum err
stream_at(struct op_ctx *ctx, uint64_t id, struct stream *ret)
{
	struct store_object o;
	enum err e = store_object_at(ctx->store, id, ctx->arena, &o);

	if (e != ERR_OK)
		return e;
	return o.kind == STORE_STREAM && o.space == ctx->space &&
		is_shown(ctx, &o) ?
	    read_stream(ctx, &o, ret) :
	    ERR_NOT_FOUND;
}

/* The closed ones of a name are few: 24 hours of them. */
static enum err
find_closed(struct op_ctx *ctx, struct str table, struct str label,
    struct stream *ret)
{
	struct store_object o = { .id = 0 };
	size_t n;
	enum err e;

	do {
		e = store_object_list(ctx->store, ctx->space, STORE_STREAM,
		    STORE_CLOSED, table, o.id, 1, ctx->arena, &o, &n);
		if (e == ERR_OK && (n == 0 || !str_eq(o.name, table)))
			e = ERR_NOT_FOUND;
		if (e != ERR_OK)
			return e;
		if (is_shown(ctx, &o) &&
		    (e = read_stream(ctx, &o, ret)) != ERR_OK)
			return e;
	} while (!is_shown(ctx, &o) || !str_eq(ret->label, label));
	return ERR_OK;
}

enum err
stream_find(struct op_ctx *ctx, struct str table, struct str label,
    struct stream *ret)
{
	struct store_object o;
	enum err e;

	if (!op_may_table(ctx, table))
		return ERR_SCOPE;
	e = store_object_get(ctx->store, ctx->space, STORE_STREAM, table,
	    ctx->arena, &o);
	if (e == ERR_OK && (e = read_stream(ctx, &o, ret)) == ERR_OK &&
	    str_eq(ret->label, label))
		return ERR_OK;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	return find_closed(ctx, table, label, ret);
}

enum err
stream_open(struct op_ctx *ctx, const struct json *in, struct stream *ret)
{
	struct str arn = json_str(shape_get(in, "StreamArn"));
	struct extra_arn parts;
	enum err e = ERR_NOT_FOUND;

	if (extra_arn(arn, &parts) && str_eq(parts.kind, STR("stream")))
		e = stream_find(ctx, parts.table, parts.rest, ret);
	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: Stream: %.*s not found",
		    STR_ARG(arn));
	return e;
}

/* The one that comes first, of those alive and those closed. */
static const struct store_object *
first_of(const struct store_object *a, bool has_a, const struct store_object *b,
    bool has_b)
{
	int order;

	if (!has_a || !has_b)
		return has_a ? a : has_b ? b : NULL;
	order = str_cmp(a->name, b->name);
	return order < 0 || (order == 0 && a->id < b->id) ? a : b;
}

enum err
stream_list(struct op_ctx *ctx, struct str after, uint64_t after_id, size_t max,
    struct stream *ret, size_t *ret_n)
{
	struct store_object alive, closed;
	size_t nalive, nclosed, n = 0;
	enum err e = ERR_OK;

	while (n < max) {
		const struct store_object *o;

		e = store_object_list(ctx->store, ctx->space, STORE_STREAM,
		    STORE_ALIVE, after, after_id, 1, ctx->arena, &alive,
		    &nalive);
		if (e == ERR_OK)
			e = store_object_list(ctx->store, ctx->space,
			    STORE_STREAM, STORE_CLOSED, after, after_id, 1,
			    ctx->arena, &closed, &nclosed);
		if (e != ERR_OK)
			return e;
		o = first_of(&alive, nalive > 0, &closed, nclosed > 0);
		if (o == NULL)
			break;
		after = o->name;
		after_id = o->id;
		if (is_shown(ctx, o) &&
		    (e = read_stream(ctx, o, &ret[n++])) != ERR_OK)
			return e;
	}
	*ret_n = n;
	return ERR_OK;
}

/* ---- written */

static void
put_arn(struct op_ctx *ctx, struct str table, struct str label, struct buf *out)
{
	BUF_LIT(out, "\"arn:aws:dynamodb:");
	buf_puts(out, ctx->region);
	BUF_LIT(out, ":000000000000:table/");
	buf_puts(out, table);
	BUF_LIT(out, "/stream/");
	buf_puts(out, label);
	buf_putc(out, '"');
}

void
stream_put_arn(struct op_ctx *ctx, const struct stream *s, struct buf *out)
{
	put_arn(ctx, s->o.name, s->label, out);
}

enum err
stream_put_latest(struct op_ctx *ctx, const struct table *t, struct buf *out)
{
	struct json *description CLEANUP(json_freep) = NULL;
	struct str label;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &description);

	if (e != ERR_OK)
		return e;
	label = json_str(json_get(description, "LatestStreamLabel"));
	if (label.p != NULL) {
		answer_member(out, "LatestStreamArn");
		put_arn(ctx, t->row.name, label, out);
	}
	return ERR_OK;
}

void
stream_put_sequence(struct buf *out, uint64_t seq)
{
	buf_printf(out, "\"1%020llu\"", (unsigned long long)seq);
}

bool
stream_sequence(struct str text, uint64_t *ret)
{
	if (text.len != STREAM_SEQUENCE_DIGITS || text.p[0] != '1')
		return false;
	text.p++;
	text.len--;
	return str_u64(text, INT64_MAX, ret);
}

enum err
stream_check_shard(struct op_ctx *ctx, const struct stream *s, struct str shard)
{
	if (str_eq(shard, str_from(s->shard)))
		return ERR_OK;
	return op_fail(ctx, ERR_NOT_FOUND,
	    "Requested resource not found: Shard does not exist");
}
