/* SPDX-License-Identifier: ISC */
/*
 * backfill - the entries of an index that is made on a table with items.
 *
 * From its making on every write keeps the index's entries; a backfill walks
 * the items and puts those that are not there.  It goes in steps, each of
 * one write transaction; how far it has come lies in the index's own object,
 * so that any process goes on where another one ended; the job of this name
 * does.  Until it is done the index is not read.
 *
 * Layer: ddb.
 */
#ifndef DDB_BACKFILL_H
#define DDB_BACKFILL_H

#include "ddb/index.h"

/* One step of the index with this id, in an open write transaction.  *ret
 * is true when it is done, or gone.  ERR_NOT_FOUND: there is no such id. */
enum err backfill_step(struct op_ctx *ctx, uint64_t index, bool *ret) NONNULL
    NODISCARD;

/* The first steps of a new index: all of them where they are few. */
enum err backfill_begin(struct op_ctx *ctx, uint64_t index) NONNULL NODISCARD;

/* The vector indexes of a living table that an older version made get their
 * objects, and are begun.  The job does so for the tables that it finds; one
 * that comes back later needs it then. */
enum err backfill_adopt(struct op_ctx *ctx, const struct store_object *o)
    NONNULL NODISCARD;

#endif
