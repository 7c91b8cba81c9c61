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
 * The table's members of a result: table, status, keys, indexes, settings
 * that are not as create_table makes them, items, bytes, created, of what a
 * TableDescription has; and its entities.
 */
#define DESCRIBE_FORM                                           \
	FORM("table", STRING, .required = true),                \
	    FORM("status", STRING, .required = true),           \
	    FORM("partition_key", MAP, .required = true),       \
	    FORM("sort_key", MAP), FORM("indexes", ARRAY),      \
	    FORM("vector_indexes", ARRAY),                      \
	    FORM("stream", STRING), FORM("protected", BOOL),    \
	    FORM("class", STRING), FORM("billing", STRING),     \
	    FORM("read_units", INTEGER),                        \
	    FORM("write_units", INTEGER),                       \
	    FORM("items", INTEGER), FORM("bytes", INTEGER),     \
	    FORM("created", STRING), FORM("entities", ARRAY),   \
	    FORM("enforced", BOOL)
void describe_put(struct buf *out, const struct op_ctx *ctx,
    const struct json *table) __attribute__((nonnull(1, 2)));

/*
 * ,"entities":["NAME",...],"enforced":true: what the table's data model says
 * that there is, at most DESCRIBE_ENTITIES names; nothing where it has none.
 */
#define DESCRIBE_ENTITIES 20
void describe_put_entities(struct buf *out, const struct op_ctx *ctx,
    struct str table) NONNULL;

/*
 * The table's data model, {"table":...,"enforced":...,"model":{...}}, whole or
 * with one entity (absent: all).  What is longer than LIMIT_MCP_RESULT is told
 * by names alone, for then one is asked for after another.
 */
enum err describe_put_model(struct op_ctx *ctx, struct str table,
    struct str entity, struct buf *out) NONNULL NODISCARD;

/*
 * ,"entities":["NAME",null,...]: of which entity each of the first n items is; nothing
 * where the table has no data model.  table: of DescribeTable.
 */
void describe_put_labels(struct buf *out, const struct op_ctx *ctx,
    const struct json *table, const struct json *items, size_t n)
    __attribute__((nonnull(1, 2)));

/* A stream's view and an index's distance in our words, NULL-ended, and the
 * API's beside them; "off" is no stream. */
extern const char *const describe_views[], *const describe_view_codes[];
extern const char *const describe_distances[];
extern const char *const describe_distance_codes[];

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
