/* SPDX-License-Identifier: ISC */
/* What the data model of a table says, for whoever asks. */
#include "mcp/describe.h"
#include "model/model.h"

/* Names of entities, max at the most. */
static void
put_names(struct buf *out, const struct model *m, size_t max)
{
	size_t told = 0;

	tool_member(out, "entities");
	buf_putc(out, '[');
	for (size_t i = 0; i < m->nentities && told < max; i++) {
		if (m->entities[i].aside)
			continue;
		if (told++ > 0)
			buf_putc(out, ',');
		json_put_str(out, m->entities[i].name);
	}
	buf_putc(out, ']');
}

static void
put_enforced(struct buf *out, const struct models_row *row)
{
	tool_member(out, "enforced");
	buf_puts(out, row->enforced ? STR("true") : STR("false"));
}

void
describe_put_entities(struct buf *out, const struct op_ctx *ctx,
    struct str table)
{
	const struct models_row *row = models_find(ctx->models, table);

	if (row == NULL)
		return;
	put_names(out, &row->model, DESCRIBE_ENTITIES);
	put_enforced(out, row);
}

static enum err
put_entity(struct op_ctx *ctx, const struct models_row *row, struct str name,
    struct buf *out)
{
	const struct model_entity *e = model_find(&row->model, name);

	if (e == NULL || e->aside)
		return op_fail(ctx, ERR_NOT_FOUND,
		    "entity: the data model of %.*s has no %.*s",
		    STR_ARG(row->table), STR_ARG(name));
	BUF_LIT(out, "{\"entities\":{");
	tool_member_str(out, name);
	model_put_entity(out, e);
	BUF_LIT(out, "}}");
	return ERR_OK;
}

static void
put_model(const struct models_row *row, struct buf *out)
{
	const size_t before = out->len;

	model_put(out, &row->model);
	if (out->len - before <= LIMIT_MCP_RESULT)
		return;
	out->len = before;
	buf_putc(out, '{');
	put_names(out, &row->model, LIMIT_MODEL_ENTITIES);
	buf_putc(out, '}');
	tool_member(out, "note");
	BUF_LIT(out, "\"too long at once: call again with entity\"");
}

enum err
describe_put_model(struct op_ctx *ctx, struct str table, struct str entity,
    struct buf *out)
{
	const struct models_row *row = models_find(ctx->models, table);
	enum err e = ERR_OK;

	if (!op_may_table(ctx, table))
		return ERR_SCOPE;
	if (row == NULL)
		return op_fail(ctx, ERR_NOT_FOUND,
		    "no data model says what %.*s holds; the setting model of "
		    "doorward.conf names one",
		    STR_ARG(table));
	buf_putc(out, '{');
	tool_member(out, "table");
	json_put_str(out, table);
	put_enforced(out, row);
	tool_member(out, "model");
	if (entity.p != NULL)
		e = put_entity(ctx, row, entity, out);
	else
		put_model(row, out);
	buf_putc(out, '}');
	return e == ERR_OK ? buf_err(out) : e;
}

static struct model_item
keys_of(const struct json *table)
{
	const struct json *keys = json_get(table, "KeySchema");
	struct model_item i = { .item = NULL };

	i.hash = json_str(json_get(json_at(keys, 0), "AttributeName"));
	if (json_len(keys) > 1)
		i.range = json_str(json_get(json_at(keys, 1), "AttributeName"));
	return i;
}

void
describe_put_labels(struct buf *out, const struct op_ctx *ctx,
    const struct json *table, const struct json *items, size_t n)
{
	const struct models_row *row =
	    models_find(ctx->models, json_str(json_get(table, "TableName")));
	struct model_item item = keys_of(table);

	if (row == NULL)
		return;
	tool_member(out, "entities");
	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		const struct model_entity *e;

		item.item = json_at(items, i);
		e = model_match(&row->model, &item);
		if (i > 0)
			buf_putc(out, ',');
		if (e != NULL)
			json_put_str(out, e->name);
		else
			BUF_LIT(out, "null");
	}
	buf_putc(out, ']');
}
