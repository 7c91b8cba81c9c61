/* SPDX-License-Identifier: ISC */
/* CancelBulkOperation - its job ends itself at the next transaction. */
#include "ddb/answer.h"
#include "ddb/bulk.h"

static const struct shape request[] = {
	{ "BulkOperationArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,
	    .max = 1024 },
	{ NULL },
};

static enum err
cancel_bulk_operation(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct transfer t CLEANUP(transfer_freep) = { 0 };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_open(ctx, &transfer_bulk,
		    json_str(json_get(in, "BulkOperationArn")), &t);
	if (e == ERR_OK && t.object.state != STORE_ALIVE)
		e = op_fail(ctx, ERR_VALIDATION,
		    "The bulk operation has ended: %.*s",
		    STR_ARG(transfer_status(&t)));
	if (e == ERR_OK)
		e = transfer_cancel(ctx, &t);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BulkOperationArn\":");
	transfer_put_arn(out, &transfer_bulk, &t);
	BUF_LIT(out, ",\"BulkOperationStatus\":\"CANCELLING\"}");
	return ERR_OK;
}

const struct op op_cancel_bulk_operation = {
	.name = "CancelBulkOperation",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = cancel_bulk_operation,
};
