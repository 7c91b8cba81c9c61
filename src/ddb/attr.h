/* SPDX-License-Identifier: ISC */
/*
 * attr - attributes in the canonical text of an item, found without parsing
 * it: who keeps an index needs a few of them of every item that is written.
 *
 * Values are parts of the text: {"S":"x"}.  Equal values of a scalar type
 * have equal texts.
 *
 * Layer: ddb.
 */
#ifndef DDB_ATTR_H
#define DDB_ATTR_H

#include "ddb/value.h"

struct attr_name {
	struct str name;
	struct str quoted; /* as it stands in an item's text */
};

/* Both parts are put into the arena. */
enum err attr_name(struct arena *a, struct str name,
    struct attr_name *ret) NONNULL NODISCARD;

/* The values of n names, absent where the item has none.  ERR_STORE: this is
 * no item's text. */
enum err attr_find(struct str item, const struct attr_name *names, size_t n,
    struct str *ret_values) NONNULL NODISCARD;

/* What lies in a value of this type: 'S', 'N' or 'B'; absent: it has another
 * one.  Borrows from the value, or lies in the arena. */
enum err attr_content(struct arena *a, struct str value, char type,
    struct str *ret) NONNULL NODISCARD;

/* The value's type as the API writes it: "S", "BOOL". */
struct str attr_type(struct str value);

/* Bytes as counted into an item's size, the name's among them. */
enum err attr_size(struct op_ctx *ctx, struct str name, struct str value,
    uint64_t *ret) NONNULL NODISCARD;

#endif
