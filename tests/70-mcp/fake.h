/* SPDX-License-Identifier: ISC */
/*
 * fake.h - operations that answer what the test says, and one call of
 * mcp_handle() made short.
 *
 * The functions of op/op.h are defined here, so that nothing of the real
 * operations is linked.
 */
#ifndef FAKE_H
#define FAKE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mcp/mcp.h"

static enum err
fake_run(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	(void)ctx;
	(void)in;
	(void)out;
	return ERR_OK;
}

static const struct op fake_ops[] = {
#define FAKE(n, f, max)                                                \
	{                                                              \
		.name = n, .target = "DynamoDB_20120810.", .flags = f, \
		.body_max = max, .run = fake_run                       \
	}
	FAKE("CreateTable", OP_WRITE, LIMIT_BODY_SMALL),
	FAKE("DescribeTable", OP_READ, LIMIT_BODY_SMALL),
	FAKE("ListTables", OP_READ, LIMIT_BODY_SMALL),
	FAKE("DeleteTable", OP_WRITE, LIMIT_BODY_SMALL),
	FAKE("PutItem", OP_WRITE, LIMIT_BODY_ITEM),
	FAKE("GetItem", OP_READ, LIMIT_BODY_SMALL),
	FAKE("UpdateItem", OP_WRITE, LIMIT_BODY_ITEM),
	FAKE("DeleteItem", OP_WRITE, LIMIT_BODY_SMALL),
	FAKE("BatchGetItem", OP_READ, LIMIT_BODY_ITEM),
	FAKE("BatchWriteItem", OP_WRITE, LIMIT_BODY),
	FAKE("Query", OP_READ, LIMIT_BODY_SMALL),
	FAKE("Scan", OP_READ, LIMIT_BODY_SMALL),
	FAKE("ReadAudit", OP_READ | OP_ADMIN, LIMIT_BODY_SMALL),
#undef FAKE
};

/* What the next operations answer; NULL: what each of them would. */
static const char *fake_answer = "{}";
static enum err fake_error;
static const char *fake_message = "the reason";
static unsigned fake_runs;
static char fake_asked[1 << 16];      /* the last request */
static struct store_actor fake_actor; /* of the last run */
static const char *fake_without = ""; /* an operation that is not there */

#define FAKE_TABLE                                                              \
	"{\"TableName\":\"abc\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":"      \
	"[{\"AttributeName\":\"a\",\"KeyType\":\"HASH\"}],"                     \
	"\"AttributeDefinitions\":[{\"AttributeName\":\"a\",\"AttributeType\":" \
	"\"S\"}],\"ItemCount\":2,\"TableSizeBytes\":20,\"CreationDateTime\":"   \
	"1.5E9}"
#define FAKE_ITEM \
	"{\"a\":{\"S\":\"x\"},\"n\":{\"N\":\"1.5\"},\"b\":{\"B\":\"aGk=\"}}"
#define FAKE_PAGE                                                    \
	"{\"Items\":[" FAKE_ITEM "],\"Count\":1,\"ScannedCount\":1," \
	"\"LastEvaluatedKey\":{\"a\":{\"S\":\"x\"}}}"

static const char *
fake_own(const struct op *op)
{
	switch (op->name[0]) {
	case 'C':
	case 'D':
		return strcmp(op->name, "DescribeTable") == 0 ?
		    "{\"Table\":" FAKE_TABLE "}" :
		    "{\"TableDescription\":" FAKE_TABLE
		    ",\"Attributes\":" FAKE_ITEM "}";
	case 'P':
	case 'G':
	case 'U':
		return "{\"Item\":" FAKE_ITEM ",\"Attributes\":" FAKE_ITEM "}";
	case 'L':
		return "{\"TableNames\":[\"abc\"],\"LastEvaluatedTableName\":"
		       "\"abc\"}";
	case 'B':
		if (strcmp(op->name, "BatchGetItem") == 0)
			return "{\"Responses\":{\"abc\":[" FAKE_ITEM "]},"
			       "\"UnprocessedKeys\":{\"abc\":{\"Keys\":[{\"a\":"
			       "{\"S\":\"y\"}}]}}}";
		return "{\"UnprocessedItems\":{\"abc\":[{\"PutRequest\":"
		       "{\"Item\":" FAKE_ITEM "}}]}}";
	case 'R':
		return "{\"Records\":[{\"seq\":1}],\"NextToken\":\"1\"}";
	default:
		return FAKE_PAGE;
	}
}

const struct op *
op_at(size_t i)
{
	return i < NELEM(fake_ops) ? &fake_ops[i] : NULL;
}

const struct op *
op_by_name(struct str name)
{
	for (size_t i = 0; i < NELEM(fake_ops); i++)
		if (str_eq(name, str_from(fake_ops[i].name)) &&
		    !str_eq(name, str_from(fake_without)))
			return &fake_ops[i];
	return NULL;
}

bool
op_may_table(const struct op_ctx *ctx, struct str table)
{
	return ctx->tables.p == NULL || str_eq(ctx->tables, table);
}

enum err
op_fail(struct op_ctx *ctx, enum err e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ctx->message = arena_vprintf(ctx->arena, fmt, ap);
	va_end(ap);
	return e;
}

enum err
op_run(const struct op *op, struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct buf asked CLEANUP(buf_free) = BUF_INIT(sizeof(fake_asked) - 1);

	fake_runs++;
	fake_actor = ctx->actor;
	json_put(&asked, in);
	(void)snprintf(fake_asked, sizeof(fake_asked), "%s %.*s", op->name,
	    STR_ARG(buf_str(&asked)));
	if (fake_error != ERR_OK)
		return op_fail(ctx, fake_error, "%s", fake_message);
	buf_puts(out,
	    str_from(fake_answer != NULL ? fake_answer : fake_own(op)));
	return ERR_OK;
}

/* ---- one call */

static struct mcp_answer got;
static struct buf got_body;
static size_t got_max = LIMIT_ANSWER;
static uint32_t rights = OP_READ | OP_WRITE;
static uint32_t groups; /* of the token; 0: all */
static bool list_all;

__attribute__((unused)) static struct str
call_in(unsigned room, const struct mcp_head *h, struct str body)
{
	static struct arena *arena;
	struct op_ctx ctx = { .rights = rights,
		.groups = groups,
		.list_all = list_all };

	if (arena == NULL)
		arena = arena_new(LIMIT_ARENA);
	arena_reset(arena);
	ctx.arena = arena;
	buf_free(&got_body);
	got_body = BUF_INIT(got_max);
	memset(&got, 0xee, sizeof(got));
	if (mcp_handle(h, body, room, &ctx, &got, &got_body) != ERR_OK)
		got.status = 0;
	return buf_str(&got_body);
}

#endif
