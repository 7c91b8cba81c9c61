/* SPDX-License-Identifier: ISC */
/*
 * value - AttributeValues: their types, their canonical text, their size.
 *
 * The canonical text of a value is compact JSON with numbers normalised; an
 * item is stored and returned as such a text.  What is read here has passed
 * shape_check(), or was stored.
 *
 * Layer: ddb.
 */
#ifndef DDB_VALUE_H
#define DDB_VALUE_H

#include "ddb/number.h"
#include "json/json.h"
#include "op/op.h"

enum value_type {
	VALUE_NONE, /* not exactly one type is set */
	VALUE_S,
	VALUE_N,
	VALUE_B,
	VALUE_SS,
	VALUE_NS,
	VALUE_BS,
	VALUE_BOOL,
	VALUE_NULL,
	VALUE_L,
	VALUE_M,
	VALUE__MAX
};

/* "S", "N", ...; "" for VALUE_NONE. */
const char *value_type_name(enum value_type t);

/* The type and what lies under its name. */
enum value_type value_type(const struct json *value,
    const struct json **ret_content);

/* The prefix of some refusals in PutItem and UpdateItem. */
#define VALUE_WRITE "1 validation error detected: "

struct value_out {
	struct op_ctx *ctx;
	struct buf *out;    /* the canonical text is appended */
	const char *prefix; /* VALUE_WRITE or "" */
	uint64_t size;	    /* bytes as the API counts them, added up */
};

/*
 * Check and write one value, or the values of a map by their names (an
 * item: {"a":{"S":"x"}}).  ERR_VALIDATION, in the service's words.
 */
enum err value_put(struct value_out *w, const struct json *value) NONNULL
    NODISCARD;
enum err value_put_map(struct value_out *w, const struct json *map) NONNULL
    NODISCARD;

/*
 * An item's canonical text, in the arena, and its size; whether it is too
 * large is asked apart, for the service looks at something else in between.
 */
enum err value_item(struct op_ctx *ctx, const struct json *map,
    const char *prefix, struct store_item *ret) NONNULL NODISCARD;
enum err value_item_fits(struct op_ctx *ctx, const struct store_item *item)
    NONNULL NODISCARD;

/* The refusal of a number; text is what was read, if it was. */
enum err value_number(struct op_ctx *ctx, enum number_error error,
    struct str text) NONNULL NODISCARD;

/* The check alone, of each value of a map; NULL: there is none. */
enum err value_check_map(struct op_ctx *ctx, const struct json *map,
    const char *prefix) NODISCARD;

/* The size of an item by its canonical text. */
enum err value_measure(struct op_ctx *ctx, struct str text, uint64_t *ret)
    NONNULL NODISCARD;

#endif
