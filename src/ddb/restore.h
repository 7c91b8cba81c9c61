/* SPDX-License-Identifier: ISC */
/*
 * restore - a new table from a backup.
 *
 * The table is made as CreateTable makes it, of the backup's definition and
 * what the request wants otherwise; then the items are put into it, at once
 * or by a job.  Until it is whole its status is CREATING and only the
 * operations on tables find it.
 *
 * Layer: ddb.
 */
#ifndef DDB_RESTORE_H
#define DDB_RESTORE_H

#include "ddb/backup.h"
#include "ddb/shape.h"
#include "ddb/table_shape.h"
#include "ddb/vector.h"

/* The parameters that both restores have. */
#define RESTORE_SHAPES                                                         \
	{ "TargetTableName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME,        \
	    .min = 3, .max = LIMIT_TABLE_NAME },                               \
	    { "BillingModeOverride", SHAPE_STRING,                             \
		.values = "PROVISIONED, PAY_PER_REQUEST" },                    \
	    { "GlobalSecondaryIndexOverride", SHAPE_LIST,                      \
		.of = table_global_shape },                                    \
	    { "LocalSecondaryIndexOverride", SHAPE_LIST,                       \
		.of = table_local_shape },                                     \
	    { "VectorIndexOverride", SHAPE_LIST, .of = vector_shape },         \
	    { "ProvisionedThroughputOverride", SHAPE_STRUCT, SHAPE_FIELD,      \
		.of = table_throughput_shape,                                     \
		.type = SHAPE_MODEL "ProvisionedThroughput" },                 \
	    { "OnDemandThroughputOverride", SHAPE_STRUCT, SHAPE_FIELD,         \
		.of = table_on_demand_shape,                                    \
		.type = SHAPE_MODEL "OnDemandThroughput" },                    \
	    { "SSESpecificationOverride", SHAPE_STRUCT, SHAPE_FIELD,           \
		.of = table_encryption_shape,                                       \
		.type = SHAPE_MODEL "SSESpecification" }

/* What is made of what. */
struct restore {
	const struct json *in;	/* the request */
	struct str table_def;	/* of the source */
	struct str source_arn;	/* as JSON, of the backup; absent */
	struct str table_arn;	/* as JSON, of the source table */
	uint64_t time;		/* ns: what it is restored to */
};

/* Carry out a CreateTable for it.  ERR_IN_USE: the name is there. */
enum err restore_create(struct op_ctx *ctx, const struct restore *r) NONNULL
    NODISCARD;

/* Make the empty table; *ret is open.  ERR_TABLE_EXISTS. */
enum err restore_begin(struct op_ctx *ctx, const struct restore *r,
    struct table *ret) NONNULL NODISCARD;

/* Fill it, at once where it is small, from a backup that is there. */
enum err restore_fill(struct op_ctx *ctx, struct table *t,
    const struct backup *b) NONNULL NODISCARD;

/* The def of the job that fills it, for backup_wanted.then. */
enum err restore_job(struct op_ctx *ctx, const struct table *t,
    struct str *ret) NONNULL NODISCARD;

/* The answer: {"TableDescription":...} */
enum err restore_answer(struct op_ctx *ctx, struct table *t, struct buf *out)
    NONNULL NODISCARD;

/* ERR_BACKUP_IN_USE: a job still reads it. */
enum err restore_refuse_reader(struct op_ctx *ctx, const struct backup *b)
    NONNULL NODISCARD;

#endif
