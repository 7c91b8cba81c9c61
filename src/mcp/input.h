/* SPDX-License-Identifier: ISC */
/*
 * input - what a request needs to know of its client first (2026-07-28,
 * "Multi Round-Trip Requests"): it is answered with input_required, and comes
 * again with inputResponses and the requestState that it was given.
 *
 * Nothing is kept of a question.  Its state is sealed and given away: an id,
 * when it ends, a digest of who asked for what, and a few bytes to be had
 * back.  Nobody else can read or make one.
 *
 * Layer: mcp.
 */
#ifndef MCP_INPUT_H
#define MCP_INPUT_H

#include "mcp/call.h"

#define INPUT_KEPT_MAX 128 /* bytes that a state gives back */

struct input_state {
	struct str id;    /* random: what may be done once takes it */
	uint64_t expires; /* ns since 1970 */
	struct str kept;
};

/* Can the client be asked for it: "elicitation" (by a form), "roots"... */
bool input_can(const struct call *c, const char *capability) NONNULL NODISCARD;

/* Its answer to the question of that name, or NULL. */
const struct json *
input_answer(const struct call *c, const char *name) NONNULL NODISCARD;

/* The text of a state; what: the request that it is for, as any bytes. */
enum err input_seal(const struct call *c, struct str what, struct str kept,
    struct buf *out) NONNULL NODISCARD;

/* NULL: it is one of this caller, for this request, and has not ended; *ret
 * is in ctx->arena.  Else why it is not: *ret_old, if only too late. */
const char *input_open(const struct call *c, struct str what,
    const struct json *text, struct input_state *ret, bool *ret_old)
    __attribute__((nonnull(1, 4, 5))) NODISCARD;

#endif
