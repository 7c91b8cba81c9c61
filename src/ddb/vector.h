/* SPDX-License-Identifier: ISC */
/*
 * vector - vector indexes, and the nearest items to a vector.
 *
 * What a vector index is, is kept with its table as the member
 * "VectorIndexes" of EXTRA_REST, as CreateTable has it.  Its STORE_INDEX and
 * what the write path needs of it are those of any index (index.h).
 *
 * An item is in the index when its attribute is a list of as many numbers as
 * the index has dimensions (for COSINE not all 0), and when it has the HASH
 * attribute of the search schema, if there is one.  Vectors are taken as
 * 32-bit floats.  A search is exact: it reads the items of the index, or of
 * its partition; of the table while the index is being filled.
 *
 * A write of an attribute that is no such vector, or whose type is not that
 * of AttributeDefinitions where the search schema's are defined, is refused.
 * What was an item before the index was is left out of it.
 *
 * Layer: ddb.
 */
#ifndef DDB_VECTOR_H
#define DDB_VECTOR_H

#include "ddb/expr.h"
#include "ddb/shape.h"
#include "ddb/table.h"

#define VECTOR_MEMBER         "VectorIndexes" /* of EXTRA_REST */
#define VECTOR_DIMENSIONS_MAX 8192
#define VECTOR_TOP_MAX	      100 /* results of a search */

enum vector_distance {
	VECTOR_COSINE,	    /* 0 the same, 2 the opposite */
	VECTOR_EUCLIDEAN,
	VECTOR_DOT_PRODUCT, /* the highest is the nearest */
};

struct vector_index {
	struct str name, attribute;
	size_t dimensions;
	enum vector_distance distance;
	const struct json *one;          /* its definition */
	const struct table_index *index; /* NULL: it has no object yet */
};

/* Elements of VectorIndexes and of VectorIndexUpdates. */
extern const struct shape vector_shape[], vector_update_shape[];

/* The attribute of one of them. */
struct str vector_attribute(const struct json *one) NONNULL;
/* How many attributes it includes: the vector and its filters among them. */
size_t vector_included(const struct json *one) NONNULL;

/* Of CreateTable: what is wrong with them; then keep them. */
enum err vector_check(struct op_ctx *ctx, const struct json *in) NONNULL
    NODISCARD;
enum err vector_create(struct op_ctx *ctx, const struct json *in,
    struct table *t) NONNULL NODISCARD;
/* VectorIndexUpdates of UpdateTable, of which there are some: one that comes,
 * then with its id, to be filled, or that goes.  t is to be opened anew. */
enum err vector_update(struct op_ctx *ctx, const struct json *in,
    struct table *t, uint64_t *ret_created) NONNULL NODISCARD;

/* One that an older version made has no object: the first of the table's that
 * has none gets one, to be filled.  0: all have theirs.  t is to be opened
 * anew. */
enum err vector_adopt(struct op_ctx *ctx, struct table *t,
    uint64_t *ret_id) NONNULL NODISCARD;

/* ,"VectorIndexes":[...] of a description; nothing where there are none. */
enum err vector_put(struct op_ctx *ctx, const struct table *t,
    const char *status, struct buf *out) NONNULL NODISCARD;

/* By name; NULL: there is none, or it has no object yet. */
const struct table_index *
vector_index(const struct table *t, struct str name) NONNULL;

/* Has the search schema of one of these VectorIndexes the attribute? */
bool vector_names(const struct json *list, struct str name);

/* By name, in *ret_rest, which is the caller's.  ERR_NOT_FOUND. */
enum err vector_find(const struct table *t, struct str name,
    struct json **ret_rest, struct vector_index *ret) NONNULL NODISCARD;

enum vector_fit {
	VECTOR_FITS,
	VECTOR_ZERO, /* so does this, but it has no direction */
	VECTOR_WIDE, /* some are too large for 32 bits */
	VECTOR_NONE, /* it is no list of that many numbers */
};
/* Bytes of a list of numbers as an item's value. */
uint64_t vector_size(struct str value) NONNULL NODISCARD;
/* Refuse a value that does not fit, and say why. */
enum err vector_check_value(struct op_ctx *ctx, const struct table_index *x,
    struct str value) NONNULL NODISCARD;
enum vector_fit vector_fit(struct str value, size_t dimensions) NONNULL
    NODISCARD;

/* The list of numbers in the canonical text of a value; false: it is none of
 * that many. */
bool vector_read(struct str value, float *to, size_t dimensions) NONNULL
    NODISCARD;

/*
 * SearchConditionExpression: name = :value [AND ...], of attributes of the
 * search schema; NULL: none is given.  *ret_hash: the value of its partition
 * key, which must be there where the schema has one; else NULL.
 */
enum err vector_condition(struct op_ctx *ctx, const struct vector_index *v,
    const struct expr *condition, const struct json **ret_hash)
    __attribute__((nonnull(1, 2, 4))) NODISCARD;

/* How far they are; false: that cannot be said. */
bool vector_score(enum vector_distance d, const float *a, const float *b,
    size_t n, double *ret) NONNULL NODISCARD;

#endif
