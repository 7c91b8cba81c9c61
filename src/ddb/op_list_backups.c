/* SPDX-License-Identifier: ISC */
/* ListBackups - the oldest first, at most 100 of them in a page. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/backup.h"
#include "ddb/extra.h"
#include "ddb/shape.h"

#define CHUNK 32

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING, SHAPE_NAME | SHAPE_ARN, .min = 3,
	    .max = 255 },
	{ "Limit", SHAPE_INTEGER, .min = 1, .max = 100 },
	{ "TimeRangeLowerBound", SHAPE_DOUBLE },
	{ "TimeRangeUpperBound", SHAPE_DOUBLE },
	{ "ExclusiveStartBackupArn", SHAPE_STRING, .min = 37, .max = 1024 },
	{ "BackupType", SHAPE_STRING,
	    .values = "SYSTEM, ALL, USER, AWS_BACKUP" },
	{ NULL },
};

struct wanted {
	struct str table; /* absent: of all */
	double from, to;  /* seconds since 1970; 0: open */
	bool none;        /* no type that we make */
	size_t limit;
};

static bool
is_wanted(const struct op_ctx *ctx, const struct wanted *w,
    const struct backup *b)
{
	const double at = (double)b->object.created / (double)NS_PER_S;

	return !b->hidden && !w->none && op_may_table(ctx, b->table) &&
	    (w->table.p == NULL || str_eq(w->table, b->table)) &&
	    (w->from <= 0 || at >= w->from) && (w->to <= 0 || at < w->to);
}

static double
time_of(const struct json *in, const char *name)
{
	struct str s = json_number(shape_get(in, name));
	char text[64] = "";

	if (s.len == 0 || s.len >= sizeof(text))
		return 0;
	memcpy(text, s.p, s.len);
	return strtod(text, NULL);
}

static enum err
read_wanted(struct op_ctx *ctx, const struct json *in, struct wanted *ret,
    struct str *ret_after)
{
	const struct str type = json_str(shape_get(in, "BackupType"));
	const struct str arn =
	    json_str(shape_get(in, "ExclusiveStartBackupArn"));
	struct extra_arn a;

	*ret = (struct wanted){
		.from = time_of(in, "TimeRangeLowerBound"),
		.to = time_of(in, "TimeRangeUpperBound"),
		.none = str_eq(type, STR("SYSTEM")) ||
		    str_eq(type, STR("AWS_BACKUP")),
		.limit = (size_t)shape_int(in, "Limit", 100),
	};
	if (shape_get(in, "TableName") != NULL)
		ret->table = table_name(json_str(json_get(in, "TableName")));
	*ret_after = (struct str){ NULL, 0 };
	if (arn.p == NULL)
		return ERR_OK;
	if (!extra_arn(arn, &a) || !str_eq(a.kind, STR("backup")))
		return op_fail(ctx, ERR_VALIDATION, "Invalid BackupArn: %.*s",
		    STR_ARG(arn));
	*ret_after = a.rest;
	return ERR_OK;
}

/* *ret_last is absent where the list has ended. */
static enum err
put_list(struct op_ctx *ctx, const struct wanted *w, struct str after,
    struct buf *out, struct backup *ret_last)
{
	struct store_object o[CHUNK];
	struct backup b, last = { 0 };
	uint64_t id = after.p == NULL ? 0 : UINT64_MAX >> 1;
	size_t n = CHUNK, put = 0;
	enum err e;

	*ret_last = last;
	while (n == CHUNK) {
		e = store_object_list(ctx->store, ctx->space, STORE_BACKUP,
		    STORE_ALIVE, after, id, CHUNK, ctx->arena, o, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			after = o[i].name;
			id = o[i].id;
			if ((e = backup_read(ctx, &o[i], &b)) != ERR_OK ||
			    !is_wanted(ctx, w, &b))
				continue;
			if (put == w->limit) {
				*ret_last = last;
				return ERR_OK;
			}
			if (put++ > 0)
				buf_putc(out, ',');
			e = backup_put_summary(&b, out);
			last = b;
		}
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
list_backups(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct backup last;
	struct wanted w;
	struct str after;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = read_wanted(ctx, in, &w, &after);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BackupSummaries\":[");
	if ((e = put_list(ctx, &w, after, out, &last)) != ERR_OK)
		return e;
	buf_putc(out, ']');
	if (last.name.p != NULL) {
		answer_member(out, "LastEvaluatedBackupArn");
		backup_put_arn(&last, out);
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_list_backups = {
	.name = "ListBackups",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = list_backups,
};
