/* SPDX-License-Identifier: ISC */
/*
 * ion - items as Amazon Ion, in text, as the service exports them: numbers
 * are decimals, binaries blobs, sets lists with the annotation $dynamodb_SS,
 * $dynamodb_NS or $dynamodb_BS.
 *
 * Layer: ddb.  Pure.
 */
#ifndef DDB_ION_H
#define DDB_ION_H

#include "base/buf.h"

/*
 * One line, $ion_1_0 {Item:{...}}, of a map of AttributeValues as it is
 * stored.  ERR_STORE: it is none.
 */
enum err ion_put_item(struct str item, struct buf *out) NONNULL NODISCARD;

#endif
