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
	ddb_ok("UpdateTableReplicaAutoScaling",
	    "{'TableName':'sca','ProvisionedWriteCapacityAutoScalingUpdate':"
	    "{'MinimumUnits':2,'MaximumUnits':2}}",
	    "{'TableAutoScalingDescription':{'TableName':'sca',"
	    "'TableStatus':'ACTIVE','Replicas':[]}}");
}

int
main(void)
{
	ddb_open();
	test_kinesis();
	test_no_global();
	test_scaling();
	ddb_close();
	return tap_done();
}
