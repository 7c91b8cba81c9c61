/* SPDX-License-Identifier: ISC */
#include "mcp/keys.h"

#include "mcp/describe.h"

const struct form keys_member[2] = {
	FORM("name", STRING, .required = true),
	FORM("type", STRING, .required = true, .values = describe_types),
};
const struct form keys_index_member[3] = {
	FORM("name", STRING, .required = true),
	FORM("partition_key", OBJECT, .required = true,
	    FORM_MEMBERS(keys_member)),
	FORM("sort_key", OBJECT, FORM_MEMBERS(keys_member)),
};

void
keys_take(struct keys *k, const struct json *of)
{
	static const char *const names[] = { "partition_key", "sort_key" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (json_get(of, names[i]) != NULL)
			k->key[k->n++] = json_get(of, names[i]);
}

enum err
keys_put_definitions(struct tool_run *r, const struct keys *k, struct buf *out)
{
	tool_member(out, "AttributeDefinitions");
	for (size_t i = 0; i < k->n; i++) {
		struct str name = json_str(json_get(k->key[i], "name"));
		struct str type = json_str(json_get(k->key[i], "type"));
		size_t seen = 0;

		while (!str_eq(json_str(json_get(k->key[seen], "name")), name))
			seen++;
		if (!str_eq(json_str(json_get(k->key[seen], "type")), type))
			return op_fail(r->ctx, ERR_VALIDATION,
			    "indexes: one attribute has two types: %.*s",
			    STR_ARG(name));
		if (seen < i)
			continue;
		buf_putc(out, i == 0 ? '[' : ',');
		BUF_LIT(out, "{\"AttributeName\":");
		json_put_str(out, name);
		BUF_LIT(out, ",\"AttributeType\":");
		json_put_str(out, describe_code(type));
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
	return ERR_OK;
}

void
keys_put_schema(struct buf *out, const struct json *of)
{
	const struct json *range = json_get(of, "sort_key");

	BUF_LIT(out, ",\"KeySchema\":[{\"AttributeName\":");
	json_put(out, json_get(json_get(of, "partition_key"), "name"));
	BUF_LIT(out, ",\"KeyType\":\"HASH\"}");
	if (range != NULL) {
		BUF_LIT(out, ",{\"AttributeName\":");
		json_put(out, json_get(range, "name"));
		BUF_LIT(out, ",\"KeyType\":\"RANGE\"}");
	}
	buf_putc(out, ']');
}

void
keys_put_index(struct buf *out, const struct json *index)
{
	BUF_LIT(out, "\"IndexName\":");
	json_put(out, json_get(index, "name"));
	keys_put_schema(out, index);
	BUF_LIT(out, ",\"Projection\":{\"ProjectionType\":\"ALL\"}");
}
