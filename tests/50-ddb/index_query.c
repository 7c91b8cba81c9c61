/* SPDX-License-Identifier: ISC */
/* index_query.t - Query and Scan of indexes. */
#include "ddb.h"

#define INVALID "One or more parameter values were invalid: "
#define HASH(a)	 "{'AttributeName':'" a "','KeyType':'HASH'}"
#define RANGE(a) "{'AttributeName':'" a "','KeyType':'RANGE'}"
#define ATTR(a, t) "{'AttributeName':'" a "','AttributeType':'" t "'}"
#define INDEX(name, keys, how)                                                 \
	"{'IndexName':'" name "','KeySchema':[" keys "],'Projection':{"        \
	"'ProjectionType':'" how "'}}"

/* A query of an index of "tab" where g is x. */
#define QUERY(index, rest)                                                     \
	"{'TableName':'tab','IndexName':'" index "'," rest "}"
#define G_IS_X                                                                 \
	"'KeyConditionExpression':'g = :x','ExpressionAttributeValues':{"     \
	"':x':{'S':'x'}}"
#define P_IS_A                                                                 \
	"'KeyConditionExpression':'p = :a','ExpressionAttributeValues':{"     \
	"':a':{'S':'a'}}"

static void
create(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST',"
	    "'AttributeDefinitions':[" ATTR("p", "S") "," ATTR("s", "S") ","
	    ATTR("g", "S") "," ATTR("n", "N") "],'KeySchema':[" HASH("p") ","
	    RANGE("s") "],'GlobalSecondaryIndexes':[" INDEX("all",
		HASH("g") "," RANGE("n"), "ALL") "," INDEX("keys",
		HASH("g") "," RANGE("n"), "KEYS_ONLY")
	    ",{'IndexName':'some','KeySchema':[" HASH("g") "],'Projection':{"
	    "'ProjectionType':'INCLUDE','NonKeyAttributes':['i','m']}}],"
	    "'LocalSecondaryIndexes':[" INDEX("local",
		HASH("p") "," RANGE("n"), "KEYS_ONLY") "]}",
	    NULL);
	ddb_ok("BatchWriteItem",
	    "{'RequestItems':{'tab':["
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},"
	    "'n':{'N':'10'},'i':{'S':'i1'},'o':{'S':'o1'}}}},"
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},"
	    "'n':{'N':'-2'},'o':{'S':'o2'}}}},"
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'3'},'g':{'S':'x'}"
	    ",'m':{'M':{'d':{'L':[{'N':'1'},{'N':'2'}]}}}}}},"
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'4'},"
	    "'n':{'N':'9'}}}},"
	    "{'PutRequest':{'Item':{'p':{'S':'b'},'s':{'S':'1'},'g':{'S':'y'}"
	    ",'n':{'N':'9'}}}}]}}",
	    NULL);
}

static void
test_projection(void)
{
	ddb_ok("Query", QUERY("all", G_IS_X),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':"
	    "'-2'},'o':{'S':'o2'}},{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},"
	    "'n':{'N':'10'},'i':{'S':'i1'},'o':{'S':'o1'}}],'Count':2,"
	    "'ScannedCount':2}");
	ddb_ok("Query", QUERY("keys", G_IS_X),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':"
	    "'-2'}},{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},'n':{'N':'10'}}"
	    "],'Count':2,'ScannedCount':2}");
	ddb_ok("Query", QUERY("some", G_IS_X ",'ScanIndexForward':false"),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'3'},'g':{'S':'x'},'m':{'M':"
	    "{'d':{'L':[{'N':'1'},{'N':'2'}]}}}},{'p':{'S':'a'},'s':{'S':'2'},"
	    "'g':{'S':'x'}},{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},'i':"
	    "{'S':'i1'}}],'Count':3,'ScannedCount':3}");
	ddb_ok("Query", QUERY("local", P_IS_A),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'2'},'n':{'N':'-2'}},{'p':{'S':"
	    "'a'},'s':{'S':'4'},'n':{'N':'9'}},{'p':{'S':'a'},'s':{'S':'1'},"
	    "'n':{'N':'10'}}],'Count':3,'ScannedCount':3}");
	ddb_ok("Query",
	    QUERY("some", G_IS_X ",'ProjectionExpression':'m.d[1], s'"),
	    "{'Items':[{'s':{'S':'1'}},{'s':{'S':'2'}},{'m':{'M':{'d':{'L':[{"
	    "'N':'2'}]}}},'s':{'S':'3'}}],'Count':3,'ScannedCount':3}");
}

static void
test_select(void)
{
	ddb_ok("Query",
	    QUERY("keys", G_IS_X ",'Select':'ALL_PROJECTED_ATTRIBUTES',"
				 "'Limit':1"),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':"
	    "'-2'}}],'Count':1,'ScannedCount':1,'LastEvaluatedKey':{'p':{'S':"
	    "'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':'-2'}}}");
	ddb_ok("Query", QUERY("keys", G_IS_X ",'Select':'COUNT'"),
	    "{'Count':2,'ScannedCount':2}");
	ddb_ok("Query", QUERY("all", G_IS_X ",'Select':'ALL_ATTRIBUTES',"
					    "'Limit':1"), NULL);
	ok(ddb_said("\"o2\""), "all of a global index that has all");
	ddb_invalid("Query", QUERY("keys", G_IS_X ",'Select':'ALL_ATTRIBUTES'"),
	    INVALID "Select type ALL_ATTRIBUTES is not supported for global "
		    "secondary index keys because its projection type is not "
		    "ALL");
	ddb_invalid("Query",
	    QUERY("some", G_IS_X ",'ProjectionExpression':'o, i, q'"),
	    INVALID "Global secondary index some does not project [o, q]");
	/* A filter sees what the index shows. */
	ddb_ok("Query",
	    QUERY("some", "'KeyConditionExpression':'g = :x',"
		"'FilterExpression':'attribute_exists(o)','Select':'COUNT',"
		"'ExpressionAttributeValues':{':x':{'S':'x'}}"),
	    "{'Count':0,'ScannedCount':3}");
	ddb_ok("Query",
	    QUERY("some", "'KeyConditionExpression':'g = :x',"
		"'FilterExpression':'attribute_exists(i)','Select':'COUNT',"
		"'ExpressionAttributeValues':{':x':{'S':'x'}}"),
	    "{'Count':1,'ScannedCount':3}");
	ddb_invalid("Query",
	    QUERY("all", "'KeyConditionExpression':'g = :x',"
		"'FilterExpression':'n = :x','ExpressionAttributeValues':{"
		"':x':{'S':'x'}}"),
	    "Filter Expression can only contain non-primary key attributes: "
	    "Primary key attribute: n");
	/* It is asked before the path is looked at. */
	ddb_invalid("Query",
	    QUERY("all", "'KeyConditionExpression':'g = :x',"
		"'FilterExpression':'n.a = :x','ExpressionAttributeValues':{"
		"':x':{'S':'x'}}"),
	    "Filter Expression can only contain non-primary key attributes: "
	    "Primary key attribute: n");
	ddb_invalid("Query",
	    "{'TableName':'tab','FilterExpression':'n.a = :a'," P_IS_A "}",
	    "Key attributes must be scalars; list random access '[]' and map "
	    "lookup '.' are not allowed: IndexKey: n");
	ddb_invalid("GetItem",
	    "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'S':'1'}},"
	    "'ProjectionExpression':'g[0]'}",
	    "Key attributes must be scalars; list random access '[]' and map "
	    "lookup '.' are not allowed: IndexKey: g");
}

/* What a local index does not show is fetched, and costs. */
static void
test_fetch(void)
{
	ddb_ok("Query",
	    QUERY("local", P_IS_A ",'Select':'ALL_ATTRIBUTES','Limit':1,"
				  "'ReturnConsumedCapacity':'INDEXES'"),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':"
	    "'-2'},'o':{'S':'o2'}}],'Count':1,'ScannedCount':1,"
	    "'LastEvaluatedKey':{'p':{'S':'a'},'s':{'S':'2'},'n':{'N':'-2'}},"
	    "'ConsumedCapacity':{'TableName':'tab','CapacityUnits':1.0,"
	    "'Table':{'CapacityUnits':0.5},'LocalSecondaryIndexes':{'local':{"
	    "'CapacityUnits':0.5}}}}");
	ddb_ok("Query",
	    QUERY("local", P_IS_A ",'ProjectionExpression':'o',"
		"'ConsistentRead':true,'ReturnConsumedCapacity':'INDEXES'"),
	    "{'Items':[{'o':{'S':'o2'}},{},{'o':{'S':'o1'}}],'Count':3,"
	    "'ScannedCount':3,'ConsumedCapacity':{'TableName':'tab',"
	    "'CapacityUnits':4.0,'Table':{'CapacityUnits':3.0},"
	    "'LocalSecondaryIndexes':{'local':{'CapacityUnits':1.0}}}}");
	ddb_ok("Query",
	    QUERY("local", P_IS_A ",'ProjectionExpression':'s,n','Limit':1,"
				  "'ReturnConsumedCapacity':'TOTAL'"),
	    "{'Items':[{'s':{'S':'2'},'n':{'N':'-2'}}],'Count':1,"
	    "'ScannedCount':1,'LastEvaluatedKey':{'p':{'S':'a'},'s':{'S':'2'},"
	    "'n':{'N':'-2'}},'ConsumedCapacity':{'TableName':'tab',"
	    "'CapacityUnits':0.5}}");
	ddb_ok("Query",
	    QUERY("keys", G_IS_X ",'Select':'COUNT',"
				 "'ReturnConsumedCapacity':'INDEXES'"),
	    "{'Count':2,'ScannedCount':2,'ConsumedCapacity':{'TableName':'tab'"
	    ",'CapacityUnits':0.5,'Table':{'CapacityUnits':0.0},"
	    "'GlobalSecondaryIndexes':{'keys':{'CapacityUnits':0.5}}}}");
}

static void
test_refused(void)
{
	ddb_invalid("Query", QUERY("none", G_IS_X),
	    "The table does not have the specified index: none");
	ddb_invalid("Scan", "{'TableName':'tab','IndexName':'none'}",
	    "The table does not have the specified index: none");
	ddb_invalid("Query", QUERY("all", G_IS_X ",'ConsistentRead':true"),
	    "Consistent reads are not supported on global secondary indexes");
	ddb_invalid("Scan",
	    "{'TableName':'tab','IndexName':'all','ConsistentRead':true}",
	    "Consistent reads are not supported on global secondary indexes");
	ddb_ok("Scan",
	    "{'TableName':'tab','IndexName':'local','ConsistentRead':true,"
	    "'Select':'COUNT'}", "{'Count':4,'ScannedCount':4}");
	ddb_invalid("Query", QUERY("all", P_IS_A),
	    "Query condition missed key schema element: g");
	ddb_invalid("Query",
	    QUERY("some", "'KeyConditionExpression':'g = :x and n = :n',"
		"'ExpressionAttributeValues':{':x':{'S':'x'},':n':{'N':'1'}}"),
	    "Query key condition not supported");
	ddb_invalid("Query",
	    QUERY("all", "'KeyConditionExpression':'g = :x and n = :n',"
		"'ExpressionAttributeValues':{':x':{'S':'x'},':n':{'S':'1'}}"),
	    INVALID "Condition parameter type does not match schema type");
}

#define START(key) ",'ExclusiveStartKey':{" key "}"

static void
test_start(void)
{
	ddb_ok("Query",
	    QUERY("keys", G_IS_X ",'Limit':1" START(
		"'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':'-2'}")),
	    "{'Items':[{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},'n':{'N':"
	    "'10'}}],'Count':1,'ScannedCount':1,'LastEvaluatedKey':{'p':{'S':"
	    "'a'},'s':{'S':'1'},'g':{'S':'x'},'n':{'N':'10'}}}");
	ddb_ok("Query",
	    QUERY("keys", G_IS_X START(
		"'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},'n':{'N':'10'}")),
	    "{'Items':[],'Count':0,'ScannedCount':0}");
	/* Among equal keys the item's key decides. */
	ddb_ok("Query",
	    QUERY("some", G_IS_X ",'ScanIndexForward':false,"
		"'ProjectionExpression':'s'" START(
		"'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'}")),
	    "{'Items':[{'s':{'S':'1'}}],'Count':1,'ScannedCount':1}");
	ddb_ok("Scan",
	    "{'TableName':'tab','IndexName':'local','Limit':2,'Select':"
	    "'COUNT'}", NULL);
	ok(ddb_said("LastEvaluatedKey"), "a page of a scan");
	static const char *const wrong[] = {
		"'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'}",
		"'p':{'S':'a'},'s':{'S':'2'}",
		"'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'q':{'N':'-2'}",
		("'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':'-2'},"
		 "'q':{'S':'x'}"),
	};
	for (size_t i = 0; i < NELEM(wrong); i++) {
		char text[512];

		(void)snprintf(text, sizeof(text),
		    "{'TableName':'tab','IndexName':'all'," G_IS_X
		    ",'ExclusiveStartKey':{%s}}", wrong[i]);
		ddb_invalid("Query", text,
		    "The provided starting key is invalid");
	}
	ddb_invalid("Query",
	    QUERY("all", G_IS_X START(
		"'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'x'},'n':{'S':'2'}")),
	    "The provided key element does not match the schema");
	ddb_invalid("Query",
	    QUERY("all", G_IS_X START(
		"'p':{'N':'1'},'s':{'S':'2'},'g':{'S':'x'},'n':{'N':'2'}")),
	    "The provided starting key is invalid: The provided key element "
	    "does not match the schema");
	ddb_invalid("Query",
	    QUERY("all", G_IS_X START(
		"'p':{'S':'a'},'s':{'S':'2'},'g':{'S':'y'},'n':{'N':'2'}")),
	    "The provided starting key is outside query boundaries based on "
	    "provided conditions");
}

/* Pages of an index end by what it shows: 1 MB of 250 keys is no page. */
static void
test_pages(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char long_text[6001];

	memset(long_text, 'l', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	for (unsigned i = 0; i < 250; i++) {
		buf_reset(&b);
		buf_printf(&b,
		    "{'TableName':'tab','Item':{'p':{'S':'page'},'s':{'S':'%03u"
		    "'},'g':{'S':'page'},'n':{'N':'%u'},'long':{'S':'%s'}}}%c",
		    i, i, long_text, 0);
		if (ddb_run("PutItem", ddb_quote(b.p)) != ERR_OK)
			ok(false, "put %u", i);
	}
#define PAGE                                                                   \
	"'Select':'COUNT','KeyConditionExpression':'g = :p',"                  \
	"'ExpressionAttributeValues':{':p':{'S':'page'}}"
	ddb_ok("Query", QUERY("keys", PAGE), "{'Count':250,'ScannedCount':250}");
	/* p5 s4 g5 n(2..3) long 6004: 174 items are less than 1 MB. */
	ddb_ok("Query", QUERY("all", PAGE), NULL);
	ok(ddb_said("{\"Count\":174,\"ScannedCount\":174,\"LastEvaluatedKey\":"
		    "{\"p\":{\"S\":\"page\"},\"s\":{\"S\":\"173\"},\"g\":{\"S\""
		    ":\"page\"},\"n\":{\"N\":\"173\"}}"), "a page of 1 MB");
	ddb_ok("Query", QUERY("all", PAGE START("'p':{'S':'page'},'s':{'S':"
	    "'173'},'g':{'S':'page'},'n':{'N':'173'}")),
	    "{'Count':76,'ScannedCount':76}");
}

/* Every item is in exactly one segment of an index, too. */
static void
test_segments(void)
{
	struct json_error error;
	unsigned sum = 0, some = 0;
	char text[256];

	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(text, sizeof(text),
		    "{'TableName':'tab','Item':{'p':{'S':'%u'},'s':{'S':'s'},"
		    "'g':{'S':'seg%u'},'n':{'N':'1'}}}", i, i);
		if (ddb_run("PutItem", ddb_quote(text)) != ERR_OK)
			ok(false, "put %u", i);
	}
	for (unsigned i = 0; i < 7; i++) {
		struct json *j CLEANUP(json_freep) = NULL;
		int64_t n = 0;

		(void)snprintf(text, sizeof(text),
		    "{'TableName':'tab','IndexName':'keys','Segment':%u,"
		    "'TotalSegments':7,'Select':'COUNT'}", i);
		if (ddb_run("Scan", ddb_quote(text)) != ERR_OK ||
		    json_parse(buf_str(&ddb_out), 9, &j, &error) != ERR_OK ||
		    !json_int(json_get(j, "Count"), &n))
			ok(false, "segment %u", i);
		sum += (unsigned)n;
		some += n > 0 ? 1 : 0;
	}
	is_int(sum, 353, "all entries are in one segment");
	ok(some >= 6, "%u segments have some", some);
}

int
main(void)
{
	ddb_open();
	create();
	test_projection();
	test_select();
	test_fetch();
	test_refused();
	test_start();
	test_pages();
	test_segments();
	ddb_close();
	return tap_done();
}
