/* SPDX-License-Identifier: ISC */
/*
 * rows.t - tools whose operations need few words: what the example of each
 * asks of its operation, and what a model reads of the answer in fake.tbl.
 */
#include "fake.h"
#include "mcp/rpc.h"
#include "mcp/tool.h"
#include "tap.h"

#define ARN    "arn:aws:dynamodb:eu-west-1:000000000000:table/abc"
#define BACKUP "arn:aws:dynamodb:us-east-1:000000000000:table/abc/backup/01-1"
#define ITEM   "{\"a\":\"x\",\"n\":1.5,\"b\":{\"B\":\"aGk=\"}}"
#define RESULTS                                            \
	"{\"results\":[{\"item\":" ITEM "},{},{\"error\":" \
	"\"DuplicateItem\",\"message\":\"why\"}]}"
#define TOLD_BACKUP                                             \
	"{\"backup\":\"arn:x\",\"name\":\"before\",\"status\":" \
	"\"AVAILABLE\",\"bytes\":20,\"created\":\"2017-07-14T02:40:00Z\""
#define TOLD_PITR                                          \
	"{\"status\":\"ENABLED\",\"days\":7,\"earliest\":" \
	"\"2017-07-14T02:40:00Z\",\"latest\":\"2017-07-14T02:40:01Z\"}"
#define SETTINGS                                                       \
	"{\"table\":\"abc\",\"replicas\":[{\"region\":\"us-east-1\","      \
	"\"status\":\"ACTIVE\",\"billing\":\"provisioned\",\"class\":"     \
	"\"standard\",\"read_units\":7}]}"
#define SCALING                                                        \
	"{\"table\":\"abc\",\"status\":\"ACTIVE\",\"replicas\":[{"         \
	"\"region\":\"us-east-1\",\"status\":\"ACTIVE\",\"write\":{"       \
	"\"min\":1,\"max\":9,\"off\":false,\"policies\":[{\"name\":\"p\"," \
	"\"target\":70.0}]},\"indexes\":[{\"index\":\"by-n\",\"read\":{"   \
	"\"off\":true}}]}]}"
#define MORE(cursor)                                                          \
	",\"next_cursor\":\"1.0." cursor "\",\"note\":\"there is more: call " \
	"again with cursor set to next_cursor\""

static const struct {
	const char *tool, *asked, *said;
} rows[] = {
	{ "transact_get_items",
	    "TransactGetItems {\"TransactItems\":[{\"Get\":{\"TableName\":"
	    "\"abc\",\"Key\":{\"a\":{\"S\":\"x\"}},"
	    "\"ProjectionExpression\":\"#_0\",\"ExpressionAttributeNames\":"
	    "{\"#_0\":\"a\"}}},{\"Get\":{\"TableName\":\"abd\",\"Key\":"
	    "{\"a\":{\"S\":\"y\"}}}}]}",
	    RESULTS },
	{ "transact_write_items",
	    "TransactWriteItems {\"TransactItems\":[{\"Put\":{"
	    "\"TableName\":\"abc\",\"Item\":{\"a\":{\"S\":\"x\"}},"
	    "\"ConditionExpression\":\"#a = :a\","
	    "\"ExpressionAttributeNames\":{\"#a\":\"a\"},"
	    "\"ExpressionAttributeValues\":{\":a\":{\"N\":\"1\"}}}},"
	    "{\"Delete\":{\"TableName\":\"abd\",\"Key\":{\"a\":{\"S\":"
	    "\"y\"}}}}],\"ClientRequestToken\":\"mine\"}",
	    "{\"done\":true}" },
	{ "select_items",
	    "ExecuteStatement {\"Statement\":\"SELECT * FROM abe WHERE a = "
	    "?\",\"Parameters\":[{\"S\":\"x\"}],\"Limit\":9}",
	    "{\"items\":[" ITEM "]" MORE("Ingi") "}" },
	{ "execute_statement",
	    "ExecuteStatement {\"Statement\":\"DELETE FROM abe WHERE a = ?\","
	    "\"Parameters\":[{\"S\":\"x\"}]}",
	    "{\"items\":[" ITEM "]}" },
	{ "batch_execute_statement",
	    "BatchExecuteStatement {\"Statements\":[{\"Statement\":\"DELETE "
	    "FROM abe WHERE a = ?\",\"Parameters\":[{\"S\":\"x\"}]}]}",
	    RESULTS },
	{ "execute_transaction",
	    "ExecuteTransaction {\"TransactStatements\":[{\"Statement\":"
	    "\"DELETE FROM abe WHERE a = 'x'\"}],\"ClientRequestToken\":"
	    "\"mine\"}",
	    RESULTS },
	{ "list_streams", "ListStreams {\"Limit\":5}",
	    "{\"streams\":[{\"table\":\"abc\",\"since\":"
	    "\"2017-07-14T02:40:00.000\"}]" MORE("ImFybjp4Ig==") "}" },
	{ "read_changes", "GetRecords {\"Limit\":5,\"ShardIterator\":\"i\"}",
	    "{\"changes\":[{\"change\":\"modify\",\"time\":"
	    "\"2017-07-14T02:40:00Z\",\"key\":{\"a\":\"x\"},\"new\":" ITEM
	    "}],\"next_cursor\":\"1.0.Imoi\"}" },
	{ "update_time_to_live",
	    "UpdateTimeToLive {\"TableName\":\"abc\","
	    "\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":"
	    "\"until\"}}",
	    "{\"enabled\":true,\"attribute\":\"u\"}" },
	{ "describe_time_to_live", "DescribeTimeToLive {\"TableName\":\"abc\"}",
	    "{\"status\":\"ENABLED\",\"attribute\":\"u\"}" },
	{ "tag_table",
	    "TagResource {\"ResourceArn\":\"" ARN "\",\"Tags\":[{\"Key\":"
	    "\"team\",\"Value\":\"x\"}]}",
	    "{\"done\":true}" },
	{ "untag_table",
	    "UntagResource {\"ResourceArn\":\"" ARN
	    "\",\"TagKeys\":[\"team\"]}",
	    "{\"done\":true}" },
	{ "list_tags", "ListTagsOfResource {\"ResourceArn\":\"" ARN "\"}",
	    "{\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]" MORE("Ingi") "}" },
	{ "create_backup",
	    "CreateBackup {\"TableName\":\"abc\",\"BackupName\":\"before\"}",
	    TOLD_BACKUP "}" },
	{ "describe_backup", "DescribeBackup {\"BackupArn\":\"" BACKUP "\"}",
	    TOLD_BACKUP ",\"table\":\"abc\",\"items\":2}" },
	{ "list_backups",
	    "ListBackups {\"TimeRangeLowerBound\":1769817600,\"Limit\":9}",
	    "{\"backups\":[" TOLD_BACKUP
	    ",\"table\":\"abc\"}]" MORE("ImFybjp4Ig==") "}" },
	{ "delete_backup", "DeleteBackup {\"BackupArn\":\"" BACKUP "\"}",
	    TOLD_BACKUP "}" },
	{ "restore_backup",
	    "RestoreTableFromBackup {\"BackupArn\":\"" BACKUP
	    "\",\"TargetTableName\":\"abd\"}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\"}" },
	{ "restore_table_to_time",
	    "RestoreTableToPointInTime {\"SourceTableName\":\"abc\","
	    "\"TargetTableName\":\"abd\",\"RestoreDateTime\":1769817600}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\"}" },
	{ "update_continuous_backups",
	    "UpdateContinuousBackups {\"TableName\":\"abc\","
	    "\"PointInTimeRecoverySpecification\":{"
	    "\"PointInTimeRecoveryEnabled\":true,\"RecoveryPeriodInDays\":7}}",
	    TOLD_PITR },
	{ "describe_continuous_backups",
	    "DescribeContinuousBackups {\"TableName\":\"abc\"}", TOLD_PITR },
	{ "update_table",
	    "UpdateTable {\"TableName\":\"abc\",\"DeletionProtectionEnabled\":"
	    "true,\"BillingMode\":\"PAY_PER_REQUEST\","
	    "\"StreamSpecification\":{\"StreamEnabled\":true,"
	    "\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"},"
	    "\"AttributeDefinitions\":[{\"AttributeName\":\"b\","
	    "\"AttributeType\":\"N\"}],\"GlobalSecondaryIndexUpdates\":"
	    "[{\"Create\":{\"IndexName\":\"byb\",\"KeySchema\":[{"
	    "\"AttributeName\":\"b\",\"KeyType\":\"HASH\"}],\"Projection\":"
	    "{\"ProjectionType\":\"ALL\"}}}]}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\"}" },
	{ "export_table",
	    "ExportTableToPointInTime {\"TableArn\":\"" ARN
	    "\",\"S3Bucket\":\"out\",\"S3Prefix\":\"p\","
	    "\"ExportFormat\":\"ION\",\"FilterSpecification\":{"
	    "\"FilterExpression\":\"#n > :n\","
	    "\"ProjectionExpression\":\"#_0\","
	    "\"ExpressionAttributeNames\":{\"#_0\":\"a\",\"#n\":\"n\"},"
	    "\"ExpressionAttributeValues\":{\":n\":{\"N\":\"1\"}}}}",
	    "{\"export\":\"arn:x\",\"status\":\"COMPLETED\",\"items\":2,"
	    "\"started\":\"2017-07-14T02:40:00Z\"}" },
	{ "list_exports", "ListExports {\"MaxResults\":5}",
	    "{\"exports\":[{\"export\":\"arn:x\",\"status\":\"COMPLETED\""
	    "}]" MORE("Ingi") "}" },
	{ "import_table",
	    "ImportTable {\"S3BucketSource\":{\"S3Bucket\":\"in\"},"
	    "\"InputFormat\":\"DYNAMODB_JSON\",\"InputCompressionType\":"
	    "\"GZIP\",\"TableCreationParameters\":{\"TableName\":\"abc\","
	    "\"AttributeDefinitions\":[{\"AttributeName\":\"a\","
	    "\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":"
	    "\"a\",\"KeyType\":\"HASH\"}],\"BillingMode\":"
	    "\"PAY_PER_REQUEST\"}}",
	    "{\"import\":\"arn:x\",\"status\":\"FAILED\",\"table\":\"abc\","
	    "\"items\":2,\"failure\":\"Why\"}" },
	{ "list_imports", "ListImports {\"PageSize\":5}",
	    "{\"imports\":[{\"import\":\"arn:x\",\"status\":\"COMPLETED\","
	    "\"table\":\"abc\"}]}" },
	{ "load_items",
	    "StartBulkPutItems {\"OutputS3Configuration\":{\"OutputType\":"
	    "[\"ERROR\"]},\"TableName\":\"abc\",\"InputS3Configuration\":{"
	    "\"S3Bucket\":\"in\",\"InputFormat\":\"DYNAMODB_JSON\"}}",
	    "{\"load\":\"arn:x\",\"status\":\"IN_PROGRESS\",\"items\":2,"
	    "\"failed\":1}" },
	{ "list_loads", "ListBulkOperations {\"MaxResults\":5}",
	    "{\"loads\":[{\"load\":\"arn:x\",\"status\":\"COMPLETED\"}]}" },
	{ "describe_limits", "DescribeLimits {}",
	    "{\"table_read\":1,\"table_write\":2,\"all_read\":3,\"all_write\":"
	    "4}" },
	{ "get_resource_policy",
	    "GetResourcePolicy {\"ResourceArn\":\"" ARN "\"}",
	    "{\"policy\":\"{}\",\"revision\":\"1\"}" },
	{ "delete_resource_policy",
	    "DeleteResourcePolicy {\"ResourceArn\":\"" ARN "\"}", "{}" },
	{ "update_contributor_insights",
	    "UpdateContributorInsights {\"TableName\":\"abc\","
	    "\"ContributorInsightsAction\":\"ENABLE\"}",
	    "{\"table\":\"abc\",\"status\":\"ENABLED\"}" },
	{ "list_contributor_insights", "ListContributorInsights {}",
	    "{\"insights\":[{\"table\":\"abc\",\"status\":\"ENABLED\"}]}" },
	{ "describe_kinesis_destination",
	    "DescribeKinesisStreamingDestination {\"TableName\":\"abc\"}",
	    "{\"streams\":[{\"stream\":\"arn:x\",\"status\":\"ENABLING\"}]}" },
	{ "create_global_table",
	    "CreateGlobalTable {\"GlobalTableName\":\"abc\","
	    "\"ReplicationGroup\":[{\"RegionName\":\"us-east-1\"}]}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\",\"replicas\":[{\"region\":"
	    "\"us-east-1\"}]}" },
	{ "update_global_table",
	    "UpdateGlobalTable {\"GlobalTableName\":\"abc\","
	    "\"ReplicaUpdates\":[{\"Create\":{\"RegionName\":\"eu-west-1\"}}]}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\",\"replicas\":[{\"region\":"
	    "\"us-east-1\"}]}" },
	{ "list_global_tables",
	    "ListGlobalTables {\"RegionName\":\"us-east-1\",\"Limit\":5}",
	    "{\"tables\":[{\"table\":\"abc\",\"replicas\":[{\"region\":"
	    "\"us-east-1\"}]}]}" },
	{ "describe_global_settings",
	    "DescribeGlobalTableSettings {\"GlobalTableName\":\"abc\"}",
	    SETTINGS },
	{ "update_global_settings",
	    "UpdateGlobalTableSettings {\"GlobalTableName\":\"abc\","
	    "\"GlobalTableBillingMode\":\"PROVISIONED\","
	    "\"GlobalTableProvisionedWriteCapacityUnits\":5,"
	    "\"GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate\":"
	    "{\"AutoScalingDisabled\":true},"
	    "\"GlobalTableGlobalSecondaryIndexSettingsUpdate\":[{"
	    "\"IndexName\":\"by-n\",\"ProvisionedWriteCapacityUnits\":6}],"
	    "\"ReplicaSettingsUpdate\":[{\"RegionName\":\"us-east-1\","
	    "\"ReplicaProvisionedReadCapacityUnits\":7,"
	    "\"ReplicaTableClass\":\"STANDARD\"}]}",
	    SETTINGS },
	{ "describe_replica_scaling",
	    "DescribeTableReplicaAutoScaling {\"TableName\":\"abc\"}",
	    SCALING },
	{ "update_replica_scaling",
	    "UpdateTableReplicaAutoScaling {\"TableName\":\"abc\","
	    "\"ProvisionedWriteCapacityAutoScalingUpdate\":{"
	    "\"MinimumUnits\":1,\"MaximumUnits\":9,\"ScalingPolicyUpdate\":{"
	    "\"PolicyName\":\"p\","
	    "\"TargetTrackingScalingPolicyConfiguration\":{"
	    "\"TargetValue\":70}}},\"ReplicaUpdates\":[{\"RegionName\":"
	    "\"us-east-1\",\"ReplicaGlobalSecondaryIndexUpdates\":[{"
	    "\"IndexName\":\"by-n\","
	    "\"ProvisionedReadCapacityAutoScalingUpdate\":{"
	    "\"AutoScalingDisabled\":true}}]}]}",
	    SCALING },
	{ "describe_endpoints", "DescribeEndpoints {}",
	    "{\"endpoints\":[{\"address\":\"localhost:1\"}]}" },
	{ "update_kinesis_destination",
	    "UpdateKinesisStreamingDestination {\"TableName\":\"abc\","
	    "\"StreamArn\":\"arn:aws:kinesis:us-east-1:000000000000:stream/"
	    "one\",\"UpdateKinesisStreamingConfiguration\":{"
	    "\"ApproximateCreationDateTimePrecision\":\"MICROSECOND\"}}",
	    "{\"stream\":\"arn:x\",\"status\":\"ENABLING\"}" },
	{ "search_vectors",
	    "SearchVectors {\"TableName\":\"abc\",\"IndexName\":\"near\","
	    "\"SearchVector\":[{\"N\":\"1\"},{\"N\":\"0.5\"}],\"TopK\":3,"
	    "\"ProjectionExpression\":\"#_0\",\"ExpressionAttributeNames\":"
	    "{\"#_0\":\"a\"}}",
	    "{\"results\":[{\"score\":0.5,\"item\":" ITEM "}]}" },
	{ "create_vector_index",
	    "UpdateTable {\"TableName\":\"abc\",\"VectorIndexUpdates\":[{"
	    "\"Create\":{\"IndexName\":\"near\",\"VectorAttribute\":{"
	    "\"AttributeName\":\"v\"},\"Projection\":{\"ProjectionType\":"
	    "\"ALL\"},\"Dimensions\":2,\"DistanceFunction\":\"EUCLIDEAN\"}}]}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\"}" },
	{ "delete_vector_index",
	    "UpdateTable {\"TableName\":\"abc\",\"VectorIndexUpdates\":[{"
	    "\"Delete\":{\"IndexName\":\"near\"}}]}",
	    "{\"table\":\"abc\",\"status\":\"ACTIVE\"}" },
	{ "undo", "Undo {\"Change\":\"change-1-1\"}", "{\"items\":2}" },
};

/* The way back stands behind the rest, where undo is none. */
static void
cut_back(const char *name, struct buf *said)
{
	const struct tool *t = tool_find(str_from(name));
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error je;
	const char *at;

	if (t == NULL || t->back == NULL ||
	    json_parse(buf_str(said), LIMIT_JSON_DEPTH, &j, &je) != ERR_OK)
		return;
	is_str(json_str(json_get(j, "take_back")), str_from(t->back),
	    "%s: the way back", name);
	is_int(json_get(j, "before") != NULL, t->before != NULL,
	    "%s: how it was before", name);
	at = memmem(said->p, said->len,
	    t->before != NULL ? "\"before\":" : "\"take_back\":",
	    t->before != NULL ? 9 : 12);
	if (at == NULL)
		return;
	said->len = (size_t)(at - said->p) - (at[-1] == ',');
	buf_putc(said, '}');
}

static void
one(const char *name, const struct json *args, const char *asked,
    const char *said)
{
	static const struct mcp_head none;
	struct buf body CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct buf got_said CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error je;

	buf_printf(&body,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
	    "\"params\":{\"name\":\"%s\",\"arguments\":",
	    name);
	rpc_put(&body, args);
	BUF_LIT(&body, "}}");
	fake_asked[0] = '\0';
	(void)call_in(OP_READ, &none, buf_str(&body));
	if (got.room != 0)
		(void)call_in(got.room, &none, buf_str(&body));
	is_str(str_from(fake_asked), str_from(asked), "%s: the request", name);
	if (json_parse(buf_str(&got_body), LIMIT_JSON_DEPTH, &j, &je) == ERR_OK)
		rpc_put(&got_said,
		    json_get(json_get(j, "result"), "structuredContent"));
	cut_back(name, &got_said);
	is_str(buf_str(&got_said), str_from(said), "%s: the result", name);
}

int
main(void)
{
	struct json *all CLEANUP(json_freep) = fake_examples();

	fake_answer = NULL;
	for (size_t i = 0; i < NELEM(rows); i++)
		one(rows[i].tool, json_get(all, rows[i].tool), rows[i].asked,
		    rows[i].said);
	buf_free(&got_body);
	return tap_done();
}
