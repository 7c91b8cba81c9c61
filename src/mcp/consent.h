/* SPDX-License-Identifier: ISC */
/*
 * consent - a tool that destroys is run when a human has agreed to it.
 *
 * The state of a question (input.h) is for one token, one tool and its
 * arguments, and for tables that were there when it was asked: one made
 * since, be it of the same name, is another.  Its id is taken in the operation's own transaction
 * (op_ctx.consent), so that it counts once, whoever else tries at the same
 * time.
 *
 * A client of 2026-07-28 that can ask its human (elicitation by a form) gets
 * input_required, and the state as requestState.  Any other is told what
 * would be lost, and the state as the argument `confirm` of a second call; of
 * what was handed out in one way nothing is taken in the other.
 *
 * Layer: mcp.
 */
#ifndef MCP_CONSENT_H
#define MCP_CONSENT_H

#include "mcp/call.h"
#include "mcp/tool.h"

/*
 * May t be run with these arguments, which fit?  If not, *ret_told is set and
 * out is the result that says why or asks; nothing was done.  If so,
 * ctx->consent is what is to be taken, if anything.  Reads, in any room.
 */
enum err consent_check(struct call *c, const struct tool *t,
    const struct json *args, struct buf *out,
    bool *ret_told) NONNULL NODISCARD;

/*
 * Does such a call lack what it may be run with, so that it only asks?  Looks
 * at nothing but the message.
 */
bool consent_lacks(const struct call *c, const struct tool *t,
    const struct json *args) __attribute__((nonnull(1, 2))) NODISCARD;

#endif
