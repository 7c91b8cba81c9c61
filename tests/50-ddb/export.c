/* SPDX-License-Identifier: ISC */
/*
 * export.t - ExportTableToPointInTime, DescribeExport, ListExports: what is
 * refused, what is answered, and the job that writes.
 */
#include "transfer.h"

#include "ddb/backup.h"
#include "ddb/export.h"
#include "ddb/extra.h"

#include <time.h>

#define EXPORT(more) "{'TableArn':'" ARN("tab") "','S3Bucket':'bucket'" more "}"
#define PATTERN                                                       \
	"' at 's3Bucket' failed to satisfy constraint: Member must "  \
	"satisfy regular expression pattern: ^[a-z0-9A-Z]+[\\.\\-\\w]*" \
	"[a-z0-9A-Z]+$"
#define PREFIX(p)                                                      \
	"The prefix '" p "' is not served: names between slashes are " \
	"wanted, none of them empty, '.' or '..'"

static void
test_refused(void)
{
	ddb_invalid("ExportTableToPointInTime", "{}",
	    "2 validation errors detected: Value null at 'tableArn' failed to "
	    "satisfy constraint: Member must not be null; Value null at "
	    "'s3Bucket' failed to satisfy constraint: Member must not be null");
	ddb_invalid("ExportTableToPointInTime",
	    "{'TableArn':'tab','S3Bucket':'bucket'}", "Invalid TableArn: tab");
	ddb_bad("ExportTableToPointInTime",
	    "{'TableArn':'" ARN("none") "','S3Bucket':'bucket'}",
	    "TableNotFoundException", "Table not found: none");
	ddb_bad("ExportTableToPointInTime", EXPORT(""),
	    "PointInTimeRecoveryUnavailableException",
	    "Point in time recovery is not enabled for table 'tab'");
	ddb_invalid("ExportTableToPointInTime", EXPORT(",'S3Prefix':'../x'"),
	    PREFIX("../x"));
	ddb_invalid("ExportTableToPointInTime", EXPORT(",'S3Prefix':'/etc'"),
	    PREFIX("/etc"));
	ddb_invalid("ExportTableToPointInTime", EXPORT(",'S3Prefix':'a//b'"),
	    PREFIX("a//b"));
	ddb_invalid("ExportTableToPointInTime", EXPORT(",'S3Prefix':'a/./b'"),
	    PREFIX("a/./b"));
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT(",'ExportFormat':'ION','ExportType':'INCREMENTAL_EXPORT'"),
	    "ExportFormat ION of an incremental export is not supported here");
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT(",'ExportType':'INCREMENTAL_EXPORT',"
		   "'FilterSpecification':{}"),
	    "FilterSpecification of an incremental export is not supported "
	    "here");
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT(",'ExportFormat':'CSV'"),
	    "1 validation error detected: Value 'CSV' at 'exportFormat' failed "
	    "to satisfy constraint: Member must satisfy enum value set: "
	    "[DYNAMODB_JSON, ION]");
	ddb_invalid("DescribeExport", "{'ExportArn':'" ARN("tab/backup/x") "'}",
	    "Invalid ExportArn: " ARN("tab/backup/x"));
	ddb_bad("DescribeExport", "{'ExportArn':'" ARN("tab/export/x") "'}",
	    "ExportNotFoundException",
	    "Export not found: " ARN("tab/export/x"));
	ddb_invalid("ListExports", "{'MaxResults':26}",
	    "1 validation error detected: Value '26' at 'maxResults' failed to "
	    "satisfy constraint: Member must have value less than or equal to "
	    "25");
	ddb_invalid("ListExports", "{'NextToken':'x'}", "Invalid NextToken");
}

static void
test_bucket_names(void)
{
	static const char *const bad[] = { "..", "a", "a/b", "/tmp", "-a",
		"a-", ".a", "a b", "" };

	for (size_t i = 0; i < NELEM(bad); i++) {
		char in[256], text[512];

		(void)snprintf(in, sizeof(in),
		    "{'TableArn':'" ARN("tab") "','S3Bucket':'%s'}", bad[i]);
		(void)snprintf(text, sizeof(text),
		    "1 validation error detected: Value '%s" PATTERN, bad[i]);
		ddb_invalid("ExportTableToPointInTime", in, text);
	}
	is_int(ddb_run_long("ExportTableToPointInTime",
		   "{'TableArn':'" ARN("tab") "','S3Bucket':'", 256, 'a', "'}"),
	    ERR_VALIDATION, "a bucket's name of 256");
	ok(ddb_said("Member must have length less than or equal to 255"),
	    "is too long");
}

static void
test_time(void)
{
	ddb_bad("ExportTableToPointInTime", EXPORT(",'ExportTime':1"),
	    "InvalidExportTimeException",
	    "The specified ExportTime is outside of the point in time recovery "
	    "window");
	ddb_bad("ExportTableToPointInTime", EXPORT(",'ExportTime':8000000000"),
	    "InvalidExportTimeException",
	    "The specified ExportTime is outside of the point in time recovery "
	    "window");
}

static char *
started(const char *in)
{
	ddb_ok("ExportTableToPointInTime", in, NULL);
	is_str(str_from(member("ExportStatus")), STR("IN_PROGRESS"),
	    "it is begun");
	return strdup(member("ExportArn"));
}

static void
describe(const char *arn)
{
	char in[512];

	(void)snprintf(in, sizeof(in), "{'ExportArn':'%s'}", arn);
	ddb_ok("DescribeExport", in, NULL);
}

static void
is_file(const char *arn, const char *name, bool gzip, const char *want)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char path[512];

	(void)snprintf(path, sizeof(path), "bucket/pre/AWSDynamoDB/%s/%s",
	    strrchr(arn, '/') + 1, name);
	read_file(exports_fd, path, gzip, &got);
	is_str(buf_str(&got), ddb_quote(want), "%s", name);
}

static void
test_small(void)
{
	char *arn, *again;

	ddb_ok("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'a'},'n':{'N':'1.50'}}}",
	    "{}");
	arn = started(EXPORT(",'S3Prefix':'pre/','ClientToken':'t1'"));
	again = started(EXPORT(",'S3Prefix':'pre/','ClientToken':'t1'"));
	is_str(str_from(arn), str_from(again), "the same token, the same one");
	free(again);
	ddb_bad("ExportTableToPointInTime", EXPORT(",'ClientToken':'t1'"),
	    "ExportConflictException",
	    "The client token was used for another export");
	ddb_ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'b'}}}", "{}");
	while (step())
		continue;
	describe(arn);
	is_str(str_from(member("ExportStatus")), STR("COMPLETED"), "done");
	is_str(str_from(member("ItemCount")), STR("1"), "one item");
	is_file(arn, "data/00000000.json.gz", true,
	    "{'Item':{'p':{'S':'a'},'n':{'N':'1.5'}}}\n");
	is_file(arn, "_started", false, "");
	again = started(EXPORT(",'S3Prefix':'pre/','ClientToken':'t2'"));
	while (step())
		continue;
	free(arn);
	arn = again;
	describe(arn);
	is_str(str_from(member("ItemCount")), STR("2"), "now two");
	free(arn);
}

static void
test_list(void)
{
	char in[512], first[256];

	ddb_ok("ListExports", "{}", NULL);
	is_int(said_times("'ExportArn'"), 2, "two exports");
	(void)snprintf(first, sizeof(first), "%s", member("ExportArn"));
	ddb_ok("ListExports", "{'TableArn':'" ARN("other") "'}",
	    "{'ExportSummaries':[]}");
	ddb_ok("ListExports", "{'MaxResults':1}", NULL);
	is_int(said_times("'ExportArn'"), 1, "a page of one");
	(void)snprintf(in, sizeof(in), "{'MaxResults':1,'NextToken':'%s'}",
	    member("NextToken"));
	ddb_ok("ListExports", in, NULL);
	is_int(said_times("'ExportArn'"), 1, "another");
	is_int(said_times("'NextToken'"), 0, "which is the last");
	ok(strcmp(first, member("ExportArn")) > 0,
	    "in the reverse order of their ARNs");
}

#define FILTER(spec) EXPORT(",'S3Prefix':'pre','FilterSpecification':{" spec "}")

/* What is wrong with a filter is said at once. */
static void
test_filter_refused(void)
{
	ddb_invalid("ExportTableToPointInTime",
	    FILTER("'FilterExpression':'a ='"),
	    "Invalid FilterExpression: Syntax error; token: \"<EOF>\", near: "
	    "\"=\"");
	ddb_invalid("ExportTableToPointInTime",
	    FILTER("'FilterExpression':'a = :a'"),
	    "Invalid FilterExpression: An expression attribute value used in "
	    "expression is not defined; attribute value: :a");
	ddb_invalid("ExportTableToPointInTime",
	    FILTER("'KeyConditionExpression':'p = :p','FilterExpression':"
		   "'p <> :p','ExpressionAttributeValues':{':p':{'S':'a'}}"),
	    "Filter Expression can only contain non-primary key attributes: "
	    "Primary key attribute: p");
	ddb_invalid("ExportTableToPointInTime",
	    FILTER("'KeyConditionExpression':'n = :p',"
		   "'ExpressionAttributeValues':{':p':{'S':'a'}}"),
	    "Query condition missed key schema element: p");
	ddb_bad("ExportTableToPointInTime", FILTER("'FilterExpression':[]"),
	    "SerializationException", "Unrecognized collection type class "
				      "java.lang.String");
}

static void
filtered(const char *in, const char *count, const char *want)
{
	char *arn = started(in);

	while (step())
		continue;
	describe(arn);
	is_str(str_from(member("ExportStatus")), STR("COMPLETED"), "done");
	is_str(str_from(member("ItemCount")), str_from(count), "as many");
	ok(ddb_said("\"FilterSpecification\":{"), "it says what was asked for");
	is_file(arn, "data/00000000.json.gz", true, want);
	free(arn);
}

/* The table holds a, with a number, and b. */
static void
test_filter(void)
{
	filtered(FILTER("'FilterExpression':'p = :p OR n > :n',"
			"'ExpressionAttributeValues':{':p':{'S':'b'},"
			"':n':{'N':'1.5'}}"),
	    "1", "{'Item':{'p':{'S':'b'}}}\n");
	filtered(FILTER("'ProjectionExpression':'#n',"
			"'ExpressionAttributeNames':{'#n':'n'},"
			"'FilterExpression':'attribute_exists(#n)'"),
	    "1", "{'Item':{'n':{'N':'1.5'}}}\n");
	filtered(FILTER("'KeyConditionExpression':'p = :p',"
			"'ExpressionAttributeValues':{':p':{'S':'a'}}"),
	    "1", "{'Item':{'p':{'S':'a'},'n':{'N':'1.5'}}}\n");
	filtered(FILTER("'FilterExpression':'n = :n',"
			"'ExpressionAttributeValues':{':n':{'M':{}}}"),
	    "0", "");
}

#define DEEP 31 /* lists in lists: as deep as a value may be */

/* The job reads again what the request was allowed to say. */
static void
test_filter_deep(void)
{
	char in[1024] = EXPORT(",'S3Prefix':'pre','FilterSpecification':{"
			       "'FilterExpression':'n = :n',"
			       "'ExpressionAttributeValues':{':n':");

	in[strlen(in) - 1] = '\0';
	for (int i = 0; i < DEEP; i++)
		(void)strcat(in, "{'L':[");
	(void)strcat(in, "{'N':'1'}");
	for (int i = 0; i < DEEP; i++)
		(void)strcat(in, "]}");
	(void)strcat(in, "}}}");
	filtered(in, "0", "");
}

/* Every type, and names that are no words. */
static void
test_ion(void)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char *arn, path[512];

	ddb_ok("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'c\\'\\n'},'N':{'N':'-12.50'},"
	    "'i':{'N':'300'},'e':{'N':'-1E+100'},'small':{'N':'1.5e-5'},"
	    "'b':{'B':'AAE='},'t':{'BOOL':true},'f':{'BOOL':false},"
	    "'null':{'NULL':true},'a b\\'':{'M':{'true':{'S':''},'$1':"
	    "{'L':[{'N':'0'},{'S':'x'},{'L':[]},{'M':{}}]}}},"
	    "'ss':{'SS':['a','b']},'ns':{'NS':['1','2.5']},"
	    "'bs':{'BS':['AA==','AQ==']}}}", "{}");
	arn = started(EXPORT(",'S3Prefix':'pre','ExportFormat':'ION',"
			     "'FilterSpecification':{'KeyConditionExpression':"
			     "'p = :p','ExpressionAttributeValues':{':p':"
			     "{'S':'c\\'\\n'}}}"));
	while (step())
		continue;
	describe(arn);
	is_str(str_from(member("ExportFormat")), STR("ION"), "it is Ion");
	(void)snprintf(path, sizeof(path),
	    "bucket/pre/AWSDynamoDB/%s/data/00000000.ion.gz",
	    strrchr(arn, '/') + 1);
	read_file(exports_fd, path, true, &got);
	is_str(buf_str(&got),
	    STR("$ion_1_0 {Item:{p:\"c\\\"\\n\",N:-12.5,i:3d2,e:-1d100,"
		"small:0.000015,b:{{AAE=}},t:true,f:false,'null':null,"
		"'a b\\\"':{'true':\"\",'$1':[0.,\"x\",[],{}]},"
		"ss:$dynamodb_SS::[\"a\",\"b\"],ns:$dynamodb_NS::[1.,2.5],"
		"bs:$dynamodb_BS::[{{AA==}},{{AQ==}}]}}\n"),
	    "the item in Ion");
	(void)snprintf(path, sizeof(path),
	    "bucket/pre/AWSDynamoDB/%s/manifest-summary.json",
	    strrchr(arn, '/') + 1);
	buf_reset(&got);
	read_file(exports_fd, path, false, &got);
	ok(memmem(got.p, got.len, STR("\"outputFormat\":\"ION\"").p,
	       STR("\"outputFormat\":\"ION\"").len) != NULL,
	    "the summary says so");
	ddb_ok("DeleteItem",
	    "{'TableName':'tab','Key':{'p':{'S':'c\\'\\n'}}}", "{}");
	free(arn);
}

/* A disk that refuses: the export fails, the jobs behind it go on. */
static void
test_fails(void)
{
	char *arn = started(
	    "{'TableArn':'" ARN("tab") "','S3Bucket':'linked'}");

	is_int(symlinkat("/tmp", exports_fd, "linked"), 0, "a link");
	while (step())
		continue;
	describe(arn);
	is_str(str_from(member("ExportStatus")), STR("FAILED"), "it fails");
	is_str(str_from(member("FailureCode")), STR("AccessDenied"), "why");
	free(arn);
}

/* ---- incremental exports */

#define CHANGES "'ExportType':'INCREMENTAL_EXPORT'"
#define RANGE_TEXT                                                     \
	"The export period must be of at least 15 minutes and at most " \
	"24 hours"

/* Point-in-time recovery has been on for two days. */
static void
age(const char *table)
{
	char text[128];
	struct table t;
	enum err e = job_begin(&ddb_ctx, true);

	(void)snprintf(text, sizeof(text), "{\"Since\":%llu,\"Days\":35}",
	    (unsigned long long)(clock_wall_ns() -
		UINT64_C(48) * 3600 * NS_PER_S));
	if (e == ERR_OK)
		e = table_open(&ddb_ctx, str_from(table), &t);
	if (e == ERR_OK)
		e = extra_set(&ddb_ctx, &t, EXTRA_REST, "PointInTimeRecovery",
		    str_from(text));
	is_int(job_end(&ddb_ctx, e), ERR_OK, "recovery is two days old");
}

/* A request for the changes from so many seconds ago on, until so many. */
static const char *
changes(double from, double to, const char *more)
{
	static char in[1024];
	const double now = (double)clock_wall_ns() / (double)NS_PER_S;

	(void)snprintf(in, sizeof(in),
	    "{'TableArn':'" ARN("tab") "','S3Bucket':'bucket','S3Prefix':"
	    "'pre'," CHANGES ",'IncrementalExportSpecification':{"
	    "'ExportFromTime':%.3f,'ExportToTime':%.3f%s}}",
	    now - from, now - to, more);
	return in;
}

static void
test_range(void)
{
	ddb_invalid("ExportTableToPointInTime", EXPORT("," CHANGES),
	    "IncrementalExportSpecification must be specified if and only if "
	    "ExportType is INCREMENTAL_EXPORT");
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT(",'IncrementalExportSpecification':{}"),
	    "IncrementalExportSpecification must be specified if and only if "
	    "ExportType is INCREMENTAL_EXPORT");
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT("," CHANGES ",'IncrementalExportSpecification':{}"),
	    "ExportFromTime must be specified for an incremental export");
	ddb_bad("ExportTableToPointInTime", changes(200000, 100, ""),
	    "InvalidExportTimeException",
	    "The specified export period is outside of the point in time "
	    "recovery window");
	ddb_bad("ExportTableToPointInTime", changes(1000, -100, ""),
	    "InvalidExportTimeException",
	    "The specified export period is outside of the point in time "
	    "recovery window");
	ddb_bad("ExportTableToPointInTime", changes(1000, 101, ""),
	    "InvalidExportTimeException", RANGE_TEXT);
	ddb_bad("ExportTableToPointInTime", changes(86501, 100, ""),
	    "InvalidExportTimeException", RANGE_TEXT);
	ddb_ok("ExportTableToPointInTime", changes(1000, 100, ""), NULL);
	ddb_ok("ExportTableToPointInTime", changes(86500, 100, ""), NULL);
	while (step())
		continue;
}

static void
test_changes(void)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char path[512], *arn;

	ddb_ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'gone'}}}",
	    "{}");
	ddb_ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'gone'}}}",
	    "{}");
	ddb_ok("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'a'},'n':{'N':'7'}}}", "{}");
	(void)nanosleep(&(struct timespec){ .tv_nsec = 9000000 }, NULL);
	arn = started(changes(1000, 0.002, ",'ExportViewType':'NEW_IMAGE'"));
	ok(ddb_said("\"ExportViewType\":\"NEW_IMAGE\""), "of new images");
	while (step())
		continue;
	describe(arn);
	is_str(str_from(member("ExportStatus")), STR("COMPLETED"), "done");
	is_str(str_from(member("ItemCount")), STR("2"), "two were changed");
	(void)snprintf(path, sizeof(path),
	    "bucket/pre/AWSDynamoDB/data/%s-00000000.json.gz",
	    strrchr(arn, '/') + 1);
	read_file(exports_fd, path, true, &got);
	ok(memmem(got.p, got.len, "gone", 4) == NULL,
	    "not the one that came and went");
	ok(str_starts(buf_str(&got),
	       STR("{\"Metadata\":{\"WriteTimestampMicros\":\"")),
	    "when it was");
	ok(memmem(got.p, got.len,
	       "\"},\"Keys\":{\"p\":{\"S\":\"a\"}},\"NewImage\":{\"p\":{\"S\":"
	       "\"a\"},\"n\":{\"N\":\"7\"}}}\n",
	       strlen("\"},\"Keys\":{\"p\":{\"S\":\"a\"}},\"NewImage\":{\"p\":{"
		      "\"S\":\"a\"},\"n\":{\"N\":\"7\"}}}\n")) != NULL,
	    "the last one");
	free(arn);
}

/* What was there before the first change is the old image. */
static void
test_old_image(void)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct store_item item = { .text = STR("17\n{\"p\":1}\n{\"p\":2}") };
	struct table t = { .hash = { STR("p"), 'S' } };

	item.key = (struct store_key){ STR("HASHk"), STR("") };
	is_int(export_put_change(&t, true, &item, &got), ERR_OK, "changed");
	is_str(buf_str(&got),
	    STR("{\"Metadata\":{\"WriteTimestampMicros\":\"17\"},\"Keys\":"
		"{\"p\":{\"S\":\"k\"}},\"NewImage\":{\"p\":2},\"OldImage\":"
		"{\"p\":1}}\n"),
	    "both images");
	buf_reset(&got);
	item.text = STR("17\n{\"p\":1}\n");
	is_int(export_put_change(&t, false, &item, &got), ERR_OK, "deleted");
	is_str(buf_str(&got),
	    STR("{\"Metadata\":{\"WriteTimestampMicros\":\"17\"},\"Keys\":"
		"{\"p\":{\"S\":\"k\"}}}\n"),
	    "its key alone");
}

int
main(void)
{
	ddb_open();
	open_dirs();
	ddb_ok("CreateTable",
	    "{'TableName':'tab','AttributeDefinitions':[{'AttributeName':'p',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'p',"
	    "'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}",
	    NULL);
	test_refused();
	test_bucket_names();
	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'tab','PointInTimeRecoverySpecification':{"
	    "'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	test_time();
	test_small();
	test_list();
	test_filter_refused();
	test_filter();
	test_filter_deep();
	test_ion();
	test_fails();
	age("tab");
	test_range();
	test_changes();
	test_old_image();
	close_dirs();
	ddb_close();
	return tap_done();
}
