/* SPDX-License-Identifier: ISC */
/*
 * tag - the tags of a table: up to 50 pairs of a key and a value.
 *
 * Layer: ddb.
 */
#ifndef DDB_TAG_H
#define DDB_TAG_H

#include "ddb/shape.h"

/* The element of a list of tags. */
extern const struct shape tag_shape[];

/*
 * What the shape cannot say of a list of new tags: a key given twice, or
 * one of the service's own.  ERR_VALIDATION.
 */
enum err tag_check(struct op_ctx *ctx, const struct json *tags)
    __attribute__((nonnull(1))) NODISCARD; /* tags may be NULL */

/* ERR_VALIDATION: so many are too many for one table. */
enum err tag_check_count(struct op_ctx *ctx, size_t n) NONNULL NODISCARD;

#endif
