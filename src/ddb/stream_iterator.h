/* SPDX-License-Identifier: ISC */
/*
 * stream_iterator - a place in a stream's shard, as clients carry it.
 *
 * Base64 of a version, a key id (0: none), the stream, the place, the time
 * when it was made, and a checksum.  It grants nothing: whoever shows it must
 * be allowed the table, too.
 *
 * Layer: ddb.
 */
#ifndef DDB_STREAM_ITERATOR_H
#define DDB_STREAM_ITERATOR_H

#include "ddb/stream.h"

#define STREAM_ITERATOR_S 900 /* how long it is good */

struct stream_iterator {
	uint64_t stream; /* the object's id */
	uint64_t at;	 /* the first record that is wanted; 0: the oldest */
	uint64_t made;	 /* ns since 1970 */
};

void stream_iterator_put(struct buf *out, const struct stream_iterator *i)
    NONNULL; /* with quotes */

/* ERR_VALIDATION: it is none of ours; ERR_EXPIRED_ITERATOR. */
enum err stream_iterator_read(struct op_ctx *ctx, struct str text,
    struct stream_iterator *ret) NONNULL NODISCARD;

#endif
