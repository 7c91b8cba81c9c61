/* SPDX-License-Identifier: ISC */
#include "ddb/kinesis.h"

#include "ddb/extra.h"

const struct shape kinesis_configuration[] = {
	{ "ApproximateCreationDateTimePrecision", SHAPE_STRING,
	    .values = "MILLISECOND, MICROSECOND" },
	{ NULL },
};

#define PARTS 5 /* of an ARN, before the resource */

static bool
is_stream(struct str arn)
{
	struct str part[PARTS];

	for (size_t i = 0; i < PARTS; i++)
		part[i] = str_cut(arn, ':', &arn);
	return str_eq(part[0], STR("arn")) && str_eq(part[2], STR("kinesis")) &&
	    part[3].len > 0 && part[4].len > 0 &&
	    str_starts(arn, STR("stream/")) && arn.len > STR("stream/").len;
}

enum err
kinesis_open(struct op_ctx *ctx, const struct json *in, struct table *ret)
{
	struct str arn = json_str(shape_get(in, "StreamArn"));

	if (!is_stream(arn))
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values were invalid: Invalid "
		    "StreamArn: %.*s",
		    STR_ARG(arn));
	return table_open_named(ctx, in, ret);
}

enum err
kinesis_not_active(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const char *operation)
{
	struct str arn = json_str(shape_get(in, "StreamArn"));
	struct json *rest CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	if (json_find(json_get(rest, KINESIS_MEMBER), arn) == NULL)
		return op_fail(ctx, ERR_NOT_FOUND,
		    "Requested resource not found: Table: %.*s has no "
		    "streaming destination: %.*s",
		    STR_ARG(t->row.name), STR_ARG(arn));
	return op_fail(ctx, ERR_VALIDATION,
	    "Table is not in a valid state to %s Kinesis Streaming "
	    "Destination: KinesisStreamingDestination must be ACTIVE to "
	    "perform %s operation.",
	    operation, operation);
}
