/* SPDX-License-Identifier: ISC */
/* partiql.t - ExecuteStatement: every clause, what is refused, pages. */
#include "partiql.h"

#define ITEMS(...) "{'Items':[" __VA_ARGS__ "]}"
#define X1	   "{'a':{'S':'x'},'b':{'N':'1'},'g':{'S':'u'},'n':{'N':'5'}}"
#define X2                                                                     \
	"{'a':{'S':'x'},'b':{'N':'2'},'g':{'S':'u'},'l':{'L':[{'N':'1'},{'S'"  \
	":'its'}]},'m':{'M':{'k':{'BOOL':true}}}}"
#define X10    "{'a':{'S':'x'},'b':{'N':'10'},'z':{'NULL':true}}"
#define Y1     "{'a':{'S':'y'},'b':{'N':'1'},'s':{'SS':['p','q']}}"
#define NO_KEY "Where clause does not contain a mandatory equality on all key " \
	       "attributes"
#define NUMBER "Number of parameters in request and statement don't match."

static void
test_insert(void)
{
	says("INSERT INTO tab VALUE {'a':'x','b':1,'g':'u','n':5}", "",
	    ITEMS());
	says("insert into \"tab\" value {'a':'x', \"b\":2, g:'u', "
	     "'l':[1,?],'m':{'k':true}}", ",'Parameters':[{'S':'its'}]",
	    ITEMS());
	says("INSERT INTO tab VALUE {'a':'x','b':1e1,'z':null};", "", ITEMS());
	says("INSERT INTO tab VALUE {'a':'y','b':+1.0,'s':<<'p','q'>>} -- so",
	    ",'ReturnConsumedCapacity':'TOTAL'",
	    "{'Items':[],'ConsumedCapacity':{'TableName':'tab',"
	    "'CapacityUnits':1.0}}");
	says("INSERT INTO \"o-ne\" VALUE ?",
	    ",'Parameters':[{'M':{'a':{'S':'p'},'q':{'B':'AA=='}}}]",
	    ITEMS());
	says("INSERT INTO \"o-ne\" VALUE {'a':'lit','n':[-1.50, "
	     "12345678901234567890123456789012345678,.5,1E-130],'e':{},"
	     "'s':<<1,?>>,'f':false,'q':'it''s \"so\"'}",
	    ",'Parameters':[{'N':'2'}]", ITEMS());
	is_int(execute("SELECT n,e,s,f,q FROM \"o-ne\" WHERE a='lit'", ""),
	    ERR_OK, "read");
	ok(ddb_said("\"n\":{\"L\":[{\"N\":\"-1.5\"},{\"N\":"
		    "\"12345678901234567890123456789012345678\"},{\"N\":"
		    "\"0.5\"},"), "numbers");
	ok(ddb_said("\"e\":{\"M\":{}},\"s\":{\"NS\":[\"1\",\"2\"]},\"f\":{"
		    "\"BOOL\":false},\"q\":{\"S\":\"it's \\\"so\\\"\"}"),
	    "the other literals");
	fails("INSERT INTO tab VALUE {'a':'x','b':1}", "",
	    "DuplicateItemException", "Duplicate primary key exists in table");
	refuses("INSERT INTO tab VALUE {'a':'x'}", "",
	    "One or more parameter values were invalid: Missing the key b in "
	    "the item");
	refuses("INSERT INTO tab VALUE {'a':'','b':1}", "",
	    "One or more parameter values are not valid. The AttributeValue "
	    "for a key attribute cannot contain an empty string value. Key: "
	    "a");
	refuses("INSERT INTO tab VALUE ?", ",'Parameters':[{'S':'x'}]",
	    BAD_FORM "The value of an INSERT is to be a tuple");
	refuses("INSERT INTO tab VALUE {'a':'x','a':'y','b':1}", "",
	    BAD_FORM "a literal has a duplicate member name");
	refuses("INSERT INTO tab VALUE {'a':'x','b':1,'s':<<1,1.0>>}", "",
	    "Input collection contains duplicates");
	refuses("INSERT INTO tab VALUE {'a':'x','b':1,'s':<<>>}", "",
	    "One or more parameter values were invalid: An string set  may "
	    "not be empty");
	refuses("INSERT INTO tab VALUE {'a':'x','b':1,'s':<<1,'1'>>}", "",
	    "The elements of a set are to be of one type");
	refuses("INSERT INTO tab VALUE "
		"{'a':'x','b':123456789012345678901234567890123456789}", "",
	    "Attempting to store more than 38 significant digits in a "
	    "Number");
	refuses("INSERT INTO tab VALUES {'a':'x'}", "",
	    BAD_FORM "Expected 'VALUE' but got 'VALUES'");
}

static void
test_select(void)
{
	static const char all[] = "SELECT b FROM tab WHERE ";
	static const struct {
		const char *where, *items;
	} cases[] = {
		{ "a='x'", "1 2 10" },
		{ "'x' = a AND b > 1", "2 10" },
		{ "a='x' AND 2 >= b", "1 2" },
		{ "a='x' AND b BETWEEN 2 AND 10", "2 10" },
		{ "a='x' AND b NOT BETWEEN 2 AND 10", "1" },
		{ "a='x' AND b <> 2", "1 10" },
		{ "a='x' AND b != 2", "1 10" },
		{ "a='x' AND (b = 1 OR b = 10)", "1 10" },
		{ "(a='x' AND (b > 1)) AND b < 10", "2" },
		{ "a IN ['y','x','x'] AND b = 1", "1 1" },
		{ "a IN ('none','x')", "1 2 10" },
		{ "a='x' AND b IN [10,1]", "1 10" },
		{ "a='x' AND b NOT IN [10,1]", "2" },
		{ "NOT a='x'", "1" },
		{ "a='x' AND NOT (b=1 OR b=2)", "10" },
		{ "n IS MISSING AND a='x'", "2 10" },
		{ "n IS NOT MISSING", "1" },
		{ "z IS NULL", "10" },
		{ "a='x' AND z IS NOT NULL", "1 2" },
		{ "begins_with(g, 'u')", "1 2" },
		{ "BEGINS_WITH(a, 'y')", "1" },
		{ "contains(s, 'q')", "1" },
		{ "contains(l[1], 't')", "2" },
		{ "attribute_type(l, 'L')", "2" },
		{ "SIZE(l) = 2", "2" },
		{ "m.k = true", "2" },
		{ "\"m\".\"k\" = TRUE AND l[0] = 1", "2" },
		{ "n = 5 OR n > 5", "1" },
		{ "a='x' AND size(a) > b", "" },
		{ "a='x' AND b = n", "" },
		{ "s = <<'q','p'>>", "1" },
		{ "l = [1,'it''s']", "" },
		{ "g = 'u' AND b=2", "2" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf s CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct buf want CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct str rest = str_from(cases[i].items), one;

		buf_printf(&s, "%s%s%c", all, cases[i].where, 0);
		BUF_LIT(&want, "{'Items':[");
		while (rest.len > 0) {
			one = str_cut(rest, ' ', &rest);
			buf_printf(&want, "{'b':{'N':'%.*s'}}%s",
			    STR_ARG(one), rest.len > 0 ? "," : "");
		}
		BUF_LIT(&want, "]}\0");
		says(s.p, "", want.p);
	}
	says("SELECT * FROM tab WHERE a = ? AND b = ?",
	    ",'Parameters':[{'S':'x'},{'N':'10.0'}]", ITEMS(X10));
	says("SELECT * FROM tab WHERE a = 'y'", "", ITEMS(Y1));
	says("SELECT * FROM tab WHERE a = 'x' AND b <> 10", "",
	    ITEMS(X1 "," X2));
}

static void
test_projection(void)
{
	says("SELECT m.k, l[0], a FROM tab WHERE a='x' AND b=2", "",
	    ITEMS("{'k':{'BOOL':true},'l[0]':{'N':'1'},'a':{'S':'x'}}"));
	says("SELECT b, b, m, m.k FROM tab WHERE a='x' AND b=2", "",
	    ITEMS("{'b':{'N':'2'},'m':{'M':{'k':{'BOOL':true}}},'k':{'BOOL':"
		  "true}}"));
	says("SELECT none FROM tab WHERE a='y'", "", ITEMS("{}"));
	says("SELECT * FROM tab.idx WHERE g='u'", "",
	    ITEMS("{'a':{'S':'x'},'b':{'N':'1'},'g':{'S':'u'}},{'a':{'S':'x'"
		  "},'b':{'N':'2'},'g':{'S':'u'}}"));
	says("SELECT b FROM \"tab\".\"idx\" WHERE g='u' AND b>1", "",
	    ITEMS("{'b':{'N':'2'}}"));
	says("SELECT b FROM \"tab\".\"idx\"", "",
	    ITEMS("{'b':{'N':'1'}},{'b':{'N':'2'}}"));
	refuses("SELECT n FROM tab.idx WHERE g='u'", "",
	    "One or more parameter values were invalid: Global secondary "
	    "index idx does not project [n]");
	refuses("SELECT b FROM tab.nope WHERE g='u'", "",
	    "The table does not have the specified index: nope");
	refuses("SELECT b FROM tab.idx", ",'ConsistentRead':true",
	    "Consistent reads are not supported on global secondary indexes");
	refuses("SELECT a.b FROM tab", "",
	    "Key attributes must be scalars; list random access '[]' and map "
	    "lookup '.' are not allowed: Key: a");
	fails("SELECT * FROM none", "", "ResourceNotFoundException",
	    "Requested resource not found: Table: none not found");
}

static void
test_order(void)
{
	says("SELECT b FROM tab WHERE a='x' ORDER BY b", "",
	    ITEMS("{'b':{'N':'1'}},{'b':{'N':'2'}},{'b':{'N':'10'}}"));
	says("SELECT b FROM tab WHERE a='x' ORDER BY b ASC", "",
	    ITEMS("{'b':{'N':'1'}},{'b':{'N':'2'}},{'b':{'N':'10'}}"));
	says("SELECT b FROM tab WHERE a='x' ORDER BY \"b\" DESC", "",
	    ITEMS("{'b':{'N':'10'}},{'b':{'N':'2'}},{'b':{'N':'1'}}"));
	says("SELECT b FROM tab.idx WHERE g='u' ORDER BY b DESC", "",
	    ITEMS("{'b':{'N':'2'}},{'b':{'N':'1'}}"));
	says("SELECT a FROM tab WHERE a IN ['y','x'] AND b=1 ORDER BY a", "",
	    ITEMS("{'a':{'S':'x'}},{'a':{'S':'y'}}"));
	says("SELECT a FROM tab WHERE a IN ['x','y'] AND b=1 ORDER BY a DESC",
	    "", ITEMS("{'a':{'S':'y'}},{'a':{'S':'x'}}"));
	says("SELECT a, b FROM tab WHERE a IN ['x','y'] ORDER BY a DESC, b DESC",
	    "",
	    ITEMS("{'a':{'S':'y'},'b':{'N':'1'}},"
		  "{'a':{'S':'x'},'b':{'N':'10'}},"
		  "{'a':{'S':'x'},'b':{'N':'2'}},"
		  "{'a':{'S':'x'},'b':{'N':'1'}}"));
	says("SELECT b FROM tab WHERE a='x' ORDER BY b DESC, a", "",
	    ITEMS("{'b':{'N':'10'}},{'b':{'N':'2'}},{'b':{'N':'1'}}"));
	refuses("SELECT * FROM tab WHERE a IN ['x','y'] ORDER BY b, a", "",
	    "Items of several partition keys cannot be ordered by b");
	refuses("SELECT * FROM tab WHERE a='x' ORDER BY b, b DESC", "",
	    "Sort keys cannot be ordered in different directions: b");
	refuses("SELECT * FROM tab ORDER BY b,", "",
	    "Statement wasn't well formed, can't be processed: Expected a name "
	    "but got 'end of statement'");
	refuses("SELECT * FROM tab ORDER BY b", "",
	    "Must have WHERE clause in the statement when using ORDER BY "
	    "clause.");
	refuses("SELECT * FROM tab WHERE b=1 ORDER BY b", "",
	    "Must have at least one non-optional hash key condition in WHERE "
	    "clause when using ORDER BY clause.");
	refuses("SELECT * FROM tab WHERE a='x' ORDER BY n", "",
	    "Variable reference n in ORDER BY clause must be part of the "
	    "primary key");
	refuses("SELECT * FROM tab WHERE a IN ['x','y'] ORDER BY b", "",
	    "Items of several partition keys cannot be ordered by b");
}

/* The NextToken of the last answer, as a member for the next request. */
static const char *
next(const char *more)
{
	static char text[2048];
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct str token;

	if (json_parse(buf_str(&ddb_out), LIMIT_JSON_DEPTH, &j, &error) !=
	    ERR_OK)
		return "";
	token = json_str(json_get(j, "NextToken"));
	if (token.p == NULL)
		return "";
	(void)snprintf(text, sizeof(text), "%s,'NextToken':'%.*s'", more,
	    STR_ARG(token));
	return text;
}

static void
test_pages(void)
{
	static const char in[] = "SELECT b FROM tab WHERE a IN ['x','y']";
	const char *more = ",'Limit':1";
	unsigned n = 0;

	do {
		is_int(execute(in, more), ERR_OK, "page %u", n);
		more = next(",'Limit':1");
	} while (more[0] != '\0' && ++n < 9);
	is_int(n, 4, "four pages have one item each, and then there is none");
	ok(ddb_said("{\"Items\":[]}"), "the last one is empty");
	is_int(execute(in, ",'Limit':1"), ERR_OK, "once more");
	ok(ddb_said("\"LastEvaluatedKey\":{\"a\":{\"S\":\"x\"},\"b\":{\"N\":"
		    "\"1\"}}"), "where it stopped");
	more = next("");
	refuses("SELECT a FROM tab WHERE a IN ['x','y']", more,
	    "NextToken does not match request");
	refuses("INSERT INTO tab VALUE {'a':'x','b':77}", more,
	    "Invalid NextToken");
	says(in, more,
	    ITEMS("{'b':{'N':'2'}},{'b':{'N':'10'}},{'b':{'N':'1'}}"));
	refuses(in, ",'NextToken':'foo'", "Invalid NextToken");
	refuses(in, ",'NextToken':'e30='", "Invalid NextToken");
	is_int(execute("SELECT b FROM tab.idx WHERE g='u' ORDER BY b DESC",
		   ",'Limit':1"), ERR_OK, "an index backwards");
	says("SELECT b FROM tab.idx WHERE g='u' ORDER BY b DESC",
	    next(""), ITEMS("{'b':{'N':'1'}}"));
	is_int(execute("SELECT b FROM tab", ",'Limit':3"), ERR_OK, "a scan");
	is_int(execute("SELECT b FROM tab", next(",'Limit':3")), ERR_OK,
	    "goes on");
	ok(next("")[0] == '\0', "to its end");
	says("SELECT n FROM tab WHERE a='x' AND n=5",
	    ",'ReturnConsumedCapacity':'TOTAL','ConsistentRead':true",
	    "{'Items':[{'n':{'N':'5'}}],'ConsumedCapacity':{'TableName':'tab',"
	    "'CapacityUnits':1.0}}");
	says("SELECT b FROM tab.idx WHERE g='u' AND b=2",
	    ",'ReturnConsumedCapacity':'INDEXES'",
	    "{'Items':[{'b':{'N':'2'}}],'ConsumedCapacity':{'TableName':'tab',"
	    "'CapacityUnits':0.5,'Table':{'CapacityUnits':0.0},"
	    "'GlobalSecondaryIndexes':{'idx':{'CapacityUnits':0.5}}}}");
}

static void
test_update(void)
{
	says("UPDATE tab SET n = n + 1 SET k = ?, j = [1] REMOVE g WHERE a='x' "
	     "AND b=1", ",'Parameters':[{'S':'v'}]", ITEMS());
	says("SELECT * FROM tab WHERE a='x' AND b=1", "",
	    ITEMS("{'a':{'S':'x'},'b':{'N':'1'},'n':{'N':'6'},'k':{'S':'v'},"
		  "'j':{'L':[{'N':'1'}]}}"));
	says("UPDATE tab SET j = list_append(j, [2,?]) WHERE a='x' AND b=1 "
	     "RETURNING MODIFIED NEW *", ",'Parameters':[{'BOOL':true}]",
	    ITEMS("{'j':{'L':[{'N':'1'},{'N':'2'},{'BOOL':true}]}}"));
	says("UPDATE tab SET n = 10 - n, q = if_not_exists(q, n) WHERE b=1 AND "
	     "a='x' RETURNING MODIFIED OLD *", "",
	    ITEMS("{'n':{'N':'6'}}"));
	says("UPDATE tab REMOVE j[1], q WHERE a='x' AND b=1 AND n = 4 RETURNING "
	     "ALL NEW *", "",
	    ITEMS("{'a':{'S':'x'},'b':{'N':'1'},'n':{'N':'4'},'k':{'S':'v'},"
		  "'j':{'L':[{'N':'1'},{'BOOL':true}]}}"));
	says("UPDATE tab SET s = set_add(s, <<'r'>>) WHERE a='y' AND b=1 "
	     "RETURNING MODIFIED NEW *", "",
	    ITEMS("{'s':{'SS':['p','q','r']}}"));
	says("UPDATE tab SET s = set_delete(s, <<'r','p'>>) WHERE a='y' AND b=1 "
	     "RETURNING ALL OLD *", "",
	    ITEMS("{'a':{'S':'y'},'b':{'N':'1'},'s':{'SS':['p','q','r']}}"));
	fails("UPDATE tab SET n = 1 WHERE a='x' AND b=99", "",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
	is_int(execute("UPDATE tab SET n = 1 WHERE a='x' AND b=1 AND n=0",
		   ",'ReturnValuesOnConditionCheckFailure':'ALL_OLD'"),
	    ERR_CONDITION, "a condition");
	ok(ddb_said("\"Item\":{\"a\":{\"S\":\"x\"}"), "with the item");
	refuses("UPDATE tab SET n = 1 WHERE a='x'", "", NO_KEY);
	refuses("UPDATE tab SET n = 1 WHERE a='x' AND b>1", "", NO_KEY);
	refuses("UPDATE tab SET n = 1 WHERE a='x' AND b=1 OR n=1", "", NO_KEY);
	refuses("UPDATE tab SET n = 1 WHERE a='x' AND b='1'", "",
	    "The provided key element does not match the schema");
	refuses("UPDATE tab SET b = 2 WHERE a='x' AND b=1", "",
	    "One or more parameter values were invalid: Cannot update "
	    "attribute b. This attribute is part of the key");
	refuses("UPDATE tab SET n = none + 1 WHERE a='x' AND b=1", "",
	    "The provided expression refers to an attribute that does not "
	    "exist in the item");
	refuses("UPDATE tab SET n = 1, n = 2 WHERE a='x' AND b=1", "",
	    "Two document paths overlap with each other; must remove or "
	    "rewrite one of these paths; path one: [n], path two: [n]");
	refuses("UPDATE tab SET n = set_add(s, <<1>>) WHERE a='x' AND b=1", "",
	    "The first argument of set_add and set_delete is to be the path "
	    "that is set");
	refuses("UPDATE tab SET s = set_add(s, [1]) WHERE a='x' AND b=1", "",
	    "The second argument of set_add and set_delete is to be a set");
	refuses("UPDATE tab SET n = nope(n) WHERE a='x' AND b=1", "",
	    "Invalid function name; function: nope");
}

static void
test_delete(void)
{
	fails("DELETE FROM tab WHERE a='x' AND b=1 AND n=99", "",
	    "ConditionalCheckFailedException",
	    "The conditional request failed");
	says("DELETE FROM tab WHERE a='x' AND b=10 RETURNING ALL OLD *", "",
	    ITEMS(X10));
	says("DELETE FROM tab WHERE a='x' AND b=10 RETURNING ALL OLD *", "",
	    ITEMS());
	says("DELETE FROM tab WHERE a='x' AND b=10 AND n=1", "", ITEMS());
	refuses("DELETE FROM tab WHERE a='x'", "", NO_KEY);
	refuses("DELETE FROM tab", "",
	    BAD_FORM "Expected 'WHERE' but got 'end of statement'");
	refuses("DELETE FROM tab WHERE a='x' AND b=2 RETURNING ALL NEW *", "",
	    "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING "
	    "ALL OLD * is allowed in DELETE statements.");
}

static void
test_refused(void)
{
	static const struct {
		const char *statement, *text;
	} cases[] = {
		{ "foo", BAD_FORM "Expected data manipulation" },
		{ "", "1 validation error detected: Value '' at 'statement' "
		      "failed to satisfy constraint: Member must have length "
		      "greater than or equal to 1" },
		{ " ", BAD_FORM "Expected data manipulation" },
		{ "DROP TABLE tab", BAD_FORM "Expected data manipulation" },
		{ "SELECT", BAD_FORM
		    "Expected a name but got 'end of statement'" },
		{ "SELECT * FROM tab WHERE", BAD_FORM
		    "Expected a name but got 'end of statement'" },
		{ "SELECT * FROM tab WHERE (a = 'x'", BAD_FORM
		    "Expected ')' but got 'end of statement'" },
		{ "SELECT * FROM tab WHERE a = 'x", BAD_FORM
		    "Expected a name but got '''" },
		{ "SELECT * FROM tab WHERE a", BAD_FORM
		    "Expected a comparison but got 'end of statement'" },
		{ "SELECT * FROM tab WHERE a AND b=1", BAD_FORM
		    "Expected a comparison but got 'AND'" },
		{ "SELECT * FROM tab WHERE a NOT = 1", BAD_FORM
		    "Expected BETWEEN or IN but got '='" },
		{ "SELECT * FROM tab WHERE a IS 1", BAD_FORM
		    "Expected MISSING or NULL but got '1'" },
		{ "SELECT * FROM tab LIMIT 1", BAD_FORM "Unexpected 'LIMIT'" },
		{ "SELECT * FROM tab GROUP BY a", BAD_FORM
		    "Unexpected 'GROUP'" },
		{ "SELECT * FROM tab; SELECT * FROM tab", BAD_FORM
		    "Unexpected 'SELECT'" },
		{ "SELECT * FROM tab x", BAD_FORM "Unexpected 'x'" },
		{ "SELECT * FROM tab, o", BAD_FORM "Unexpected ','" },
		{ "SELECT a AS b FROM tab", BAD_FORM
		    "Expected 'FROM' but got 'AS'" },
		{ "SELECT COUNT(*) FROM tab", BAD_FORM
		    "Unexpected keyword 'COUNT'" },
		{ "SELECT user FROM tab", BAD_FORM
		    "Unexpected keyword 'user'" },
		{ "SELECT DISTINCT a FROM tab", BAD_FORM
		    "Unexpected keyword 'DISTINCT'" },
		{ "SELECT a[-1] FROM tab", BAD_FORM
		    "Expected the index of a list but got '-'" },
		{ "SELECT * FROM tab WHERE a = 12x", BAD_FORM
		    "Expected a name but got '1'" },
		{ "SELECT * FROM tab WHERE nope(a)",
		    "Invalid function name; function: nope" },
		{ "SELECT * FROM tab WHERE begins_with(a, 1)",
		    "Incorrect operand type for operator or function; operator "
		    "or function: begins_with, operand type: N" },
		{ "SELECT * FROM tab WHERE a BETWEEN 2 AND 1",
		    "The BETWEEN operator requires upper bound to be greater "
		    "than or equal to lower bound; lower bound operand: "
		    "AttributeValue: {N:2}, upper bound operand: "
		    "AttributeValue: {N:1}" },
		{ "SELECT * FROM tab WHERE a = 1 AND b = ?", NUMBER },
		{ "EXISTS(SELECT * FROM tab WHERE a='x' AND b=1)",
		    "EXISTS can only be used in transactions" },
	};

	for (size_t i = 0; i < NELEM(cases); i++)
		refuses(cases[i].statement, "", cases[i].text);
	refuses("SELECT * FROM tab WHERE a = 'x'",
	    ",'Parameters':[{'S':'x'}]", NUMBER);
	refuses("SELECT * FROM tab WHERE a = ?", ",'Parameters':[{'N':'x'}]",
	    "The parameter cannot be converted to a numeric value: x");
	refuses("SELECT * FROM tab", ",'Limit':0",
	    "1 validation error detected: Value '0' at 'limit' failed to "
	    "satisfy constraint: Member must have value greater than or equal "
	    "to 1");
	ddb_invalid("ExecuteStatement", "{}",
	    "1 validation error detected: Value null at 'statement' failed "
	    "to satisfy constraint: Member must not be null");
	ddb_bad("ExecuteStatement", "{'Statement':1}",
	    "SerializationException",
	    "NUMBER_VALUE cannot be converted to String");
}

/* A statement of so many times a text, and its end. */
static enum err
many(const char *start, size_t n, const char *text, const char *end)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));

	buf_puts(&b, str_from(start));
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, str_from(text));
	buf_puts(&b, str_from(end));
	buf_putc(&b, '\0');
	return execute(b.p, "");
}

static void
test_limits(void)
{
	static const char in[] = "SELECT a FROM tab WHERE a = 'q' AND b IN [0";
	static const char in_hash[] = "SELECT a FROM tab WHERE a IN ['0'";

	is_int(many(in, 99, ",1", "]"), ERR_OK, "100 values");
	is_int(many(in, 100, ",1", "]"), ERR_VALIDATION, "101 values");
	ok(ddb_said("number of operands: 101"), "in words");
	is_int(many(in_hash, 49, ",'1'", "]"), ERR_OK, "50 partition keys");
	is_int(many(in_hash, 50, ",'1'", "]"), ERR_VALIDATION, "51");
	ok(ddb_said("number of operands: 51"), "in words");
	/* 27 bytes, spaces, and one. */
	is_int(many("SELECT a FROM tab WHERE n =", 8192 - 28, " ", "1"),
	    ERR_OK, "8,192 bytes");
	is_int(many("SELECT a FROM tab WHERE n =", 8192 - 27, " ", "1"),
	    ERR_VALIDATION, "one more");
	is_int(many("SELECT a FROM tab WHERE ", 64, "(", "n = 1"),
	    ERR_VALIDATION, "64 parentheses that do not close");
	ok(ddb_said("Expected ')'"), "in words");
	is_int(many("SELECT a FROM tab WHERE ", 65, "(", "n = 1"),
	    ERR_VALIDATION, "65");
	ok(ddb_said("nested too deeply; maximum depth: 64"), "in words");
	is_int(many("SELECT a FROM tab WHERE ", 2000, "NOT ", "n = 1"),
	    ERR_VALIDATION, "NOT 2,000 times");
	is_int(many("SELECT a FROM tab WHERE n = ", 4000, "[", ""),
	    ERR_VALIDATION, "4,000 lists");
	is_int(many("UPDATE tab SET n = ", 4000, "(", ""), ERR_VALIDATION,
	    "4,000 parentheses of a value");
	is_int(many("INSERT INTO tab VALUE {'a':'deep','b':1,'l':", 31, "[",
		   "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"), ERR_OK, "31 lists");
	is_int(many("INSERT INTO tab VALUE {'a':'deep','b':2,'l':", 33, "[",
		   "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"), ERR_VALIDATION,
	    "33 lists");
	ok(ddb_said("Nesting Levels have exceeded supported limits"),
	    "in words");
}

static void
test_rights(void)
{
	ddb_ctx.rights = OP_READ;
	is_int(execute("SELECT * FROM tab WHERE a='q'", ""), ERR_OK,
	    "a token that reads reads");
	is_int(execute(" -- x\n insert into tab value {'a':'q','b':1}", ""),
	    ERR_SCOPE, "and does not write");
	is_int(execute("DELETE FROM tab WHERE a='q' AND b=1", ""), ERR_SCOPE,
	    "or delete");
	is_int(execute("UPDATE tab SET n=1 WHERE a='q' AND b=1", ""), ERR_SCOPE,
	    "or update");
	ddb_ctx.rights = OP_WRITE;
	is_int(execute("SELECT * FROM tab WHERE a='q'", ""), ERR_SCOPE,
	    "one that writes does not read");
	ddb_ctx.rights = 7;
	ddb_ctx.tables = STR("o*");
	is_int(execute("SELECT * FROM tab WHERE a='q'", ""), ERR_SCOPE,
	    "another table");
	is_int(execute("SELECT * FROM \"o-ne\" WHERE a='q'", ""), ERR_OK,
	    "the table it may read");
	is_int(execute("INSERT INTO tab VALUE {'a':'q','b':1}", ""), ERR_SCOPE,
	    "not written");
	ddb_ctx.tables = (struct str){ NULL, 0 };
}

int
main(void)
{
	ddb_open();
	tables();
	test_insert();
	test_select();
	test_projection();
	test_order();
	test_pages();
	test_update();
	test_delete();
	test_refused();
	test_limits();
	test_rights();
	ddb_close();
	return tap_done();
}
