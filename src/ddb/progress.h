/* SPDX-License-Identifier: ISC */
/*
 * progress - how far a walk over a table's items has come, as it is kept
 * between its steps: "hash":"base64","range":"base64".
 *
 * Layer: ddb.
 */
#ifndef DDB_PROGRESS_H
#define DDB_PROGRESS_H

#include "op/op.h"

/* Out of the object that has these members; without them, the start.
 * ERR_STORE: it is none.  In the arena. */
enum err progress_read(struct op_ctx *ctx, struct str def,
    struct store_key *ret) NONNULL NODISCARD;

/* The members. */
void progress_put(struct buf *out, const struct store_key *last) NONNULL;

#endif
