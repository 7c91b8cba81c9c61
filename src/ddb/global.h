/* SPDX-License-Identifier: ISC */
/*
 * global - global tables of the version 2017.11.29.
 *
 * All regions of one server are the same tables: a replica in another region
 * is the table itself, seen under another name.  Where tables are kept apart
 * by region, another region has none of them.
 *
 * Kept with the table as "GlobalTable":{"Since":ns,"Regions":[...]}.
 *
 * Layer: ddb.
 */
#ifndef DDB_GLOBAL_H
#define DDB_GLOBAL_H

#include "ddb/shape.h"
#include "ddb/table.h"

#define GLOBAL_MEMBER "GlobalTable"
#define GLOBAL_SHAPE                                                          \
	{                                                                     \
		"GlobalTableName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, \
		    .min = 3, .max = LIMIT_TABLE_NAME                         \
	}

struct global {
	struct table t;
	uint64_t since;
	struct str region[LIMIT_REPLICAS];
	size_t n;
};

/* By GlobalTableName.  ERR_GLOBAL_NOT_FOUND.  In the arena. */
enum err global_open(struct op_ctx *ctx, const struct json *in,
    struct global *ret) NONNULL NODISCARD;
/* Is the table one?  n is 0 where it is not. */
enum err global_read(struct op_ctx *ctx, const struct table *t,
    struct global *ret) NONNULL NODISCARD;

bool global_has(const struct global *g, struct str region) NONNULL NODISCARD;
/* ERR_VALIDATION, ERR_LIMIT, ERR_TABLE_NOT_FOUND, ERR_REPLICA_EXISTS. */
enum err global_add(struct op_ctx *ctx, struct global *g,
    struct str region) NONNULL NODISCARD;
/* ERR_REPLICA_NOT_FOUND. */
enum err global_remove(struct op_ctx *ctx, struct global *g,
    struct str region) NONNULL NODISCARD;
/* Store it; with no replica left the table is global no more. */
enum err global_keep(struct op_ctx *ctx, struct global *g) NONNULL NODISCARD;

/* {"GlobalTableDescription":...}; status is of table and replicas alike. */
void
global_put(const struct global *g, const char *status, struct buf *out) NONNULL;
/* {"GlobalTableName":...,"ReplicaSettings":...} */
enum err global_put_settings(struct op_ctx *ctx, const struct global *g,
    struct buf *out) NONNULL NODISCARD;

#endif
