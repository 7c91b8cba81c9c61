/* SPDX-License-Identifier: ISC */
/* UpdateGlobalTable - replicas are added and removed. */
#include "ddb/global.h"

static const struct shape action[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ NULL },
};
static const struct shape update[] = {
	{ "Create", SHAPE_STRUCT, SHAPE_FIELD, .of = action,
	    .type = SHAPE_MODEL "CreateReplicaAction" },
	{ "Delete", SHAPE_STRUCT, SHAPE_FIELD, .of = action,
	    .type = SHAPE_MODEL "DeleteReplicaAction" },
	{ NULL },
};
static const struct shape updates[] = { { "member", SHAPE_STRUCT, .of = update,
    .type = SHAPE_MODEL "ReplicaUpdate" } };
static const struct shape request[] = {
	GLOBAL_SHAPE,
	{ "ReplicaUpdates", SHAPE_LIST, SHAPE_REQUIRED, .of = updates },
	{ NULL },
};

static enum err
apply(struct op_ctx *ctx, struct global *g, const struct json *one)
{
	const struct json *create = shape_get(one, "Create");
	const struct json *delete = shape_get(one, "Delete");

	if ((create == NULL) == (delete == NULL))
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: Each of "
		    "ReplicaUpdates must have one of Create and Delete");
	if (create != NULL)
		return global_add(ctx, g,
		    json_str(json_get(create, "RegionName")));
	return global_remove(ctx, g, json_str(json_get(delete, "RegionName")));
}

static enum err
update_global_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *list = shape_get(in, "ReplicaUpdates");
	struct global g;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = global_open(ctx, in, &g);
	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++)
		e = apply(ctx, &g, json_at(list, i));
	if (e != ERR_OK)
		return e;
	global_put(&g, "UPDATING", out);
	return global_keep(ctx, &g);
}

const struct op op_update_global_table = {
	.name = "UpdateGlobalTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_global_table,
};
