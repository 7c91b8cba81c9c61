/* SPDX-License-Identifier: ISC */
/*
 * stream_record - what a stream shows of one change.
 *
 * Layer: ddb.
 */
#ifndef DDB_STREAM_RECORD_H
#define DDB_STREAM_RECORD_H

#include "ddb/stream.h"

/* Who expires items: the actor of the changes that streams ascribe to the
 * service. */
#define STREAM_TTL_SURFACE   "job"
#define STREAM_TTL_OPERATION "TimeToLive"

/* The record.  *ret_size is its SizeBytes: keys and images. */
enum err stream_record_put(struct op_ctx *ctx, const struct stream *s,
    const struct store_image *i, struct buf *out, uint64_t *ret_size) NONNULL
    NODISCARD;

#endif
