/* SPDX-License-Identifier: ISC */
/*
 * import - a new table from the files of a bucket.
 *
 * The table is made as CreateTable makes it; until all files are read its
 * status is CREATING and only the operations on tables find it.  The first
 * 10,000 records that were not taken, the first 4 KiB of each, are written
 * with the reason to exports/aws-dynamodb/imports/ID/errors.json: the service
 * has a log group of that name for them.
 *
 * Layer: ddb.
 */
#ifndef DDB_IMPORT_H
#define DDB_IMPORT_H

#include "ddb/transfer.h"

/* {"ImportTableDescription":...} and an element of ListImports. */
void import_put(const struct transfer *t, struct buf *out) NONNULL;
void import_put_summary(const struct transfer *t, struct buf *out) NONNULL;

#endif
