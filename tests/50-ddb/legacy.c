/* SPDX-License-Identifier: ISC */
/* legacy.t - Expected, QueryFilter, ScanFilter, ConditionalOperator,
 * AttributesToGet. */
#include "ddb.h"

#define INVALID "One or more parameter values were invalid: "
#define KEY	"'a':{'S':'x'},'b':{'N':'1'}"
#define ITEM	"{" KEY ",'s':{'S':'hello'},'n':{'N':'5'},'ss':{'SS':['p']}}"

static void
setup(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'abc','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}", NULL);
	ddb_ok("PutItem", "{'TableName':'abc','Item':" ITEM "}", "{}");
}

/* name, operator, values: does the item pass? */
static void
test_operators(void)
{
	static const struct {
		const char *name, *op, *values;
		bool want;
	} cases[] = {
		{ "s", "EQ", "{'S':'hello'}", true },
		{ "s", "EQ", "{'S':'Hello'}", false },
		{ "n", "EQ", "{'N':'5.0'}", true },
		{ "n", "EQ", "{'S':'5'}", false },
		{ "ss", "EQ", "{'SS':['p']}", true },
		{ "gone", "EQ", "{'S':'x'}", false },
		{ "s", "NE", "{'S':'x'}", true },
		{ "s", "NE", "{'S':'hello'}", false },
		{ "gone", "NE", "{'S':'x'}", true },
		{ "n", "LT", "{'N':'6'}", true },
		{ "n", "LT", "{'N':'5'}", false },
		{ "n", "LE", "{'N':'5'}", true },
		{ "n", "GT", "{'N':'4'}", true },
		{ "n", "GT", "{'N':'5'}", false },
		{ "n", "GE", "{'N':'5'}", true },
		{ "gone", "GE", "{'N':'5'}", false },
		{ "n", "BETWEEN", "{'N':'5'},{'N':'6'}", true },
		{ "n", "BETWEEN", "{'N':'6'},{'N':'7'}", false },
		{ "n", "IN", "{'N':'1'},{'N':'5'}", true },
		{ "n", "IN", "{'N':'1'}", false },
		{ "s", "CONTAINS", "{'S':'ell'}", true },
		{ "ss", "CONTAINS", "{'S':'p'}", true },
		{ "ss", "CONTAINS", "{'S':'q'}", false },
		{ "ss", "NOT_CONTAINS", "{'S':'q'}", true },
		{ "ss", "NOT_CONTAINS", "{'S':'p'}", false },
		{ "s", "BEGINS_WITH", "{'S':'he'}", true },
		{ "s", "BEGINS_WITH", "{'S':'el'}", false },
		{ "s", "NOT_NULL", "", true },
		{ "gone", "NOT_NULL", "", false },
		{ "gone", "NULL", "", true },
		{ "s", "NULL", "", false },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Select':'COUNT',"
			       "'ScanFilter':{'%s':{'ComparisonOperator':'%s'"
			       ",'AttributeValueList':[%s]}}}%c",
		    cases[i].name, cases[i].op, cases[i].values, 0);
		ddb_ok("Scan", b.p, cases[i].want ?
			"{'Count':1,'ScannedCount':1}" :
			"{'Count':0,'ScannedCount':1}");
	}
}

#define TWO                                                                    \
	"'s':{'ComparisonOperator':'NOT_NULL'},"                               \
	"'gone':{'ComparisonOperator':'NOT_NULL'}"

static void
test_joined(void)
{
	ddb_ok("Scan",
	    "{'TableName':'abc','Select':'COUNT','ScanFilter':{" TWO "}}",
	    "{'Count':0,'ScannedCount':1}");
	ddb_ok("Scan",
	    "{'TableName':'abc','Select':'COUNT','ConditionalOperator':'AND',"
	    "'ScanFilter':{" TWO "}}", "{'Count':0,'ScannedCount':1}");
	ddb_ok("Scan",
	    "{'TableName':'abc','Select':'COUNT','ConditionalOperator':'OR',"
	    "'ScanFilter':{" TWO "}}", "{'Count':1,'ScannedCount':1}");
	ddb_ok("Query",
	    "{'TableName':'abc','Select':'COUNT','ConditionalOperator':'OR',"
	    "'QueryFilter':{" TWO "},'KeyConditions':{'a':{"
	    "'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}}}",
	    "{'Count':1,'ScannedCount':1}");
	ddb_ok("Scan",
	    "{'TableName':'abc','Select':'COUNT','ConditionalOperator':'OR',"
	    "'ScanFilter':{'s':{'ComparisonOperator':'NULL'}}}",
	    "{'Count':0,'ScannedCount':1}");
	ddb_invalid("Scan",
	    "{'TableName':'abc','ScanFilter':{'s':{'ComparisonOperator':'EQ'}}"
	    "}",
	    "One or more parameter values were invalid: Invalid number of "
	    "argument(s) for the EQ ComparisonOperator");
	ddb_invalid("Scan", "{'TableName':'abc','ConditionalOperator':'OR'}",
	    "ConditionalOperator cannot be used without Filter or Expected");
	ddb_invalid("Scan",
	    "{'TableName':'abc','ScanFilter':{" TWO "},'FilterExpression':"
	    "'attribute_exists(s)'}",
	    "Can not use both expression and non-expression parameters in the "
	    "same request: Non-expression parameters: {ScanFilter} Expression "
	    "parameters: {FilterExpression}");
	ddb_invalid("Query",
	    "{'TableName':'abc','QueryFilter':{'b':{'ComparisonOperator':"
	    "'NULL'}},'KeyConditions':{'a':{'ComparisonOperator':'EQ',"
	    "'AttributeValueList':[{'S':'x'}]}}}",
	    "QueryFilter can only contain non-primary key attributes: Primary "
	    "key attribute: b");
}

/* As the condition of a write; refused NULL: it holds. */
static void
expected(const char *map, const char *refused)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b, "{'TableName':'abc','Item':" ITEM
		       ",'Expected':{%s}}%c", map, 0);
	if (refused == NULL)
		ddb_ok("PutItem", b.p, "{}");
	else if (*refused == '\0')
		ddb_bad("PutItem", b.p, "ConditionalCheckFailedException",
		    "The conditional request failed");
	else
		ddb_invalid("PutItem", b.p, refused);
}

static void
test_expected(void)
{
	expected("'s':{'Value':{'S':'hello'}}", NULL);
	expected("'s':{'Value':{'S':'other'}}", "");
	expected("'s':{'Value':{'S':'hello'},'Exists':true}", NULL);
	expected("'s':{'Exists':false}", "");
	expected("'gone':{'Exists':false}", NULL);
	expected("'n':{'ComparisonOperator':'GT','Value':{'N':'4'}}", NULL);
	expected("'n':{'ComparisonOperator':'LT','AttributeValueList':["
		 "{'N':'4'}]}", "");
	expected("'n':{'ComparisonOperator':'NOT_NULL'}", NULL);
	expected("'s':{'Value':{'S':'x'},'AttributeValueList':[]}",
	    INVALID "Value and AttributeValueList cannot be used together for "
		    "Attribute: s");
	expected("'s':{'ComparisonOperator':'EQ','Exists':true}",
	    INVALID "Exists and ComparisonOperator cannot be used together "
		    "for Attribute: s");
	expected("'s':{'ComparisonOperator':'EQ'}",
	    INVALID "Value or AttributeValueList must be used with "
		    "ComparisonOperator: EQ for Attribute: s");
	expected("'s':{'AttributeValueList':[]}",
	    INVALID "AttributeValueList can only be used with a "
		    "ComparisonOperator for Attribute: s");
	expected("'s':{}",
	    INVALID "Value must be provided when Exists is null for "
		    "Attribute: s");
	expected("'s':{'Exists':true}",
	    INVALID "Value must be provided when Exists is true for "
		    "Attribute: s");
	expected("'s':{'Exists':false,'Value':{'S':'x'}}",
	    INVALID "Value cannot be used when Exists is false for Attribute: "
		    "s");
	expected("'s':{'ComparisonOperator':'BETWEEN','AttributeValueList':["
		 "{'N':'1'}]}",
	    INVALID "Invalid number of argument(s) for the BETWEEN "
		    "ComparisonOperator");
	expected("'s':{'ComparisonOperator':'BETWEEN','AttributeValueList':["
		 "{'N':'2'},{'N':'1'}]}",
	    "The BETWEEN condition was provided a range where the lower bound "
	    "is greater than the upper bound");
	expected("'s':{'ComparisonOperator':'IN','AttributeValueList':["
		 "{'N':'2'},{'S':'1'}]}",
	    INVALID "AttributeValues inside AttributeValueList must be of "
		    "same type");
	expected("'s':{'ComparisonOperator':'BEGINS_WITH',"
		 "'AttributeValueList':[{'N':'2'}]}",
	    INVALID "ComparisonOperator BEGINS_WITH is not valid for N "
		    "AttributeValue type");
	expected("'s':{'Value':{'N':'x'}}",
	    "The parameter cannot be converted to a numeric value: x");
	ddb_bad("PutItem",
	    "{'TableName':'abc','Item':{},'Expected':{'s':{'Value':'x'}}}",
	    "SerializationException", "Unexpected field type");
	ddb_bad("DeleteItem",
	    "{'TableName':'abc','Key':{" KEY "},'Expected':{'n':{'Value':"
	    "{'N':'6'}}}}", "ConditionalCheckFailedException",
	    "The conditional request failed");
}

static void
test_names(void)
{
	ddb_ok("Scan", "{'TableName':'abc','AttributesToGet':['n','zz']}",
	    "{'Items':[{'n':{'N':'5'}}],'Count':1,'ScannedCount':1}");
	ddb_ok("Query",
	    "{'TableName':'abc','AttributesToGet':['n'],'KeyConditions':{'a':"
	    "{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'x'}]}}}",
	    "{'Items':[{'n':{'N':'5'}}],'Count':1,'ScannedCount':1}");
}

int
main(void)
{
	ddb_open();
	setup();
	test_names();
	test_operators();
	test_joined();
	test_expected();
	ddb_close();
	return tap_done();
}
