/* SPDX-License-Identifier: ISC */
/*
 * write - every change of an item, by whatever operation or surface.
 *
 * The caller has read the old item in the same transaction, has decided that
 * the write is done, and has made the new item's canonical text; its key is
 * that of the item (key_of_item(), which also refuses what the indexes
 * cannot take).
 *
 * Layer: ddb.
 */
#ifndef DDB_WRITE_H
#define DDB_WRITE_H

#include "ddb/answer.h"
#include "ddb/table.h"

struct write {
	const struct table *t;
	struct store_key key;
	struct store_item old;  /* text.p NULL: there is none */
	struct store_item item; /* text.p NULL: delete; its key is not used */
	bool copied; /* it was an item before: it need not fit the model, and
		      * an index that cannot take it as it is does without, as
		      * when it is filled */
};

/*
 * ERR_VALIDATION: the table's data model is enforced, and the new item does
 * not fit it; of what was an item before (copied) that is not asked.
 * ERR_COLLECTION: the item collection would grow past its limit
 * (collection.h).  Of either nothing is changed.
 *
 * Put, replace or delete the item, keep the indexes' entries and all
 * counters, write the log.  Only what changes is touched; a table without
 * indexes pays nothing for them.  *ret, begun by capacity_begin(), is added
 * to: half units of the table, and of each index whose entry changes.
 */
enum err write_apply(struct op_ctx *ctx, const struct write *w,
    struct capacity *ret) __attribute__((nonnull(1, 2))) NODISCARD;

/* Are two items' texts of the same item, perhaps with its attributes in
 * another order? */
enum err write_same(struct str a, struct str b, bool *ret) NONNULL NODISCARD;

#endif
