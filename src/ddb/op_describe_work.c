/* SPDX-License-Identifier: ISC */
/* DescribeWork - how far something is that goes on behind its request. */
#include "ddb/shape.h"
#include "ddb/work.h"

static const struct shape request[] = {
	{ "Name", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 1024 },
	{ NULL },
};

static enum err
describe_work(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct work w CLEANUP(work_freep) = { .backup = NULL };
	const char *unit = NULL;
	uint64_t done, total;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = work_open(ctx, json_str(json_get(in, "Name")), &w);
	if (e == ERR_OK)
		e = work_progress(ctx, &w, &done, &total, &unit);
	if (e != ERR_OK)
		return e;
	if (unit == NULL)
		BUF_LIT(out, "{}");
	else
		buf_printf(out,
		    "{\"Done\":%llu,\"Total\":%llu,\"Unit\":\"%s\"}",
		    (unsigned long long)done, (unsigned long long)total, unit);
	return ERR_OK;
}

const struct op op_describe_work = {
	.name = "DescribeWork",
	.target = "Doorward.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_work,
};
