/* SPDX-License-Identifier: ISC */
/* ListImports - the newest first, at most 25 of them in a page. */
#include "ddb/answer.h"
#include "ddb/import.h"

#define PAGE 25

static const struct shape request[] = {
	{ "TableArn", SHAPE_STRING, .min = 1, .max = 1024 },
	{ "PageSize", SHAPE_INTEGER, .min = 1, .max = PAGE },
	{ "NextToken", SHAPE_STRING, .min = 112, .max = 1024 },
	{ NULL },
};

static enum err
list_imports(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct transfer_page p = { .kind = &transfer_import,
		.put = import_put_summary };
	struct str next;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = transfer_read_page(ctx, in, "PageSize", PAGE, &p);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"ImportSummaryList\":[");
	e = transfer_list(ctx, &p, out, &next);
	buf_putc(out, ']');
	transfer_put_next(out, next);
	buf_putc(out, '}');
	return e;
}

const struct op op_list_imports = {
	.name = "ListImports",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_imports,
};
