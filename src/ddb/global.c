/* SPDX-License-Identifier: ISC */
#include "ddb/global.h"

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/scaling.h"

#define REGION_MAX 64

enum err
global_read(struct op_ctx *ctx, const struct table *t, struct global *ret)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *regions;
	int64_t since = 0;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	*ret = (struct global){ .t = *t };
	regions = json_get(json_get(rest, GLOBAL_MEMBER), "Regions");
	if (regions != NULL &&
	    !json_int(json_get(json_get(rest, GLOBAL_MEMBER), "Since"), &since))
		return ERR_STORE_VERSION;
	ret->since = (uint64_t)since;
	for (; ret->n < json_len(regions) && ret->n < LIMIT_REPLICAS;
	     ret->n++) {
		struct str name = json_str(json_at(regions, ret->n));

		ret->region[ret->n] = arena_str(ctx->arena, name);
		if (ret->region[ret->n].p == NULL)
			return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

enum err
global_open(struct op_ctx *ctx, const struct json *in, struct global *ret)
{
	struct str name = json_str(json_get(in, "GlobalTableName"));
	struct table t;
	enum err e = table_open(ctx, name, &t);

	if (e == ERR_OK)
		e = global_read(ctx, &t, ret);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && ret->n == 0))
		return op_fail(ctx, ERR_GLOBAL_NOT_FOUND,
		    "Global table with name: '%.*s' does not exist.",
		    STR_ARG(name));
	return e;
}

bool
global_has(const struct global *g, struct str region)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->region[i], region))
			return true;
	return false;
}

static bool
region_good(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-'))
			return false;
	}
	return s.len > 0 && s.len <= REGION_MAX;
}

enum err
global_add(struct op_ctx *ctx, struct global *g, struct str region)
{
	if (!region_good(region))
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: Invalid "
		    "RegionName: %.*s",
		    STR_ARG(region));
	if (global_has(g, region))
		return op_fail(ctx, ERR_REPLICA_EXISTS,
		    "Replica already exists in region: %.*s", STR_ARG(region));
	if (ctx->space != 0 && !str_eq(region, ctx->region))
		return op_fail(ctx, ERR_TABLE_NOT_FOUND,
		    "Table not found: %.*s in region: %.*s",
		    STR_ARG(g->t.row.name), STR_ARG(region));
	if (g->n == LIMIT_REPLICAS)
		return op_fail(ctx, ERR_LIMIT,
		    "A global table can have at most %d replicas",
		    LIMIT_REPLICAS);
	g->region[g->n++] = region;
	return ERR_OK;
}

enum err
global_remove(struct op_ctx *ctx, struct global *g, struct str region)
{
	for (size_t i = 0; i < g->n; i++) {
		if (!str_eq(g->region[i], region))
			continue;
		g->n--;
		for (; i < g->n; i++)
			g->region[i] = g->region[i + 1];
		return ERR_OK;
	}
	return op_fail(ctx, ERR_REPLICA_NOT_FOUND,
	    "Replica not found in region: %.*s", STR_ARG(region));
}

enum err
global_keep(struct op_ctx *ctx, struct global *g)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e;

	buf_printf(&text, "{\"Since\":%llu,\"Regions\":[",
	    (unsigned long long)g->since);
	for (size_t i = 0; i < g->n; i++) {
		if (i > 0)
			buf_putc(&text, ',');
		json_put_str(&text, g->region[i]);
	}
	BUF_LIT(&text, "]}");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	return extra_set(ctx, &g->t, EXTRA_REST, GLOBAL_MEMBER,
	    g->n > 0 ? buf_str(&text) : (struct str){ NULL, 0 });
}

void
global_put(const struct global *g, const char *status, struct buf *out)
{
	BUF_LIT(out, "{\"GlobalTableDescription\":{\"ReplicationGroup\":[");
	for (size_t i = 0; i < g->n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		BUF_LIT(out, "{\"RegionName\":");
		json_put_str(out, g->region[i]);
		buf_printf(out, ",\"ReplicaStatus\":\"%s\"}", status);
	}
	BUF_LIT(out,
	    "],\"GlobalTableArn\":"
	    "\"arn:aws:dynamodb::000000000000:global-table/");
	buf_puts(out, g->t.row.name);
	BUF_LIT(out, "\",\"CreationDateTime\":");
	extra_put_time(out, g->since);
	buf_printf(out, ",\"GlobalTableStatus\":\"%s\"", status);
	answer_member(out, "GlobalTableName");
	json_put_str(out, g->t.row.name);
	BUF_LIT(out, "}}");
}

struct settings {
	struct op_ctx *ctx;
	const struct json *description, *rest;
	struct buf *out;
};

/* Reads and writes of the table or of an index, in one region. */
static enum err
put_capacity(const struct settings *s, const char *prefix, struct str region,
    struct str index, const struct json *units)
{
	static const char *const names[] = { "Read", "Write" };

	for (size_t i = 0; i < NELEM(names); i++) {
		const char *key = i == 0 ?
		    scaling_key_read(s->ctx, region, index) :
		    scaling_key_write(s->ctx, index);
		const char *unit = arena_printf(s->ctx->arena,
		    "%sProvisioned%sCapacityUnits", prefix, names[i]);
		const char *scale = arena_printf(s->ctx->arena,
		    "%sProvisioned%sCapacityAutoScalingSettings", prefix,
		    names[i]);

		if (key == NULL || unit == NULL || scale == NULL)
			return ERR_NO_MEMORY;
		scaling_put_units(s->out, unit, s->rest, key,
		    json_get(units,
			i == 0 ? "ReadCapacityUnits" : "WriteCapacityUnits"));
		scaling_put(s->out, scale, s->rest, key);
	}
	return ERR_OK;
}

static enum err
put_indexes(const struct settings *s, struct str region)
{
	const struct json *list =
	    json_get(s->description, "GlobalSecondaryIndexes");
	enum err e = ERR_OK;

	if (json_len(list) == 0)
		return ERR_OK;
	answer_member(s->out, "ReplicaGlobalSecondaryIndexSettings");
	buf_putc(s->out, '[');
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		const struct json *index = json_at(list, i);
		struct str name = json_str(json_get(index, "IndexName"));

		if (i > 0)
			buf_putc(s->out, ',');
		BUF_LIT(s->out, "{\"IndexName\":");
		json_put_str(s->out, name);
		BUF_LIT(s->out, ",\"IndexStatus\":\"ACTIVE\"");
		e = put_capacity(s, "", region, name,
		    json_get(index, "ProvisionedThroughput"));
		buf_putc(s->out, '}');
	}
	buf_putc(s->out, ']');
	return e;
}

static enum err
put_region(const struct settings *s, struct str region)
{
	const struct json *units = json_get(s->rest, "Units");
	const struct json *mode = json_get(units, "Billing");
	char *class =
	    arena_printf(s->ctx->arena, "Class/%.*s", STR_ARG(region));
	enum err e;

	if (class == NULL)
		return ERR_NO_MEMORY;
	if (mode == NULL)
		mode = json_get(json_get(s->description, "BillingModeSummary"),
		    "BillingMode");
	BUF_LIT(s->out, "{\"RegionName\":");
	json_put_str(s->out, region);
	BUF_LIT(s->out,
	    ",\"ReplicaStatus\":\"ACTIVE\","
	    "\"ReplicaBillingModeSummary\":{\"BillingMode\":");
	json_put_str(s->out,
	    mode == NULL ? STR("PROVISIONED") : json_str(mode));
	buf_putc(s->out, '}');
	e = put_capacity(s, "Replica", region, STR(""),
	    json_get(s->description, "ProvisionedThroughput"));
	if (e == ERR_OK)
		e = put_indexes(s, region);
	if (json_get(units, class) != NULL) {
		BUF_LIT(s->out,
		    ",\"ReplicaTableClassSummary\":{\"TableClass\":");
		json_put(s->out, json_get(units, class));
		buf_putc(s->out, '}');
	}
	buf_putc(s->out, '}');
	return e;
}

enum err
global_put_settings(struct op_ctx *ctx, const struct global *g, struct buf *out)
{
	struct json *description CLEANUP(json_freep) = NULL;
	struct json *rest CLEANUP(json_freep) = NULL;
	struct settings s = { .ctx = ctx, .out = out };
	enum err e = extra_read(&g->t, EXTRA_DESCRIPTION, &description);

	if (e == ERR_OK)
		e = extra_read(&g->t, EXTRA_REST, &rest);
	s.description = description;
	s.rest = rest;
	BUF_LIT(out, "{\"GlobalTableName\":");
	json_put_str(out, g->t.row.name);
	BUF_LIT(out, ",\"ReplicaSettings\":[");
	for (size_t i = 0; i < g->n && e == ERR_OK; i++) {
		if (i > 0)
			buf_putc(out, ',');
		e = put_region(&s, g->region[i]);
	}
	BUF_LIT(out, "]}");
	return e;
}
