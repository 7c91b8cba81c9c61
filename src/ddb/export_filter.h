/* SPDX-License-Identifier: ISC */
/*
 * export_filter - FilterSpecification: which items of a table are exported,
 * and what of them, said as in a Query (with a key condition) or a Scan.
 *
 * Layer: ddb.
 */
#ifndef DDB_EXPORT_FILTER_H
#define DDB_EXPORT_FILTER_H

#include "ddb/expr.h"
#include "ddb/shape.h"
#include "ddb/table.h"

extern const struct shape export_filter_shape[];

struct export_filter {
	const struct expr *filter; /* NULL: none */
	struct expr_paths paths;
	struct store_range range; /* of one partition, or all */
};

/* spec NULL: everything.  It has passed shape_check(), and outlives *ret.
 * ERR_VALIDATION: what is wrong with it. */
enum err export_filter_read(struct op_ctx *ctx, const struct json *spec,
    const struct table *t, struct export_filter *ret)
    __attribute__((nonnull(1, 3, 4))) NODISCARD;

/* Write what is wanted of an item; *ret false: it is not. */
enum err export_filter_put(const struct export_filter *f, struct str item,
    bool *ret, struct buf *out) NONNULL NODISCARD;

#endif
