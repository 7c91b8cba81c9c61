/* SPDX-License-Identifier: ISC */
/* CancelWork - end what goes on behind its request, before it is done. */
#include "ddb/shape.h"
#include "ddb/work.h"

static const struct shape request[] = {
	{ "Name", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 1024 },
	{ NULL },
};

static enum err
cancel_work(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct work w CLEANUP(work_freep) = { .backup = NULL };
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = work_open(ctx, json_str(json_get(in, "Name")), &w);
	if (e == ERR_OK)
		e = work_cancel(ctx, &w);
	if (e == ERR_OK)
		BUF_LIT(out, "{}");
	return e;
}

const struct op op_cancel_work = {
	.name = "CancelWork",
	.target = "Doorward.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = cancel_work,
};
