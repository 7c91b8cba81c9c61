/* SPDX-License-Identifier: ISC */
/* table_update - an UpdateTable under way.  Private to it. */
#ifndef DDB_TABLE_UPDATE_H
#define DDB_TABLE_UPDATE_H

#include "ddb/table.h"
#include "ddb/table_def.h"

#define TABLE_UPDATE_MEMBERS 16

/* The members of one line that change. */
struct table_line {
	struct json *old;
	struct table_member members[TABLE_UPDATE_MEMBERS];
	size_t n;
};

struct table_update {
	struct op_ctx *ctx;
	const struct json *in;
	struct table t;
	struct table_line head, description;
	bool demand, was_demand; /* PAY_PER_REQUEST */
	uint64_t now;		 /* s */
	/* The one index that is made or goes, and its status in the answer;
	 * status NULL: none. */
	struct table_mark mark;
	struct str shown; /* the global indexes while the one goes */
	uint64_t created; /* id of the one that is made */
};

/* The member gets this text, which is copied; empty: it goes. */
enum err table_update_set(struct table_update *u, struct table_line *line,
    const char *name, struct str text) NONNULL NODISCARD;

/* {"ReadCapacityUnits":...}, and when it was changed; units NULL: zero. */
void table_update_put_units(struct table_update *u, struct buf *out,
    const struct json *old, const struct json *units)
    __attribute__((nonnull(1, 2)));
/* Refuse units that are those it has. */
enum err table_update_check_units(struct table_update *u,
    const struct json *old, const struct json *units)
    __attribute__((nonnull(1))) NODISCARD;

/* GlobalSecondaryIndexUpdates: what is wrong without the table; then what it
 * does to the indexes, as far as billing changes them, too. */
extern const struct shape table_update_index_shape[];
enum err table_update_check_indexes(struct op_ctx *ctx, const struct json *in)
    NONNULL NODISCARD;
enum err table_update_indexes(struct table_update *u) NONNULL NODISCARD;

/* ReplicaUpdates, and what GlobalTableWitnessUpdates would have. */
extern const struct shape table_update_replica_shape[],
    table_update_witness_shape[];
enum err table_update_replicas(struct table_update *u) NONNULL NODISCARD;

#endif
