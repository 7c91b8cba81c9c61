/* SPDX-License-Identifier: ISC */
/*
 * fault - failures and delays that the configuration asks for, so that a
 * program's retries can be tried.
 *
 * Layer: room.
 */
#ifndef ROOM_FAULT_H
#define ROOM_FAULT_H

#include "conf/policy.h"
#include "op/op.h"

/* op_ctx.fault, where the policy has faults; fault_arg is the policy. */
enum err fault_apply(struct op_ctx *ctx, const struct op *op,
    const struct json *in) NONNULL NODISCARD;

#endif
