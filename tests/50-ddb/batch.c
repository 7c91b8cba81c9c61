/* SPDX-License-Identifier: ISC */
/* batch.t - BatchWriteItem. */
#include "ddb.h"

#define ONE "1 validation error detected: "
#define PUT(a, b)                                                              \
	"{'PutRequest':{'Item':{'a':{'S':'" a "'},'b':{'N':'" b "'}}}}"
#define ARN "arn:aws:dynamodb:us-east-1:000000000000:table/one"
#define DELETE(a, b)                                                           \
	"{'DeleteRequest':{'Key':{'a':{'S':'" a "'},'b':{'N':'" b "'}}}}"

static void
setup(const char *name)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b,
	    "{'TableName':'%s','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}%c", name, 0);
	ddb_ok("CreateTable", b.p, NULL);
}

/* n puts into one table, m into another. */
static enum err
puts_of(unsigned n, unsigned m)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));

	BUF_LIT(&b, "{'RequestItems':{'one':[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, "%s{'PutRequest':{'Item':{'a':{'S':'p'},'b':"
			       "{'N':'%u'}}}}", i > 0 ? "," : "", i);
	if (m > 0)
		BUF_LIT(&b, "],'two':[");
	for (unsigned i = 0; i < m; i++)
		buf_printf(&b, "%s{'PutRequest':{'Item':{'a':{'S':'p'},'b':"
			       "{'N':'%u'}}}}", i > 0 ? "," : "", i);
	BUF_LIT(&b, "]}}\0");
	return ddb_run("BatchWriteItem", ddb_quote(b.p));
}

static void
test_refused(void)
{
	ddb_invalid("BatchWriteItem", "{}",
	    ONE "Value null at 'requestItems' failed to satisfy constraint: "
		"Member must not be null");
	ddb_invalid("BatchWriteItem", "{'RequestItems':{}}",
	    ONE "Value '{}' at 'requestItems' failed to satisfy constraint: "
		"Member must have length greater than or equal to 1");
	ddb_invalid("BatchWriteItem", "{'RequestItems':{'one':[]}}",
	    ONE "Value '{one=[]}' at 'requestItems' failed to satisfy "
		"constraint: Map value must satisfy constraint: [Member must "
		"have length less than or equal to 25, Member must have "
		"length greater than or equal to 1]");
	ddb_invalid("BatchWriteItem", "{'RequestItems':{'one':null}}",
	    ONE "Value null at 'requestItems.one.member' failed to satisfy "
		"constraint: Member must not be null");
	ddb_invalid("BatchWriteItem", "{'RequestItems':{'one':[{}]}}",
	    "Supplied AttributeValue has more than one datatypes set, must "
	    "contain exactly one of the supported datatypes");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[{'PutRequest':{'Item':{}},"
	    "'DeleteRequest':{'Key':{}}}]}}",
	    "Supplied AttributeValue has more than one datatypes set, must "
	    "contain exactly one of the supported datatypes");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[{'PutRequest':{}}]}}",
	    ONE "Value null at "
		"'requestItems.one.member.1.member.putRequest.item' failed to "
		"satisfy constraint: Member must not be null");
	/* A short name is one of a table that is not there. */
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'a':[{'DeleteRequest':{'Key':{}}}]}}",
	    "ResourceNotFoundException", "Requested resource not found");
	/* No whole key, in other words than PutItem has. */
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[{'PutRequest':{'Item':{'a':{'N':'1'},'b'"
	    ":{'N':'1'}}}}]}}",
	    "The provided key element does not match the schema");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[{'PutRequest':{'Item':{'a':{'S':'x'}}}}]}"
	    "}", "The provided key element does not match the schema");
	/* What each request is, before what is in them; both before the
	 * tables, all of them, before a key of one. */
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'none':[" PUT("x", "y") ",{}]}}",
	    "Supplied AttributeValue has more than one datatypes set, must "
	    "contain exactly one of the supported datatypes");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'none':[" PUT("x", "y") "],'one':[{}]}}",
	    "The parameter cannot be converted to a numeric value: y");
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'one':[" DELETE("", "1") "],'none':["
	    PUT("x", "1") "]}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_bad("BatchWriteItem", "{'RequestItems':[]}",
	    "SerializationException",
	    "Unrecognized collection type java.util.Map<java.lang.String, "
	    "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>");
	ddb_bad("BatchWriteItem", "{'RequestItems':{'one':[1]}}",
	    "SerializationException", "Unexpected value type in payload");
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'one':[{'PutRequest':1}]}}",
	    "SerializationException", "Unexpected field type");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[" PUT("x", "1") "," DELETE("x", "1.0")
	    "]}}", "Provided list of item keys contains duplicates");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[{'DeleteRequest':{'Key':{'a':{'S':'x'}}}"
	    "}]}}", "The provided key element does not match the schema");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one':[" PUT("x", "") "]}}",
	    "The parameter cannot be converted to a numeric value");
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'none':[" PUT("x", "1") "]}}",
	    "ResourceNotFoundException", "Requested resource not found");
	is_int(ddb_run_long("BatchWriteItem",
		   "{'RequestItems':{'one':[{'PutRequest':{'Item':{'a':{'S':"
		   "'x'},'b':{'N':'1'},'c':{'S':'", 409600, 'v', "'}}}}]}}"),
	    ERR_VALIDATION, "an item past its size");
	ddb_ok("Scan", "{'TableName':'one'}",
	    "{'Items':[],'Count':0,'ScannedCount':0}");
}

/* An ARN does for a table's name, and is what the answer says. */
static void
test_arn(void)
{
	ddb_ok("BatchWriteItem",
	    "{'RequestItems':{'" ARN "':[" PUT("arn", "1") "]},"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'UnprocessedItems':{},'ConsumedCapacity':[{'TableName':'" ARN
	    "','CapacityUnits':1.0}]}");
	ddb_ok("BatchGetItem",
	    "{'RequestItems':{'" ARN "':{'Keys':[{'a':{'S':'arn'},'b':{'N':"
	    "'1'}}]}},'ReturnConsumedCapacity':'TOTAL'}",
	    "{'Responses':{'" ARN "':[{'a':{'S':'arn'},'b':{'N':'1'}}]},"
	    "'UnprocessedKeys':{},'ConsumedCapacity':[{'TableName':'" ARN
	    "','CapacityUnits':0.5}]}");
	ddb_ok("DeleteItem",
	    "{'TableName':'" ARN "','Key':{'a':{'S':'arn'},'b':{'N':'1'}},"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'ConsumedCapacity':{'TableName':'" ARN
	    "','CapacityUnits':1.0}}");
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'" ARN "x':[" PUT("arn", "1") "]}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'one:x':[" PUT("arn", "1") "]}}",
	    ONE "Value '{one:x=[WriteRequest(putRequest=PutRequest(item={a="
		"{\"S\":\"arn\"}, b={\"N\":\"1\"}}))]}' at "
		"'requestItems' failed to satisfy constraint: Map keys must "
		"satisfy constraint: [Member must have length less than or "
		"equal to 255, Member must have length greater than or equal "
		"to 1, Member must satisfy regular expression pattern: "
		"[a-zA-Z0-9_.-]+]");
}

static void
test_limits(void)
{
	is_int(puts_of(25, 0), ERR_OK, "25 of one table");
	is_int(puts_of(26, 0), ERR_VALIDATION, "26 of one table");
	is_int(puts_of(13, 12), ERR_OK, "25 of two tables");
	is_int(puts_of(13, 13), ERR_VALIDATION, "26 of two tables");
	ok(ddb_said("Too many items requested for the BatchWriteItem call"),
	    "in the service's words");
	ddb_ok("Scan", "{'TableName':'one','Select':'COUNT'}",
	    "{'Count':25,'ScannedCount':25}");
	ddb_ok("Scan", "{'TableName':'two','Select':'COUNT'}",
	    "{'Count':12,'ScannedCount':12}");
}

static void
test_all_or_nothing(void)
{
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'one':[" PUT("new", "1") "],'none':["
	    PUT("x", "1") "]}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_ok("GetItem",
	    "{'TableName':'one','Key':{'a':{'S':'new'},'b':{'N':'1'}}}",
	    "{}");
}

static void
test_answers(void)
{
	ddb_ok("BatchWriteItem",
	    "{'RequestItems':{'one':[" PUT("x", "1") "," DELETE("p", "0")
	    "," DELETE("never", "1") "],'two':[" PUT("x", "2")
	    "]},'ReturnConsumedCapacity':'TOTAL'}",
	    "{'UnprocessedItems':{},'ConsumedCapacity':[{'TableName':'one',"
	    "'CapacityUnits':3.0},{'TableName':'two','CapacityUnits':1.0}]}");
	ddb_ok("BatchWriteItem",
	    "{'RequestItems':{'two':[" PUT("x", "2")
	    "]},'ReturnConsumedCapacity':'INDEXES'}",
	    "{'UnprocessedItems':{},'ConsumedCapacity':[{'TableName':'two',"
	    "'CapacityUnits':1.0,'Table':{'CapacityUnits':1.0}}]}");
	ddb_ok("BatchWriteItem",
	    "{'RequestItems':{'two':[" DELETE("x", "2")
	    "]},'ReturnItemCollectionMetrics':'SIZE'}",
	    "{'UnprocessedItems':{}}");
	ddb_ok("GetItem",
	    "{'TableName':'one','Key':{'a':{'S':'x'},'b':{'N':'1'}}}",
	    "{'Item':{'a':{'S':'x'},'b':{'N':'1'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'one','Key':{'a':{'S':'p'},'b':{'N':'0'}}}", "{}");
	ddb_ok("GetItem",
	    "{'TableName':'two','Key':{'a':{'S':'x'},'b':{'N':'2'}}}", "{}");
}

int
main(void)
{
	ddb_open();
	setup("one");
	setup("two");
	test_refused();
	test_arn();
	test_limits();
	test_all_or_nothing();
	test_answers();
	ddb_close();
	return tap_done();
}
