/* SPDX-License-Identifier: ISC */
/*
 * key - primary keys as bytes.
 *
 * store_key.hash is four bytes of BLAKE2b of the partition key, then the
 * partition key: so equal ranges of the first four bytes are equal shares of
 * a table.  store_key.range is the sort key.  S and B are their own bytes, N
 * is its sort form (number.h): memcmp order is the API's order.
 *
 * Everything here is put into the arena.
 *
 * Layer: ddb.
 */
#ifndef DDB_KEY_H
#define DDB_KEY_H

#include "ddb/table.h"
#include "ddb/value.h"

#define KEY_PREFIX_BYTES 4

/* The key of an item; a key missing, or of a wrong type or size, is refused,
 * and so is what the table's indexes cannot take as theirs. */
enum err key_of_item(struct op_ctx *ctx, const struct table *t,
    const struct json *item, struct store_key *ret) NONNULL NODISCARD;

/* A Key parameter: the key's attributes and no others. */
enum err key_of_map(struct op_ctx *ctx, const struct table *t,
    const struct json *map, struct store_key *ret) NONNULL NODISCARD;

/* The same among other attributes. */
enum err key_in_map(struct op_ctx *ctx, const struct table *t,
    const struct json *map, struct store_key *ret) NONNULL NODISCARD;

/* Has the item the key's attributes, of the right types? */
bool key_fits(const struct table *t, const struct json *item) NONNULL;
/* Is it such a parameter, as far as names and types go? */
bool key_map_fits(const struct table *t, const struct json *map) NONNULL;

/*
 * The bytes of one key attribute, whose value has the right type; empty ones
 * and those past the limit of their kind are refused.
 */
enum err key_part(struct op_ctx *ctx, const struct table_key *k,
    bool is_hash, const struct json *content, struct str *ret) NONNULL
    NODISCARD;

/* The bytes of S, N or B; ERR_VALIDATION without a text: it is none. */
enum err key_bytes(struct op_ctx *ctx, char type, struct str s,
    struct str *ret) NONNULL NODISCARD;

/* store_key.hash from the partition key's bytes. */
enum err key_hash(struct op_ctx *ctx, struct str part, struct str *ret)
    NONNULL NODISCARD;

/* Back to {"pk":{"S":"x"},"sk":{"N":"1"}}.  ERR_STORE: not such a key. */
enum err key_put(struct buf *out, const struct table *t,
    const struct store_key *k) NONNULL NODISCARD;

/* One part of it: "pk":{"S":"x"} */
enum err key_put_part(struct buf *out, const struct table_key *k,
    struct str part) NONNULL NODISCARD;

/* The value type that a key attribute must have. */
enum value_type key_value_type(char type);

#endif
