/* SPDX-License-Identifier: ISC */
/*
 * replicas.t - Kinesis destinations, global tables and the auto scaling of
 * replicas: stored, and answered as they are.
 */
#include "ddb.h"

#define ONE	"1 validation error detected: "
#define INVALID "One or more parameter values were invalid: "
#define TABLE(t, rest)                                                      \
	"{'TableName':'" t "','AttributeDefinitions':[{'AttributeName':'a'," \
	"'AttributeType':'S'}],'KeySchema':[{'AttributeName':'a','KeyType':" \
	"'HASH'}],'BillingMode':'PAY_PER_REQUEST'" rest "}"
#define STREAM(n) "arn:aws:kinesis:us-east-1:000000000000:stream/" n
#define NO_GLOBAL "Global table with name: 'none' does not exist."

/* There is one account here, and one place. */
static void
test_unserved(void)
{
	ddb_invalid("CreateTable",
	    TABLE("far", ",'GlobalTableSourceArn':'arn:aws:dynamodb:eu-west-1:"
			 "111111111111:table/far',"
			 "'GlobalTableSettingsReplicationMode':'ENABLED'"),
	    "2 validation errors detected: Value 'arn:aws:dynamodb:eu-west-1:"
	    "111111111111:table/far' at 'globalTableSourceArn' failed to "
	    "satisfy constraint: Member is not supported here; Value 'ENABLED' "
	    "at 'globalTableSettingsReplicationMode' failed to satisfy "
	    "constraint: Member is not supported here");
}

static void
test_kinesis(void)
{
	static const char *const ops[] = { "DisableKinesisStreamingDestination",
		"UpdateKinesisStreamingDestination" };
	static const size_t lengths[] = { 36, 37, 1024, 1025 };
	char text[256];

	ddb_ok("CreateTable", TABLE("kin", ""), NULL);
	ddb_ok("DescribeKinesisStreamingDestination", "{'TableName':'kin'}",
	    "{'TableName':'kin','KinesisDataStreamDestinations':[]}");
	ddb_invalid("EnableKinesisStreamingDestination", "{'TableName':'kin'}",
	    ONE "Value null at 'streamArn' failed to satisfy constraint: "
		"Member must not be null");
	for (size_t i = 0; i < NELEM(lengths); i++)
		is_int(ddb_run_long("EnableKinesisStreamingDestination",
			   "{'TableName':'none','StreamArn':'arn:aws:kinesis:"
			   "us-east-1:0:stream/", lengths[i] - 35, 's', "'}"),
		    i % 3 == 0 ? ERR_VALIDATION : ERR_NOT_FOUND,
		    "an ARN of %zu", lengths[i]);
	ddb_invalid("EnableKinesisStreamingDestination",
	    "{'TableName':'kin','StreamArn':'arn:aws:kinesis:us-east-1:0:"
	    "consumer/ssssss'}",
	    INVALID "Invalid StreamArn: arn:aws:kinesis:us-east-1:0:consumer/"
		    "ssssss");
	for (size_t i = 0; i < NELEM(ops); i++)
		ddb_bad(ops[i],
		    "{'TableName':'kin','StreamArn':'" STREAM("s") "'}",
		    "ResourceNotFoundException",
		    "Requested resource not found: Table: kin has no "
		    "streaming destination: " STREAM("s"));
	ddb_invalid("DisableKinesisStreamingDestination",
	    "{'TableName':'kin','StreamArn':'" STREAM("s") "',"
	    "'EnableKinesisStreamingConfiguration':"
	    "{'ApproximateCreationDateTimePrecision':'SECOND'}}",
	    ONE "Value 'SECOND' at 'enableKinesisStreamingConfiguration."
		"approximateCreationDateTimePrecision' failed to satisfy "
		"constraint: Member must satisfy enum value set: "
		"[MILLISECOND, MICROSECOND]");
	ddb_ok("EnableKinesisStreamingDestination",
	    "{'TableName':'kin','StreamArn':'" STREAM("s") "'}",
	    "{'TableName':'kin','StreamArn':'" STREAM("s") "',"
	    "'DestinationStatus':'ENABLING',"
	    "'EnableKinesisStreamingConfiguration':"
	    "{'ApproximateCreationDateTimePrecision':'MILLISECOND'}}");
	ddb_ok("EnableKinesisStreamingDestination",
	    "{'TableName':'kin','StreamArn':'" STREAM("s") "',"
	    "'EnableKinesisStreamingConfiguration':"
	    "{'ApproximateCreationDateTimePrecision':'MICROSECOND'}}", NULL);
	/* There is no such stream, and it does not say that there is. */
	ddb_ok("DescribeKinesisStreamingDestination", "{'TableName':'kin'}",
	    "{'TableName':'kin','KinesisDataStreamDestinations':["
	    "{'StreamArn':'" STREAM("s") "','DestinationStatus':"
	    "'ENABLE_FAILED','DestinationStatusDescription':'This server "
	    "cannot reach a Kinesis data stream',"
	    "'ApproximateCreationDateTimePrecision':'MICROSECOND'}]}");
	for (size_t i = 0; i < NELEM(ops); i++) {
		const char *what = i == 0 ? "DISABLE" : "UPDATE";

		(void)snprintf(text, sizeof(text), "Table is not in a valid "
		    "state to %s Kinesis Streaming Destination: "
		    "KinesisStreamingDestination must be ACTIVE to perform %s "
		    "operation.", what, what);
		ddb_invalid(ops[i],
		    "{'TableName':'kin','StreamArn':'" STREAM("s") "'}", text);
	}
	ddb_ok("EnableKinesisStreamingDestination",
	    "{'TableName':'kin','StreamArn':'" STREAM("t") "'}", NULL);
	ddb_bad("EnableKinesisStreamingDestination",
	    "{'TableName':'kin','StreamArn':'" STREAM("u") "'}",
	    "LimitExceededException",
	    "A table can have at most 2 Kinesis streaming destinations");
}

static void
test_no_global(void)
{
	static const struct {
		const char *op, *rest;
	} ops[] = {
		{ "DescribeGlobalTable", "" },
		{ "UpdateGlobalTable", ",'ReplicaUpdates':[]" },
		{ "DescribeGlobalTableSettings", "" },
		{ "UpdateGlobalTableSettings", "" },
	};
	char in[256];

	for (size_t i = 0; i < NELEM(ops); i++) {
		(void)snprintf(in, sizeof(in), "{'GlobalTableName':'none'%s}",
		    ops[i].rest);
		ddb_bad(ops[i].op, in, "GlobalTableNotFoundException",
		    NO_GLOBAL);
		(void)snprintf(in, sizeof(in), "{'GlobalTableName':'kin'%s}",
		    ops[i].rest);
		ddb_bad(ops[i].op, in, "GlobalTableNotFoundException",
		    "Global table with name: 'kin' does not exist.");
		(void)snprintf(in, sizeof(in), "{'GlobalTableName':'ab'%s}",
		    ops[i].rest);
		ddb_invalid(ops[i].op, in,
		    ONE "Value 'ab' at 'globalTableName' failed to satisfy "
			"constraint: Member must have length greater than or "
			"equal to 3");
	}
	ddb_bad("CreateGlobalTable", "{'GlobalTableName':'none',"
	    "'ReplicationGroup':[{'RegionName':'us-east-1'}]}",
	    "TableNotFoundException", "Table not found: none");
	ddb_invalid("CreateGlobalTable", "{'GlobalTableName':'kin',"
	    "'ReplicationGroup':[]}", INVALID "ReplicationGroup is empty");
	ddb_invalid("CreateGlobalTable", "{'GlobalTableName':'kin',"
	    "'ReplicationGroup':[{'RegionName':'us-east-1'}]}",
	    INVALID "Table kin must have a stream of NEW_AND_OLD_IMAGES");
	ddb_ok("ListGlobalTables", "{}", "{'GlobalTables':[]}");
}

static void
test_scaling(void)
{
	ddb_ok("CreateTable", TABLE("sca", ""), NULL);
	ddb_ok("DescribeTableReplicaAutoScaling", "{'TableName':'sca'}",
	    "{'TableAutoScalingDescription':{'TableName':'sca',"
	    "'TableStatus':'ACTIVE','Replicas':[]}}");
	ddb_bad("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','ProvisionedWriteCapacityAutoScalingUpdate':"
	    "{'ScalingPolicyUpdate':"
	    "{'TargetTrackingScalingPolicyConfiguration':"
	    "{'TargetValue':'x'}}}}",
	    "SerializationException",
	    "STRING_VALUE cannot be converted to Double");
	ddb_invalid("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','ProvisionedWriteCapacityAutoScalingUpdate':"
	    "{'MinimumUnits':0}}",
	    ONE "Value '0' at 'provisionedWriteCapacityAutoScalingUpdate."
		"minimumUnits' failed to satisfy constraint: Member must have "
		"value greater than or equal to 1");
	ddb_invalid("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','ProvisionedWriteCapacityAutoScalingUpdate':"
	    "{'MinimumUnits':3,'MaximumUnits':2}}",
	    INVALID "MinimumUnits must not be greater than MaximumUnits");
	ddb_bad("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','ReplicaUpdates':"
	    "[{'RegionName':'eu-west-1'}]}", "ResourceNotFoundException",
	    "Requested resource not found: Replica: eu-west-1 not found");
	ddb_bad("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','GlobalSecondaryIndexUpdates':"
	    "[{'IndexName':'nix'}]}", "ResourceNotFoundException",
	    "Requested resource not found: Index: nix not found");
	ddb_invalid("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','GlobalSecondaryIndexUpdates':[{}]}",
	    INVALID "IndexName must be specified");
	ddb_ok("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','ProvisionedWriteCapacityAutoScalingUpdate':"
	    "{'MinimumUnits':2,'MaximumUnits':2}}",
	    "{'TableAutoScalingDescription':{'TableName':'sca',"
	    "'TableStatus':'ACTIVE','Replicas':[]}}");
}

/* What ListGlobalTables says of one. */
static const char *
group(const char *regions)
{
	static char text[512];

	(void)snprintf(text, sizeof(text),
	    "\"GlobalTableName\":\"glob\",\"ReplicationGroup\":[%s]",
	    regions);
	return text;
}

static void
test_global(void)
{
	ddb_ok("CreateTable",
	    TABLE("glob", ",'StreamSpecification':{'StreamEnabled':true,"
			  "'StreamViewType':'NEW_AND_OLD_IMAGES'}"), NULL);
	ddb_ok("PutItem", "{'TableName':'glob','Item':{'a':{'S':'x'}}}", "{}");
	ddb_invalid("CreateGlobalTable", "{'GlobalTableName':'glob',"
	    "'ReplicationGroup':[{'RegionName':'us-east-1'}]}",
	    INVALID "Table glob must be empty");
	ddb_ok("DeleteItem", "{'TableName':'glob','Key':{'a':{'S':'x'}}}",
	    "{}");
	ddb_invalid("CreateGlobalTable", "{'GlobalTableName':'glob',"
	    "'ReplicationGroup':[{'RegionName':'US EAST'}]}",
	    INVALID "Invalid RegionName: US EAST");
	ddb_bad("CreateGlobalTable", "{'GlobalTableName':'glob',"
	    "'ReplicationGroup':[{'RegionName':'us-east-1'},{'RegionName':"
	    "'us-east-1'}]}", "ReplicaAlreadyExistsException",
	    "Replica already exists in region: us-east-1");
	ddb_ok("CreateGlobalTable", "{'GlobalTableName':'glob',"
	    "'ReplicationGroup':[{'RegionName':'us-east-1'}]}", NULL);
	ok(ddb_said("\"GlobalTableStatus\":\"CREATING\""), "CREATING");
	ok(ddb_said("\"GlobalTableArn\":\"arn:aws:dynamodb::000000000000:"
		    "global-table/glob\""), "its ARN");
	ddb_bad("CreateGlobalTable", "{'GlobalTableName':'glob',"
	    "'ReplicationGroup':[{'RegionName':'us-east-1'}]}",
	    "GlobalTableAlreadyExistsException",
	    "Global table with name: 'glob' already exists.");
	ddb_ok("DescribeGlobalTable", "{'GlobalTableName':'glob'}", NULL);
	ok(ddb_said("\"ReplicationGroup\":[{\"RegionName\":\"us-east-1\","
		    "\"ReplicaStatus\":\"ACTIVE\"}]") &&
	    ddb_said("\"GlobalTableStatus\":\"ACTIVE\""), "ACTIVE");
}

static void
test_global_update(void)
{
#define UPDATE(list) "{'GlobalTableName':'glob','ReplicaUpdates':[" list "]}"
	ddb_invalid("UpdateGlobalTable", UPDATE("{}"),
	    INVALID "Each of ReplicaUpdates must have one of Create and "
		    "Delete");
	ddb_invalid("UpdateGlobalTable", UPDATE("{'Create':{}}"),
	    ONE "Value null at 'replicaUpdates.1.member.create.regionName' "
		"failed to satisfy constraint: Member must not be null");
	ddb_bad("UpdateGlobalTable",
	    UPDATE("{'Create':{'RegionName':'us-east-1'}}"),
	    "ReplicaAlreadyExistsException",
	    "Replica already exists in region: us-east-1");
	ddb_bad("UpdateGlobalTable",
	    UPDATE("{'Delete':{'RegionName':'eu-west-1'}}"),
	    "ReplicaNotFoundException",
	    "Replica not found in region: eu-west-1");
	ddb_ok("UpdateGlobalTable",
	    UPDATE("{'Create':{'RegionName':'eu-west-1'}}"), NULL);
	ddb_ok("ListGlobalTables", "{}", NULL);
	ok(ddb_said(group("{\"RegionName\":\"us-east-1\"},"
			  "{\"RegionName\":\"eu-west-1\"}")), "two regions");
	ddb_ok("ListGlobalTables", "{'RegionName':'ap-south-1'}",
	    "{'GlobalTables':[]}");
	ddb_ok("ListGlobalTables", "{'ExclusiveStartGlobalTableName':'glob'}",
	    "{'GlobalTables':[]}");
	/* The table is the same, whatever the region. */
	ddb_ctx.region = STR("eu-west-1");
	ddb_ok("DescribeTable", "{'TableName':'glob'}", NULL);
	ddb_ctx.region = STR("us-east-1");
	/* Where regions are kept apart another one has no such table. */
	ddb_ctx.space = 1;
	ddb_bad("DescribeGlobalTable", "{'GlobalTableName':'glob'}",
	    "GlobalTableNotFoundException",
	    "Global table with name: 'glob' does not exist.");
	ddb_ctx.space = 0;
}

static void
test_global_settings(void)
{
#define SETTINGS(more) "{'GlobalTableName':'glob'," more "}"
	ddb_ok("DescribeGlobalTableSettings", "{'GlobalTableName':'glob'}",
	    NULL);
	ok(ddb_said("\"RegionName\":\"us-east-1\",\"ReplicaStatus\":"
		    "\"ACTIVE\",\"ReplicaBillingModeSummary\":{"
		    "\"BillingMode\":\"PAY_PER_REQUEST\"}"), "billing");
	ddb_bad("UpdateGlobalTableSettings",
	    SETTINGS("'ReplicaSettingsUpdate':[{'RegionName':'ap-south-1'}]"),
	    "ReplicaNotFoundException",
	    "Replica not found in region: ap-south-1");
	ddb_bad("UpdateGlobalTableSettings",
	    SETTINGS("'GlobalTableGlobalSecondaryIndexSettingsUpdate':"
		     "[{'IndexName':'nix'}]"),
	    "IndexNotFoundException", "Index not found: nix");
	ddb_invalid("UpdateGlobalTableSettings",
	    SETTINGS("'ReplicaSettingsUpdate':[]"),
	    ONE "Value '[]' at 'replicaSettingsUpdate' failed to satisfy "
		"constraint: Member must have length greater than or equal "
		"to 1");
	ddb_ok("UpdateGlobalTableSettings",
	    SETTINGS("'GlobalTableProvisionedWriteCapacityUnits':7,"
		     "'ReplicaSettingsUpdate':[{'RegionName':'eu-west-1',"
		     "'ReplicaProvisionedReadCapacityUnits':9,"
		     "'ReplicaTableClass':'STANDARD',"
		     "'ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate'"
		     ":{'MinimumUnits':1,'MaximumUnits':10,"
		     "'ScalingPolicyUpdate':{'PolicyName':'p',"
		     "'TargetTrackingScalingPolicyConfiguration':"
		     "{'TargetValue':70.5}}}}]"),
	    NULL);
	ddb_ok("DescribeGlobalTableSettings", "{'GlobalTableName':'glob'}",
	    NULL);
	ok(ddb_said("\"ReplicaProvisionedReadCapacityUnits\":9") &&
	    ddb_said("\"ReplicaProvisionedWriteCapacityUnits\":7"), "units");
	ok(ddb_said("\"ReplicaProvisionedReadCapacityAutoScalingSettings\":"
		    "{\"MinimumUnits\":1,\"MaximumUnits\":10,"
		    "\"AutoScalingDisabled\":false,\"ScalingPolicies\":[{"
		    "\"PolicyName\":\"p\","
		    "\"TargetTrackingScalingPolicyConfiguration\":{"
		    "\"TargetValue\":70.5}}]}"), "scaling");
	ok(ddb_said("\"ReplicaTableClassSummary\":{\"TableClass\":"
		    "\"STANDARD\"}"), "class");
	/* The same settings by the newer API. */
	ddb_ok("DescribeTableReplicaAutoScaling", "{'TableName':'glob'}",
	    NULL);
	ok(ddb_said("\"TargetValue\":70.5"), "the newer API knows it, too");
	ddb_ok("UpdateTableReplicaAutoScaling",
	    "{'TableName':'glob','ReplicaUpdates':[{'RegionName':'us-east-1',"
	    "'ReplicaProvisionedReadCapacityAutoScalingUpdate':"
	    "{'MaximumUnits':33}}]}", NULL);
	ok(ddb_said("\"MaximumUnits\":33"), "and changes it");
}

/* Without a replica it is a table as others. */
static void
test_global_end(void)
{
	ddb_ok("UpdateGlobalTable",
	    UPDATE("{'Delete':{'RegionName':'us-east-1'}},"
		   "{'Delete':{'RegionName':'eu-west-1'}}"), NULL);
	ddb_bad("DescribeGlobalTable", "{'GlobalTableName':'glob'}",
	    "GlobalTableNotFoundException",
	    "Global table with name: 'glob' does not exist.");
	for (unsigned n = 50; n <= 51; n++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

		BUF_LIT(&b, "{'GlobalTableName':'glob','ReplicationGroup':[");
		for (unsigned i = n; i-- > 0;)
			buf_printf(&b, "{'RegionName':'r-%u'}%s", i,
			    i > 0 ? "," : "]}");
		buf_putc(&b, '\0');
		/* The second run finds those of the first. */
		is_int(ddb_run("CreateGlobalTable", ddb_quote(b.p)),
		    n == 50 ? ERR_OK : ERR_GLOBAL_EXISTS, "%u regions", n);
	}
	ddb_bad("UpdateGlobalTable",
	    UPDATE("{'Create':{'RegionName':'r-50'}}"),
	    "LimitExceededException",
	    "A global table can have at most 50 replicas");
}

int
main(void)
{
	ddb_open();
	test_unserved();
	test_kinesis();
	test_no_global();
	test_scaling();
	test_global();
	test_global_update();
	test_global_settings();
	test_global_end();
	ddb_close();
	return tap_done();
}
