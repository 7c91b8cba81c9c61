/* SPDX-License-Identifier: ISC */
/* DescribeExport - an export, and how far it is. */
#include "ddb/export.h"

static const struct shape request[] = {
	{ "ExportArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ NULL },
};

static enum err
describe_export(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_open(ctx, &transfer_export,
		    json_str(json_get(in, "ExportArn")), &t);
	if (e == ERR_OK)
		export_put(&t, out);
	return e;
}

const struct op op_describe_export = {
	.name = "DescribeExport",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_export,
};
