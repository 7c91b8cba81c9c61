/* SPDX-License-Identifier: ISC */
#include "ddb/table.h"

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/index.h"
#include "ddb/stream.h"
#include "ddb/ttl.h"
#include "ddb/vector.h"

#define DEF_VERSION 1
#define DEF_DEPTH   8

struct str
table_name(struct str s)
{
	struct str arn = s, rest = { NULL, 0 };

	/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME */
	if (!str_starts(s, STR("arn:")))
		return s;
	for (int i = 0; i < 5 && arn.p != NULL; i++)
		(void)str_cut(arn, ':', &arn);
	if (arn.p == NULL || !str_starts(arn, STR("table/")))
		return s;
	(void)str_cut(arn, '/', &rest);
	return rest;
}

bool
table_read_key(struct arena *a, const struct json *pair, struct table_key *ret)
{
	struct str type = json_str(json_at(pair, 1));

	if (type.len != 1)
		return false;
	*ret = (struct table_key){ arena_str(a, json_str(json_at(pair, 0))),
		type.p[0] };
	return ret->name.p != NULL;
}

/* The first line. */
static bool
read_head(struct arena *a, struct str line, struct table *t)
{
	struct json *head CLEANUP(json_freep) = NULL;
	struct json_error error;
	const struct json *keys;
	int64_t version, images;

	if (json_parse(line, DEF_DEPTH, &head, &error) != ERR_OK ||
	    !json_int(json_get(head, "v"), &version) || version != DEF_VERSION)
		return false;
	keys = json_get(head, "keys");
	t->is_making = json_bool(json_get(head, "making"));
	t->is_protected = json_bool(json_get(head, "protected"));
	t->row.images = json_get(head, "stream") != NULL ||
	    (json_int(json_get(head, "images"), &images) && images != 0);
	return table_read_key(a, json_at(keys, 0), &t->hash) &&
	    (json_len(keys) < 2 ||
		table_read_key(a, json_at(keys, 1), &t->range)) &&
	    index_read(a, head, t) && ttl_read(a, json_get(head, "ttl"), t);
}

enum err
table_open(struct op_ctx *ctx, struct str name, struct table *ret)
{
	enum err e = table_open_making(ctx, name, ret);

	return e == ERR_OK && ret->is_making ? ERR_NOT_FOUND : e;
}

enum err
table_open_making(struct op_ctx *ctx, struct str name, struct table *ret)
{
	struct table t = { .asked = name };
	struct str rest;
	enum err e;

	name = table_name(name);
	if (!op_may_table(ctx, name))
		return ERR_SCOPE;
	if (ctx->reading && ctx->on_read != NULL && !ctx->on_read(ctx, name))
		return ERR_BUSY;
	e = store_table_get(ctx->store, ctx->space, name, ctx->arena, &t.row);
	if (e != ERR_OK)
		return e;
	if (t.row.id > ctx->consent.asked && t.row.id <= ctx->consent.begun)
		return op_fail(ctx, ERR_CONSENT,
		    "the table %.*s was made after the consent was asked for",
		    STR_ARG(name));
	if (!read_head(ctx->arena, str_cut(t.row.def, '\n', &rest), &t))
		return ERR_STORE_VERSION;
	t.description = str_cut(rest, '\n', &rest);
	*ret = t;
	return ERR_OK;
}

enum err
table_open_named(struct op_ctx *ctx, const struct json *in, struct table *ret)
{
	struct str name = table_name(json_str(json_get(in, "TableName")));
	enum err e = table_open_making(ctx, name, ret);

	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: "
		    "Table: %.*s not found",
		    STR_ARG(name));
	return e == ERR_OK ? store_table_count(ctx->store, &ret->row) : e;
}

/* A description that is being written. */
struct description {
	struct op_ctx *ctx;
	const struct table *t;
	const char *status;
	const struct table_mark *mark;
	struct buf *out;
};

static void
put_arn(const struct description *d, const char *name, struct str index)
{
	answer_member(d->out, name);
	BUF_LIT(d->out, "\"arn:aws:dynamodb:");
	buf_puts(d->out, d->ctx->region);
	BUF_LIT(d->out, ":000000000000:table/");
	buf_puts(d->out, d->t->row.name);
	if (index.p != NULL) {
		BUF_LIT(d->out, "/index/");
		buf_puts(d->out, index);
	}
	buf_putc(d->out, '"');
}

static void
put_status(const struct description *d, struct str name,
    const struct table_index *x)
{
	bool building = x != NULL && x->building;
	const char *status = building ? "CREATING" : "ACTIVE";

	if (str_eq(str_from(d->status), STR("CREATING")))
		status = d->status;
	if (d->mark != NULL && str_eq(d->mark->index, name))
		status = d->mark->status;
	buf_printf(d->out, ",\"IndexStatus\":\"%s\"", status);
	if (building)
		BUF_LIT(d->out, ",\"Backfilling\":true");
}

/* What changes by itself, behind what does not. */
static enum err
put_index(const struct description *d, const struct json *one, bool local)
{
	struct str name = json_str(json_get(one, "IndexName"));
	const struct table_index *x = index_find(d->t, name);
	uint64_t items = 0, bytes = 0;
	enum err e = ERR_OK;

	if (x != NULL)
		e = store_object_count(d->ctx->store, x->id, &items, &bytes);
	json_put(d->out, one);
	d->out->len--; /* the brace */
	put_arn(d, "IndexArn", name);
	if (!local)
		put_status(d, name, x);
	buf_printf(d->out, ",\"ItemCount\":%llu,\"IndexSizeBytes\":%llu}",
	    (unsigned long long)items, (unsigned long long)bytes);
	return e;
}

static enum err
put_members(const struct description *d)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct json *members CLEANUP(json_freep) = NULL;
	struct json_member m = { 0 };
	struct json_error error;
	enum err e;

	buf_putc(&text, '{');
	buf_puts(&text, d->t->description);
	buf_putc(&text, '}');
	e = json_parse(buf_str(&text), LIMIT_JSON_DEPTH, &members, &error);
	while (e == ERR_OK && json_next(members, &m)) {
		bool local = str_eq(m.name, STR("LocalSecondaryIndexes"));

		buf_putc(d->out, ',');
		json_put_str(d->out, m.name);
		buf_putc(d->out, ':');
		if (!local && !str_eq(m.name, STR("GlobalSecondaryIndexes"))) {
			json_put(d->out, m.value);
			continue;
		}
		for (size_t i = 0; i < json_len(m.value) && e == ERR_OK; i++) {
			buf_putc(d->out, i == 0 ? '[' : ',');
			e = put_index(d, json_at(m.value, i), local);
		}
		buf_putc(d->out, ']');
	}
	return e == ERR_JSON ? ERR_STORE_VERSION : e;
}

enum err
table_put_description(struct op_ctx *ctx, const struct table *t,
    const char *status, const struct table_mark *mark, struct buf *out)
{
	const struct description d = { ctx, t, status, mark, out };
	uint64_t ms = t->row.created / (NS_PER_S / MS_PER_S);
	enum err e = ERR_OK;

	/* Names and regions have no character that JSON escapes. */
	BUF_LIT(out, "{\"TableName\":");
	json_put_str(out, t->row.name);
	put_arn(&d, "TableArn", (struct str){ NULL, 0 });
	buf_printf(out,
	    ",\"TableStatus\":\"%s\",\"CreationDateTime\":%llu.%03u,"
	    "\"ItemCount\":%llu,\"TableSizeBytes\":%llu",
	    status, (unsigned long long)(ms / 1000), (unsigned)(ms % 1000),
	    (unsigned long long)t->row.items, (unsigned long long)t->row.bytes);
	if (t->nindexes == 0 && mark == NULL) {
		buf_putc(out, ',');
		buf_puts(out, t->description);
	} else {
		e = put_members(&d);
	}
	if (e == ERR_OK)
		e = stream_put_latest(ctx, t, out);
	if (e == ERR_OK)
		e = vector_put(ctx, t, status, out);
	buf_putc(out, '}');
	return e;
}
