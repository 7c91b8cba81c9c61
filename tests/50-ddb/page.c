/* SPDX-License-Identifier: ISC */
/*
 * page.t - where a page ends that no Limit ends: Query, Scan, their filters,
 * an index and a stream, at 1 MiB and one byte past it.
 */
#include "ddb.h"

#define KEY	    6  /* bytes of {'h':'h','r':N,'c':''} */
#define RECORD_KEYS 5  /* of the keys alone, which a record has, too */
#define EACH	    (LIMIT_ITEM - KEY)
#define LAST	    (LIMIT_PAGE - 2 * LIMIT_ITEM)
#define OF_H                                           \
	"'TableName':'tab','KeyConditionExpression':'h = :h'," \
	"'ExpressionAttributeValues':{':h':{'S':'h'}"

static void
create(const char *name, const char *more)
{
	char in[1024];

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'%s','BillingMode':'PAY_PER_REQUEST',"
	    "'KeySchema':[{'AttributeName':'h','KeyType':'HASH'},"
	    "{'AttributeName':'r','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'h','AttributeType':"
	    "'S'},{'AttributeName':'r','AttributeType':'N'}]%s}",
	    name, more);
	ddb_ok("CreateTable", in, NULL);
}

static void
put(const char *table, unsigned r, size_t n)
{
	char before[128];

	(void)snprintf(before, sizeof(before),
	    "{'TableName':'%s','Item':{'h':{'S':'h'},'r':{'N':'%u'},"
	    "'c':{'S':'", table, r);
	is_int(ddb_run_long("PutItem", before, n, 'v', "'}}}"), ERR_OK,
	    "item %u", r);
}

/* Does one page have all three, or two and where the third is? */
static void
page(const char *op, const char *in, bool all)
{
	(void)ddb_run(op, ddb_quote(in));
	ok(all ? ddb_said("\"ScannedCount\":3") &&
		    !ddb_said("LastEvaluatedKey") :
		 ddb_said("\"ScannedCount\":2,\"LastEvaluatedKey\":{\"h\":"
			  "{\"S\":\"h\"},\"r\":{\"N\":\"2\"}}"),
	    "%s %s: %s", op, in,
	    all ? "all in one page" : "one byte more is too much");
}

static void
pages(bool all)
{
	page("Query", "{" OF_H "},'Select':'COUNT'}", all);
	page("Query", "{" OF_H "},'Select':'COUNT','ScanIndexForward':false}",
	    all);
	page("Query",
	    "{" OF_H ",':no':{'S':'no'}},'FilterExpression':'c = :no'}",
	    all);
	page("Query", "{" OF_H "},'ProjectionExpression':'r'}", all);
	page("Scan", "{'TableName':'tab','Select':'COUNT'}", all);
	page("Scan",
	    "{'TableName':'tab','ProjectionExpression':'r',"
	    "'FilterExpression':'attribute_not_exists(c)'}",
	    all);
}

static void
test_items(void)
{
	create("tab", "");
	put("tab", 1, EACH);
	put("tab", 2, EACH);
	put("tab", 3, LAST - KEY);
	pages(true);
	put("tab", 3, LAST - KEY + 1);
	pages(false);
	/* The first may be as large as an item can be. */
	ddb_ok("Query",
	    "{" OF_H "},'Select':'COUNT','Limit':1,'ScanIndexForward':false}",
	    "{'Count':1,'ScannedCount':1,'LastEvaluatedKey':{'h':{'S':'h'},"
	    "'r':{'N':'3'}}}");
}

/* A member of the last answer, for the next request. */
static const char *
keep(const char *name)
{
	static char kept[3][256];
	static unsigned turn;
	char *to = kept[turn++ % NELEM(kept)], mark[64];
	const char *at;

	(void)snprintf(mark, sizeof(mark), "\"%s\":\"", name);
	at = memmem(ddb_out.p, ddb_out.len, mark, strlen(mark));
	if (at == NULL) {
		ok(false, "%s is answered", name);
		return "";
	}
	at += strlen(mark);
	(void)snprintf(to, sizeof(kept[0]), "%.*s", (int)strcspn(at, "\""), at);
	return to;
}

static unsigned
records(const char *table)
{
	const char *p, *end;
	char in[512];
	const char *arn, *shard;
	unsigned n = 0;

	(void)snprintf(in, sizeof(in), "{'TableName':'%s'}", table);
	ddb_ok("ListStreams", in, NULL);
	arn = keep("StreamArn");
	(void)snprintf(in, sizeof(in), "{'StreamArn':'%s'}", arn);
	ddb_ok("DescribeStream", in, NULL);
	shard = keep("ShardId");
	(void)snprintf(in, sizeof(in),
	    "{'StreamArn':'%s','ShardId':'%s','ShardIteratorType':"
	    "'TRIM_HORIZON'}", arn, shard);
	ddb_ok("GetShardIterator", in, NULL);
	(void)snprintf(in, sizeof(in), "{'ShardIterator':'%s'}",
	    keep("ShardIterator"));
	ddb_ok("GetRecords", in, NULL);
	end = ddb_out.p + ddb_out.len;
	for (p = ddb_out.p;
	     (p = memmem(p, (size_t)(end - p), "eventID", 7)) != NULL; p++)
		n++;
	return n;
}

/* A record is as large as its keys and its image. */
static void
test_records(void)
{
	const size_t third =
	    LIMIT_PAGE - 2 * (LIMIT_ITEM + RECORD_KEYS) - RECORD_KEYS - KEY;

	static const char *const tables[] = { "exact", "more" };

	for (size_t more = 0; more <= 1; more++) {
		const char *t = tables[more];

		create(t, ",'StreamSpecification':{'StreamEnabled':true,"
			  "'StreamViewType':'NEW_IMAGE'}");
		put(t, 1, EACH);
		put(t, 2, EACH);
		put(t, 3, third + more);
		is_int(records(t), more == 0 ? 3 : 2,
		    "a stream's page, %zu past 1 MiB", more);
	}
}

int
main(void)
{
	ddb_open();
	test_items();
	test_records();
	ddb_close();
	return tap_done();
}
