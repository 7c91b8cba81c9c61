/* SPDX-License-Identifier: ISC */
/* tables.t - CreateTable, DescribeTable, ListTables, DeleteTable. */
#include "ddb.h"

#define INVALID "One or more parameter values were invalid: "
#define ONE	"1 validation error detected: "
#define A	"{'AttributeName':'a','AttributeType':'S'}"
#define B	"{'AttributeName':'b','AttributeType':'N'}"
#define HASH_A	"{'AttributeName':'a','KeyType':'HASH'}"
#define RANGE_B "{'AttributeName':'b','KeyType':'RANGE'}"
#define DEMAND	"'BillingMode':'PAY_PER_REQUEST'"

/* rest begins with a comma or is empty. */
#define CREATE(defs, keys, rest)                                               \
	"{'TableName':'new','AttributeDefinitions':[" defs "],'KeySchema':["   \
	keys "]" rest "}"

static void
test_names(void)
{
	static const char *const ops[] = { "DescribeTable", "DeleteTable" };

	for (size_t i = 0; i < NELEM(ops); i++) {
		ddb_invalid(ops[i], "{}",
		    "The parameter 'TableName' is required but was not "
		    "present in the request");
		ddb_invalid(ops[i], "{'TableName':null}",
		    "The parameter 'TableName' is required but was not "
		    "present in the request");
		ddb_invalid(ops[i], "{'TableName':'ab'}",
		    "TableName must be at least 3 characters long and at most "
		    "255 characters long");
		ddb_invalid(ops[i], "{'TableName':'a;c'}",
		    ONE "Value 'a;c' at 'tableName' failed to satisfy "
			"constraint: Member must satisfy regular expression "
			"pattern: [a-zA-Z0-9_.-]+");
		ddb_bad(ops[i], "{'TableName':'none'}",
		    "ResourceNotFoundException",
		    "Requested resource not found: Table: none not found");
		ddb_bad(ops[i], "{'TableName':7}", "SerializationException",
		    "NUMBER_VALUE cannot be converted to String");
		ddb_bad(ops[i], "{'TableName':[]}", "SerializationException",
		    "Unrecognized collection type class java.lang.String");
		ddb_bad(ops[i], "{'TableName':{}}", "SerializationException",
		    "Start of structure or map found where not expected");
		is_int(ddb_run_long(ops[i], "{'TableName':'", 255, 'n', "'}"),
		    ERR_NOT_FOUND, "%s: 255 characters", ops[i]);
		is_int(ddb_run_long(ops[i], "{'TableName':'", 256, 'n', "'}"),
		    ERR_VALIDATION, "%s: 256", ops[i]);
	}
	ddb_invalid("CreateTable", "{}",
	    "The parameter 'TableName' is required but was not present in the "
	    "request");
	ddb_invalid("CreateTable",
	    "{'TableName':'ab','AttributeDefinitions':[" A "],'KeySchema':["
	    HASH_A "]," DEMAND "}",
	    ONE "Value 'ab' at 'tableName' failed to satisfy constraint: "
		"Member must have length greater than or equal to 3");
}

static void
test_create_refused(void)
{
	ddb_invalid("CreateTable", CREATE(A, HASH_A, ""),
	    INVALID "ReadCapacityUnits and WriteCapacityUnits must both be "
		    "specified when BillingMode is PROVISIONED");
	ddb_invalid("CreateTable",
	    CREATE(A, HASH_A, ",'ProvisionedThroughput':"
	    "{'ReadCapacityUnits':1,'WriteCapacityUnits':1}," DEMAND),
	    INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
		    "specified when BillingMode is PAY_PER_REQUEST");
	ddb_invalid("CreateTable",
	    CREATE(A, HASH_A, ",'ProvisionedThroughput':"
	    "{'ReadCapacityUnits':0,'WriteCapacityUnits':1}"),
	    ONE "Value '0' at 'provisionedThroughput.readCapacityUnits' "
		"failed to satisfy constraint: Member must have value greater "
		"than or equal to 1");
	ddb_invalid("CreateTable",
	    CREATE(A, HASH_A, ",'ProvisionedThroughput':"
	    "{'ReadCapacityUnits':1000000000001,'WriteCapacityUnits':1}"),
	    "Given value 1000000000001 for ReadCapacityUnits is out of bounds");
	ddb_invalid("CreateTable", CREATE("", HASH_A, "," DEMAND),
	    "Invalid KeySchema: Some index key attribute have no definition");
	ddb_invalid("CreateTable", CREATE(B, HASH_A, "," DEMAND),
	    INVALID "Some index key attributes are not defined in "
		    "AttributeDefinitions. Keys: [a], AttributeDefinitions: "
		    "[b]");
	ddb_invalid("CreateTable",
	    CREATE(A "," B, HASH_A "," HASH_A, "," DEMAND),
	    "Both the Hash Key and the Range Key element in the KeySchema "
	    "have the same name");
	ddb_invalid("CreateTable", CREATE(B, RANGE_B, "," DEMAND),
	    "Invalid KeySchema: The first KeySchemaElement is not a HASH key "
	    "type");
	ddb_invalid("CreateTable",
	    CREATE(A "," B, HASH_A ",{'AttributeName':'b','KeyType':'HASH'}",
		"," DEMAND),
	    "Invalid KeySchema: The second KeySchemaElement is not a RANGE "
	    "key type");
	ddb_invalid("CreateTable", CREATE(A "," B, HASH_A, "," DEMAND),
	    INVALID "Number of attributes in KeySchema does not exactly match "
		    "number of attributes defined in AttributeDefinitions");
	ddb_invalid("CreateTable",
	    CREATE("{'AttributeName':'a','AttributeType':'Q'}", "",
		",'BillingMode':'x'"),
	    "3 validation errors detected: Value 'x' at 'billingMode' failed "
	    "to satisfy constraint: Member must satisfy enum value set: "
	    "[PROVISIONED, PAY_PER_REQUEST]; Value '[]' at 'keySchema' failed "
	    "to satisfy constraint: Member must have length greater than or "
	    "equal to 1; Value 'Q' at "
	    "'attributeDefinitions.1.member.attributeType' failed to satisfy "
	    "constraint: Member must satisfy enum value set: [B, N, S]");
	/* A value is shown as the service's language writes it. */
	ddb_invalid("CreateTable",
	    CREATE(A, HASH_A "," RANGE_B "," RANGE_B, "," DEMAND),
	    ONE "Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
		"KeySchemaElement(attributeName=b, keyType=RANGE), "
		"KeySchemaElement(attributeName=b, keyType=RANGE)]' at "
		"'keySchema' failed to satisfy constraint: Member must have "
		"length less than or equal to 2");
	ddb_invalid("CreateTable",
	    CREATE("{'AttributeType':'S'}", HASH_A, "," DEMAND),
	    ONE "Value null at 'attributeDefinitions.1.member.attributeName' "
		"failed to satisfy constraint: Member must not be null");
	ddb_invalid("CreateTable",
	    CREATE(A, HASH_A, "," DEMAND ",'GlobalSecondaryIndexes':[]"),
	    INVALID "List of GlobalSecondaryIndexes is empty");
	ddb_bad("CreateTable", CREATE("1", HASH_A, "," DEMAND),
	    "SerializationException", "Unexpected value type in payload");
	ddb_bad("CreateTable", CREATE(A, HASH_A, ",'Tags':{}," DEMAND),
	    "SerializationException",
	    "Start of structure or map found where not expected");
	ddb_bad("CreateTable",
	    CREATE(A, HASH_A, ",'ProvisionedThroughput':"
			      "{'ReadCapacityUnits':'1'}"),
	    "SerializationException",
	    "STRING_VALUE cannot be converted to Long");
}

static void
test_policy(void)
{
	ddb_invalid("CreateTable",
	    CREATE(A, HASH_A, "," DEMAND ",'ResourcePolicy':'{}'"),
	    INVALID "The resource-based policy has no Statement");
	ddb_ok("CreateTable",
	    CREATE(A, HASH_A, "," DEMAND ",'ResourcePolicy':"
			      "'{\\'Statement\\':[{}]}'"), NULL);
	ddb_ok("GetResourcePolicy", "{'ResourceArn':'arn:aws:dynamodb:"
	    "us-east-1:000000000000:table/new'}", NULL);
	ok(ddb_said("\"Policy\":\"{\\\"Statement\\\":[{}]}\""), "it is there");
	ddb_ok("DeleteTable", "{'TableName':'new'}", NULL);
}

static void
test_tags(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	for (unsigned n = 50; n <= 51; n++) {
		buf_reset(&b);
		buf_printf(&b, "{'TableName':'tags%u',", n);
		BUF_LIT(&b, "'AttributeDefinitions':[" A "],'KeySchema':["
			    HASH_A "]," DEMAND ",'Tags':[");
		for (unsigned i = 0; i < n; i++)
			buf_printf(&b, "%s{'Key':'k%u','Value':''}",
			    i > 0 ? "," : "", i);
		BUF_LIT(&b, "]}");
		buf_putc(&b, '\0');
		is_int(ddb_run("CreateTable", ddb_quote(b.p)),
		    n == 50 ? ERR_OK : ERR_VALIDATION, "%u tags", n);
	}
	for (size_t n = 128; n <= 129; n++)
		is_int(ddb_run_long("CreateTable",
			   "{'TableName':'tagkey','AttributeDefinitions':[" A
			   "],'KeySchema':[" HASH_A "]," DEMAND
			   ",'Tags':[{'Key':'", n, 'k', "','Value':'v'}]}"),
		    n == 128 ? ERR_OK : ERR_VALIDATION, "a key of %zu", n);
	for (size_t n = 256; n <= 257; n++)
		is_int(ddb_run_long("CreateTable",
			   "{'TableName':'tagval','AttributeDefinitions':[" A
			   "],'KeySchema':[" HASH_A "]," DEMAND
			   ",'Tags':[{'Key':'k','Value':'", n, 'v', "'}]}"),
		    n == 256 ? ERR_OK : ERR_VALIDATION, "a value of %zu", n);
	for (size_t n = 255; n <= 256; n++)
		is_int(ddb_run_long("CreateTable",
			   "{'AttributeDefinitions':[" A "],'KeySchema':["
			   HASH_A "]," DEMAND ",'TableName':'", n, 't',
			   "'}"),
		    n == 255 ? ERR_OK : ERR_VALIDATION, "a name of %zu", n);
}

static void
test_life(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'life','AttributeDefinitions':[" A "," B
	    "],'KeySchema':[" HASH_A "," RANGE_B "],'TableClass':"
	    "'STANDARD_INFREQUENT_ACCESS','SSESpecification':{'Enabled':true},"
	    "'ProvisionedThroughput':{'ReadCapacityUnits':5,"
	    "'WriteCapacityUnits':6},'DeletionProtectionEnabled':false,"
	    "'StreamSpecification':{'StreamEnabled':false},'Unknown':1}",
	    NULL);
	ok(ddb_said("{\"TableDescription\":{\"TableName\":\"life\""), "name");
	ok(ddb_said("\"TableStatus\":\"CREATING\""), "CREATING");
	ok(ddb_said("\"TableArn\":\"arn:aws:dynamodb:us-east-1:000000000000:"
		    "table/life\""), "ARN");
	ddb_bad("CreateTable",
	    "{'TableName':'life','AttributeDefinitions':[" A
	    "],'KeySchema':[" HASH_A "]," DEMAND "}",
	    "ResourceInUseException", "Table already exists: life");
	ddb_ok("PutItem",
	    "{'TableName':'life','Item':{'a':{'S':'x'},'b':{'N':'1'}}}",
	    "{}");
	ddb_ok("DescribeTable", "{'TableName':'life'}", NULL);
	ok(ddb_said("{\"Table\":{\"TableName\":\"life\""), "described");
	ok(ddb_said("\"TableStatus\":\"ACTIVE\""), "ACTIVE");
	ok(ddb_said("\"ItemCount\":1,\"TableSizeBytes\":5,"), "it counts");
	ok(ddb_said("\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":"
		    "\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":\"RANGE\""
		    "}]"), "key schema");
	ok(ddb_said("\"ReadCapacityUnits\":5,\"WriteCapacityUnits\":6"),
	    "throughput");
	ok(ddb_said("\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\""),
	    "class");
	ok(ddb_said("\"SSEDescription\":{\"Status\":\"ENABLED\""), "SSE");
	ok(ddb_said("\"DeletionProtectionEnabled\":false"), "protection");
	ok(!ddb_said("Unknown"), "what is unknown is not kept");
	ddb_ok("DescribeTable",
	    "{'TableName':'arn:aws:dynamodb:us-east-1:000000000000:table/life'"
	    "}", NULL);
	ddb_ok("DeleteTable", "{'TableName':'life'}", NULL);
	ok(ddb_said("{\"TableDescription\":{\"TableName\":\"life\""),
	    "deleted");
	ok(ddb_said("\"TableStatus\":\"DELETING\""), "DELETING");
	ddb_bad("GetItem",
	    "{'TableName':'life','Key':{'a':{'S':'x'},'b':{'N':'1'}}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_ok("CreateTable",
	    "{'TableName':'life','AttributeDefinitions':[" A
	    "],'KeySchema':[" HASH_A "]," DEMAND
	    ",'DeletionProtectionEnabled':true}", NULL);
	ok(ddb_said("\"BillingModeSummary\":{\"BillingMode\":"
		    "\"PAY_PER_REQUEST\""), "on demand");
	ddb_ok("Scan", "{'TableName':'life'}",
	    "{'Items':[],'Count':0,'ScannedCount':0}");
	ddb_invalid("DeleteTable", "{'TableName':'life'}",
	    "Resource cannot be deleted as it is currently protected against "
	    "deletion. Disable deletion protection first.");
}

static void
test_list(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	ddb_ctx.space = 7;
	ddb_ok("ListTables", "{}", "{'TableNames':[]}");
	for (unsigned i = 0; i < 101; i++) {
		buf_reset(&b);
		buf_printf(&b, "{'TableName':'t%03u','AttributeDefinitions':["
			   A "],'KeySchema':[" HASH_A "]," DEMAND "}", i);
		buf_putc(&b, '\0');
		if (ddb_run("CreateTable", ddb_quote(b.p)) != ERR_OK)
			ok(false, "t%03u", i);
	}
	ddb_ok("ListTables", "{'Limit':2}",
	    "{'TableNames':['t000','t001'],'LastEvaluatedTableName':'t001'}");
	ddb_ok("ListTables",
	    "{'Limit':2,'ExclusiveStartTableName':'t098'}",
	    "{'TableNames':['t099','t100']}");
	ddb_ok("ListTables", "{'ExclusiveStartTableName':'t100'}",
	    "{'TableNames':[]}");
	ddb_ok("ListTables", "{}", NULL);
	ok(ddb_said("\"LastEvaluatedTableName\":\"t099\""), "100 by default");
	ddb_ok("ListTables", "{'Limit':100}", NULL);
	ddb_ctx.tables = STR("*7,*8");
	ddb_ok("ListTables", "{'Limit':3,'ExclusiveStartTableName':'t010'}",
	    "{'TableNames':['t017','t018','t027'],'LastEvaluatedTableName':"
	    "'t027'}");
	ddb_ctx.tables = (struct str){ NULL, 0 };
	ddb_invalid("ListTables", "{'Limit':101}",
	    ONE "Value '101' at 'limit' failed to satisfy constraint: Member "
		"must have value less than or equal to 100");
	ddb_invalid("ListTables", "{'Limit':0}",
	    ONE "Value '0' at 'limit' failed to satisfy constraint: Member "
		"must have value greater than or equal to 1");
	ddb_bad("ListTables", "{'Limit':'1'}", "SerializationException",
	    "STRING_VALUE cannot be converted to Integer");
	ddb_bad("ListTables", "{'Limit':true}", "SerializationException",
	    "TRUE_VALUE cannot be converted to Integer");
	ddb_bad("ListTables", "{'Limit':1.5}", "SerializationException",
	    "DECIMAL_VALUE cannot be converted to Integer");
	ddb_ctx.space = 0;
}

int
main(void)
{
	ddb_open();
	test_names();
	test_create_refused();
	test_policy();
	test_tags();
	test_life();
	test_list();
	ddb_close();
	return tap_done();
}
