/* SPDX-License-Identifier: ISC */
/* ListBulkOperations - the newest first, 10 of them in a page. */
#include "ddb/answer.h"
#include "ddb/bulk.h"

#define PAGE     10
#define PAGE_MAX 100

static const struct shape request[] = {
	{ "MaxResults", SHAPE_INTEGER, .min = 1, .max = PAGE_MAX },
	{ "NextToken", SHAPE_STRING },
	{ NULL },
};

static enum err
list_bulk_operations(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer_page p = { .kind = &transfer_bulk,
		.put = bulk_put_summary };
	struct str next;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_read_page(ctx, in, "MaxResults", PAGE, &p);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BulkOperationsSummaryList\":[");
	e = transfer_list(ctx, &p, out, &next);
	buf_putc(out, ']');
	transfer_put_next(out, next);
	buf_putc(out, '}');
	return e;
}

const struct op op_list_bulk_operations = {
	.name = "ListBulkOperations",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_bulk_operations,
};
