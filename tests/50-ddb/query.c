/* SPDX-License-Identifier: ISC */
/* query.t - Query and Scan: ranges, order, pages, segments, refusals. */
#include "ddb.h"

#define INVALID "One or more parameter values were invalid: "
#define ONE	"1 validation error detected: "

/* A query of the table "num" by expression; v: the values. */
#define NUM(expr, v)                                                           \
	"{'TableName':'num','ProjectionExpression':'r',"                       \
	"'KeyConditionExpression':'" expr "',"                                 \
	"'ExpressionAttributeValues':{':h':{'S':'h'}" v "}}"

static void
create(const char *name, const char *hash, const char *range)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b, "{'TableName':'%s','BillingMode':'PAY_PER_REQUEST',"
		       "'KeySchema':[{'AttributeName':'h','KeyType':'HASH'}",
	    name);
	if (*range != '\0')
		buf_printf(&b, ",{'AttributeName':'r','KeyType':'RANGE'}");
	buf_printf(&b, "],'AttributeDefinitions':[{'AttributeName':'h',"
		       "'AttributeType':'%s'}", hash);
	if (*range != '\0')
		buf_printf(&b, ",{'AttributeName':'r','AttributeType':'%s'}",
		    range);
	buf_printf(&b, "]}%c", 0);
	ddb_ok("CreateTable", b.p, NULL);
}

static void
put(const char *table, const char *hash, const char *type, const char *range)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b, "{'TableName':'%s','Item':{'h':{'S':'%s'},'r':{'%s':"
		       "'%s'}}}%c", table, hash, type, range, 0);
	if (ddb_run("PutItem", ddb_quote(b.p)) != ERR_OK)
		ok(false, "put %s", b.p);
}

/* The sort keys of the last answer, with spaces between them. */
static void
keys_are(const char *type, const char *want)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct buf got CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct json_error error;
	const struct json *items;

	if (json_parse(buf_str(&ddb_out), 99, &j, &error) != ERR_OK)
		abort();
	items = json_get(j, "Items");
	for (size_t i = 0; i < json_len(items); i++) {
		if (i > 0)
			buf_putc(&got, ' ');
		buf_puts(&got, json_str(json_get(json_get(json_at(items, i),
						     "r"), type)));
	}
	if (items == NULL)
		buf_puts(&got, buf_str(&ddb_out));
	is_str(buf_str(&got), str_from(want), "keys");
}

static void
num(const char *request, const char *want)
{
	(void)ddb_run("Query", ddb_quote(request));
	printf("# %s\n", request);
	keys_are("N", want);
}

static void
test_ranges(void)
{
	static const char *const rows[] = { "10", "-1.5", "0", "2", "1e20",
		"-1e-20", "3", "100" };

	create("num", "S", "N");
	for (size_t i = 0; i < NELEM(rows); i++)
		put("num", "h", "N", rows[i]);
	put("num", "g", "N", "2");
	put("num", "ha", "N", "2");
	num(NUM("h = :h", ""),
	    "-1.5 -0.00000000000000000001 0 2 3 10 100 100000000000000000000");
	num(NUM("h = :h AND r = :r", ",':r':{'N':'2.0'}"), "2");
	num(NUM("h = :h AND r < :r", ",':r':{'N':'2'}"),
	    "-1.5 -0.00000000000000000001 0");
	num(NUM("h = :h AND r <= :r", ",':r':{'N':'2'}"),
	    "-1.5 -0.00000000000000000001 0 2");
	num(NUM("h = :h AND r > :r", ",':r':{'N':'3'}"),
	    "10 100 100000000000000000000");
	num(NUM("h = :h AND r >= :r", ",':r':{'N':'3'}"),
	    "3 10 100 100000000000000000000");
	num(NUM("h = :h AND r BETWEEN :r AND :s",
		",':r':{'N':'0'},':s':{'N':'10'}"), "0 2 3 10");
	num(NUM("h = :h and r between :r and :r", ",':r':{'N':'2'}"), "2");
	num(NUM("h = :h AND r > :r", ",':r':{'N':'1e21'}"), "");
	/* In any order, with parentheses, turned around. */
	num(NUM("r >= :r AND :h = h", ",':r':{'N':'100'}"),
	    "100 100000000000000000000");
	num(NUM("(h = :h) AND (:r < r)", ",':r':{'N':'10'}"),
	    "100 100000000000000000000");
	num(NUM("(h = :h AND r < :r)", ",':r':{'N':'0'}"),
	    "-1.5 -0.00000000000000000001");
	num("{'TableName':'num','ScanIndexForward':false,"
	    "'KeyConditionExpression':'#p = :h AND r <= :r',"
	    "'ExpressionAttributeNames':{'#p':'h'},"
	    "'ExpressionAttributeValues':{':h':{'S':'h'},':r':{'N':'2'}}}",
	    "2 0 -0.00000000000000000001 -1.5");
	num("{'TableName':'num','KeyConditions':{'h':{'ComparisonOperator':"
	    "'EQ','AttributeValueList':[{'S':'h'}]},'r':{"
	    "'ComparisonOperator':'BETWEEN','AttributeValueList':[{'N':'2'},"
	    "{'N':'3'}]}}}", "2 3");
	num("{'TableName':'num','KeyConditions':{'r':{'ComparisonOperator':"
	    "'GT','AttributeValueList':[{'N':'3'}]},'h':{"
	    "'ComparisonOperator':'EQ','AttributeValueList':[{'S':'h'}]}}}",
	    "10 100 100000000000000000000");
}

static void
text_range(const char *expr, const char *values, const char *want)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b, "{'TableName':'text','KeyConditionExpression':'%s',"
		       "'ExpressionAttributeValues':{':h':{'S':'h'}%s}}%c",
	    expr, values, 0);
	(void)ddb_run("Query", ddb_quote(b.p));
	printf("# %s %s\n", expr, values);
	keys_are("S", want);
}

/* Strings are in the order of their bytes; begins_with minds the case. */
static void
test_text_ranges(void)
{
	static const char *const rows[] = { "a", "B", "ab", "abc", "b", "aB",
		"\xc3\xa9", "\xf0\x9f\x9a\xaa", "\xef\xbf\xbf", "a\\u0000" };

	create("text", "S", "S");
	for (size_t i = 0; i < NELEM(rows); i++)
		put("text", "h", "S", rows[i]);
	(void)ddb_run("Query",
	    ddb_quote("{'TableName':'text','KeyConditionExpression':'h = :h',"
		      "'ExpressionAttributeValues':{':h':{'S':'h'}}}"));
	ok(ddb_said("[{\"h\":{\"S\":\"h\"},\"r\":{\"S\":\"B\"}},{\"h\":{\"S\""
		    ":\"h\"},\"r\":{\"S\":\"a\"}},{\"h\":{\"S\":\"h\"},\"r\":"
		    "{\"S\":\"a\\u0000\"}}"), "a NUL sorts behind the end");
	text_range("h = :h AND begins_with(r, :r)", ",':r':{'S':'ab'}",
	    "ab abc");
	text_range("h = :h AND begins_with(r, :r)", ",':r':{'S':'abc'}",
	    "abc");
	text_range("h = :h AND begins_with(r, :r)", ",':r':{'S':'abd'}", "");
	text_range("h = :h AND begins_with(r, :r)",
	    ",':r':{'S':'\xf0\x9f\x9a\xaa'}", "\xf0\x9f\x9a\xaa");
	text_range("h = :h AND r > :r", ",':r':{'S':'b'}",
	    "\xc3\xa9 \xef\xbf\xbf \xf0\x9f\x9a\xaa");
	create("bytes", "S", "B");
	put("bytes", "h", "B", "/w==");	    /* ff */
	put("bytes", "h", "B", "//8=");	    /* ff ff */
	put("bytes", "h", "B", "/wA=");	    /* ff 00 */
	put("bytes", "h", "B", "fw==");	    /* 7f */
	put("bytes", "h", "B", "/v8=");	    /* fe ff */
	(void)ddb_run("Query",
	    ddb_quote("{'TableName':'bytes','KeyConditionExpression':"
		      "'h = :h AND begins_with(r, :r)',"
		      "'ExpressionAttributeValues':{':h':{'S':'h'},':r':"
		      "{'B':'/w=='}}}"));
	keys_are("B", "/w== /wA= //8=");
	(void)ddb_run("Query",
	    ddb_quote("{'TableName':'bytes','KeyConditionExpression':"
		      "'h = :h AND r < :r','ExpressionAttributeValues':"
		      "{':h':{'S':'h'},':r':{'B':'/w=='}}}"));
	keys_are("B", "fw== /v8=");
}

static void
test_refused(void)
{
	static const char *const cases[][3] = {
		{ "r > :r AND x = :h", ",':r':{'N':'1'}",
		    "Query condition missed key schema element: h" },
		{ "h > :h", "", "Query key condition not supported" },
		{ "h = :h AND x = :h", "",
		    "Query condition missed key schema element: r" },
		{ "h = :h AND h = :h", "",
		    "KeyConditionExpressions must only contain one condition "
		    "per key" },
		{ "h = :h AND r = :r AND x = :h", ",':r':{'N':'1'}",
		    "Conditions can be of length 1 or 2 only" },
		{ "h = :r", ",':r':{'N':'1'}",
		    "Value provided in ExpressionAttributeValues unused in "
		    "expressions: keys: {:h}" },
		{ "h = :h AND r = :h", "",
		    INVALID "Condition parameter type does not match schema "
			    "type" },
		{ "h = :h OR r = :r", ",':r':{'N':'1'}",
		    "Invalid operator used in KeyConditionExpression: OR" },
		{ "NOT h = :h", "",
		    "Invalid operator used in KeyConditionExpression: NOT" },
		{ "h = :h AND r <> :r", ",':r':{'N':'1'}",
		    "Invalid operator used in KeyConditionExpression: <>" },
		{ "h = :h AND r IN (:r)", ",':r':{'N':'1'}",
		    "Invalid operator used in KeyConditionExpression: IN" },
		{ "h = :h AND contains(r, :r)", ",':r':{'N':'1'}",
		    "Invalid operator used in KeyConditionExpression: "
		    "contains" },
		{ "h = :h AND attribute_exists(r)", "",
		    "Invalid operator used in KeyConditionExpression: "
		    "attribute_exists" },
		{ "h = :h AND size(r) > :r", ",':r':{'N':'1'}",
		    "KeyConditionExpressions cannot contain nested "
		    "operations" },
		{ "h = :h AND r.x > :r", ",':r':{'N':'1'}",
		    "KeyConditionExpressions cannot have conditions on nested "
		    "attributes" },
		{ "h = :h AND r > h", "",
		    "Invalid condition in KeyConditionExpression: Multiple "
		    "attribute names used in one condition" },
		{ "h = :h AND :r = :h", ",':r':{'N':'1'}",
		    "Invalid condition in KeyConditionExpression: No key "
		    "attribute specified" },
		{ "h = :h AND :r BETWEEN r AND :h", ",':r':{'N':'1'}",
		    "Invalid condition in KeyConditionExpression: BETWEEN "
		    "operator must have the key attribute as its first "
		    "operand" },
		{ "h = :h AND :r BETWEEN r AND r", ",':r':{'N':'1'}",
		    "Invalid condition in KeyConditionExpression: BETWEEN "
		    "operator must have the key attribute as its first "
		    "operand" },
		{ "h = :h AND r BETWEEN :r AND :s",
		    ",':r':{'N':'2'},':s':{'N':'1'}",
		    "Invalid KeyConditionExpression: The BETWEEN operator "
		    "requires upper bound to be greater than or equal to lower "
		    "bound; lower bound operand: AttributeValue: {N:2}, upper "
		    "bound operand: AttributeValue: {N:1}" },
		{ "h = :h AND begins_with(r, :r)", ",':r':{'N':'1'}",
		    "Invalid KeyConditionExpression: Incorrect operand type "
		    "for operator or function; operator or function: "
		    "begins_with, operand type: N" },
		{ "h = :h AND r = :e", ",':e':{'S':''}",
		    INVALID "Condition parameter type does not match schema "
			    "type" },
		{ "", "",
		    "Invalid KeyConditionExpression: The expression can not be "
		    "empty;" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'num','KeyConditionExpression':"
			       "'%s','ExpressionAttributeValues':{':h':{'S':"
			       "'h'}%s}}%c", cases[i][0], cases[i][1], 0);
		ddb_invalid("Query", b.p, cases[i][2]);
	}
	ddb_invalid("Query", "{'TableName':'num'}",
	    "Either the KeyConditions or KeyConditionExpression parameter must "
	    "be specified in the request.");
	ddb_invalid("Query",
	    "{'TableName':'num','KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':''}}}",
	    "One or more parameter values are not valid. The AttributeValue "
	    "for a key attribute cannot contain an empty string value. Key: h");
	ddb_invalid("Query",
	    NUM("h = :h", "},'FilterExpression':'r = :h','X':{"),
	    "Filter Expression can only contain non-primary key attributes: "
	    "Primary key attribute: r");
	ddb_invalid("Query", NUM("h = :h", "},'IndexName':'idx','X':{"),
	    "The table does not have the specified index: idx");
	ddb_invalid("Query", NUM("h = :h", "},'Select':'COUNT','X':{"),
	    "Cannot specify the ProjectionExpression when choosing to get only "
	    "the Count");
	ddb_invalid("Query", NUM("h = :h", "},'Limit':0,'X':{"),
	    ONE "Value '0' at 'limit' failed to satisfy constraint: Member "
		"must have value greater than or equal to 1");
	ddb_bad("Query",
	    "{'TableName':'none','KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}}}",
	    "ResourceNotFoundException", "Requested resource not found");
}

static void
test_legacy_refused(void)
{
	static const char *const cases[][2] = {
		{ "{}", "Conditions can be of length 1 or 2 only" },
		{ "{'h':{'ComparisonOperator':'EQ'}}",
		    INVALID "Invalid number of argument(s) for the EQ "
			    "ComparisonOperator" },
		{ "{'h':{'ComparisonOperator':'EQ','AttributeValueList':["
		  "{'S':'h'}]},'r':{'ComparisonOperator':'NE',"
		  "'AttributeValueList':[{'N':'1'}]}}",
		    "Attempted conditional constraint is not an indexable "
		    "operation" },
		{ "{'h':{'ComparisonOperator':'EQ','AttributeValueList':["
		  "{'SS':['h']}]}}",
		    INVALID "Condition parameter type does not match schema "
			    "type" },
		{ "{'h':{'ComparisonOperator':'EQ','AttributeValueList':["
		  "{'L':[]}]}}",
		    INVALID "ComparisonOperator EQ is not valid for L "
			    "AttributeValue type" },
		{ "{'r':{'ComparisonOperator':'BETWEEN',"
		  "'AttributeValueList':[{'N':'2'},{'S':'1'}]}}",
		    INVALID "AttributeValues inside AttributeValueList must "
			    "be of same type" },
		{ "{'r':{'ComparisonOperator':'BETWEEN',"
		  "'AttributeValueList':[{'N':'2'},{'N':'1'}]}}",
		    "The BETWEEN condition was provided a range where the "
		    "lower bound is greater than the upper bound" },
		{ "{'h':{'ComparisonOperator':'BEGINS_WITH',"
		  "'AttributeValueList':[{'S':'h'}]}}",
		    "Query key condition not supported" },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'num','KeyConditions':%s}%c",
		    cases[i][0], 0);
		ddb_invalid("Query", b.p, cases[i][1]);
	}
}

static void
test_paging(void)
{
	num("{'TableName':'num','Limit':3,'KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}}}",
	    "-1.5 -0.00000000000000000001 0");
	ok(ddb_said("\"Count\":3,\"ScannedCount\":3,\"LastEvaluatedKey\":"
		    "{\"h\":{\"S\":\"h\"},\"r\":{\"N\":\"0\"}}"), "goes on");
	num("{'TableName':'num','Limit':3,'KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'},'r':{'N':'0'}}}", "2 3 10");
	num("{'TableName':'num','Limit':3,'KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'},'r':{'N':'10'}}}",
	    "100 100000000000000000000");
	ok(!ddb_said("LastEvaluatedKey"), "the end");
	num("{'TableName':'num','Limit':2,'KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'},'r':{'N':'10'}}}",
	    "100 100000000000000000000");
	ok(ddb_said("LastEvaluatedKey"), "the limit, before the end is seen");
	num("{'TableName':'num','Limit':2,'ScanIndexForward':false,"
	    "'KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'},'r':{'N':'2.5'}}}",
	    "2 0");
	ddb_ok("Query",
	    "{'TableName':'num','Select':'COUNT','Limit':4,"
	    "'ReturnConsumedCapacity':'TOTAL','FilterExpression':"
	    "'attribute_exists(zz)','KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}}}",
	    "{'Count':0,'ScannedCount':4,'LastEvaluatedKey':{'h':{'S':'h'},"
	    "'r':{'N':'2'}},'ConsumedCapacity':{'TableName':'num',"
	    "'CapacityUnits':0.5}}");
	ddb_invalid("Query",
	    "{'TableName':'num','KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'g'},'r':{'N':'0'}}}",
	    "The provided starting key is outside query boundaries based on "
	    "provided conditions");
	ddb_invalid("Query",
	    "{'TableName':'num','KeyConditionExpression':'h = :h AND r > :r',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'},':r':{'N':'5'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'},'r':{'N':'5'}}}",
	    "The provided starting key does not match the range key "
	    "predicate");
	ddb_invalid("Query",
	    "{'TableName':'num','KeyConditionExpression':'h = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'}}}",
	    "The provided starting key is invalid");
	/* Before what the conditions have to do with the table. */
	ddb_invalid("Query",
	    "{'TableName':'num','KeyConditionExpression':'x = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ExclusiveStartKey':{'h':{'S':'h'},'r':{'S':'0'}}}",
	    "The provided key element does not match the schema");
	/* Some refusals of its values are made earlier than others. */
	ddb_invalid("Query",
	    "{'TableName':'num','ExclusiveStartKey':{'h':{'SS':[]}}}",
	    "The provided starting key is invalid: One or more parameter "
	    "values were invalid: An string set  may not be empty");
	ddb_invalid("Scan",
	    "{'TableName':'num','ExclusiveStartKey':{'h':{}}}",
	    "The provided starting key is invalid: Supplied AttributeValue is "
	    "empty, must contain exactly one of the supported datatypes");
	ddb_invalid("Scan",
	    "{'TableName':'num','ExclusiveStartKey':{'h':{'N':'x'}}}",
	    "The parameter cannot be converted to a numeric value: x");
	ddb_invalid("Scan",
	    "{'TableName':'num','ExclusiveStartKey':{'h':{'SS':['a','a']}}}",
	    "One or more parameter values were invalid: Input collection [a, "
	    "a] contains duplicates.");
}

/* Three items of 349,525 bytes are 1,048,575; of 349,526 they are past it. */
static void
test_page_size(void)
{
	for (size_t more = 0; more < 2; more++) {
		create(more == 0 ? "full" : "past", "S", "N");
		for (unsigned i = 1; i <= 4; i++) {
			struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(1));

			buf_printf(&b, "{'TableName':'%s','Item':{'h':{'S':"
				       "'h'},'r':{'N':'%u'},'v':{'S':'%c",
			    more == 0 ? "full" : "past", i, 0);
			(void)ddb_run_long("PutItem", b.p,
			    349525 + more - 6, 'v', "'}}}");
		}
	}
	ddb_ok("Query",
	    "{'TableName':'full','Select':'COUNT','KeyConditionExpression':"
	    "'h = :h','ExpressionAttributeValues':{':h':{'S':'h'}},"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'Count':3,'ScannedCount':3,'LastEvaluatedKey':{'h':{'S':'h'},"
	    "'r':{'N':'3'}},'ConsumedCapacity':{'TableName':'full',"
	    "'CapacityUnits':128.0}}");
	ddb_ok("Scan",
	    "{'TableName':'past','Select':'COUNT','ConsistentRead':true,"
	    "'ReturnConsumedCapacity':'TOTAL'}",
	    "{'Count':2,'ScannedCount':2,'LastEvaluatedKey':{'h':{'S':'h'},"
	    "'r':{'N':'2'}},'ConsumedCapacity':{'TableName':'past',"
	    "'CapacityUnits':171.0}}");
	(void)ddb_run("Query",
	    ddb_quote("{'TableName':'full','KeyConditionExpression':"
		      "'h = :h','ScanIndexForward':false,"
		      "'ProjectionExpression':'r',"
		      "'ExpressionAttributeValues':{':h':{'S':'h'}}}"));
	keys_are("N", "4 3 2");
}

/* Every item in exactly one segment, page by page. */
static void
scan_all(unsigned total, unsigned rows)
{
	unsigned seen[64] = { 0 }, bad = 0;

	for (unsigned s = 0; s < total; s++) {
		struct buf start CLEANUP(buf_free) = BUF_INIT(KIB(4));

		for (bool more = true; more;) {
			struct json *j CLEANUP(json_freep) = NULL;
			struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
			struct json_error error;
			const struct json *items, *last;

			buf_printf(&b, "{\"TableName\":\"seg\",\"Limit\":3,"
				       "\"Segment\":%u,\"TotalSegments\":%u",
			    s, total);
			buf_puts(&b, buf_str(&start));
			buf_putc(&b, '}');
			if (ddb_run("Scan", buf_str(&b)) != ERR_OK ||
			    json_parse(buf_str(&ddb_out), 9, &j, &error) !=
				ERR_OK) {
				ok(false, "%.*s", STR_ARG(buf_str(&ddb_out)));
				return;
			}
			items = json_get(j, "Items");
			for (size_t i = 0; i < json_len(items); i++) {
				struct str h = json_str(json_get(json_get(
				    json_at(items, i), "h"), "S"));
				uint64_t n = 63;

				h.p++;
				h.len--;
				bad += !str_u64(h, 63, &n);
				seen[n]++;
			}
			last = json_get(j, "LastEvaluatedKey");
			more = last != NULL;
			buf_reset(&start);
			if (more) {
				BUF_LIT(&start, ",\"ExclusiveStartKey\":");
				json_put(&start, last);
			}
		}
	}
	for (unsigned i = 0; i < rows; i++)
		bad += seen[i] != 1;
	is_int(bad, 0, "%u segments: each item once", total);
}

static void
test_scan(void)
{
	create("seg", "S", "");
	for (unsigned i = 0; i < 50; i++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

		buf_printf(&b, "{'TableName':'seg','Item':{'h':{'S':'k%u'}}}"
			       "%c", i, 0);
		(void)ddb_run("PutItem", ddb_quote(b.p));
	}
	scan_all(1, 50);
	scan_all(2, 50);
	scan_all(7, 50);
	ddb_ok("Scan",
	    "{'TableName':'seg','Segment':999999,'TotalSegments':1000000}",
	    NULL);
	ddb_invalid("Scan",
	    "{'TableName':'seg','Segment':0,'TotalSegments':1000001}",
	    ONE "Value '1000001' at 'totalSegments' failed to satisfy "
		"constraint: Member must have value less than or equal to "
		"1000000");
	ddb_invalid("Scan", "{'TableName':'seg','Segment':1}",
	    "The TotalSegments parameter is required but was not present in "
	    "the request when Segment parameter is present");
	ddb_invalid("Scan", "{'TableName':'seg','TotalSegments':1}",
	    "The Segment parameter is required but was not present in the "
	    "request when parameter TotalSegments is present");
	ddb_invalid("Scan", "{'TableName':'seg','Segment':2,'TotalSegments':2"
			    "}",
	    "The Segment parameter is zero-based and must be less than "
	    "parameter TotalSegments: Segment: 2 is not less than "
	    "TotalSegments: 2");
	ddb_invalid("Scan", "{'TableName':'seg','ExclusiveStartKey':{}}",
	    "The provided starting key is invalid: The provided key element "
	    "does not match the schema");
	ddb_invalid("Scan", "{'TableName':'seg','Select':"
			    "'SPECIFIC_ATTRIBUTES'}",
	    "Must specify the AttributesToGet or ProjectionExpression when "
	    "choosing to get SPECIFIC_ATTRIBUTES");
	ddb_ok("Scan", "{'TableName':'seg','FilterExpression':'h = :h',"
		       "'ExpressionAttributeValues':{':h':{'S':'k7'}}}",
	    "{'Items':[{'h':{'S':'k7'}}],'Count':1,'ScannedCount':50}");
	ddb_invalid("Query",
	    "{'TableName':'seg','KeyConditionExpression':'h = :h AND r = :h',"
	    "'ExpressionAttributeValues':{':h':{'S':'k7'}}}",
	    "Query key condition not supported");
}

int
main(void)
{
	ddb_open();
	test_ranges();
	test_text_ranges();
	test_refused();
	test_legacy_refused();
	test_paging();
	test_page_size();
	test_scan();
	ddb_close();
	return tap_done();
}
