/* SPDX-License-Identifier: ISC */
/*
 * export - a table's items as of one moment, in files as the service writes
 * them: beneath exports/BUCKET/PREFIX/AWSDynamoDB/ID of the data directory
 * data/NNNNNNNN.json.gz (or .ion.gz), manifest-files.json, manifest-summary.json, their
 * MD5 sums beside them, and _started.
 *
 * The items come from a hidden backup (backup.h).  Each step of the job
 * writes one data file whole; one that was killed on the way is written
 * again.  The data files of an incremental export lie in AWSDynamoDB/data,
 * and its hidden backup is filled by steps of its own (export_gather.c) with
 * what became of each item that was changed.
 *
 * Layer: ddb.
 */
#ifndef DDB_EXPORT_H
#define DDB_EXPORT_H

#include "ddb/export_filter.h"
#include "ddb/table.h"
#include "ddb/transfer.h"

/* {"ExportDescription":...} and an element of ListExports. */
void export_put(const struct transfer *t, struct buf *out) NONNULL;
void export_put_summary(const struct transfer *t, struct buf *out) NONNULL;

/* How far it is. */
struct export_at {
	uint64_t backup, time, files, offset, items, bytes;
	struct store_key key; /* behind which to go on */
	/* Of an incremental one: its changes are those from next to last,
	 * next being 0 when all are gathered. */
	uint64_t table, next, last;
};

/* Take the next changes together, in the transaction that is open. */
enum err export_gather(struct op_ctx *ctx, struct export_at *at) NONNULL
    NODISCARD;

/* How the lines of the data files are made. */
struct export_lines {
	const struct table *changed; /* NULL: of items, else of changes */
	bool old;                    /* with the images before */
	bool ion;
	struct export_filter filter;
	struct buf image[2]; /* what is wanted of an item, or before and after */
};
/*
 * The line of an item, or of one that was gathered; nothing of what is not
 * wanted.  A change is one of what the filter shows: an item that it takes no
 * longer is as good as deleted, one that it takes now as good as new.
 */
enum err export_put_line(struct export_lines *l, const struct store_item *item,
    struct buf *out) NONNULL NODISCARD;

/* The table as far as its keys go. */
enum err export_table(struct op_ctx *ctx, uint64_t backup, struct table *ret)
    NONNULL NODISCARD;

/* Is it an incremental one?  Is it in Ion? */
bool export_is_change(const struct transfer *t) NONNULL;
bool export_is_ion(const struct transfer *t) NONNULL;

/* manifest-summary.json, once all is written. */
void export_put_manifest(const struct transfer *t, uint64_t items,
    uint64_t bytes, struct buf *out) NONNULL;

/* Where the export's own files lie, in the arena: as the caller of the API
 * names it in the bucket, and with the bucket's name before it. */
enum err export_key(struct op_ctx *ctx, const struct transfer *t,
    const char *name, bool with_bucket, struct str *ret) NONNULL NODISCARD;

#endif
