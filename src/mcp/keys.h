/* SPDX-License-Identifier: ISC */
/*
 * keys - the keys of tables and indexes, from a tool's arguments to the API.
 *
 * Layer: mcp.
 */
#ifndef MCP_KEYS_H
#define MCP_KEYS_H

#include "mcp/tool.h"

/* {"name":...,"type":...} */
extern const struct form keys_member[2];
#define KEYS_TEXT_PARTITION "Every item has it and is found by it."
#define KEYS_TEXT_SORT                                                       \
	"The items of one partition key are sorted by it. Absent: one item " \
	"for each partition key."
#define KEYS_PARTITION                                  \
	FORM("partition_key", OBJECT, .required = true, \
	    FORM_MEMBERS(keys_member), .text = KEYS_TEXT_PARTITION)
#define KEYS_SORT \
	FORM("sort_key", OBJECT, FORM_MEMBERS(keys_member), .text = KEYS_TEXT_SORT)
/* An index: its name and its keys. */
extern const struct form keys_index_member[3];

/* Those of the table and of its indexes, in their order. */
struct keys {
	const struct json *key[2 + 2 * LIMIT_MCP_INDEXES];
	size_t n;
};
void keys_take(struct keys *k, const struct json *of) __attribute__((nonnull(1)));

/* ,"AttributeDefinitions":[...]: an attribute once, wherever it is a key. */
enum err keys_put_definitions(struct tool_run *r, const struct keys *k,
    struct buf *out) NONNULL NODISCARD;
/* ,"KeySchema":[...] */
void keys_put_schema(struct buf *out, const struct json *of)
    __attribute__((nonnull(1)));
/* The members of an index that is to be made; all attributes are in it. */
void keys_put_index(struct buf *out, const struct json *index)
    __attribute__((nonnull(1)));

#endif
