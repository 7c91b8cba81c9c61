/* SPDX-License-Identifier: ISC */
/* RestoreTableFromBackup - a new table with what a backup holds. */
#include "ddb/restore.h"

static const struct shape request[] = {
	RESTORE_SHAPES,
	{ "BackupArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ NULL },
};

static enum err
make(struct op_ctx *ctx, const struct json *in, const struct backup *b,
    struct table *ret)
{
	struct buf arn CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf table CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct restore r = { .in = in,
		.table_def = b->table_def,
		.time = b->object.created };
	enum err e;

	backup_put_arn(b, &arn);
	backup_put_table_arn(b, &table);
	if ((e = buf_err(&arn)) != ERR_OK || (e = buf_err(&table)) != ERR_OK)
		return e;
	r.source_arn = buf_str(&arn);
	r.table_arn = buf_str(&table);
	if ((e = restore_begin(ctx, &r, ret)) != ERR_OK)
		return e;
	return restore_fill(ctx, ret, b);
}

static enum err
restore_table_from_backup(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct backup b;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = backup_open(ctx, json_str(json_get(in, "BackupArn")), &b);
	if (e != ERR_OK)
		return e;
	if (!b.available)
		return op_fail(ctx, ERR_BACKUP_IN_USE,
		    "Backup is being created: %.*s",
		    STR_ARG(json_str(json_get(in, "BackupArn"))));
	e = make(ctx, in, &b, &t);
	return e != ERR_OK ? e : restore_answer(ctx, &t, out);
}

const struct op op_restore_table_from_backup = {
	.name = "RestoreTableFromBackup",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = restore_table_from_backup,
};
