/* SPDX-License-Identifier: ISC */
/*
 * once - a request that the caller has given a token is carried out once,
 * by whichever process, and a repeat answers as if it had been.
 *
 * The token is put into the store before the work begins, in a transaction
 * of its own: so a repeat is told that the first is still at it, instead of
 * waiting for it.  The work's transaction makes it last for the API's ten
 * minutes.  A process that dies in between leaves a token that is good again
 * once no work can still be going on under it.
 *
 * Layer: op.  Private to frame.c.
 */
#ifndef OP_ONCE_H
#define OP_ONCE_H

#include "op/op.h"

struct once {
	struct str id;   /* of the memo; absent: nothing to do */
	struct str mark; /* what its memo holds: the digest of the request,
			  * and the request's own id until it is done */
	bool again;      /* it was done before */
};

/*
 * In no transaction.  ERR_MISMATCH: the token was used for another request;
 * ERR_IN_PROGRESS: the first one is not done yet.
 */
enum err once_begin(struct once *o, const struct op *op, struct op_ctx *ctx,
    const struct json *in) NONNULL NODISCARD;

/* In the work's transaction.  ERR_IN_PROGRESS: another has taken over. */
enum err once_done(const struct once *o, struct op_ctx *ctx) NONNULL NODISCARD;

/* In no transaction: the work has failed, the token is free again. */
void once_forget(const struct once *o, struct op_ctx *ctx) NONNULL;

#endif
