/* SPDX-License-Identifier: ISC */
/* get.t - BatchGetItem, TransactGetItems. */
#include "ddb.h"

#define ONE	"1 validation error detected: "
#define K(a, b) "{'a':{'S':'" a "'},'b':{'N':'" b "'}}"
#define X1	"{'a':{'S':'x'},'b':{'N':'1'},'v':{'S':'one'},'n':{'N':'5'}}"
#define X2	"{'a':{'S':'x'},'b':{'N':'2'},'v':{'S':'two'}}"

static void
setup(void)
{
	static const char *const names[] = { "one", "two" };

	for (size_t i = 0; i < NELEM(names); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b,
		    "{'TableName':'%s','KeySchema':[{'AttributeName':'a',"
		    "'KeyType':'HASH'},{'AttributeName':'b','KeyType':'RANGE'}"
		    "],'AttributeDefinitions':[{'AttributeName':'a',"
		    "'AttributeType':'S'},{'AttributeName':'b',"
		    "'AttributeType':'N'}],'BillingMode':'PAY_PER_REQUEST'}%c",
		    names[i], 0);
		ddb_ok("CreateTable", b.p, NULL);
	}
	ddb_ok("PutItem", "{'TableName':'one','Item':" X1 "}", "{}");
	ddb_ok("PutItem", "{'TableName':'one','Item':" X2 "}", "{}");
	ddb_ok("PutItem", "{'TableName':'two','Item':" X1 "}", "{}");
}

#define BATCH(keys, more) "{'RequestItems':{'one':{'Keys':[" keys "]" more "}}}"

static void
test_answers(void)
{
	ddb_ok("BatchGetItem",
	    BATCH(K("x", "2") "," K("none", "1") "," K("x", "1.0"), ""),
	    "{'Responses':{'one':[" X2 "," X1 "]},'UnprocessedKeys':{}}");
	ddb_ok("BatchGetItem", BATCH(K("none", "1"), ""),
	    "{'Responses':{'one':[]},'UnprocessedKeys':{}}");
	ddb_ok("BatchGetItem",
	    "{'RequestItems':{'one':{'Keys':[" K("x", "1") "," K("q", "1")
	    "],'ConsistentRead':true},'two':{'Keys':[" K("x", "1") "," K("x",
	    "3") "," K("x", "4") "],'ConsistentRead':false}},"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'Responses':{'one':[" X1 "],'two':[" X1 "]},'UnprocessedKeys':"
	    "{},'ConsumedCapacity':[{'TableName':'one','CapacityUnits':2.0},"
	    "{'TableName':'two','CapacityUnits':1.5}]}");
	ddb_ok("BatchGetItem",
	    "{'RequestItems':{'one':{'Keys':[" K("x", "1")
	    "]}},'ReturnConsumedCapacity':'INDEXES'}",
	    "{'Responses':{'one':[" X1 "]},'UnprocessedKeys':{},"
	    "'ConsumedCapacity':[{'TableName':'one','CapacityUnits':0.5,"
	    "'Table':{'CapacityUnits':0.5}}]}");
	/* A projection of each table's own. */
	ddb_ok("BatchGetItem",
	    "{'RequestItems':{'one':{'Keys':[" K("x", "1") "," K("x", "2")
	    "],'ProjectionExpression':'#v','ExpressionAttributeNames':{'#v':"
	    "'v'}},'two':{'Keys':[" K("x", "1") "],'AttributesToGet':['n','b']"
	    "}}}",
	    "{'Responses':{'one':[{'v':{'S':'one'}},{'v':{'S':'two'}}],'two':"
	    "[{'n':{'N':'5'},'b':{'N':'1'}}]},'UnprocessedKeys':{}}");
	ddb_ok("BatchGetItem", BATCH(K("x", "2"), ",'AttributesToGet':['n']"),
	    "{'Responses':{'one':[{}]},'UnprocessedKeys':{}}");
}

static void
test_refused(void)
{
	static const char *const cases[][2] = {
		{ "{}", ONE "Value null at 'requestItems' failed to satisfy "
			    "constraint: Member must not be null" },
		{ "{'RequestItems':{}}",
		    ONE "Value '{}' at 'requestItems' failed to satisfy "
			"constraint: Member must have length greater than or "
			"equal to 1" },
		{ "{'RequestItems':{'one':null}}",
		    ONE "Value null at 'requestItems.one.member' failed to "
			"satisfy constraint: Member must not be null" },
		{ "{'RequestItems':{'one':{}}}",
		    ONE "Value null at 'requestItems.one.member.keys' failed "
			"to satisfy constraint: Member must not be null" },
		{ BATCH("", ""),
		    ONE "Value '[]' at 'requestItems.one.member.keys' failed "
			"to satisfy constraint: Member must have length "
			"greater than or equal to 1" },
		{ BATCH("null", ""),
		    ONE "Value null at 'requestItems.one.member.keys.1.member'"
			" failed to satisfy constraint: Member must not be "
			"null" },
		{ BATCH("{}", ""),
		    "The provided key element does not match the schema" },
		{ BATCH("{'a':{'S':'x'}}", ""),
		    "The provided key element does not match the schema" },
		{ BATCH("{'a':{'N':'1'},'b':{'N':'1'}}", ""),
		    "The provided key element does not match the schema" },
		{ BATCH(K("", "1"), ""),
		    "One or more parameter values are not valid. The "
		    "AttributeValue for a key attribute cannot contain an "
		    "empty string value. Key: a" },
		{ BATCH("{'a':{'SS':[]},'b':{'N':'1'}}", ""),
		    "One or more parameter values were invalid: An string set "
		    " may not be empty" },
		{ BATCH(K("x", "1") "," K("y", "1") "," K("x", "1.0"), ""),
		    "Provided list of item keys contains duplicates" },
		{ BATCH(K("x", "1"), ",'AttributesToGet':['n','n']"),
		    "One or more parameter values were invalid: Duplicate "
		    "value in attribute name: n" },
		{ BATCH(K("x", "1"), ",'AttributesToGet':['n'],"
				     "'ProjectionExpression':'n'"),
		    "Can not use both expression and non-expression "
		    "parameters in the same request: Non-expression "
		    "parameters: {AttributesToGet} Expression parameters: "
		    "{ProjectionExpression}" },
		{ BATCH(K("x", "1"), ",'ProjectionExpression':''"),
		    "Invalid ProjectionExpression: The expression can not be "
		    "empty;" },
		{ BATCH(K("x", "1"), ",'ProjectionExpression':'n,n'"),
		    "Invalid ProjectionExpression: Two document paths overlap "
		    "with each other; must remove or rewrite one of these "
		    "paths; path one: [n], path two: [n]" },
		{ BATCH(K("x", "1"), ",'ExpressionAttributeNames':{'#n':'n'}"),
		    "ExpressionAttributeNames can only be specified when "
		    "using expressions" },
		{ BATCH(K("x", "1"), ",'ProjectionExpression':'a.b'"),
		    "Key attributes must be scalars; list random access '[]' "
		    "and map lookup '.' are not allowed: Key: a" },
		/* The second table's request before the first one's table. */
		{ "{'RequestItems':{'non':{'Keys':[{}]},'one':{'Keys':[{}],"
		  "'ProjectionExpression':''}}}",
		    "Invalid ProjectionExpression: The expression can not be "
		    "empty;" },
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		ddb_invalid("BatchGetItem", cases[i][0], cases[i][1]);
	ddb_bad("BatchGetItem", "{'RequestItems':{'non':{'Keys':[{}]}}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_bad("BatchGetItem", "{'RequestItems':[]}", "SerializationException",
	    "Unrecognized collection type java.util.Map<java.lang.String, "
	    "com.amazonaws.dynamodb.v20120810.KeysAndAttributes>");
	ddb_bad("BatchGetItem", "{'RequestItems':{'one':[]}}",
	    "SerializationException",
	    "Unrecognized collection type class "
	    "com.amazonaws.dynamodb.v20120810.KeysAndAttributes");
	ddb_bad("BatchGetItem", "{'RequestItems':{'one':1}}",
	    "SerializationException", "Unexpected value type in payload");
	ddb_bad("BatchGetItem", "{'RequestItems':{'one':{'Keys':{}}}}",
	    "SerializationException",
	    "Start of structure or map found where not expected");
	ddb_bad("BatchGetItem", BATCH("1", ""), "SerializationException",
	    "class sun.reflect.generics.reflectiveObjects."
	    "ParameterizedTypeImpl cannot be cast to class java.lang.Class "
	    "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl "
	    "and java.lang.Class are in module java.base of loader "
	    "'bootstrap')");
}

static void
put_keys(struct buf *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf_printf(b, "%s{'a':{'S':'x'},'b':{'N':'%u'}}",
		    i > 0 ? "," : "", i);
}

/* n keys of one table, m of another. */
static enum err
keys_of(unsigned n, unsigned m)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	BUF_LIT(&b, "{'RequestItems':{'one':{'Keys':[");
	put_keys(&b, n);
	if (m > 0)
		BUF_LIT(&b, "]},'two':{'Keys':[");
	put_keys(&b, m);
	BUF_LIT(&b, "]}}}\0");
	return ddb_run("BatchGetItem", ddb_quote(b.p));
}

static void
test_limits(void)
{
	is_int(keys_of(100, 0), ERR_OK, "100 of one table");
	is_int(keys_of(101, 0), ERR_VALIDATION, "101 of one table");
	ok(ddb_said("at 'requestItems.one.member.keys' failed to satisfy "
		    "constraint: Member must have length less than or equal "
		    "to 100"), "in the service's words");
	is_int(keys_of(50, 50), ERR_OK, "100 of two tables");
	is_int(keys_of(50, 51), ERR_VALIDATION, "101 of two tables");
	ok(ddb_said("Too many items requested for the BatchGetItem call"),
	    "in the service's words");
}

/* How often is it in the last answer? */
static unsigned
times(const char *text)
{
	const char *p = ddb_out.p, *end = ddb_out.p + ddb_out.len;
	unsigned n = 0;

	while ((p = memmem(p, (size_t)(end - p), text, strlen(text))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* 40 items of 409,600 bytes, one that fills 16 MiB, one more. */
static void
test_bytes(void)
{
	for (unsigned i = 0; i < 42; i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		size_t n = 409600 - 4 - (i == 0 ? 1 : 2);

		buf_printf(&b, "{'TableName':'two','Item':{'a':{'S':'x'},'b':"
			       "{'N':'%u'},'c':{'S':'%c", i, 0);
				if (i == 40)
			n = MIB(16) - 40 * 409600 - 6;
		is_int(ddb_run_long("PutItem", b.p, n, 'v', "'}}}"), ERR_OK,
		    "item %u", i);
	}
	is_int(keys_of(1, 41), ERR_OK, "an item, and 16 MiB of them");
	ok(times("\"c\":{\"S\":\"") == 40 &&
		ddb_said("\"UnprocessedKeys\":{\"two\":{\"Keys\":[{\"a\":{"
			 "\"S\":\"x\"},\"b\":{\"N\":\"40\"}}]}}}"),
	    "the texts are longer than that: the last is given back");
	ddb_ok("BatchGetItem",
	    "{'RequestItems':{'two':{'Keys':[" K("x", "40")
	    "],'ProjectionExpression':'b'}}}",
	    "{'Responses':{'two':[{'b':{'N':'40'}}]},'UnprocessedKeys':{}}");
}

static enum err
projected(unsigned n)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	BUF_LIT(&b, "{'RequestItems':{'two':{'Keys':[");
	put_keys(&b, n);
	BUF_LIT(&b, "],'ConsistentRead':true,'ProjectionExpression':'#b',"
		    "'ExpressionAttributeNames':{'#b':'b'}}},"
		    "'ReturnConsumedCapacity':'TOTAL'}\0");
	return ddb_run("BatchGetItem", ddb_quote(b.p));
}

static void
test_unprocessed(void)
{
	is_int(projected(41), ERR_OK, "16 MiB");
	ok(times("{\"b\":{\"N\":\"") == 41 &&
		ddb_said("\"UnprocessedKeys\":{},"), "all of them are read");
	is_int(projected(43), ERR_OK, "more");
	ok(ddb_said("\"UnprocessedKeys\":{\"two\":{\"Keys\":[{\"a\":{\"S\":"
		    "\"x\"},\"b\":{\"N\":\"41\"}},{\"a\":{\"S\":\"x\"},\"b\":"
		    "{\"N\":\"42\"}}],\"ConsistentRead\":true,"
		    "\"ProjectionExpression\":\"#b\","
		    "\"ExpressionAttributeNames\":{\"#b\":\"b\"}}}"),
	    "the rest can be asked for as it is");
	/* 40 of 100 units, 96 for 393,216 bytes. */
	ok(ddb_said("\"CapacityUnits\":4096.0"),
	    "what was not read is not counted");
	ddb_ok("DeleteItem",
	    "{'TableName':'two','Key':" K("x", "40") "}", "{}");
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'two','Item':{'a':{'S':'x'},'b':{'N':'40'},"
		   "'c':{'S':'", MIB(16) - 40 * 409600 - 5, 'v', "'}}}"),
	    ERR_OK, "one byte longer");
	is_int(projected(41), ERR_OK, "one byte past 16 MiB");
	ok(ddb_said("\"UnprocessedKeys\":{\"two\":{\"Keys\":[{\"a\":{\"S\":"
		    "\"x\"},\"b\":{\"N\":\"40\"}}],"), "it is given back");
}

#define GET(t, key, more) "{'Get':{'TableName':'" t "','Key':" key more "}}"
#define ALL(actions)	  "{'TransactItems':[" actions "]}"
#define NO_MATCH	  "The provided key element does not match the schema"

static void
test_transaction(void)
{
	ddb_ok("TransactGetItems",
	    ALL(GET("one", K("x", "2"), "") "," GET("one", K("no", "1"), "")
		"," GET("one", K("x", "1"), ",'ProjectionExpression':'#n',"
		"'ExpressionAttributeNames':{'#n':'n'}")),
	    "{'Responses':[{'Item':" X2 "},{},{'Item':{'n':{'N':'5'}}}]}");
	ddb_ok("TransactGetItems",
	    "{'TransactItems':[" GET("one", K("x", "2"), "") ","
	    GET("two", K("no", "1"), "") "," GET("one", K("no", "1"), "")
	    "],'ReturnConsumedCapacity':'TOTAL'}",
	    "{'Responses':[{'Item':" X2 "},{},{}],'ConsumedCapacity':["
	    "{'TableName':'one','CapacityUnits':4.0,'ReadCapacityUnits':4.0},"
	    "{'TableName':'two','CapacityUnits':2.0,'ReadCapacityUnits':2.0}]"
	    "}");
	ddb_ok("TransactGetItems",
	    "{'TransactItems':[" GET("one", K("x", "2"), "")
	    "],'ReturnConsumedCapacity':'INDEXES'}",
	    "{'Responses':[{'Item':" X2 "}],'ConsumedCapacity':["
	    "{'TableName':'one','CapacityUnits':2.0,'ReadCapacityUnits':2.0,"
	    "'Table':{'CapacityUnits':2.0,'ReadCapacityUnits':2.0}}]}");
}

static void
test_transaction_refused(void)
{
	static const char *const cases[][2] = {
		{ "{}", ONE "Value null at 'transactItems' failed to satisfy "
			    "constraint: Member must not be null" },
		{ ALL(""), ONE "Value '[]' at 'transactItems' failed to "
			       "satisfy constraint: Member must have length "
			       "greater than or equal to 1" },
		{ ALL("null"), ONE "Value null at 'transactItems.1.member' "
				   "failed to satisfy constraint: Member must "
				   "not be null" },
		{ ALL("{}"), ONE "Value null at 'transactItems.1.member.get' "
				 "failed to satisfy constraint: Member must "
				 "not be null" },
		{ ALL("{'Get':{'TableName':'one'}}"),
		    ONE "Value null at 'transactItems.1.member.get.key' failed "
			"to satisfy constraint: Member must not be null" },
		{ ALL(GET("one", K("x", "1"), ",'ProjectionExpression':''")),
		    "Invalid ProjectionExpression: The expression can not be "
		    "empty;" },
		{ ALL(GET("one", K("", "1"), "")),
		    "One or more parameter values are not valid. The "
		    "AttributeValue for a key attribute cannot contain an "
		    "empty string value. Key: a" },
		{ ALL(GET("one", K("x", "1"), "") ","
			GET("one", K("x", "1.0"), "")),
		    "Transaction request cannot include multiple operations "
		    "on one item" },
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		ddb_invalid("TransactGetItems", cases[i][0], cases[i][1]);
	ddb_bad("TransactGetItems",
	    ALL(GET("one", "{}", "") "," GET("none", K("x", "1"), "")),
	    "ResourceNotFoundException", "Requested resource not found");
	is_int(ddb_run("TransactGetItems", ddb_quote(
	    ALL(GET("one", K("x", "1"), "") ","
		GET("one", "{'a':{'S':'x'}}", "") ","
		GET("one", "{'a':{'N':'1'},'b':{'N':'1'}}", "")))),
	    ERR_CANCELED, "keys that are not the table's");
	is_str(buf_str(&ddb_out), ddb_quote(
	    "{'__type':'com.amazonaws.dynamodb.v20120810#"
	    "TransactionCanceledException','Message':'Transaction cancelled, "
	    "please refer cancellation reasons for specific reasons [None, "
	    "ValidationError, ValidationError]','CancellationReasons':["
	    "{'Code':'None'},{'Code':'ValidationError','Message':'" NO_MATCH
	    "'},{'Code':'ValidationError','Message':'" NO_MATCH "'}]}"),
	    "a reason for each action");
}

/* n actions on items of the second table, from the given one on. */
static enum err
actions_of(unsigned from, unsigned n)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	BUF_LIT(&b, "{'TransactItems':[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, "%s{'Get':{'TableName':'two','Key':{'a':{'S':"
			       "'x'},'b':{'N':'%u'}}}}", i > 0 ? "," : "",
		    from + i);
	BUF_LIT(&b, "]}\0");
	return ddb_run("TransactGetItems", ddb_quote(b.p));
}

static void
test_transaction_limits(void)
{
	is_int(actions_of(1000, 100), ERR_OK, "100 actions");
	is_int(actions_of(1000, 101), ERR_VALIDATION, "101");
	ok(ddb_said("at 'transactItems' failed to satisfy constraint: Member "
		    "must have length less than or equal to 100"),
	    "in the service's words");
	/* Ten items of 409,600 bytes and one that fills 4 MiB. */
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'two','Item':{'a':{'S':'x'},'b':{'N':'10'},"
		   "'c':{'S':'", MIB(4) - 10 * 409600 - 6, 'v', "'}}}"),
	    ERR_OK, "98,304 bytes");
	is_int(actions_of(0, 11), ERR_OK, "4 MiB of items");
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'two','Item':{'a':{'S':'x'},'b':{'N':'10'},"
		   "'c':{'S':'", MIB(4) - 10 * 409600 - 5, 'v', "'}}}"),
	    ERR_OK, "one byte more");
	is_int(actions_of(0, 11), ERR_VALIDATION, "one byte past 4 MiB");
}

int
main(void)
{
	ddb_open();
	setup();
	test_answers();
	test_refused();
	test_limits();
	test_bytes();
	test_unprocessed();
	test_transaction();
	test_transaction_refused();
	test_transaction_limits();
	ddb_close();
	return tap_done();
}
