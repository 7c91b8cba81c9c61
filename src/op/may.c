/* SPDX-License-Identifier: ISC */
#include "op/op.h"

enum err
op_may(const struct op_ctx *ctx, unsigned flags)
{
	if ((flags & ~ctx->rights) == 0)
		return ERR_OK;
	return ctx->read_only && (flags & OP_WRITE) != 0 ? ERR_READ_ONLY :
							   ERR_SCOPE;
}
