/* SPDX-License-Identifier: ISC */
/* items.t - PutItem, GetItem, DeleteItem: values, keys, sizes, refusals. */
#include "ddb.h"

#define INVALID	  "One or more parameter values were invalid: "
#define ONE	  "1 validation error detected: "
#define KEY	  "'a':{'S':'x'},'b':{'N':'1'}"
#define PUT(more) "{'TableName':'abc','Item':{" KEY more "}}"
#define GET	  "{'TableName':'abc','Key':{" KEY "}}"

static void
setup(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'abc','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}", NULL);
	ddb_ok("CreateTable",
	    "{'TableName':'bin','KeySchema':[{'AttributeName':'h','KeyType':"
	    "'HASH'},{'AttributeName':'r','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'h','AttributeType':'B'"
	    "},{'AttributeName':'r','AttributeType':'S'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}", NULL);
}

/* What is put is what is got: {put, got}, without the key. */
static void
test_values(void)
{
	static const char *const cases[][2] = {
		{ ",'c':{'S':''}", NULL },
		{ ",'c':{'S':'\\u0000\\u001f\\\"\\\\ \\u00e9'}",
		    ",'c':{'S':'\\u0000\\u001f\\\"\\\\ \xc3\xa9'}" },
		{ ",'c':{'N':'-0012.500e1'}", ",'c':{'N':'-125'}" },
		{ ",'c':{'N':'1E-3'}", ",'c':{'N':'0.001'}" },
		{ ",'c':{'B':''}", NULL },
		{ ",'c':{'B':'AP/+'}", NULL },
		{ ",'c':{'BOOL':false},'d':{'BOOL':true}", NULL },
		{ ",'c':{'BOOL':'TRUE'}", ",'c':{'BOOL':true}" },
		{ ",'c':{'NULL':true}", NULL },
		{ ",'c':{'SS':['b','a','']}", NULL },
		{ ",'c':{'NS':['2','1.0','-3e1']}",
		    ",'c':{'NS':['2','1','-30']}" },
		{ ",'c':{'BS':['YQ==','']}", NULL },
		{ ",'c':{'L':[]},'d':{'M':{}}", NULL },
		{ ",'c':{'L':[{'S':'x'},{'L':[{'N':'1.0'}]},{'NULL':true}]}",
		    ",'c':{'L':[{'S':'x'},{'L':[{'N':'1'}]},{'NULL':true}]}" },
		{ ",'c':{'M':{'z':{'S':'1'},'a.b':{'M':{'':{'N':'2'}}}}}",
		    NULL },
		{ ",'c':{'S':'x','N':null}", ",'c':{'S':'x'}" },
		{ ",'c':{'S':'x','Other':1}", ",'c':{'S':'x'}" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Item':{" KEY "%s}}%c",
		    cases[i][0], 0);
		ddb_ok("PutItem", b.p, "{}");
		buf_printf(&w, "{'Item':{" KEY "%s}}%c",
		    cases[i][1] == NULL ? cases[i][0] : cases[i][1], 0);
		ddb_ok("GetItem", GET, w.p);
	}
}

static void
test_refused_values(void)
{
	ddb_invalid("PutItem", PUT(",'c':{}"),
	    "Supplied AttributeValue is empty, must contain exactly one of the "
	    "supported datatypes");
	ddb_invalid("PutItem", PUT(",'c':null"),
	    "Supplied AttributeValue is empty, must contain exactly one of the "
	    "supported datatypes");
	ddb_invalid("PutItem", PUT(",'c':{'X':'1'}"),
	    "Supplied AttributeValue is empty, must contain exactly one of the "
	    "supported datatypes");
	ddb_invalid("PutItem", PUT(",'c':{'S':'1','N':'1'}"),
	    "Supplied AttributeValue has more than one datatypes set, must "
	    "contain exactly one of the supported datatypes");
	/* What each type holds comes before that there are two. */
	ddb_invalid("PutItem", PUT(",'c':{'S':'1','N':'x'}"),
	    "The parameter cannot be converted to a numeric value: x");
	ddb_invalid("PutItem", PUT(",'c':{'L':[{'N':'x'}],'S':'1'}"),
	    "Supplied AttributeValue has more than one datatypes set, must "
	    "contain exactly one of the supported datatypes");
	ddb_invalid("PutItem", PUT(",'c':{'S':'1','SS':[]}"),
	    ONE INVALID "An string set  may not be empty");
	ddb_invalid("PutItem", PUT(",'c':{'N':''}"),
	    "The parameter cannot be converted to a numeric value");
	ddb_invalid("PutItem", PUT(",'c':{'L':[{'N':'x1'}]}"),
	    "The parameter cannot be converted to a numeric value: x1");
	ddb_invalid("PutItem", PUT(",'c':{'N':'1e126'}"),
	    "Number overflow. Attempting to store a number with magnitude "
	    "larger than supported range");
	ddb_invalid("PutItem", PUT(",'c':{'NS':['1e-131']}"),
	    "Number underflow. Attempting to store a number with magnitude "
	    "smaller than supported range");
	ddb_invalid("PutItem",
	    PUT(",'c':{'N':'1.23456789012345678901234567890123456789'}"),
	    "Attempting to store more than 38 significant digits in a Number");
	ddb_invalid("PutItem", PUT(",'c':{'SS':[]}"),
	    ONE INVALID "An string set  may not be empty");
	ddb_invalid("PutItem", PUT(",'c':{'NS':[]}"),
	    ONE INVALID "An number set  may not be empty");
	ddb_invalid("PutItem", PUT(",'c':{'M':{'x':{'BS':[]}}}"),
	    ONE INVALID "Binary sets should not be empty");
	ddb_invalid("PutItem", PUT(",'c':{'SS':['a','b','a']}"),
	    ONE INVALID "Input collection [a, b, a] contains duplicates.");
	ddb_invalid("PutItem", PUT(",'c':{'NS':['1','10e-1']}"),
	    ONE "Input collection contains duplicates");
	ddb_invalid("PutItem", PUT(",'c':{'BS':['YQ==','YQ==']}"),
	    ONE INVALID "Input collection [YQ==, YQ==]of type BS contains "
			"duplicates.");
	ddb_invalid("PutItem", PUT(",'c':{'NULL':false}"),
	    ONE INVALID "Null attribute value types must have the value of "
			"true");
	/* Not a write of that family: no prefix. */
	ddb_invalid("GetItem",
	    "{'TableName':'abc','Key':{'a':{'SS':[]},'b':{'N':'1'}}}",
	    INVALID "An string set  may not be empty");
}

static void
test_types(void)
{
	static const char *const cases[][2] = {
		{ ",'c':'x'", "Unexpected value type in payload" },
		{ ",'c':7", "Unexpected value type in payload" },
		{ ",'c':[]", "Unrecognized collection type class com.amazonaws."
			     "dynamodb.v20120810.AttributeValue" },
		{ ",'c':{'S':1}", "NUMBER_VALUE cannot be converted to "
				  "String" },
		{ ",'c':{'N':1.5}", "DECIMAL_VALUE cannot be converted to "
				    "String" },
		{ ",'c':{'S':true}", "TRUE_VALUE cannot be converted to "
				     "String" },
		{ ",'c':{'S':false}", "FALSE_VALUE cannot be converted to "
				      "String" },
		{ ",'c':{'S':[]}", "Unrecognized collection type class java."
				   "lang.String" },
		{ ",'c':{'S':{}}", "Start of structure or map found where not "
				   "expected" },
		{ ",'c':{'BOOL':1}", "NUMBER_VALUE cannot be converted to "
				     "Boolean" },
		{ ",'c':{'BOOL':'maybe'}", "Unexpected token received from "
					   "parser" },
		{ ",'c':{'B':true}", "only base-64-encoded strings are "
				     "convertible to bytes" },
		{ ",'c':{'B':'YQ'}", "Base64 encoded length is expected a "
				     "multiple of 4 bytes but found: 2" },
		{ ",'c':{'B':'YR=='}", "Invalid last non-pad Base64 character "
				       "dectected" },
		{ ",'c':{'B':'YQ\xc3\xa9'}", "Invalid last non-pad Base64 "
					     "character dectected" },
		{ ",'c':{'BS':['YQ==',1]}", "only base-64-encoded strings are "
					    "convertible to bytes" },
		{ ",'c':{'SS':'a'}", "Unexpected field type" },
		{ ",'c':{'SS':{}}", "Start of structure or map found where not "
				    "expected" },
		{ ",'c':{'SS':[1]}", "NUMBER_VALUE cannot be converted to "
				     "String" },
		{ ",'c':{'L':{}}", "Start of structure or map found where not "
				   "expected" },
		{ ",'c':{'L':['x']}", "Unexpected value type in payload" },
		{ ",'c':{'M':'x'}", "Unexpected field type" },
		{ ",'c':{'M':[]}", "Unrecognized collection type java.util.Map"
				   "<java.lang.String, com.amazonaws.dynamodb."
				   "v20120810.AttributeValue>" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Item':{" KEY "%s}}%c",
		    cases[i][0], 0);
		ddb_bad("PutItem", b.p, "SerializationException",
		    cases[i][1]);
	}
	ddb_bad("PutItem", "{'TableName':'abc','Item':[]}",
	    "SerializationException",
	    "Unrecognized collection type java.util.Map<java.lang.String, com."
	    "amazonaws.dynamodb.v20120810.AttributeValue>");
	/* The order of the text decides which is told. */
	ddb_bad("PutItem", "{'TableName':1,'Item':'x'}",
	    "SerializationException",
	    "NUMBER_VALUE cannot be converted to String");
	ddb_bad("PutItem", "{'Item':'x','TableName':1}",
	    "SerializationException", "Unexpected field type");
	/* Types come before what is missing. */
	ddb_bad("PutItem", "{'ReturnValues':[]}", "SerializationException",
	    "Unrecognized collection type class java.lang.String");
}

static void
test_constraints(void)
{
	ddb_invalid("PutItem", "{}",
	    "2 validation errors detected: Value null at 'tableName' failed to "
	    "satisfy constraint: Member must not be null; Value null at 'item' "
	    "failed to satisfy constraint: Member must not be null");
	/* Where an ARN will do, any length will. */
	ddb_bad("GetItem", "{'TableName':'a','Key':{}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_invalid("GetItem", "{'TableName':'','Key':{}}",
	    ONE "Value '' at 'tableName' failed to satisfy constraint: "
		"Member must have length greater than or equal to 1");
	ddb_invalid("GetItem", "{'TableName':'a;','Key':{}}",
	    ONE "Value 'a;' at 'tableName' failed to satisfy constraint: "
		"Member must satisfy regular expression pattern: "
		"[a-zA-Z0-9_.-]+");
	ddb_invalid("PutItem",
	    "{'TableName':'abc','Item':{},'ReturnValues':'x'}",
	    ONE "Value 'x' at 'returnValues' failed to satisfy constraint: "
		"Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, "
		"ALL_OLD, NONE, UPDATED_NEW]");
	ddb_invalid("PutItem",
	    "{'TableName':'abc','Item':{" KEY "},'ReturnValues':'ALL_NEW'}",
	    ONE "ReturnValues can only be ALL_OLD or NONE");
	/* Values come before the table, the table before its keys. */
	ddb_invalid("PutItem",
	    "{'TableName':'none','Item':{'a':{'N':'x'}}}",
	    "The parameter cannot be converted to a numeric value: x");
	ddb_bad("PutItem", "{'TableName':'none','Item':{}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_bad("GetItem", "{'TableName':'none','Key':{}}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_bad("DeleteItem", "{'TableName':'none','Key':{}}",
	    "ResourceNotFoundException", "Requested resource not found");
}

static void
test_keys(void)
{
	static const char *const bad[] = {
		"{}",
		"{'a':{'S':'x'}}",
		"{'a':{'S':'x'},'c':{'N':'1'}}",
		"{'a':{'S':'x'},'b':{'S':'1'}}",
		"{'a':{'S':'x'},'b':{'N':'1'},'c':{'N':'1'}}",
	};

	ddb_invalid("PutItem", "{'TableName':'abc','Item':{}}",
	    INVALID "Missing the key a in the item");
	ddb_invalid("PutItem",
	    "{'TableName':'abc','Item':{'a':{'S':'x'},'c':{'N':'1'}}}",
	    INVALID "Missing the key b in the item");
	ddb_invalid("PutItem",
	    "{'TableName':'abc','Item':{'a':{'S':'x'},'b':{'S':'1'}}}",
	    INVALID "Type mismatch for key b expected: N actual: S");
	ddb_invalid("PutItem",
	    "{'TableName':'abc','Item':{'a':{'S':''},'b':{'N':'1'}}}",
	    "One or more parameter values are not valid. The AttributeValue "
	    "for a key attribute cannot contain an empty string value. Key: a");
	ddb_invalid("GetItem",
	    "{'TableName':'bin','Key':{'h':{'B':''},'r':{'S':'1'}}}",
	    "One or more parameter values are not valid. The AttributeValue "
	    "for a key attribute cannot contain an empty binary value. Key: h");
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Key':%s}%c", bad[i], 0);
		ddb_invalid("GetItem", b.p,
		    "The provided key element does not match the schema");
		ddb_invalid("DeleteItem", b.p,
		    "The provided key element does not match the schema");
	}
	/* Binary keys are their bytes, numbers their values. */
	ddb_ok("PutItem",
	    "{'TableName':'bin','Item':{'h':{'B':'AP8A'},'r':{'S':'\\u0000'}}"
	    "}", "{}");
	ddb_ok("GetItem",
	    "{'TableName':'bin','Key':{'h':{'B':'AP8A'},'r':{'S':'\\u0000'}}"
	    "}", "{'Item':{'h':{'B':'AP8A'},'r':{'S':'\\u0000'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{'a':{'S':'x'},'b':{'N':'10.0e-1'}},"
	    "'ProjectionExpression':'b'}", "{'Item':{'b':{'N':'1'}}}");
	/* A member that the operation does not have. */
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{'a':{'S':'x'},'b':{'N':'1'}},"
	    "'ProjectionExpression':'b','ExpressionAttributeValues':{':v':{'S'"
	    ":'x'}}}", "{'Item':{'b':{'N':'1'}}}");
}

static void
test_key_sizes(void)
{
	for (size_t n = 2048; n <= 2049; n++) {
		is_int(ddb_run_long("PutItem",
			   "{'TableName':'abc','Item':{'b':{'N':'1'},'a':"
			   "{'S':'", n, 'k', "'}}}"),
		    n == 2048 ? ERR_OK : ERR_VALIDATION,
		    "a partition key of %zu", n);
		is_int(ddb_run_long("GetItem",
			   "{'TableName':'abc','Key':{'b':{'N':'1'},'a':"
			   "{'S':'", n, 'k', "'}}}"),
		    n == 2048 ? ERR_OK : ERR_VALIDATION, "read with %zu", n);
	}
	ok(ddb_said("Size of hashkey has exceeded the maximum size limit "
		    "of2048 bytes"), "in the service's words");
	for (size_t n = 1024; n <= 1025; n++)
		is_int(ddb_run_long("PutItem",
			   "{'TableName':'bin','Item':{'h':{'B':'YQ=='},'r':"
			   "{'S':'", n, 'k', "'}}}"),
		    n == 1024 ? ERR_OK : ERR_VALIDATION,
		    "a sort key of %zu", n);
	ok(ddb_said("Aggregated size of all range keys has exceeded the size "
		    "limit of 1024 bytes"), "in the service's words");
	/* 2,048 bytes are 2,732 characters of base64, less the padding. */
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'bin','Item':{'r':{'S':'1'},'h':{'B':'",
		   2730, 'A', "A='}}}"), ERR_OK, "2,048 bytes in base64");
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'bin','Item':{'r':{'S':'1'},'h':{'B':'",
		   2732, 'A', "'}}}"), ERR_VALIDATION, "2,049 of them");
}

/* Names and values: a 1 + x 1, b 1 + 1's two, c 1 + n. */
static void
test_item_sizes(void)
{
	const size_t rest = 1 + 1 + 1 + 2 + 1;

	for (size_t n = 409600; n <= 409601; n++)
		is_int(ddb_run_long("PutItem",
			   "{'TableName':'abc','Item':{" KEY ",'c':{'S':'",
			   n - rest, 'v', "'}}}"),
		    n == 409600 ? ERR_OK : ERR_VALIDATION,
		    "an item of %zu bytes", n);
	ok(ddb_said("Item size has exceeded the maximum allowed size"),
	    "in the service's words");
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'abc','Item':{" KEY ",'", 65535, 'n',
		   "':{'S':''}}}"), ERR_OK, "a name of 65,535 bytes");
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'abc','Item':{" KEY ",'", 65536, 'n',
		   "':{'S':''}}}"), ERR_VALIDATION, "of 65,536");
}

/* A write unit is 1 KiB: so sizes show in capacity. */
static void
test_size_rules(void)
{
	/* With the key, 1,024 bytes each; one more makes two units. */
	static const struct {
		const char *before;
		size_t n;
		const char *after;
	} cases[] = {
		{ ",'c':{'S':'", 1018, "'}" },
		{ ",'", 1019, "':{'S':''}" },
		{ ",'c':{'BOOL':true},'d':{'S':'", 1016, "'}" },
		{ ",'c':{'NULL':true},'d':{'S':'", 1016, "'}" },
		{ ",'c':{'N':'-1.5'},'d':{'S':'", 1013, "'}" },
		{ ",'c':{'B':'YWE='},'d':{'S':'", 1015, "'}" },
		{ ",'c':{'L':[]},'d':{'S':'", 1014, "'}" },
		{ ",'c':{'L':[{'S':'x'},{'S':'y'}]},'d':{'S':'", 1010, "'}" },
		{ ",'c':{'M':{'kk':{'S':'x'}}},'d':{'S':'", 1010, "'}" },
		{ ",'c':{'SS':['xx','y']},'d':{'S':'", 1014, "'}" },
		{ ",'c':{'S':'\xc3\xa9'},'d':{'S':'", 1015, "'}" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		for (size_t more = 0; more < 2; more++) {
			struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
			struct buf c CLEANUP(buf_free) = BUF_INIT(KIB(4));

			(void)ddb_run("DeleteItem", ddb_quote(GET));
			buf_printf(&b, "{'TableName':'abc',"
				       "'ReturnConsumedCapacity':'TOTAL',"
				       "'Item':{" KEY "%s%c", cases[i].before,
			    0);
			buf_printf(&c, "%s}}%c", cases[i].after, 0);
			(void)ddb_run_long("PutItem", b.p, cases[i].n + more,
			    'v', c.p);
			is_str(buf_str(&ddb_out), more == 0 ?
				ddb_quote("{'ConsumedCapacity':{'TableName':"
					  "'abc','CapacityUnits':1.0}}") :
				ddb_quote("{'ConsumedCapacity':{'TableName':"
					  "'abc','CapacityUnits':2.0}}"),
			    "size of %s, %zu more", cases[i].before, more);
		}
	}
}

static enum err
nest(size_t depth, const char *type)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	BUF_LIT(&b, "{'TableName':'abc','Item':{" KEY ",'c':");
	for (size_t i = 1; i < depth; i++)
		buf_puts(&b, str_from(*type == 'L' ? "{'L':[" :
						     "{'M':{'k':"));
	BUF_LIT(&b, "{'S':'x'}");
	for (size_t i = 1; i < depth; i++)
		buf_puts(&b, str_from(*type == 'L' ? "]}" : "}}"));
	buf_puts(&b, STR("}}\0"));
	return ddb_run("PutItem", ddb_quote(b.p));
}

static void
test_nesting(void)
{
	is_int(nest(32, "L"), ERR_OK, "lists: 32 levels");
	is_int(nest(33, "L"), ERR_VALIDATION, "lists: 33");
	is_int(nest(32, "M"), ERR_OK, "maps: 32 levels");
	is_int(nest(33, "M"), ERR_VALIDATION, "maps: 33");
	ok(ddb_said("Nesting Levels have exceeded supported limits"),
	    "in the service's words");
}

static void
test_answers(void)
{
	ddb_ok("PutItem", PUT(",'c':{'S':'1'}"), "{}");
	ddb_ok("PutItem",
	    "{'TableName':'abc','Item':{" KEY ",'c':{'S':'2'}},"
	    "'ReturnValues':'ALL_OLD','ReturnConsumedCapacity':'INDEXES',"
	    "'ReturnItemCollectionMetrics':'SIZE'}",
	    "{'Attributes':{" KEY ",'c':{'S':'1'}},'ConsumedCapacity':"
	    "{'TableName':'abc','CapacityUnits':1.0,'Table':{'CapacityUnits':"
	    "1.0}}}");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'ReturnConsumedCapacity':"
	    "'TOTAL','AttributesToGet':['c','zz']}",
	    "{'Item':{'c':{'S':'2'}},'ConsumedCapacity':{'TableName':'abc',"
	    "'CapacityUnits':0.5}}");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'ReturnConsumedCapacity':"
	    "'INDEXES','ConsistentRead':true,'ProjectionExpression':'zz'}",
	    "{'Item':{},'ConsumedCapacity':{'TableName':'abc','CapacityUnits'"
	    ":1.0,'Table':{'CapacityUnits':1.0}}}");
	ddb_ok("DeleteItem",
	    "{'TableName':'abc','Key':{" KEY "},'ReturnValues':'ALL_OLD',"
	    "'ReturnConsumedCapacity':'NONE'}",
	    "{'Attributes':{" KEY ",'c':{'S':'2'}}}");
	ddb_ok("DeleteItem",
	    "{'TableName':'abc','Key':{" KEY "},'ReturnValues':'ALL_OLD',"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'ConsumedCapacity':{'TableName':'abc','CapacityUnits':1.0}}");
	ddb_ok("GetItem", GET, "{}");
	/* Reads of 4 KiB, halved where they need not be consistent. */
	(void)ddb_run_long("PutItem", "{'TableName':'abc','Item':{" KEY
	    ",'c':{'S':'", 4096 - 6, 'v', "'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'ReturnConsumedCapacity':"
	    "'TOTAL','AttributesToGet':['zz']}",
	    "{'Item':{},'ConsumedCapacity':{'TableName':'abc','CapacityUnits'"
	    ":0.5}}");
	(void)ddb_run_long("PutItem", "{'TableName':'abc','Item':{" KEY
	    ",'c':{'S':'", 4097 - 6, 'v', "'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'ReturnConsumedCapacity':"
	    "'TOTAL','AttributesToGet':['zz']}",
	    "{'Item':{},'ConsumedCapacity':{'TableName':'abc','CapacityUnits'"
	    ":1.0}}");
	/* A write costs the larger of before and after. */
	ddb_ok("PutItem",
	    "{'TableName':'abc','Item':{" KEY "},'ReturnConsumedCapacity':"
	    "'TOTAL'}",
	    "{'ConsumedCapacity':{'TableName':'abc','CapacityUnits':5.0}}");
}

int
main(void)
{
	ddb_open();
	setup();
	test_values();
	test_refused_values();
	test_types();
	test_constraints();
	test_keys();
	test_key_sizes();
	test_item_sizes();
	test_size_rules();
	test_nesting();
	test_answers();
	ddb_close();
	return tap_done();
}
