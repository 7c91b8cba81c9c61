/* SPDX-License-Identifier: ISC */
/*
 * policy - resource policies: kept and shown, not enforced; who may do what
 * is said by the tokens.
 *
 * They lie with the table as "Policies":{"":{"Policy":...,"RevisionId":...}},
 * by what follows the table's name in the ARN ("stream/LABEL").
 *
 * Layer: ddb.
 */
#ifndef DDB_POLICY_H
#define DDB_POLICY_H

#include "ddb/table.h"

struct policy_found {
	struct str text; /* absent: there is none */
	struct str revision;
};

/* What may be attached at all: JSON of at most 20 KB that has statements. */
enum err policy_check(struct op_ctx *ctx, struct str text) NONNULL NODISCARD;

/*
 * The table of ResourceArn and the policy's place with it: the table itself
 * or one of its streams.  place is in the arena.
 */
enum err policy_open(struct op_ctx *ctx, const struct json *in,
    struct table *ret, struct str *ret_place) NONNULL NODISCARD;

enum err policy_get(struct op_ctx *ctx, const struct table *t, struct str place,
    struct policy_found *ret) NONNULL NODISCARD;

/*
 * ExpectedRevisionId, where it is given, is the revision that is there;
 * "NO_POLICY" is that of none.  ERR_POLICY_NOT_FOUND.
 */
enum err policy_expect(struct op_ctx *ctx, const struct json *in,
    const struct policy_found *found) NONNULL NODISCARD;

/* Attach text.  The new revision is in the arena. */
enum err policy_set(struct op_ctx *ctx, struct table *t, struct str place,
    struct str text, struct str *ret_revision) NONNULL NODISCARD;
enum err policy_drop(struct op_ctx *ctx, struct table *t,
    struct str place) NONNULL NODISCARD;

enum err
policy_not_found(struct op_ctx *ctx, const struct json *in) NONNULL NODISCARD;

#endif
