/* SPDX-License-Identifier: ISC */
/* DeleteBackup - it is gone at once, its items go later. */
#include "ddb/restore.h"

static const struct shape request[] = {
	{ "BackupArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ NULL },
};

static enum err
delete_backup(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str arn = json_str(shape_get(in, "BackupArn"));
	struct backup b;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = backup_open(ctx, arn, &b);
	if (e != ERR_OK)
		return e;
	if (!b.available)
		return op_fail(ctx, ERR_BACKUP_IN_USE,
		    "Backup is being created: %.*s", STR_ARG(arn));
	if ((e = restore_refuse_reader(ctx, &b)) != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BackupDescription\":");
	e = backup_put(&b, "DELETED", out);
	buf_putc(out, '}');
	if (e != ERR_OK)
		return e;
	return store_object_end(ctx->store, &b.object, STORE_DEAD);
}

const struct op op_delete_backup = {
	.name = "DeleteBackup",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = delete_backup,
};
