/* SPDX-License-Identifier: ISC */
/* DescribeBackup - a backup and what its table was like. */
#include "ddb/backup.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "BackupArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 37, .max = 1024 },
	{ NULL },
};

static enum err
describe_backup(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct backup b;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = backup_open(ctx, json_str(json_get(in, "BackupArn")), &b);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BackupDescription\":");
	e = backup_put(&b, NULL, out);
	buf_putc(out, '}');
	return e;
}

const struct op op_describe_backup = {
	.name = "DescribeBackup",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_backup,
};
