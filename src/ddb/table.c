/* SPDX-License-Identifier: ISC */
#include "ddb/table.h"

#include "base/clock.h"
#include "ddb/index.h"

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
	int64_t version;

	if (json_parse(line, DEF_DEPTH, &head, &error) != ERR_OK ||
	    !json_int(json_get(head, "v"), &version) || version != DEF_VERSION)
		return false;
	keys = json_get(head, "keys");
	t->is_protected = json_bool(json_get(head, "protected"));
	return table_read_key(a, json_at(keys, 0), &t->hash) &&
	    (json_len(keys) < 2 ||
		table_read_key(a, json_at(keys, 1), &t->range)) &&
	    index_read(a, json_get(head, "indexes"), t);
}

enum err
table_open(struct op_ctx *ctx, struct str name, struct table *ret)
{
	struct table t = { 0 };
	struct str rest;
	enum err e;

	name = table_name(name);
	if (!op_may_table(ctx, name))
		return ERR_SCOPE;
	e = store_table_get(ctx->store, ctx->space, name, ctx->arena, &t.row);
	if (e != ERR_OK)
		return e;
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
	enum err e = table_open(ctx, name, ret);

	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: "
		    "Table: %.*s not found",
		    STR_ARG(name));
	return e == ERR_OK ? store_table_count(ctx->store, &ret->row) : e;
}

void
table_put_description(struct op_ctx *ctx, const struct table *t,
    const char *status, struct buf *out)
{
	uint64_t ms = t->row.created / (NS_PER_S / MS_PER_S);

	/* Names and regions have no character that JSON escapes. */
	BUF_LIT(out, "{\"TableName\":");
	json_put_str(out, t->row.name);
	BUF_LIT(out, ",\"TableArn\":\"arn:aws:dynamodb:");
	buf_puts(out, ctx->region);
	BUF_LIT(out, ":000000000000:table/");
	buf_puts(out, t->row.name);
	buf_printf(out,
	    "\",\"TableStatus\":\"%s\",\"CreationDateTime\":%llu.%03u,"
	    "\"ItemCount\":%llu,\"TableSizeBytes\":%llu,",
	    status, (unsigned long long)(ms / 1000), (unsigned)(ms % 1000),
	    (unsigned long long)t->row.items, (unsigned long long)t->row.bytes);
	buf_puts(out, t->description);
	buf_putc(out, '}');
}
