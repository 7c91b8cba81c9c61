/* SPDX-License-Identifier: ISC */
/*
 * ttl - items that expire by an attribute of theirs, a number of seconds.
 *
 * The table's head names the attribute and a STORE_INDEX, " TTL/TABLE", whose
 * entries have the second, 8 bytes of it, big-endian, as their hash and
 * nothing as their range: "ttl":["attribute",id], and true behind it while
 * the index is being filled.  Its object's def is {"ttl":true}, with the
 * progress of the filling (progress.h).
 *
 * The job (job.h) deletes what has expired.
 *
 * Layer: ddb.
 */
#ifndef DDB_TTL_H
#define DDB_TTL_H

#include "ddb/write.h"

#define TTL_INDEX_PREFIX " TTL/" /* no index's name: it begins a table's */
#define TTL_KEY_BYTES	 8
#define TTL_FILL_ITEMS	 1000 /* of one step */
#define TTL_SWEEP_ITEMS	 100  /* deleted in one transaction */
#define TTL_SWEEP_S	 60   /* between two looks, when nothing is due */
#define TTL_ANCIENT_S	 (UINT64_C(5) * 365 * 86400) /* left alone */

/* The member "ttl" of a head, into t.  NULL: items do not expire.  False: it
 * is not that, or there is no memory. */
bool ttl_read(struct arena *a, const struct json *ttl, struct table *t)
    __attribute__((nonnull(1, 3))) NODISCARD;

/* t is as it was before; its items expire, or no more.  Where they are many
 * the index is filled later, by the job. */
enum err ttl_enable(struct op_ctx *ctx, struct table *t,
    struct str name) NONNULL NODISCARD;
enum err ttl_disable(struct op_ctx *ctx, struct table *t) NONNULL NODISCARD;

/* Keep the index's entry of an item that is written. */
enum err ttl_keep(struct op_ctx *ctx, const struct write *w) NONNULL NODISCARD;

/* When the item expires, as an entry's hash; absent: never.  In the arena. */
enum err ttl_of_item(struct op_ctx *ctx, const struct table *t,
    struct str text, struct str *ret) NONNULL NODISCARD;
/* A second as an entry's hash, in the arena; absent: no memory. */
struct str ttl_key(struct op_ctx *ctx, uint64_t second) NONNULL;

/* One step of filling the index; *ret_done: it is filled. */
enum err ttl_fill(struct op_ctx *ctx, struct table *t,
    bool *ret_done) NONNULL NODISCARD;

#endif
