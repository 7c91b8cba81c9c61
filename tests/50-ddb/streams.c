/* SPDX-License-Identifier: ISC */
/*
 * streams.t - StreamSpecification, ListStreams, DescribeStream,
 * GetShardIterator, GetRecords.  The wall clock is moved.
 */
#include "ddb.h"
#include "ddb/job.h"
#include "moved.h"

#define ONE	"1 validation error detected: "
#define STREAM	"arn:aws:dynamodb:us-east-1:000000000000:table/"
#define NO_SHARD "Requested resource not found: Shard does not exist"
#define HOUR	3600

/* ---- what the last answer said, by a path of members and places */

static struct json *answer;

static struct str
said(const char *path)
{
	const struct json *j;
	struct json_error error;
	struct str rest = str_from(path), name;
	uint64_t at;

	json_free(answer);
	answer = NULL;
	if (json_parse(buf_str(&ddb_out), 64, &answer, &error) != ERR_OK)
		return (struct str){ NULL, 0 };
	for (j = answer; rest.p != NULL;) {
		name = str_cut(rest, '.', &rest);
		j = str_u64(name, 999999, &at) ? json_at(j, at) :
						 json_find(j, name);
	}
	return json_kind(j) == JSON_NUMBER ? json_number(j) : json_str(j);
}

/* A copy of it, good until many calls after this one. */
static const char *
keep(const char *path)
{
	static char text[64][1024];
	static unsigned turn;
	char *ret = text[turn++ % NELEM(text)];
	struct str s = said(path);

	(void)snprintf(ret, sizeof(text[0]), "%.*s",
	    s.p == NULL ? 0 : (int)s.len, s.p == NULL ? "" : s.p);
	return ret;
}

static size_t
count(const char *member)
{
	(void)said(member);
	return json_len(json_get(answer, member));
}

PRINTF(2, 3) static void
run(const char *op, const char *fmt, ...)
{
	char in[4096];
	__builtin_va_list ap;
	enum err e;

	__builtin_va_start(ap, fmt);
	(void)vsnprintf(in, sizeof(in), fmt, ap);
	__builtin_va_end(ap);
	e = ddb_run(op, ddb_quote(in));
	if (!tap_ok(e == ERR_OK, __FILE__, __LINE__, "%s %.150s", op, in))
		printf("# %.*s\n", (int)ddb_out.len, ddb_out.p);
}

PRINTF(3, 4) static void
bad(enum err want, const char *op, const char *fmt, ...)
{
	char in[4096];
	__builtin_va_list ap;

	__builtin_va_start(ap, fmt);
	(void)vsnprintf(in, sizeof(in), fmt, ap);
	__builtin_va_end(ap);
	is_int(ddb_run(op, ddb_quote(in)), want, "%s %.150s", op, in);
}

static void
create(const char *name, const char *view)
{
	run("CreateTable",
	    "{'TableName':'%s','AttributeDefinitions':[{'AttributeName':'a',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'a',"
	    "'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST',"
	    "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':"
	    "'%s'}}", name, view);
}

static void
put(const char *table, const char *key, const char *rest)
{
	run("PutItem", "{'TableName':'%s','Item':{'a':{'S':'%s'}%s}}", table,
	    key, rest);
}

/* ARN of the table's newest stream, and the id of its shard. */
static const char *
arn_of(const char *table)
{
	run("DescribeTable", "{'TableName':'%s'}", table);
	return keep("Table.LatestStreamArn");
}

static const char *
shard_of(const char *arn)
{
	run("DescribeStream", "{'StreamArn':'%s'}", arn);
	return keep("StreamDescription.Shards.0.ShardId");
}

static const char *
iterator(const char *arn, const char *type, const char *sequence)
{
	char number[128] = "";

	if (sequence != NULL)
		(void)snprintf(number, sizeof(number), ",'SequenceNumber':'%s'",
		    sequence);
	run("GetShardIterator",
	    "{'StreamArn':'%s','ShardId':'%s','ShardIteratorType':'%s'%s}",
	    arn, shard_of(arn), type, number);
	return keep("ShardIterator");
}

static void
records(const char *i, unsigned limit)
{
	run("GetRecords", "{'ShardIterator':'%s','Limit':%u}", i, limit);
}

/* ---- tests */

static void
test_specification(void)
{
#define CREATE(spec)                                                         \
	"{'TableName':'spec','AttributeDefinitions':[{'AttributeName':'a',"  \
	"'AttributeType':'S'}],'KeySchema':[{'AttributeName':'a',"           \
	"'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST',"                \
	"'StreamSpecification':" spec "}"
	const char *arn;

	ddb_invalid("CreateTable", CREATE("{'StreamViewType':'KEYS_ONLY'}"),
	    ONE "Value null at 'streamSpecification.streamEnabled' failed to "
		"satisfy constraint: Member must not be null");
	ddb_invalid("CreateTable",
	    CREATE("{'StreamEnabled':true,'StreamViewType':'ALL'}"),
	    ONE "Value 'ALL' at 'streamSpecification.streamViewType' failed "
		"to satisfy constraint: Member must satisfy enum value set: "
		"[NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]");
	bad(ERR_VALIDATION, "CreateTable", CREATE("{'StreamEnabled':true}"));
	bad(ERR_VALIDATION, "CreateTable",
	    CREATE("{'StreamEnabled':false,'StreamViewType':'KEYS_ONLY'}"));
	ddb_ok("ListStreams", "{}", "{'Streams':[]}");
	create("spec", "NEW_IMAGE");
	ok(ddb_said("\"StreamSpecification\":{\"StreamEnabled\":true,"
		    "\"StreamViewType\":\"NEW_IMAGE\"}"), "it is described");
	is_int(said("TableDescription.LatestStreamLabel").len, 23,
	    "a label: a time in milliseconds");
	arn = keep("TableDescription.LatestStreamArn");
	ok(str_ends(str_from(arn), said("TableDescription.LatestStreamLabel")),
	    "which ends the ARN");
	run("DeleteTable", "{'TableName':'spec'}");
}

static void
test_shapes(void)
{
	static const struct {
		const char *op, *in, *text;
	} cases[] = {
		{ "DescribeStream", "{}",
		    ONE "Value null at 'streamArn' failed to satisfy "
			"constraint: Member must not be null" },
		{ "DescribeStream", "{'StreamArn':'x'}",
		    ONE "Value 'x' at 'streamArn' failed to satisfy "
			"constraint: Member must have length greater than or "
			"equal to 37" },
		{ "GetShardIterator", "{'StreamArn':'" STREAM "tab/stream/x',"
		    "'ShardId':'shardId-00000000000000000000-0',"
		    "'ShardIteratorType':'NOW'}",
		    ONE "Value 'NOW' at 'shardIteratorType' failed to satisfy "
			"constraint: Member must satisfy enum value set: "
			"[TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, "
			"AFTER_SEQUENCE_NUMBER]" },
		{ "GetRecords", "{}",
		    ONE "Value null at 'shardIterator' failed to satisfy "
			"constraint: Member must not be null" },
		{ "GetRecords", "{'ShardIterator':'x','Limit':0}",
		    ONE "Value '0' at 'limit' failed to satisfy constraint: "
			"Member must have value greater than or equal to 1" },
		{ "GetRecords", "{'ShardIterator':'x'}",
		    "Invalid ShardIterator" },
		{ "ListStreams", "{'TableName':'ab'}",
		    ONE "Value 'ab' at 'tableName' failed to satisfy "
			"constraint: Member must have length greater than or "
			"equal to 3" },
		{ "ListStreams", "{'Limit':101}",
		    ONE "Value '101' at 'limit' failed to satisfy constraint: "
			"Member must have value less than or equal to 100" },
	};
	char in[256];

	for (size_t i = 0; i < NELEM(cases); i++)
		ddb_invalid(cases[i].op, cases[i].in, cases[i].text);
	ddb_bad("DescribeStream", "{'StreamArn':'" STREAM "tab/stream/x'}",
	    "ResourceNotFoundException",
	    "Requested resource not found: Stream: " STREAM
	    "tab/stream/x not found");
	(void)snprintf(in, sizeof(in), "{'StreamArn':'%s'}", STREAM "tab-000");
	ddb_bad("DescribeStream", in, "ResourceNotFoundException",
	    "Requested resource not found: Stream: " STREAM
	    "tab-000 not found");
	ddb_bad("GetRecords", "{'ShardIterator':'x','Limit':1001}",
	    "LimitExceededException", "Limit must not be greater than 1000");
	for (size_t n = 2048; n <= 2049; n++) {
		is_int(ddb_run_long("GetRecords", "{'ShardIterator':'", n, 'A',
			   "'}"), ERR_VALIDATION, "an iterator of %zu", n);
		ok(ddb_said("less than or equal to 2048") == (n > 2048),
		    "its length is named past the limit");
	}
}

/* What each view type shows of an insert, a change and a removal.  The sizes
 * are keys and images as the service counts them: the example of its guide
 * has 26 and 59 bytes with a numeric key. */
static void
test_views(void)
{
	static const struct {
		const char *view;
		bool new, old;
		unsigned size[3];
	} views[] = {
		{ "KEYS_ONLY", false, false, { 4, 4, 4 } },
		{ "NEW_IMAGE", true, false, { 24, 36, 4 } },
		{ "OLD_IMAGE", false, true, { 4, 24, 36 } },
		{ "NEW_AND_OLD_IMAGES", true, true, { 24, 56, 36 } },
	};
	static const char *const events[] = { "INSERT", "MODIFY", "REMOVE" };

	for (size_t v = 0; v < NELEM(views); v++) {
		const char *arn;
		char name[32], path[64];
		uint64_t before = 0;

		(void)snprintf(name, sizeof(name), "view%zu", v);
		create(name, views[v].view);
		arn = arn_of(name);
		put(name, "101", ",'Message':{'S':'New item!'}");
		run("UpdateItem", "{'TableName':'%s','Key':{'a':{'S':'101'}},"
		    "'UpdateExpression':'SET Message = :m',"
		    "'ExpressionAttributeValues':{':m':{'S':"
		    "'This item has changed'}}}", name);
		run("DeleteItem", "{'TableName':'%s','Key':{'a':{'S':'101'}}}",
		    name);
		records(iterator(arn, "TRIM_HORIZON", NULL), 1000);
		is_int(count("Records"), 3, "three records");
		for (unsigned i = 0; i < 3; i++) {
			const struct json *r;
			struct str seq;
			uint64_t n = 0;

			(void)said("Records");
			r = json_at(json_get(answer, "Records"), i);
			is_str(json_str(json_get(r, "eventName")),
			    str_from(events[i]), "%s", events[i]);
			r = json_get(r, "dynamodb");
			ok((json_get(r, "NewImage") != NULL) ==
				(views[v].new && i < 2), "NewImage");
			ok((json_get(r, "OldImage") != NULL) ==
				(views[v].old && i > 0), "OldImage");
			ok(json_get(json_get(json_get(r, "Keys"), "a"), "S") !=
			    NULL, "Keys");
			seq = json_str(json_get(r, "SequenceNumber"));
			is_int(seq.len, 21, "21 digits");
			seq.p++;
			seq.len--;
			ok(str_u64(seq, UINT64_MAX, &n) && n > before,
			    "sequence numbers grow");
			before = n;
			(void)snprintf(path, sizeof(path),
			    "Records.%u.dynamodb.SizeBytes", i);
			is_int(strtoul(keep(path), NULL, 10), views[v].size[i],
			    "%s: size of %s", views[v].view, events[i]);
		}
		is_str(said("Records.0.dynamodb.StreamViewType"),
		    str_from(views[v].view), "view type");
		is_str(said("Records.0.eventSource"), STR("aws:dynamodb"),
		    "source");
		is_str(said("Records.0.awsRegion"), STR("us-east-1"),
		    "region");
		is_str(said("Records.0.eventVersion"), STR("1.1"), "version");
		is_int(said("Records.0.eventID").len, 32, "an id");
		ok(strcmp(keep("Records.0.eventID"),
		       keep("Records.1.eventID")) != 0, "of its own");
		ok(!ddb_said("userIdentity"), "the user's own changes");
		run("DeleteTable", "{'TableName':'%s'}", name);
	}
}

/* The service's own example: a numeric key of 101. */
static void
test_example(void)
{
	run("CreateTable", "{'TableName':'example','AttributeDefinitions':["
	    "{'AttributeName':'Id','AttributeType':'N'}],'KeySchema':["
	    "{'AttributeName':'Id','KeyType':'HASH'}],'BillingMode':"
	    "'PAY_PER_REQUEST','StreamSpecification':{'StreamEnabled':true,"
	    "'StreamViewType':'NEW_AND_OLD_IMAGES'}}");
	run("PutItem", "{'TableName':'example','Item':{'Id':{'N':'101'},"
		       "'Message':{'S':'New item!'}}}");
	run("PutItem", "{'TableName':'example','Item':{'Id':{'N':'101'},"
		       "'Message':{'S':'This item has changed'}}}");
	records(iterator(arn_of("example"), "TRIM_HORIZON", NULL), 10);
	is_str(said("Records.0.dynamodb.SizeBytes"), STR("26"), "26");
	is_str(said("Records.1.dynamodb.SizeBytes"), STR("59"), "59");
	is_str(said("Records.0.dynamodb.Keys.Id.N"), STR("101"), "Keys");
}

/* A write that changes nothing has no record. */
static void
test_no_change(void)
{
	const char *arn;

	create("same", "NEW_AND_OLD_IMAGES");
	arn = arn_of("same");
	put("same", "x", ",'b':{'N':'1'},'c':{'SS':['p','q']}");
	put("same", "x", ",'b':{'N':'1'},'c':{'SS':['p','q']}");
	run("PutItem", "{'TableName':'same','Item':{'c':{'SS':['q','p']},"
		       "'b':{'N':'1.0'},'a':{'S':'x'}}}");
	run("UpdateItem", "{'TableName':'same','Key':{'a':{'S':'x'}},"
	    "'UpdateExpression':'SET b = :b','ExpressionAttributeValues':"
	    "{':b':{'N':'1'}}}");
	run("DeleteItem", "{'TableName':'same','Key':{'a':{'S':'none'}}}");
	put("same", "x", ",'b':{'N':'2'},'c':{'SS':['p','q']}");
	records(iterator(arn, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 2, "an insert and a change");
	/* A page that holds nothing but such goes on behind them. */
	records(iterator(arn, "TRIM_HORIZON", NULL), 1);
	records(keep("NextShardIterator"), 1);
	is_str(said("Records.0.eventName"), STR("MODIFY"), "MODIFY");
}

static void
test_iterators(void)
{
	const char *arn, *latest, *next;
	char seq[3][32];

	create("iter", "KEYS_ONLY");
	arn = arn_of("iter");
	latest = iterator(arn, "LATEST", NULL);
	put("iter", "one", "");
	put("iter", "two", "");
	put("iter", "three", "");
	records(latest, 1000);
	is_int(count("Records"), 3, "LATEST: what comes after it");
	for (size_t i = 0; i < 3; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path),
		    "Records.%zu.dynamodb.SequenceNumber", i);
		(void)snprintf(seq[i], sizeof(seq[i]), "%s", keep(path));
	}
	next = keep("NextShardIterator");
	records(next, 1000);
	is_int(count("Records"), 0, "no more");
	next = keep("NextShardIterator");
	put("iter", "four", "");
	records(next, 1000);
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("four"),
	    "until there is");
	records(iterator(arn, "TRIM_HORIZON", NULL), 2);
	is_int(count("Records"), 2, "two at a time");
	records(keep("NextShardIterator"), 2);
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("three"), "then two");
	is_str(said("Records.1.dynamodb.Keys.a.S"), STR("four"), "more");
	records(iterator(arn, "AT_SEQUENCE_NUMBER", seq[1]), 1);
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("two"), "AT");
	records(iterator(arn, "AFTER_SEQUENCE_NUMBER", seq[1]), 1);
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("three"), "AFTER");
	bad(ERR_VALIDATION, "GetShardIterator", "{'StreamArn':'%s',"
	    "'ShardId':'%s','ShardIteratorType':'AT_SEQUENCE_NUMBER'}", arn,
	    shard_of(arn));
	bad(ERR_VALIDATION, "GetShardIterator", "{'StreamArn':'%s',"
	    "'ShardId':'%s','ShardIteratorType':'AT_SEQUENCE_NUMBER',"
	    "'SequenceNumber':'aaaaaaaaaaaaaaaaaaaaaaaaa'}", arn,
	    shard_of(arn));
	bad(ERR_VALIDATION, "GetShardIterator", "{'StreamArn':'%s',"
	    "'ShardId':'%s','ShardIteratorType':'AFTER_SEQUENCE_NUMBER',"
	    "'SequenceNumber':'199999999999999999999'}", arn, shard_of(arn));
	bad(ERR_NOT_FOUND, "GetShardIterator", "{'StreamArn':'%s','ShardId':"
	    "'shardId-00000001414576573621-f55eea83','ShardIteratorType':"
	    "'LATEST'}", arn);
	ok(ddb_said(NO_SHARD), "an unknown shard");
}

/* Iterators end after 15 minutes; a changed one is none. */
static void
test_expiry(void)
{
	const char *i = iterator(arn_of("iter"), "TRIM_HORIZON", NULL);
	char forged[1024];

	moved += 899;
	records(i, 1);
	moved += 1;
	bad(ERR_EXPIRED_ITERATOR, "GetRecords", "{'ShardIterator':'%s'}", i);
	ok(ddb_said("#ExpiredIteratorException"), "its exception");
	moved -= 900;
	for (size_t at = 0; at < strlen(i) - 1; at += 7) {
		(void)snprintf(forged, sizeof(forged), "%s", i);
		forged[at] = forged[at] == 'A' ? 'B' : 'A';
		bad(ERR_VALIDATION, "GetRecords", "{'ShardIterator':'%s'}",
		    forged);
	}
}

static void
test_describe(void)
{
	const char *arn = arn_of("iter"), *shard = shard_of(arn);

	ok(ddb_said("\"StreamStatus\":\"ENABLED\"") &&
	    ddb_said("\"StreamViewType\":\"KEYS_ONLY\"") &&
	    ddb_said("\"TableName\":\"iter\"") &&
	    ddb_said("\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":"
		     "\"HASH\"}]"), "described");
	is_int(said("StreamDescription.Shards.0.SequenceNumberRange."
		    "StartingSequenceNumber").len, 21, "where it starts");
	ok(!ddb_said("EndingSequenceNumber"), "an open shard has no end");
	ok(!ddb_said("ParentShardId"), "and no parent");
	ok(!ddb_said("LastEvaluatedShardId"), "the only page");
	run("DescribeStream", "{'StreamArn':'%s','Limit':1}", arn);
	run("DescribeStream",
	    "{'StreamArn':'%s','ExclusiveStartShardId':'%s'}", arn, shard);
	ok(ddb_said("\"Shards\":[]"), "none behind it");
	run("DescribeStream", "{'StreamArn':'%s','ShardFilter':{'Type':"
	    "'CHILD_SHARDS','ShardId':'%s'}}", arn, shard);
	ok(ddb_said("\"Shards\":[]"), "no children");
	bad(ERR_VALIDATION, "DescribeStream",
	    "{'StreamArn':'%s','Limit':0}", arn);
	bad(ERR_VALIDATION, "DescribeStream",
	    "{'StreamArn':'%s','Limit':101}", arn);
	bad(ERR_VALIDATION, "DescribeStream",
	    "{'StreamArn':'%s','ShardFilter':{'Type':'CHILD_SHARDS'}}", arn);
	bad(ERR_NOT_FOUND, "DescribeStream", "{'StreamArn':'%s',"
	    "'ExclusiveStartShardId':'shardId-00000001414576573621-f55eea83'}",
	    arn);
	bad(ERR_NOT_FOUND, "DescribeStream", "{'StreamArn':'%sx'}", arn);
}

/* A table that is made again has another stream; the old one is closed and
 * readable for 24 hours. */
static void
test_incarnations(void)
{
	char old[256], new[256];
	const char *i;

	create("inc", "KEYS_ONLY");
	(void)snprintf(old, sizeof(old), "%s", arn_of("inc"));
	put("inc", "first", "");
	run("DeleteTable", "{'TableName':'inc'}");
	create("inc", "NEW_IMAGE");
	(void)snprintf(new, sizeof(new), "%s", arn_of("inc"));
	put("inc", "second", "");
	ok(strcmp(old, new) != 0, "two ARNs");
	run("ListStreams", "{'TableName':'inc'}");
	is_int(count("Streams"), 2, "both are listed");
	run("ListStreams", "{'TableName':'inc','Limit':1}");
	is_str(said("Streams.0.StreamArn"), str_from(old), "the old one");
	is_str(said("LastEvaluatedStreamArn"), str_from(old), "there is more");
	run("ListStreams", "{'TableName':'inc','ExclusiveStartStreamArn':"
			   "'%s'}", old);
	is_str(said("Streams.0.StreamArn"), str_from(new), "the new one");
	ok(!ddb_said("LastEvaluated"), "and no more");
	run("ListStreams", "{'TableName':'none'}");
	is_int(count("Streams"), 0, "none of a table that never was");
	run("DescribeStream", "{'StreamArn':'%s'}", old);
	ok(ddb_said("\"StreamStatus\":\"DISABLED\""), "DISABLED");
	is_int(said("StreamDescription.Shards.0.SequenceNumberRange."
		    "EndingSequenceNumber").len, 21, "its shard has an end");
	i = iterator(old, "TRIM_HORIZON", NULL);
	records(i, 1);
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("first"),
	    "its record is still there");
	records(i, 1000);
	is_int(count("Records"), 1, "and no other's");
	ok(!ddb_said("NextShardIterator"), "a closed shard ends");
	records(iterator(new, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 1, "one in the new one");
	is_str(said("Records.0.dynamodb.NewImage.a.S"), STR("second"),
	    "the new one's");
	moved += 24 * HOUR - 60;
	i = iterator(old, "TRIM_HORIZON", NULL);
	moved += 60;
	bad(ERR_NOT_FOUND, "DescribeStream", "{'StreamArn':'%s'}", old);
	bad(ERR_NOT_FOUND, "GetRecords", "{'ShardIterator':'%s'}", i);
	run("ListStreams", "{'TableName':'inc'}");
	is_int(count("Streams"), 1, "after 24 hours it is gone");
	moved -= 24 * HOUR;
}

/* Enabled on a table with items, disabled, enabled again. */
static void
test_update(void)
{
	char first[256];
	const char *second;

	run("CreateTable",
	    "{'TableName':'upd','AttributeDefinitions':[{'AttributeName':'a',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'a',"
	    "'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}");
	put("upd", "before", "");
	run("UpdateTable", "{'TableName':'upd','StreamSpecification':{"
	    "'StreamEnabled':true,'StreamViewType':'KEYS_ONLY'}}");
	(void)snprintf(first, sizeof(first), "%s",
	    keep("TableDescription.LatestStreamArn"));
	put("upd", "one", "");
	run("UpdateTable",
	    "{'TableName':'upd','StreamSpecification':{'StreamEnabled':"
	    "false}}");
	is_str(said("TableDescription.LatestStreamArn"), str_from(first),
	    "it stays the latest");
	put("upd", "between", "");
	run("UpdateTable", "{'TableName':'upd','StreamSpecification':{"
	    "'StreamEnabled':true,'StreamViewType':'NEW_IMAGE'}}");
	second = keep("TableDescription.LatestStreamArn");
	ok(strcmp(first, second) != 0, "another stream");
	put("upd", "two", "");
	records(iterator(first, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 1, "what was changed while it was enabled");
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("one"), "that alone");
	ok(!ddb_said("NextShardIterator"), "and it has ended");
	records(iterator(first, "LATEST", NULL), 1000);
	is_int(count("Records"), 0, "nothing comes after its end");
	records(iterator(second, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 1, "what was changed since");
	is_str(said("Records.0.dynamodb.NewImage.a.S"), STR("two"),
	    "with the new view type");
	run("ListStreams", "{'TableName':'upd'}");
	is_int(count("Streams"), 2, "two of one table");
}

/* What is older than 24 hours is trimmed, also while it is still stored. */
static void
test_trim(void)
{
	const char *arn;
	char seq[32], at[512];

	create("trim", "KEYS_ONLY");
	arn = arn_of("trim");
	put("trim", "old", "");
	records(iterator(arn, "TRIM_HORIZON", NULL), 1);
	(void)snprintf(seq, sizeof(seq), "%s",
	    keep("Records.0.dynamodb.SequenceNumber"));
	moved += 24 * HOUR - 300;
	put("trim", "new", "");
	(void)snprintf(at, sizeof(at), "%s",
	    iterator(arn, "AT_SEQUENCE_NUMBER", seq));
	records(at, 1000);
	is_int(count("Records"), 2, "5 minutes before: both");
	moved += 360;
	bad(ERR_TRIMMED, "GetRecords", "{'ShardIterator':'%s'}", at);
	ok(ddb_said("#TrimmedDataAccessException"), "its exception");
	bad(ERR_TRIMMED, "GetShardIterator", "{'StreamArn':'%s','ShardId':"
	    "'%s','ShardIteratorType':'AT_SEQUENCE_NUMBER','SequenceNumber':"
	    "'%s'}", arn, shard_of(arn), seq);
	records(iterator(arn, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 1, "TRIM_HORIZON: what is left");
	is_str(said("Records.0.dynamodb.Keys.a.S"), STR("new"), "the new one");
	moved -= 24 * HOUR + 60;
}

/* Pages end at 1 MB of records. */
static void
test_page(void)
{
	const char *arn;
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(2));
	size_t pages = 0, n = 0;

	create("page", "NEW_IMAGE");
	arn = arn_of("page");
	for (int i = 0; i < 7; i++) {
		buf_reset(&b);
		buf_printf(&b, "{\"TableName\":\"page\",\"Item\":{\"a\":{"
			       "\"S\":\"%d\"},\"b\":{\"S\":\"", i);
		for (int k = 0; k < 300000; k++)
			buf_putc(&b, 'x');
		buf_puts(&b, STR("\"}}}"));
		is_int(ddb_run("PutItem", buf_str(&b)), ERR_OK, "300 KB");
	}
	records(iterator(arn, "TRIM_HORIZON", NULL), 1000);
	for (; count("Records") > 0; pages++) {
		n += count("Records");
		ok(count("Records") <= 3, "at most 1 MB");
		records(keep("NextShardIterator"), 1000);
	}
	is_int(n, 7, "all of them");
	is_int(pages, 3, "in three pages");
}

static void
test_thousand(void)
{
	const char *arn;

	create("many", "KEYS_ONLY");
	arn = arn_of("many");
	for (unsigned i = 0; i < 1001; i++) {
		char in[128];

		(void)snprintf(in, sizeof(in), "{'TableName':'many','Item':{"
			       "'a':{'S':'%u'}}}", i);
		if (ddb_run("PutItem", ddb_quote(in)) != ERR_OK)
			ok(false, "put %u", i);
	}
	records(iterator(arn, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 1000, "1000 records");
	run("GetRecords", "{'ShardIterator':'%s'}", keep("NextShardIterator"));
	is_int(count("Records"), 1, "and one more");
}

/* In a transaction, in a batch: with the change, or not at all. */
static void
test_transactions(void)
{
	const char *arn;

	create("txn", "NEW_AND_OLD_IMAGES");
	arn = arn_of("txn");
	run("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':"
	    "'txn','Item':{'a':{'S':'x'}}}},{'Put':{'TableName':'txn',"
	    "'Item':{'a':{'S':'y'}}}}]}");
	bad(ERR_CANCELED, "TransactWriteItems", "{'TransactItems':[{'Put':{"
	    "'TableName':'txn','Item':{'a':{'S':'z'}}}},{'Put':{'TableName':"
	    "'txn','Item':{'a':{'S':'x'}},'ConditionExpression':"
	    "'attribute_not_exists(a)'}}]}");
	run("BatchWriteItem", "{'RequestItems':{'txn':[{'DeleteRequest':{"
	    "'Key':{'a':{'S':'x'}}}},{'PutRequest':{'Item':{'a':{'S':'w'}}}}"
	    "]}}");
	records(iterator(arn, "TRIM_HORIZON", NULL), 1000);
	is_int(count("Records"), 4, "four changes");
	ok(!ddb_said("\"z\""), "none of what was cancelled");
}

/* The token's patterns hold for streams as for their tables. */
static void
test_scope(void)
{
	const char *arn = arn_of("txn");
	const char *i = iterator(arn, "TRIM_HORIZON", NULL);

	ddb_ctx.tables = STR("inc");
	run("ListStreams", "{}");
	ok(!ddb_said("/txn/"), "not listed");
	bad(ERR_SCOPE, "DescribeStream", "{'StreamArn':'%s'}", arn);
	bad(ERR_NOT_FOUND, "GetRecords", "{'ShardIterator':'%s'}", i);
	ddb_ctx.tables = (struct str){ NULL, 0 };
	ddb_ctx.space = 1;
	run("ListStreams", "{}");
	is_int(count("Streams"), 0, "nor in another space");
	bad(ERR_NOT_FOUND, "DescribeStream", "{'StreamArn':'%s'}", arn);
	bad(ERR_NOT_FOUND, "GetRecords", "{'ShardIterator':'%s'}", i);
	ddb_ctx.space = 0;
	run("GetRecords", "{'ShardIterator':'%s'}", i);
}

/* Closed streams are forgotten by the job of that name. */
static void
test_forgotten(void)
{
	struct store_object closed[100];
	struct op_ctx ctx;
	size_t n = 0, before = 0;
	bool more = true;

	for (int pass = 0; pass < 2; pass++) {
		arena_reset(ddb_ctx.arena);
		if (store_begin(ddb_ctx.store, false, clock_ms() + 1000) !=
			ERR_OK ||
		    store_object_list(ddb_ctx.store, 0, STORE_STREAM,
			STORE_CLOSED, (struct str){ NULL, 0 }, 0,
			NELEM(closed), ddb_ctx.arena, closed, &n) != ERR_OK)
			ok(false, "a list");
		store_rollback(ddb_ctx.store);
		if (pass == 1)
			break;
		before = n;
		moved += 25 * HOUR + 60;
		while (more) {
			arena_reset(ddb_ctx.arena);
			job_context(&ctx, ddb_ctx.arena, ddb_ctx.store,
			    "closed");
			if (job_closed.step(&ctx, &more) != ERR_OK)
				more = false;
		}
	}
	ok(before > 3, "%zu closed streams", before);
	is_int(n, 0, "none is left");
	run("ListStreams", "{}");
	ok(count("Streams") > 0, "the open ones are");
	moved = 0;
}

int
main(void)
{
	ddb_open();
	test_specification();
	test_shapes();
	test_views();
	test_example();
	test_no_change();
	test_iterators();
	test_expiry();
	test_describe();
	test_incarnations();
	test_update();
	test_trim();
	test_page();
	test_thousand();
	test_transactions();
	test_scope();
	test_forgotten();
	json_free(answer);
	ddb_close();
	return tap_done();
}
