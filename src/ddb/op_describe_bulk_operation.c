/* SPDX-License-Identifier: ISC */
/* DescribeBulkOperation - a bulk operation, and how far it is. */
#include "ddb/bulk.h"

static const struct shape request[] = {
	{ "BulkOperationArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,
	    .max = 1024 },
	{ NULL },
};

static enum err
describe_bulk_operation(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_open(ctx, &transfer_bulk,
		    json_str(json_get(in, "BulkOperationArn")), &t);
	if (e == ERR_OK)
		bulk_put(&t, out);
	return e;
}

const struct op op_describe_bulk_operation = {
	.name = "DescribeBulkOperation",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_bulk_operation,
};
