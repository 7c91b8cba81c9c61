/* SPDX-License-Identifier: ISC */
/*
 * rpc - messages of JSON-RPC 2.0, as far as MCP uses them.
 *
 * An id is a string or an integer, never null, of at most LIMIT_RPC_ID
 * bytes; params are an object.
 *
 * Layer: mcp.
 */
#ifndef MCP_RPC_H
#define MCP_RPC_H

#include "json/json.h"

enum rpc_kind {
	RPC_BAD,
	RPC_REQUEST,
	RPC_NOTIFICATION,
	RPC_RESPONSE,
};

/* Borrows from the tree. */
struct rpc {
	enum rpc_kind kind;
	const struct json *id; /* NULL where there is none that is readable */
	struct str method;
	const struct json *params; /* an object or NULL */
	const char *wrong;         /* RPC_BAD: what, constant */
};

void
rpc_read(const struct json *j, struct rpc *ret) __attribute__((nonnull(2)));

#define RPC_NAME_SHOWN 64 /* bytes of an unknown name */

/* The head of s, at most max bytes, cut between characters. */
struct str rpc_cut(struct str s, size_t max);

/* A value, null where it is absent. */
void rpc_put(struct buf *out, const struct json *j) __attribute__((nonnull(1)));

/*
 * A whole error response.  Without an id the member is left out, or null
 * where null_id asks for it.  data is JSON, absent where there is none.
 */
void rpc_put_error(struct buf *out, const struct json *id, bool null_id,
    int code, struct str message, struct str data) __attribute__((nonnull(1)));

#endif
