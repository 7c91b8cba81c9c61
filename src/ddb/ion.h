/* SPDX-License-Identifier: ISC */
/*
 * ion - items as Amazon Ion, in text, as the service exports and imports
 * them: numbers are decimals, binaries blobs, sets lists with the annotation
 * $dynamodb_SS, $dynamodb_NS or $dynamodb_BS.
 *
 * Layer: ddb.  Pure.
 */
#ifndef DDB_ION_H
#define DDB_ION_H

#include "ddb/lines.h"

/* A struct, of a map of AttributeValues as it is stored.  ERR_STORE: it is
 * none. */
enum err ion_put_item(struct str item, struct buf *out) NONNULL NODISCARD;

/*
 * The next record of a text that comes piece by piece, as lines_next(): a
 * struct, as JSON in out, in which the values of Item and of
 * ExpressionAttributeValues are AttributeValues.
 */
enum lines ion_next(struct str text, bool last, struct buf *out,
    size_t *ret_used) NONNULL NODISCARD;

#endif
