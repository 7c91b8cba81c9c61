/* SPDX-License-Identifier: ISC */
/* DescribeImport - an import, and how far it is. */
#include "ddb/import.h"

static const struct shape request[] = {
	{ "ImportArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ NULL },
};

static enum err
describe_import(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_open(ctx, &transfer_import,
		    json_str(json_get(in, "ImportArn")), &t);
	if (e == ERR_OK)
		import_put(&t, out);
	return e;
}

const struct op op_describe_import = {
	.name = "DescribeImport",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_import,
};
