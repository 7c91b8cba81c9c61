/* SPDX-License-Identifier: ISC */
/*
 * collection - item collections: the items of one partition key in a table
 * that has local indexes, with what these show of them.  They may have
 * LIMIT_COLLECTION bytes, counted as the sizes of tables and indexes are.
 *
 * Each write of an item keeps its collection's counter (store.h).  One that
 * is not there is counted when it is first needed, item by item: so it is in
 * a database that is older than the counters, once for each collection.
 *
 * Layer: ddb.
 */
#ifndef DDB_COLLECTION_H
#define DDB_COLLECTION_H

#include "ddb/write.h"

/* Does the table have them? */
bool collection_has(const struct table *t) NONNULL NODISCARD;

/*
 * Of a write that is about to be done: its collection will have so many bytes
 * more or less.  ERR_COLLECTION: it would grow past its limit, and nothing is
 * done.  What fills a table that is being restored was whole before.
 */
enum err collection_add(struct op_ctx *ctx, const struct write *w,
    int64_t bytes) NONNULL NODISCARD;

/* ReturnItemCollectionMetrics: is it asked for, of a table that has them? */
bool collection_wanted(const struct json *in, const struct table *t) NONNULL;
/* {"ItemCollectionKey":{"pk":{"S":"x"}},"SizeEstimateRangeGB":[0.0,1.0]} */
enum err collection_put(struct op_ctx *ctx, const struct table *t,
    const struct store_key *key, struct buf *out) NONNULL NODISCARD;
/* The member ItemCollectionMetrics, if it is asked for. */
enum err collection_answer(struct op_ctx *ctx, const struct json *in,
    const struct write *w, struct buf *out) NONNULL NODISCARD;

#endif
