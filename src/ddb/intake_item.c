/* SPDX-License-Identifier: ISC */
/* One record: what it is as an item, and into the table with it. */
#include "ddb/condition.h"
#include "ddb/intake.h"
#include "ddb/key.h"
#include "ddb/write.h"

static const struct shape shapes[] = {
	{ "Item", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ NULL },
};
static const struct shape conditional[] = {
	{ "Item", SHAPE_MAP, SHAPE_REQUIRED, .of = shape_value },
	{ "ConditionExpression", SHAPE_STRING },
	SHAPE_VALUES,
	SHAPE_NAMES,
	{ NULL },
};

static struct str
type_of(const struct json *types, struct str name)
{
	for (size_t i = 0; i < json_len(types); i++) {
		const struct json *d = json_at(types, i);

		if (str_eq(json_str(json_get(d, "AttributeName")), name))
			return json_str(json_get(d, "AttributeType"));
	}
	return STR("S");
}

bool
intake_csv(const struct lines_csv *names, const struct lines_csv *values,
    const struct json *types, struct buf *out)
{
	if (names->n != values->n)
		return false;
	BUF_LIT(out, "{\"Item\":{");
	for (size_t i = 0; i < names->n; i++) {
		if (!str_utf8(names->field[i]) || !str_utf8(values->field[i]))
			return false;
		if (i > 0)
			buf_putc(out, ',');
		json_put_str(out, names->field[i]);
		BUF_LIT(out, ":{\"");
		buf_puts(out, type_of(types, names->field[i]));
		BUF_LIT(out, "\":");
		json_put_str(out, values->field[i]);
		buf_putc(out, '}');
	}
	BUF_LIT(out, "}}");
	return buf_err(out) == ERR_OK;
}

/* What the record says of itself, without the table. */
static enum err
prepare(struct op_ctx *ctx, const struct json *in, bool conditions,
    struct condition *c, struct buf *text, struct write *w)
{
	struct value_out v = { .ctx = ctx, .out = text, .prefix = "" };
	enum err e = shape_check(ctx, conditions ? conditional : shapes, in);

	if (e == ERR_OK && conditions)
		e = condition_begin(c, ctx, in);
	if (e == ERR_OK)
		e = value_put_map(&v, json_get(in, "Item"));
	if (e == ERR_OK)
		e = buf_err(text);
	if (e != ERR_OK)
		return e;
	w->item.text = buf_str(text);
	w->item.size = v.size;
	e = value_item_fits(ctx, &w->item);
	return e == ERR_OK && conditions ? condition_parse(c) : e;
}

static enum err
check(struct op_ctx *ctx, const struct condition *c,
    const struct store_item *old, struct str *ret_old)
{
	enum err e = condition_check(c, old);

	if (e == ERR_CONDITION && old->text.p != NULL) {
		*ret_old = arena_str(ctx->arena, old->text);
		if (ret_old->p == NULL)
			return ERR_NO_MEMORY;
	}
	return e;
}

enum err
intake_put(struct op_ctx *ctx, const struct table *t, bool conditions,
    struct str record, uint64_t *ret_size, struct str *ret_old)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct json *in CLEANUP(json_freep) = NULL;
	struct condition c = { .show_old = false };
	struct write w = { .t = t };
	struct json_error error;
	enum err e;

	ctx->message = (struct str){ NULL, 0 };
	if ((e = json_parse(record, LIMIT_JSON_DEPTH, &in, &error)) != ERR_OK)
		return e;
	if (json_kind(in) != JSON_OBJECT)
		return ERR_JSON;
	if ((e = prepare(ctx, in, conditions, &c, &text, &w)) != ERR_OK ||
	    (e = key_of_item(ctx, t, json_get(in, "Item"), &w.key)) != ERR_OK ||
	    (e = store_get(ctx->store, &t->row, &w.key, &w.old)) != ERR_OK)
		return e;
	if (conditions && (e = check(ctx, &c, &w.old, ret_old)) != ERR_OK)
		return e;
	*ret_size = w.item.size;
	return write_apply(ctx, &w, NULL);
}
