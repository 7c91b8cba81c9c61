/* SPDX-License-Identifier: ISC */
/*
 * transfer - what exports, imports and bulk operations have in common.
 *
 * Each is a STORE_JOB, closed when it has ended and kept, whose name is its
 * kind, a space and its id; its def is
 *
 *	{"kind":"export","table":NAME,"region":R,"token":T,"digest":D,
 *	 "about":{what is answered of it},"at":{how far it is},
 *	 "end":{"status":S,"time":NS,"code":C,"message":M}}
 *
 * without token and digest where the caller gave no ClientToken, and without
 * end until it has ended.
 *
 * Layer: ddb.
 */
#ifndef DDB_TRANSFER_H
#define DDB_TRANSFER_H

#include "ddb/shape.h"
#include "ddb/task.h"

struct transfer {
	struct store_object object;
	const struct json *def, *about, *at, *end;
	struct str id, table, region;
	struct json *own; /* def, where it is freed with this */
};
void transfer_freep(struct transfer *t) NONNULL; /* for CLEANUP */

/* How a kind is named. */
struct transfer_kind {
	const char *kind; /* of the task: "export" */
	const char *part; /* of ARNs, behind the table: "export" */
	enum err not_found, mismatch;
	const char *noun; /* in texts: "Export" */
	bool by_arn;	  /* listed in the order of ARNs, not of time */
};
extern const struct transfer_kind transfer_export, transfer_import,
    transfer_bulk;

/*
 * Start one.  about and at are JSON objects.  Where the caller's ClientToken
 * was used in the last 8 hours, that one is given instead, *ret_again set,
 * or, of another request, k->mismatch.
 */
enum err transfer_again(struct op_ctx *ctx, const struct transfer_kind *k,
    const struct json *in, struct transfer *ret, bool *ret_again) NONNULL
    NODISCARD;
enum err transfer_start(struct op_ctx *ctx, const struct transfer_kind *k,
    const struct json *in, struct str id, struct str table, struct str about,
    struct str at, struct transfer *ret) NODISCARD;

/* An id that nobody has, in the order of time: 01489173575360-b308cd7d. */
enum err transfer_id(struct op_ctx *ctx, struct str *ret) NONNULL NODISCARD;

/* By the ARN; k->not_found, ERR_SCOPE. */
enum err transfer_open(struct op_ctx *ctx, const struct transfer_kind *k,
    struct str arn, struct transfer *ret) NONNULL NODISCARD;
/* What the store has; def is that of the object, parsed. */
enum err transfer_read(const struct store_object *o, const struct json *def,
    struct transfer *ret) NONNULL NODISCARD;

/*
 * A page of them, of one table (absent: of all), the newest first: put is
 * called for each, up to max, and *ret_next is what to go on behind, absent
 * at the end.  Each call looks at all of the kind.  ERR_VALIDATION: `after`
 * is not there any more.
 */
struct transfer_page {
	const struct transfer_kind *kind;
	struct str table, after; /* after: an id */
	size_t max;
	void (*put)(const struct transfer *t, struct buf *out);
};
/* Of a request: TableArn, NextToken and how many, at most `most`. */
enum err transfer_read_page(struct op_ctx *ctx, const struct json *in,
    const char *max, int64_t most, struct transfer_page *p) NONNULL NODISCARD;
/* ,"NextToken":...; nothing for an absent id. */
void transfer_put_next(struct buf *out, struct str next) NONNULL;
enum err transfer_list(struct op_ctx *ctx, const struct transfer_page *p,
    struct buf *out, struct str *ret_next) NONNULL NODISCARD;

/* In a write transaction: how far it is, whoever has cancelled it meanwhile;
 * and its end. */
enum err transfer_save(struct op_ctx *ctx, const struct transfer *t,
    struct str at) NONNULL NODISCARD;
enum err transfer_end(struct op_ctx *ctx, const struct transfer *t,
    struct str at, const char *status, const char *code, const char *message)
    __attribute__((nonnull(1, 2, 4))) NODISCARD;

/* Of one that goes on: its job ends it when it comes by. */
enum err transfer_cancel(struct op_ctx *ctx, const struct transfer *t) NONNULL
    NODISCARD;

/* A number of at, 0 where there is none. */
uint64_t transfer_number(const struct transfer *t, const char *name) NONNULL;

/* ,"name":"arn..." and the members that all answers have. */
void transfer_put_arn(struct buf *out, const struct transfer_kind *k,
    const struct transfer *t) NONNULL;
void transfer_put_times(struct buf *out, const struct transfer *t) NONNULL;
/* IN_PROGRESS, or what it ended as. */
struct str transfer_status(const struct transfer *t) NONNULL;
/* FailureCode and FailureMessage, if it has failed. */
void transfer_put_failure(struct buf *out, const struct transfer *t) NONNULL;
/* The members of about, each with a comma before it. */
void transfer_put_about(struct buf *out, const struct transfer *t) NONNULL;

/* S3Bucket and prefix of a request: a plain name, and none or a path. */
enum err transfer_check_bucket(struct op_ctx *ctx, const char *at,
    struct str name) NONNULL NODISCARD;
enum err transfer_check_prefix(struct op_ctx *ctx, struct str prefix) NONNULL
    NODISCARD;

/* "BUCKET/PREFIX" in the arena; the prefix may end in slashes. */
enum err transfer_path(struct op_ctx *ctx, struct str bucket,
    struct str prefix, struct str *ret) NONNULL NODISCARD;

/* What a failure of files is called; NULL: it is none of a file, try again. */
const char *transfer_failure(enum err e, const char **ret_message) NONNULL;

#endif
