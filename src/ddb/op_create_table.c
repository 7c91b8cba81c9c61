/* SPDX-License-Identifier: ISC */
/*
 * CreateTable - a table with its keys and indexes.  It is there at once;
 * CREATING is what the service answers, and what its clients wait away.
 */
#include "base/clock.h"
#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/index_def.h"
#include "ddb/policy.h"
#include "ddb/stream.h"
#include "ddb/table_def.h"
#include "ddb/tag.h"
#include "ddb/vector.h"

#define INVALID "One or more parameter values were invalid: "

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING, SHAPE_MUST | SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	TABLE_SHAPES,
	{ "KeySchema", SHAPE_LIST, SHAPE_REQUIRED, .of = table_keys_shape,
	    .min = 1, .max = 2 },
	{ "AttributeDefinitions", SHAPE_LIST, SHAPE_REQUIRED,
	    .of = table_definitions_shape },
	{ "Tags", SHAPE_LIST, .of = tag_shape },
	{ "LocalSecondaryIndexes", SHAPE_LIST, .of = table_local_shape },
	{ "GlobalSecondaryIndexes", SHAPE_LIST, .of = table_global_shape },
	{ "VectorIndexes", SHAPE_LIST, .of = vector_shape },
	{ "ResourcePolicy", SHAPE_STRING },
	/* A table of another account to be joined to. */
	{ "GlobalTableSourceArn", SHAPE_STRING, SHAPE_UNSERVED },
	{ "GlobalTableSettingsReplicationMode", SHAPE_STRING, SHAPE_UNSERVED },
	{ NULL },
};

static bool
on_demand(const struct json *in)
{
	return str_eq(json_str(shape_get(in, "BillingMode")),
	    STR("PAY_PER_REQUEST"));
}

static enum err
check_throughput(struct op_ctx *ctx, const struct json *in)
{
	const struct json *given = shape_get(in, "ProvisionedThroughput");

	if (on_demand(in))
		return given == NULL ?
		    ERR_OK :
		    op_fail(ctx, ERR_VALIDATION,
			INVALID
			"Neither ReadCapacityUnits nor WriteCapacityUnits can "
			"be specified when BillingMode is PAY_PER_REQUEST");
	if (given == NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "ReadCapacityUnits and WriteCapacityUnits must both be "
		    "specified when BillingMode is PROVISIONED");
	return table_def_check_units(ctx, given);
}

static enum err
check_keys(struct op_ctx *ctx, const struct json *in)
{
	const struct json *schema = json_get(in, "KeySchema");
	const struct json *defs = json_get(in, "AttributeDefinitions");

	if (json_len(schema) > json_len(defs))
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: Some index key attribute have no "
		    "definition");
	return index_def_check_keys(ctx, schema, defs, false);
}

/* ---- indexes */

static const struct list {
	const char *name;
	bool local;
	size_t max;
	const char *many;
} lists[] = {
	{ "LocalSecondaryIndexes", true, LIMIT_LOCAL_INDEXES,
	    "Number of LocalSecondaryIndexes exceeds per-table limit of 5" },
	{ "GlobalSecondaryIndexes", false, LIMIT_GLOBAL_INDEXES,
	    "GlobalSecondaryIndex count exceeds the per-table limit of 20" },
};

static struct index_def
def_of(const struct json *in, const struct list *list, size_t i)
{
	const struct json *first = json_at(json_get(in, "KeySchema"), 0);

	return (struct index_def){
		.one = json_at(shape_get(in, list->name), i),
		.defs = json_get(in, "AttributeDefinitions"),
		.local = list->local,
		.table_hash = json_str(json_get(first, "AttributeName")),
		.demand = on_demand(in),
	};
}

/* Is the name of an index that of one before it? */
static bool
named_before(const struct json *in, const struct list *list, size_t i)
{
	struct str name = json_str(
	    json_get(json_at(shape_get(in, list->name), i), "IndexName"));

	for (const struct list *l = lists; l <= list; l++) {
		const struct json *all = shape_get(in, l->name);

		for (size_t k = 0; k < (l == list ? i : json_len(all)); k++)
			if (str_eq(name,
				json_str(
				    json_get(json_at(all, k), "IndexName"))))
				return true;
	}
	return false;
}

static enum err
check_list(struct op_ctx *ctx, const struct json *in, const struct list *list)
{
	const struct json *all = shape_get(in, list->name);
	enum err e = ERR_OK;

	if (all == NULL)
		return ERR_OK;
	if (list->local && json_len(json_get(in, "KeySchema")) != 2)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Table KeySchema does not have a range key, which "
			    "is required when specifying a "
			    "LocalSecondaryIndex");
	for (size_t i = 0; i < json_len(all) && e == ERR_OK; i++) {
		struct index_def d = def_of(in, list, i);

		e = index_def_check(ctx, &d);
		if (e == ERR_OK && named_before(in, list, i))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Duplicate index name: %.*s",
			    STR_ARG(json_str(json_get(d.one, "IndexName"))));
	}
	if (e == ERR_OK && json_len(all) > list->max)
		return op_fail(ctx, ERR_VALIDATION, INVALID "%s", list->many);
	return e;
}

static bool
in_keys(const struct json *schema, struct str name)
{
	for (size_t i = 0; i < json_len(schema); i++)
		if (str_eq(json_str(
			       json_get(json_at(schema, i), "AttributeName")),
			name))
			return true;
	return false;
}

static bool
attribute_used(const struct json *in, struct str name)
{
	if (in_keys(json_get(in, "KeySchema"), name) ||
	    vector_names(shape_get(in, "VectorIndexes"), name))
		return true;
	for (size_t l = 0; l < NELEM(lists); l++) {
		const struct json *all = shape_get(in, lists[l].name);

		for (size_t i = 0; i < json_len(all); i++)
			if (in_keys(json_get(json_at(all, i), "KeySchema"),
				name))
				return true;
	}
	return false;
}

/* Each attribute that is defined is one of a key. */
static enum err
check_unused(struct op_ctx *ctx, const struct json *in)
{
	struct buf all CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	struct buf used CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	const struct json *defs = json_get(in, "AttributeDefinitions");
	size_t n = 0;

	for (size_t i = 0; i < json_len(defs); i++) {
		struct str name =
		    json_str(json_get(json_at(defs, i), "AttributeName"));

		if (i > 0)
			BUF_LIT(&all, ", ");
		buf_puts(&all, name);
		if (!attribute_used(in, name))
			continue;
		if (n++ > 0)
			BUF_LIT(&used, ", ");
		buf_puts(&used, name);
	}
	if (n == json_len(defs))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "Some AttributeDefinitions are not used. "
		    "AttributeDefinitions: [%.*s], keys used: [%.*s]",
	    STR_ARG(buf_str(&all)), STR_ARG(buf_str(&used)));
}

static enum err
check_indexes(struct op_ctx *ctx, const struct json *in)
{
	const struct json *vectors = shape_get(in, "VectorIndexes");
	const struct table none = { .nall = 0 };
	size_t n = json_len(vectors), included = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < json_len(vectors); i++)
		included += vector_included(json_at(vectors, i));
	for (size_t l = 0; l < NELEM(lists); l++) {
		const struct json *all = shape_get(in, lists[l].name);

		if (all != NULL && json_len(all) == 0)
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "List of %s is empty", lists[l].name);
		n += json_len(all);
		for (size_t i = 0; i < json_len(all); i++)
			included += index_def_included(json_at(all, i));
	}
	for (size_t l = 0; l < NELEM(lists) && e == ERR_OK; l++)
		e = check_list(ctx, in, &lists[l]);
	if (e == ERR_OK)
		e = index_def_check_included(ctx, &none, included);
	if (e == ERR_OK && n > 0)
		return check_unused(ctx, in);
	if (e == ERR_OK &&
	    json_len(json_get(in, "AttributeDefinitions")) !=
		json_len(json_get(in, "KeySchema")))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Number of attributes in KeySchema does not exactly match "
		    "number of attributes defined in AttributeDefinitions");
	return e;
}

static enum err
check_rest(struct op_ctx *ctx, const struct json *in)
{
	const struct json *list = shape_get(in, "Tags");
	const struct json *policy = shape_get(in, "ResourcePolicy");
	enum err e = table_def_check_stream(ctx,
	    shape_get(in, "StreamSpecification"), true);

	if (e == ERR_OK)
		e = tag_check_count(ctx, json_len(list));
	if (e == ERR_OK)
		e = tag_check(ctx, list);
	if (e == ERR_OK && policy != NULL)
		e = policy_check(ctx, json_str(policy));
	return e;
}

/* The indexes of one kind, as elements of a list. */
static void
put_indexes(struct buf *out, const struct json *in, const struct list *list)
{
	const struct json *all = shape_get(in, list->name);

	if (all == NULL)
		return;
	answer_member(out, list->name);
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(all); i++) {
		struct index_def d = def_of(in, list, i);

		if (i > 0)
			buf_putc(out, ',');
		index_def_put(out, &d);
	}
	buf_putc(out, ']');
}

/* The first line; ids: of the indexes, NULL where they have none yet. */
static void
put_head(struct buf *out, const struct json *in, const uint64_t *ids)
{
	const struct json *stream = shape_get(in, "StreamSpecification");
	const char *comma = "";

	BUF_LIT(out, "{\"v\":1,\"keys\":");
	index_def_put_keys(out, json_get(in, "KeySchema"),
	    json_get(in, "AttributeDefinitions"));
	if (shape_bool(in, "DeletionProtectionEnabled"))
		BUF_LIT(out, ",\"protected\":true");
	if (shape_bool(stream, "StreamEnabled")) {
		BUF_LIT(out, ",\"stream\":");
		json_put(out, json_get(stream, "StreamViewType"));
	}
	if (ids != NULL)
		BUF_LIT(out, ",\"indexes\":[");
	/* Global ones first. */
	for (size_t l = NELEM(lists); ids != NULL && l-- > 0;) {
		size_t n = json_len(shape_get(in, lists[l].name));

		for (size_t i = 0; i < n; i++) {
			struct index_def d = def_of(in, &lists[l], i);

			buf_puts(out, str_from(comma));
			index_def_put_head(out, &d, *ids++, false);
			comma = ",";
		}
	}
	buf_puts(out, ids != NULL ? STR("]}\n") : STR("}\n"));
}

/* A random UUID (RFC 9562, 5.4). */
static void
put_id(struct buf *out)
{
	unsigned char id[16];

	crypto_random(id, sizeof(id));
	id[6] = (unsigned char)((id[6] & 0x0f) | 0x40);
	id[8] = (unsigned char)((id[8] & 0x3f) | 0x80);
	answer_member(out, "TableId");
	buf_putc(out, '"');
	for (size_t i = 0; i < sizeof(id); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_putc(out, '-');
		crypto_hex(out, id + i, 1);
	}
	buf_putc(out, '"');
}

static void
put_billing(struct buf *out, const struct json *in)
{
	table_def_put_units(out, shape_get(in, "ProvisionedThroughput"));
	if (on_demand(in))
		buf_printf(out,
		    ",\"BillingModeSummary\":{\"BillingMode\":"
		    "\"PAY_PER_REQUEST\",\"LastUpdateToPayPerRequestDateTime\""
		    ":%llu}",
		    (unsigned long long)(clock_wall_ns() / NS_PER_S));
}

/* The members of the description that do not change by themselves. */
static void
put_description(struct op_ctx *ctx, struct buf *out, const struct json *in)
{
	const struct json *v;

	table_def_put_as(out, request, in, "AttributeDefinitions");
	table_def_put_as(out, request, in, "KeySchema");
	put_id(out);
	put_billing(out, in);
	table_def_put_encryption(ctx, out, shape_get(in, "SSESpecification"));
	if ((v = shape_get(in, "TableClass")) != NULL) {
		BUF_LIT(out, ",\"TableClassSummary\":{\"TableClass\":");
		json_put(out, v);
		buf_putc(out, '}');
	}
	table_def_put_as(out, request, in, "OnDemandThroughput");
	table_def_put_warm(out, shape_get(in, "WarmThroughput"));
	if (shape_bool(shape_get(in, "StreamSpecification"), "StreamEnabled"))
		table_def_put_as(out, request, in, "StreamSpecification");
	for (size_t l = 0; l < NELEM(lists); l++)
		put_indexes(out, in, &lists[l]);
	answer_member(out, "DeletionProtectionEnabled");
	buf_puts(out,
	    shape_bool(in, "DeletionProtectionEnabled") ? STR("true") :
							  STR("false"));
}

static enum err
check(struct op_ctx *ctx, const struct json *in)
{
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = check_throughput(ctx, in);
	if (e == ERR_OK)
		e = check_keys(ctx, in);
	if (e == ERR_OK)
		e = check_indexes(ctx, in);
	if (e == ERR_OK)
		e = vector_check(ctx, in);
	if (e == ERR_OK)
		e = check_rest(ctx, in);
	return e;
}

/* Make the indexes' objects; they need the table's id. */
static enum err
create_indexes(struct op_ctx *ctx, const struct json *in,
    const struct store_table *row, uint64_t *ids)
{
	enum err e = ERR_OK;

	for (size_t l = NELEM(lists); l-- > 0;) {
		const struct json *all = shape_get(in, lists[l].name);

		for (size_t i = 0; i < json_len(all) && e == ERR_OK; i++)
			e = index_def_create(ctx, row,
			    json_str(json_get(json_at(all, i), "IndexName")),
			    ids++);
	}
	return e;
}

static enum err
create(struct op_ctx *ctx, const struct json *in, struct buf *def,
    struct str lines, struct store_table *row)
{
	uint64_t ids[LIMIT_GLOBAL_INDEXES + LIMIT_LOCAL_INDEXES];
	enum err e;

	put_head(def, in, NULL);
	buf_puts(def, lines);
	if ((e = buf_err(def)) != ERR_OK)
		return e;
	row->def = buf_str(def);
	if ((e = store_table_create(ctx->store, row)) == ERR_IN_USE)
		return op_fail(ctx, e, "Table already exists: %.*s",
		    STR_ARG(row->name));
	if (e != ERR_OK ||
	    (shape_get(in, lists[0].name) == NULL &&
		shape_get(in, lists[1].name) == NULL))
		return e;
	if ((e = create_indexes(ctx, in, row, ids)) != ERR_OK)
		return e;
	buf_reset(def);
	put_head(def, in, ids);
	buf_puts(def, lines);
	row->def = buf_str(def);
	e = buf_err(def);
	return e == ERR_OK ? store_table_update(ctx->store, row) : e;
}

/* What is an object of its own, or is stored beside the description. */
static enum err
attach(struct op_ctx *ctx, const struct json *in, struct table *t)
{
	const struct json *stream = shape_get(in, "StreamSpecification");
	const struct json *policy = shape_get(in, "ResourcePolicy");
	struct str revision, label = { NULL, 0 };
	enum err e = ERR_OK;

	if (shape_bool(stream, "StreamEnabled"))
		e = stream_enable(ctx, t,
		    json_str(json_get(stream, "StreamViewType")), &label);
	if (e == ERR_OK && label.p != NULL)
		e = extra_set(ctx, t, EXTRA_DESCRIPTION, "LatestStreamLabel",
		    label);
	if (e == ERR_OK && policy != NULL)
		e = policy_set(ctx, t, STR(""), json_str(policy), &revision);
	return e == ERR_OK ? vector_create(ctx, in, t) : e;
}

static enum err
create_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	struct buf lines CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	struct store_table row = { .space = ctx->space };
	struct table t;
	enum err e = check(ctx, in);

	if (e != ERR_OK)
		return e;
	row.name = json_str(json_get(in, "TableName"));
	if (!op_may_table(ctx, row.name))
		return ERR_SCOPE;
	put_description(ctx, &lines, in);
	BUF_LIT(&lines, "\n{");
	table_def_put_as(&lines, request, in, "Tags");
	buf_putc(&lines, '}');
	if ((e = buf_err(&lines)) != ERR_OK ||
	    (e = create(ctx, in, &def, buf_str(&lines), &row)) != ERR_OK ||
	    (e = table_open_named(ctx, in, &t)) != ERR_OK ||
	    (e = attach(ctx, in, &t)) != ERR_OK)
		return e;
	BUF_LIT(out, "{\"TableDescription\":");
	e = table_put_description(ctx, &t, "CREATING", NULL, out);
	buf_putc(out, '}');
	return e;
}

const struct op op_create_table = {
	.name = "CreateTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = create_table,
};
