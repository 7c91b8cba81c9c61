/* SPDX-License-Identifier: ISC */
/* DeleteTable - the name is free at once, the items go later. */
#include "ddb/answer.h"
#include "ddb/images.h"
#include "ddb/shape.h"
#include "ddb/table.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ NULL },
};

static enum err
delete_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &t);
	if (e != ERR_OK)
		return e;
	if (t.is_protected)
		return op_fail(ctx, ERR_VALIDATION,
		    "Resource cannot be deleted as it is currently protected "
		    "against deletion. Disable deletion protection first.");
	if (t.is_making || (images_of(t.row.def) & IMAGES_COPY) != 0)
		return op_fail(ctx, ERR_IN_USE,
		    "Attempt to change a resource which is still in use: "
		    "Table is being %s: %.*s",
		    t.is_making ? "created" : "backed up", STR_ARG(t.row.name));
	BUF_LIT(out, "{\"TableDescription\":");
	e = table_put_description(ctx, &t, "DELETING", NULL, out);
	if (ctx->set_aside)
		buf_printf(out, ",\"Undo\":\"table-%llu\"",
		    (unsigned long long)t.row.id);
	buf_putc(out, '}');
	if (e != ERR_OK)
		return e;
	return ctx->set_aside ? store_table_set_aside(ctx->store, &t.row) :
				store_table_delete(ctx->store, &t.row);
}

const struct op op_delete_table = {
	.name = "DeleteTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = delete_table,
};
