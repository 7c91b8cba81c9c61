/* SPDX-License-Identifier: ISC */
/*
 * order.t - which of several mistakes in one request is told, and that it is
 * told whole.
 *
 * The older operations' order is that of a second implementation which was
 * written against the service (dynalite).
 */
#include "ddb.h"

#define ONE	"1 validation error detected: "
#define INVALID "One or more parameter values were invalid: "
#define NUMBER	"The parameter cannot be converted to a numeric value: x"
#define EMPTY                                                                  \
	"Supplied AttributeValue is empty, must contain exactly one of the "   \
	"supported datatypes"
#define TWO                                                                    \
	"Supplied AttributeValue has more than one datatypes set, must "       \
	"contain exactly one of the supported datatypes"
#define SCHEMA	  "The provided key element does not match the schema"
#define DUPLICATE "Provided list of item keys contains duplicates"
#define NESTED                                                                 \
	"Key attributes must be scalars; list random access '[]' and map "     \
	"lookup '.' are not allowed: Key: a"
#define NO_NAMES  "ExpressionAttributeNames must not be empty"
#define NO_VALUES "ExpressionAttributeValues must not be empty"
#define INDEXABLE                                                              \
	"Attempted conditional constraint is not an indexable operation"
#define ARN "arn:aws:dynamodb:us-east-1:000000000000:table/"

struct order {
	const char *op, *in, *text;
};

static void
run(const struct order *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ddb_invalid(cases[i].op, cases[i].in, cases[i].text);
}

/* Key and item before names and values, these before the expressions. */
static void
test_items(void)
{
	static const struct order cases[] = {
		{ "GetItem",
		    "{'TableName':'none','Key':{'a':{'N':'x'}},"
		    "'ProjectionExpression':'f f','ExpressionAttributeNames':"
		    "{}}", NUMBER },
		{ "GetItem",
		    "{'TableName':'none','Key':{'a':{}},"
		    "'ProjectionExpression':'','ExpressionAttributeNames':"
		    "{'x':'f'}}", EMPTY },
		{ "GetItem",
		    "{'TableName':'none','Key':{},'ProjectionExpression':'',"
		    "'ExpressionAttributeNames':{}}", NO_NAMES },
		{ "GetItem",
		    "{'TableName':'abc','Key':{},'ProjectionExpression':"
		    "'a.x'}", SCHEMA },
		{ "PutItem",
		    "{'TableName':'none','Item':{'a':{'N':'x'}},"
		    "'ReturnValues':'ALL_NEW','ConditionExpression':'f f',"
		    "'ExpressionAttributeValues':{}}", NUMBER },
		{ "PutItem",
		    "{'TableName':'none','Item':{'a':{'SS':[]}},"
		    "'ConditionExpression':'f = :v',"
		    "'ExpressionAttributeValues':{':v':{'SS':[]}}}",
		    ONE INVALID "An string set  may not be empty" },
		{ "PutItem",
		    "{'TableName':'none','Item':{},'ReturnValues':'ALL_NEW',"
		    "'ConditionExpression':'f f','ExpressionAttributeValues':"
		    "{}}", ONE "ReturnValues can only be ALL_OLD or NONE" },
		{ "PutItem",
		    "{'TableName':'none','Item':{},'ConditionExpression':"
		    "'f f','ExpressionAttributeValues':{}}", NO_VALUES },
		{ "UpdateItem",
		    "{'TableName':'none','Key':{'a':{'S':'x','N':'1'}},"
		    "'UpdateExpression':'','ExpressionAttributeNames':{}}",
		    TWO },
		{ "UpdateItem",
		    "{'TableName':'none','Key':{},'UpdateExpression':'',"
		    "'ExpressionAttributeNames':{},"
		    "'ExpressionAttributeValues':{}}", NO_NAMES },
		{ "DeleteItem",
		    "{'TableName':'none','Key':{'a':{}},'ConditionExpression'"
		    ":'','ExpressionAttributeValues':{'x':{'S':'y'}}}",
		    EMPTY },
		{ "UpdateItem",
		    "{'TableName':'abc','ReturnValues':'x',"
		    "'ReturnItemCollectionMetrics':'x'}",
		    "3 validation errors detected: Value 'x' at "
		    "'returnItemCollectionMetrics' failed to satisfy "
		    "constraint: Member must satisfy enum value set: [SIZE, "
		    "NONE]; Value 'x' at 'returnValues' failed to satisfy "
		    "constraint: Member must satisfy enum value set: "
		    "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; "
		    "Value null at 'key' failed to satisfy constraint: Member "
		    "must not be null" },
	};

	run(cases, NELEM(cases));
}

static void
test_pages(void)
{
	static const struct order cases[] = {
		{ "Query",
		    "{'TableName':'none','QueryFilter':{'f':"
		    "{'ComparisonOperator':'EQ'}},'AttributesToGet':['f','f'"
		    "],'ExclusiveStartKey':{'a':{}}}",
		    INVALID "Invalid number of argument(s) for the EQ "
			    "ComparisonOperator" },
		{ "Query",
		    "{'TableName':'none','AttributesToGet':['f','f'],"
		    "'ExclusiveStartKey':{'a':{}}}",
		    INVALID "Duplicate value in attribute name: f" },
		{ "Query",
		    "{'TableName':'none','FilterExpression':'',"
		    "'ExpressionAttributeNames':{},'ExclusiveStartKey':{'a':"
		    "{}}}", "The provided starting key is invalid: " EMPTY },
		{ "Query",
		    "{'TableName':'none','FilterExpression':'',"
		    "'ExpressionAttributeNames':{}}",
		    "Either the KeyConditions or KeyConditionExpression "
		    "parameter must be specified in the request." },
		{ "Query",
		    "{'TableName':'none','KeyConditionExpression':'',"
		    "'ExpressionAttributeNames':{}}", NO_NAMES },
		{ "Query",
		    "{'TableName':'none','KeyConditionExpression':"
		    "'if_not_exists(a, b)'}",
		    "Invalid KeyConditionExpression: The function is not "
		    "allowed in a key condition expression; function: "
		    "if_not_exists" },
		{ "Scan",
		    "{'TableName':'none','FilterExpression':"
		    "'list_append(a, b) = a'}",
		    "Invalid FilterExpression: The function is not allowed in "
		    "a filter expression; function: list_append" },
		{ "Scan",
		    "{'TableName':'none','FilterExpression':'nope(a)'}",
		    "Invalid FilterExpression: Invalid function name; "
		    "function: nope" },
		{ "Scan",
		    "{'TableName':'none','ScanFilter':{'f':"
		    "{'ComparisonOperator':'EQ'}},'AttributesToGet':['f','f'"
		    "]}", INVALID "Duplicate value in attribute name: f" },
		{ "Scan",
		    "{'TableName':'none','ScanFilter':{'f':"
		    "{'ComparisonOperator':'EQ'}},'ExclusiveStartKey':{'a':"
		    "{}}}",
		    INVALID "Invalid number of argument(s) for the EQ "
			    "ComparisonOperator" },
		{ "Scan",
		    "{'TableName':'none','FilterExpression':'',"
		    "'ExpressionAttributeNames':{},'Segment':2,"
		    "'TotalSegments':1}",
		    "The Segment parameter is zero-based and must be less "
		    "than parameter TotalSegments: Segment: 2 is not less than "
		    "TotalSegments: 1" },
		{ "Scan", "{'Limit':0,'Segment':-1}",
		    "3 validation errors detected: Value null at 'tableName' "
		    "failed to satisfy constraint: Member must not be null; "
		    "Value '-1' at 'segment' failed to satisfy constraint: "
		    "Member must have value greater than or equal to 0; Value "
		    "'0' at 'limit' failed to satisfy constraint: Member must "
		    "have value greater than or equal to 1" },
	};

	run(cases, NELEM(cases));
}

/* Filters and key conditions: each value, how many, of one type, which. */
static void
test_conditions(void)
{
	static const char *const cases[][2] = {
		{ "'EQ','AttributeValueList':[{'N':'x'},{'S':'a'}]", NUMBER },
		{ "'EQ','AttributeValueList':[{'N':'1'},{'S':'a'}]",
		    INVALID "Invalid number of argument(s) for the EQ "
			    "ComparisonOperator" },
		{ "'NULL','AttributeValueList':[{'N':'1'}]",
		    INVALID "Invalid number of argument(s) for the NULL "
			    "ComparisonOperator" },
		{ "'IN','AttributeValueList':[{'SS':['a']},{'S':'a'}]",
		    INVALID "AttributeValues inside AttributeValueList must "
			    "be of same type" },
		{ "'IN','AttributeValueList':[{'SS':['a']}]",
		    INVALID "ComparisonOperator IN is not valid for SS "
			    "AttributeValue type" },
		{ "'CONTAINS','AttributeValueList':[{'SS':['a']}]",
		    INVALID "ComparisonOperator CONTAINS is not valid for SS "
			    "AttributeValue type" },
	};
	static const char *const forms[][2] = {
		{ "Scan", "'ScanFilter':{'f'" },
		{ "Query", "'QueryFilter':{'f'" },
		{ "Query", "'KeyConditions':{'a'" },
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		for (size_t k = 0; k < NELEM(forms); k++) {
			struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

			buf_printf(&b, "{'TableName':'none',%s:"
				       "{'ComparisonOperator':%s}}}%c",
			    forms[k][1], cases[i][0], 0);
			ddb_invalid(forms[k][0], b.p, cases[i][1]);
		}
	/* Which operators a key takes is said with the table. */
	ddb_bad("Query",
	    "{'TableName':'none','KeyConditions':{'a':{'ComparisonOperator':"
	    "'NE','AttributeValueList':[{'S':'x'}]}}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_invalid("Query",
	    "{'TableName':'abc','KeyConditions':{'b':{'ComparisonOperator':"
	    "'NE','AttributeValueList':[{'S':'x'}]}}}",
	    "Query condition missed key schema element: a");
	ddb_invalid("Query",
	    "{'TableName':'abc','KeyConditions':{'a':{'ComparisonOperator':"
	    "'NOT_CONTAINS','AttributeValueList':[{'N':'1'}]}}}", INDEXABLE);
	ddb_invalid("Query",
	    "{'TableName':'abc','KeyConditions':{'a':{'ComparisonOperator':"
	    "'NOT_NULL'}}}", INDEXABLE);
	ddb_invalid("Query",
	    "{'TableName':'abc','KeyConditions':{'a':{'ComparisonOperator':"
	    "'EQ','AttributeValueList':[{'S':'x'}]},'b':{"
	    "'ComparisonOperator':'IN','AttributeValueList':[{'S':'1'}]}}}",
	    INDEXABLE);
}

#define GET(t, keys, more) "'" t "':{'Keys':[" keys "]" more "}"
#define K1		   "{'a':{'S':'x'},'b':{'N':'1'}}"
#define K1_OTHER	   "{'b':{'N':'1.0'},'a':{'S':'x'}}"

/* Table after table: the expression, then the keys; then the tables. */
static void
test_batch_get(void)
{
	static const struct order cases[] = {
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("none", "{'a':{}}",
			",'ProjectionExpression':''") "}}",
		    "Invalid ProjectionExpression: The expression can not be "
		    "empty;" },
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("none", K1 "," K1, "") "," GET(
			"abc", K1, ",'ProjectionExpression':''") "}}",
		    DUPLICATE },
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("none",
			"{'a':{'N':'1'}},{'a':{'N':'1.0'}}", "") "}}",
		    DUPLICATE },
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("abc", K1 "," K1_OTHER, "") "}}",
		    DUPLICATE },
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("abc", "{}",
			",'ProjectionExpression':'a.x'") "," GET("one",
			"{'a':{'N':'1'}}", "") "}}", SCHEMA },
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("abc", K1,
			",'ProjectionExpression':'a.x'") "," GET("one",
			"{'a':{'N':'1'}}", "") "}}", SCHEMA },
		{ "BatchGetItem",
		    "{'RequestItems':{" GET("abc", K1,
			",'ProjectionExpression':'a.x'") "," GET("one",
			"{'a':{'S':'1'}}", "") "}}", NESTED },
	};

	run(cases, NELEM(cases));
	ddb_bad("BatchGetItem",
	    "{'RequestItems':{" GET("abc", K1,
		",'ProjectionExpression':'a.x'") "," GET("none", K1, "") "}}",
	    "ResourceNotFoundException", "Requested resource not found");
}

static void
test_tags(void)
{
	static const struct order cases[] = {
		{ "TagResource", "{}", "Invalid TableArn" },
		{ "TagResource", "{'Tags':[{'Key':''}]}", "Invalid TableArn" },
		{ "UntagResource", "{'TagKeys':['']}", "Invalid TableArn" },
		{ "ListTagsOfResource", "{'ResourceArn':''}",
		    "Invalid TableArn" },
		{ "TagResource", "{'ResourceArn':'x'}",
		    ONE "Value null at 'tags' failed to satisfy constraint: "
			"Member must not be null" },
		{ "UntagResource", "{'ResourceArn':'x'}",
		    ONE "Value null at 'tagKeys' failed to satisfy "
			"constraint: Member must not be null" },
		{ "TagResource", "{'ResourceArn':'x','Tags':[]}",
		    "Invalid TableArn: Invalid ResourceArn provided as input "
		    "x" },
		{ "TagResource", "{'ResourceArn':'" ARN "none','Tags':[]}",
		    "Atleast one Tag needs to be provided as Input." },
		{ "UntagResource",
		    "{'ResourceArn':'" ARN "none','TagKeys':[]}",
		    "Atleast one Tag Key needs to be provided as Input." },
	};

	run(cases, NELEM(cases));
	ddb_bad("TagResource",
	    "{'ResourceArn':'" ARN "none','Tags':[{'Key':'k','Value':'v'}]}",
	    "ResourceNotFoundException",
	    "Requested resource not found: ResourcArn: " ARN
	    "none not found");
}

/* What holds a NUL is told whole, and what is behind it. */
static void
test_nul(void)
{
	static const struct {
		const char *op, *in, *want;
	} cases[] = {
		{ "GetItem", "{'TableName':'ab\\u0000cd','Key':{}}",
		    "Value 'ab\\u0000cd' at 'tableName' failed to satisfy "
		    "constraint: Member must satisfy regular expression "
		    "pattern: [a-zA-Z0-9_.-]+" },
		{ "PutItem",
		    "{'TableName':'abc','Item':{'a':{'S':'x'},'b':{'N':"
		    "'1\\u00002'}}}",
		    "cannot be converted to a numeric value: 1\\u00002\"" },
		{ "PutItem",
		    "{'TableName':'abc','Item':{'a':{'SS':['\\u0000','x',"
		    "'\\u0000']}}}", "[\\u0000, x, \\u0000] contains "
		    "duplicates." },
		{ "GetItem",
		    "{'TableName':'abc','Key':{'a':{'S':'x'},'b':{'N':'1'}},"
		    "'AttributesToGet':['a\\u0000b','a\\u0000b']}",
		    "Duplicate value in attribute name: a\\u0000b\"" },
		{ "GetItem",
		    "{'TableName':'abc','Key':{'a':{'S':'x'},'b':{'N':'1'}},"
		    "'ProjectionExpression':'#x, #x.y',"
		    "'ExpressionAttributeNames':{'#x':'a\\u0000b'}}",
		    "path one: [a\\u0000b], path two: [a\\u0000b, y]" },
		{ "Scan",
		    "{'TableName':'abc','FilterExpression':'f = \\u0000'}",
		    "Syntax error; token: \\\"\\u0000\\\", near: \\\"= "
		    "\\u0000\\\"" },
		{ "Scan",
		    "{'TableName':'abc','FilterExpression':'f = :v',"
		    "'ExpressionAttributeValues':{':v':{'N':'\\u0000'}}}",
		    "numeric value: \\u0000 for key :v" },
		{ "Query",
		    "{'TableName':'abc','ExclusiveStartKey':{'a':{'N':"
		    "'\\u0000x'}}}", "numeric value: \\u0000x\"" },
		{ "Query",
		    "{'TableName':'abc','IndexName':'a\\u0000b',"
		    "'KeyConditions':{}}",
		    "Value 'a\\u0000b' at 'indexName' failed" },
		{ "ExecuteStatement",
		    "{'Statement':'SELECT * FROM abc WHERE \\u0000 x'}",
		    "'\\u0000'" },
		{ "ExecuteTransaction",
		    "{'TransactStatements':[{'Statement':'UPDATE abc SET "
		    "\\u0000 = 1'}]}", "'\\u0000'" },
		{ "TagResource",
		    "{'ResourceArn':'a\\u0000b','Tags':[]}",
		    "provided as input a\\u0000b\"" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		(void)ddb_run(cases[i].op, ddb_quote(cases[i].in));
		if (!ok(ddb_said(cases[i].want), "%s %s: all of it",
			cases[i].op, cases[i].in))
			printf("# got %.*s\n", STR_ARG(buf_str(&ddb_out)));
	}
}

int
main(void)
{
	ddb_open();
	ddb_ok("CreateTable",
	    "{'TableName':'abc','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}", NULL);
	ddb_ok("CreateTable",
	    "{'TableName':'one','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'}],'AttributeDefinitions':[{'AttributeName':'a',"
	    "'AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST'}", NULL);
	test_items();
	test_pages();
	test_conditions();
	test_batch_get();
	test_tags();
	test_nul();
	ddb_close();
	return tap_done();
}
