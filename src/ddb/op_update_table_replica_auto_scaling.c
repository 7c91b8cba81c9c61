/* SPDX-License-Identifier: ISC */
/* UpdateTableReplicaAutoScaling - of a table, its indexes and replicas. */
#include "ddb/extra.h"
#include "ddb/replica.h"
#include "ddb/scaling.h"
#include "ddb/shape.h"

#define READ_UPDATE  "ProvisionedReadCapacityAutoScalingUpdate"
#define WRITE_UPDATE "ProvisionedWriteCapacityAutoScalingUpdate"

static const struct shape write_index[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_NAME, .min = 3, .max = 255 },
	SCALING_SHAPE(WRITE_UPDATE),
	{ NULL },
};
static const struct shape write_indexes[] = { { "member", SHAPE_STRUCT,
    .of = write_index,
    .type = SHAPE_MODEL "GlobalSecondaryIndexAutoScalingUpdate" } };
static const struct shape read_index[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_NAME, .min = 3, .max = 255 },
	SCALING_SHAPE(READ_UPDATE),
	{ NULL },
};
static const struct shape read_indexes[] = { { "member", SHAPE_STRUCT,
    .of = read_index,
    .type = SHAPE_MODEL "ReplicaGlobalSecondaryIndexAutoScalingUpdate" } };
static const struct shape replica[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ "ReplicaGlobalSecondaryIndexUpdates", SHAPE_LIST,
	    .of = read_indexes },
	SCALING_SHAPE("Replica" READ_UPDATE),
	{ NULL },
};
static const struct shape replicas[] = { { "member", SHAPE_STRUCT,
    .of = replica, .type = SHAPE_MODEL "ReplicaAutoScalingUpdate" } };
static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "GlobalSecondaryIndexUpdates", SHAPE_LIST, .of = write_indexes,
	    .min = 1 },
	SCALING_SHAPE(WRITE_UPDATE),
	{ "ReplicaUpdates", SHAPE_LIST, .of = replicas, .min = 1 },
	{ NULL },
};

/* The settings of one index, for writes or, in a region, for reads. */
static enum err
set_index(struct op_ctx *ctx, struct table *t, const struct json *one,
    const struct str *region)
{
	struct json *description CLEANUP(json_freep) = NULL;
	struct str index = json_str(shape_get(one, "IndexName"));
	char *key;
	enum err e;

	/* The model does not require it, and there is no other way to say. */
	if (index.p == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: IndexName "
		    "must be specified");
	if ((e = extra_read(t, EXTRA_DESCRIPTION, &description)) != ERR_OK)
		return e;
	key = region == NULL ? scaling_key_write(ctx, index) :
			       scaling_key_read(ctx, *region, index);
	if (key == NULL)
		return ERR_NO_MEMORY;
	if (!extra_has_index(description, index))
		return op_fail(ctx, ERR_NOT_FOUND,
		    "Requested resource not found: Index: %.*s not found",
		    STR_ARG(index));
	return scaling_set(ctx, t, key, one,
	    region == NULL ? WRITE_UPDATE : READ_UPDATE);
}

static enum err
set_replica(struct op_ctx *ctx, struct table *t, const struct json *u)
{
	const struct json *list =
	    shape_get(u, "ReplicaGlobalSecondaryIndexUpdates");
	struct str region = json_str(json_get(u, "RegionName"));
	char *key = scaling_key_read(ctx, region, STR(""));
	bool has;
	enum err e = replica_has(ctx, t, region, &has);

	if (e != ERR_OK)
		return e;
	if (key == NULL)
		return ERR_NO_MEMORY;
	if (!has)
		return op_fail(ctx, ERR_NOT_FOUND,
		    "Requested resource not found: Replica: %.*s not found",
		    STR_ARG(region));
	e = scaling_set(ctx, t, key, u, "Replica" READ_UPDATE);
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = set_index(ctx, t, json_at(list, i), &region);
	return e;
}

static enum err
update_scaling(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *indexes =
	    shape_get(in, "GlobalSecondaryIndexUpdates");
	const struct json *list = shape_get(in, "ReplicaUpdates");
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	if (e == ERR_OK)
		e = scaling_set(ctx, &t, "W", in, WRITE_UPDATE);
	for (size_t i = 0; i < json_len(indexes) && e == ERR_OK; i++)
		e = set_index(ctx, &t, json_at(indexes, i), NULL);
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = set_replica(ctx, &t, json_at(list, i));
	return e != ERR_OK ? e : replica_put_scaling(ctx, &t, out);
}

const struct op op_update_table_replica_auto_scaling = {
	.name = "UpdateTableReplicaAutoScaling",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_scaling,
};
