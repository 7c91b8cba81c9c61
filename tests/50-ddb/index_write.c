/* SPDX-License-Identifier: ISC */
/* index_write.t - what indexes refuse, and what a write of an item costs. */
#include "ddb.h"
#include "ddb/write.h"

#define INVALID "One or more parameter values were invalid: "
#define HASH(a)	 "{'AttributeName':'" a "','KeyType':'HASH'}"
#define RANGE(a) "{'AttributeName':'" a "','KeyType':'RANGE'}"
#define ATTR(a, t) "{'AttributeName':'" a "','AttributeType':'" t "'}"
#define INDEX(name, keys, how)                                                 \
	"{'IndexName':'" name "','KeySchema':[" keys "],'Projection':{"        \
	"'ProjectionType':'" how "'}}"
#define UNITS(n) "{'CapacityUnits':" n "}"

/* A put of a,1 with more; the capacity of each arm. */
#define PUT(more)                                                              \
	"{'TableName':'tab','ReturnConsumedCapacity':'INDEXES','Item':{"       \
	"'p':{'S':'a'},'s':{'S':'1'}" more "}}"
#define COST(sum, arms)                                                        \
	"{'ConsumedCapacity':{'TableName':'tab','CapacityUnits':" sum          \
	",'Table':" UNITS("1.0") arms "}}"
#define LOCAL(n)   ",'LocalSecondaryIndexes':{'loc':" UNITS(n) "}"
#define GLOBAL(x)  ",'GlobalSecondaryIndexes':{" x "}"
#define ARM(i, n)  "'" i "':" UNITS(n)

static void
create(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'tab','BillingMode':'PAY_PER_REQUEST',"
	    "'AttributeDefinitions':[" ATTR("p", "S") "," ATTR("s", "S") ","
	    ATTR("g", "S") "," ATTR("n", "N") "," ATTR("b", "B") "],"
	    "'KeySchema':[" HASH("p") "," RANGE("s") "],"
	    "'GlobalSecondaryIndexes':[" INDEX("all", HASH("g"), "ALL") ","
	    INDEX("key", HASH("g") "," RANGE("n"), "KEYS_ONLY")
	    ",{'IndexName':'inc','KeySchema':[" HASH("b") "],'Projection':{"
	    "'ProjectionType':'INCLUDE','NonKeyAttributes':['i']}}],"
	    "'LocalSecondaryIndexes':[" INDEX("loc",
		HASH("p") "," RANGE("n"), "KEYS_ONLY") "]}",
	    NULL);
}

static void
test_put_refused(void)
{
	ddb_invalid("PutItem", PUT(",'g':{'N':'1'}"),
	    INVALID "Type mismatch for Index Key g Expected: S Actual: N "
		    "IndexName: all");
	ddb_invalid("PutItem", PUT(",'n':{'NULL':true}"),
	    INVALID "Type mismatch for Index Key n Expected: N Actual: NULL "
		    "IndexName: key");
	ddb_invalid("PutItem", PUT(",'b':{'M':{}}"),
	    INVALID "Type mismatch for Index Key b Expected: B Actual: M "
		    "IndexName: inc");
	ddb_invalid("PutItem", PUT(",'g':{'S':''}"),
	    "One or more parameter values are not valid. A value specified "
	    "for a secondary index key is not supported. The AttributeValue "
	    "for a key attribute cannot contain an empty string value. "
	    "IndexName: all, IndexKey: g");
	ddb_invalid("PutItem", PUT(",'b':{'B':''}"),
	    "One or more parameter values are not valid. A value specified "
	    "for a secondary index key is not supported. The AttributeValue "
	    "for a key attribute cannot contain an empty binary value. "
	    "IndexName: inc, IndexKey: b");
	ddb_invalid("BatchWriteItem",
	    "{'RequestItems':{'tab':[{'PutRequest':{'Item':{'p':{'S':'a'},"
	    "'s':{'S':'1'},'g':{'N':'1'}}}}]}}",
	    INVALID "Type mismatch for Index Key g Expected: S Actual: N "
		    "IndexName: all");
	is_int(ddb_run_long("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':"
	    "'", 2048, 'x', "'}}}"), ERR_OK, "an index's key of 2048 bytes");
	is_int(ddb_run_long("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'a'},'s':{'S':'1'},'g':{'S':"
	    "'", 2049, 'x', "'}}}"), ERR_VALIDATION, "and of 2049");
	ok(ddb_said("Size of hashkey has exceeded the maximum size limit "
		    "of2048 bytes"), "and why");
	ddb_ok("DeleteItem",
	    "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'S':'1'}}}", "{}");
}

#define UPDATE(expr, values)                                                   \
	"{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'S':'1'}},"              \
	"'ReturnConsumedCapacity':'INDEXES','UpdateExpression':'" expr "'"     \
	values "}"
#define VALUE(v) ",'ExpressionAttributeValues':{':v':" v "}"

static void
test_update_refused(void)
{
	ddb_invalid("UpdateItem", UPDATE("SET g = :v", VALUE("{'N':'1'}")),
	    INVALID "Type mismatch for Index Key g Expected: S Actual: N "
		    "IndexName: all");
	ddb_invalid("UpdateItem", UPDATE("SET g = :v", VALUE("{'S':''}")),
	    "One or more parameter values are not valid. The update "
	    "expression attempted to update a secondary index key to a value "
	    "that is not supported. The AttributeValue for a key attribute "
	    "cannot contain an empty string value.");
	ddb_ok("UpdateItem", UPDATE("SET i = :v", VALUE("{'S':'i'}")), NULL);
	/* The value comes from elsewhere. */
	ddb_invalid("UpdateItem", UPDATE("SET n = i", ""),
	    INVALID "Type mismatch for Index Key n Expected: N Actual: S "
		    "IndexName: key");
	ddb_invalid("UpdateItem",
	    UPDATE("SET g.a = :v", VALUE("{'S':'i'}")),
	    "Key attributes must be scalars; list random access '[]' and map "
	    "lookup '.' are not allowed: IndexKey: g");
	ddb_ok("GetItem",
	    "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'S':'1'}}}",
	    "{'Item':{'p':{'S':'a'},'s':{'S':'1'},'i':{'S':'i'}}}");
	ddb_ok("DeleteItem",
	    "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'S':'1'}}}", "{}");
}

/* An arm counts when its entry changes, twice when it moves. */
static void
test_arms(void)
{
	ddb_ok("PutItem", PUT(""), COST("1.0", ""));
	ddb_ok("PutItem", PUT(",'g':{'S':'x'}"),
	    COST("2.0", GLOBAL(ARM("all", "1.0"))));
	ddb_ok("PutItem", PUT(",'g':{'S':'x'},'n':{'N':'1'}"),
	    COST("4.0", LOCAL("1.0") GLOBAL(ARM("all", "1.0") ","
		ARM("key", "1.0"))));
	/* What an index does not show does not concern it. */
	ddb_ok("PutItem", PUT(",'g':{'S':'x'},'n':{'N':'1'},'o':{'S':'o'}"),
	    COST("2.0", GLOBAL(ARM("all", "1.0"))));
	/* Equal, in another order and another spelling. */
	ddb_ok("PutItem", PUT(",'o':{'S':'o'},'n':{'N':'1.0'},'g':{'S':'x'}"),
	    COST("1.0", ""));
	ddb_ok("PutItem", PUT(",'g':{'S':'x'},'n':{'N':'2'},'o':{'S':'o'}"),
	    COST("6.0", LOCAL("2.0") GLOBAL(ARM("all", "1.0") ","
		ARM("key", "2.0"))));
	ddb_ok("UpdateItem", UPDATE("SET b = :v, i = :i",
	    ",'ExpressionAttributeValues':{':v':{'B':'AAE='},':i':{'S':'i'}}"),
	    COST("3.0", GLOBAL(ARM("all", "1.0") "," ARM("inc", "1.0"))));
	ddb_ok("UpdateItem", UPDATE("SET i = :v", VALUE("{'S':'ii'}")),
	    COST("3.0", GLOBAL(ARM("all", "1.0") "," ARM("inc", "1.0"))));
	ddb_ok("UpdateItem", UPDATE("REMOVE g", ""),
	    COST("3.0", GLOBAL(ARM("all", "1.0") "," ARM("key", "1.0"))));
	ddb_ok("DeleteItem",
	    "{'TableName':'tab','Key':{'p':{'S':'a'},'s':{'S':'1'}},"
	    "'ReturnConsumedCapacity':'INDEXES'}",
	    COST("3.0", LOCAL("1.0") GLOBAL(ARM("inc", "1.0"))));
	ddb_ok("DescribeTable", "{'TableName':'tab'}", NULL);
	ok(!ddb_said("\"ItemCount\":1") && !ddb_said("SizeBytes\":1"),
	    "nothing is left in any index");
}

/* Units by the size of what the index shows. */
static void
test_sizes(void)
{
	is_int(ddb_run_long("PutItem",
	    "{'TableName':'tab','ReturnConsumedCapacity':'INDEXES','Item':{"
	    "'p':{'S':'a'},'s':{'S':'1'},'g':{'S':'x'},'n':{'N':'1'},'o':{'S':"
	    "'", 3000, 'x', "'}}}"), ERR_OK, "an item of 3 KB");
	ok(ddb_said("\"CapacityUnits\":8.0,\"Table\":{\"CapacityUnits\":3.0},"
		    "\"LocalSecondaryIndexes\":{\"loc\":{\"CapacityUnits\":1.0"
		    "}},\"GlobalSecondaryIndexes\":{\"all\":{\"CapacityUnits\""
		    ":3.0},\"key\":{\"CapacityUnits\":1.0}}"), "each its own");
	ddb_ok("DescribeTable", "{'TableName':'tab'}", NULL);
	/* p2 s2 g2 n(1+2) o(1+3000) */
	ok(ddb_said("\"TableSizeBytes\":3010"), "the table's bytes");
	ok(ddb_said("index/all\",\"IndexStatus\":\"ACTIVE\",\"ItemCount\":1,"
		    "\"IndexSizeBytes\":3010"), "all");
	ok(ddb_said("index/key\",\"IndexStatus\":\"ACTIVE\",\"ItemCount\":1,"
		    "\"IndexSizeBytes\":9"), "the keys");
	ok(ddb_said("index/loc\",\"ItemCount\":1,\"IndexSizeBytes\":7"),
	    "the local one's");
	ddb_ok("PutItem", PUT(""), NULL);
	ddb_ok("DescribeTable", "{'TableName':'tab'}", NULL);
	ok(!ddb_said("IndexSizeBytes\":9") && !ddb_said("IndexSizeBytes\":3"),
	    "and nothing again");
}

static void
test_collections(void)
{
	ddb_ok("PutItem",
	    "{'TableName':'tab','ReturnItemCollectionMetrics':'SIZE','Item':{"
	    "'p':{'S':'a'},'s':{'S':'2'}}}",
	    "{'ItemCollectionMetrics':{'ItemCollectionKey':{'p':{'S':'a'}},"
	    "'SizeEstimateRangeGB':[0.0,1.0]}}");
	ddb_ok("UpdateItem",
	    "{'TableName':'tab','ReturnItemCollectionMetrics':'SIZE','Key':{"
	    "'p':{'S':'a'},'s':{'S':'2'}}}",
	    "{'ItemCollectionMetrics':{'ItemCollectionKey':{'p':{'S':'a'}},"
	    "'SizeEstimateRangeGB':[0.0,1.0]}}");
	ddb_ok("DeleteItem",
	    "{'TableName':'tab','ReturnItemCollectionMetrics':'NONE','Key':{"
	    "'p':{'S':'a'},'s':{'S':'2'}}}", "{}");
	ddb_ok("BatchWriteItem",
	    "{'ReturnItemCollectionMetrics':'SIZE','RequestItems':{'tab':["
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'3'}}}},"
	    "{'PutRequest':{'Item':{'p':{'S':'b'},'s':{'S':'3'}}}},"
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'4'}}}}]}}",
	    "{'UnprocessedItems':{},'ItemCollectionMetrics':{'tab':[{"
	    "'ItemCollectionKey':{'p':{'S':'a'}},'SizeEstimateRangeGB':[0.0,"
	    "1.0]},{'ItemCollectionKey':{'p':{'S':'b'}},'SizeEstimateRangeGB'"
	    ":[0.0,1.0]}]}}");
	ddb_ok("BatchWriteItem",
	    "{'ReturnConsumedCapacity':'INDEXES','RequestItems':{'tab':["
	    "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'3'},'n':{'N':'1'}}"
	    "}},{'PutRequest':{'Item':{'p':{'S':'b'},'s':{'S':'3'},'n':{'N':"
	    "'1'}}}}]}}",
	    "{'UnprocessedItems':{},'ConsumedCapacity':[{'TableName':'tab',"
	    "'CapacityUnits':4.0,'Table':" UNITS("2.0") LOCAL("2.0") "}]}");
}

/* A copy of an item that was made before the index was. */
static enum err
write_copy(bool copied)
{
	struct table t;
	struct write w = { .t = &t,
		.copied = copied,
		.key = { STR_INIT("hash-old"), STR_INIT("1") },
		.item = { .text = STR_INIT("{\"p\":{\"S\":\"old\"},\"s\":"
			  "{\"S\":\"1\"},\"g\":{\"N\":\"1\"}}"),
		    .size = 10 } };
	enum err e;

	arena_reset(ddb_ctx.arena);
	if (store_begin(ddb_ctx.store, true, clock_ms() + 1000) != ERR_OK ||
	    table_open(&ddb_ctx, STR("tab"), &t) != ERR_OK)
		abort();
	e = write_apply(&ddb_ctx, &w, NULL);
	if (e == ERR_OK)
		e = store_commit(ddb_ctx.store);
	else
		store_rollback(ddb_ctx.store);
	return e;
}

static void
test_copied(void)
{
	ddb_ok("Scan", "{'TableName':'tab','IndexName':'all','Select':'COUNT'}",
	    "{'Count':0,'ScannedCount':0}");
	is_int(write_copy(false), ERR_VALIDATION,
	    "a new item is refused for an index's sake");
	is_int(write_copy(true), ERR_OK, "a copied one is not");
	ddb_ok("Scan", "{'TableName':'tab','IndexName':'all','Select':'COUNT'}",
	    "{'Count':0,'ScannedCount':0}");
}

/* ---- several attributes */

static void
create_multi(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'multi','BillingMode':'PAY_PER_REQUEST',"
	    "'AttributeDefinitions':[" ATTR("p", "S") "," ATTR("a", "S") ","
	    ATTR("b", "N") "," ATTR("c", "S") "," ATTR("d", "N") ","
	    ATTR("e", "B") "],'KeySchema':[" HASH("p")
	    "],'GlobalSecondaryIndexes':[" INDEX("ind",
		HASH("a") "," HASH("b") "," RANGE("c") "," RANGE("d") ","
		RANGE("e"), "ALL") "]}",
	    NULL);
}

/* p, a, b, c, d and e, empty: it has none. */
static void
put(const char *p, const char *a, const char *b, const char *c,
    const char *d, const char *e)
{
	const char *const values[] = { a, b, c, d, e };
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&text, "{'TableName':'multi','Item':{'p':{'S':'%s'}", p);
	for (unsigned i = 0; i < NELEM(values); i++)
		if (*values[i] != '\0')
			buf_printf(&text, ",'%c':{'%c':'%s'}", 'a' + (int)i,
			    "SNSNB"[i], values[i]);
	buf_printf(&text, "}}%c", 0);
	if (ddb_run("PutItem", ddb_quote(text.p)) != ERR_OK)
		ok(false, "put %s", text.p);
}

#define MULTI(expr, values)                                                    \
	"{'TableName':'multi','IndexName':'ind','KeyConditionExpression':'"    \
	expr "','ExpressionAttributeValues':{':a':{'S':'a'},':b':{'N':'1'}"    \
	values "}}"

/* All keys of one kind have the limit together. */
static void
test_multi_size(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'size','BillingMode':'PAY_PER_REQUEST',"
	    "'AttributeDefinitions':[" ATTR("p", "S") "," ATTR("a", "S") ","
	    ATTR("b", "S") "," ATTR("c", "S") "," ATTR("d", "S") ","
	    ATTR("n", "N") "],'KeySchema':[" HASH("p")
	    "],'GlobalSecondaryIndexes':[" INDEX("ind",
		HASH("a") "," HASH("b") "," HASH("n") "," RANGE("c") ","
		RANGE("d"), "ALL") "]}",
	    NULL);
#define ITEM(a, c)                                                             \
	"{'TableName':'size','Item':{'p':{'S':'1'},'n':{'N':'12345'},'a':{'S'" \
	":'" a "'},'c':{'S':'" c "'}"
	is_int(ddb_run_long("PutItem", ITEM("12345678", "c")
	    ",'d':{'S':'d'},'b':{'S':'", 2040, 'x', "'}}}"), ERR_OK,
	    "2048 bytes of hash keys");
	ddb_ok("Scan", "{'TableName':'size','IndexName':'ind','Select':"
		       "'COUNT'}", "{'Count':1,'ScannedCount':1}");
	is_int(ddb_run_long("PutItem", ITEM("123456789", "c")
	    ",'d':{'S':'d'},'b':{'S':'", 2040, 'x', "'}}}"), ERR_VALIDATION,
	    "and 2049");
	ok(ddb_said("Size of hashkey has exceeded"), "and why");
	is_int(ddb_run_long("PutItem", ITEM("a", "1234")
	    ",'b':{'S':'b'},'d':{'S':'", 1020, 'x', "'}}}"), ERR_OK,
	    "1024 bytes of range keys");
	is_int(ddb_run_long("PutItem", ITEM("a", "12345")
	    ",'b':{'S':'b'},'d':{'S':'", 1020, 'x', "'}}}"), ERR_VALIDATION,
	    "and 1025");
	ok(ddb_said("Aggregated size of all range keys has exceeded the size "
		    "limit of 1024 bytes"), "and why");
	ddb_ok("Scan", "{'TableName':'size','IndexName':'ind','Select':"
		       "'COUNT'}", "{'Count':1,'ScannedCount':1}");
}

/* The partition keys that a query finds, in their order. */
static void
finds(const char *query, const char *want)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct buf got CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct json_error error;
	const struct json *items;

	if (ddb_run("Query", ddb_quote(query)) != ERR_OK ||
	    json_parse(buf_str(&ddb_out), 99, &j, &error) != ERR_OK) {
		is_str(buf_str(&ddb_out), STR("an answer"), "%s", query);
		return;
	}
	items = json_get(j, "Items");
	for (size_t i = 0; i < json_len(items); i++)
		buf_puts(&got, json_str(json_get(json_get(json_at(items, i),
						     "p"), "S")));
	buf_putc(&got, '.');
	is_str(buf_str(&got), str_from(want), "%s", query);
}

static void
test_multi(void)
{
	/* In the order of c, d, e; NUL and prefixes sort as they should. */
	put("1", "a", "1", "c", "-5", "AA==");
	put("2", "a", "1", "c", "2", "AA==");
	put("3", "a", "1", "c", "2", "AAA=");
	put("4", "a", "1", "c", "2", "AQ==");
	put("5", "a", "1", "c", "10", "AA==");
	put("6", "a", "1", "c\\u0000", "1", "AA==");
	put("7", "a", "1", "cc", "1", "AA==");
	put("8", "a", "2", "c", "1", "AA==");
	put("9", "a", "1", "c", "1", ""); /* sparse */
	finds(MULTI("a = :a AND b = :b", ""), "1234567.");
	finds(MULTI("b = :b AND a = :a", ""), "1234567.");
	finds(MULTI("a = :a AND b = :b AND c = :c", ",':c':{'S':'c'}"),
	    "12345.");
	finds(MULTI("a = :a AND b = :b AND begins_with(c, :c)",
	    ",':c':{'S':'c'}"), "1234567.");
	finds(MULTI("a = :a AND b = :b AND c > :c", ",':c':{'S':'c'}"), "67.");
	finds(MULTI("a = :a AND b = :b AND c >= :c", ",':c':{'S':'c'}"),
	    "1234567.");
	finds(MULTI("a = :a AND b = :b AND c < :c", ",':c':{'S':'cc'}"),
	    "123456.");
	finds(MULTI("a = :a AND b = :b AND c <= :c", ",':c':{'S':'cc'}"),
	    "1234567.");
	finds(MULTI("a = :a AND b = :b AND d = :d AND c = :c",
	    ",':c':{'S':'c'},':d':{'N':'2.0'}"), "234.");
	finds(MULTI("a = :a AND b = :b AND c = :c AND d < :d",
	    ",':c':{'S':'c'},':d':{'N':'2'}"), "1.");
	finds(MULTI("a = :a AND b = :b AND c = :c AND d > :d",
	    ",':c':{'S':'c'},':d':{'N':'2'}"), "5.");
	finds(MULTI("a = :a AND b = :b AND c = :c AND d BETWEEN :d AND :e",
	    ",':c':{'S':'c'},':d':{'N':'-5'},':e':{'N':'2'}"), "1234.");
	finds(MULTI("a = :a AND b = :b AND c = :c AND d = :d AND "
		    "begins_with(e, :e)",
	    ",':c':{'S':'c'},':d':{'N':'2'},':e':{'B':'AA=='}"), "23.");
	finds(MULTI("a = :a AND b = :b AND c = :c AND d = :d AND e > :e",
	    ",':c':{'S':'c'},':d':{'N':'2'},':e':{'B':'AA=='}"), "34.");
}

static void
test_multi_refused(void)
{
	ddb_invalid("Query",
	    "{'TableName':'multi','IndexName':'ind','KeyConditionExpression':"
	    "'a = :a','ExpressionAttributeValues':{':a':{'S':'a'}}}",
	    "Query condition missed key schema element: b");
	ddb_invalid("Query", MULTI("a = :a AND b > :b", ""),
	    "Query key condition not supported");
	ddb_invalid("Query",
	    MULTI("a = :a AND b = :b AND d = :d", ",':d':{'N':'1'}"),
	    "Query condition missed key schema element: c");
	ddb_invalid("Query",
	    MULTI("a = :a AND b = :b AND c > :c AND d = :d",
		",':c':{'S':'c'},':d':{'N':'1'}"),
	    "Query key condition not supported");
	ddb_ok("Query",
	    "{'TableName':'multi','IndexName':'ind','KeyConditionExpression':"
	    "'a = :a AND b = :b','ExpressionAttributeValues':{':a':{'S':'a'},"
	    "':b':{'N':'1'}},'Limit':6,'Select':'COUNT'}",
	    "{'Count':6,'ScannedCount':6,'LastEvaluatedKey':{'p':{'S':'6'},"
	    "'a':{'S':'a'},'b':{'N':'1'},'c':{'S':'c\\u0000'},'d':{'N':'1'},"
	    "'e':{'B':'AA=='}}}");
	ddb_ok("Query",
	    "{'TableName':'multi','IndexName':'ind','KeyConditionExpression':"
	    "'a = :a AND b = :b','ExpressionAttributeValues':{':a':{'S':'a'},"
	    "':b':{'N':'1'}},'Select':'COUNT','ExclusiveStartKey':{'p':{'S':"
	    "'6'},'a':{'S':'a'},'b':{'N':'1'},'c':{'S':'c\\u0000'},'d':{'N':"
	    "'1'},'e':{'B':'AA=='}}}",
	    "{'Count':1,'ScannedCount':1}");
}

int
main(void)
{
	ddb_open();
	create();
	test_put_refused();
	test_update_refused();
	test_arms();
	test_sizes();
	test_collections();
	test_copied();
	create_multi();
	test_multi();
	test_multi_refused();
	test_multi_size();
	ddb_close();
	return tap_done();
}
