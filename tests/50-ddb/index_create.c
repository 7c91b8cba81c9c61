/* SPDX-License-Identifier: ISC */
/* index_create.t - the indexes of CreateTable, and how they are described. */
#include "ddb.h"

#define INVALID "One or more parameter values were invalid: "
#define DEMAND	"'BillingMode':'PAY_PER_REQUEST'"
#define UNITS	"{'ReadCapacityUnits':1,'WriteCapacityUnits':1}"
#define DEFS                                                                   \
	"{'AttributeName':'p','AttributeType':'S'},"                           \
	"{'AttributeName':'s','AttributeType':'S'},"                           \
	"{'AttributeName':'g','AttributeType':'S'},"                           \
	"{'AttributeName':'n','AttributeType':'N'}"
#define HASH(a)	 "{'AttributeName':'" a "','KeyType':'HASH'}"
#define RANGE(a) "{'AttributeName':'" a "','KeyType':'RANGE'}"
#define ALL	 "'Projection':{'ProjectionType':'ALL'}"
#define INDEX(name, keys, rest)                                                \
	"{'IndexName':'" name "','KeySchema':[" keys "]," rest "}"
#define GSI(list) ",'GlobalSecondaryIndexes':[" list "]"
#define NULL_AT(kind, member)                                                  \
	"Value null at '" kind "SecondaryIndexes.1.member." member "' failed " \
	"to satisfy constraint: Member must not be null"
#define LSI(list) ",'LocalSecondaryIndexes':[" list "]"
#define WITH(defs, keys, rest)                                                 \
	"{'TableName':'new','AttributeDefinitions':[" defs "],'KeySchema':["   \
	keys "]," rest "}"
#define CREATE(rest) WITH(DEFS, HASH("p") "," RANGE("s"), DEMAND rest)
#define AT(n)	     "'globalSecondaryIndexes.1.member." n "' failed to "      \
		     "satisfy constraint: Member must "

static void
test_shape(void)
{
	ddb_invalid("CreateTable", CREATE(GSI("{}")),
	    "3 validation errors detected: Value null at " AT("keySchema")
	    "not be null; Value null at " AT("projection")
	    "not be null; Value null at " AT("indexName") "not be null");
	ddb_invalid("CreateTable", CREATE(GSI(INDEX("g1", HASH("g"), ALL))),
	    "1 validation error detected: Value 'g1' at " AT("indexName")
	    "have length greater than or equal to 3");
	ddb_invalid("CreateTable", CREATE(GSI(INDEX("gsi", "", ALL))),
	    "1 validation error detected: Value '[]' at " AT("keySchema")
	    "have length greater than or equal to 1");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"),
		"'Projection':{'ProjectionType':'SOME'}"))),
	    "1 validation error detected: Value 'SOME' at "
	    AT("projection.projectionType")
	    "satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"),
		"'Projection':{'ProjectionType':'INCLUDE',"
		"'NonKeyAttributes':[]}"))),
	    "1 validation error detected: Value '[]' at "
	    AT("projection.nonKeyAttributes")
	    "have length greater than or equal to 1");
	/* The members of the two kinds stand in different orders. */
	ddb_invalid("CreateTable", CREATE(GSI("{}") LSI("{}")),
	    "6 validation errors detected: "
	    NULL_AT("local", "indexName") "; " NULL_AT("local", "keySchema")
	    "; " NULL_AT("local", "projection") "; "
	    NULL_AT("global", "keySchema") "; "
	    NULL_AT("global", "projection") "; "
	    NULL_AT("global", "indexName"));
	ddb_bad("CreateTable", CREATE(GSI("1")), "SerializationException",
	    "Unexpected value type in payload");
	ddb_bad("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"), "'Projection':[]"))),
	    "SerializationException",
	    "Unrecognized collection type class "
	    "com.amazonaws.dynamodb.v20120810.Projection");
	ddb_invalid("CreateTable", CREATE(GSI("")),
	    INVALID "List of GlobalSecondaryIndexes is empty");
	ddb_invalid("CreateTable", CREATE(GSI("") LSI("")),
	    INVALID "List of LocalSecondaryIndexes is empty");
}

static void
test_keys(void)
{
	ddb_invalid("CreateTable", CREATE(GSI(INDEX("gsi", HASH("q"), ALL))),
	    INVALID "Some index key attributes are not defined in "
		    "AttributeDefinitions. Keys: [q], AttributeDefinitions: "
		    "[p, s, g, n]");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g") "," RANGE("g"), ALL))),
	    "Both the Hash Key and the Range Key element in the KeySchema "
	    "have the same name");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", RANGE("g") "," HASH("n"), ALL))),
	    "Invalid KeySchema: The first KeySchemaElement is not a HASH key "
	    "type");
	ddb_invalid("CreateTable",
	    CREATE(LSI(INDEX("lsi", HASH("p") "," HASH("n"), ALL))),
	    "Invalid KeySchema: The second KeySchemaElement is not a RANGE "
	    "key type");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g") "," RANGE("n") "," HASH("p"),
		ALL))),
	    "Invalid KeySchema: HASH key elements must come before RANGE key "
	    "elements");
	ddb_invalid("CreateTable", CREATE(LSI(INDEX("lsi", HASH("p"), ALL))),
	    INVALID "Index KeySchema does not have a range key for index: "
		    "lsi");
	ddb_invalid("CreateTable",
	    CREATE(LSI(INDEX("lsi", HASH("g") "," RANGE("n"), ALL))),
	    INVALID "Index KeySchema does not have the same leading hash key "
		    "as table KeySchema for index: lsi. index hash key: g, "
		    "table hash key: p");
	ddb_invalid("CreateTable",
	    WITH(DEFS, HASH("p"),
		DEMAND LSI(INDEX("lsi", HASH("p") "," RANGE("n"), ALL))),
	    INVALID "Table KeySchema does not have a range key, which is "
		    "required when specifying a LocalSecondaryIndex");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"), ALL))),
	    INVALID "Some AttributeDefinitions are not used. "
		    "AttributeDefinitions: [p, s, g, n], keys used: [p, s, "
		    "g]");
}

static void
test_projection(void)
{
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"), "'Projection':{}"))),
	    INVALID "Unknown ProjectionType: null");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"),
		"'Projection':{'ProjectionType':'INCLUDE'}"))),
	    INVALID "ProjectionType is INCLUDE, but NonKeyAttributes is not "
		    "specified");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"),
		"'Projection':{'ProjectionType':'KEYS_ONLY',"
		"'NonKeyAttributes':['a']}"))),
	    INVALID "ProjectionType is KEYS_ONLY, but NonKeyAttributes is "
		    "specified");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"), ALL) ","
		       INDEX("gsi", HASH("n"), ALL))),
	    INVALID "Duplicate index name: gsi");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("one", HASH("g"), ALL))
		    LSI(INDEX("one", HASH("p") "," RANGE("n"), ALL))),
	    INVALID "Duplicate index name: one");
}

static void
test_throughput(void)
{
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"),
		ALL ",'ProvisionedThroughput':" UNITS))),
	    INVALID "ProvisionedThroughput should not be specified for index: "
		    "gsi when BillingMode is PAY_PER_REQUEST");
	ddb_invalid("CreateTable",
	    WITH(DEFS, HASH("p") "," RANGE("s"),
		"'ProvisionedThroughput':" UNITS GSI(
		    INDEX("gsi", HASH("g"), ALL))),
	    INVALID "ProvisionedThroughput must be specified for index: gsi");
	ddb_invalid("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g"),
		ALL ",'ProvisionedThroughput':{'ReadCapacityUnits':0,"
		    "'WriteCapacityUnits':1}"))),
	    "1 validation error detected: Value '0' at "
	    AT("provisionedThroughput.readCapacityUnits")
	    "have value greater than or equal to 1");
	ddb_invalid("CreateTable",
	    WITH(DEFS, HASH("p") "," RANGE("s"),
		"'ProvisionedThroughput':" UNITS GSI(INDEX("gsi", HASH("g"),
		    ALL ",'ProvisionedThroughput':{'ReadCapacityUnits':"
			"1000000000001,'WriteCapacityUnits':1}"))),
	    "Given value 1000000000001 for ReadCapacityUnits is out of bounds");
}

/* n indexes of a kind on the table `many`, each with so many attributes. */
static enum err
create_many(const char *list, unsigned n, const char *hash, unsigned included)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));

	buf_printf(&b,
	    "{'TableName':'many','AttributeDefinitions':[" DEFS
	    "],'KeySchema':[" HASH("p") "," RANGE("s") "]," DEMAND
	    ",'%s':[", list);
	for (unsigned i = 0; i < n; i++) {
		buf_printf(&b,
		    "%s{'IndexName':'x%02u','KeySchema':[{'AttributeName':"
		    "'%s','KeyType':'HASH'}," RANGE("n") "],'Projection':{"
		    "'ProjectionType':'%s'",
		    i > 0 ? "," : "", i, hash, included > 0 ? "INCLUDE" : "ALL");
		for (unsigned k = 0; k < included; k++)
			buf_printf(&b, "%s'a%u'",
			    k == 0 ? ",'NonKeyAttributes':[" : ",", k);
		buf_puts(&b, included > 0 ? STR("]}}") : STR("}}"));
	}
	/* Every defined attribute must be one of a key. */
	if (strcmp(hash, "p") == 0)
		BUF_LIT(&b, "]" GSI(INDEX("gsi", HASH("g"), ALL)) "}");
	else
		BUF_LIT(&b, "]}");
	buf_putc(&b, '\0');
	return ddb_run("CreateTable", ddb_quote(b.p));
}

static void
drop(const char *name)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "{'TableName':'%s'}", name);
	(void)ddb_run("DeleteTable", ddb_quote(text));
}

static void
test_limits(void)
{
	is_int(create_many("GlobalSecondaryIndexes", 20, "g", 0), ERR_OK,
	    "20 global indexes");
	drop("many");
	is_int(create_many("GlobalSecondaryIndexes", 21, "g", 0),
	    ERR_VALIDATION, "21 global indexes");
	ok(ddb_said("GlobalSecondaryIndex count exceeds the per-table limit "
		    "of 20"), "and why");
	is_int(create_many("LocalSecondaryIndexes", 5, "p", 0), ERR_OK,
	    "5 local indexes");
	drop("many");
	is_int(create_many("LocalSecondaryIndexes", 6, "p", 0),
	    ERR_VALIDATION, "6 local indexes");
	ok(ddb_said("Number of LocalSecondaryIndexes exceeds per-table limit "
		    "of 5"), "and why");
	is_int(create_many("GlobalSecondaryIndexes", 1, "g", 20), ERR_OK,
	    "20 attributes in an index");
	drop("many");
	is_int(create_many("GlobalSecondaryIndexes", 1, "g", 21),
	    ERR_VALIDATION, "21 attributes in an index");
	ok(ddb_said("Member must have length less than or equal to 20"),
	    "and why");
	is_int(create_many("GlobalSecondaryIndexes", 5, "g", 20), ERR_OK,
	    "100 attributes in all indexes");
	drop("many");
	is_int(create_many("GlobalSecondaryIndexes", 6, "g", 17),
	    ERR_VALIDATION, "102 attributes in all indexes");
	ok(ddb_said("exceeds the per-table limit of 100"), "and why");
}

/* A table of nine attributes whose index has n HASH and m RANGE keys. */
static enum err
create_multi(unsigned n, unsigned m)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	BUF_LIT(&b,
	    "{'TableName':'multi','AttributeDefinitions':["
	    "{'AttributeName':'p','AttributeType':'S'}");
	for (unsigned i = 0; i < n + m; i++)
		buf_printf(&b, ",{'AttributeName':'k%u','AttributeType':'S'}",
		    i);
	BUF_LIT(&b, "],'KeySchema':[" HASH("p") "]," DEMAND
	    ",'GlobalSecondaryIndexes':[{'IndexName':'gsi',"
	    "'Projection':{'ProjectionType':'ALL'},'KeySchema':[");
	for (unsigned i = 0; i < n + m; i++)
		buf_printf(&b, "%s{'AttributeName':'k%u','KeyType':'%s'}",
		    i > 0 ? "," : "", i, i < n ? "HASH" : "RANGE");
	BUF_LIT(&b, "]}]}");
	buf_putc(&b, '\0');
	return ddb_run("CreateTable", ddb_quote(b.p));
}

static void
test_multi(void)
{
	is_int(create_multi(4, 4), ERR_OK, "4 HASH and 4 RANGE attributes");
	drop("multi");
	is_int(create_multi(5, 1), ERR_VALIDATION, "5 HASH attributes");
	ok(ddb_said("number of HASH key elements exceeds the limit of 4"),
	    "and why");
	is_int(create_multi(1, 5), ERR_VALIDATION, "5 RANGE attributes");
	ok(ddb_said("number of RANGE key elements exceeds the limit of 4"),
	    "and why");
}

static void
test_described(void)
{
	ddb_ok("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g") "," RANGE("n"), ALL))
		    LSI(INDEX("lsi", HASH("p") "," RANGE("n"),
			"'Projection':{'ProjectionType':'INCLUDE',"
			"'NonKeyAttributes':['a','b']}"))),
	    NULL);
	ok(ddb_said("\"IndexStatus\":\"CREATING\""), "it is being created");
	ddb_ok("PutItem",
	    "{'TableName':'new','Item':{'p':{'S':'1'},'s':{'S':'2'},"
	    "'g':{'S':'abc'},'n':{'N':'12'},'b':{'S':'xyz'},'c':{'S':'q'}}}",
	    "{}");
	ddb_ok("PutItem",
	    "{'TableName':'new','Item':{'p':{'S':'1'},'s':{'S':'3'},"
	    "'n':{'N':'12'}}}", "{}");
	ddb_ok("DescribeTable", "{'TableName':'new'}", NULL);
	/* p1 s1 g3 n(1+1) b3 c1, and 1 for each name: 2+2+4+3+4+2 = 17 */
	ok(ddb_said("\"ItemCount\":2,\"TableSizeBytes\":24"), "of the table");
	ok(ddb_said("{\"IndexName\":\"gsi\",\"KeySchema\":[{\"AttributeName\":"
		    "\"g\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"n\","
		    "\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\""
		    ":\"ALL\"},\"ProvisionedThroughput\":{"
		    "\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":0,"
		    "\"WriteCapacityUnits\":0},\"IndexArn\":\"arn:aws:dynamodb:"
		    "us-east-1:000000000000:table/new/index/gsi\","
		    "\"IndexStatus\":\"ACTIVE\",\"ItemCount\":1,"
		    "\"IndexSizeBytes\":17}"),
	    "of the global index");
	/* without g and c, and the other item */
	ok(ddb_said("{\"IndexName\":\"lsi\",\"KeySchema\":[{\"AttributeName\":"
		    "\"p\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"n\","
		    "\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\""
		    ":\"INCLUDE\",\"NonKeyAttributes\":[\"a\",\"b\"]},"
		    "\"IndexArn\":\"arn:aws:dynamodb:us-east-1:000000000000:"
		    "table/new/index/lsi\",\"ItemCount\":2,"
		    "\"IndexSizeBytes\":18}"),
	    "of the local index");
	drop("new");
	ddb_ok("CreateTable",
	    CREATE(GSI(INDEX("gsi", HASH("g") "," RANGE("n"), ALL))), NULL);
	ddb_ok("Scan", "{'TableName':'new','IndexName':'gsi'}",
	    "{'Items':[],'Count':0,'ScannedCount':0}");
}

int
main(void)
{
	ddb_open();
	test_shape();
	test_keys();
	test_projection();
	test_throughput();
	test_limits();
	test_multi();
	test_described();
	ddb_close();
	return tap_done();
}
