/* SPDX-License-Identifier: ISC */
/*
 * ttl.t - items expire: what does and what does not, the index that says so,
 * the job that deletes, what streams say of it.  The wall clock is moved.
 */
#include "ddb.h"
#include "ddb/job.h"
#include "ddb/table.h"
#include "ddb/ttl.h"
#include "moved.h"

static long long
now(void)
{
	return (long long)(clock_wall_ns() / NS_PER_S);
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

static void
create(const char *table, const char *rest)
{
	run("CreateTable", "{'TableName':'%s','AttributeDefinitions':[{"
	    "'AttributeName':'a','AttributeType':'S'}%s],'KeySchema':[{"
	    "'AttributeName':'a','KeyType':'HASH'}],'BillingMode':"
	    "'PAY_PER_REQUEST'%s}", table,
	    strstr(rest, "Global") != NULL ?
		",{'AttributeName':'b','AttributeType':'S'}" : "", rest);
}

static void
enable(const char *table, bool on)
{
	run("UpdateTimeToLive", "{'TableName':'%s','TimeToLiveSpecification':"
	    "{'AttributeName':'exp','Enabled':%s}}", table,
	    on ? "true" : "false");
}

static void
put(const char *table, const char *key, const char *exp)
{
	char in[512];
	enum err e;

	(void)snprintf(in, sizeof(in), "{'TableName':'%s','Item':{'a':{'S':"
	    "'%s'},'b':{'S':'x'}%s%s}}", table, key,
	    exp == NULL ? "" : ",'exp':", exp == NULL ? "" : exp);
	e = ddb_run("PutItem", ddb_quote(in));
	if (e != ERR_OK)
		ok(false, "PutItem %s", in);
}

static void
put_at(const char *table, const char *key, long long second)
{
	char exp[64];

	(void)snprintf(exp, sizeof(exp), "{'N':'%lld'}", second);
	put(table, key, exp);
}

static bool
has(const char *table, const char *key)
{
	char in[512];

	(void)snprintf(in, sizeof(in), "{'TableName':'%s','Key':{'a':{'S':"
				       "'%s'}}}", table, key);
	return ddb_run("GetItem", ddb_quote(in)) == ERR_OK &&
	    ddb_said("\"Item\"");
}

/* ---- the job, as the jobs' process calls it */

static bool
due(void)
{
	struct op_ctx ctx;
	bool ret = false;

	arena_reset(ddb_ctx.arena);
	job_context(&ctx, ddb_ctx.arena, ddb_ctx.store, "ttl");
	if (store_begin(ddb_ctx.store, false, clock_ms() + 1000) != ERR_OK)
		return false;
	if (job_ttl.due(&ctx, &ret) != ERR_OK)
		ok(false, "due");
	store_rollback(ddb_ctx.store);
	return ret;
}

/* One step; is there more? */
static bool
step(void)
{
	struct op_ctx ctx;
	bool more = false;
	enum err e;

	arena_reset(ddb_ctx.arena);
	job_context(&ctx, ddb_ctx.arena, ddb_ctx.store, "ttl");
	if ((e = job_ttl.step(&ctx, &more)) != ERR_OK)
		is_int(e, ERR_OK, "a step");
	return more;
}

/* How many steps it took. */
static unsigned
sweep(void)
{
	unsigned n = 0;

	while (n < 1000 && due() && step())
		n++;
	return n;
}

/* Entries of the table's TTL index. */
static uint64_t
entries(const char *table)
{
	struct table t;
	uint64_t items = 0, bytes;

	arena_reset(ddb_ctx.arena);
	if (store_begin(ddb_ctx.store, false, clock_ms() + 1000) != ERR_OK ||
	    table_open(&ddb_ctx, str_from(table), &t) != ERR_OK ||
	    t.ttl.index == 0 ||
	    store_object_count(ddb_ctx.store, t.ttl.index, &items, &bytes) !=
		ERR_OK)
		items = UINT64_MAX;
	store_rollback(ddb_ctx.store);
	return items;
}

/* ---- tests */

static void
test_what_expires(void)
{
	const long long year = 365 * 86400;

	create("exp", "");
	is_int(due(), false, "nothing to look at");
	enable("exp", true);
	put_at("exp", "past", now() - 10);
	put_at("exp", "future", now() + 3600);
	put_at("exp", "long ago", now() - 5 * year + 3600);
	put_at("exp", "ancient", now() - 5 * year - 3600);
	put("exp", "zero", "{'N':'0'}");
	put("exp", "negative", "{'N':'-1'}");
	put("exp", "text", "{'S':'1'}");
	put("exp", "huge", "{'N':'1E+100'}");
	put("exp", "tiny", "{'N':'1E-100'}");
	put("exp", "none", NULL);
	is_int(sweep() > 0, true, "it is swept");
	ok(!has("exp", "past"), "past");
	ok(!has("exp", "long ago"), "less than five years ago");
	ok(has("exp", "future"), "not yet");
	ok(has("exp", "ancient"), "more than five years ago");
	ok(has("exp", "zero"), "zero");
	ok(has("exp", "negative"), "a negative number");
	ok(has("exp", "text"), "no number");
	ok(has("exp", "huge"), "no time");
	ok(has("exp", "tiny"), "next to nothing");
	ok(has("exp", "none"), "no attribute");
	is_int(due(), false, "nothing is due");
}

/* The second itself is not past; a fraction belongs to its second. */
static void
test_edge(void)
{
	const long long at = now() + 1000;
	char half[64];

	put_at("exp", "edge", at);
	(void)snprintf(half, sizeof(half), "{'N':'%lld.5'}", at);
	put("exp", "half", half);
	moved += at - now();
	if (now() == at) {
		(void)sweep();
		ok(now() > at || has("exp", "edge"), "not in its second");
	}
	moved += at + 1 - now();
	(void)sweep();
	ok(!has("exp", "edge"), "in the second behind it");
	ok(!has("exp", "half"), "and its fractions");
	moved = 0;
}

/* The index follows what is written. */
static void
test_changes(void)
{
	create("chg", "");
	enable("chg", true);
	put_at("chg", "later", now() + 10);
	put_at("chg", "never", now() + 10);
	put_at("chg", "sooner", now() + 10000);
	put_at("chg", "gone", now() + 10);
	put_at("chg", "same", now() + 10);
	is_int(entries("chg"), 5, "an entry for each");
	run("UpdateItem", "{'TableName':'chg','Key':{'a':{'S':'later'}},"
	    "'UpdateExpression':'SET exp = exp + :n',"
	    "'ExpressionAttributeValues':{':n':{'N':'10000'}}}");
	run("UpdateItem", "{'TableName':'chg','Key':{'a':{'S':'never'}},"
	    "'UpdateExpression':'REMOVE exp'}");
	put_at("chg", "sooner", now() + 20);
	run("DeleteItem", "{'TableName':'chg','Key':{'a':{'S':'gone'}}}");
	run("UpdateItem", "{'TableName':'chg','Key':{'a':{'S':'same'}},"
	    "'UpdateExpression':'SET b = :b','ExpressionAttributeValues':{"
	    "':b':{'S':'y'}}}");
	run("BatchWriteItem", "{'RequestItems':{'chg':[{'PutRequest':{'Item':"
	    "{'a':{'S':'batch'},'exp':{'N':'%lld'}}}}]}}", now() + 10);
	run("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':"
	    "'chg','Item':{'a':{'S':'txn'},'exp':{'N':'%lld'}}}}]}",
	    now() + 10);
	is_int(entries("chg"), 5, "later, sooner, same, batch, txn");
	moved += 100;
	(void)sweep();
	ok(has("chg", "later"), "put off");
	ok(has("chg", "never"), "no more");
	ok(!has("chg", "sooner"), "brought forward");
	ok(!has("chg", "same"), "changed elsewhere");
	ok(!has("chg", "batch") && !has("chg", "txn"),
	    "written in a batch, in a transaction");
	is_int(entries("chg"), 1, "one is left");
	moved = 0;
}

/* It is a deletion as any other: indexes, counts, and a stream that says who
 * it was. */
static void
test_deletion(void)
{
	struct json *out CLEANUP(json_freep) = NULL;
	struct json_error error;
	const struct json *r;
	char iterator[512];

	create("del", ",'StreamSpecification':{'StreamEnabled':true,"
	    "'StreamViewType':'NEW_AND_OLD_IMAGES'},'GlobalSecondaryIndexes':"
	    "[{'IndexName':'byb','KeySchema':[{'AttributeName':'b','KeyType':"
	    "'HASH'}],'Projection':{'ProjectionType':'ALL'}}]");
	enable("del", true);
	put_at("del", "expires", now() - 10);
	put("del", "mine", NULL);
	run("DeleteItem", "{'TableName':'del','Key':{'a':{'S':'mine'}}}");
	(void)sweep();
	run("DescribeTable", "{'TableName':'del'}");
	ok(ddb_said("\"ItemCount\":0,\"TableSizeBytes\":0"), "the table");
	ok(ddb_said("\"ItemCount\":0,\"IndexSizeBytes\":0"), "its index");
	run("Query", "{'TableName':'del','IndexName':'byb',"
	    "'KeyConditionExpression':'b = :b','ExpressionAttributeValues':{"
	    "':b':{'S':'x'}}}");
	ok(ddb_said("\"Count\":0"), "not found by it");
	run("ListStreams", "{'TableName':'del'}");
	if (json_parse(buf_str(&ddb_out), 9, &out, &error) != ERR_OK)
		return;
	r = json_at(json_get(out, "Streams"), 0);
	(void)snprintf(iterator, sizeof(iterator), "%.*s",
	    STR_ARG(json_str(json_get(r, "StreamArn"))));
	run("DescribeStream", "{'StreamArn':'%s'}", iterator);
	{
		char shard[128];
		const char *at = memmem(ddb_out.p, ddb_out.len, "shardId-", 8);

		(void)snprintf(shard, sizeof(shard), "%.37s",
		    at == NULL ? "" : at);
		run("GetShardIterator", "{'StreamArn':'%s','ShardId':'%s',"
		    "'ShardIteratorType':'TRIM_HORIZON'}", iterator, shard);
	}
	(void)snprintf(iterator, sizeof(iterator), "%.*s",
	    (int)ddb_out.len - 20, ddb_out.p + 18);
	run("GetRecords", "{'ShardIterator':'%s'}", iterator);
	json_freep(&out);
	out = NULL;
	if (json_parse(buf_str(&ddb_out), 20, &out, &error) != ERR_OK)
		return;
	r = json_get(out, "Records");
	is_int(json_len(r), 4, "two puts and two removals");
	ok(json_get(json_at(r, 2), "userIdentity") == NULL, "the user's");
	r = json_at(r, 3);
	is_str(json_str(json_get(r, "eventName")), STR("REMOVE"), "REMOVE");
	ok(json_get(json_get(r, "dynamodb"), "OldImage") != NULL,
	    "with the item");
	r = json_get(r, "userIdentity");
	is_str(json_str(json_get(r, "type")), STR("Service"), "the service's");
	is_str(json_str(json_get(r, "principalId")),
	    STR("dynamodb.amazonaws.com"), "its name");
	is_str(json_str(json_get(r, "Type")), STR("Service"),
	    "in the words of the model");
	is_str(json_str(json_get(r, "PrincipalId")),
	    STR("dynamodb.amazonaws.com"), "both of them");
}

/* A table with items: the index is filled in steps, and written meanwhile. */
static void
test_backfill(void)
{
	char key[32];

	create("fill", "");
	for (int i = 0; i < 5500; i++) {
		(void)snprintf(key, sizeof(key), "k%d", i);
		put_at("fill", key, i % 2 == 0 ? now() - 10 : now() + 10000);
	}
	enable("fill", true);
	run("DescribeTimeToLive", "{'TableName':'fill'}");
	ok(ddb_said("\"ENABLING\""), "ENABLING");
	is_int(entries("fill"), 4000, "the request has filled 4,000");
	ok(due(), "the rest is due");
	/* Whether an item has its entry already is not known. */
	for (int i = 0; i < 5500; i += 100) {
		(void)snprintf(key, sizeof(key), "k%d", i + 1);
		put_at("fill", key, now() + 20000);
		(void)snprintf(key, sizeof(key), "k%d", i + 3);
		put("fill", key, NULL);
	}
	while (!ddb_said("\"ENABLED\"") && step())
		run("DescribeTimeToLive", "{'TableName':'fill'}");
	is_int(entries("fill"), 5500 - 55, "all have theirs, and no others");
	is_int(sweep(), 28, "100 in each step");
	is_int(entries("fill"), 2750 - 55, "half are left");
	ok(!has("fill", "k0") && has("fill", "k1") && has("fill", "k3"),
	    "the right ones");
}

static void
test_disable(void)
{
	create("off", "");
	enable("off", true);
	put_at("off", "old", now() - 10);
	enable("off", false);
	(void)sweep();
	ok(has("off", "old"), "disabled: it stays");
	run("DescribeTimeToLive", "{'TableName':'off'}");
	ok(ddb_said("\"DISABLED\""), "DISABLED");
	put_at("off", "old too", now() - 10);
	enable("off", true);
	is_int(entries("off"), 2, "enabled again: both have entries");
	(void)sweep();
	ok(!has("off", "old") && !has("off", "old too"), "and go");
	put_at("off", "last", now() - 10);
	run("DeleteTable", "{'TableName':'off'}");
	(void)sweep();
	create("off", "");
	put_at("off", "last", now() - 10);
	(void)sweep();
	ok(has("off", "last"), "a new table of the name knows nothing of it");
	enable("off", true);
	(void)sweep();
	ok(!has("off", "last"), "until it is told");
}

/* A write asks for a sweep, at most once a minute. */
static void
test_wanted(void)
{
	(void)store_jobs_made(ddb_ctx.store);
	put_at("off", "one", now() + 10);
	is_int(store_jobs_made(ddb_ctx.store), false, "swept just now");
	moved += TTL_SWEEP_S + 1;
	put_at("off", "two", now() + 10);
	is_int(store_jobs_made(ddb_ctx.store), true, "a minute later");
	is_int(due(), true, "and there is something to look at");
	(void)sweep();
	put_at("off", "three", now() + 10);
	is_int(store_jobs_made(ddb_ctx.store), false, "not again");
	moved = 0;
}

/* Where tables are kept apart, by whatever. */
static void
test_spaces(void)
{
	static const uint64_t spaces[] = { 7, INT64_MAX };

	for (size_t i = 0; i < NELEM(spaces); i++) {
		ddb_ctx.space = spaces[i];
		create("spa", "");
		enable("spa", true);
		put_at("spa", "old", now() - 10);
		put_at("spa", "new", now() + 1000);
	}
	(void)sweep();
	for (size_t i = 0; i < NELEM(spaces); i++) {
		ddb_ctx.space = spaces[i];
		ok(!has("spa", "old") && has("spa", "new"), "space %llu",
		    (unsigned long long)spaces[i]);
	}
	ddb_ctx.space = 0;
}

int
main(void)
{
	ddb_open();
	test_what_expires();
	test_edge();
	test_changes();
	test_deletion();
	test_backfill();
	test_disable();
	test_wanted();
	test_spaces();
	ddb_close();
	return tap_done();
}
