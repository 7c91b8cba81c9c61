/* SPDX-License-Identifier: ISC */
/*
 * stream - the streams of tables.
 *
 * A stream is a STORE_STREAM with the table's name: one incarnation, which
 * begins when it is enabled and ends when it is disabled or its table is
 * deleted.  Its records are the images that the log keeps of the table's
 * changes meanwhile; nothing is written for it beside them.  It has one
 * shard.  What is older than 24 hours is not shown, be it still there or
 * not; a closed stream is shown for as long.
 *
 * A definition's first line (table.h) has "stream" with the view type; its
 * second the StreamSpecification and the LatestStreamLabel.
 *
 * Layer: ddb.
 */
#ifndef DDB_STREAM_H
#define DDB_STREAM_H

#include "ddb/table.h"

#define STREAM_SEQUENCE_DIGITS 21
#define STREAM_SHARD_BYTES     40 /* of a shard's id, with a NUL */
#define STREAM_VIEWS           "NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY"

struct stream {
	struct store_object o;	 /* its name is the table's */
	struct str label;	 /* when it began: 2026-11-21T10:52:00.123 */
	struct str view;	 /* one of STREAM_VIEWS */
	struct table t;		 /* name and key of the table, no more */
	bool open;
	uint64_t from, to;	 /* of its records; to: UINT64_MAX while open */
	uint64_t horizon;	 /* those before it are trimmed */
	char shard[STREAM_SHARD_BYTES];
};

/*
 * Begin and end one.  The caller changes the table's definition: the view
 * type of what is enabled, and its label, a JSON string, for
 * LatestStreamLabel.  Disabling what has none does nothing.
 */
enum err stream_enable(struct op_ctx *ctx, const struct table *t,
    struct str view, struct str *ret_label) NONNULL NODISCARD;
enum err stream_disable(struct op_ctx *ctx, const struct table *t) NONNULL
    NODISCARD;

/* ,"LatestStreamArn":... where the table has or had one. */
enum err stream_put_latest(struct op_ctx *ctx, const struct table *t,
    struct buf *out) NONNULL NODISCARD;

/* By the ARN of the member StreamArn.  ERR_NOT_FOUND, ERR_SCOPE. */
enum err stream_open(struct op_ctx *ctx, const struct json *in,
    struct stream *ret) NONNULL NODISCARD;
/* By name and label, that may be seen. */
enum err stream_find(struct op_ctx *ctx, struct str table, struct str label,
    struct stream *ret) NONNULL NODISCARD;
/* By id.  ERR_NOT_FOUND. */
enum err stream_at(struct op_ctx *ctx, uint64_t id, struct stream *ret) NONNULL
    NODISCARD;

/*
 * Open and closed ones by table and age, behind that of this name and id
 * (absent, 0: from the start), at most max.
 */
enum err stream_list(struct op_ctx *ctx, struct str after, uint64_t after_id,
    size_t max, struct stream *ret, size_t *ret_n) NONNULL NODISCARD;

void stream_put_arn(struct op_ctx *ctx, const struct stream *s,
    struct buf *out) NONNULL; /* with quotes */

/* A place in the log as the API writes it, with quotes; and back.  False: no
 * such number was ever given. */
void stream_put_sequence(struct buf *out, uint64_t seq) NONNULL;
bool stream_sequence(struct str text, uint64_t *ret) NONNULL NODISCARD;

/* ERR_NOT_FOUND: the stream has no such shard. */
enum err stream_check_shard(struct op_ctx *ctx, const struct stream *s,
    struct str shard) NONNULL NODISCARD;

#endif
