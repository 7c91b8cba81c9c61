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

/* What the next operations answer; NULL: what each of them would. */
static const char *fake_answer = "{}";
static enum err fake_error;
static const char *fake_message = "the reason";
static unsigned fake_runs;
static char fake_asked[1 << 16];      /* the last request */
static size_t fake_consent;           /* bytes of what was to be taken */
static uint64_t fake_newest = 40;     /* id of all that there is */
static uint64_t fake_newest_asked;    /* that of when it was asked */
static uint64_t fake_change;          /* the row that each writes */
static const unsigned char *fake_key; /* of states; NULL: no tool asks */
static const unsigned char *fake_task_key; /* of the ids of tasks */
static const char *fake_token = "TOKENIDA";
static struct store_actor fake_actor; /* of the last run */
static const char *fake_without = ""; /* an operation that is not there */

#define FAKE_TABLE                                                              \
	"{\"TableName\":\"abc\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":"      \
	"[{\"AttributeName\":\"a\",\"KeyType\":\"HASH\"}],"                     \
	"\"AttributeDefinitions\":[{\"AttributeName\":\"a\",\"AttributeType\":" \
	"\"S\"}],\"LatestStreamArn\":\"arn:s\",\"ItemCount\":2,\"TableSizeBytes\":20,\"CreationDateTime\":"   \
	"1.5E9}"
#define FAKE_ITEM \
	"{\"a\":{\"S\":\"x\"},\"n\":{\"N\":\"1.5\"},\"b\":{\"B\":\"aGk=\"}}"
#define FAKE_PAGE                                                    \
	"{\"Items\":[" FAKE_ITEM "],\"Count\":1,\"ScannedCount\":1," \
	"\"LastEvaluatedKey\":{\"a\":{\"S\":\"x\"}}}"

#define FAKE_ONE "{\"Item\":" FAKE_ITEM ",\"Attributes\":" FAKE_ITEM "}"
#define FAKE_RESPONSES                                                 \
	"{\"Responses\":[{\"Item\":" FAKE_ITEM "},{},{\"Error\":{\"Code\":" \
	"\"DuplicateItem\",\"Message\":\"why\"}}]}"
#define FAKE_EXPORT                                                    \
	"{\"ExportDescription\":{\"ExportArn\":\"arn:x\",\"ExportStatus\":" \
	"\"COMPLETED\",\"StartTime\":1500000000,\"ItemCount\":2}}"
#define FAKE_IMPORT                                                      \
	"{\"ImportTableDescription\":{\"ImportArn\":\"arn:x\","            \
	"\"ImportStatus\":\"FAILED\",\"TableCreationParameters\":{"        \
	"\"TableName\":\"abc\"},\"ImportedItemCount\":2,\"FailureCode\":" \
	"\"Why\"}}"
#define FAKE_LOAD                                                          \
	"{\"BulkOperationDescription\":{\"BulkOperationArn\":\"arn:x\","     \
	"\"BulkOperationStatus\":\"IN_PROGRESS\",\"ProcessedItemCount\":2," \
	"\"FailedItemCount\":1}}"
#define FAKE_INSIGHTS "{\"TableName\":\"abc\",\"ContributorInsightsStatus\":\"ENABLED\"}"
#define FAKE_KINESIS "{\"StreamArn\":\"arn:x\",\"DestinationStatus\":\"ENABLING\"}"
#define FAKE_GLOBAL                                                     \
	"{\"GlobalTableDescription\":{\"GlobalTableName\":\"abc\","     \
	"\"GlobalTableStatus\":\"ACTIVE\",\"ReplicationGroup\":[{"      \
	"\"RegionName\":\"us-east-1\",\"ReplicaStatus\":\"ACTIVE\"}]}}"
#define FAKE_SCALED                                                      \
	"{\"MinimumUnits\":1,\"MaximumUnits\":9,\"AutoScalingDisabled\":" \
	"false,\"ScalingPolicies\":[{\"PolicyName\":\"p\","              \
	"\"TargetTrackingScalingPolicyConfiguration\":{"                 \
	"\"TargetValue\":70.0}}]}"
#define FAKE_SCALING                                                     \
	"{\"TableAutoScalingDescription\":{\"TableName\":\"abc\","       \
	"\"TableStatus\":\"ACTIVE\",\"Replicas\":[{\"RegionName\":"      \
	"\"us-east-1\",\"ReplicaStatus\":\"ACTIVE\","                    \
	"\"ReplicaProvisionedWriteCapacityAutoScalingSettings\":"        \
	FAKE_SCALED ",\"GlobalSecondaryIndexes\":[{\"IndexName\":"       \
	"\"by-n\",\"ProvisionedReadCapacityAutoScalingSettings\":{"      \
	"\"AutoScalingDisabled\":true}}]}]}}"
#define FAKE_SETTINGS                                                    \
	"{\"GlobalTableName\":\"abc\",\"ReplicaSettings\":[{"            \
	"\"RegionName\":\"us-east-1\",\"ReplicaStatus\":\"ACTIVE\","     \
	"\"ReplicaBillingModeSummary\":{\"BillingMode\":\"PROVISIONED\"}," \
	"\"ReplicaProvisionedReadCapacityUnits\":7,"                     \
	"\"ReplicaTableClassSummary\":{\"TableClass\":\"STANDARD\"}}]}"
#define FAKE_CHANGED "{\"TableDescription\":" FAKE_TABLE "}"
#define FAKE_BACKUP                                                      \
	"{\"BackupArn\":\"arn:x\",\"BackupName\":\"before\","         \
	"\"BackupStatus\":\"AVAILABLE\",\"BackupSizeBytes\":20,"        \
	"\"BackupCreationDateTime\":1500000000.25,\"TableName\":\"abc\"}"
#define FAKE_PITR                                                        \
	"{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":" \
	"\"ENABLED\",\"PointInTimeRecoveryDescription\":{"                \
	"\"PointInTimeRecoveryStatus\":\"ENABLED\","                     \
	"\"RecoveryPeriodInDays\":7,\"EarliestRestorableDateTime\":"     \
	"1500000000.25,\"LatestRestorableDateTime\":1500000001.25}}}"

/* What there is, and what it answers by itself. */
static const struct {
	struct op op;
	const char *answer;
} fake_ops[] = {
#define FAKE(n, f, max, said)                                              \
	{ { .name = n, .target = "DynamoDB_20120810.", .flags = f, \
	      .body_max = max, .run = fake_run }, said }
#include "fake.tbl"
#undef FAKE
};

static const char *
fake_own(const struct op *op)
{
	size_t i = 0;

	while (op != &fake_ops[i].op)
		i++;
	return fake_ops[i].answer;
}

const struct op *
op_at(size_t i)
{
	return i < NELEM(fake_ops) ? &fake_ops[i].op : NULL;
}

const struct op *
op_by_name(struct str name)
{
	for (size_t i = 0; i < NELEM(fake_ops); i++)
		if (str_eq(name, str_from(fake_ops[i].op.name)) &&
		    !str_eq(name, str_from(fake_without)))
			return &fake_ops[i].op;
	return NULL;
}

bool
op_may_table(const struct op_ctx *ctx, struct str table)
{
	return ctx->tables.p == NULL || str_eq(ctx->tables, table);
}

/* As PartiQL's: SELECT reads, the others write. */
unsigned
op_flags(const struct op *op, const struct json *in)
{
	struct str s = json_str(json_get(in, "Statement"));

	if (op->flags != 0)
		return op->flags;
	return str_starts(s, STR("SELECT")) ? OP_READ : OP_WRITE;
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
op_newest(struct op_ctx *ctx, uint64_t *ret)
{
	(void)ctx;
	*ret = fake_newest;
	return ERR_OK;
}

enum err
op_run(const struct op *op, struct op_ctx *ctx, const struct json *in,
    struct buf *out)
{
	struct buf asked CLEANUP(buf_free) = BUF_INIT(sizeof(fake_asked) - 1);

	fake_runs++;
	fake_actor = ctx->actor;
	fake_consent = ctx->consent.id.len;
	fake_newest_asked = ctx->consent.asked;
	ctx->first_change = (op->flags & OP_WRITE) != 0 ? fake_change : 0;
	ctx->last_change = ctx->first_change;
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
static const struct models *models;

__attribute__((unused)) static struct str
call_in(unsigned room, const struct mcp_head *h, struct str body)
{
	static struct arena *arena;
	struct op_ctx ctx = { .region = STR_INIT("eu-west-1"),
		.rights = rights,
		.models = models,
		.seal_key = fake_key,
		.task_key = fake_task_key,
		.token_id = str_from(fake_token),
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

/* Arguments for every tool, which schema.mjs takes too. */
__attribute__((unused)) static struct json *
fake_examples(void)
{
	static char text[KIB(64)];
	FILE *f = fopen("tests/70-mcp/examples.json", "r");
	struct json *j = NULL;
	struct json_error je;
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text), f);

	if (f != NULL)
		(void)fclose(f);
	return json_parse((struct str){ text, n }, LIMIT_JSON_DEPTH, &j, &je) ==
		ERR_OK ?
	    j :
	    NULL;
}

#endif
