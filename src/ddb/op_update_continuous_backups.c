/* SPDX-License-Identifier: ISC */
/* UpdateContinuousBackups - point-in-time recovery on or off. */
#include "ddb/extra.h"
#include "ddb/pitr.h"
#include "ddb/shape.h"

static const struct shape specification[] = {
	{ "PointInTimeRecoveryEnabled", SHAPE_BOOLEAN, SHAPE_REQUIRED },
	{ "RecoveryPeriodInDays", SHAPE_INTEGER, .min = 1,
	    .max = LIMIT_RESTORE_DAYS },
	{ NULL },
};
static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "PointInTimeRecoverySpecification", SHAPE_STRUCT,
	    SHAPE_REQUIRED | SHAPE_FIELD, .of = specification,
	    .type = SHAPE_MODEL "PointInTimeRecoverySpecification" },
	{ NULL },
};

static enum err
update_continuous_backups(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	const struct json *spec =
	    shape_get(in, "PointInTimeRecoverySpecification");
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = extra_open_table(ctx, in, &t);
	if (e != ERR_OK)
		return e;
	if (shape_bool(spec, "PointInTimeRecoveryEnabled"))
		e = pitr_enable(ctx, &t,
		    (uint64_t)shape_int(spec, "RecoveryPeriodInDays",
			LIMIT_RESTORE_DAYS));
	else
		e = pitr_disable(ctx, &t);
	return e != ERR_OK ? e : pitr_put(&t, out);
}

const struct op op_update_continuous_backups = {
	.name = "UpdateContinuousBackups",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_continuous_backups,
};
