/* SPDX-License-Identifier: ISC */
/*
 * describe - tables in the words of the tools, resources and prompts, and the
 * operations that they ask for it.
 *
 * Layer: mcp.
 */
#ifndef MCP_DESCRIBE_H
#define MCP_DESCRIBE_H

#include "mcp/tool.h"

/*
 * Run the operation of that name; request is its JSON.  The answer is the
 * caller's to free.  On failure ctx->message has the public text.
 */
enum err describe_ask(struct op_ctx *ctx, const char *op, struct str request,
    struct json **ret) NONNULL NODISCARD;

/* DescribeTable's answer of one table.  The caller's to free. */
enum err describe_get(struct op_ctx *ctx, struct str table,
    struct json **ret) NONNULL NODISCARD;

/*
 * The table's members of a result: table, status, keys, indexes, items,
 * bytes, created; of what a TableDescription has.
 */
#define DESCRIBE_FORM                                           \
	FORM("table", STRING, .required = true),                \
	    FORM("status", STRING, .required = true),           \
	    FORM("partition_key", MAP, .required = true),       \
	    FORM("sort_key", MAP), FORM("indexes", ARRAY),      \
	    FORM("items", INTEGER), FORM("bytes", INTEGER),     \
	    FORM("created", STRING)
void describe_put(struct buf *out, const struct json *table)
    __attribute__((nonnull(1)));

/* A key's type in our words, and in the API's: string is S. */
extern const char *const describe_types[];
struct str describe_code(struct str type) NODISCARD;

/*
 * ,"attributes":{"NAME":"TYPE",...}: what a few items of the table have, at
 * most DESCRIBE_ATTRIBUTES of them; ,"attributes_left_out":N for the rest.
 */
#define DESCRIBE_ITEMS	    5
#define DESCRIBE_ATTRIBUTES 40
enum err describe_put_shape(struct op_ctx *ctx, struct str table,
    struct buf *out) NONNULL NODISCARD;

#endif
