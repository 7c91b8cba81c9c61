/* SPDX-License-Identifier: ISC */
/* ListExports - the highest ARN first, at most 25 of them in a page. */
#include "ddb/answer.h"
#include "ddb/export.h"

#define PAGE 25

static const struct shape request[] = {
	{ "TableArn", SHAPE_STRING, .min = 1, .max = 1024 },
	{ "MaxResults", SHAPE_INTEGER, .min = 1, .max = PAGE },
	{ "NextToken", SHAPE_STRING },
	{ NULL },
};

static enum err
list_exports(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer_page p = { .kind = &transfer_export,
		.put = export_put_summary };
	struct str next;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_read_page(ctx, in, "MaxResults", PAGE, &p);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"ExportSummaries\":[");
	e = transfer_list(ctx, &p, out, &next);
	buf_putc(out, ']');
	transfer_put_next(out, next);
	buf_putc(out, '}');
	return e;
}

const struct op op_list_exports = {
	.name = "ListExports",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_exports,
};
