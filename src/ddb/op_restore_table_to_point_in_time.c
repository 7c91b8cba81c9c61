/* SPDX-License-Identifier: ISC */
/* RestoreTableToPointInTime - a new table with what another one held then. */
#include "base/clock.h"
#include "ddb/extra.h"
#include "ddb/pitr.h"
#include "ddb/restore.h"

static const struct shape request[] = {
	{ "SourceTableArn", SHAPE_STRING, .min = 1, .max = 1024 },
	{ "SourceTableName", SHAPE_STRING, SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	RESTORE_SHAPES,
	{ "UseLatestRestorableTime", SHAPE_BOOLEAN },
	{ "RestoreDateTime", SHAPE_DOUBLE },
	{ NULL },
};

static enum err
open_source(struct op_ctx *ctx, const struct json *in, struct table *ret)
{
	struct str name = json_str(shape_get(in, "SourceTableName"));
	struct str arn = json_str(shape_get(in, "SourceTableArn"));
	enum err e;

	if (name.p == NULL && arn.p == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    "One of SourceTableName or SourceTableArn must be "
		    "specified");
	if (name.p == NULL)
		name = table_name(arn);
	e = table_open(ctx, name, ret);
	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, ERR_TABLE_NOT_FOUND,
		    "Table not found: %.*s", STR_ARG(name));
	return e == ERR_OK ? store_table_count(ctx->store, &ret->row) : e;
}

/* What it is to be restored to; now where the latest is asked for. */
static enum err
choose_time(struct op_ctx *ctx, const struct json *in, const struct table *t,
    uint64_t *ret)
{
	const uint64_t now = clock_wall_ns();
	struct pitr p;
	enum err e = pitr_get(t, &p);

	if (e != ERR_OK)
		return e;
	if (!p.enabled)
		return op_fail(ctx, ERR_RESTORE_OFF,
		    "Point in time recovery is not enabled for table '%.*s'",
		    STR_ARG(t->row.name));
	*ret = now;
	if (shape_bool(in, "UseLatestRestorableTime") ==
	    (shape_get(in, "RestoreDateTime") != NULL))
		return op_fail(ctx, ERR_VALIDATION,
		    "One of UseLatestRestorableTime or RestoreDateTime must be "
		    "specified, and not both");
	if (shape_get(in, "RestoreDateTime") == NULL)
		return ERR_OK;
	if (!pitr_read_time(shape_get(in, "RestoreDateTime"), ret) ||
	    *ret < p.earliest || *ret > now)
		return op_fail(ctx, ERR_RESTORE_TIME,
		    "The specified RestoreDateTime is not between "
		    "EarliestRestorableDateTime and "
		    "LatestRestorableDateTime");
	return ERR_OK;
}

static enum err
make(struct op_ctx *ctx, const struct json *in, struct table *source,
    uint64_t time, struct table *ret)
{
	struct backup_wanted w = { .name = source->row.name, .hidden = true };
	struct restore r = { .in = in,
		.table_def = source->row.def,
		.time = time };
	struct backup b;
	enum err e;

	r.table_arn = str_from(arena_printf(ctx->arena,
	    "\"arn:aws:dynamodb:%.*s:000000000000:table/%.*s\"",
	    STR_ARG(ctx->region), STR_ARG(source->row.name)));
	if (r.table_arn.p == NULL)
		return ERR_NO_MEMORY;
	/* Before the new table's own rows come into the log. */
	if ((e = pitr_find(ctx, time, &w.seq)) != ERR_OK ||
	    (e = restore_begin(ctx, &r, ret)) != ERR_OK ||
	    (e = restore_job(ctx, ret, &w.then)) != ERR_OK)
		return e;
	return backup_create(ctx, source, &w, &b);
}

static enum err
restore_table_to_point_in_time(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct table source, t;
	uint64_t time = 0;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = open_source(ctx, in, &source);
	if (e == ERR_OK)
		e = choose_time(ctx, in, &source, &time);
	if (e == ERR_OK)
		e = make(ctx, in, &source, time, &t);
	return e != ERR_OK ? e : restore_answer(ctx, &t, out);
}

const struct op op_restore_table_to_point_in_time = {
	.name = "RestoreTableToPointInTime",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = restore_table_to_point_in_time,
};
