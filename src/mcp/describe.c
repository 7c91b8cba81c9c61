/* SPDX-License-Identifier: ISC */
#include "mcp/describe.h"

#include "mcp/map.h"
#include "mcp/rpc.h"
#include "mcp/value.h"
#include "model/model.h"

const char *const describe_types[] = { "string", "number", "binary", NULL };
static const char *const codes[] = { "S", "N", "B" };

/* ---- asking */

enum err
describe_ask(struct op_ctx *ctx, const char *op, struct str request,
    struct json **ret)
{
	struct buf answer CLEANUP(buf_free) = BUF_INIT(LIMIT_ANSWER);
	struct json *in CLEANUP(json_freep) = NULL;
	const struct op *row = op_by_name(str_from(op));
	struct json_error je;
	enum err e;

	if (row == NULL)
		return op_fail(ctx, ERR_OPERATION, "no operation %s", op);
	e = json_parse(request, LIMIT_JSON_DEPTH, &in, &je);
	if (e == ERR_OK)
		e = op_run(row, ctx, in, &answer);
	if (e == ERR_OK)
		e = json_parse(buf_str(&answer), LIMIT_JSON_DEPTH, ret, &je);
	return e == ERR_JSON ? ERR_INTERNAL : e;
}

enum err
describe_get(struct op_ctx *ctx, struct str table, struct json **ret)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);

	BUF_LIT(&request, "{\"TableName\":");
	json_put_str(&request, table);
	BUF_LIT(&request, "}");
	if (buf_err(&request) != ERR_OK)
		return buf_err(&request);
	return describe_ask(ctx, "DescribeTable", buf_str(&request), ret);
}

/* ---- a table */

struct str
describe_code(struct str type)
{
	size_t i = 0;

	while (
	    i < NELEM(codes) - 1 && !str_eq(type, str_from(describe_types[i])))
		i++;
	return str_from(codes[i]);
}

static struct str
type_of(const struct json *table, struct str attribute)
{
	const struct json *defs = json_get(table, "AttributeDefinitions");

	for (size_t i = 0; i < json_len(defs); i++) {
		const struct json *d = json_at(defs, i);
		const struct json *type = json_get(d, "AttributeType");

		if (!str_eq(json_str(json_get(d, "AttributeName")), attribute))
			continue;
		for (size_t k = 0; k < NELEM(codes); k++)
			if (str_eq(json_str(type), str_from(codes[k])))
				return str_from(describe_types[k]);
	}
	return str_from(describe_types[0]);
}

static void
put_keys(struct buf *out, const struct json *table, const struct json *keys)
{
	for (size_t i = 0; i < json_len(keys); i++) {
		const struct json *k = json_at(keys, i);
		struct str name = json_str(json_get(k, "AttributeName"));
		bool hash =
		    str_eq(json_str(json_get(k, "KeyType")), STR("HASH"));

		tool_member(out, hash ? "partition_key" : "sort_key");
		BUF_LIT(out, "{\"name\":");
		json_put_str(out, name);
		BUF_LIT(out, ",\"type\":");
		json_put_str(out, type_of(table, name));
		buf_putc(out, '}');
	}
}

static void
put_index(struct buf *out, const struct json *table, const struct json *index)
{
	const struct json *kind =
	    json_get(json_get(index, "Projection"), "ProjectionType");

	buf_putc(out, '{');
	tool_member(out, "index");
	rpc_put(out, json_get(index, "IndexName"));
	put_keys(out, table, json_get(index, "KeySchema"));
	if (kind != NULL) {
		tool_member(out, "has");
		json_put_str(out,
		    str_eq(json_str(kind), STR("ALL"))           ? STR("all") :
			str_eq(json_str(kind), STR("KEYS_ONLY")) ? STR("keys") :
								   STR("some"));
	}
	buf_putc(out, '}');
}

static void
put_indexes(struct buf *out, const struct json *table)
{
	static const char *const kinds[] = { "GlobalSecondaryIndexes",
		"LocalSecondaryIndexes" };
	bool any = false;

	for (size_t k = 0; k < NELEM(kinds); k++) {
		const struct json *list = json_get(table, kinds[k]);

		for (size_t i = 0; i < json_len(list); i++) {
			if (!any) {
				tool_member(out, "indexes");
				buf_putc(out, '[');
			} else {
				buf_putc(out, ',');
			}
			put_index(out, table, json_at(list, i));
			any = true;
		}
	}
	if (any)
		buf_putc(out, ']');
}

static void
put_count(struct buf *out, const char *name, const struct json *n)
{
	if (json_kind(n) != JSON_NUMBER)
		return;
	tool_member(out, name);
	json_put(out, n);
}

/* ---- its settings, where create_table makes others */

const char *const describe_views[] = { "off", "keys", "new", "old", "both",
	NULL };
const char *const describe_view_codes[] = { "", "KEYS_ONLY", "NEW_IMAGE",
	"OLD_IMAGE", "NEW_AND_OLD_IMAGES" };
const char *const describe_distances[] = { "cosine", "euclidean", "dot_product",
	NULL };
const char *const describe_distance_codes[] = { "COSINE", "EUCLIDEAN",
	"DOT_PRODUCT" };

/* In our words; what has none is as the API says it. */
static void
put_word(struct buf *out, const char *name, const struct json *code,
    const char *const *words, const char *const *api)
{
	size_t i = 0;

	while (words[i] != NULL && !str_eq(json_str(code), str_from(api[i])))
		i++;
	tool_member(out, name);
	json_put_str(out,
	    words[i] == NULL ? json_str(code) : str_from(words[i]));
}

static bool
has(const struct json *table, const char *of, const char *member,
    const char *code)
{
	return str_eq(json_str(json_get(json_get(table, of), member)),
	    str_from(code));
}

static void
put_settings(struct buf *out, const struct json *table)
{
	const struct json *stream = json_get(table, "StreamSpecification");
	const struct json *units = json_get(table, "ProvisionedThroughput");

	if (json_bool(json_get(stream, "StreamEnabled")))
		put_word(out, "stream", json_get(stream, "StreamViewType"),
		    describe_views, describe_view_codes);
	if (json_bool(json_get(table, "DeletionProtectionEnabled"))) {
		tool_member(out, "protected");
		BUF_LIT(out, "true");
	}
	if (has(table, "TableClassSummary", "TableClass",
		"STANDARD_INFREQUENT_ACCESS")) {
		tool_member(out, "class");
		BUF_LIT(out, "\"infrequent_access\"");
	}
	if (units != NULL &&
	    !has(table, "BillingModeSummary", "BillingMode",
		"PAY_PER_REQUEST")) {
		tool_member(out, "billing");
		BUF_LIT(out, "\"provisioned\"");
		put_count(out, "read_units",
		    json_get(units, "ReadCapacityUnits"));
		put_count(out, "write_units",
		    json_get(units, "WriteCapacityUnits"));
	}
}

static void
put_vector_indexes(struct buf *out, const struct json *table)
{
	const struct json *list = json_get(table, "VectorIndexes");

	if (json_len(list) == 0)
		return;
	tool_member(out, "vector_indexes");
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *x = json_at(list, i);

		buf_puts(out, i > 0 ? STR(",{\"index\":") : STR("{\"index\":"));
		rpc_put(out, json_get(x, "IndexName"));
		tool_member(out, "attribute");
		rpc_put(out,
		    json_get(json_get(x, "VectorAttribute"), "AttributeName"));
		put_count(out, "dimensions", json_get(x, "Dimensions"));
		put_count(out, "items", json_get(x, "ItemCount"));
		put_word(out, "distance", json_get(x, "DistanceFunction"),
		    describe_distances, describe_distance_codes);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void
describe_put(struct buf *out, const struct op_ctx *ctx,
    const struct json *table)
{
	const struct json *created = json_get(table, "CreationDateTime");

	tool_member(out, "table");
	rpc_put(out, json_get(table, "TableName"));
	tool_member(out, "status");
	rpc_put(out, json_get(table, "TableStatus"));
	put_keys(out, table, json_get(table, "KeySchema"));
	put_indexes(out, table);
	put_vector_indexes(out, table);
	put_settings(out, table);
	put_count(out, "items", json_get(table, "ItemCount"));
	put_count(out, "bytes", json_get(table, "TableSizeBytes"));
	if (json_kind(created) == JSON_NUMBER) {
		tool_member(out, "created");
		map_put_time(out, created);
	}
	describe_put_entities(out, ctx, json_str(json_get(table, "TableName")));
}

/* ---- what its items have */

struct shape {
	struct str name[DESCRIBE_ATTRIBUTES];
	unsigned types[DESCRIBE_ATTRIBUTES]; /* 1u << MODEL_S | ... */
	size_t n, left_out;
};

static void
take_value(struct shape *s, struct str name, const struct json *value)
{
	size_t i = 0;

	while (i < s->n && !str_eq(s->name[i], name))
		i++;
	if (i == DESCRIBE_ATTRIBUTES) {
		s->left_out++;
		return;
	}
	if (i == s->n) {
		s->name[i] = name;
		s->types[i] = 0;
		s->n++;
	}
	s->types[i] |= 1U << model_type_of(value);
}

static void
put_shape(struct buf *out, const struct shape *s)
{
	tool_member(out, "attributes");
	buf_putc(out, '{');
	for (size_t i = 0; i < s->n; i++) {
		const char *before = "\"";

		tool_member_str(out, s->name[i]);
		for (size_t k = 0; k < NELEM(model_types); k++) {
			if ((s->types[i] >> k & 1) == 0)
				continue;
			buf_printf(out, "%s%s", before, model_types[k].word);
			before = " or ";
		}
		buf_putc(out, '"');
	}
	buf_putc(out, '}');
	if (s->left_out == 0)
		return;
	tool_member(out, "attributes_left_out");
	buf_putu(out, s->left_out);
}

enum err
describe_put_shape(struct op_ctx *ctx, struct str table, struct buf *out)
{
	struct buf request CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct json *answer CLEANUP(json_freep) = NULL;
	const struct json *items;
	struct shape s = { .n = 0 };
	enum err e;

	BUF_LIT(&request, "{\"TableName\":");
	json_put_str(&request, table);
	buf_printf(&request, ",\"Limit\":%d}", DESCRIBE_ITEMS);
	e = describe_ask(ctx, "Scan", buf_str(&request), &answer);
	if (e != ERR_OK)
		return e;
	items = json_get(answer, "Items");
	for (size_t i = 0; i < json_len(items); i++) {
		struct json_member m = { 0 };

		while (json_next(json_at(items, i), &m))
			take_value(&s, m.name, m.value);
	}
	if (s.n > 0)
		put_shape(out, &s);
	return buf_err(out);
}
