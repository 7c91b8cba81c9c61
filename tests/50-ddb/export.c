/* SPDX-License-Identifier: ISC */
/*
 * export.t - ExportTableToPointInTime, DescribeExport, ListExports: what is
 * refused, what is answered, and the job that writes.
 */
#include "transfer.h"

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
	arn = export_started(EXPORT(",'S3Prefix':'pre/','ClientToken':'t1'"));
	again = export_started(EXPORT(",'S3Prefix':'pre/','ClientToken':'t1'"));
	is_str(str_from(arn), str_from(again), "the same token, the same one");
	free(again);
	again =
	    export_started("{'ClientToken':'t1','S3Prefix':'pre/',"
			   "'S3Bucket':'bucket','TableArn':'" ARN("tab") "'}");
	is_str(str_from(arn), str_from(again), "in whatever order");
	free(again);
	ddb_bad("ExportTableToPointInTime", EXPORT(",'ClientToken':'t1'"),
	    "ExportConflictException",
	    "The client token was used for another export");
	ddb_ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'b'}}}", "{}");
	while (step())
		continue;
	export_described(arn);
	is_str(str_from(member("ExportStatus")), STR("COMPLETED"), "done");
	is_str(str_from(member("ItemCount")), STR("1"), "one item");
	is_file(arn, "data/00000000.json.gz", true,
	    "{'Item':{'p':{'S':'a'},'n':{'N':'1.5'}}}\n");
	is_file(arn, "_started", false, "");
	again = export_started(EXPORT(",'S3Prefix':'pre/','ClientToken':'t2'"));
	while (step())
		continue;
	free(arn);
	arn = again;
	export_described(arn);
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
	char *arn = export_started(in);

	while (step())
		continue;
	export_described(arn);
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
	arn = export_started(EXPORT(",'S3Prefix':'pre','ExportFormat':'ION',"
			     "'FilterSpecification':{'KeyConditionExpression':"
			     "'p = :p','ExpressionAttributeValues':{':p':"
			     "{'S':'c\\'\\n'}}}"));
	while (step())
		continue;
	export_described(arn);
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
	char *arn = export_started(
	    "{'TableArn':'" ARN("tab") "','S3Bucket':'linked'}");

	is_int(symlinkat("/tmp", exports_fd, "linked"), 0, "a link");
	while (step())
		continue;
	export_described(arn);
	is_str(str_from(member("ExportStatus")), STR("FAILED"), "it fails");
	is_str(str_from(member("FailureCode")), STR("AccessDenied"), "why");
	free(arn);
}

int
main(void)
{
	ddb_open();
	open_dirs();
	create_tab();
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
	close_dirs();
	ddb_close();
	return tap_done();
}
