/* SPDX-License-Identifier: ISC */
/* UpdateGlobalTableSettings - capacities and scaling, by region. */
#include "ddb/extra.h"
#include "ddb/global.h"
#include "ddb/scaling.h"

#define INDEX_NAME                                                      \
	{                                                               \
		"IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, \
		    .min = 3, .max = 255                                \
	}
#define WRITE_SCALING "ProvisionedWriteCapacityAutoScalingSettingsUpdate"
#define READ_SCALING  "ProvisionedReadCapacityAutoScalingSettingsUpdate"

static const struct shape write_index[] = {
	INDEX_NAME,
	{ "ProvisionedWriteCapacityUnits", SHAPE_LONG, .min = 1 },
	SCALING_SHAPE(WRITE_SCALING),
	{ NULL },
};
static const struct shape write_indexes[] = { { "member", SHAPE_STRUCT,
    .of = write_index,
    .type = SHAPE_MODEL "GlobalTableGlobalSecondaryIndexSettingsUpdate" } };
static const struct shape read_index[] = {
	INDEX_NAME,
	{ "ProvisionedReadCapacityUnits", SHAPE_LONG, .min = 1 },
	SCALING_SHAPE(READ_SCALING),
	{ NULL },
};
static const struct shape read_indexes[] = { { "member", SHAPE_STRUCT,
    .of = read_index,
    .type = SHAPE_MODEL "ReplicaGlobalSecondaryIndexSettingsUpdate" } };
static const struct shape replica[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ "ReplicaProvisionedReadCapacityUnits", SHAPE_LONG, .min = 1 },
	SCALING_SHAPE("Replica" READ_SCALING),
	{ "ReplicaGlobalSecondaryIndexSettingsUpdate", SHAPE_LIST,
	    .of = read_indexes, .min = 1, .max = 20 },
	{ "ReplicaTableClass", SHAPE_STRING,
	    .values = "STANDARD, STANDARD_INFREQUENT_ACCESS" },
	{ NULL },
};
static const struct shape replicas[] = { { "member", SHAPE_STRUCT,
    .of = replica, .type = SHAPE_MODEL "ReplicaSettingsUpdate" } };
static const struct shape request[] = {
	GLOBAL_SHAPE,
	{ "GlobalTableBillingMode", SHAPE_STRING,
	    .values = "PROVISIONED, PAY_PER_REQUEST" },
	{ "GlobalTableProvisionedWriteCapacityUnits", SHAPE_LONG, .min = 1 },
	SCALING_SHAPE("GlobalTable" WRITE_SCALING),
	{ "GlobalTableGlobalSecondaryIndexSettingsUpdate", SHAPE_LIST,
	    .of = write_indexes, .min = 1, .max = 20 },
	{ "ReplicaSettingsUpdate", SHAPE_LIST, .of = replicas, .min = 1,
	    .max = LIMIT_REPLICAS },
	{ NULL },
};

static enum err
check_index(struct op_ctx *ctx, const struct table *t, struct str name)
{
	struct json *description CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &description);

	if (e == ERR_OK && !extra_has_index(description, name))
		return op_fail(ctx, ERR_INDEX_NOT_FOUND,
		    "Index not found: %.*s", STR_ARG(name));
	return e;
}

/* Of the table (prefix says what the API calls it) or of an index. */
static enum err
set_write(struct op_ctx *ctx, struct table *t, const struct json *u,
    struct str index, const char *prefix)
{
	char *key = scaling_key_write(ctx, index);
	char *units =
	    arena_printf(ctx->arena, "%sProvisionedWriteCapacityUnits", prefix);
	char *scaling = arena_printf(ctx->arena, "%s" WRITE_SCALING, prefix);
	enum err e;

	if (key == NULL || units == NULL || scaling == NULL)
		return ERR_NO_MEMORY;
	e = scaling_set_units(ctx, t, key, u, units);
	return e != ERR_OK ? e : scaling_set(ctx, t, key, u, scaling);
}

static enum err
set_read(struct op_ctx *ctx, struct table *t, const struct json *u,
    struct str region, struct str index, const char *prefix)
{
	char *key = scaling_key_read(ctx, region, index);
	char *units =
	    arena_printf(ctx->arena, "%sProvisionedReadCapacityUnits", prefix);
	char *scaling = arena_printf(ctx->arena, "%s" READ_SCALING, prefix);
	enum err e;

	if (key == NULL || units == NULL || scaling == NULL)
		return ERR_NO_MEMORY;
	e = scaling_set_units(ctx, t, key, u, units);
	return e != ERR_OK ? e : scaling_set(ctx, t, key, u, scaling);
}

static enum err
set_replica(struct op_ctx *ctx, struct global *g, const struct json *u)
{
	const struct json *list =
	    shape_get(u, "ReplicaGlobalSecondaryIndexSettingsUpdate");
	struct str region = json_str(json_get(u, "RegionName"));
	char *class;
	enum err e;

	if (!global_has(g, region))
		return op_fail(ctx, ERR_REPLICA_NOT_FOUND,
		    "Replica not found in region: %.*s", STR_ARG(region));
	class = arena_printf(ctx->arena, "Class/%.*s", STR_ARG(region));
	if (class == NULL)
		return ERR_NO_MEMORY;
	e = set_read(ctx, &g->t, u, region, STR(""), "Replica");
	if (e == ERR_OK)
		e = scaling_set_units(ctx, &g->t, class, u,
		    "ReplicaTableClass");
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		const struct json *one = json_at(list, i);
		struct str index = json_str(json_get(one, "IndexName"));

		e = check_index(ctx, &g->t, index);
		if (e == ERR_OK)
			e = set_read(ctx, &g->t, one, region, index, "");
	}
	return e;
}

static enum err
update_settings(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *indexes =
	    shape_get(in, "GlobalTableGlobalSecondaryIndexSettingsUpdate");
	const struct json *list = shape_get(in, "ReplicaSettingsUpdate");
	struct global g;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = global_open(ctx, in, &g);
	if (e == ERR_OK)
		e = scaling_set_units(ctx, &g.t, "Billing", in,
		    "GlobalTableBillingMode");
	if (e == ERR_OK)
		e = set_write(ctx, &g.t, in, STR(""), "GlobalTable");
	for (size_t i = 0; i < json_len(indexes) && e == ERR_OK; i++) {
		const struct json *one = json_at(indexes, i);
		struct str index = json_str(json_get(one, "IndexName"));

		e = check_index(ctx, &g.t, index);
		if (e == ERR_OK)
			e = set_write(ctx, &g.t, one, index, "");
	}
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = set_replica(ctx, &g, json_at(list, i));
	return e != ERR_OK ? e : global_put_settings(ctx, &g, out);
}

const struct op op_update_global_table_settings = {
	.name = "UpdateGlobalTableSettings",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_settings,
};
