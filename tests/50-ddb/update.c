/* SPDX-License-Identifier: ISC */
/* update.t - UpdateItem: what it changes, what it refuses, what it returns. */
#include "ddb.h"
#include "ddb/expr.h"

#define ONE	"1 validation error detected: "
#define BAD	ONE "Invalid UpdateExpression: "
#define INVALID "One or more parameter values were invalid: "
#define KEY	"'a':{'S':'x'},'b':{'N':'1'}"
#define OPEN	"{'TableName':'abc','Key':{" KEY "}"
#define S	"'s':{'S':'hello'}"
#define N	",'n':{'N':'5'}"
#define SS	",'ss':{'SS':['p','q']}"
#define NS	",'ns':{'NS':['1','2']}"
#define BS	",'bs':{'BS':['YQ==']}"
#define L	",'l':{'L':[{'S':'e0'},{'N':'1'},{'M':{'k':{'S':'d'}}}]}"
#define M	",'m':{'M':{'x':{'N':'7'},'e':{'M':{}}}}"
#define ITEM	S N SS NS BS L M
#define PATH                                                                   \
	"The document path provided in the update expression is invalid for "  \
	"update"
#define TYPE                                                                   \
	"An operand in the update expression has an incorrect data type"
#define MISSING                                                                \
	"The provided expression refers to an attribute that does not exist "  \
	"in the item"

static void
setup(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'abc','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'}],'BillingMode':"
	    "'PAY_PER_REQUEST'}", NULL);
}

static void
put(void)
{
	if (ddb_run("PutItem", ddb_quote("{'TableName':'abc','Item':{" KEY ","
			ITEM "}}")) != ERR_OK)
		abort();
}

#define V(v) ",'ExpressionAttributeValues':{" v "}"

/* Expression, values, the whole item after it. */
static void
test_works(void)
{
	static const char *const cases[][3] = {
		{ "SET s = :v", "':v':{'S':'1'}",
		    "'s':{'S':'1'}" N SS NS BS L M },
		{ "set z = :v, y=:v Remove s,n , ss delete ns :d Add m.x :n",
		    "':v':{'BOOL':'true'},':d':{'NS':['2','9']},"
		    "':n':{'N':'-0.5'}",
		    "'ns':{'NS':['1']}" BS L ",'m':{'M':{'x':{'N':'6.5'},"
		    "'e':{'M':{}}}},'z':{'BOOL':true},'y':{'BOOL':true}" },
		{ "SET s = n, n = s", "",
		    "'s':{'N':'5'},'n':{'S':'hello'}" SS NS BS L M },
		{ "SET m.e.y = :v, m.#d = :v", "':v':{'N':'1.0'}",
		    S N SS NS BS L ",'m':{'M':{'x':{'N':'7'},'e':{'M':{'y':"
		    "{'N':'1'}}},'d.d':{'N':'1'}}}" },
		/* Lists: places of before; past the end is appended. */
		{ "SET l[0] = :v", "':v':{'N':'3'}",
		    S N SS NS BS ",'l':{'L':[{'N':'3'},{'N':'1'},{'M':{'k':"
		    "{'S':'d'}}}]}" M },
		{ "SET l[9] = :v, l[4294967295] = :w, l[5] = :x, l[2].j = :w",
		    "':v':{'N':'9'},':w':{'S':'w'},':x':{'N':'5'}",
		    S N SS NS BS ",'l':{'L':[{'S':'e0'},{'N':'1'},{'M':{'k':"
		    "{'S':'d'},'j':{'S':'w'}}},{'N':'5'},{'N':'9'},{'S':'w'}]"
		    "}" M },
		{ "REMOVE l[0], l[2], l[3]", "",
		    S N SS NS BS ",'l':{'L':[{'N':'1'}]}" M },
		{ "REMOVE l[0] SET l[1] = :v, l[7] = :v", "':v':{'N':'3'}",
		    S N SS NS BS ",'l':{'L':[{'N':'3'},{'M':{'k':{'S':'d'}}},"
		    "{'N':'3'}]}" M },
		{ "REMOVE l[0], l[1], l[2], m.x, m.e", "",
		    S N SS NS BS ",'l':{'L':[]},'m':{'M':{}}" },
		{ "REMOVE l[2].k", "",
		    S N SS NS BS ",'l':{'L':[{'S':'e0'},{'N':'1'},{'M':{}}]}"
		    M },
		{ "REMOVE zz, m.zz, l[9]", "", ITEM },
		/* Functions and sums */
		{ "SET n = n + :v", "':v':{'N':'3'}",
		    S ",'n':{'N':'8'}" SS NS BS L M },
		{ "SET n = (:v - m.x)", "':v':{'N':'3.50'}",
		    S ",'n':{'N':'-3.5'}" SS NS BS L M },
		{ "SET n = (n) - n", "", S ",'n':{'N':'0'}" SS NS BS L M },
		{ "SET n = if_not_exists(zz, :v) + l[1]", "':v':{'N':'3'}",
		    S ",'n':{'N':'4'}" SS NS BS L M },
		{ "SET n = if_not_exists(n, :v)", "':v':{'N':'3'}", ITEM },
		{ "SET n = if_not_exists(z, if_not_exists(y, :v))",
		    "':v':{'L':[]}", S ",'n':{'L':[]}" SS NS BS L M },
		{ "SET n = list_append(:v, l)",
		    "':v':{'L':[{'N':'3','S':null}]}",
		    S ",'n':{'L':[{'N':'3'},{'S':'e0'},{'N':'1'},{'M':{'k':"
		    "{'S':'d'}}}]}" SS NS BS L M },
		{ "SET n = list_append(:v, list_append(:e, :v))",
		    "':v':{'L':[{'N':'3'}]},':e':{'L':[]}",
		    S ",'n':{'L':[{'N':'3'},{'N':'3'}]}" SS NS BS L M },
		{ "SET n = list_append(:e, :e)", "':e':{'L':[]}",
		    S ",'n':{'L':[]}" SS NS BS L M },
		{ "SET l = list_append(if_not_exists(zz, :e), l)",
		    "':e':{'L':[]}", ITEM },
		/* Exact in 38 digits */
		{ "SET n = :v + :w",
		    "':v':{'N':'99999999999999999999999999999999999999'},"
		    "':w':{'N':'-99999999999999999999999999999999999998'}",
		    S ",'n':{'N':'1'}" SS NS BS L M },
		{ "SET n = :v + :w",
		    "':v':{'N':'10000000000000000000000000000000000000'},"
		    "':w':{'N':'0.1e1'}",
		    S ",'n':{'N':'10000000000000000000000000000000000001'}"
		    SS NS BS L M },
		/* ADD and DELETE */
		{ "ADD z :v, y :w", "':v':{'N':'3'},':w':{'SS':['r']}",
		    ITEM ",'z':{'N':'3'},'y':{'SS':['r']}" },
		{ "ADD ss :v, ns :w, bs :b",
		    "':v':{'SS':['q','r']},':w':{'NS':['1.0','3']},"
		    "':b':{'BS':['YQ==','Yg==']}",
		    S N ",'ss':{'SS':['p','q','r']},'ns':{'NS':['1','2','3']},"
		    "'bs':{'BS':['YQ==','Yg==']}" L M },
		{ "DELETE ss :v, ns :w, bs :b, z :v",
		    "':v':{'SS':['q','r']},':w':{'NS':['1.0','2']},"
		    "':b':{'BS':['Yg==']}",
		    S N ",'ss':{'SS':['p']}" BS L M },
		{ "ADD m.e.c :v, l[1] :v", "':v':{'N':'1'}",
		    S N SS NS BS ",'l':{'L':[{'S':'e0'},{'N':'2'},{'M':{'k':"
		    "{'S':'d'}}}]},'m':{'M':{'x':{'N':'7'},'e':{'M':{'c':"
		    "{'N':'1'}}}}}" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(4));

		put();
		buf_printf(&b, OPEN ",'ReturnValues':'ALL_NEW',"
				    "'UpdateExpression':'%s'", cases[i][0]);
		if (strchr(cases[i][0], '#') != NULL)
			BUF_LIT(&b, ",'ExpressionAttributeNames':{'#d':'d.d'}");
		if (cases[i][1][0] != '\0')
			buf_printf(&b, V("%s"), cases[i][1]);
		BUF_LIT(&b, "}\0");
		buf_printf(&w, "{'Attributes':{" KEY ",%s}}%c", cases[i][2], 0);
		ddb_ok("UpdateItem", b.p, w.p);
		buf_reset(&w);
		buf_printf(&w, "{'Item':{" KEY ",%s}}%c", cases[i][2], 0);
		ddb_ok("GetItem", OPEN "}", w.p);
	}
}

/* Expression, values, text; nothing is changed. */
static void
test_refused(void)
{
	static const char *const cases[][3] = {
		{ "", "", BAD "The expression can not be empty;" },
		{ "FOO s", "", BAD "Syntax error; token: \"FOO\", near: "
				   "\"FOO s\"" },
		{ "SET", "", BAD "Syntax error; token: \"<EOF>\", near: "
				 "\"SET\"" },
		{ "SET s", "", BAD "Syntax error; token: \"<EOF>\", near: "
				   "\"s\"" },
		{ "SET s = n, ", "", BAD "Syntax error; token: \"<EOF>\", "
					 "near: \",\"" },
		{ "SET s == n", "", BAD "Syntax error; token: \"=\", near: "
					"\"== n\"" },
		{ "SET :v = n", "':v':{'N':'1'}",
		    BAD "Syntax error; token: \":v\", near: \"SET :v =\"" },
		{ "SET n = n * n", "", BAD "Syntax error; token: \"*\", near: "
					   "\"n * n\"" },
		{ "SET n = n + n + n", "",
		    BAD "Syntax error; token: \"+\", near: \"n + n\"" },
		{ "SET n = n + (n)", "",
		    BAD "Syntax error; token: \"(\", near: \"+ (n\"" },
		{ "SET n = ((n + n))", "",
		    BAD "The expression has redundant parentheses;" },
		{ "REMOVE s n", "", BAD "Syntax error; token: \"n\", near: "
					"\"s n\"" },
		{ "ADD n n", "", BAD "Syntax error; token: \"n\", near: "
				     "\"n n\"" },
		{ "DELETE ss = :v", "':v':{'SS':['p']}",
		    BAD "Syntax error; token: \"=\", near: \"ss = :v\"" },
		{ "SET s = n SET t = n", "",
		    BAD "The \"SET\" section can only be used once in an "
			"update expression;" },
		{ "REMOVE s SET n = n remove t", "",
		    BAD "The \"REMOVE\" section can only be used once in an "
			"update expression;" },
		{ "SET name = n", "",
		    BAD "Attribute name is a reserved keyword; reserved "
			"keyword: name" },
		{ "SET n = foo(n)", "",
		    BAD "Invalid function name; function: foo" },
		{ "SET n = size(n)", "",
		    BAD "The function is not allowed in an update expression; "
			"function: size" },
		{ "SET n = attribute_exists(n)", "",
		    BAD "The function is not allowed in an update expression; "
			"function: attribute_exists" },
		{ "SET n = :w", "':v':{'N':'1'}",
		    BAD "An expression attribute value used in expression is "
			"not defined; attribute value: :w" },
		{ "SET #n = n, #m = n", "",
		    BAD "An expression attribute name used in the document "
			"path is not defined; attribute name: #n" },
		{ "SET n = s", "':v':{'N':'1'}",
		    ONE "Value provided in ExpressionAttributeValues unused "
			"in expressions: keys: {:v}" },
		{ "SET n = :v", "':v':{'SS':[]}",
		    ONE "ExpressionAttributeValues contains invalid value: "
		    INVALID "An string set  may not be empty for key :v" },
		{ "SET n = :v", "':v':{'N':'x'}",
		    "ExpressionAttributeValues contains invalid value: The "
		    "parameter cannot be converted to a numeric value: x for "
		    "key :v" },
		{ "SET m = n, m.x = n", "",
		    BAD "Two document paths overlap with each other; must "
			"remove or rewrite one of these paths; path one: [m], "
			"path two: [m, x]" },
		{ "SET l[1] = n REMOVE l[1]", "",
		    BAD "Two document paths overlap with each other; must "
			"remove or rewrite one of these paths; path one: [l, "
			"[1]], path two: [l, [1]]" },
		{ "SET m.x = n, m[0] = n", "",
		    BAD "Two document paths conflict with each other; must "
			"remove or rewrite one of these paths; path one: [m, "
			"x], path two: [m, [0]]" },
		{ "SET n = if_not_exists(n)", "",
		    BAD "Incorrect number of operands for operator or "
			"function; operator or function: if_not_exists, "
			"number of operands: 1" },
		{ "SET n = list_append(l, l, l)", "",
		    BAD "Incorrect number of operands for operator or "
			"function; operator or function: list_append, number "
			"of operands: 3" },
		{ "SET n = if_not_exists(:v, n)", "':v':{'N':'1'}",
		    BAD "Operator or function requires a document path; "
			"operator or function: if_not_exists" },
		{ "SET n = list_append(l, :v)", "':v':{'N':'1'}",
		    BAD "Incorrect operand type for operator or function; "
			"operator or function: list_append, operand type: N" },
		{ "SET n = :v - n", "':v':{'S':'1'}",
		    BAD "Incorrect operand type for operator or function; "
			"operator or function: -, operand type: S" },
		{ "ADD n :v", "':v':{'S':'1'}",
		    BAD "Incorrect operand type for operator or function; "
			"operator: ADD, operand type: STRING, typeSet: "
			"ALLOWED_FOR_ADD_OPERAND" },
		{ "DELETE n :v", "':v':{'N':'1'}",
		    BAD "Incorrect operand type for operator or function; "
			"operator: DELETE, operand type: NUMBER, typeSet: "
			"ALLOWED_FOR_DELETE_OPERAND" },
		/* With the table */
		{ "SET a = n", "", INVALID "Cannot update attribute a. This "
					   "attribute is part of the key" },
		{ "REMOVE b", "", INVALID "Cannot update attribute b. This "
					  "attribute is part of the key" },
		{ "SET a.x = n", "", INVALID "Cannot update attribute a. This "
					     "attribute is part of the key" },
		{ "SET n = b[0]", "",
		    "Key attributes must be scalars; list random access '[]' "
		    "and map lookup '.' are not allowed: Key: b" },
		/* With the item */
		{ "SET z.q = n", "", PATH },
		{ "SET s.q = n", "", PATH },
		{ "SET m[0] = n", "", PATH },
		{ "SET l.x = n", "", PATH },
		{ "SET l[3].x = n", "", PATH },
		{ "REMOVE z.q", "", PATH },
		{ "ADD z.q :v", "':v':{'N':'1'}", PATH },
		{ "DELETE z.q :v", "':v':{'SS':['1']}", PATH },
		{ "SET n = z", "", MISSING },
		{ "SET n = n.q", "", MISSING },
		{ "SET n = z + n", "", MISSING },
		{ "SET n = list_append(l, z)", "", MISSING },
		{ "SET n = if_not_exists(z, y)", "", MISSING },
		{ "SET n = n + s", "", TYPE },
		{ "SET n = s - n", "", TYPE },
		{ "SET n = list_append(l, s)", "", TYPE },
		{ "SET n = list_append(s, l)", "", TYPE },
		{ "ADD s :v", "':v':{'N':'1'}", TYPE },
		{ "ADD ns :v", "':v':{'N':'1'}", TYPE },
		{ "ADD ns :v", "':v':{'SS':['1']}", TYPE },
		{ "DELETE n :v", "':v':{'NS':['1']}", TYPE },
		/* The sets' values come before any place. */
		{ "REMOVE z.q SET n = z", "", MISSING },
		{ "SET n = n + :v",
		    "':v':{'N':'99999999999999999999999999999999999999'}",
		    "Attempting to store more than 38 significant digits in a "
		    "Number" },
		{ "ADD n :v", "':v':{'N':'1e-38'}",
		    "Attempting to store more than 38 significant digits in a "
		    "Number" },
		{ "SET n = :v + :v", "':v':{'N':'5e125'}",
		    "Number overflow. Attempting to store a number with "
		    "magnitude larger than supported range" },
		{ "SET n = :v - :w",
		    "':v':{'N':'1.1e-130'},':w':{'N':'1e-130'}",
		    "Number underflow. Attempting to store a number with "
		    "magnitude smaller than supported range" },
	};

	put();
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, OPEN ",'UpdateExpression':'%s'", cases[i][0]);
		if (cases[i][1][0] != '\0')
			buf_printf(&b, V("%s"), cases[i][1]);
		BUF_LIT(&b, "}\0");
		ddb_invalid("UpdateItem", b.p, cases[i][2]);
	}
	ddb_ok("GetItem", OPEN "}", "{'Item':{" KEY "," ITEM "}}");
}

static void
test_order(void)
{
	ddb_invalid("UpdateItem", "{}",
	    "2 validation errors detected: Value null at 'tableName' failed to "
	    "satisfy constraint: Member must not be null; Value null at 'key' "
	    "failed to satisfy constraint: Member must not be null");
	ddb_bad("UpdateItem", OPEN ",'UpdateExpression':1}",
	    "SerializationException",
	    "NUMBER_VALUE cannot be converted to String");
	ddb_invalid("UpdateItem",
	    OPEN ",'UpdateExpression':'x','AttributeUpdates':{},"
		 "'ConditionExpression':'y'}",
	    ONE "Can not use both expression and non-expression parameters in "
		"the same request: Non-expression parameters: "
		"{AttributeUpdates} Expression parameters: {UpdateExpression, "
		"ConditionExpression}");
	ddb_invalid("UpdateItem", OPEN V("':v':{'S':'x'}") "}",
	    ONE "ExpressionAttributeValues can only be specified when using "
		"expressions: UpdateExpression and ConditionExpression are "
		"null");
	ddb_invalid("UpdateItem",
	    OPEN ",'UpdateExpression':'x','ConditionExpression':'y'}",
	    BAD "Syntax error; token: \"x\", near: \"x\"");
	ddb_invalid("UpdateItem",
	    OPEN ",'UpdateExpression':'REMOVE s','ConditionExpression':'y'}",
	    ONE "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", "
		"near: \"y\"");
	/* The request, then the table, then the key, then the edits. */
	ddb_invalid("UpdateItem",
	    "{'TableName':'none','Key':{},'UpdateExpression':'SET'}",
	    BAD "Syntax error; token: \"<EOF>\", near: \"SET\"");
	ddb_bad("UpdateItem",
	    "{'TableName':'none','Key':{},'UpdateExpression':'REMOVE a'}",
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_invalid("UpdateItem",
	    "{'TableName':'abc','Key':{'a':{'S':'x'}},'UpdateExpression':"
	    "'REMOVE a'}",
	    "The provided key element does not match the schema");
	put();
	ddb_invalid("UpdateItem",
	    OPEN ",'UpdateExpression':'REMOVE a','ConditionExpression':"
		 "'attribute_exists(z)'}",
	    INVALID "Cannot update attribute a. This attribute is part of the "
		    "key");
	ddb_bad("UpdateItem",
	    OPEN ",'UpdateExpression':'SET z.q = s','ConditionExpression':"
		 "'attribute_exists(z)'}",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
}

/* ReturnValues, what is answered to the same update. */
static void
test_returns(void)
{
	static const char *const cases[][2] = {
		{ "NONE", "{}" },
		{ "ALL_OLD", "{'Attributes':{" KEY "," ITEM "}}" },
		{ "ALL_NEW", "{'Attributes':{" KEY N SS NS BS
			     ",'l':{'L':[{'N':'1'},{'M':{'k':{'S':'d'}}}]},"
			     "'m':{'M':{'x':{'N':'8'},'e':{'M':{}}}},'z':"
			     "{'N':'1'}}}" },
		{ "UPDATED_OLD", "{'Attributes':{'m':{'M':{'x':{'N':'7'}}},"
				 "'s':{'S':'hello'},'l':{'L':[{'S':'e0'}]}}}" },
		{ "UPDATED_NEW", "{'Attributes':{'z':{'N':'1'},'m':{'M':{'x':"
				 "{'N':'8'}}},'l':{'L':[{'N':'1'}]}}}" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		put();
		buf_printf(&b, OPEN ",'UpdateExpression':'SET z = :v, m.x = "
			"m.x + :v REMOVE s, l[0]'" V("':v':{'N':'1'}")
			",'ReturnValues':'%s'}%c", cases[i][0], 0);
		ddb_ok("UpdateItem", b.p, cases[i][1]);
	}
	put();
	ddb_ok("UpdateItem", OPEN ",'UpdateExpression':'REMOVE s',"
	    "'ReturnValues':'UPDATED_NEW'}", "{}");
	ddb_ok("UpdateItem", OPEN ",'UpdateExpression':'REMOVE s',"
	    "'ReturnValues':'UPDATED_OLD'}", "{}");
	ddb_ok("UpdateItem", OPEN ",'ReturnValues':'UPDATED_NEW'}", "{}");
	ddb_invalid("UpdateItem", OPEN ",'ReturnValues':'x'}",
	    ONE "Value 'x' at 'returnValues' failed to satisfy constraint: "
		"Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, "
		"ALL_OLD, NONE, UPDATED_NEW]");
}

#define NEW "{'TableName':'abc','Key':{'a':{'S':'%s'},'b':{'N':'1.0'}}"

static void
test_upsert(void)
{
	static const char *const cases[][3] = {
		{ "u1", "", "" },
		{ "u2", ",'UpdateExpression':'REMOVE z'", "" },
		{ "u3", ",'UpdateExpression':'DELETE z :v'"
			V("':v':{'SS':['1']}"), "" },
		{ "u4", ",'UpdateExpression':'SET z = if_not_exists(z, :v)'"
			V("':v':{'N':'1'}"), ",'z':{'N':'1'}" },
		{ "u5", ",'UpdateExpression':'ADD z :v SET y = b + :v, c = a'"
			V("':v':{'N':'1'}"),
		    ",'z':{'N':'1'},'y':{'N':'2'},'c':{'S':'u5'}" },
		{ "u6", ",'AttributeUpdates':{'z':{'Action':'DELETE'}}", "" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, NEW "%s,'ReturnValues':'ALL_OLD'}%c",
		    cases[i][0], cases[i][1], 0);
		ddb_ok("UpdateItem", b.p, "{}");
		buf_reset(&b);
		buf_printf(&b, NEW "}%c", cases[i][0], 0);
		buf_printf(&w, "{'Item':{'a':{'S':'%s'},'b':{'N':'1'}%s}}%c",
		    cases[i][0], cases[i][2], 0);
		ddb_ok("GetItem", b.p, w.p);
	}
	ddb_bad("UpdateItem",
	    "{'TableName':'abc','Key':{'a':{'S':'u9'},'b':{'N':'1'}},"
	    "'ConditionExpression':'attribute_exists(a)',"
	    "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{'a':{'S':'u9'},'b':{'N':'1'}}}", "{}");
}

static void
test_conditions(void)
{
	put();
	ddb_ok("UpdateItem", OPEN ",'UpdateExpression':'SET n = :w',"
	    "'ConditionExpression':'n = :v'" V("':v':{'N':'5'},':w':{'N':'6'}")
	    ",'ReturnValues':'UPDATED_OLD'}",
	    "{'Attributes':{'n':{'N':'5'}}}");
	is_int(ddb_run("UpdateItem", ddb_quote(OPEN
	    ",'UpdateExpression':'SET n = :w','ConditionExpression':'n = :v'"
	    V("':v':{'N':'5'},':w':{'N':'7'}")
	    ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}")),
	    ERR_CONDITION, "it does not hold any more");
	ok(ddb_said("\"n\":{\"N\":\"6\"}") && ddb_said(",\"Item\":{"),
	    "what is there is shown");
	ddb_ok("UpdateItem", OPEN ",'AttributeUpdates':{'n':{'Value':{'N':"
	    "'8'}}},'Expected':{'n':{'Value':{'N':'6'}}}}", "{}");
	ddb_bad("UpdateItem", OPEN ",'AttributeUpdates':{'n':{'Value':{'N':"
	    "'8'}}},'Expected':{'n':{'Exists':false}}}",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
}

/* AttributeUpdates, what UPDATED_NEW answers; NULL: a refusal's text. */
static void
test_legacy(void)
{
	static const char *const cases[][3] = {
		{ "'n':{'Value':{'N':'1.0'}}", "{'Attributes':{'n':{'N':'1'}}}",
		    NULL },
		{ "'x.y-z':{'Action':'PUT','Value':{'S':''}}",
		    "{'Attributes':{'x.y-z':{'S':''}}}", NULL },
		{ "'n':{'Action':'ADD','Value':{'N':'1'}}",
		    "{'Attributes':{'n':{'N':'6'}}}", NULL },
		{ "'z':{'Action':'ADD','Value':{'N':'1'}}",
		    "{'Attributes':{'z':{'N':'1'}}}", NULL },
		{ "'ss':{'Action':'ADD','Value':{'SS':['r']}}",
		    "{'Attributes':{'ss':{'SS':['p','q','r']}}}", NULL },
		{ "'l':{'Action':'ADD','Value':{'L':[{'N':'2'}]}}",
		    "{'Attributes':{'l':{'L':[{'S':'e0'},{'N':'1'},{'M':{'k':"
		    "{'S':'d'}}},{'N':'2'}]}}}", NULL },
		{ "'ss':{'Action':'DELETE','Value':{'SS':['q']}}",
		    "{'Attributes':{'ss':{'SS':['p']}}}", NULL },
		{ "'ss':{'Action':'DELETE','Value':{'SS':['q','p']}}", "{}",
		    NULL },
		{ "'n':{'Action':'DELETE'},'z':{'Action':'DELETE'}", "{}",
		    NULL },
		{ "", "{}", NULL },
		{ "'n':{}", NULL, INVALID
		    "Only DELETE action is allowed when no attribute value is "
		    "specified" },
		{ "'n':{'Action':'ADD'}", NULL, INVALID
		    "Only DELETE action is allowed when no attribute value is "
		    "specified" },
		{ "'n':{'Action':'X','Value':{}}", NULL,
		    ONE "Value 'X' at 'attributeUpdates.n.member.action' "
			"failed to satisfy constraint: Member must satisfy "
			"enum value set: [ADD, PUT, DELETE]" },
		{ "'n':{'Value':{}}", NULL,
		    "Supplied AttributeValue is empty, must contain exactly "
		    "one of the supported datatypes" },
		{ "'n':{'Value':{'SS':[]}}", NULL,
		    ONE INVALID "An string set  may not be empty" },
		{ "'n':{'Action':'DELETE','Value':{'N':'1'}}", NULL, INVALID
		    "DELETE action with value is not supported for the type "
		    "N" },
		{ "'n':{'Action':'ADD','Value':{'M':{}}}", NULL, INVALID
		    "ADD action is not supported for the type M" },
		{ "'a':{'Value':{'S':'y'}}", NULL, INVALID
		    "Cannot update attribute a. This attribute is part of the "
		    "key" },
		{ "'n':{'Action':'ADD','Value':{'SS':['1']}}", NULL,
		    "Type mismatch for attribute to update" },
		{ "'ss':{'Action':'DELETE','Value':{'NS':['1']}}", NULL,
		    "Type mismatch for attribute to update" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		put();
		buf_printf(&b, OPEN ",'AttributeUpdates':{%s},'ReturnValues':"
				    "'UPDATED_NEW'}%c", cases[i][0], 0);
		if (cases[i][1] != NULL)
			ddb_ok("UpdateItem", b.p, cases[i][1]);
		else
			ddb_invalid("UpdateItem", b.p, cases[i][2]);
	}
	ddb_bad("UpdateItem", OPEN ",'AttributeUpdates':{'n':[]}}",
	    "SerializationException",
	    "Unrecognized collection type class "
	    "com.amazonaws.dynamodb.v20120810.AttributeValueUpdate");
}

#define BIG "{'TableName':'abc','Key':{'a':{'S':'big'},'b':{'N':'1'}}"

/* a, big, b, 1 are 4 + 3 bytes; c and its value what is left of 409,600. */
static void
test_sizes(void)
{
	const char *open = BIG ",'UpdateExpression':'SET c = :v',"
	    "'ReturnConsumedCapacity':'TOTAL'"
	    ",'ExpressionAttributeValues':{':v':{'S':'";

	is_int(ddb_run_long("UpdateItem", open, 409600 - 8, 'v', "'}}}"),
	    ERR_OK, "an item of the limit");
	ok(ddb_said("\"CapacityUnits\":400.0"), "400 units");
	is_int(ddb_run_long("UpdateItem", open, 409600 - 7, 'v', "'}}}"),
	    ERR_VALIDATION, "one byte more");
	ok(ddb_said("\"Item size to update has exceeded the maximum allowed "
		    "size\""), "in the service's words");
	ddb_invalid("UpdateItem", BIG ",'UpdateExpression':'SET d = a'}",
	    "Item size to update has exceeded the maximum allowed size");
	ddb_ok("UpdateItem", BIG ",'UpdateExpression':'REMOVE c',"
	    "'ReturnConsumedCapacity':'INDEXES'}",
	    "{'ConsumedCapacity':{'TableName':'abc','CapacityUnits':400.0,"
	    "'Table':{'CapacityUnits':400.0}}}");
	ddb_ok("UpdateItem", BIG ",'ReturnConsumedCapacity':'TOTAL'}",
	    "{'ConsumedCapacity':{'TableName':'abc','CapacityUnits':1.0}}");
}

/* A list, n levels deep beneath c, gets one more inside. */
static void
test_depth(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));

	for (unsigned levels = 31; levels <= 32; levels++) {
		buf_reset(&b);
		buf_printf(&b, "{'TableName':'abc','Item':{" KEY ",'c':");
		for (unsigned i = 1; i < levels; i++)
			BUF_LIT(&b, "{'L':[");
		BUF_LIT(&b, "{'L':[]}");
		for (unsigned i = 1; i < levels; i++)
			BUF_LIT(&b, "]}");
		BUF_LIT(&b, "}}\0");
		ddb_ok("PutItem", b.p, "{}");
		buf_reset(&b);
		BUF_LIT(&b, OPEN ",'UpdateExpression':'SET c");
		for (unsigned i = 0; i < levels; i++)
			BUF_LIT(&b, "[0]");
		BUF_LIT(&b, " = :v'" V("':v':{'S':'x'}") "}\0");
		if (levels == 31)
			ddb_ok("UpdateItem", b.p, "{}");
		else
			ddb_invalid("UpdateItem", b.p,
			    "Nesting Levels have exceeded supported limits: "
			    "Attributes in the item have nested levels beyond "
			    "supported limit");
	}
	put();
	for (unsigned n = EXPR_DEPTH - 1; n <= EXPR_DEPTH; n++) {
		buf_reset(&b);
		BUF_LIT(&b, OPEN ",'UpdateExpression':'SET n = ");
		for (unsigned i = 0; i < n; i++)
			BUF_LIT(&b, "if_not_exists(z,");
		buf_putc(&b, 's');
		for (unsigned i = 0; i < n; i++)
			buf_putc(&b, ')');
		BUF_LIT(&b, "'}\0");
		is_int(ddb_run("UpdateItem", ddb_quote(b.p)),
		    n < EXPR_DEPTH ? ERR_OK : ERR_VALIDATION,
		    "%u functions in each other", n);
	}
	is_int(ddb_run_long("UpdateItem", OPEN ",'UpdateExpression':'SET n = ",
		   4000, '(', "'}"), ERR_VALIDATION, "4,000 parentheses");
}

/* Large sets cost no more than they should; texts as long as they may be. */
static void
test_large(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(4));

	for (unsigned round = 0; round < 2; round++) {
		buf_reset(&b);
		BUF_LIT(&b, BIG ",'UpdateExpression':'ADD ns :v',"
		    "'ExpressionAttributeValues':{':v':{'NS':[");
		for (unsigned i = 0; i < 60000; i++)
			buf_printf(&b, "%s'%u'", i > 0 ? "," : "", i + round);
		BUF_LIT(&b, "]}}}\0");
		ddb_ok("UpdateItem", b.p, "{}");
	}
	(void)ddb_run("GetItem", ddb_quote(BIG "}"));
	ok(ddb_said("\"59999\",\"60000\"]"), "60,001 numbers");
	buf_reset(&b);
	BUF_LIT(&b, OPEN ",'UpdateExpression':'REMOVE s");
	for (unsigned i = 0; i < 4096 - 8; i++)
		buf_putc(&b, 's');
	BUF_LIT(&b, "'}\0");
	is_int(ddb_run("UpdateItem", ddb_quote(b.p)), ERR_OK,
	    "an expression of 4,096 bytes");
	b.len -= 3;
	BUF_LIT(&b, "s'}\0");
	is_int(ddb_run("UpdateItem", ddb_quote(b.p)), ERR_VALIDATION,
	    "one more");
	ok(ddb_said("Expression size has exceeded the maximum allowed size; "
		    "expression size: 4097"), "in the service's words");
}

/* Lists that double in each function: refused by size, not by memory. */
static void
test_doubling(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct buf w CLEANUP(buf_free) = BUF_INIT(MIB(1));

	BUF_LIT(&w, "{'TableName':'abc','Item':{" KEY ",'l':{'L':[");
	for (unsigned i = 0; i < 100000; i++)
		buf_puts(&w, i > 0 ? STR(",{'S':''}") : STR("{'S':''}"));
	BUF_LIT(&w, "]}}}\0");
	ddb_ok("PutItem", w.p, "{}");
	BUF_LIT(&b, OPEN ",'UpdateExpression':'SET n = ");
	for (unsigned i = 0; i < 60; i++)
		BUF_LIT(&b, "list_append(l,");
	buf_putc(&b, 'l');
	for (unsigned i = 0; i < 60; i++)
		buf_putc(&b, ')');
	BUF_LIT(&b, "'}\0");
	ddb_invalid("UpdateItem", b.p,
	    "Item size to update has exceeded the maximum allowed size");
}

int
main(void)
{
	ddb_open();
	setup();
	test_works();
	test_refused();
	test_order();
	test_returns();
	test_upsert();
	test_conditions();
	test_legacy();
	test_sizes();
	test_depth();
	test_large();
	test_doubling();
	ddb_close();
	return tap_done();
}
