/* SPDX-License-Identifier: ISC */
/*
 * bulk - puts into a table that is there, from the files of a bucket.
 *
 * A record is {"Item":{...}}, and may carry a ConditionExpression with its
 * names and values.  What was not taken is written to
 * exports/BUCKET/PREFIX/ID/output.json as far as the request asks for it.
 *
 * Layer: ddb.
 */
#ifndef DDB_BULK_H
#define DDB_BULK_H

#include "ddb/transfer.h"

/* {"BulkOperationDescription":...} and an element of ListBulkOperations. */
void bulk_put(const struct transfer *t, struct buf *out) NONNULL;
void bulk_put_summary(const struct transfer *t, struct buf *out) NONNULL;

#endif
