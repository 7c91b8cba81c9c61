/* SPDX-License-Identifier: ISC */
/* AttributeUpdates, made into the edits of an update expression. */
#include "ddb/update.h"

#define INVALID "One or more parameter values were invalid: "
#define SETS    (1u << VALUE_SS | 1u << VALUE_NS | 1u << VALUE_BS)
#define ADDENDS (SETS | 1u << VALUE_N | 1u << VALUE_L)

static const struct shape members[] = {
	{ "Action", SHAPE_STRING, .values = "ADD, PUT, DELETE" },
	{ "Value", SHAPE_VALUE, SHAPE_FIELD },
	{ NULL },
};
const struct shape update_legacy_shape[] = { { "member", SHAPE_STRUCT,
    .of = members, .type = SHAPE_MODEL "AttributeValueUpdate" } };

static enum err
check(struct op_ctx *ctx, struct str action, const struct json *value)
{
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct value_out w = { .ctx = ctx,
		.out = &scratch,
		.prefix = VALUE_WRITE };
	bool deletes = str_eq(action, STR("DELETE"));
	const struct json *content;
	enum value_type t;
	enum err e;

	if (value == NULL)
		return deletes ?
		    ERR_OK :
		    op_fail(ctx, ERR_VALIDATION,
			INVALID "Only DELETE action is allowed when no "
				"attribute value is specified");
	if ((e = value_put(&w, value)) != ERR_OK)
		return e;
	t = value_type(value, &content);
	if (deletes && (SETS & 1u << t) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "DELETE action with value is not supported for "
			    "the type %s",
		    value_type_name(t));
	if (str_eq(action, STR("ADD")) && (ADDENDS & 1u << t) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ADD action is not supported for the type %s",
		    value_type_name(t));
	return ERR_OK;
}

static enum err
read_edit(struct op_ctx *ctx, struct str name, const struct json *in,
    struct edit *ret)
{
	struct str action = json_str(shape_get(in, "Action"));
	const struct json *value = shape_get(in, "Value");
	struct expr_step *step = arena_alloc(ctx->arena, sizeof(*step));
	struct expr *e = arena_alloc(ctx->arena, sizeof(*e));
	enum err err = check(ctx, action, value);

	if (err != ERR_OK)
		return err;
	if (step == NULL || e == NULL)
		return ERR_NO_MEMORY;
	*step = (struct expr_step){ .name = name };
	*e = (struct expr){ .kind = EXPR_VALUE, .value = value };
	ret->path = (struct expr_path){ step, 1 };
	ret->value = value == NULL ? NULL : e;
	ret->kind = value == NULL         ? EDIT_REMOVE :
	    str_eq(action, STR("DELETE")) ? EDIT_DELETE :
	    str_eq(action, STR("ADD"))    ? EDIT_ADD :
					    EDIT_SET;
	return ERR_OK;
}

enum err
update_legacy(struct op_ctx *ctx, const struct json *in, struct edits *ret)
{
	const struct json *map = shape_get(in, "AttributeUpdates");
	struct edits edits = { .legacy = true };
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	edits.all =
	    arena_alloc(ctx->arena, json_len(map) * sizeof(*edits.all) + 1);
	if (edits.all == NULL)
		return ERR_NO_MEMORY;
	while (e == ERR_OK && json_next(map, &m))
		e = read_edit(ctx, m.name, m.value, &edits.all[edits.n++]);
	if (e == ERR_OK)
		*ret = edits;
	return e;
}
