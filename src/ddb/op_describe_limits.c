/* SPDX-License-Identifier: ISC */
/*
 * DescribeLimits - the account's quotas of capacity, which are those that an
 * account of the service begins with.
 */
#include "ddb/shape.h"

static enum err
describe_limits(struct op_ctx *ctx UNUSED, const struct json *in UNUSED,
    struct buf *out)
{
	BUF_LIT(out,
	    "{\"AccountMaxReadCapacityUnits\":80000,"
	    "\"AccountMaxWriteCapacityUnits\":80000,"
	    "\"TableMaxReadCapacityUnits\":40000,"
	    "\"TableMaxWriteCapacityUnits\":40000}");
	return ERR_OK;
}

const struct op op_describe_limits = {
	.name = "DescribeLimits",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_limits,
};
