/* SPDX-License-Identifier: ISC */
/* update_table.t - UpdateTable: what it refuses, what it changes. */
#include "ddb.h"
#include "ddb/backfill.h"

#define INVALID "One or more parameter values were invalid: "
#define UPDATE(name, rest) "{'TableName':'" name "'," rest "}"
#define UNITS(r, w)                                                            \
	"{'ReadCapacityUnits':" #r ",'WriteCapacityUnits':" #w "}"
#define GSI(list) "'GlobalSecondaryIndexUpdates':[" list "]"
#define DEFS(a)	  "'AttributeDefinitions':[{'AttributeName':'" a "',"        \
		  "'AttributeType':'S'}],"
#define NEW(name, a, rest)                                                     \
	"{'Create':{'IndexName':'" name "','KeySchema':[{'AttributeName':'" a  \
	"','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}" rest "}}"
#define GONE(name) "{'Delete':{'IndexName':'" name "'}}"
#define UNITS_OF(name, r, w)                                                   \
	"{'Update':{'IndexName':'" name "','ProvisionedThroughput':"          \
	UNITS(r, w) "}}"
#define NOTHING                                                                \
	"At least one of ProvisionedThroughput, BillingMode, "                 \
	"UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "                 \
	"SSESpecification or ReplicaUpdates is required"
#define SAME(r, w)                                                             \
	"The provisioned throughput for the table will not change. The "       \
	"requested value equals the current value. Current "                   \
	"ReadCapacityUnits provisioned for the table: " #r ". Requested "      \
	"ReadCapacityUnits: " #r ". Current WriteCapacityUnits provisioned "   \
	"for the table: " #w ". Requested WriteCapacityUnits: " #w ". Refer "  \
	"to the Amazon DynamoDB Developer Guide for current limits and how "   \
	"to request higher limits."

static void
create(void)
{
	/* "dem" by demand, "pro" provisioned, each with a global index. */
	ddb_ok("CreateTable",
	    "{'TableName':'dem','BillingMode':'PAY_PER_REQUEST',"
	    "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}"
	    ",{'AttributeName':'s','AttributeType':'S'},{'AttributeName':'g',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'p',"
	    "'KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}],"
	    "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{"
	    "'AttributeName':'g','KeyType':'HASH'}],'Projection':{"
	    "'ProjectionType':'ALL'}}],'LocalSecondaryIndexes':[{'IndexName':"
	    "'lsi','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},"
	    "{'AttributeName':'g','KeyType':'RANGE'}],'Projection':{"
	    "'ProjectionType':'ALL'}}]}",
	    NULL);
	ddb_ok("CreateTable",
	    "{'TableName':'pro','ProvisionedThroughput':" UNITS(3, 4)
	    ",'AttributeDefinitions':[{'AttributeName':'p','AttributeType':"
	    "'S'},{'AttributeName':'g','AttributeType':'S'}],'KeySchema':[{"
	    "'AttributeName':'p','KeyType':'HASH'}],"
	    "'GlobalSecondaryIndexes':[{'IndexName':'gsi','KeySchema':[{"
	    "'AttributeName':'g','KeyType':'HASH'}],'Projection':{"
	    "'ProjectionType':'ALL'},'ProvisionedThroughput':" UNITS(1, 2)
	    "}]}",
	    NULL);
}

/* What needs no table comes before the table is looked for. */
static void
test_refused(void)
{
	ddb_invalid("UpdateTable", "{}",
	    "The parameter 'TableName' is required but was not present in the "
	    "request");
	ddb_invalid("UpdateTable", "{'TableName':'none'}", NOTHING);
	ddb_invalid("UpdateTable", UPDATE("none", GSI("")), NOTHING);
	ddb_invalid("UpdateTable", UPDATE("none", DEFS("q") GSI("")), NOTHING);
	ddb_invalid("UpdateTable", UPDATE("none", "'BillingMode':'PROVISIONED'"),
	    INVALID "ProvisionedThroughput must be specified when BillingMode "
		    "is PROVISIONED");
	ddb_invalid("UpdateTable",
	    UPDATE("none", "'ProvisionedThroughput':" UNITS(0, 1)),
	    "1 validation error detected: Value '0' at "
	    "'provisionedThroughput.readCapacityUnits' failed to satisfy "
	    "constraint: Member must have value greater than or equal to 1");
	ddb_invalid("UpdateTable",
	    UPDATE("none", "'ProvisionedThroughput':"
		UNITS(1, 1000000000001)),
	    "Given value 1000000000001 for WriteCapacityUnits is out of "
	    "bounds");
	ddb_invalid("UpdateTable", UPDATE("none", GSI("{}")),
	    INVALID "One of GlobalSecondaryIndexUpdate.Update, "
		    "GlobalSecondaryIndexUpdate.Create, "
		    "GlobalSecondaryIndexUpdate.Delete must not be null");
	ddb_invalid("UpdateTable",
	    UPDATE("none", GSI(GONE("gsi") "," GONE("gsi"))),
	    INVALID "Only one global secondary index update per index is "
		    "allowed simultaneously. Index: gsi");
	ddb_bad("UpdateTable", UPDATE("none", GSI(GONE("gsi"))),
	    "ResourceNotFoundException",
	    "Requested resource not found: Table: none not found");
	ddb_bad("UpdateTable", UPDATE("none", GSI("1")),
	    "SerializationException", "Unexpected value type in payload");
}

static void
test_refused_index(void)
{
	ddb_bad("UpdateTable",
	    UPDATE("dem", DEFS("q") GSI(NEW("new", "q", "") "," GONE("gsi"))),
	    "LimitExceededException",
	    "Subscriber limit exceeded: Only 1 online index can be created or "
	    "deleted simultaneously per table");
	ddb_invalid("UpdateTable",
	    UPDATE("dem",
		"'GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':"
		"'none'},'Update':{'IndexName':'gsi'}}]"),
	    INVALID "Only one global secondary index action is allowed per "
		    "GlobalSecondaryIndexUpdate object");
	ddb_invalid("UpdateTable", UPDATE("dem", GSI(NEW("new", "q", ""))),
	    INVALID "Some index key attributes are not defined in "
		    "AttributeDefinitions. Keys: [q], AttributeDefinitions: "
		    "[]");
	ddb_invalid("UpdateTable",
	    UPDATE("dem", DEFS("g") GSI(NEW("gsi", "g", ""))),
	    "Attempting to create an index which already exists");
	ddb_invalid("UpdateTable",
	    UPDATE("dem", DEFS("g") GSI(NEW("lsi", "g", ""))),
	    "Attempting to create an index which already exists");
	ddb_invalid("UpdateTable",
	    UPDATE("dem", DEFS("q") GSI(NEW("new", "q",
		",'ProvisionedThroughput':" UNITS(1, 1)))),
	    INVALID "ProvisionedThroughput should not be specified for index: "
		    "new when BillingMode is PAY_PER_REQUEST");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", DEFS("q") GSI(NEW("new", "q", ""))),
	    INVALID "ProvisionedThroughput must be specified for index: new");
	ddb_bad("UpdateTable", UPDATE("dem", GSI(GONE("none"))),
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_bad("UpdateTable", UPDATE("dem", GSI(GONE("lsi"))),
	    "ResourceNotFoundException", "Requested resource not found");
	ddb_invalid("UpdateTable", UPDATE("pro", GSI(UNITS_OF("none", 1, 1))),
	    "This operation cannot be performed with given input values. "
	    "Please contact DynamoDB service team for more info: Action "
	    "Blocked: IndexUpdate");
	ddb_invalid("UpdateTable", UPDATE("dem", GSI(UNITS_OF("gsi", 1, 1))),
	    INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
		    "specified when BillingMode is PAY_PER_REQUEST");
	ddb_invalid("UpdateTable", UPDATE("pro", GSI(UNITS_OF("gsi", 1, 2))),
	    SAME(1, 2));
	/* A type of an attribute cannot be changed. */
	ddb_invalid("UpdateTable",
	    UPDATE("dem",
		"'AttributeDefinitions':[{'AttributeName':'g','AttributeType':"
		"'N'}]," GSI(NEW("new", "g", ""))),
	    INVALID "Attribute g is defined with another type already");
}

static void
test_throughput(void)
{
	ddb_invalid("UpdateTable",
	    UPDATE("dem", "'ProvisionedThroughput':" UNITS(1, 1)),
	    INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
		    "specified when BillingMode is PAY_PER_REQUEST");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", "'ProvisionedThroughput':" UNITS(3, 4)), SAME(3, 4));
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'ProvisionedThroughput':" UNITS(5, 4) ","
		GSI(UNITS_OF("gsi", 1, 1))),
	    NULL);
	ok(ddb_said("\"TableStatus\":\"UPDATING\""), "it is being updated");
	ddb_ok("DescribeTable", "{'TableName':'pro'}", NULL);
	ok(ddb_said("\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":5,"
		    "\"WriteCapacityUnits\":4}"), "more for the table");
	ok(ddb_said("LastIncreaseDateTime"), "and since when");
	ok(ddb_said("\"NumberOfDecreasesToday\":1,\"ReadCapacityUnits\":1,"
		    "\"WriteCapacityUnits\":1}"), "less for the index");
	ok(ddb_said("LastDecreaseDateTime"), "and since when");
}

static void
test_billing(void)
{
	ddb_ok("UpdateTable", UPDATE("pro", "'BillingMode':'PAY_PER_REQUEST'"),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'pro'}", NULL);
	ok(ddb_said("\"BillingMode\":\"PAY_PER_REQUEST\","
		    "\"LastUpdateToPayPerRequestDateTime\":"), "by request");
	ok(!ddb_said("CapacityUnits\":1") && !ddb_said("CapacityUnits\":5"),
	    "no units are left, of the index neither");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", "'BillingMode':'PROVISIONED',"
			  "'ProvisionedThroughput':" UNITS(5, 4)),
	    INVALID "ProvisionedThroughput must be specified for index: gsi");
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'BillingMode':'PROVISIONED',"
		"'ProvisionedThroughput':" UNITS(5, 4) ","
		GSI(UNITS_OF("gsi", 7, 8))),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'pro'}", NULL);
	ok(ddb_said("\"ReadCapacityUnits\":7,\"WriteCapacityUnits\":8"),
	    "provisioned again");
	ok(ddb_said("\"BillingMode\":\"PROVISIONED\""), "and says so");
}

static void
test_rest(void)
{
	ddb_ok("UpdateTable",
	    UPDATE("dem", "'DeletionProtectionEnabled':true,'TableClass':"
			  "'STANDARD_INFREQUENT_ACCESS'"),
	    NULL);
	ddb_invalid("DeleteTable", "{'TableName':'dem'}",
	    "Resource cannot be deleted as it is currently protected against "
	    "deletion. Disable deletion protection first.");
	ddb_ok("UpdateTable", UPDATE("dem", "'SSESpecification':{'Enabled':"
					    "true,'SSEType':'KMS'}"),
	    NULL);
	ddb_ok("UpdateTable", UPDATE("dem", "'WarmThroughput':{"
					    "'ReadUnitsPerSecond':13000}"),
	    NULL);
	ddb_ok("UpdateTable", UPDATE("dem", "'OnDemandThroughput':{"
					    "'MaxReadRequestUnits':5}"),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'dem'}", NULL);
	ok(ddb_said("\"DeletionProtectionEnabled\":true"), "protected");
	ok(ddb_said("\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\""), "class");
	ok(ddb_said("\"SSEDescription\":{\"Status\":\"ENABLED\""), "encrypted");
	ok(ddb_said("\"WarmThroughput\":{\"ReadUnitsPerSecond\":13000,"
		    "\"WriteUnitsPerSecond\":4000,\"Status\":\"ACTIVE\"}"),
	    "warm");
	ok(ddb_said("\"OnDemandThroughput\":{\"MaxReadRequestUnits\":5}"),
	    "limited");
	ddb_ok("UpdateTable",
	    UPDATE("dem", "'DeletionProtectionEnabled':false,"
			  "'SSESpecification':{'Enabled':false}"),
	    NULL);
	ok(!ddb_said("SSEDescription"), "no longer encrypted");
}

static void
test_replicas(void)
{
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Create':{'RegionName':"
			  "'eu-west-1'}}]"),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'pro'}", NULL);
	ok(ddb_said("\"Replicas\":[{\"RegionName\":\"eu-west-1\","
		    "\"ReplicaStatus\":\"ACTIVE\"}]"), "a replica");
	ok(ddb_said("\"GlobalTableVersion\":\"2019.11.21\""), "of a version");
	is_int(ddb_run("UpdateTable", ddb_quote(UPDATE("pro",
	    "'ReplicaUpdates':[{'Create':{'RegionName':'eu-west-1'}}]"))),
	    ERR_VALIDATION, "not twice");
	is_int(ddb_run("UpdateTable", ddb_quote(UPDATE("pro",
	    "'ReplicaUpdates':[{'Delete':{'RegionName':'eu-west-2'}}]"))),
	    ERR_VALIDATION, "not one that is not there");
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Delete':{'RegionName':"
			  "'eu-west-1'}}]"),
	    NULL);
	ok(!ddb_said("Replicas"), "none is left");
}

/* What a replica has of its own, and what there is not here. */
static void
test_replica_options(void)
{
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'MultiRegionConsistency':'EVENTUAL',"
			  "'ReplicaUpdates':[{'Create':{'RegionName':"
			  "'eu-west-1','TableClassOverride':'STANDARD',"
			  "'ProvisionedThroughputOverride':"
			  "{'ReadCapacityUnits':7}}}]"),
	    NULL);
	ok(ddb_said("\"Replicas\":[{\"RegionName\":\"eu-west-1\","
		    "\"ReplicaStatus\":\"ACTIVE\","
		    "\"ProvisionedThroughputOverride\":"
		    "{\"ReadCapacityUnits\":7},"
		    "\"ReplicaTableClassSummary\":"
		    "{\"TableClass\":\"STANDARD\"}}]"), "a replica");
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Update':{'RegionName':"
			  "'eu-west-1','OnDemandThroughputOverride':"
			  "{'MaxReadRequestUnits':9}}}]"),
	    NULL);
	ok(ddb_said("{\"ReadCapacityUnits\":7},"
		    "\"OnDemandThroughputOverride\":"
		    "{\"MaxReadRequestUnits\":9},"
		    "\"ReplicaTableClassSummary\":"), "what it had stays");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Update':{'RegionName':"
			  "'eu-west-1','GlobalSecondaryIndexes':["
			  "{'IndexName':'nope'}]}}]"),
	    INVALID "the table has no global secondary index nope");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Create':{'RegionName':"
			  "'eu-west-3'}}],'MultiRegionConsistency':'STRONG'"),
	    "MultiRegionConsistency STRONG is not supported here");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", "'TableClass':'STANDARD_INFREQUENT_ACCESS',"
			  "'MultiRegionConsistency':'EVENTUAL'"),
	    "MultiRegionConsistency can only be specified when a replica is "
	    "created");
	ddb_invalid("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Disassociate':{'RegionName':"
			  "'x'}}],'DisassociationProtectionEnabled':false"),
	    "2 validation errors detected: Value "
	    "'DisassociateReplicationGroupMemberAction(regionName=x)' at "
	    "'replicaUpdates.1.member.disassociate' failed to satisfy "
	    "constraint: Member is not supported here; Value 'false' at "
	    "'disassociationProtectionEnabled' failed to satisfy constraint: "
	    "Member is not supported here");
	ddb_ok("UpdateTable",
	    UPDATE("pro", "'ReplicaUpdates':[{'Delete':{'RegionName':"
			  "'eu-west-1'}}]"),
	    NULL);
}

static void
test_stream(void)
{
	/* A new table is refused it in other words. */
	ddb_invalid("CreateTable",
	    "{'TableName':'new','BillingMode':'PAY_PER_REQUEST','KeySchema':["
	    "{'AttributeName':'a','KeyType':'HASH'}],'AttributeDefinitions':["
	    "{'AttributeName':'a','AttributeType':'S'}],'StreamSpecification':"
	    "{'StreamEnabled':false,'StreamViewType':'NEW_IMAGE'}}",
	    INVALID "Table is being created with a stream disabled, "
		    "UpdateViewType should not be specified");
	ddb_invalid("UpdateTable",
	    UPDATE("dem", "'StreamSpecification':{'StreamEnabled':false,"
			  "'StreamViewType':'NEW_IMAGE'}"),
	    INVALID "StreamViewType can only be specified when StreamEnabled "
		    "is true");
	ddb_ok("UpdateTable",
	    UPDATE("dem", "'StreamSpecification':{'StreamEnabled':true,"
			  "'StreamViewType':'NEW_IMAGE'}"),
	    NULL);
	ok(ddb_said("\"StreamSpecification\":{\"StreamEnabled\":true,"
		    "\"StreamViewType\":\"NEW_IMAGE\"}"), "a stream");
	is_int(ddb_run("UpdateTable", ddb_quote(UPDATE("dem",
	    "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':"
	    "'NEW_IMAGE'}"))), ERR_VALIDATION, "not a second one");
	ddb_ok("UpdateTable",
	    UPDATE("dem", "'StreamSpecification':{'StreamEnabled':false}"),
	    NULL);
	ok(!ddb_said("StreamSpecification"), "no stream");
	is_int(ddb_run("UpdateTable", ddb_quote(UPDATE("dem",
	    "'StreamSpecification':{'StreamEnabled':false}"))),
	    ERR_VALIDATION, "nothing to disable");
}

static void
put(unsigned i, const char *rest)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));

	buf_printf(&b, "{'TableName':'dem','Item':{'p':{'S':'p%u'},'s':{'S':"
		       "'%06u'}%s}}%c", i % 7, i, rest, 0);
	if (ddb_run("PutItem", ddb_quote(b.p)) != ERR_OK)
		ok(false, "put %s", b.p);
}

static void
test_index(void)
{
	/* One has it, one not, one has another type: that one is left out. */
	put(1, ",'q':{'S':'a'}");
	put(2, "");
	put(3, ",'q':{'N':'3'}");
	ddb_ok("UpdateTable", UPDATE("dem", DEFS("q") GSI(NEW("new", "q", ""))),
	    NULL);
	ok(ddb_said("\"IndexStatus\":\"CREATING\""), "it is being made");
	ddb_ok("DescribeTable", "{'TableName':'dem'}", NULL);
	ok(!ddb_said("CREATING"), "few items are there at once");
	ok(ddb_said("{\"AttributeName\":\"q\",\"AttributeType\":\"S\"}"),
	    "its attribute is defined");
	ok(ddb_said("\"ItemCount\":1,\"IndexSizeBytes\":12}"), "one item");
	ddb_ok("Query",
	    "{'TableName':'dem','IndexName':'new','KeyConditionExpression':"
	    "'q = :q','ExpressionAttributeValues':{':q':{'S':'a'}}}",
	    "{'Items':[{'p':{'S':'p1'},'s':{'S':'000001'},'q':{'S':'a'}}],"
	    "'Count':1,'ScannedCount':1}");
	ddb_ok("UpdateTable", UPDATE("dem", GSI(GONE("new"))), NULL);
	ok(ddb_said("\"IndexName\":\"new\"") &&
		ddb_said("\"IndexStatus\":\"DELETING\""), "it is going");
	ddb_ok("DescribeTable", "{'TableName':'dem'}", NULL);
	ok(!ddb_said("\"new\"") && !ddb_said("\"q\""), "it is gone");
	ok(ddb_said("\"IndexName\":\"gsi\"") &&
		ddb_said("\"IndexName\":\"lsi\""), "the others are not");
	ddb_invalid("Query",
	    "{'TableName':'dem','IndexName':'new','KeyConditionExpression':"
	    "'q = :q','ExpressionAttributeValues':{':q':{'S':'a'}}}",
	    "The table does not have the specified index: new");
	put(3, ",'q':{'N':'4'}");
	put(1, "");
	put(3, "");
	while (store_tidy(ddb_ctx.store))
		continue;
}

/* The index `new` of the table, or 0. */
static uint64_t
id_of_new(void)
{
	struct table t;
	uint64_t id = 0;

	arena_reset(ddb_ctx.arena);
	if (store_begin(ddb_ctx.store, false, clock_ms()) != ERR_OK)
		abort();
	if (table_open(&ddb_ctx, STR("dem"), &t) == ERR_OK &&
	    index_find(&t, STR("new")) != NULL)
		id = index_find(&t, STR("new"))->id;
	store_rollback(ddb_ctx.store);
	return id;
}

static bool
backfill(uint64_t id)
{
	bool done = false;

	arena_reset(ddb_ctx.arena);
	if (store_begin(ddb_ctx.store, true, clock_ms() + 1000) != ERR_OK ||
	    backfill_step(&ddb_ctx, id, &done) != ERR_OK ||
	    store_commit(ddb_ctx.store) != ERR_OK)
		abort();
	return done;
}

/* Writes in front of the backfill and behind it. */
static void
test_backfill(void)
{
	enum { N = 6000 };
	unsigned steps = 0;
	uint64_t id;

	for (unsigned i = 1000; i < 1000 + N; i++)
		put(i, ",'q':{'S':'a'}");
	ddb_ok("UpdateTable", UPDATE("dem", DEFS("q") GSI(NEW("new", "q", ""))),
	    NULL);
	ddb_ok("DescribeTable", "{'TableName':'dem'}", NULL);
	ok(ddb_said("\"IndexStatus\":\"CREATING\",\"Backfilling\":true"),
	    "many items take longer");
	ok(store_jobs_made(ddb_ctx.store), "the jobs' process is asked for");
	ddb_invalid("Scan", "{'TableName':'dem','IndexName':'new'}",
	    "Cannot read from backfilling global secondary index: new");
	ddb_bad("UpdateTable", UPDATE("dem", DEFS("z") GSI(NEW("other", "z", ""))),
	    "ResourceInUseException",
	    "Attempt to change a resource which is still in use: Table is "
	    "being updated: dem");
	id = id_of_new();
	/* Of each partition: some change, some go, some come. */
	for (unsigned i = 1000; i < 1000 + N; i += 50)
		put(i, ",'q':{'S':'b'},'more':{'S':'xyz'}");
	for (unsigned i = 1001; i < 1000 + N; i += 50)
		put(i, "");
	for (unsigned i = 9000; i < 9100; i++)
		put(i, ",'q':{'S':'a'}");
	while (!backfill(id) && steps < 100)
		steps++;
	ok(steps >= 1, "%u more steps", steps);
	ok(backfill(id), "one step too many does nothing");
	ddb_ok("DescribeTable", "{'TableName':'dem'}", NULL);
	/* p2+1 s6+1 q1+1 = 12; more = 7 */
	ok(ddb_said("\"ItemCount\":5980,\"IndexSizeBytes\":72600"),
	    "as many entries as items that have the attribute");
	ddb_ok("Query",
	    "{'TableName':'dem','IndexName':'new','Select':'COUNT',"
	    "'KeyConditionExpression':'q = :q','ExpressionAttributeValues':"
	    "{':q':{'S':'b'}}}", "{'Count':120,'ScannedCount':120}");
	ddb_ok("Scan", "{'TableName':'dem','IndexName':'new','Select':'COUNT'}",
	    "{'Count':5980,'ScannedCount':5980}");
	ddb_ok("UpdateTable", UPDATE("dem", GSI(GONE("new"))), NULL);
	ok(backfill(id), "an index that is gone is not filled");
}

int
main(void)
{
	ddb_open();
	create();
	test_refused();
	test_refused_index();
	test_throughput();
	test_billing();
	test_rest();
	test_replicas();
	test_replica_options();
	test_stream();
	test_index();
	test_backfill();
	ddb_close();
	return tap_done();
}
