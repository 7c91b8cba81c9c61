/* SPDX-License-Identifier: ISC */
/*
 * transact - writes of several items: all are carried out or none.
 *
 * Each action looks at its item as it was, for no two may be of one item.
 * An action that cannot be carried out cancels them all: the answer has a
 * reason for each action.
 *
 * Layer: ddb.
 */
#ifndef DDB_TRANSACT_H
#define DDB_TRANSACT_H

#include "ddb/answer.h"
#include "ddb/expr.h"
#include "ddb/table.h"

enum action_kind {
	ACTION_PUT,
	ACTION_UPDATE,
	ACTION_DELETE,
	ACTION_CHECK
};

/* What is to be there before. */
enum action_expect {
	EXPECT_ANY,
	EXPECT_NONE,	/* no item: else ERR_DUPLICATE */
	EXPECT_ITEM,	/* an item: else ERR_CONDITION */
	EXPECT_IF_ITEM, /* the condition is for an item alone */
};

struct action {
	enum action_kind kind;
	enum action_expect expect;
	struct str table;	      /* its name or ARN */
	const struct json *map;	      /* the item, or the key alone */
	const struct expr *condition; /* NULL: none */
	struct edits edits;	      /* ACTION_UPDATE */
	struct store_item item; /* ACTION_PUT: canonical text and size */
	bool show_old;		/* where the condition does not hold */
	bool keep;		/* before and after */
	struct table t;		/* row.id 0: to be opened by its name */

	/* Filled in. */
	struct store_key key;
	size_t used;	  /* which of the capacities is its table's */
	enum err error; /* the reason; one that is there before stays */
	struct str text; /* what the reason says */
	struct str old;	  /* of show_old */
	struct str before, after; /* the item's texts; absent: none */
};

struct transact {
	struct action *all;
	size_t n;
	struct capacity *used; /* of each table, in the order of the actions */
	size_t tables;
};

/*
 * Carry out t->all.  ERR_CANCELED with the reasons in ctx->error_members;
 * what is no action's own fault is told as by any other operation.  On
 * failure some may have been carried out: the caller's transaction is to be
 * rolled back.
 */
enum err transact_run(struct op_ctx *ctx, struct transact *t) NONNULL NODISCARD;

/*
 * Its two ends, for who only reads the items: the tables opened, the keys
 * made, no two of one item; and ERR_CANCELED where an action has a reason.
 */
enum err transact_begin(struct op_ctx *ctx, struct transact *t) NONNULL
    NODISCARD;
enum err transact_end(struct op_ctx *ctx, const struct transact *t) NONNULL
    NODISCARD;

/* One action by itself, whose reason is in a->error. */
enum err transact_one(struct op_ctx *ctx, struct action *a,
    struct capacity *used) NONNULL NODISCARD;
/* Its reason as the error of the request. */
enum err transact_fail(struct op_ctx *ctx, const struct action *a) NONNULL
    NODISCARD;

/* It was done before: only the items are read, for the capacity. */
enum err
transact_again(struct op_ctx *ctx, struct transact *t) NONNULL NODISCARD;

/* The member ConsumedCapacity of n tables, if it is asked for. */
void transact_put_consumed(struct buf *out, const struct json *in,
    const struct capacity *used, size_t n, enum capacity_kind kind) NONNULL;
/* The member ItemCollectionMetrics, likewise: each collection once. */
enum err transact_put_collections(struct op_ctx *ctx, const struct json *in,
    const struct transact *t, struct buf *out) NONNULL NODISCARD;

#endif
