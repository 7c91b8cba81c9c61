/* SPDX-License-Identifier: ISC */
/*
 * ddb - the DynamoDB API's own shapes of things, for whoever speaks it.
 *
 * The operations are rows of op.h; what is here is what a surface needs
 * beside them.
 *
 * Layer: ddb.
 */
#ifndef DDB_DDB_H
#define DDB_DDB_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * The error's JSON object as the service writes it: "__type" from err.tbl,
 * "message", or "Message" where the service has it with a capital.  members
 * is op_ctx's error_members: more members, each with a comma before it.
 */
void ddb_error_body(enum err e, struct str message, struct str members,
    struct buf *out) NONNULL;

#endif
