/* SPDX-License-Identifier: ISC */
/*
 * CreateTable - a table with its primary key.  It is there at once; CREATING
 * is what the service answers, and what its clients wait away.
 */
#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/shape.h"
#include "ddb/table.h"

#define INVALID        "One or more parameter values were invalid: "
#define THROUGHPUT_MAX INT64_C(1000000000000)
#define TAGS_MAX       50
#define DEF_MAX        KIB(512)

static const struct shape definition[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "AttributeType", SHAPE_STRING, SHAPE_REQUIRED, .values = "B, N, S" },
	{ NULL },
};
static const struct shape definitions[] = { { "member", SHAPE_STRUCT,
    .of = definition, .type = SHAPE_MODEL "AttributeDefinition" } };

static const struct shape key[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "KeyType", SHAPE_STRING, SHAPE_REQUIRED, .values = "HASH, RANGE" },
	{ NULL },
};
static const struct shape keys[] = { { "member", SHAPE_STRUCT, .of = key,
    .type = SHAPE_MODEL "KeySchemaElement" } };

static const struct shape throughput[] = {
	{ "WriteCapacityUnits", SHAPE_LONG, SHAPE_REQUIRED, .min = 1 },
	{ "ReadCapacityUnits", SHAPE_LONG, SHAPE_REQUIRED, .min = 1 },
	{ NULL },
};
static const struct shape on_demand[] = {
	{ "MaxReadRequestUnits", SHAPE_LONG },
	{ "MaxWriteRequestUnits", SHAPE_LONG },
	{ NULL },
};
static const struct shape warm[] = {
	{ "ReadUnitsPerSecond", SHAPE_LONG, .min = 1 },
	{ "WriteUnitsPerSecond", SHAPE_LONG, .min = 1 },
	{ NULL },
};
static const struct shape encryption[] = {
	{ "Enabled", SHAPE_BOOLEAN },
	{ "SSEType", SHAPE_STRING, .values = "AES256, KMS" },
	{ "KMSMasterKeyId", SHAPE_STRING, .min = 0, .max = 2048 },
	{ NULL },
};
static const struct shape tag[] = {
	{ "Key", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 128 },
	{ "Value", SHAPE_STRING, SHAPE_REQUIRED, .max = 256 },
	{ NULL },
};
static const struct shape tags[] = { { "member", SHAPE_STRUCT, .of = tag,
    .type = SHAPE_MODEL "Tag" } };
static const struct shape stream[] = {
	{ "StreamEnabled", SHAPE_BOOLEAN, SHAPE_REQUIRED },
	{ "StreamViewType", SHAPE_STRING,
	    .values = "NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY" },
	{ NULL },
};
static const struct shape nothing[] = { { NULL } };
static const struct shape indexes[] = { { "member", SHAPE_STRUCT, .of = nothing,
    .type = SHAPE_MODEL "SecondaryIndex" } };

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING, SHAPE_MUST | SHAPE_NAME, .min = 3,
	    .max = LIMIT_TABLE_NAME },
	{ "BillingMode", SHAPE_STRING,
	    .values = "PROVISIONED, PAY_PER_REQUEST" },
	{ "ProvisionedThroughput", SHAPE_STRUCT, SHAPE_FIELD, .of = throughput,
	    .type = SHAPE_MODEL "ProvisionedThroughput" },
	{ "KeySchema", SHAPE_LIST, SHAPE_REQUIRED, .of = keys, .min = 1,
	    .max = 2 },
	{ "AttributeDefinitions", SHAPE_LIST, SHAPE_REQUIRED,
	    .of = definitions },
	{ "TableClass", SHAPE_STRING,
	    .values = "STANDARD, STANDARD_INFREQUENT_ACCESS" },
	{ "DeletionProtectionEnabled", SHAPE_BOOLEAN },
	{ "SSESpecification", SHAPE_STRUCT, SHAPE_FIELD, .of = encryption,
	    .type = SHAPE_MODEL "SSESpecification" },
	{ "Tags", SHAPE_LIST, .of = tags },
	{ "OnDemandThroughput", SHAPE_STRUCT, SHAPE_FIELD, .of = on_demand,
	    .type = SHAPE_MODEL "OnDemandThroughput" },
	{ "WarmThroughput", SHAPE_STRUCT, SHAPE_FIELD, .of = warm,
	    .type = SHAPE_MODEL "WarmThroughput" },
	{ "StreamSpecification", SHAPE_STRUCT, SHAPE_FIELD, .of = stream,
	    .type = SHAPE_MODEL "StreamSpecification" },
	{ "LocalSecondaryIndexes", SHAPE_LIST, .of = indexes },
	{ "GlobalSecondaryIndexes", SHAPE_LIST, .of = indexes },
	{ "ResourcePolicy", SHAPE_STRING, SHAPE_LATER },
	{ NULL },
};

static enum err
check_throughput(struct op_ctx *ctx, const struct json *in)
{
	static const char *const names[] = { "ReadCapacityUnits",
		"WriteCapacityUnits" };
	const struct json *given = shape_get(in, "ProvisionedThroughput");

	if (str_eq(json_str(shape_get(in, "BillingMode")),
		STR("PAY_PER_REQUEST")))
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
	for (size_t i = 0; i < NELEM(names); i++) {
		int64_t n = shape_int(given, names[i], 1);

		if (n > THROUGHPUT_MAX)
			return op_fail(ctx, ERR_VALIDATION,
			    "Given value %lld for %s is out of bounds",
			    (long long)n, names[i]);
	}
	return ERR_OK;
}

static struct str
attribute_name(const struct json *list, size_t i)
{
	return json_str(json_get(json_at(list, i), "AttributeName"));
}

/* The type that the definitions give a name; '\0' if none does. */
static char
defined_type(const struct json *defs, struct str name)
{
	for (size_t i = 0; i < json_len(defs); i++)
		if (str_eq(attribute_name(defs, i), name))
			return json_str(
			    json_get(json_at(defs, i), "AttributeType"))
			    .p[0];
	return '\0';
}

static void
put_names(struct buf *out, const struct json *list)
{
	for (size_t i = 0; i < json_len(list); i++) {
		if (i > 0)
			BUF_LIT(out, ", ");
		buf_puts(out, attribute_name(list, i));
	}
}

static enum err
not_defined(struct op_ctx *ctx, const struct json *schema,
    const struct json *defs)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL * 2);

	BUF_LIT(&text, "Keys: [");
	put_names(&text, schema);
	BUF_LIT(&text, "], AttributeDefinitions: [");
	put_names(&text, defs);
	BUF_LIT(&text, "]");
	return op_fail(ctx, ERR_VALIDATION,
	    INVALID "Some index key attributes are not defined in "
		    "AttributeDefinitions. %.*s",
	    STR_ARG(buf_str(&text)));
}

static bool
key_type_is(const struct json *schema, size_t i, struct str type)
{
	return str_eq(json_str(json_get(json_at(schema, i), "KeyType")), type);
}

static enum err
check_keys(struct op_ctx *ctx, const struct json *in)
{
	const struct json *schema = json_get(in, "KeySchema");
	const struct json *defs = json_get(in, "AttributeDefinitions");
	size_t n = json_len(schema);

	if (n > json_len(defs))
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: Some index key attribute have no "
		    "definition");
	for (size_t i = 0; i < n; i++)
		if (defined_type(defs, attribute_name(schema, i)) == '\0')
			return not_defined(ctx, schema, defs);
	if (n == 2 &&
	    str_eq(attribute_name(schema, 0), attribute_name(schema, 1)))
		return op_fail(ctx, ERR_VALIDATION,
		    "Both the Hash Key and the Range Key element in the "
		    "KeySchema have the same name");
	if (!key_type_is(schema, 0, STR("HASH")))
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: The first KeySchemaElement is not a "
		    "HASH key type");
	if (n == 2 && !key_type_is(schema, 1, STR("RANGE")))
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid KeySchema: The second KeySchemaElement is not a "
		    "RANGE key type");
	return ERR_OK;
}

/* An empty list of indexes is wrong; one with indexes comes later. */
static enum err
check_indexes(struct op_ctx *ctx, const struct json *in)
{
	static const char *const names[] = { "LocalSecondaryIndexes",
		"GlobalSecondaryIndexes" };

	for (size_t i = 0; i < NELEM(names); i++) {
		const struct json *list = shape_get(in, names[i]);

		if (list == NULL)
			continue;
		if (json_len(list) == 0)
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "List of %s is empty", names[i]);
		return op_fail(ctx, ERR_VALIDATION,
		    "The parameter %s is not supported by this version of "
		    "the server",
		    names[i]);
	}
	if (json_len(json_get(in, "AttributeDefinitions")) !=
	    json_len(json_get(in, "KeySchema")))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Number of attributes in KeySchema does not exactly match "
		    "number of attributes defined in AttributeDefinitions");
	return ERR_OK;
}

static enum err
check_rest(struct op_ctx *ctx, const struct json *in)
{
	const struct json *list = shape_get(in, "Tags");
	const struct json *streaming = shape_get(in, "StreamSpecification");

	if (shape_bool(streaming, "StreamEnabled"))
		return op_fail(ctx, ERR_VALIDATION,
		    "The parameter StreamSpecification is not supported by "
		    "this version of the server");
	if (shape_get(streaming, "StreamViewType") != NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "StreamViewType can only be specified when StreamEnabled "
		    "is true");
	if (json_len(list) > TAGS_MAX)
		return op_fail(ctx, ERR_VALIDATION,
		    "Too many tags, at most %d can be given", TAGS_MAX);
	for (size_t i = 0; i < json_len(list); i++)
		for (size_t k = 0; k < i; k++)
			if (str_eq(json_str(json_get(json_at(list, i), "Key")),
				json_str(json_get(json_at(list, k), "Key"))))
				return op_fail(ctx, ERR_VALIDATION,
				    "Duplicate tag keys are not allowed");
	return ERR_OK;
}

static void
put_keys(struct buf *out, const struct json *in)
{
	const struct json *schema = json_get(in, "KeySchema");
	const struct json *defs = json_get(in, "AttributeDefinitions");

	BUF_LIT(out, "{\"v\":1,\"keys\":[");
	for (size_t i = 0; i < json_len(schema); i++) {
		struct str name = attribute_name(schema, i);

		if (i > 0)
			buf_putc(out, ',');
		buf_putc(out, '[');
		json_put_str(out, name);
		buf_printf(out, ",\"%c\"]", defined_type(defs, name));
	}
	buf_putc(out, ']');
	if (shape_bool(in, "DeletionProtectionEnabled"))
		BUF_LIT(out, ",\"protected\":true");
	BUF_LIT(out, "}\n");
}

/* A random UUID (RFC 9562, 5.4). */
static void
put_id(struct buf *out)
{
	unsigned char id[16];

	crypto_random(id, sizeof(id));
	id[6] = (unsigned char)((id[6] & 0x0f) | 0x40);
	id[8] = (unsigned char)((id[8] & 0x3f) | 0x80);
	BUF_LIT(out, ",\"TableId\":\"");
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
	const struct json *units = shape_get(in, "ProvisionedThroughput");
	struct str mode = json_str(shape_get(in, "BillingMode"));

	buf_printf(out,
	    ",\"ProvisionedThroughput\":{\"NumberOfDecreasesToday\":0,"
	    "\"ReadCapacityUnits\":%lld,\"WriteCapacityUnits\":%lld}",
	    (long long)shape_int(units, "ReadCapacityUnits", 0),
	    (long long)shape_int(units, "WriteCapacityUnits", 0));
	if (str_eq(mode, STR("PAY_PER_REQUEST")))
		buf_printf(out,
		    ",\"BillingModeSummary\":{\"BillingMode\":"
		    "\"PAY_PER_REQUEST\",\"LastUpdateToPayPerRequestDateTime\""
		    ":%llu}",
		    (unsigned long long)(clock_wall_ns() / NS_PER_S));
}

static void
put_encryption(struct op_ctx *ctx, struct buf *out, const struct json *in)
{
	const struct json *spec = shape_get(in, "SSESpecification");
	struct str id = json_str(shape_get(spec, "KMSMasterKeyId"));

	if (!shape_bool(spec, "Enabled"))
		return;
	BUF_LIT(out,
	    ",\"SSEDescription\":{\"Status\":\"ENABLED\","
	    "\"SSEType\":\"KMS\",\"KMSMasterKeyArn\":");
	if (str_starts(id, STR("arn:"))) {
		json_put_str(out, id);
	} else {
		struct buf arn CLEANUP(buf_free) = BUF_INIT(KIB(16));

		BUF_LIT(&arn, "arn:aws:kms:");
		buf_puts(&arn, ctx->region);
		BUF_LIT(&arn, ":000000000000:key/");
		buf_puts(&arn, id.len > 0 ? id : STR("aws/dynamodb"));
		json_put_str(out, buf_str(&arn));
	}
	buf_putc(out, '}');
}

/* A parameter, if it is given, as its shape knows it. */
static void
put_as(struct buf *out, const char *lead, const struct json *in,
    const char *name)
{
	const struct json *v = shape_get(in, name);
	const struct shape *s = request;

	if (v == NULL)
		return;
	while (strcmp(s->name, name) != 0)
		s++;
	buf_puts(out, str_from(lead));
	shape_put(out, s, v);
}

/* The members of the description that do not change by themselves. */
static void
put_description(struct op_ctx *ctx, struct buf *out, const struct json *in)
{
	const struct json *v;

	put_as(out, "\"AttributeDefinitions\":", in, "AttributeDefinitions");
	put_as(out, ",\"KeySchema\":", in, "KeySchema");
	put_id(out);
	put_billing(out, in);
	put_encryption(ctx, out, in);
	if ((v = shape_get(in, "TableClass")) != NULL) {
		BUF_LIT(out, ",\"TableClassSummary\":{\"TableClass\":");
		json_put(out, v);
		buf_putc(out, '}');
	}
	put_as(out, ",\"OnDemandThroughput\":", in, "OnDemandThroughput");
	if ((v = shape_get(in, "WarmThroughput")) != NULL)
		buf_printf(out,
		    ",\"WarmThroughput\":{\"ReadUnitsPerSecond\":%lld,"
		    "\"WriteUnitsPerSecond\":%lld,\"Status\":\"ACTIVE\"}",
		    (long long)shape_int(v, "ReadUnitsPerSecond", 12000),
		    (long long)shape_int(v, "WriteUnitsPerSecond", 4000));
	BUF_LIT(out, ",\"DeletionProtectionEnabled\":");
	buf_puts(out,
	    shape_bool(in, "DeletionProtectionEnabled") ? STR("true") :
							  STR("false"));
	buf_putc(out, '\n');
}

static enum err
check(struct op_ctx *ctx, const struct json *in)
{
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = shape_later(ctx, request, in);
	if (e == ERR_OK)
		e = check_throughput(ctx, in);
	if (e == ERR_OK)
		e = check_keys(ctx, in);
	if (e == ERR_OK)
		e = check_indexes(ctx, in);
	if (e == ERR_OK)
		e = check_rest(ctx, in);
	return e;
}

static enum err
create_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct table t = { 0 };
	struct str rest;
	enum err e = check(ctx, in);

	if (e != ERR_OK)
		return e;
	t.row.space = ctx->space;
	t.row.name = json_str(json_get(in, "TableName"));
	if (!op_may_table(ctx, t.row.name))
		return ERR_SCOPE;
	put_keys(&def, in);
	put_description(ctx, &def, in);
	buf_putc(&def, '{');
	put_as(&def, "\"Tags\":", in, "Tags");
	buf_putc(&def, '}');
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	t.row.def = buf_str(&def);
	if ((e = store_table_create(ctx->store, &t.row)) == ERR_IN_USE)
		return op_fail(ctx, e, "Table already exists: %.*s",
		    STR_ARG(t.row.name));
	if (e != ERR_OK)
		return e;
	(void)str_cut(t.row.def, '\n', &rest);
	t.description = str_cut(rest, '\n', &rest);
	BUF_LIT(out, "{\"TableDescription\":");
	table_put_description(ctx, &t, "CREATING", out);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_create_table = {
	.name = "CreateTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = create_table,
};
