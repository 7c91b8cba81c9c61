/* SPDX-License-Identifier: ISC */
/*
 * replica - the auto scaling of a table's replicas, as
 * DescribeTableReplicaAutoScaling has it.
 *
 * Layer: ddb.
 */
#ifndef DDB_REPLICA_H
#define DDB_REPLICA_H

#include "ddb/table.h"

/* Has the table a replica there?  By UpdateTable or as a global table. */
enum err replica_has(struct op_ctx *ctx, const struct table *t,
    struct str region, bool *ret) NONNULL NODISCARD;

/* {"TableAutoScalingDescription":...} */
enum err replica_put_scaling(struct op_ctx *ctx, const struct table *t,
    struct buf *out) NONNULL NODISCARD;

#endif
