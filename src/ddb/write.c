/* SPDX-License-Identifier: ISC */
#include "ddb/write.h"

enum err
write_apply(struct op_ctx *ctx, const struct write *w, struct capacity *ret)
{
	struct store_item item = w->item;

	item.key = w->key;
	if (ret != NULL)
		ret->table +=
		    answer_write_halves(w->old.text.p == NULL ? 0 : w->old.size,
			item.text.p == NULL ? 0 : item.size);
	return item.text.p == NULL ?
	    store_delete(ctx->store, &w->t->row, &w->old) :
	    store_put(ctx->store, &w->t->row, &item, &w->old);
}
