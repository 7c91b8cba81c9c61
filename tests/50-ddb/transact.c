/* SPDX-License-Identifier: ISC */
/* transact.t - TransactWriteItems. */
#include "ddb.h"

#define ONE "1 validation error detected: "
#define KEY(b)	  "'TableName':'one','Key':{'a':{'S':'x'},'b':{'N':'" b "'}}"
#define ITEM(b)	  "'TableName':'one','Item':{'a':{'S':'x'},'b':{'N':'" b "'}"
#define PUT(b)	  "{'Put':{" ITEM(b) "}}}"
#define DELETE(b) "{'Delete':{" KEY(b) "}}"
#define ALL(...)  "{'TransactItems':[" __VA_ARGS__ "]}"
#define TYPE	  "com.amazonaws.dynamodb.v20120810#"
#define CANCELED(codes, reasons)                                               \
	"{'__type':'" TYPE "TransactionCanceledException','Message':"          \
	"'Transaction cancelled, please refer cancellation reasons for "       \
	"specific reasons [" codes "]','CancellationReasons':[" reasons "]}"
#define NONE   "{'Code':'None'}"
#define FAILED "{'Code':'ConditionalCheckFailed','Message':'The conditional " \
	       "request failed'"
#define INVALID(text) "{'Code':'ValidationError','Message':'" text "'}"

/* The error's whole body, quoted as the requests are. */
#define canceled(in, codes, reasons)                                           \
	(void)ddb_run("TransactWriteItems", ddb_quote(in));                    \
	is_str(buf_str(&ddb_out), ddb_quote(CANCELED(codes, reasons)),         \
	    "%.200s", in)

static void
setup(const char *name, const char *sort)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b,
	    "{'TableName':'%s','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'%s'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}%c", name, sort, 0);
	ddb_ok("CreateTable", b.p, NULL);
}

static void
count_is(const char *what, const char *want)
{
	ddb_ok("Scan", "{'TableName':'one','Select':'COUNT'}", want);
	ok(true, "%s", what);
}

static void
test_shapes(void)
{
	ddb_invalid("TransactWriteItems", "{}",
	    ONE "Value null at 'transactItems' failed to satisfy constraint: "
		"Member must not be null");
	ddb_invalid("TransactWriteItems", "{'TransactItems':[]}",
	    ONE "Value '[]' at 'transactItems' failed to satisfy constraint: "
		"Member must have length greater than or equal to 1");
	ddb_invalid("TransactWriteItems", "{'TransactItems':[{'Put':{}}]}",
	    "2 validation errors detected: Value null at "
	    "'transactItems.1.member.put.item' failed to satisfy constraint: "
	    "Member must not be null; Value null at "
	    "'transactItems.1.member.put.tableName' failed to satisfy "
	    "constraint: Member must not be null");
	ddb_invalid("TransactWriteItems",
	    "{'TransactItems':[{'Update':{" KEY("1") "}}]}",
	    ONE "Value null at "
		"'transactItems.1.member.update.updateExpression' failed to "
		"satisfy constraint: Member must not be null");
	ddb_invalid("TransactWriteItems",
	    "{'TransactItems':[{'ConditionCheck':{" KEY("1") "}}]}",
	    ONE "Value null at "
		"'transactItems.1.member.conditionCheck.conditionExpression' "
		"failed to satisfy constraint: Member must not be null");
	ddb_bad("TransactWriteItems", "{'TransactItems':[1]}",
	    "SerializationException", "Unexpected value type in payload");
	ddb_bad("TransactWriteItems", "{'TransactItems':[{'Put':1}]}",
	    "SerializationException", "Unexpected field type");
	ddb_bad("TransactWriteItems",
	    "{'TransactItems':[" PUT("1") "],'ClientRequestToken':1}",
	    "SerializationException",
	    "NUMBER_VALUE cannot be converted to String");
	ddb_invalid("TransactWriteItems", ALL("{}"),
	    "Invalid Request: TransactWriteRequest should contain Delete or "
	    "Put or Update request");
	ddb_invalid("TransactWriteItems",
	    ALL("{'Put':{" ITEM("1") "}},'Delete':{" KEY("1") "}}"),
	    "TransactItems can only contain one of Check, Put, Update or "
	    "Delete");
}

/* What is said before any table is looked at, and about tables. */
static void
test_refused(void)
{
	ddb_invalid("TransactWriteItems",
	    ALL("{'Put':{" ITEM("1") "},'ConditionExpression':'a ='}}"),
	    "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", "
	    "near: \"=\"");
	ddb_invalid("TransactWriteItems",
	    ALL("{'Update':{" KEY("1") ",'UpdateExpression':''}}"),
	    "Invalid UpdateExpression: The expression can not be empty;");
	ddb_invalid("TransactWriteItems",
	    ALL("{'Put':{" ITEM("1") "},'ConditionExpression':"
		"'attribute_exists(a)','ExpressionAttributeValues':{':v':{"
		"'S':'x'}}}}"),
	    "Value provided in ExpressionAttributeValues unused in "
	    "expressions: keys: {:v}");
	ddb_invalid("TransactWriteItems",
	    ALL("{'Put':{" ITEM("1") ",'c':{'SS':[]}}}}"),
	    "One or more parameter values were invalid: An string set  may "
	    "not be empty");
	ddb_invalid("TransactWriteItems", ALL(PUT("1") "," PUT("z")),
	    "The parameter cannot be converted to a numeric value: z");
	ddb_bad("TransactWriteItems",
	    ALL("{'Put':{'TableName':'none','Item':{'a':{'S':'x'}}}}"),
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_invalid("TransactWriteItems", ALL(PUT("1") "," DELETE("1.0")),
	    "Transaction request cannot include multiple operations on one "
	    "item");
	ddb_invalid("TransactWriteItems",
	    ALL(PUT("1") ",{'Put':{'TableName':'arn:aws:dynamodb:us-east-1:"
			 "000000000000:table/one','Item':{'a':{'S':'x'},'b':{"
			 "'N':'1'}}}}"),
	    "Transaction request cannot include multiple operations on one "
	    "item");
	ddb_invalid("TransactWriteItems",
	    ALL("{'Put':{'TableName':'one','Item':{'a':{'S':''},'b':{'N':'1'"
		"}}}}"),
	    "One or more parameter values are not valid. The AttributeValue "
	    "for a key attribute cannot contain an empty string value. Key: "
	    "a");
	ddb_invalid("TransactWriteItems",
	    ALL("{'Delete':{'TableName':'bin','Key':{'a':{'S':'x'},'b':{'B':"
		"''}}}}"),
	    "One or more parameter values are not valid. The AttributeValue "
	    "for a key attribute cannot contain an empty binary value. Key: "
	    "b");
	count_is("nothing was written", "{'Count':0,'ScannedCount':0}");
}

static void
test_written(void)
{
	ddb_ok("TransactWriteItems",
	    ALL(PUT("1") "," PUT("2")
		",{'Put':{'TableName':'bin','Item':{'a':{'S':'x'},'b':{'B':"
		"'AA=='},'c':{'S':'y'}},'ConditionExpression':"
		"'attribute_not_exists(a)'}}"), "{}");
	ddb_ok("TransactWriteItems",
	    "{'TransactItems':[{'Update':{" KEY("1")
	    ",'UpdateExpression':'SET n = :n','ExpressionAttributeValues':{"
	    "':n':{'N':'1'}}}},{'Update':{" KEY("9")
	    ",'UpdateExpression':'ADD n :n','ExpressionAttributeValues':{"
	    "':n':{'N':'1'}}}}," DELETE("2") ",{'ConditionCheck':{"
	    "'TableName':'bin','Key':{'a':{'S':'x'},'b':{'B':'AA=='}},"
	    "'ConditionExpression':'c = :c','ExpressionAttributeValues':{"
	    "':c':{'S':'y'}}}}],'ReturnConsumedCapacity':'INDEXES'}",
	    "{'ConsumedCapacity':[{'TableName':'one','CapacityUnits':6.0,"
	    "'WriteCapacityUnits':6.0,'Table':{'CapacityUnits':6.0,"
	    "'WriteCapacityUnits':6.0}},{'TableName':'bin','CapacityUnits':"
	    "2.0,'WriteCapacityUnits':2.0,'Table':{'CapacityUnits':2.0,"
	    "'WriteCapacityUnits':2.0}}]}");
	ddb_ok("Query",
	    "{'TableName':'one','KeyConditionExpression':'a = :a',"
	    "'ExpressionAttributeValues':{':a':{'S':'x'}}}",
	    "{'Items':[{'a':{'S':'x'},'b':{'N':'1'},'n':{'N':'1'}},{'a':{"
	    "'S':'x'},'b':{'N':'9'},'n':{'N':'1'}}],'Count':2,"
	    "'ScannedCount':2}");
}

static void
test_canceled(void)
{
	canceled(ALL(PUT("5") ",{'Put':{" ITEM("1") "},'ConditionExpression':"
			      "'attribute_not_exists(a)'}}," DELETE("6")),
	    "None, ConditionalCheckFailed, None",
	    NONE "," FAILED "}," NONE);
	canceled(ALL("{'ConditionCheck':{" KEY("1")
		     ",'ConditionExpression':'n = :n',"
		     "'ExpressionAttributeValues':{':n':{'N':'2'}},"
		     "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}},"
		     "{'Delete':{" KEY("7")
		     ",'ConditionExpression':'attribute_exists(a)',"
		     "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}},"
		     "{'Update':{" KEY("9")
		     ",'UpdateExpression':'REMOVE n','ConditionExpression':"
		     "'attribute_exists(z)','ReturnValuesOnConditionCheck"
		     "Failure':'NONE'}}"),
	    "ConditionalCheckFailed, ConditionalCheckFailed, "
	    "ConditionalCheckFailed",
	    FAILED ",'Item':{'a':{'S':'x'},'b':{'N':'1'},'n':{'N':'1'}}},"
		FAILED "}," FAILED "}");
	canceled(ALL("{'Put':{'TableName':'one','Item':{'a':{'N':'1'},'b':{"
		     "'N':'1'}}}},{'Put':{'TableName':'one','Item':{'a':{'S':"
		     "'x'}}}},{'Delete':{'TableName':'one','Key':{'a':{'S':"
		     "'x'}}}}," PUT("5")),
	    "ValidationError, ValidationError, ValidationError, None",
	    INVALID("One or more parameter values were invalid: Type "
		    "mismatch for key a expected: S actual: N") ","
	    INVALID("One or more parameter values were invalid: Missing the "
		    "key b in the item") ","
	    INVALID("The provided key element does not match the schema") ","
	    NONE);
	canceled(ALL("{'Update':{" KEY("1")
		     ",'UpdateExpression':'SET c = d'}},{'Update':{" KEY("9")
		     ",'UpdateExpression':'SET c.d = :v',"
		     "'ExpressionAttributeValues':{':v':{'N':'1'}}}},"
		     "{'Update':{" KEY("8")
		     ",'UpdateExpression':'SET a = :v',"
		     "'ExpressionAttributeValues':{':v':{'S':'1'}}}}"),
	    "ValidationError, ValidationError, ValidationError",
	    INVALID("The provided expression refers to an attribute that "
		    "does not exist in the item") ","
	    INVALID("The document path provided in the update expression is "
		    "invalid for update") ","
	    INVALID("One or more parameter values were invalid: Cannot "
		    "update attribute a. This attribute is part of the key"));
	count_is("nothing was written", "{'Count':2,'ScannedCount':2}");
}

/* Of several that the indexes cannot take, each is told. */
static void
test_indexes(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'global','KeySchema':[{'AttributeName':'a',"
	    "'KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'a',"
	    "'AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
	    "'BillingMode':'PAY_PER_REQUEST','GlobalSecondaryIndexes':[{"
	    "'IndexName':'idx','KeySchema':[{'AttributeName':'g','KeyType':"
	    "'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}", NULL);
	canceled(ALL("{'Put':{'TableName':'global','Item':{'a':{'S':'p'},"
		     "'g':{'N':'5'}}}},{'Update':{'TableName':'global','Key':"
		     "{'a':{'S':'q'}},'UpdateExpression':'SET g = :g',"
		     "'ExpressionAttributeValues':{':g':{'N':'5'}}}},{'Put':{"
		     "'TableName':'global','Item':{'a':{'S':'r'}}}}"),
	    "ValidationError, ValidationError, None",
	    INVALID("One or more parameter values were invalid: Type "
		    "mismatch for Index Key g Expected: S Actual: N "
		    "IndexName: idx") ","
	    INVALID("One or more parameter values were invalid: Type "
		    "mismatch for Index Key g Expected: S Actual: N "
		    "IndexName: idx") "," NONE);
	ddb_ok("Scan", "{'TableName':'global','IndexName':'idx'}",
	    "{'Items':[],'Count':0,'ScannedCount':0}");
	ddb_ok("Scan", "{'TableName':'global'}",
	    "{'Items':[],'Count':0,'ScannedCount':0}");
}

/* n puts, each of an item with a text of so many bytes. */
static enum err
puts_of(unsigned n, size_t more)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);

	for (size_t i = 0; i < more; i++)
		buf_putc(&text, 'v');
	BUF_LIT(&b, "{\"TransactItems\":[");
	for (unsigned i = 0; i < n; i++) {
		buf_printf(&b,
		    "%s{\"Put\":{\"TableName\":\"one\",\"Item\":{\"a\":{"
		    "\"S\":\"x\"},\"b\":{\"N\":\"%u\"},\"c\":{\"S\":\"",
		    i > 0 ? "," : "", 101 + 2 * i);
		buf_puts(&b, buf_str(&text));
		BUF_LIT(&b, "\"}}}}");
	}
	BUF_LIT(&b, "]}");
	return ddb_run("TransactWriteItems", buf_str(&b));
}

/* The texts of 16 such items are more than 4 MB: one is not shown. */
static void
test_shown(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	unsigned codes = 0, items = 0;
	char *p;

	BUF_LIT(&b, "{'TransactItems':[");
	for (unsigned i = 0; i < 16; i++)
		buf_printf(&b,
		    "%s{'ConditionCheck':{'TableName':'one','Key':{'a':{'S':"
		    "'x'},'b':{'N':'%u'}},'ConditionExpression':"
		    "'attribute_not_exists(a)','ReturnValuesOnConditionCheck"
		    "Failure':'ALL_OLD'}}", i > 0 ? "," : "", 101 + 2 * i);
	BUF_LIT(&b, "]}\0");
	is_int(ddb_run("TransactWriteItems", ddb_quote(b.p)), ERR_CANCELED,
	    "none of 16 conditions holds");
	buf_putc(&ddb_out, '\0');
	for (p = ddb_out.p; (p = strstr(p, "\"Code\"")) != NULL; p++)
		codes++;
	for (p = ddb_out.p; (p = strstr(p, "\"Item\"")) != NULL; p++)
		items++;
	is_int(codes, 16, "each has its reason");
	is_int(items, 15, "those that 4 MB hold have their items");
}

static void
test_limits(void)
{
	/* a, x, b, 3 for an odd number of three digits, c: 7 bytes. */
	is_int(puts_of(16, 262144 - 7), ERR_OK, "4 MB");
	test_shown();
	is_int(puts_of(16, 262144 - 6), ERR_VALIDATION, "16 bytes more");
	ok(ddb_said("The aggregate size of the items in the transaction "
		    "exceeded 4 MB"), "in words");
	is_int(puts_of(1, 409600 - 7), ERR_OK, "an item of the largest size");
	is_int(puts_of(1, 409600 - 6), ERR_VALIDATION, "one past it");
	is_int(puts_of(100, 1), ERR_OK, "100 actions");
	is_int(puts_of(101, 1), ERR_VALIDATION, "101");
	ok(ddb_said("at 'transactItems' failed to satisfy constraint: Member "
		    "must have length less than or equal to 100"), "in words");
	count_is("100 and 2", "{'Count':102,'ScannedCount':102}");
}

#define TOKEN(token, ...)                                                      \
	"{'TransactItems':[" __VA_ARGS__ "],'ClientRequestToken':'" token "'}"
#define ADD                                                                    \
	"{'Update':{'UpdateExpression':'ADD n :n','ExpressionAttribute"        \
	"Values':{':n':{'N':'1'}}," KEY("1000") "}}"
#define SAME                                                                   \
	"{'Update':{" KEY("1000") ",'ExpressionAttributeValues':{':n':{'N':"   \
	"'1'}},'UpdateExpression':'ADD n :n'}}"
#define MISMATCH                                                               \
	"DynamoDB rejected the request because you retried a request with a "  \
	"different payload but with an idempotent token that was already used."
#define IN_PROGRESS                                                            \
	"The transaction with the given request token is already in progress."

static void
sum_is(const char *n)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b, "{'Item':{'a':{'S':'x'},'b':{'N':'1000'},'n':{'N':'%s'"
		       "}}}%c", n, 0);
	ddb_ok("GetItem", "{" KEY("1000") "}", b.p);
}

/* The memo of a token: read it, or put it there. */
static struct store_memo
memo_of(const char *id, int64_t n, uint64_t expires)
{
	struct store_memo m = { 0 };
	enum err e;

	arena_reset(ddb_ctx.arena);
	e = store_begin(ddb_ctx.store, true, clock_ms() + 1000);
	if (e == ERR_OK)
		e = store_memo_get(ddb_ctx.store, MEMO_TRANSACT, str_from(id),
		    ddb_ctx.arena, &m);
	if (e == ERR_OK && n != 0) {
		m.n = n;
		m.expires = expires;
		e = store_memo_set(ddb_ctx.store, &m);
	}
	if (e != ERR_OK || store_commit(ddb_ctx.store) != ERR_OK)
		store_rollback(ddb_ctx.store);
	return m;
}

static void
test_token(void)
{
	uint64_t now = clock_wall_ns(), ten = 600 * NS_PER_S, left;

	ddb_ok("TransactWriteItems", TOKEN("one", ADD), "{}");
	sum_is("1");
	left = memo_of("t/one", 0, 0).expires - now;
	ok(left >= ten && left < ten + 10 * NS_PER_S, "for ten minutes");
	ddb_ok("TransactWriteItems", TOKEN("one", ADD), "{}");
	ddb_ok("TransactWriteItems", TOKEN("one", SAME), "{}");
	sum_is("1");
	ddb_bad("TransactWriteItems", TOKEN("one", PUT("1000")),
	    "IdempotentParameterMismatchException", MISMATCH);
	ddb_bad("TransactWriteItems",
	    "{'TransactItems':[" ADD "],'ClientRequestToken':'one',"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "IdempotentParameterMismatchException", MISMATCH);
	ddb_ok("TransactWriteItems",
	    "{'TransactItems':[" ADD "],'ClientRequestToken':'two',"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'ConsumedCapacity':[{'TableName':'one','CapacityUnits':2.0,"
	    "'WriteCapacityUnits':2.0}]}");
	ddb_ok("TransactWriteItems",
	    "{'TransactItems':[" ADD "],'ClientRequestToken':'two',"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'ConsumedCapacity':[{'TableName':'one','CapacityUnits':2.0,"
	    "'ReadCapacityUnits':2.0}]}");
	sum_is("2");
}

/* The processes that a token goes through, as its memo has them. */
static void
test_in_progress(void)
{
	const uint64_t now = clock_wall_ns();

	memo_of("t/one", 1, now + NS_PER_S * 60);
	ddb_bad("TransactWriteItems", TOKEN("one", ADD),
	    "TransactionInProgressException", IN_PROGRESS);
	ddb_bad("TransactWriteItems", TOKEN("one", PUT("1000")),
	    "IdempotentParameterMismatchException", MISMATCH);
	sum_is("2");
	memo_of("t/one", 1, now - 1);
	ddb_ok("TransactWriteItems", TOKEN("one", ADD), "{}");
	sum_is("3");
	memo_of("t/one", 2, now - 1);
	ddb_ok("TransactWriteItems", TOKEN("one", PUT("1000")), "{}");
	ddb_ok("GetItem", "{" KEY("1000") "}",
	    "{'Item':{'a':{'S':'x'},'b':{'N':'1000'}}}");
}

/* One that was cancelled or refused can be tried again. */
static void
test_token_again(void)
{
	canceled(TOKEN("c", "{'ConditionCheck':{" KEY("1000")
			    ",'ConditionExpression':'attribute_exists(q)'}}"),
	    "ConditionalCheckFailed", FAILED "}");
	is_int(memo_of("t/c", 0, 0).n, 0, "nothing is kept");
	ddb_ok("TransactWriteItems", TOKEN("c", ADD), "{}");
	ddb_invalid("TransactWriteItems", TOKEN("d", "{}"),
	    "Invalid Request: TransactWriteRequest should contain Delete or "
	    "Put or Update request");
	ddb_ok("TransactWriteItems", TOKEN("d", ADD), "{}");
	sum_is("2");
	ddb_invalid("TransactWriteItems", TOKEN("", ADD),
	    ONE "Value '' at 'clientRequestToken' failed to satisfy "
		"constraint: Member must have length greater than or equal to "
		"1");
	ddb_ok("TransactWriteItems",
	    TOKEN("123456789012345678901234567890123456", ADD), "{}");
	ddb_invalid("TransactWriteItems",
	    TOKEN("1234567890123456789012345678901234567", ADD),
	    ONE "Value '1234567890123456789012345678901234567' at "
		"'clientRequestToken' failed to satisfy constraint: Member "
		"must have length less than or equal to 36");
	sum_is("3");
}

static void
test_collections(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'local','KeySchema':[{'AttributeName':'a','KeyType'"
	    ":'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'},{'AttributeName':'c'"
	    ",'AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST',"
	    "'LocalSecondaryIndexes':[{'IndexName':'idx','KeySchema':[{"
	    "'AttributeName':'a','KeyType':'HASH'},{'AttributeName':'c',"
	    "'KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]}",
	    NULL);
	ddb_ok("TransactWriteItems",
	    "{'TransactItems':[{'Put':{'TableName':'local','Item':{'a':{'S':"
	    "'p'},'b':{'N':'1'},'c':{'S':'x'}}}}," PUT("2000")
	    ",{'Update':{'TableName':'local','Key':{'a':{'S':'p'},'b':{'N':"
	    "'2'}},'UpdateExpression':'SET d = :v','ExpressionAttributeValues"
	    "':{':v':{'S':'x'}}}},{'Delete':{'TableName':'local','Key':{'a':"
	    "{'S':'q'},'b':{'N':'1'}}}},{'ConditionCheck':{'TableName':"
	    "'local','Key':{'a':{'S':'r'},'b':{'N':'1'}},'ConditionExpression"
	    "':'attribute_not_exists(a)'}}],'ReturnItemCollectionMetrics':"
	    "'SIZE','ReturnConsumedCapacity':'INDEXES'}",
	    "{'ConsumedCapacity':[{'TableName':'local','CapacityUnits':10.0,"
	    "'WriteCapacityUnits':10.0,'Table':{'CapacityUnits':8.0,"
	    "'WriteCapacityUnits':8.0},'LocalSecondaryIndexes':{'idx':{"
	    "'CapacityUnits':2.0,'WriteCapacityUnits':2.0}}},{'TableName':"
	    "'one','CapacityUnits':2.0,'WriteCapacityUnits':2.0,'Table':{"
	    "'CapacityUnits':2.0,'WriteCapacityUnits':2.0}}],"
	    "'ItemCollectionMetrics':{'local':[{'ItemCollectionKey':{'a':{"
	    "'S':'p'}},'SizeEstimateRangeGB':[0.0,1.0]},{'ItemCollectionKey'"
	    ":{'a':{'S':'q'}},'SizeEstimateRangeGB':[0.0,1.0]}]}}");
}

int
main(void)
{
	ddb_open();
	setup("one", "N");
	setup("bin", "B");
	test_shapes();
	test_refused();
	test_written();
	test_canceled();
	test_indexes();
	test_limits();
	test_token();
	test_in_progress();
	test_token_again();
	test_collections();
	ddb_close();
	return tap_done();
}
