/* SPDX-License-Identifier: ISC */
/* CreateBackup - a table's items and definition as of now. */
#include "ddb/backup.h"
#include "ddb/extra.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	SHAPE_TABLE_NAME,
	{ "BackupName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	{ NULL },
};

static enum err
create_backup(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct backup_wanted w = { 0 };
	struct backup b;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = extra_open_table(ctx, in, &t);
	if (e == ERR_OK)
		e = store_table_count(ctx->store, &t.row);
	if (e != ERR_OK)
		return e;
	w.name = json_str(json_get(in, "BackupName"));
	if ((e = backup_create(ctx, &t, &w, &b)) != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BackupDetails\":");
	/* As the service: a backup is never there at once. */
	backup_put_details(&b, "CREATING", out);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_create_backup = {
	.name = "CreateBackup",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = create_backup,
};
