/* SPDX-License-Identifier: ISC */
/*
 * table - a user's table as the operations see it.
 *
 * store_table.def is three lines.  The first is what every item operation
 * needs and nothing else: {"v":1,"keys":[["pk","S"],["sk","N"]]}, and
 * "protected":true where it is.  The second holds the members of the table's
 * description that do not change by themselves, as the API writes them,
 * without braces.  The third holds what is stored with the table and is not
 * part of its description: {"Tags":[...]}.
 *
 * Layer: ddb.
 */
#ifndef DDB_TABLE_H
#define DDB_TABLE_H

#include "op/op.h"
#include "json/json.h"

/* An attribute of the primary key; name.p is NULL where there is none. */
struct table_key {
	struct str name;
	char type; /* 'S', 'N' or 'B' */
};

struct table {
	struct store_table row;
	struct table_key hash, range;
	bool is_protected;      /* against deletion */
	struct str description; /* the second line */
};

/*
 * By name or ARN.  ERR_SCOPE: the token's patterns do not allow it.
 * ERR_NOT_FOUND.  Everything lives in the arena.
 */
enum err table_open(struct op_ctx *ctx, struct str name,
    struct table *ret) NONNULL NODISCARD;

/* The same for the operations on tables, whose refusal names the table and
 * which need ret->row's items and bytes. */
enum err table_open_named(struct op_ctx *ctx, const struct json *in,
    struct table *ret) NONNULL NODISCARD;

/* The name out of a name or an ARN. */
struct str table_name(struct str s);

/* The table's description: {"TableName":...,"TableStatus":status,...}. */
void table_put_description(struct op_ctx *ctx, const struct table *t,
    const char *status, struct buf *out) NONNULL;

#endif
