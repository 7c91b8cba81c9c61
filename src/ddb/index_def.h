/* SPDX-License-Identifier: ISC */
/*
 * index_def - indexes as requests define them.  What is read here has passed
 * shape_check().
 *
 * Layer: ddb.
 */
#ifndef DDB_INDEX_DEF_H
#define DDB_INDEX_DEF_H

#include "ddb/index.h"
#include "ddb/table_shape.h"

/* An element of GlobalSecondaryIndexes or LocalSecondaryIndexes, and what is
 * around it. */
struct index_def {
	const struct json *one;
	const struct json *defs; /* AttributeDefinitions */
	bool local;
	struct str table_hash; /* of a local one */
	bool demand;	       /* the table is PAY_PER_REQUEST */
};

/* The type that the definitions give a name; '\0' if none does. */
char index_def_type(const struct json *defs, struct str name);

/* The key of a table or an index against the definitions; NULL: none given. */
enum err index_def_check_keys(struct op_ctx *ctx, const struct json *schema,
    const struct json *defs, bool global)
    __attribute__((nonnull(1, 2))) NODISCARD;

/* The structure of an index. */
enum err index_def_check(struct op_ctx *ctx, const struct index_def *d)
    NONNULL NODISCARD;

/* How many attributes it includes. */
size_t index_def_included(const struct json *one);
/* There are so many more of them in an index that is to come. */
enum err index_def_check_included(struct op_ctx *ctx, const struct table *t,
    size_t more) NONNULL NODISCARD;

/* [["pk","S"],["sk","N"]] */
void index_def_put_keys(struct buf *out, const struct json *schema,
    const struct json *defs) NONNULL;

/* Its element of the definition's first line (index.h). */
void index_def_put_head(struct buf *out, const struct index_def *d,
    uint64_t id, bool building) NONNULL;

/* Its element of the table's description, without what changes by itself. */
void index_def_put(struct buf *out, const struct index_def *d) NONNULL;

/* Make its object of the store, in the table with this id. */
enum err index_def_create(struct op_ctx *ctx, const struct store_table *row,
    struct str name, uint64_t *ret_id) NONNULL NODISCARD;

#endif
