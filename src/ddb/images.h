/* SPDX-License-Identifier: ISC */
/*
 * images - why a table keeps the images of its changes, beside a stream.
 *
 * The member "images" of a definition's first line: a number, the sum of
 * its reasons.  While it is not 0, or there is a stream, store_table.images
 * is set.
 *
 * Layer: ddb.
 */
#ifndef DDB_IMAGES_H
#define DDB_IMAGES_H

#include "ddb/table.h"

#define IMAGES_RESTORE 1u /* point-in-time recovery is enabled */
#define IMAGES_COPY    2u /* a backup is being made of it */

/* The reasons in a definition; 0 for one that is none. */
unsigned images_of(struct str def);

/* Add or take away a reason, and store the definition. */
enum err images_set(struct op_ctx *ctx, struct table *t, unsigned reason,
    bool on) NONNULL NODISCARD;

#endif
