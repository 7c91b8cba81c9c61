/* SPDX-License-Identifier: ISC */
#include "ddb/replica.h"

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/global.h"
#include "ddb/scaling.h"

/* The members "RegionName" of the description's list. */
static bool
described(const struct json *description, struct str region)
{
	const struct json *list = json_get(description, "Replicas");

	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_get(json_at(list, i), "RegionName")),
			region))
			return true;
	return false;
}

enum err
replica_has(struct op_ctx *ctx, const struct table *t, struct str region,
    bool *ret)
{
	struct json *description CLEANUP(json_freep) = NULL;
	struct global g;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &description);

	if (e == ERR_OK)
		e = global_read(ctx, t, &g);
	if (e == ERR_OK)
		*ret = described(description, region) || global_has(&g, region);
	return e;
}

struct scaled {
	struct op_ctx *ctx;
	const struct json *description, *rest;
	struct buf *out;
};

static enum err
put_both(const struct scaled *s, const char *prefix, struct str region,
    struct str index)
{
	char *read = scaling_key_read(s->ctx, region, index);
	char *write = scaling_key_write(s->ctx, index);
	char *read_name = arena_printf(s->ctx->arena,
	    "%sProvisionedReadCapacityAutoScalingSettings", prefix);
	char *write_name = arena_printf(s->ctx->arena,
	    "%sProvisionedWriteCapacityAutoScalingSettings", prefix);

	if (read == NULL || write == NULL || read_name == NULL ||
	    write_name == NULL)
		return ERR_NO_MEMORY;
	scaling_put(s->out, read_name, s->rest, read);
	scaling_put(s->out, write_name, s->rest, write);
	return ERR_OK;
}

static enum err
put_region(const struct scaled *s, struct str region)
{
	const struct json *list =
	    json_get(s->description, "GlobalSecondaryIndexes");
	enum err e;

	if (s->out->p[s->out->len - 1] != '[')
		buf_putc(s->out, ',');
	BUF_LIT(s->out, "{\"RegionName\":");
	json_put_str(s->out, region);
	e = put_both(s, "Replica", region, STR(""));
	BUF_LIT(s->out,
	    ",\"ReplicaStatus\":\"ACTIVE\","
	    "\"GlobalSecondaryIndexes\":[");
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		struct str index =
		    json_str(json_get(json_at(list, i), "IndexName"));

		if (i > 0)
			buf_putc(s->out, ',');
		BUF_LIT(s->out, "{\"IndexName\":");
		json_put_str(s->out, index);
		BUF_LIT(s->out, ",\"IndexStatus\":\"ACTIVE\"");
		e = put_both(s, "", region, index);
		buf_putc(s->out, '}');
	}
	BUF_LIT(s->out, "]}");
	return e;
}

enum err
replica_put_scaling(struct op_ctx *ctx, const struct table *t, struct buf *out)
{
	struct json *description CLEANUP(json_freep) = NULL;
	struct json *rest CLEANUP(json_freep) = NULL;
	struct scaled s = { .ctx = ctx, .out = out };
	const struct json *list;
	struct global g;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &description);

	if (e == ERR_OK)
		e = extra_read(t, EXTRA_REST, &rest);
	if (e == ERR_OK)
		e = global_read(ctx, t, &g);
	if (e != ERR_OK)
		return e;
	s.description = description;
	s.rest = rest;
	BUF_LIT(out, "{\"TableAutoScalingDescription\":{\"TableName\":");
	json_put_str(out, t->row.name);
	BUF_LIT(out, ",\"TableStatus\":\"ACTIVE\",\"Replicas\":[");
	list = json_get(description, "Replicas");
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = put_region(&s,
		    json_str(json_get(json_at(list, i), "RegionName")));
	for (size_t i = 0; i < g.n && e == ERR_OK; i++)
		if (!described(description, g.region[i]))
			e = put_region(&s, g.region[i]);
	BUF_LIT(out, "]}}");
	return e;
}
