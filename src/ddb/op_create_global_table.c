/* SPDX-License-Identifier: ISC */
/* CreateGlobalTable - of an empty table with a stream of both images. */
#include "base/clock.h"
#include "ddb/extra.h"
#include "ddb/global.h"

static const struct shape replica[] = {
	{ "RegionName", SHAPE_STRING },
	{ NULL },
};
static const struct shape replicas[] = { { "member", SHAPE_STRUCT,
    .of = replica, .type = SHAPE_MODEL "Replica" } };
static const struct shape request[] = {
	GLOBAL_SHAPE,
	{ "ReplicationGroup", SHAPE_LIST, SHAPE_REQUIRED, .of = replicas },
	{ NULL },
};

static enum err
check_table(struct op_ctx *ctx, struct table *t)
{
	struct json *description CLEANUP(json_freep) = NULL;
	const struct json *stream;
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &description);

	if (e == ERR_OK)
		e = store_table_count(ctx->store, &t->row);
	if (e != ERR_OK)
		return e;
	stream = json_get(description, "StreamSpecification");
	if (!str_eq(json_str(json_get(stream, "StreamViewType")),
		STR("NEW_AND_OLD_IMAGES")))
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: Table %.*s "
		    "must have a stream of NEW_AND_OLD_IMAGES",
		    STR_ARG(t->row.name));
	if (t->row.items > 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: Table %.*s "
		    "must be empty",
		    STR_ARG(t->row.name));
	return ERR_OK;
}

/* The table of the name, which is not a global one yet. */
static enum err
open_table(struct op_ctx *ctx, const struct json *in, struct global *ret)
{
	struct str name = json_str(json_get(in, "GlobalTableName"));
	struct table t;
	enum err e = table_open(ctx, name, &t);

	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, ERR_TABLE_NOT_FOUND,
		    "Table not found: %.*s", STR_ARG(name));
	if (e == ERR_OK)
		e = global_read(ctx, &t, ret);
	if (e == ERR_OK && ret->n > 0)
		return op_fail(ctx, ERR_GLOBAL_EXISTS,
		    "Global table with name: '%.*s' already exists.",
		    STR_ARG(name));
	return e == ERR_OK ? check_table(ctx, &t) : e;
}

static enum err
create_global_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	const struct json *group = shape_get(in, "ReplicationGroup");
	struct global g;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK && json_len(group) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: "
		    "ReplicationGroup is empty");
	if (e == ERR_OK)
		e = open_table(ctx, in, &g);
	for (size_t i = 0; i < json_len(group) && e == ERR_OK; i++)
		e = global_add(ctx, &g,
		    json_str(shape_get(json_at(group, i), "RegionName")));
	if (e != ERR_OK)
		return e;
	g.since = clock_wall_ns();
	global_put(&g, "CREATING", out);
	return global_keep(ctx, &g);
}

const struct op op_create_global_table = {
	.name = "CreateGlobalTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = create_global_table,
};
