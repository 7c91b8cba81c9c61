/* SPDX-License-Identifier: ISC */
/*
 * vector - vector indexes, and the nearest items to a vector.
 *
 * What a vector index is, is kept with its table as the member
 * "VectorIndexes" of EXTRA_REST, as CreateTable has it.  A search is exact:
 * it reads the table's items, whose vectors are lists of numbers, taken as
 * 32-bit floats.  An item is in the index when its attribute is a list of
 * as many numbers as the index has dimensions (for COSINE not all 0).
 *
 * Layer: ddb.
 */
#ifndef DDB_VECTOR_H
#define DDB_VECTOR_H

#include "ddb/expr.h"
#include "ddb/shape.h"
#include "ddb/table.h"

#define VECTOR_INDEXES_MAX    20 /* of a table */
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
	const struct json *one; /* its definition */
};

/* Elements of VectorIndexes and of VectorIndexUpdates. */
extern const struct shape vector_shape[], vector_update_shape[];

/* Of CreateTable: what is wrong with them; then keep them. */
enum err vector_check(struct op_ctx *ctx, const struct json *in) NONNULL
    NODISCARD;
enum err vector_create(struct op_ctx *ctx, const struct json *in,
    struct table *t) NONNULL NODISCARD;
/* VectorIndexUpdates of UpdateTable: one that comes or goes. */
enum err vector_update(struct op_ctx *ctx, const struct json *in,
    struct table *t) NONNULL NODISCARD;

/* ,"VectorIndexes":[...] of a description; nothing where there are none. */
enum err vector_put(struct op_ctx *ctx, const struct table *t,
    const char *status, struct buf *out) NONNULL NODISCARD;

/* By name, in *ret_rest, which is the caller's.  ERR_NOT_FOUND. */
enum err vector_find(const struct table *t, struct str name,
    struct json **ret_rest, struct vector_index *ret) NONNULL NODISCARD;

/* The list of numbers in the canonical text of a value; false: it is none of
 * that many. */
bool vector_read(struct str value, float *to, size_t dimensions) NONNULL
    NODISCARD;

/* How far they are; false: that cannot be said. */
bool vector_score(enum vector_distance d, const float *a, const float *b,
    size_t n, double *ret) NONNULL NODISCARD;

#endif
