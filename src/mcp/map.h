/* SPDX-License-Identifier: ISC */
/*
 * map - a tool's arguments to its operation's request, and the answer to its
 * result, by what the forms say of each member (form.h: api, as).
 *
 * Members of an object in the API, "A.B", stand beside each other in the
 * request's form; one level is enough for requests, a result may look deeper.
 *
 * Layer: mcp.
 */
#ifndef MCP_MAP_H
#define MCP_MAP_H

#include "mcp/tool.h"

/* The members that args have, each with a comma before it but the first of
 * an object.  ERR_VALIDATION with words where one cannot be said there. */
enum err map_members(struct tool_run *r, const struct form *in,
    const struct json *args, struct buf *request) NONNULL NODISCARD;

/* The members of the result that the answer has, likewise. */
void map_result(struct tool_run *r, const struct form *out,
    const struct json *answer, struct buf *result)
    __attribute__((nonnull(1, 2, 4)));

/* The member "A.B" of an answer; NULL: there is none. */
const struct json *map_find(const struct json *answer, const char *path)
    __attribute__((nonnull(2)));

/* The API's seconds with a fraction as UTC text; the second is enough. */
void map_put_time(struct buf *out, const struct json *seconds)
    __attribute__((nonnull(1)));
void map_put_seconds(struct buf *out, uint64_t seconds) NONNULL;

/*
 * Is the result too long to be shown, and is there one with fewer items?
 * Then r->limit is lowered, and r->again set.
 */
void map_shorten(struct tool_run *r, const struct json *answer,
    size_t len) __attribute__((nonnull(1)));

#endif
