/* SPDX-License-Identifier: ISC */
/*
 * table_def - a table's definition (table.h), written and changed.
 *
 * What writes a member here puts a comma before it where one is needed.
 *
 * Layer: ddb.
 */
#ifndef DDB_TABLE_DEF_H
#define DDB_TABLE_DEF_H

#include "ddb/table.h"
#include "ddb/table_shape.h"

#define TABLE_DEF_MAX KIB(512)

/* ReadCapacityUnits and WriteCapacityUnits have a bound; NULL: none given. */
enum err table_def_check_units(struct op_ctx *ctx, const struct json *units)
    __attribute__((nonnull(1))) NODISCARD;
/* What a stream is asked to be. */
enum err table_def_check_stream(struct op_ctx *ctx, const struct json *stream,
    bool creating) __attribute__((nonnull(1))) NODISCARD;

/* A parameter, if it is given, as its shape knows it. */
void table_def_put_as(struct buf *out, const struct shape *shapes,
    const struct json *in, const char *name) NONNULL;
/* The description's members made of a parameter; NULL: not given. */
void table_def_put_units(struct buf *out, const struct json *units)
    __attribute__((nonnull(1)));
void table_def_put_warm(struct buf *out, const struct json *warm)
    __attribute__((nonnull(1)));
void table_def_put_encryption(struct op_ctx *ctx, struct buf *out,
    const struct json *spec) __attribute__((nonnull(1, 2)));

/* A member of an object: its new text; absent: it goes. */
struct table_member {
	const char *name;
	struct str text;
};
/* An object's members but for these, then these; without braces. */
void table_def_put_members(struct buf *out, const struct json *object,
    const struct table_member *members, size_t n) NONNULL;

#endif
