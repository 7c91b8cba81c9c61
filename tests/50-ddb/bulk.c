/* SPDX-License-Identifier: ISC */
/*
 * bulk.t - StartBulkPutItems, DescribeBulkOperation, ListBulkOperations,
 * CancelBulkOperation.
 */
#include "moved.h"
#include "transfer.h"

#define BULK(prefix, types, more)                                         \
	"{'TableName':'tab','InputS3Configuration':{'S3Bucket':'bu',"     \
	"'S3KeyPrefix':'" prefix "','InputFormat':'DYNAMODB_JSON'},"      \
	"'OutputS3Configuration':{'S3Bucket':'out','OutputType':[" types "]}" \
	more "}"
#define NO_SUCH ARN("tab/bulk-operation/x")

static void
test_refused(void)
{
	ddb_invalid("StartBulkPutItems", "{}",
	    "3 validation errors detected: Value null at "
	    "'inputS3Configuration' failed to satisfy constraint: Member must "
	    "not be null; Value null at 'outputS3Configuration' failed to "
	    "satisfy constraint: Member must not be null; Value null at "
	    "'tableName' failed to satisfy constraint: Member must not be "
	    "null");
	ddb_invalid("StartBulkPutItems",
	    BULK("x", "'ERROR'", ",'MaxWriteRequestUnits':1023"),
	    "1 validation error detected: Value '1023' at "
	    "'maxWriteRequestUnits' failed to satisfy constraint: Member must "
	    "have value greater than or equal to 1024");
	ddb_invalid("StartBulkPutItems", BULK("x", "", ""),
	    "1 validation error detected: Value '[]' at "
	    "'outputS3Configuration.outputType' failed to satisfy constraint: "
	    "Member must have length greater than or equal to 1");
	ddb_invalid("StartBulkPutItems", BULK("/x", "'ERROR'", ""),
	    "The prefix '/x' is not served: names between slashes are wanted, "
	    "none of them empty, '.' or '..'");
	ddb_bad("DescribeBulkOperation", "{'BulkOperationArn':'" NO_SUCH "'}",
	    "ResourceNotFoundException",
	    "BulkOperation not found: " NO_SUCH);
	ddb_bad("CancelBulkOperation", "{'BulkOperationArn':'" NO_SUCH "'}",
	    "ResourceNotFoundException",
	    "BulkOperation not found: " NO_SUCH);
	ddb_invalid("ListBulkOperations", "{'MaxResults':0}",
	    "1 validation error detected: Value '0' at 'maxResults' failed to "
	    "satisfy constraint: Member must have value greater than or equal "
	    "to 1");
}

static char *
started(const char *in)
{
	ddb_ok("StartBulkPutItems", in, NULL);
	is_str(str_from(member("BulkOperationStatus")), STR("IN_PROGRESS"),
	    "it is begun");
	return strdup(member("BulkOperationArn"));
}

static void
ends(const char *arn, const char *status)
{
	char ask[512];

	while (step())
		continue;
	(void)snprintf(ask, sizeof(ask), "{'BulkOperationArn':'%s'}", arn);
	ddb_ok("DescribeBulkOperation", ask, NULL);
	is_str(str_from(member("BulkOperationStatus")), str_from(status),
	    "ends as %s", status);
}

static void
test_good(void)
{
	char *arn;

	write_file(imports_fd, "bu/good", false,
	    ddb_quote("{'Item':{'p':{'S':'a'},'v':{'N':'1'}}}\n"
		      "{'Item':{'p':{'S':'b'}}}\n"));
	arn = started(
	    BULK("good", "'ERROR'", ",'MaxWriteRequestUnits':1024"));
	ends(arn, "COMPLETED");
	is_int(atoi(member("ProcessedItemCount")), 2, "two items");
	is_int(atoi(member("FailedItemCount")), 0, "none failed");
	is_int(atoi(member("TotalInputBytes")),
	    atoi(member("ProcessedInputBytes")), "all of it is read");
	is_str(str_from(member("PerformanceTier")), STR("STANDARD"), "tier");
	ddb_ok("GetItem", "{'TableName':'tab','Key':{'p':{'S':'a'}}}",
	    "{'Item':{'p':{'S':'a'},'v':{'N':'1'}}}");
	free(arn);
}

/* What is no item, and what does not meet its condition, is written down. */
static void
test_errors(void)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char *arn, path[512];

	write_file(imports_fd, "bu/bad", false,
	    ddb_quote("{'Item':{'p':{'N':'1'}}}\n"
		      "{'Item':{'p':{'S':'a'},'v':{'N':'9'}},"
		      "'ConditionExpression':'attribute_not_exists(p)'}\n"
		      "{'Item':{'p':{'S':'c'}},"
		      "'ConditionExpression':'attribute_not_exists(p)'}\n"));
	arn = started(BULK("bad", "'ERROR','CONDITION_CHECK_FAILURE'", ""));
	ends(arn, "COMPLETED_WITH_ERRORS");
	is_int(atoi(member("ProcessedItemCount")), 3, "three records");
	is_int(atoi(member("FailedItemCount")), 1, "one failed");
	(void)snprintf(path, sizeof(path), "out/%s/output.json",
	    strrchr(arn, '/') + 1);
	read_file(exports_fd, path, false, &got);
	is_str(buf_str(&got),
	    STR("{\"Record\":\"{\\\"Item\\\":{\\\"p\\\":{\\\"N\\\":\\\"1\\\"}}}"
		"\",\"Error\":\"One or more parameter values were invalid: "
		"Type mismatch for key p expected: S actual: N\"}\n"
		"{\"Record\":\"{\\\"Item\\\":{\\\"p\\\":{\\\"S\\\":\\\"a\\\"},"
		"\\\"v\\\":{\\\"N\\\":\\\"9\\\"}},\\\"ConditionExpression\\\":"
		"\\\"attribute_not_exists(p)\\\"}\",\"Error\":\"The conditional"
		" request failed\",\"Existing\":{\"p\":{\"S\":\"a\"},\"v\":"
		"{\"N\":\"1\"}}}\n"),
	    "what was not taken");
	ddb_ok("GetItem", "{'TableName':'tab','Key':{'p':{'S':'c'}}}",
	    "{'Item':{'p':{'S':'c'}}}");
	free(arn);
}

static void
test_cancel(void)
{
	char *arn = started(BULK("good", "'ERROR'", ",'ClientToken':'t'"));
	char in[512], *again;

	again = started(BULK("good", "'ERROR'", ",'ClientToken':'t'"));
	is_str(str_from(arn), str_from(again), "the same token, the same one");
	free(again);
	ddb_bad("StartBulkPutItems", BULK("bad", "'ERROR'", ",'ClientToken':'t'"),
	    "IdempotentParameterMismatchException",
	    "DynamoDB rejected the request because you retried a request with "
	    "a different payload but with an idempotent token that was already "
	    "used.");
	(void)snprintf(in, sizeof(in), "{'BulkOperationArn':'%s'}", arn);
	ddb_ok("CancelBulkOperation", in, NULL);
	is_str(str_from(member("BulkOperationStatus")), STR("CANCELLING"),
	    "is told to end");
	ends(arn, "CANCELLED");
	is_int(atoi(member("ProcessedItemCount")), 0, "nothing was put");
	ddb_invalid("CancelBulkOperation", in,
	    "The bulk operation has ended: CANCELLED");
	free(arn);
}

static void
test_list(void)
{
	char in[256], first[256];

	ddb_ok("ListBulkOperations", "{'MaxResults':2}", NULL);
	is_int(said_times("'BulkOperationArn'"), 2, "a page of two");
	(void)snprintf(first, sizeof(first), "%s", member("BulkOperationArn"));
	(void)snprintf(in, sizeof(in), "{'MaxResults':2,'NextToken':'%s'}",
	    member("NextToken"));
	ddb_ok("ListBulkOperations", in, NULL);
	is_int(said_times("'BulkOperationArn'"), 1, "and the last");
	is_int(said_times("'NextToken'"), 0, "behind which is none");
	ok(strcmp(first, member("BulkOperationArn")) > 0,
	    "the newest comes first");
	ddb_ok("ListExports", "{}", "{'ExportSummaries':[]}");
	ddb_ok("ListImports", "{}", "{'ImportSummaryList':[]}");
}

/* Of all that ended, that many seconds later. */
static int
left_after(int64_t seconds)
{
	struct op_ctx ctx;
	bool more = true;

	moved = seconds;
	while (more) {
		arena_reset(ddb_ctx.arena);
		job_context(&ctx, ddb_ctx.arena, ddb_ctx.store, "closed");
		if (job_closed.step(&ctx, &more) != ERR_OK)
			more = false;
	}
	moved = 0;
	ddb_ok("ListBulkOperations", "{}", NULL);
	return said_times("'BulkOperationArn'");
}

/* C8: what has ended is kept for the service's 90 days. */
static void
test_forgotten(void)
{
	char in[512], arn[256];

	is_int(left_after(LIMIT_TRANSFER_S - 60), 3, "kept for 90 days");
	(void)snprintf(arn, sizeof(arn), "%s", member("BulkOperationArn"));
	(void)snprintf(in, sizeof(in), "{'BulkOperationArn':'%s'}", arn);
	ddb_ok("DescribeBulkOperation", in, NULL);
	is_int(left_after(LIMIT_TRANSFER_S + 60), 0, "and no longer");
	ok(ddb_run("DescribeBulkOperation", ddb_quote(in)) == ERR_NOT_FOUND,
	    "it is not found any more");
	free(started(BULK("good", "'ERROR'", "")));
	is_int(left_after(2 * LIMIT_TRANSFER_S), 1, "one that goes on stays");
	while (step())
		continue;
}

int
main(void)
{
	ddb_open();
	open_dirs();
	create_tab();
	test_refused();
	test_good();
	test_errors();
	test_cancel();
	test_list();
	test_forgotten();
	close_dirs();
	ddb_close();
	return tap_done();
}
