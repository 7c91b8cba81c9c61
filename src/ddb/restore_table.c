/* SPDX-License-Identifier: ISC */
/* The new table, as a request of CreateTable. */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/restore.h"

#define INVALID       "One or more parameter values were invalid: "
#define REQUEST_MAX   MIB(1)
#define REQUEST_DEPTH 16

static bool
names(const struct json *schema, struct str name)
{
	for (size_t i = 0; i < json_len(schema); i++)
		if (str_eq(json_str(
			       json_get(json_at(schema, i), "AttributeName")),
			name))
			return true;
	return false;
}

static bool
list_names(const struct json *indexes, struct str name)
{
	for (size_t i = 0; i < json_len(indexes); i++)
		if (names(json_get(json_at(indexes, i), "KeySchema"), name))
			return true;
	return false;
}

/* What is wanted of the source's: another, or its own. */
struct source {
	const struct json *d; /* the members of its description */
	const struct json *global, *local, *vector;
	bool demand;
};

/* An attribute that no key names is none that may be defined. */
static void
put_definitions(struct buf *out, const struct source *s)
{
	const struct json *all = json_get(s->d, "AttributeDefinitions");
	const char *comma = "";

	answer_member(out, "AttributeDefinitions");
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(all); i++) {
		struct str name =
		    json_str(json_get(json_at(all, i), "AttributeName"));

		if (!names(json_get(s->d, "KeySchema"), name) &&
		    !list_names(s->global, name) &&
		    !list_names(s->local, name) &&
		    !vector_names(s->vector, name))
			continue;
		buf_puts(out, str_from(comma));
		json_put(out, json_at(all, i));
		comma = ",";
	}
	buf_putc(out, ']');
}

static void
put_units(struct buf *out, const struct json *units)
{
	if (units == NULL)
		return;
	answer_member(out, "ProvisionedThroughput");
	buf_printf(out,
	    "{\"ReadCapacityUnits\":%.*s,\"WriteCapacityUnits\":%.*s}",
	    STR_ARG(json_number(json_get(units, "ReadCapacityUnits"))),
	    STR_ARG(json_number(json_get(units, "WriteCapacityUnits"))));
}

static void
put_member(struct buf *out, const char *name, const struct json *v)
{
	if (v == NULL)
		return;
	answer_member(out, name);
	json_put(out, v);
}

/* units: with those that are provisioned, else with the highest on demand. */
static void
put_indexes(struct buf *out, const char *name, const struct json *all,
    bool units)
{
	static const char *const members[] = { "IndexName", "KeySchema",
		"Projection" };

	if (json_len(all) == 0)
		return;
	answer_member(out, name);
	for (size_t i = 0; i < json_len(all); i++) {
		const struct json *one = json_at(all, i);

		buf_puts(out, i == 0 ? STR("[{") : STR(",{"));
		for (size_t k = 0; k < NELEM(members); k++) {
			answer_member(out, members[k]);
			json_put(out, json_get(one, members[k]));
		}
		if (units)
			put_units(out, json_get(one, "ProvisionedThroughput"));
		else
			put_member(out, "OnDemandThroughput",
			    json_get(one, "OnDemandThroughput"));
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

/* It stays as it was encrypted, with the key that it had. */
static void
put_encryption(struct buf *out, const struct json *wanted,
    const struct json *was)
{
	if (wanted != NULL || was == NULL) {
		put_member(out, "SSESpecification", wanted);
		return;
	}
	answer_member(out, "SSESpecification");
	BUF_LIT(out, "{\"Enabled\":true");
	put_member(out, "SSEType", json_get(was, "SSEType"));
	put_member(out, "KMSMasterKeyId", json_get(was, "KMSMasterKeyArn"));
	buf_putc(out, '}');
}

static void
put_request(struct buf *out, const struct json *in, const struct source *s)
{
	const struct json *units =
	    shape_get(in, "ProvisionedThroughputOverride");
	const struct json *demand = shape_get(in, "OnDemandThroughputOverride");

	buf_putc(out, '{');
	put_member(out, "TableName", json_get(in, "TargetTableName"));
	put_definitions(out, s);
	put_member(out, "KeySchema", json_get(s->d, "KeySchema"));
	answer_member(out, "BillingMode");
	buf_puts(out,
	    s->demand ? STR("\"PAY_PER_REQUEST\"") : STR("\"PROVISIONED\""));
	if (units != NULL || !s->demand)
		put_units(out,
		    units != NULL ? units :
				    json_get(s->d, "ProvisionedThroughput"));
	put_member(out, "OnDemandThroughput",
	    demand != NULL || !s->demand ?
		demand :
		json_get(s->d, "OnDemandThroughput"));
	put_encryption(out, shape_get(in, "SSESpecificationOverride"),
	    json_get(s->d, "SSEDescription"));
	put_member(out, "TableClass",
	    json_get(json_get(s->d, "TableClassSummary"), "TableClass"));
	put_indexes(out, "GlobalSecondaryIndexes", s->global, !s->demand);
	put_indexes(out, "LocalSecondaryIndexes", s->local, false);
	if (json_len(s->vector) > 0)
		put_member(out, "VectorIndexes", s->vector);
	buf_putc(out, '}');
}

/* ---- what is asked for is the source's, or some of it */

static const struct json *
by_name(const struct json *indexes, struct str name)
{
	for (size_t i = 0; i < json_len(indexes); i++)
		if (str_eq(name,
			json_str(json_get(json_at(indexes, i), "IndexName"))))
			return json_at(indexes, i);
	return NULL;
}

static bool
same_member(const struct json *a, const struct json *b, const char *name)
{
	const struct json *x = shape_get(a, name), *y = shape_get(b, name);

	return json_kind(x) == JSON_NUMBER ?
	    str_eq(json_number(x), json_number(y)) :
	    str_eq(json_str(x), json_str(y));
}

/* Keys, or elements of a search schema, one by one. */
static bool
same_keys(const struct json *a, const struct json *b, const char *list)
{
	const struct json *x = shape_get(a, list), *y = shape_get(b, list);
	bool same = json_len(x) == json_len(y);

	for (size_t i = 0; i < json_len(x) && same; i++)
		same = same_member(json_at(x, i), json_at(y, i),
			   "AttributeName") &&
		    same_member(json_at(x, i), json_at(y, i), "KeyType") &&
		    same_member(json_at(x, i), json_at(y, i),
			"SearchSchemaElementType");
	return same;
}

static bool
contains(const struct json *list, struct str text)
{
	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_at(list, i)), text))
			return true;
	return false;
}

/* In whatever order. */
static bool
same_projection(const struct json *a, const struct json *b)
{
	const struct json *p = shape_get(a, "Projection");
	const struct json *q = shape_get(b, "Projection");
	const struct json *x = shape_get(p, "NonKeyAttributes");
	const struct json *y = shape_get(q, "NonKeyAttributes");
	bool same =
	    same_member(p, q, "ProjectionType") && json_len(x) == json_len(y);

	for (size_t i = 0; i < json_len(x) && same; i++)
		same = contains(y, json_str(json_at(x, i))) &&
		    contains(x, json_str(json_at(y, i)));
	return same;
}

/* Only its throughput may be another. */
static bool
same_index(const struct json *a, const struct json *b)
{
	return same_keys(a, b, "KeySchema") &&
	    same_keys(a, b, "SearchSchema") && same_projection(a, b) &&
	    same_member(shape_get(a, "VectorAttribute"),
		shape_get(b, "VectorAttribute"), "AttributeName") &&
	    same_member(a, b, "Dimensions") &&
	    same_member(a, b, "DistanceFunction");
}

static enum err
check_subset(struct op_ctx *ctx, const struct json *wanted,
    const struct json *have)
{
	for (size_t i = 0; i < json_len(wanted); i++) {
		const struct json *one = json_at(wanted, i);
		const struct str name = json_str(json_get(one, "IndexName"));
		const struct json *was = by_name(have, name);

		if (was == NULL)
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Index %.*s is not one of the source's",
			    STR_ARG(name));
		if (!same_index(one, was))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Index %.*s is another than the source's: "
				    "only its throughput may differ",
			    STR_ARG(name));
	}
	return ERR_OK;
}

static enum err
choose(struct op_ctx *ctx, const struct json *in, const struct json *d,
    const struct json *vector, struct source *ret)
{
	const struct json *global = json_get(d, "GlobalSecondaryIndexes");
	const struct json *local = json_get(d, "LocalSecondaryIndexes");
	const struct json *g = shape_get(in, "GlobalSecondaryIndexOverride");
	const struct json *l = shape_get(in, "LocalSecondaryIndexOverride");
	const struct json *v = shape_get(in, "VectorIndexOverride");
	struct str mode = json_str(shape_get(in, "BillingModeOverride"));
	enum err e = check_subset(ctx, g, global);

	if (e == ERR_OK)
		e = check_subset(ctx, l, local);
	if (e == ERR_OK)
		e = check_subset(ctx, v, vector);
	*ret = (struct source){
		.d = d,
		.global = g != NULL ? g : global,
		.local = l != NULL ? l : local,
		.vector = v != NULL ? v : vector,
		.demand = mode.p != NULL ?
		    str_eq(mode, STR("PAY_PER_REQUEST")) :
		    json_get(d, "BillingModeSummary") != NULL,
	};
	return e;
}

enum err
restore_create(struct op_ctx *ctx, const struct restore *r)
{
	const struct table source = backup_source(r->table_def);
	struct buf text CLEANUP(buf_free) = BUF_INIT(REQUEST_MAX);
	struct buf answer CLEANUP(buf_free) = BUF_INIT(REQUEST_MAX);
	struct json *d CLEANUP(json_freep) = NULL;
	struct json *rest CLEANUP(json_freep) = NULL;
	struct json *request CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct source s;
	enum err e;

	if ((e = extra_read(&source, EXTRA_DESCRIPTION, &d)) != ERR_OK ||
	    (e = extra_read(&source, EXTRA_REST, &rest)) != ERR_OK ||
	    (e = choose(ctx, r->in, d, json_get(rest, "VectorIndexes"), &s)) !=
		ERR_OK)
		return e;
	put_request(&text, r->in, &s);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	if (json_parse(buf_str(&text), REQUEST_DEPTH, &request, &error) !=
	    ERR_OK)
		return ERR_INTERNAL;
	return op_create_table.run(ctx, request, &answer);
}
