/* SPDX-License-Identifier: ISC */
/*
 * vector.t - vector indexes in CreateTable, UpdateTable and DescribeTable,
 * and SearchVectors: what is refused, each distance, conditions, projections.
 */
#include "ddb.h"
#include "ddb/vector.h"

#include <math.h>

#define INVALID "One or more parameter values were invalid: "
#define REFUSED "One or more parameter values were invalid. "
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
	    INVALID "Conflicting attribute definition for 'v'. All "
		    "VectorIndexes on the same vector attribute must use the "
		    "same dimensions.");
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
	    INVALID "Value '2' at 'SearchSchema' failed to satisfy constraint: "
		    "Member must have HASH count less than or equal to 1");
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
	    "'ConsumedCapacity':{'VectorSearchRequestBytes':1024.0}}");
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
	ddb_invalid("SearchVectors", SEARCH("nix", N("1"), "1", ""),
	    "The table does not have the specified index: nix");
	ddb_invalid("Scan", "{'TableName':'vec','IndexName':'cos'}",
	    "Scan operation not supported on this index type");
	ddb_invalid("Query",
	    "{'TableName':'vec','IndexName':'cos','KeyConditionExpression':"
	    "'p = :p','ExpressionAttributeValues':{':p':{'S':'p'}}}",
	    "Query operation not supported on this index type.");
	ddb_invalid("SearchVectors", SEARCH("cos", N("1"), "0", ""),
	    "1 validation error detected: Value '0' at 'topK' failed to "
	    "satisfy constraint: Member must have value greater than or equal "
	    "to 1");
	ddb_invalid("SearchVectors", SEARCH("cos", N("1"), "101", ""),
	    "1 validation error detected: Value '101' at 'topK' failed to "
	    "satisfy constraint: Member must have value less than or equal to "
	    "100");
	ddb_invalid("SearchVectors", SEARCH("cos", N("1"), "1", ""),
	    "Input search vector dimension 1 does not match vector index "
	    "dimension 2");
	ddb_invalid("SearchVectors",
	    SEARCH("cos", N("1") "," N("1") "," N("1"), "1", ""),
	    "Input search vector dimension 3 does not match vector index "
	    "dimension 2");
	ddb_invalid("SearchVectors",
	    SEARCH("cos", N("1") ",{'S':'1'}", "1", ""),
	    "Search vector contains invalid values. All values in the search "
	    "vector must be a 32-bit floating-point number attribute");
	ddb_invalid("SearchVectors", SEARCH("cos", N("0") "," N("0"), "1", ""),
	    "SearchVector must not be zero where the distance is COSINE");
	ddb_invalid("SearchVectors", SEARCH("dot", N("1") "," N("0"), "1", ""),
	    "SearchConditionExpression must be provided when SearchSchema has a "
	    "HASH key");
	ddb_invalid("SearchVectors",
	    SEARCH("dot", N("1") "," N("0"), "1",
		",'SearchConditionExpression':'kind > :k',"
		"'ExpressionAttributeValues':{':k':{'S':'k'}}"),
	    "Invalid SearchConditionExpression: Invalid comparator used in "
	    "SearchConditionExpression");
	ddb_invalid("SearchVectors",
	    SEARCH("cos", N("1") "," N("0"), "1",
		",'SearchConditionExpression':'kind = :k',"
		"'ExpressionAttributeValues':{':k':{'S':'k'}}"),
	    "SearchConditionExpression must not contain any attributes that is "
	    "not in SearchSchema. Invalid attribute: kind");
}

static void
test_changes(void)
{
	ddb_ok("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{'Create':" INDEX("new",
		"v", "2", "COSINE", ALL, "") "}]}",
	    NULL);
	ok(ddb_said("\"IndexName\":\"new\""), "the answer has it");
	ok(ddb_said("\"IndexStatus\":\"CREATING\",\"Backfilling\":true"),
	    "being filled");
	ddb_ok("SearchVectors", SEARCH("new", N("1") "," N("0"), "1", ""),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'vec'}", NULL);
	ok(ddb_said("\"DistanceFunction\":\"COSINE\",\"IndexStatus\":"
		    "\"ACTIVE\",\"IndexSizeBytes\":115,\"ItemCount\":4,"
		    "\"IndexArn\":\"arn:aws:dynamodb:us-east-1:"
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
	    "Requested resource not found: Index new for table vec");
	ddb_invalid("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{}]}",
	    INVALID "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete "
		    "must not be null");
	ddb_invalid("UpdateTable",
	    "{'TableName':'vec','VectorIndexUpdates':[{'Delete':{'IndexName':"
	    "'cos'},'Create':" INDEX("new", "v", "2", "COSINE", ALL, "")
	    "}]}",
	    INVALID "Only one vector index action is allowed per "
		    "VectorIndexUpdate object");
}

/* What an index counts, by its name. */
static void
counts(const char *table, const char *index, unsigned items, unsigned bytes)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "{'TableName':'%s'}", table);
	ddb_ok("DescribeTable", text, NULL);
	(void)snprintf(text, sizeof(text),
	    "\"IndexStatus\":\"ACTIVE\",\"IndexSizeBytes\":%u,\"ItemCount\":"
	    "%u,\"IndexArn\":\"arn:aws:dynamodb:us-east-1:000000000000:table/"
	    "%s/index/%s\"}",
	    bytes, items, table, index);
	ok(ddb_said(text), "%s of %s: %u items, %u bytes", index, table, items,
	    bytes);
}

/* A vector is 8 bytes there; p and v are shown by all, kind and colour not by
 * far. */
static void
test_counts(void)
{
	counts("vec", "cos", 4, 115);
	counts("vec", "far", 5, 72);
	counts("vec", "dot", 5, 143);
	ddb_ok("UpdateItem",
	    "{'TableName':'vec','Key':{'p':{'S':'north'}},'UpdateExpression':"
	    "'SET colour = :c','ExpressionAttributeValues':{':c':{'S':"
	    "'green'}}}",
	    "{}");
	counts("vec", "cos", 4, 116);
	counts("vec", "far", 5, 72);
	counts("vec", "dot", 5, 144);
	/* Out of all, out of one, and back. */
	ddb_ok("UpdateItem",
	    "{'TableName':'vec','Key':{'p':{'S':'north'}},'UpdateExpression':"
	    "'SET colour = :c REMOVE v','ExpressionAttributeValues':{':c':{'S':"
	    "'blue'}}}",
	    "{}");
	counts("vec", "far", 4, 57);
	ddb_ok("UpdateItem",
	    "{'TableName':'vec','Key':{'p':{'S':'east'}},'UpdateExpression':"
	    "'REMOVE kind'}",
	    "{}");
	counts("vec", "cos", 3, 80);
	counts("vec", "dot", 3, 85);
	put("east", "k", "red", "{'L':[" N("1") "," N("0") "]}");
	put("north", "k", "blue", "{'L':[" N("0") "," N("2") "]}");
	counts("vec", "cos", 4, 115);
	counts("vec", "far", 5, 72);
	counts("vec", "dot", 5, 143);
}

#define TYPED(t, indexes)                                                     \
	"{'TableName':'" t "','BillingMode':'PAY_PER_REQUEST',"               \
	"'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"  \
	"{'AttributeName':'kind','AttributeType':'S'},{'AttributeName':"      \
	"'colour','AttributeType':'N'}],'KeySchema':[{'AttributeName':'p',"   \
	"'KeyType':'HASH'}],'VectorIndexes':[" indexes "]}"
#define SCHEMA                                                                \
	"'SearchSchema':[{'AttributeName':'kind','SearchSchemaElementType':"  \
	"'HASH'},{'AttributeName':'colour','SearchSchemaElementType':"        \
	"'INLINE_FILTER'}],"
#define ITEM(more) "{'TableName':'typed','Item':{'p':{'S':'x'}" more "}}"
#define LIST(a, b) ",'v':{'L':[" N(a) "," N(b) "]}"

/* A write of what cannot be in an index is refused. */
static void
test_refused_items(void)
{
	ddb_ok("CreateTable",
	    TYPED("typed", INDEX("ind", "v", "2", "COSINE", ALL, SCHEMA)),
	    NULL);
	ddb_invalid("PutItem", ITEM(",'v':{'L':[" N("1") "]}"),
	    REFUSED "Invalid size for parameter v, Expected: 2, Actual: 1 "
		    "IndexName: ind");
	ddb_invalid("PutItem",
	    ITEM(",'v':{'L':[" N("1") ",{'S':'1'}," N("1") "]}"),
	    REFUSED "Invalid size for parameter v, Expected: 2, Actual: 3 "
		    "IndexName: ind");
	ddb_invalid("PutItem", ITEM(",'v':{'L':[" N("1") ",{'S':'1'}]}"),
	    REFUSED "Invalid type for parameter v[1], Expected: 32-bit "
		    "floating point number, Actual: S. IndexName: ind");
	ddb_invalid("PutItem", ITEM(",'v':{'NS':['1','2']}"),
	    REFUSED "Invalid type for parameter v, Expected: 32-bit floating "
		    "point number list IndexName: ind");
	ddb_ok("PutItem", ITEM(LIST("3.4028235E+38", "-3.4028235E+38")), "{}");
	ddb_invalid("PutItem", ITEM(LIST("1", "3.403E+38")),
	    REFUSED "Invalid value for parameter v[1], Value: "
		    "340300000000000000000000000000000000000 is outside valid "
		    "range [-3.4028235E38, 3.4028235E38]. IndexName: ind");
	ddb_invalid("PutItem", ITEM(LIST("1", "2") ",'kind':{'N':'1'}"),
	    REFUSED "Attribute 'kind' type mismatch. Expected: S, Actual: N. "
		    "IndexName: ind");
	ddb_invalid("PutItem", ITEM(LIST("1", "2") ",'colour':{'S':'red'}"),
	    REFUSED "Attribute 'colour' type mismatch. Expected: N, Actual: "
		    "S. IndexName: ind");
	ddb_invalid("PutItem", ITEM(",'kind':{'S':''}"),
	    "One or more parameter values are not valid. A value specified "
	    "for a secondary index key is not supported. The AttributeValue "
	    "for a key attribute cannot contain an empty string value. "
	    "IndexName: ind, IndexKey: kind");
	ddb_invalid("UpdateItem",
	    "{'TableName':'typed','Key':{'p':{'S':'x'}},'UpdateExpression':"
	    "'SET v = :v','ExpressionAttributeValues':{':v':{'L':[]}}}",
	    REFUSED "Invalid size for parameter v, Expected: 2, Actual: 0 "
		    "IndexName: ind");
	ddb_invalid("SearchVectors",
	    "{'TableName':'typed','IndexName':'ind','SearchVector':[" N("1")
	    "," N("2") "],'TopK':1,'SearchConditionExpression':'kind = :k',"
	    "'ExpressionAttributeValues':{':k':{'N':'1'}}}",
	    "Type of 'kind' attribute in SearchConditionExpression (N) does "
	    "not match type in search schema (S)");
	/* In none without its partition key, then in it. */
	counts("typed", "ind", 0, 0);
	ddb_ok("PutItem", ITEM(LIST("1", "2") ",'kind':{'S':'k'}"), "{}");
	counts("typed", "ind", 1, 2 + 5 + 1 + 8);
	ddb_invalid("UpdateTable",
	    "{'TableName':'typed','AttributeDefinitions':[{'AttributeName':"
	    "'p','AttributeType':'S'}],'GlobalSecondaryIndexUpdates':[{"
	    "'Create':{'IndexName':'ind','KeySchema':[{'AttributeName':'p',"
	    "'KeyType':'HASH'}],'Projection':{" ALL "}}}]}",
	    "Attempting to create an index which already exists");
	ddb_ok("DescribeTable", "{'TableName':'typed'}", NULL);
	ok(ddb_said("\"AttributeName\":\"colour\",\"AttributeType\":\"N\""),
	    "its definition is kept");
}

/* Items that were there before the index, fit for it and not. */
static void
test_filled(void)
{
	static const char *const items[] = {
		"{'TableName':'typed2','Item':{'p':{'S':'a'}" LIST("1", "2")
		    ",'kind':{'S':'k'}}}",
		"{'TableName':'typed2','Item':{'p':{'S':'b'}" LIST("1", "2")
		    ",'kind':{'N':'1'}}}",
		"{'TableName':'typed2','Item':{'p':{'S':'c'}" LIST("1", "2")
		    "}}",
		"{'TableName':'typed2','Item':{'p':{'S':'d'},'v':{'L':["
		    N("1") "]},'kind':{'S':'k'}}}",
		"{'TableName':'typed2','Item':{'p':{'S':'e'}"
		    LIST("1E+39", "1") ",'kind':{'S':'k'}}}",
		"{'TableName':'typed2','Item':{'p':{'S':'f'},'kind':{'S':'k'}}}"
	};

	ddb_ok("CreateTable", "{" KEYS("typed2") "}", NULL);
	for (size_t i = 0; i < NELEM(items); i++)
		ddb_ok("PutItem", items[i], "{}");
	ddb_ok("UpdateTable",
	    "{'TableName':'typed2','AttributeDefinitions':[{'AttributeName':"
	    "'p','AttributeType':'S'},{'AttributeName':'kind',"
	    "'AttributeType':'S'}],'VectorIndexUpdates':[{'Create':" INDEX(
		"ind", "v", "2", "EUCLIDEAN", ALL, SCHEMA) "}]}",
	    NULL);
	counts("typed2", "ind", 1, 2 + 5 + 1 + 8);
	ddb_ok("SearchVectors",
	    "{'TableName':'typed2','IndexName':'ind','SearchVector':[" N("1")
	    "," N("2") "],'TopK':9,'ProjectionExpression':'p',"
	    "'SearchConditionExpression':'kind = :k',"
	    "'ExpressionAttributeValues':{':k':{'S':'k'}}}",
	    "{'SearchResults':[{'Item':{'p':{'S':'a'}},'Score':0}]}");
	/* What is not there of it may be changed otherwise. */
	ddb_ok("UpdateItem",
	    "{'TableName':'typed2','Key':{'p':{'S':'d'}},'UpdateExpression':"
	    "'SET o = :o','ExpressionAttributeValues':{':o':{'S':'o'}}}",
	    "{}");
	ddb_ok("DeleteItem", "{'TableName':'typed2','Key':{'p':{'S':'d'}}}",
	    "{}");
	counts("typed2", "ind", 1, 2 + 5 + 1 + 8);
	ddb_ok("DeleteItem", "{'TableName':'typed2','Key':{'p':{'S':'a'}}}",
	    "{}");
	counts("typed2", "ind", 0, 0);
	ddb_bad("UpdateTable",
	    "{'TableName':'typed2','AttributeDefinitions':[{'AttributeName':"
	    "'p','AttributeType':'S'}],'GlobalSecondaryIndexUpdates':[{"
	    "'Create':{'IndexName':'glo','KeySchema':[{'AttributeName':'p',"
	    "'KeyType':'HASH'}],'Projection':{" ALL "}}}],"
	    "'VectorIndexUpdates':[{'Delete':{'IndexName':'ind'}}]}",
	    "LimitExceededException",
	    "Subscriber limit exceeded: Only 1 online index can be created or "
	    "deleted simultaneously per table");
	ddb_ok("UpdateTable",
	    "{'TableName':'typed2','VectorIndexUpdates':[{'Delete':{"
	    "'IndexName':'ind'}}]}",
	    NULL);
	ok(!ddb_said("\"AttributeName\":\"kind\""),
	    "its definition goes with it");
	ddb_ok("PutItem",
	    "{'TableName':'typed2','Item':{'p':{'S':'a'},'v':{'S':'any'}}}",
	    "{}");
}

/* A write tells the bytes of each index whose entry is another than before:
 * four of each number, 1024 at least. */
static void
test_capacity(void)
{
	struct buf in CLEANUP(buf_free) = BUF_INIT(KIB(64));

	ddb_ok("CreateTable",
	    CREATE("cost",
		INDEX("all", "v", "1000", "COSINE", ALL, "") ","
		INDEX("key", "v", "1000", "EUCLIDEAN",
		    "'ProjectionType':'KEYS_ONLY'", "") ","
		INDEX("two", "w", "2", "DOT_PRODUCT", ALL, "")),
	    NULL);
	buf_printf(&in, "{'TableName':'cost','ReturnConsumedCapacity':"
			"'INDEXES','Item':{'p':{'S':'a'},'v':{'L':[");
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&in, "%s{'N':'%u'}", i > 0 ? "," : "", i);
	buf_printf(&in, "]}}}%c", 0);
	(void)ddb_run("PutItem", ddb_quote(in.p));
	ok(ddb_said("\"VectorIndexes\":{\"all\":{\"VectorWriteRequestBytes\":"
		    "4003.0},\"key\":{\"VectorWriteRequestBytes\":4003.0}}}"),
	    "two indexes: %.*s", STR_ARG(buf_str(&ddb_out)));
	(void)ddb_run("PutItem", ddb_quote(in.p));
	ok(!ddb_said("VectorIndexes"), "the same again");
	buf_reset(&in);
	buf_printf(&in, "{'TableName':'cost','IndexName':'key','TopK':1,"
			"'ReturnConsumedCapacity':'TOTAL','SearchVector':[");
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&in, "%s{'N':'%u'}", i > 0 ? "," : "", i);
	buf_printf(&in, "],'ProjectionExpression':'p'}%c", 0);
	ddb_ok("SearchVectors", in.p,
	    "{'SearchResults':[{'Item':{'p':{'S':'a'}},'Score':0}],"
	    "'ConsumedCapacity':{'VectorSearchRequestBytes':4003.0}}");
	ddb_ok("UpdateItem",
	    "{'TableName':'cost','Key':{'p':{'S':'a'}},"
	    "'ReturnConsumedCapacity':'INDEXES','UpdateExpression':"
	    "'SET w = :w REMOVE v','ExpressionAttributeValues':{':w':{'L':["
	    N("1") "," N("2") "]}}}",
	    "{'ConsumedCapacity':{'TableName':'cost','CapacityUnits':4.0,"
	    "'Table':{'CapacityUnits':4.0},'VectorIndexes':{'two':{"
	    "'VectorWriteRequestBytes':1024.0}}}}");
	ddb_ok("DeleteItem",
	    "{'TableName':'cost','Key':{'p':{'S':'a'}},"
	    "'ReturnConsumedCapacity':'INDEXES'}",
	    "{'ConsumedCapacity':{'TableName':'cost','CapacityUnits':1.0,"
	    "'Table':{'CapacityUnits':1.0}}}");
}

/* At most 100 are included, the vectors and filters among them. */
static void
test_included(void)
{
	struct buf in CLEANUP(buf_free) = BUF_INIT(KIB(64));

	for (unsigned n = 19; n <= 20; n++) {
		buf_reset(&in);
		buf_printf(&in, "{" KEYS("inc%u") ",'VectorIndexes':[", n);
		for (unsigned i = 0; i < 5; i++) {
			buf_printf(&in,
			    "%s{'IndexName':'ix%u','VectorAttribute':{"
			    "'AttributeName':'v'},'Dimensions':2,"
			    "'DistanceFunction':'COSINE','Projection':{"
			    "'ProjectionType':'INCLUDE','NonKeyAttributes':[",
			    i > 0 ? "," : "", i);
			for (unsigned k = 0; k < (i > 0 ? 19 : n); k++)
				buf_printf(&in, "%s'a%u'", k > 0 ? "," : "",
				    20 * i + k);
			buf_printf(&in, "]}}");
		}
		buf_printf(&in, "]}%c", 0);
		if (n == 19)
			ddb_ok("CreateTable", in.p, NULL);
		else
			ddb_invalid("CreateTable", in.p,
			    INVALID "Number of NonKeyAttributes of all indexes "
				    "exceeds the per-table limit of 100");
	}
	ddb_invalid("UpdateTable",
	    "{'TableName':'inc19','VectorIndexUpdates':[{'Create':" INDEX(
		"new", "v", "2", "COSINE", ALL, "") "}]}",
	    INVALID "Number of NonKeyAttributes of all indexes exceeds the "
		    "per-table limit of 100");
}

/* At most 20 of a table. */
static void
test_most(void)
{
	struct buf in CLEANUP(buf_free) = BUF_INIT(KIB(64));

	for (unsigned n = 21; n >= 20; n--) {
		buf_reset(&in);
		buf_printf(&in, "{" KEYS("most20") ",'VectorIndexes':[");
		for (unsigned i = 0; i < n; i++)
			buf_printf(&in,
			    "%s{'IndexName':'ix%u','VectorAttribute':{"
			    "'AttributeName':'v'},'Dimensions':2,"
			    "'DistanceFunction':'COSINE','Projection':{" ALL
			    "}}",
			    i > 0 ? "," : "", i);
		buf_printf(&in, "]}%c", 0);
		if (n == LIMIT_VECTOR_INDEXES)
			ddb_ok("CreateTable", in.p, NULL);
		else
			ddb_invalid("CreateTable", in.p,
			    INVALID "VectorIndex count exceeds the per-table "
				    "limit of 20");
	}
	ddb_ok("PutItem",
	    "{'TableName':'most20','Item':{'p':{'S':'a'}" LIST("1", "2") "}}",
	    "{}");
	counts("most20", "ix19", 1, 2 + 1 + 8);
	ddb_invalid("UpdateTable",
	    "{'TableName':'most20','VectorIndexUpdates':[{'Create':" INDEX(
		"new", "v", "2", "COSINE", ALL, "") "}]}",
	    INVALID "VectorIndex count exceeds the per-table limit of 20");
}

static void
restore(const char *from, const char *to)
{
	char in[512];
	const char *arn;

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'%s','BackupName':'vectors'}", from);
	ddb_ok("CreateBackup", in, NULL);
	arn = memmem(ddb_out.p, ddb_out.len, "arn:", 4);
	(void)snprintf(in, sizeof(in),
	    "{'TargetTableName':'%s','BackupArn':'%.*s'}", to,
	    (int)strcspn(arn, "\""), arn);
	ddb_ok("RestoreTableFromBackup", in, NULL);
}

/* A backup keeps them. */
static void
test_restored(void)
{
	restore("vec", "back");
	ddb_ok("SearchVectors",
	    "{'TableName':'back','IndexName':'cos','SearchVector':[" N(
		"1") "," N("0") "],'TopK':1,'ProjectionExpression':'p'}",
	    "{'SearchResults':[{'Item':{'p':{'S':'east'}},'Score':0}]}");
	counts("back", "cos", 4, 115);
	counts("back", "dot", 5, 143);
	/* And the types of its search schema. */
	restore("typed", "back-typed");
	counts("back-typed", "ind", 1, 2 + 5 + 1 + 8);
	ddb_invalid("PutItem",
	    "{'TableName':'back-typed','Item':{'p':{'S':'y'},'kind':{'N':'1'}"
	    "}}",
	    REFUSED "Attribute 'kind' type mismatch. Expected: S, Actual: N. "
		    "IndexName: ind");
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
	test_counts();
	test_shown();
	test_refused();
	test_refused_items();
	test_filled();
	test_capacity();
	test_included();
	test_most();
	test_changes();
	test_restored();
	ddb_close();
	return tap_done();
}
