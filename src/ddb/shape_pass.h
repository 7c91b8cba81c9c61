/* SPDX-License-Identifier: ISC */
/* shape_pass - the first pass of shape_check().  Private to shape*.c. */
#ifndef DDB_SHAPE_PASS_H
#define DDB_SHAPE_PASS_H

#include "ddb/shape.h"

enum err shape_types(struct op_ctx *ctx, const struct shape *members,
    const struct json *in) NONNULL NODISCARD;

#endif
