/* SPDX-License-Identifier: ISC */
/*
 * export - a table's items as of one moment, in files as the service writes
 * them: beneath exports/BUCKET/PREFIX/AWSDynamoDB/ID of the data directory
 * data/NNNNNNNN.json.gz, manifest-files.json, manifest-summary.json, their
 * MD5 sums beside them, and _started.
 *
 * The items come from a hidden backup (backup.h).  Each step of the job
 * writes one data file whole; one that was killed on the way is written
 * again.
 *
 * Layer: ddb.
 */
#ifndef DDB_EXPORT_H
#define DDB_EXPORT_H

#include "ddb/transfer.h"

/* {"ExportDescription":...} and an element of ListExports. */
void export_put(const struct transfer *t, struct buf *out) NONNULL;
void export_put_summary(const struct transfer *t, struct buf *out) NONNULL;

/* manifest-summary.json, once all is written. */
void export_put_manifest(const struct transfer *t, uint64_t items,
    uint64_t bytes, struct buf *out) NONNULL;

/* Where the export's own files lie, in the arena: as the caller of the API
 * names it in the bucket, and with the bucket's name before it. */
enum err export_key(struct op_ctx *ctx, const struct transfer *t,
    const char *name, bool with_bucket, struct str *ret) NONNULL NODISCARD;

#endif
