/* SPDX-License-Identifier: ISC */
#include "ddb/transact.h"

#include "ddb/collection.h"
#include "ddb/key.h"
#include "ddb/update.h"
#include "ddb/write.h"

/* An action's own fault is its reason; it does not end the others. */
static enum err
reason(struct op_ctx *ctx, struct action *a, enum err e)
{
	if (e != ERR_VALIDATION && e != ERR_CONDITION && e != ERR_DUPLICATE &&
	    e != ERR_COLLECTION)
		return e;
	a->error = e;
	a->text = str_from(err_row(e)->text);
	if (e == ERR_VALIDATION && ctx->message.p != NULL)
		a->text = ctx->message;
	ctx->message = (struct str){ NULL, 0 };
	return ERR_OK;
}

/* A table that an action before this one has opened is not opened again. */
static enum err
open_table(struct op_ctx *ctx, struct transact *t, size_t at)
{
	struct action *a = &t->all[at];
	enum err e = ERR_OK;

	for (size_t i = 0; i < at && a->t.row.id == 0; i++)
		if (str_eq(t->all[i].table, a->table))
			a->t = t->all[i].t;
	if (a->t.row.id == 0)
		e = table_open(ctx, a->table, &a->t);
	if (e != ERR_OK)
		return e;
	/* The same table may be named and be told by its ARN. */
	for (a->used = 0; a->used < t->tables; a->used++)
		if (t->used[a->used].t->row.id == a->t.row.id)
			return ERR_OK;
	t->used[t->tables++] = (struct capacity){ .t = &a->t };
	return ERR_OK;
}

/* An empty key is refused as anywhere, any other wrong one is a reason. */
static bool
empty_key(const struct action *a)
{
	const struct table_key *keys[] = { &a->t.hash, &a->t.range };
	const struct json *content;

	for (size_t i = 0; i < NELEM(keys); i++) {
		content = NULL;
		if (keys[i]->name.p != NULL &&
		    value_type(json_find(a->map, keys[i]->name), &content) ==
			key_value_type(keys[i]->type) &&
		    json_kind(content) == JSON_STRING &&
		    json_str(content).len == 0)
			return true;
	}
	return false;
}

static enum err
make_key(struct op_ctx *ctx, struct action *a)
{
	enum err e;

	if (a->kind == ACTION_PUT)
		e = key_of_item(ctx, &a->t, a->map, &a->key);
	else
		e = key_of_map(ctx, &a->t, a->map, &a->key);
	if (e == ERR_OK && a->kind == ACTION_UPDATE)
		e = update_refuse_keys(ctx, &a->edits, &a->t);
	return empty_key(a) ? e : reason(ctx, a, e);
}

static enum err
open_all(struct op_ctx *ctx, struct transact *t)
{
	enum err e = ERR_OK;

	t->tables = 0;
	t->used = arena_alloc(ctx->arena, t->n * sizeof(*t->used));
	if (t->used == NULL)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < t->n && e == ERR_OK; i++) {
		struct action *a = &t->all[i];

		e = open_table(ctx, t, i);
		if (e == ERR_OK)
			e = update_refuse_nested(ctx, &a->edits, &a->t);
		if (e == ERR_OK && a->error == ERR_OK)
			e = make_key(ctx, a);
	}
	return e;
}

static enum err
check_unique(struct op_ctx *ctx, const struct transact *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct action *a = &t->all[i], *b = &t->all[k];

			if (a->key.hash.p != NULL && a->used == b->used &&
			    str_eq(a->key.hash, b->key.hash) &&
			    str_eq(a->key.range, b->key.range))
				return op_fail(ctx, ERR_VALIDATION,
				    "Transaction request cannot include "
				    "multiple operations on one item");
		}
	return ERR_OK;
}

static enum err
expected(const struct action *a, struct str old, const struct json *tree)
{
	bool there = old.p != NULL;

	if (a->expect == EXPECT_NONE && there)
		return ERR_DUPLICATE;
	if (a->expect == EXPECT_ITEM && !there)
		return ERR_CONDITION;
	if (a->expect == EXPECT_IF_ITEM && !there)
		return ERR_OK;
	return expr_eval(a->condition, tree) ? ERR_OK : ERR_CONDITION;
}

static enum err
keep(struct op_ctx *ctx, struct str text, struct str *ret)
{
	*ret = text;
	if (text.p != NULL)
		*ret = arena_str(ctx->arena, text);
	return text.p != NULL && ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* The new item, or none, and the write itself. */
static enum err
change(struct op_ctx *ctx, struct action *a, struct write *w,
    const struct json *tree, struct capacity *used)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	enum err e = ERR_OK;

	if (a->kind == ACTION_CHECK) {
		used->table +=
		    answer_write_halves(w->old.text.p == NULL ? 0 : w->old.size,
			0);
		return ERR_OK;
	}
	if (a->kind == ACTION_PUT)
		w->item = a->item;
	if (a->kind == ACTION_UPDATE) {
		e = update_run(ctx, &a->edits, tree != NULL ? tree : a->map,
		    &text, &w->item.size);
		w->item.text = buf_str(&text);
		a->item.size = w->item.size;
	}
	if (e == ERR_OK && a->keep)
		e = keep(ctx, w->item.text, &a->after);
	return e == ERR_OK ? write_apply(ctx, w, used) : e;
}

static enum err
carry_out(struct op_ctx *ctx, struct action *a, struct capacity *used)
{
	struct json *tree CLEANUP(json_freep) = NULL;
	struct write w = { .t = &a->t, .key = a->key };
	struct json_error error;
	enum err e = store_get(ctx->store, &a->t.row, &a->key, &w.old);

	if (e == ERR_OK && w.old.text.p != NULL &&
	    (a->condition != NULL || a->kind == ACTION_UPDATE))
		e = json_parse(w.old.text, LIMIT_JSON_DEPTH, &tree, &error);
	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	e = expected(a, w.old.text, tree);
	if (e == ERR_CONDITION && a->show_old &&
	    keep(ctx, w.old.text, &a->old) != ERR_OK)
		return ERR_NO_MEMORY;
	if (e == ERR_OK && a->keep)
		e = keep(ctx, w.old.text, &a->before);
	if (e == ERR_OK)
		e = change(ctx, a, &w, tree, used);
	return reason(ctx, a, e);
}

enum err
transact_one(struct op_ctx *ctx, struct action *a, struct capacity *used)
{
	struct transact t = { .all = a, .n = 1 };
	enum err e = open_all(ctx, &t);

	if (e == ERR_OK && a->error == ERR_OK)
		e = carry_out(ctx, a, &t.used[0]);
	if (e == ERR_OK)
		*used = t.used[0];
	return e;
}

enum err
transact_fail(struct op_ctx *ctx, const struct action *a)
{
	if (a->old.p != NULL && ctx->error_members != NULL) {
		BUF_LIT(ctx->error_members, ",\"Item\":");
		buf_puts(ctx->error_members, a->old);
	}
	return op_fail(ctx, a->error, "%.*s", STR_ARG(a->text));
}

static const char *
code(enum err e)
{
	return e == ERR_OK      ? "None" :
	    e == ERR_CONDITION  ? "ConditionalCheckFailed" :
	    e == ERR_DUPLICATE  ? "DuplicateItem" :
	    e == ERR_COLLECTION ? "ItemCollectionSizeLimitExceeded" :
				  "ValidationError";
}

static enum err
cancel(struct op_ctx *ctx, const struct transact *t)
{
	struct buf codes CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf none CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct buf *out = ctx->error_members;
	size_t shown = 0; /* bytes of items */

	if (out == NULL)
		out = &none;
	BUF_LIT(out, ",\"CancellationReasons\":[");
	for (size_t i = 0; i < t->n; i++) {
		const struct action *a = &t->all[i];

		buf_printf(&codes, "%s%s", i > 0 ? ", " : "", code(a->error));
		buf_printf(out, "%s{\"Code\":\"%s\"", i > 0 ? "," : "",
		    code(a->error));
		if (a->error != ERR_OK) {
			answer_member(out, "Message");
			json_put_str(out, a->text);
		}
		/* Beyond that the reasons stay, without their items. */
		shown += a->old.len;
		if (a->old.p != NULL && shown <= LIMIT_TRANSACT_BYTES) {
			answer_member(out, "Item");
			buf_puts(out, a->old);
		}
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
	return op_fail(ctx, ERR_CANCELED,
	    "Transaction cancelled, please refer cancellation reasons for "
	    "specific reasons [%.*s]",
	    STR_ARG(buf_str(&codes)));
}

enum err
transact_begin(struct op_ctx *ctx, struct transact *t)
{
	enum err e = open_all(ctx, t);

	return e == ERR_OK ? check_unique(ctx, t) : e;
}

enum err
transact_end(struct op_ctx *ctx, const struct transact *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->all[i].error != ERR_OK)
			return cancel(ctx, t);
	return ERR_OK;
}

enum err
transact_run(struct op_ctx *ctx, struct transact *t)
{
	uint64_t bytes = 0;
	enum err e = transact_begin(ctx, t);

	/* Behind one that fails, too: each has its reason, and what was written
	 * is undone by the caller. */
	for (size_t i = 0; i < t->n && e == ERR_OK; i++) {
		struct action *a = &t->all[i];

		if (a->error == ERR_OK)
			e = carry_out(ctx, a, &t->used[a->used]);
		bytes += a->item.size;
	}
	if (e != ERR_OK)
		return e;
	if (bytes > LIMIT_TRANSACT_BYTES)
		return op_fail(ctx, ERR_VALIDATION,
		    "The aggregate size of the items in the transaction "
		    "exceeded 4 MB");
	return transact_end(ctx, t);
}

enum err
transact_again(struct op_ctx *ctx, struct transact *t)
{
	enum err e = open_all(ctx, t);

	for (size_t i = 0; i < t->n && e == ERR_OK; i++) {
		struct action *a = &t->all[i];
		struct store_item item = { 0 };

		/* The table may be another one by now. */
		if (a->error != ERR_OK)
			continue;
		e = store_get(ctx->store, &a->t.row, &a->key, &item);
		t->used[a->used].table +=
		    answer_read_halves(item.text.p == NULL ? 0 : item.size,
			true);
	}
	return e;
}

void
transact_put_consumed(struct buf *out, const struct json *in,
    const struct capacity *used, size_t n, enum capacity_kind kind)
{
	if (!answer_wants_capacity(in))
		return;
	answer_member(out, "ConsumedCapacity");
	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ',');
		answer_capacity(out, in, &used[i], kind);
	}
	buf_putc(out, ']');
}

/* Is it the first one that writes into its item collection? */
static bool
first_there(const struct transact *t, size_t at)
{
	const struct action *a = &t->all[at];

	for (size_t i = 0; i < at; i++)
		if (t->all[i].kind != ACTION_CHECK &&
		    t->all[i].used == a->used &&
		    str_eq(t->all[i].key.hash, a->key.hash))
			return false;
	return a->kind != ACTION_CHECK;
}

/* "table":[...] of those of one table, if it has any. */
static enum err
put_collections_of(struct op_ctx *ctx, const struct transact *t, size_t table,
    struct buf *out)
{
	const struct table *of = t->used[table].t;
	size_t n = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < t->n && e == ERR_OK; i++) {
		if (t->all[i].used != table || !first_there(t, i))
			continue;
		if (n++ == 0) {
			buf_puts(out, out->len > 0 ? STR(",") : STR(""));
			json_put_str(out, of->asked);
			BUF_LIT(out, ":[");
		} else {
			buf_putc(out, ',');
		}
		e = collection_put(ctx, of, &t->all[i].key, out);
	}
	if (n > 0)
		buf_putc(out, ']');
	return e;
}

enum err
transact_put_collections(struct op_ctx *ctx, const struct json *in,
    const struct transact *t, struct buf *out)
{
	struct buf all CLEANUP(buf_free) = BUF_INIT(MIB(1));
	enum err e = ERR_OK;

	for (size_t i = 0; i < t->tables && e == ERR_OK; i++)
		if (collection_wanted(in, t->used[i].t))
			e = put_collections_of(ctx, t, i, &all);
	if (e == ERR_OK)
		e = buf_err(&all);
	if (e != ERR_OK || all.len == 0)
		return e;
	answer_member(out, "ItemCollectionMetrics");
	buf_putc(out, '{');
	buf_puts(out, buf_str(&all));
	buf_putc(out, '}');
	return ERR_OK;
}
