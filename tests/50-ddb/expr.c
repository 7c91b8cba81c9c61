/* SPDX-License-Identifier: ISC */
/* expr.t - conditions, filters, projections: what holds, what is refused. */
#include "ddb.h"

#define ONE "1 validation error detected: "
#define KEY "'a':{'S':'x'},'b':{'N':'1'}"

#define ITEM                                                                   \
	"{" KEY ",'s':{'S':'hello \xc3\xa9\xf0\x9f\x9a\xaa'},'n':{'N':'-5.5'}" \
	",'bin':{'B':'AP8='},'t':{'BOOL':true},'z':{'NULL':true},"             \
	"'ss':{'SS':['p','q']},'ns':{'NS':['1','2.0']},'bs':{'BS':['YQ==']},"  \
	"'l':{'L':[{'S':'e0'},{'N':'1'},{'M':{'k':{'S':'deep'}}}]},"           \
	"'m':{'M':{'x':{'N':'7'},'y.z':{'L':[{'L':[{'S':'in'}]}]}}}}"

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

/* As a filter over the one item, with all the values that are named. */
static bool
holds(const char *expr)
{
	static const char *const values[][2] = {
		{ ":hello", "{'S':'hello'}" },
		{ ":HELLO", "{'S':'HELLO'}" },
		{ ":empty", "{'S':''}" },
		{ ":minus", "{'N':'-5.50'}" },
		{ ":zero", "{'N':'0'}" },
		{ ":one", "{'N':'1'}" },
		{ ":two", "{'N':'2'}" },
		{ ":three", "{'N':'3'}" },
		{ ":nine", "{'N':'9'}" },
		{ ":string1", "{'S':'1'}" },
		{ ":bin", "{'B':'AP8='}" },
		{ ":low", "{'B':'AH8='}" },
		{ ":nul", "{'B':'AA=='}" },
		{ ":true", "{'BOOL':true}" },
		{ ":false", "{'BOOL':false}" },
		{ ":null", "{'NULL':true}" },
		{ ":qp", "{'SS':['q','p']}" },
		{ ":pq1", "{'SS':['p','q','1']}" },
		{ ":21", "{'NS':['2','1']}" },
		{ ":p", "{'S':'p'}" },
		{ ":a64", "{'B':'YQ=='}" },
		{ ":deep", "{'M':{'k':{'S':'deep'}}}" },
		{ ":m", "{'M':{'y.z':{'L':[{'L':[{'S':'in'}]}]},'x':{'N':"
			"'7.0'}}}" },
		{ ":l", "{'L':[{'S':'e0'},{'N':'1'},{'M':{'k':{'S':'deep'}}}]"
			"}" },
		{ ":S", "{'S':'S'}" },
		{ ":N", "{'S':'N'}" },
		{ ":M", "{'S':'M'}" },
		{ ":NULL", "{'S':'NULL'}" },
	};
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(8));
	unsigned n = 0;

	buf_printf(&b, "{'TableName':'abc','Select':'COUNT',"
		       "'FilterExpression':'%s'", expr);
	for (size_t i = 0; i < NELEM(values); i++) {
		const char *at = expr;
		size_t len = strlen(values[i][0]);
		bool used = false;

		while ((at = strstr(at, values[i][0])) != NULL) {
			char c = *(at += len);

			used |= strchr(" ),", c) != NULL;
		}
		if (used)
			buf_printf(&b, "%s'%s':%s", n++ == 0 ?
				",'ExpressionAttributeValues':{" : ",",
			    values[i][0], values[i][1]);
	}
	if (n > 0)
		buf_putc(&b, '}');
	if (strchr(expr, '#') != NULL)
		BUF_LIT(&b, ",'ExpressionAttributeNames':{'#yz':'y.z'}");
	BUF_LIT(&b, "}\0");
	if (ddb_run("Scan", ddb_quote(b.p)) != ERR_OK)
		printf("# %.*s\n", STR_ARG(buf_str(&ddb_out)));
	return ddb_said("{\"Count\":1,");
}

static void
test_holds(void)
{
	static const char *const yes[] = {
		"begins_with(s, :hello)", "contains(s, :hello)",
		"contains(s, :empty)", "begins_with(s, :empty)",
		"n = :minus", "n < :zero", "n <= :minus", "n <> :zero",
		":zero > n", "b BETWEEN :zero AND :two", "b IN (:two, :one)",
		"b between :one and :one", "a <> b",
		"bin = :bin", "bin > :low", "begins_with(bin, :nul)",
		"contains(bin, :nul)", "t = :true", "t <> :false",
		"z = :null", "ss = :qp", "ss <> :pq1", "ns = :21",
		"contains(ss, :p)", "contains(ns, :two)",
		"contains(bs, :a64)", "contains(l, :one)",
		"contains(l, :deep)", "l[2] = :deep", "m = :m", "l = :l",
		"l[1] = :one", "attribute_exists(l[2].k)",
		"attribute_not_exists(l[3])", "attribute_not_exists(l.k)",
		"attribute_not_exists(m[0])", "attribute_exists(m.#yz[0][0])",
		"attribute_not_exists(gone)", "gone <> :one",
		"NOT gone = :one", "not attribute_exists(gone.x.y)",
		"attribute_type(s, :S)", "attribute_type(n, :N)",
		"attribute_type(m, :M)", "attribute_type(z, :NULL)",
		/* "hello ", one unit and a pair */
		"size(s) = :nine", "size(bin) = :two", "size(ss) = :two",
		"size(l) = :three", "size(m) = :two", "size(l) > size(m)",
		"n = :minus AND t = :true", "n = :zero OR t = :true",
		/* NOT before AND before OR */
		"n = :minus OR n = :zero AND t = :false",
		"NOT n = :zero AND t = :true",
		"NOT (n = :zero AND t = :true)",
		"(n = :zero OR n = :minus) AND (t = :true)",
		"not not n = :minus", "(n) = (:minus)",
		"n=:minus", " n\\t=\\n:minus ",
	};
	static const char *const no[] = {
		"begins_with(s, :HELLO)", "contains(s, :HELLO)",
		"n = :zero", "n > :zero", "n <> :minus", "b = :string1",
		"b < :string1", "a < :one", "gone = :one", "gone < :one",
		"gone = gone2", "b BETWEEN :two AND :nine",
		"b BETWEEN :string1 AND :string1", "gone IN (:one)",
		"bin < :low", "t = :false", "t = :null", "ss = :pq1",
		"contains(ss, :hello)", "contains(ns, :string1)",
		"contains(n, :minus)", "contains(gone, :p)",
		"l[0] = :one", "attribute_exists(l[99999999999])",
		"attribute_exists(s.x)", "attribute_type(n, :S)",
		"attribute_type(gone, :S)", "size(n) = :one",
		"size(gone) >= :zero", "size(s) = :two",
		"begins_with(gone, :empty)", "contains(l, :nine)",
		"n = :minus AND t = :false", "NOT t = :true",
		"(n = :minus OR n = :zero) AND t = :false",
	};

	for (size_t i = 0; i < NELEM(yes); i++)
		ok(holds(yes[i]), "%s", yes[i]);
	for (size_t i = 0; i < NELEM(no); i++)
		ok(!holds(no[i]) && ddb_said("{\"Count\":0,"), "not: %s",
		    no[i]);
}

#define VALUES                                                                 \
	",'ExpressionAttributeValues':{':v':{'S':'v'},':n':{'N':'1'},"         \
	"':t':{'BOOL':true}}"

/* As the condition of a write; v: without values where NULL. */
static void
refused(const char *expr, const char *values, const char *why)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(16));

	buf_printf(&b, "{'TableName':'abc','Item':{" KEY "},"
		       "'ConditionExpression':'%s'%s}%c", expr, values, 0);
	buf_printf(&w, ONE "Invalid ConditionExpression: %s%c", why, 0);
	ddb_invalid("PutItem", b.p, w.p);
}

#define V1 ",'ExpressionAttributeValues':{':v':{'S':'v'}}"
#define N1 ",'ExpressionAttributeValues':{':n':{'N':'1'}}"

static void
test_syntax(void)
{
	static const char *const cases[][3] = {
		{ "a = = :v", "=", "= = :v" },
		{ "a = :v and", "<EOF>", "and" },
		{ "a ! :v", "!", "a ! :v" },
		{ "aaa bbb ccc", "bbb", "aaa bbb ccc" },
		{ "(a = :v", "<EOF>", ":v" },
		{ "a = :v)", ")", ":v)" },
		{ "a", "<EOF>", "a" },
		{ ":v", "<EOF>", ":v" },
		{ "a AND b", "AND", "a AND b" },
		{ "not a", "<EOF>", "a" },
		{ "a[x] = :v", "x", "[x]" },
		{ "a[1 = :v", "=", "1 = :v" },
		{ "a. = :v", "=", ". = :v" },
		{ "a..b = :v", ".", "..b" },
		{ "# = :v", "#", "# =" },
		{ "a = :", ":", "= :" },
		{ "()", ")", "()" },
		{ "a in :v", ":v", "in :v" },
		{ "a in ()", ")", "()" },
		{ "a between :v", "<EOF>", ":v" },
		{ "attribute_exists(a", "<EOF>", "a" },
		{ "a = :v b", "b", ":v b" },
		{ "a = 5", "5", "= 5" },
		{ "a = :v; drop", ";", ":v; drop" },
		{ "a = \\u00e9", "\xc3\xa9", "= \xc3\xa9" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(1));

		buf_printf(&w, "Syntax error; token: \"%s\", near: \"%s\"%c",
		    cases[i][1], cases[i][2], 0);
		refused(cases[i][0], V1, w.p);
	}
}

static void
test_faults(void)
{
	static const char *const cases[][3] = {
		{ "", V1, "The expression can not be empty;" },
		{ "((a = :v))", V1,
		    "The expression has redundant parentheses;" },
		{ "name = :v", V1,
		    "Attribute name is a reserved keyword; reserved keyword: "
		    "name" },
		{ "a.Size = :v", V1,
		    "Attribute name is a reserved keyword; reserved keyword: "
		    "Size" },
		{ "a = :w", V1,
		    "An expression attribute value used in expression is not "
		    "defined; attribute value: :w" },
		{ "#a = :v", V1,
		    "An expression attribute name used in the document path "
		    "is not defined; attribute name: #a" },
		{ "foo(a)", "", "Invalid function name; function: foo" },
		{ "Size(a) = :n", N1, "Invalid function name; function: Size" },
		{ "if_not_exists(a, :v) = :v", V1,
		    "The function is not allowed in a condition expression; "
		    "function: if_not_exists" },
		{ "list_append(a, b)", "",
		    "The function is not allowed in a condition expression; "
		    "function: list_append" },
		{ "list_append(a, b) AND foo(a)", "",
		    "Invalid function name; function: foo" },
		{ "attribute_exists(a, b)", "",
		    "Incorrect number of operands for operator or function; "
		    "operator or function: attribute_exists, number of "
		    "operands: 2" },
		{ "begins_with(a)", "",
		    "Incorrect number of operands for operator or function; "
		    "operator or function: begins_with, number of operands: "
		    "1" },
		{ "attribute_exists(:v)", V1,
		    "Operator or function requires a document path; operator "
		    "or function: attribute_exists" },
		{ "size(a)", "",
		    "The function is not allowed to be used this way in an "
		    "expression; function: size" },
		{ "attribute_exists(a) = :v", V1,
		    "The function is not allowed to be used this way in an "
		    "expression; function: attribute_exists" },
		{ "contains(a, begins_with(b, :v))", V1,
		    "The function is not allowed to be used this way in an "
		    "expression; function: begins_with" },
		{ "a = a", "",
		    "The first operand must be distinct from the remaining "
		    "operands for this operator or function; operator: =, "
		    "first operand: [a]" },
		{ "contains(a.b[1], a.b[1])", "",
		    "The first operand must be distinct from the remaining "
		    "operands for this operator or function; operator: "
		    "contains, first operand: [a, b, [1]]" },
		{ "begins_with(a, :n)", N1,
		    "Incorrect operand type for operator or function; "
		    "operator or function: begins_with, operand type: N" },
		{ "attribute_type(a, :n)", N1,
		    "Incorrect operand type for operator or function; "
		    "operator or function: attribute_type, operand type: N" },
		{ "attribute_type(a, :v)", V1,
		    "Invalid attribute type name found; type: v, valid types: "
		    "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}" },
		{ "size(:n) = :n", N1,
		    "Incorrect operand type for operator or function; "
		    "operator or function: size, operand type: N" },
		{ "a BETWEEN :v AND :n AND a = :t", VALUES,
		    "The BETWEEN operator requires same data type for lower "
		    "and upper bounds; lower bound operand: AttributeValue: "
		    "{S:v}, upper bound operand: AttributeValue: {N:1}" },
		/* Which is told of several */
		{ "((foo(name)))", "",
		    "The expression has redundant parentheses;" },
		{ "foo(name)", "", "Invalid function name; function: foo" },
		{ "name = :w", "",
		    "Attribute name is a reserved keyword; reserved keyword: "
		    "name" },
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		refused(cases[i][0], cases[i][1], cases[i][2]);
}

static void
test_limits(void)
{
	char text[5000];

	/* a<>:v, and spaces up to the limit. */
	for (size_t n = 4096; n <= 4097; n++) {
		memset(text, ' ', n);
		memcpy(text, "a<>:v", 5);
		text[n] = '\0';
		is_int(ddb_run_long("PutItem",
			   "{'TableName':'abc','Item':{" KEY "}" V1
			   ",'ConditionExpression':'a<>:v", n - 5, ' ',
			   "'}"),
		    n == 4096 ? ERR_OK : ERR_VALIDATION,
		    "an expression of %zu bytes", n);
	}
	ok(ddb_said("Expression size has exceeded the maximum allowed size; "
		    "expression size: 4097"), "in the service's words");
	for (size_t n = 64; n <= 65; n++) {
		size_t at = 0;

		/* (a<>:v AND (a<>:v AND ... )): none is redundant. */
		for (size_t i = 0; i < n; i++)
			at += (size_t)sprintf(text + at, "(a<>:v AND ");
		at += (size_t)sprintf(text + at, "a<>:v");
		memset(text + at, ')', n);
		text[at + n] = '\0';
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));

		buf_printf(&b, "{'TableName':'abc','Item':{" KEY "}" V1
			       ",'ConditionExpression':'%s'}%c", text, 0);
		is_int(ddb_run("PutItem", ddb_quote(b.p)),
		    n == 64 ? ERR_OK : ERR_VALIDATION,
		    "%zu parentheses", n);
	}
	is_int(ddb_run_long("PutItem",
		   "{'TableName':'abc','Item':{" KEY
		   "},'ConditionExpression':'", 4096, '(', "'}"),
	    ERR_VALIDATION, "4,096 opening parentheses");
	for (unsigned n = 100; n <= 101; n++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(16));

		BUF_LIT(&b, "{'TableName':'abc','Item':{" KEY "}" V1
			    ",'ConditionExpression':'NOT a IN (:v");
		for (unsigned i = 1; i < n; i++)
			BUF_LIT(&b, ",:v");
		BUF_LIT(&b, ")'}\0");
		is_int(ddb_run("PutItem", ddb_quote(b.p)),
		    n == 100 ? ERR_OK : ERR_VALIDATION, "IN of %u", n);
	}
}

static void
test_parameters(void)
{
	static const char *const cases[][2] = {
		{ VALUES, ONE "ExpressionAttributeValues can only be "
			      "specified when using expressions: "
			      "ConditionExpression is null" },
		{ ",'ExpressionAttributeNames':{'#a':'a'}",
		    "ExpressionAttributeNames can only be specified when using "
		    "expressions" },
		{ ",'ConditionExpression':'a <> :v'" VALUES,
		    ONE "Value provided in ExpressionAttributeValues unused in "
			"expressions: keys: {:n, :t}" },
		{ ",'ConditionExpression':'a <> :v'" V1
		  ",'ExpressionAttributeNames':{'#a':'a'}",
		    ONE "Value provided in ExpressionAttributeNames unused in "
			"expressions: keys: {#a}" },
		{ ",'ConditionExpression':'a <> :v',"
		  "'ExpressionAttributeValues':{}",
		    "ExpressionAttributeValues must not be empty" },
		{ ",'ConditionExpression':'a <> :v',"
		  "'ExpressionAttributeNames':{}",
		    "ExpressionAttributeNames must not be empty" },
		{ ",'ConditionExpression':'a <> :v',"
		  "'ExpressionAttributeValues':{'v':{'S':'v'}}",
		    "ExpressionAttributeValues contains invalid key: Syntax "
		    "error; key: \"v\"" },
		{ ",'ConditionExpression':'a <> :v',"
		  "'ExpressionAttributeNames':{'#a-b':'v'}",
		    "ExpressionAttributeNames contains invalid key: Syntax "
		    "error; key: \"#a-b\"" },
		{ ",'ConditionExpression':'a <> :v',"
		  "'ExpressionAttributeValues':{':v':{'N':'v'}}",
		    "ExpressionAttributeValues contains invalid value: The "
		    "parameter cannot be converted to a numeric value: v for "
		    "key :v" },
		{ ",'ConditionExpression':'a <> :v','Expected':{}" V1,
		    ONE "Can not use both expression and non-expression "
			"parameters in the same request: Non-expression "
			"parameters: {Expected} Expression parameters: "
			"{ConditionExpression}" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Item':{" KEY "}%s}%c",
		    cases[i][0], 0);
		ddb_invalid("PutItem", b.p, cases[i][1]);
	}
}

static void
test_conditions(void)
{
	ddb_bad("PutItem",
	    "{'TableName':'abc','Item':{" KEY "},'ConditionExpression':"
	    "'attribute_not_exists(a)'}",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
	(void)ddb_run("PutItem",
	    ddb_quote("{'TableName':'abc','Item':{'a':{'S':'y'},'b':{'N':'1'}"
		      ",'c':{'S':'1'}},'ConditionExpression':"
		      "'attribute_not_exists(a)'}"));
	is_str(buf_str(&ddb_out), STR("{}"), "there was none");
	is_int(ddb_run("DeleteItem",
		   ddb_quote("{'TableName':'abc','Key':{'a':{'S':'y'},'b':"
			     "{'N':'1'}},'ConditionExpression':'c = :c',"
			     "'ExpressionAttributeValues':{':c':{'S':'2'}},"
			     "'ReturnValuesOnConditionCheckFailure':"
			     "'ALL_OLD'}")),
	    ERR_CONDITION, "another value");
	is_str(buf_str(&ddb_out),
	    ddb_quote("{'__type':'com.amazonaws.dynamodb.v20120810#"
		      "ConditionalCheckFailedException','message':'The "
		      "conditional request failed','Item':{'a':{'S':'y'},'b':"
		      "{'N':'1'},'c':{'S':'1'}}}"), "the item is shown");
	ddb_ok("DeleteItem",
	    "{'TableName':'abc','Key':{'a':{'S':'y'},'b':{'N':'1'}},"
	    "'ConditionExpression':'c = :c','ExpressionAttributeValues':"
	    "{':c':{'S':'1'}}}", "{}");
	ddb_bad("DeleteItem",
	    "{'TableName':'abc','Key':{'a':{'S':'y'},'b':{'N':'1'}},"
	    "'ConditionExpression':'attribute_exists(a)',"
	    "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
}

static void
test_projections(void)
{
	static const char *const cases[][2] = {
		{ "s2", "{}" },
		{ "n", "{'n':{'N':'-5.5'}}" },
		{ "n, t", "{'n':{'N':'-5.5'},'t':{'BOOL':true}}" },
		{ "l[1]", "{'l':{'L':[{'N':'1'}]}}" },
		{ "l[2].k, l[0]", "{'l':{'L':[{'S':'e0'},{'M':{'k':{'S':'deep'"
				  "}}}]}}" },
		{ "l[7], l[1]", "{'l':{'L':[{'N':'1'}]}}" },
		{ "l[1], l[0]", "{'l':{'L':[{'S':'e0'},{'N':'1'}]}}" },
		{ "l[7]", "{}" },
		{ "l.x", "{}" },
		{ "m.x", "{'m':{'M':{'x':{'N':'7'}}}}" },
		{ "m.#yz[0][0],m.x", "{'m':{'M':{'y.z':{'L':[{'L':[{'S':'in'}]"
				     "}]},'x':{'N':'7'}}}}" },
		{ "m.gone.deeper, n", "{'n':{'N':'-5.5'}}" },
	};
	static const char *const bad[][2] = {
		{ "a, a", "Two document paths overlap with each other; must "
			  "remove or rewrite one of these paths; path one: "
			  "[a], path two: [a]" },
		{ "l[1].x, l[1]", "Two document paths overlap with each other;"
				  " must remove or rewrite one of these paths;"
				  " path one: [l, [1], x], path two: [l, [1]]"
		},
		{ "l[1], l.x", "Two document paths conflict with each other; "
			       "must remove or rewrite one of these paths; "
			       "path one: [l, [1]], path two: [l, x]" },
		{ "a,", "Syntax error; token: \"<EOF>\", near: \",\"" },
		{ "a b", "Syntax error; token: \"b\", near: \"a b\"" },
		{ "(a)", "Syntax error; token: \"(\", near: \"(a\"" },
		{ "size", "Attribute name is a reserved keyword; reserved "
			  "keyword: size" },
	};

	ddb_ok("PutItem", "{'TableName':'abc','Item':" ITEM "}", "{}");
	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Key':{" KEY
			       "},'ProjectionExpression':'%s'%s}%c",
		    cases[i][0], strchr(cases[i][0], '#') == NULL ? "" :
			",'ExpressionAttributeNames':{'#yz':'y.z'}", 0);
		buf_printf(&w, "{'Item':%s}%c", cases[i][1], 0);
		ddb_ok("GetItem", b.p, w.p);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct buf w CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'abc','Key':{" KEY
			       "},'ProjectionExpression':'%s'}%c",
		    bad[i][0], 0);
		buf_printf(&w, "Invalid ProjectionExpression: %s%c",
		    bad[i][1], 0);
		ddb_invalid("GetItem", b.p, w.p);
	}
	ddb_invalid("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'ProjectionExpression':"
	    "'a.x'}",
	    "Key attributes must be scalars; list random access '[]' and map "
	    "lookup '.' are not allowed: Key: a");
	ddb_invalid("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'AttributesToGet':['n','n']}",
	    "One or more parameter values were invalid: Duplicate value in "
	    "attribute name: n");
	ddb_ok("GetItem",
	    "{'TableName':'abc','Key':{" KEY "},'AttributesToGet':['n','l[1]'"
	    ",'t']}", "{'Item':{'n':{'N':'-5.5'},'t':{'BOOL':true}}}");
	ddb_ok("Scan",
	    "{'TableName':'abc','ProjectionExpression':'n'}",
	    "{'Items':[{'n':{'N':'-5.5'}}],'Count':1,'ScannedCount':1}");
}

int
main(void)
{
	ddb_open();
	setup();
	test_holds();
	test_syntax();
	test_faults();
	test_parameters();
	test_conditions();
	test_projections();
	test_limits();
	ddb_close();
	return tap_done();
}
