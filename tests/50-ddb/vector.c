/* SPDX-License-Identifier: ISC */
/*
 * vector.t - vector indexes in CreateTable, UpdateTable and DescribeTable,
 * and SearchVectors: what is refused, each distance, conditions, projections.
 */
#include "ddb.h"
#include "ddb/vector.h"

#include <math.h>

#define INVALID "One or more parameter values were invalid: "
#define KEYS(t)                                                           \
	"'TableName':'" t "','AttributeDefinitions':[{'AttributeName':'p'," \
	"'AttributeType':'S'}],'KeySchema':[{'AttributeName':'p',"        \
	"'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'"
#define INDEX(name, attr, dims, distance, projection, more)                \
	"{'IndexName':'" name "','VectorAttribute':{'AttributeName':'" attr \
	"'}," more "'Projection':{" projection "},'Dimensions':" dims       \
	",'DistanceFunction':'" distance "'}"
#define ALL "'ProjectionType':'ALL'"
#define CREATE(t, indexes) "{" KEYS(t) ",'VectorIndexes':[" indexes "]}"
#define SEARCH(index, vector, k, more)                                    \
	"{'TableName':'vec','IndexName':'" index "','SearchVector':["     \
	vector "],'TopK':" k more "}"
#define N(x) "{'N':'" x "'}"

static void
test_refused_tables(void)
{
	ddb_invalid("CreateTable", CREATE("no1", ""),
	    INVALID "List of VectorIndexes is empty");
	ddb_invalid("CreateTable",
	    CREATE("no1", INDEX("cos", "v", "0", "COSINE", ALL, "")),
	    "1 validation error detected: Value '0' at "
	    "'vectorIndexes.1.member.dimensions' failed to satisfy constraint: "
	    "Member must have value greater than or equal to 1");
	ddb_invalid("CreateTable",
	    CREATE("no1", INDEX("cos", "v", "8193", "COSINE", ALL, "")),
	    "1 validation error detected: Value '8193' at "
	    "'vectorIndexes.1.member.dimensions' failed to satisfy constraint: "
	    "Member must have value less than or equal to 8192");
	ddb_invalid("CreateTable",
	    CREATE("no1", INDEX("cos", "v", "2", "MANHATTAN", ALL, "")),
	    "1 validation error detected: Value 'MANHATTAN' at "
	    "'vectorIndexes.1.member.distanceFunction' failed to satisfy "
	    "constraint: Member must satisfy enum value set: [COSINE, "
	    "EUCLIDEAN, DOT_PRODUCT]");
	ddb_invalid("CreateTable",
	    CREATE("no1",
		INDEX("one", "v", "2", "COSINE", ALL, "") ","
		INDEX("one", "w", "2", "COSINE", ALL, "")),
	    INVALID "Duplicate index name: one");
	ddb_invalid("CreateTable",
	    CREATE("no1",
		INDEX("one", "v", "2", "COSINE", ALL, "") ","
		INDEX("two", "v", "3", "COSINE", ALL, "")),
	    INVALID "Vector indexes of the attribute v must have the same "
		    "number of dimensions");
	ddb_invalid("CreateTable",
	    CREATE("no1",
		INDEX("one", "v", "2", "COSINE", "'ProjectionType':'INCLUDE'",
		    "")),
	    INVALID "ProjectionType is INCLUDE, and NonKeyAttributes is not "
		    "specified");
	ddb_invalid("CreateTable",
	    CREATE("no1",
		INDEX("one", "v", "2", "COSINE", ALL,
		    "'SearchSchema':[{'AttributeName':'a',"
		    "'SearchSchemaElementType':'HASH'},{'AttributeName':'b',"
		    "'SearchSchemaElementType':'HASH'}],")),
	    INVALID "SearchSchema has more than one HASH attribute");
	ddb_ok("CreateTable",
	    CREATE("most", INDEX("cos", "v", "8192", "COSINE", ALL, "")), NULL);
}

static void
put(const char *p, const char *kind, const char *colour, const char *v)
{
	char in[512];

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'vec','Item':{'p':{'S':'%s'},'kind':{'S':'%s'},"
	    "'colour':{'S':'%s'},'v':%s}}",
	    p, kind, colour, v);
	ddb_ok("PutItem", in, "{}");
}

static void
fill(void)
{
	ddb_ok("CreateTable",
	    CREATE("vec",
		INDEX("cos", "v", "2", "COSINE", ALL, "") ","
		INDEX("far", "v", "2", "EUCLIDEAN",
		    "'ProjectionType':'KEYS_ONLY'", "") ","
		INDEX("dot", "v", "2", "DOT_PRODUCT",
		    "'ProjectionType':'INCLUDE','NonKeyAttributes':['colour']",
		    "'SearchSchema':[{'AttributeName':'kind',"
		    "'SearchSchemaElementType':'HASH'},{'AttributeName':"
		    "'colour','SearchSchemaElementType':'INLINE_FILTER'}],")),
	    NULL);
	put("east", "k", "red", "{'L':[" N("1") "," N("0") "]}");
	put("north", "k", "blue", "{'L':[" N("0") "," N("2") "]}");
	put("west", "k", "red", "{'L':[" N("-3") "," N("0") "]}");
	put("other", "x", "red", "{'L':[" N("5") "," N("5") "]}");
	/* In no index: too long, no numbers, no list. */
	put("long", "k", "red",
	    "{'L':[" N("1") "," N("0") "," N("0") "]}");
	put("text", "k", "red", "{'L':[{'S':'1'},{'S':'0'}]}");
	put("none", "k", "red", "{'S':'1,0'}");
	/* Of COSINE's alone not. */
	put("zero", "z", "red", "{'L':[" N("0") "," N("0") "]}");
}

static void
test_distances(void)
{
	ddb_ok("SearchVectors",
	    SEARCH("cos", N("2") "," N("0"), "3",
		",'ProjectionExpression':'p'"),
	    "{'SearchResults':[{'Item':{'p':{'S':'east'}},'Score':0},"
	    "{'Item':{'p':{'S':'other'}},'Score':0.292893219},"
	    "{'Item':{'p':{'S':'north'}},'Score':1}]}");
	ddb_ok("SearchVectors",
	    SEARCH("cos", N("2") "," N("0"), "100",
		",'ProjectionExpression':'p'"),
	    "{'SearchResults':[{'Item':{'p':{'S':'east'}},'Score':0},"
	    "{'Item':{'p':{'S':'other'}},'Score':0.292893219},"
	    "{'Item':{'p':{'S':'north'}},'Score':1},"
	    "{'Item':{'p':{'S':'west'}},'Score':2}]}");
	ddb_ok("SearchVectors",
	    SEARCH("far", N("0") "," N("0"), "3",
		",'ProjectionExpression':'p'"),
	    "{'SearchResults':[{'Item':{'p':{'S':'zero'}},'Score':0},"
	    "{'Item':{'p':{'S':'east'}},'Score':1},"
	    "{'Item':{'p':{'S':'north'}},'Score':2}]}");
	ddb_ok("SearchVectors",
	    SEARCH("dot", N("1") "," N("1"), "2",
		",'SearchConditionExpression':'kind = :k',"
		"'ExpressionAttributeValues':{':k':{'S':'k'}},"
		"'ProjectionExpression':'p','ReturnConsumedCapacity':'TOTAL'"),
	    "{'SearchResults':[{'Item':{'p':{'S':'north'}},'Score':2},"
	    "{'Item':{'p':{'S':'east'}},'Score':1}],"
	    "'ConsumedCapacity':{'VectorSearchRequestBytes':24}}");
}

static void
test_shown(void)
{
	ddb_ok("SearchVectors", SEARCH("cos", N("1") "," N("0"), "1", ""),
	    "{'SearchResults':[{'Item':{'p':{'S':'east'},'kind':{'S':'k'},"
	    "'colour':{'S':'red'},'v':{'L':[{'N':'1'},{'N':'0'}]}},"
	    "'Score':0}]}");
	ddb_ok("SearchVectors", SEARCH("far", N("1") "," N("0"), "1", ""),
	    "{'SearchResults':[{'Item':{'p':{'S':'east'},"
	    "'v':{'L':[{'N':'1'},{'N':'0'}]}},'Score':0}]}");
	ddb_invalid("SearchVectors",
	    SEARCH("far", N("1") "," N("0"), "1",
		",'ProjectionExpression':'colour'"),
	    INVALID "Vector index far does not project colour");
	ddb_ok("SearchVectors",
	    SEARCH("dot", N("1") "," N("0"), "1",
		",'SearchConditionExpression':'#k = :k AND colour = :c',"
		"'ExpressionAttributeNames':{'#k':'kind'},"
		"'ExpressionAttributeValues':{':k':{'S':'k'},"
		"':c':{'S':'blue'}}"),
	    "{'SearchResults':[{'Item':{'p':{'S':'north'},"
	    "'v':{'L':[{'N':'0'},{'N':'2'}]},'kind':{'S':'k'},"
	    "'colour':{'S':'blue'}},'Score':0}]}");
}

static void
test_refused(void)
{
	ddb_bad("SearchVectors", SEARCH("nix", N("1"), "1", ""),
	    "ResourceNotFoundException",
	    "Requested resource not found: Index: nix not found");
	ddb_invalid("SearchVectors", SEARCH("cos", N("1"), "0", ""),
	    "1 validation error detected: Value '0' at 'topK' failed to "
	    "satisfy constraint: Member must have value greater than or equal "
	    "to 1");
	ddb_invalid("SearchVectors", SEARCH("cos", N("1"), "101", ""),
	    "1 validation error detected: Value '101' at 'topK' failed to "
	    "satisfy constraint: Member must have value less than or equal to "
	    "100");
	ddb_invalid("SearchVectors", SEARCH("cos", N("1"), "1", ""),
	    "SearchVector must be a list of 2 numbers, as many as the index "
	    "has dimensions");
	ddb_invalid("SearchVectors",
	    SEARCH("cos", N("1") "," N("1") "," N("1"), "1", ""),
	    "SearchVector must be a list of 2 numbers, as many as the index "
	    "has dimensions");
	ddb_invalid("SearchVectors",
	    SEARCH("cos", N("1") ",{'S':'1'}", "1", ""),
	    "SearchVector must be a list of 2 numbers, as many as the index "
	    "has dimensions");
	ddb_invalid("SearchVectors", SEARCH("cos", N("0") "," N("0"), "1", ""),
	    "SearchVector must not be zero where the distance is COSINE");
	ddb_invalid("SearchVectors", SEARCH("dot", N("1") "," N("0"), "1", ""),
	    "SearchConditionExpression must give a value for the partition key "
	    "kind");
	ddb_invalid("SearchVectors",
	    SEARCH("dot", N("1") "," N("0"), "1",
		",'SearchConditionExpression':'kind > :k',"
		"'ExpressionAttributeValues':{':k':{'S':'k'}}"),
	    "SearchConditionExpression supports only the equality operator");
	ddb_invalid("SearchVectors",
	    SEARCH("cos", N("1") "," N("0"), "1",
		",'SearchConditionExpression':'kind = :k',"
		"'ExpressionAttributeValues':{':k':{'S':'k'}}"),
	    "SearchConditionExpression can only reference attributes of the "
	    "search schema, and kind is none");
}

static void
test_changes(void)
{
	ddb_ok("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{'Create':" INDEX("new",
		"v", "2", "COSINE", ALL, "") "}]}",
	    NULL);
	ok(ddb_said("\"IndexName\":\"new\""), "the answer has it");
	ddb_ok("SearchVectors", SEARCH("new", N("1") "," N("0"), "1", ""),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'vec'}", NULL);
	ok(ddb_said("\"DistanceFunction\":\"COSINE\",\"IndexStatus\":"
		    "\"ACTIVE\",\"IndexArn\":\"arn:aws:dynamodb:us-east-1:"
		    "000000000000:table/vec/index/new\"}]"),
	    "so has the description");
	ddb_invalid("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{'Create':" INDEX("new",
		"v", "2", "COSINE", ALL, "") "}]}",
	    INVALID "Duplicate index name: new");
	ddb_ok("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{'Delete':{"
	    "'IndexName':'new'}}]}",
	    NULL);
	ok(!ddb_said("\"IndexName\":\"new\""), "it is gone");
	ddb_bad("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{'Delete':{"
	    "'IndexName':'new'}}]}",
	    "ResourceNotFoundException",
	    "Requested resource not found: Index: new not found");
	ddb_invalid("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{}]}",
	    INVALID "Exactly one of Create and Delete is wanted for each of "
		    "VectorIndexUpdates");
}

/* A backup keeps them. */
static void
test_restored(void)
{
	char in[512];
	const char *arn;

	ddb_ok("CreateBackup", "{'TableName':'vec','BackupName':'vectors'}",
	    NULL);
	arn = memmem(ddb_out.p, ddb_out.len, "arn:", 4);
	(void)snprintf(in, sizeof(in),
	    "{'TargetTableName':'back','BackupArn':'%.*s'}",
	    (int)strcspn(arn, "\""), arn);
	ddb_ok("RestoreTableFromBackup", in, NULL);
	ddb_ok("SearchVectors",
	    "{'TableName':'back','IndexName':'cos','SearchVector':[" N(
		"1") "," N("0") "],'TopK':1,'ProjectionExpression':'p'}",
	    "{'SearchResults':[{'Item':{'p':{'S':'east'}},'Score':0}]}");
}

static void
test_read(void)
{
	float v[2];

	ok(vector_read(STR("{\"L\":[{\"N\":\"1.5\"},{\"N\":\"-2\"}]}"), v, 2),
	    "two numbers");
	ok(fabsf(v[0] - 1.5f) < 1e-6f && fabsf(v[1] + 2) < 1e-6f, "these");
	ok(!vector_read(STR("{\"L\":[{\"N\":\"1\"}]}"), v, 2), "too few");
	ok(!vector_read(STR("{\"L\":[{\"N\":\"1\"},{\"N\":\"1\"}]}"), v, 1),
	    "too many");
	ok(!vector_read(STR("{\"L\":[{\"N\":\"1E+39\"}]}"), v, 1),
	    "no 32-bit number");
	ok(!vector_read(STR("{\"L\":[{\"N\":\"1"), v, 1), "cut off");
}

int
main(void)
{
	ddb_open();
	test_read();
	test_refused_tables();
	fill();
	test_distances();
	test_shown();
	test_refused();
	test_changes();
	test_restored();
	ddb_close();
	return tap_done();
}
