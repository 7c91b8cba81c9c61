/* SPDX-License-Identifier: ISC */
/*
 * index - secondary indexes: the entries that items have in them, and what
 * they show of an item.
 *
 * An entry's hash is made as a table's store_key.hash is, its range as
 * store_key.range, where each has one attribute.  Of several, each is
 * escaped (00 to 00 FF), ended by 00 01 and put behind the one before: so
 * their order is the order of the tuples.
 *
 * Layer: ddb.
 */
#ifndef DDB_INDEX_H
#define DDB_INDEX_H

#include "base/limits.h"
#include "ddb/expr.h"
#include "ddb/table.h"

/*
 * The members "indexes" and "vectors" of a definition's first line, into t,
 * whose keys are known: [{"id":7,"name":"x","hashes":1,"keys":[["a","S"],
 * ["b","N"]],"shows":["c"]}], with "local":true and "building":true where it
 * is; without "shows" it shows all, with [] the keys only.  One of vectors has
 * no keys or one HASH, and "vector":["v",3], true behind it where the distance
 * is COSINE, with "filters":[["d","*"]] where it has some.  False: it is not
 * that, or there is no memory.
 */
bool index_read(struct arena *a, const struct json *head,
    struct table *t) NONNULL NODISCARD;

/* By name; NULL: the table has no such index. */
const struct table_index *
index_find(const struct table *t, struct str name) NONNULL;

/* Refuse a new item whose attributes the indexes cannot take as keys. */
enum err index_check_item(struct op_ctx *ctx, const struct table *t,
    const struct json *item) NONNULL NODISCARD;
/* The same in an update's words, for the values that differ from old. */
enum err index_check_update(struct op_ctx *ctx, const struct table *t,
    const struct str *old, const struct str *values) NONNULL NODISCARD;

/* No path may lead into a key of the table or of an index. */
enum err index_refuse_nested(struct op_ctx *ctx, const struct table *t,
    const struct expr_paths *paths, const struct expr *e)
    __attribute__((nonnull(1, 2, 3))) NODISCARD;

/*
 * The entry of an item; ret->hash.p is NULL where it has none: a key
 * attribute or the vector is missing, or cannot be one.  values are those of
 * table.attrs.
 */
enum err index_entry(struct op_ctx *ctx, const struct table_index *x,
    const struct str *values, const struct store_key *item,
    struct store_entry *ret) NONNULL NODISCARD;

/* Bytes of what the index shows of an item that is in it. */
enum err index_size(struct op_ctx *ctx, const struct table *t,
    const struct table_index *x, const struct str *values, uint64_t size,
    uint64_t *ret) NONNULL NODISCARD;

/* {"pk":{"S":"x"}}: the first n of what the index shows. */
void index_put(struct buf *out, const struct table *t,
    const struct table_index *x, const struct str *values, size_t n) NONNULL;

/* ,"a":{"S":"x"}: of the index's own key what is not in the table's.
 * ERR_STORE: entry is none of it. */
enum err index_put_key(struct buf *out, const struct table *t,
    const struct table_index *x, const struct store_key *entry) NONNULL
    NODISCARD;

/* The part of an index's key that a value of this attribute is; absent: it
 * cannot be one.  In the arena. */
enum err index_part(struct op_ctx *ctx, const struct table_key *key,
    struct str value, struct str *ret) NONNULL NODISCARD;

/* Several parts of a key to one, each ended; one of one stays as it is. */
enum err index_pack(struct arena *a, const struct str *parts, size_t n,
    bool several, struct str *ret) NONNULL NODISCARD;

#endif
