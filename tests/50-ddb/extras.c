/* SPDX-License-Identifier: ISC */
/*
 * extras.t - what is stored with a table and answered: tags, TTL, continuous
 * backups, limits, endpoints, policies, insights.
 */
#include "ddb.h"

#define ONE	"1 validation error detected: "
#define INVALID "One or more parameter values were invalid: "
#define ARN(t)	"arn:aws:dynamodb:us-east-1:000000000000:table/" t
#define TABLE(t)                                                            \
	"{'TableName':'" t "','AttributeDefinitions':[{'AttributeName':'a'," \
	"'AttributeType':'S'}],'KeySchema':[{'AttributeName':'a','KeyType':" \
	"'HASH'}],'BillingMode':'PAY_PER_REQUEST'}"
#define NO_TABLE "Requested resource not found: Table: none not found"
#define NO_NAME                                                              \
	"The parameter 'TableName' is required but was not present in the " \
	"request"

/* What each operation on a TableName says of a bad one. */
static void
test_table_names(void)
{
	static const struct {
		const char *op, *rest, *missing;
	} ops[] = {
		{ "DescribeTimeToLive", "", NULL },
		{ "UpdateTimeToLive",
		    ",'TimeToLiveSpecification':{'Enabled':true,"
		    "'AttributeName':'x'}", NULL },
		{ "DescribeContinuousBackups", "", "Table not found: none" },
		{ "UpdateContinuousBackups",
		    ",'PointInTimeRecoverySpecification':"
		    "{'PointInTimeRecoveryEnabled':true}",
		    "Table not found: none" },
		{ "DescribeContributorInsights", "", NULL },
		{ "UpdateContributorInsights",
		    ",'ContributorInsightsAction':'ENABLE'", NULL },
		{ "DescribeKinesisStreamingDestination", "", NULL },
		{ "EnableKinesisStreamingDestination",
		    ",'StreamArn':'arn:aws:kinesis:us-east-1:000000000000:"
		    "stream/s'", NULL },
		{ "DescribeTableReplicaAutoScaling", "", NULL },
		{ "UpdateTableReplicaAutoScaling", "", NULL },
	};
	char in[512];

	for (size_t i = 0; i < NELEM(ops); i++) {
		ddb_invalid(ops[i].op, "{}", NO_NAME);
		ddb_bad(ops[i].op, "{'TableName':1}", "SerializationException",
		    "NUMBER_VALUE cannot be converted to String");
		ddb_invalid(ops[i].op, "{'TableName':'ab'}",
		    "TableName must be at least 3 characters long and at most "
		    "255 characters long");
		(void)snprintf(in, sizeof(in), "{'TableName':'a;c'%s}",
		    ops[i].rest);
		ddb_invalid(ops[i].op, in,
		    ONE "Value 'a;c' at 'tableName' failed to satisfy "
			"constraint: Member must satisfy regular expression "
			"pattern: [a-zA-Z0-9_.-]+");
		(void)snprintf(in, sizeof(in), "{'TableName':'none'%s}",
		    ops[i].rest);
		if (ops[i].missing != NULL)
			ddb_bad(ops[i].op, in, "TableNotFoundException",
			    ops[i].missing);
		else
			ddb_bad(ops[i].op, in, "ResourceNotFoundException",
			    NO_TABLE);
	}
}

static void
test_arns(void)
{
	static const struct {
		const char *op, *rest;
	} ops[] = {
		{ "ListTagsOfResource", "" },
		{ "TagResource", ",'Tags':[{'Key':'k','Value':'v'}]" },
		{ "UntagResource", ",'TagKeys':['k']" },
		{ "GetResourcePolicy", "" },
		{ "PutResourcePolicy", ",'Policy':'{\\'Statement\\':[{}]}'" },
		{ "DeleteResourcePolicy", "" },
	};
	static const char *const bad[] = { "abc", "arn:aws:dynamodb",
		"arn:aws:dynamodb:us-east-1:000000000000:table",
		"arn:aws:dynamodb:us-east-1:000000000000:table/",
		"arn:aws:dynamodb:us-east-1:000000000000:table/ab",
		"arn:aws:dynamodb:us-east-1:000000000000:table/a;c",
		"arn:aws:dynamodb:us-east-1:000000000000:backup/tab",
		"arn:aws:dynamodb:us-east-1:00000000000x:table/tab",
		"arn:aws:dynamodb::000000000000:table/tab",
		"arn:aws:s3:us-east-1:000000000000:table/tab",
		"arn:aws:dynamodb:us-east-1:000000000000:table/tab/",
		"arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream",
		"arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/" };
	char in[512], text[512];

	for (size_t i = 0; i < NELEM(ops); i++) {
		for (size_t k = 0; k < NELEM(bad); k++) {
			(void)snprintf(in, sizeof(in),
			    "{'ResourceArn':'%s'%s}", bad[k], ops[i].rest);
			(void)snprintf(text, sizeof(text),
			    "Invalid TableArn: Invalid ResourceArn provided "
			    "as input %s", bad[k]);
			ddb_invalid(ops[i].op, in, text);
		}
		(void)snprintf(in, sizeof(in), "{'ResourceArn':'%s'%s}",
		    ARN("none"), ops[i].rest);
		ddb_bad(ops[i].op, in, "ResourceNotFoundException",
		    "Requested resource not found: ResourcArn: " ARN("none")
		    " not found");
		ddb_bad(ops[i].op, "{'ResourceArn':[]}",
		    "SerializationException",
		    "Unrecognized collection type class java.lang.String");
	}
	for (size_t n = 1283; n <= 1284; n++) {
		is_int(ddb_run_long("ListTagsOfResource", "{'ResourceArn':'",
			   n, 'x', "'}"), ERR_VALIDATION, "ARN of %zu", n);
		ok(ddb_said("less than or equal to 1283") == (n > 1283),
		    "its length is named past the limit");
	}
}

static void
test_tags(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(64));

	for (unsigned i = 0; i < 3; i++) {
		static const char *const ops[] = { "TagResource",
			"UntagResource", "ListTagsOfResource" };

		ddb_invalid(ops[i], "{}", "Invalid TableArn");
		ddb_invalid(ops[i], "{'ResourceArn':''}", "Invalid TableArn");
	}
	ddb_ok("CreateTable", TABLE("tab"), NULL);
	ddb_ok("ListTagsOfResource", "{'ResourceArn':'" ARN("tab") "'}",
	    "{'Tags':[]}");
	ddb_invalid("TagResource", "{'ResourceArn':'" ARN("tab") "'}",
	    ONE "Value null at 'tags' failed to satisfy constraint: Member "
		"must not be null");
	ddb_invalid("TagResource", "{'ResourceArn':'" ARN("tab") "','Tags':[]}",
	    "Atleast one Tag needs to be provided as Input.");
	ddb_invalid("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[{'Key':'','Value':'v'}]}",
	    ONE "Value '' at 'tags.1.member.key' failed to satisfy "
		"constraint: Member must have length greater than or equal "
		"to 1");
	ddb_invalid("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[{'Key':'k'}]}",
	    ONE "Value null at 'tags.1.member.value' failed to satisfy "
		"constraint: Member must not be null");
	ddb_invalid("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[{'Key':'aws:k',"
					  "'Value':''}]}",
	    INVALID "Tag keys that begin with aws: are reserved");
	ddb_invalid("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[{'Key':'k','Value':'1'},"
					  "{'Key':'k','Value':'2'}]}",
	    "Duplicate tag keys are not allowed");
	ddb_bad("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[1]}",
	    "SerializationException", "Unexpected value type in payload");
	ddb_ok("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[{'Key':'k','Value':'1'},"
	    "{'Value':'','Key':'AWS:l','Other':3}]}", "{}");
	ddb_ok("TagResource",
	    "{'ResourceArn':'" ARN("tab") "','Tags':[{'Key':'m','Value':'3'},"
	    "{'Key':'k','Value':'2'}]}", "{}");
	ddb_ok("ListTagsOfResource", "{'ResourceArn':'" ARN("tab") "'}",
	    "{'Tags':[{'Key':'k','Value':'2'},{'Key':'AWS:l','Value':''},"
	    "{'Key':'m','Value':'3'}]}");
	ddb_invalid("UntagResource", "{'ResourceArn':'" ARN("tab") "'}",
	    ONE "Value null at 'tagKeys' failed to satisfy constraint: Member "
		"must not be null");
	ddb_invalid("UntagResource",
	    "{'ResourceArn':'" ARN("tab") "','TagKeys':[]}",
	    "Atleast one Tag Key needs to be provided as Input.");
	ddb_ok("UntagResource",
	    "{'ResourceArn':'" ARN("tab") "','TagKeys':['k','none']}", "{}");
	ddb_ok("ListTagsOfResource", "{'ResourceArn':'" ARN("tab") "'}",
	    "{'Tags':[{'Key':'AWS:l','Value':''},{'Key':'m','Value':'3'}]}");
	for (size_t n = 128; n <= 129; n++)
		is_int(ddb_run_long("TagResource", "{'ResourceArn':'"
			   ARN("tab") "','Tags':[{'Value':'','Key':'", n, 'k',
			   "'}]}"),
		    n == 128 ? ERR_OK : ERR_VALIDATION, "a key of %zu", n);
	for (size_t n = 256; n <= 257; n++)
		is_int(ddb_run_long("TagResource", "{'ResourceArn':'"
			   ARN("tab") "','Tags':[{'Key':'m','Value':'", n,
			   'v', "'}]}"),
		    n == 256 ? ERR_OK : ERR_VALIDATION, "a value of %zu", n);
	/* Three are there: 47 more are enough. */
	for (unsigned more = 48; more >= 47; more--) {
		buf_reset(&b);
		BUF_LIT(&b, "{'ResourceArn':'" ARN("tab") "','Tags':[");
		for (unsigned i = 0; i < more; i++)
			buf_printf(&b, "%s{'Key':'n%02u','Value':''}",
			    i > 0 ? "," : "", i);
		BUF_LIT(&b, "]}");
		buf_putc(&b, '\0');
		is_int(ddb_run("TagResource", ddb_quote(b.p)),
		    more == 47 ? ERR_OK : ERR_VALIDATION, "%u tags", more + 3);
	}
}

/* 50 tags are five pages. */
static void
test_tag_pages(void)
{
	struct json *page CLEANUP(json_freep) = NULL;
	struct json_error error;
	char in[512], token[256] = "";
	size_t pages = 0, tags = 0;
	struct str next;

	do {
		(void)snprintf(in, sizeof(in), "{'ResourceArn':'" ARN("tab")
		    "'%s%s%s}", token[0] == '\0' ? "" : ",'NextToken':'",
		    token, token[0] == '\0' ? "" : "'");
		json_freep(&page);
		page = NULL;
		if (ddb_run("ListTagsOfResource", ddb_quote(in)) != ERR_OK ||
		    json_parse(buf_str(&ddb_out), 9, &page, &error) != ERR_OK)
			break;
		pages++;
		tags += json_len(json_get(page, "Tags"));
		next = json_str(json_get(page, "NextToken"));
		(void)snprintf(token, sizeof(token), "%.*s",
		    next.p == NULL ? 0 : STR_ARG(next));
	} while (token[0] != '\0');
	is_int(pages, 5, "five pages");
	is_int(tags, 50, "fifty tags");
	ddb_invalid("ListTagsOfResource",
	    "{'ResourceArn':'" ARN("tab") "','NextToken':'x'}",
	    "Invalid NextToken");
	ddb_invalid("ListTagsOfResource",
	    "{'ResourceArn':'" ARN("tab") "','NextToken':'MXh4'}",
	    "Invalid NextToken");
}

static void
test_time_to_live(void)
{
#define TTL(on, name)                                                        \
	"{'TableName':'ttl','TimeToLiveSpecification':{'Enabled':" on ","    \
	"'AttributeName':'" name "'}}"
	ddb_ok("CreateTable", TABLE("ttl"), NULL);
	ddb_invalid("UpdateTimeToLive", "{'TableName':'ttl'}",
	    ONE "Value null at 'timeToLiveSpecification' failed to satisfy "
		"constraint: Member must not be null");
	ddb_invalid("UpdateTimeToLive",
	    "{'TableName':'ttl','TimeToLiveSpecification':{}}",
	    "2 validation errors detected: Value null at "
	    "'timeToLiveSpecification.attributeName' failed to satisfy "
	    "constraint: Member must not be null; Value null at "
	    "'timeToLiveSpecification.enabled' failed to satisfy constraint: "
	    "Member must not be null");
	ddb_bad("UpdateTimeToLive",
	    "{'TableName':'ttl','TimeToLiveSpecification':{'Enabled':1}}",
	    "SerializationException",
	    "NUMBER_VALUE cannot be converted to Boolean");
	ddb_invalid("UpdateTimeToLive", TTL("true", ""),
	    ONE "Value '' at 'timeToLiveSpecification.attributeName' failed "
		"to satisfy constraint: Member must have length greater than "
		"or equal to 1");
	ddb_ok("DescribeTimeToLive", "{'TableName':'ttl'}",
	    "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
	ddb_invalid("UpdateTimeToLive", TTL("false", "x"),
	    "TimeToLive is already disabled");
	ddb_ok("UpdateTimeToLive", TTL("true", "x"),
	    "{'TimeToLiveSpecification':{'AttributeName':'x','Enabled':true}}");
	ddb_ok("DescribeTimeToLive", "{'TableName':'" ARN("ttl") "'}",
	    "{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED',"
	    "'AttributeName':'x'}}");
	ddb_invalid("UpdateTimeToLive", TTL("true", "x"),
	    "TimeToLive is already enabled");
	ddb_invalid("UpdateTimeToLive", TTL("true", "y"),
	    "TimeToLive is active on a different AttributeName: current "
	    "AttributeName is x");
	ddb_invalid("UpdateTimeToLive", TTL("false", "y"),
	    "TimeToLive is active on a different AttributeName: current "
	    "AttributeName is x");
	ddb_ok("UpdateTimeToLive", TTL("false", "x"),
	    "{'TimeToLiveSpecification':{'AttributeName':'x',"
	    "'Enabled':false}}");
	ddb_ok("DescribeTimeToLive", "{'TableName':'ttl'}",
	    "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
	for (size_t n = 255; n <= 256; n++)
		is_int(ddb_run_long("UpdateTimeToLive", "{'TableName':'ttl',"
			   "'TimeToLiveSpecification':{'Enabled':true,"
			   "'AttributeName':'", n, 'n', "'}}"),
		    n == 255 ? ERR_OK : ERR_VALIDATION, "a name of %zu", n);
	ddb_ok("PutItem", "{'TableName':'ttl','Item':{'a':{'S':'x'}}}", "{}");
}

/* The time that the last answer has under a name, in ms. */
static uint64_t
said_ms(const char *name)
{
	const char *at = memmem(ddb_out.p, ddb_out.len, name, strlen(name));
	char *end;
	uint64_t ms;

	if (at == NULL)
		return 0;
	ms = strtoull(at + strlen(name) + 2, &end, 10) * 1000;
	return *end == '.' ? ms + strtoull(end + 1, NULL, 10) : ms;
}

static void
test_continuous_backups(void)
{
#define PITR(spec)                                                           \
	"{'TableName':'pit','PointInTimeRecoverySpecification':{" spec "}}"
	uint64_t before, first;

	ddb_ok("CreateTable", TABLE("pit"), NULL);
	ddb_invalid("UpdateContinuousBackups", PITR(""),
	    ONE "Value null at 'pointInTimeRecoverySpecification."
		"pointInTimeRecoveryEnabled' failed to satisfy constraint: "
		"Member must not be null");
	for (int n = 0; n <= 36; n += 36) {
		char in[256], text[256];

		(void)snprintf(in, sizeof(in), PITR(
		    "'PointInTimeRecoveryEnabled':true,"
		    "'RecoveryPeriodInDays':%d"), n);
		(void)snprintf(text, sizeof(text), ONE "Value '%d' at "
		    "'pointInTimeRecoverySpecification.recoveryPeriodInDays' "
		    "failed to satisfy constraint: Member must have value "
		    "%s than or equal to %d", n, n == 0 ? "greater" : "less",
		    n == 0 ? 1 : 35);
		ddb_invalid("UpdateContinuousBackups", in, text);
	}
	ddb_ok("DescribeContinuousBackups", "{'TableName':'pit'}",
	    "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':"
	    "'ENABLED','PointInTimeRecoveryDescription':"
	    "{'PointInTimeRecoveryStatus':'DISABLED'}}}");
	before = clock_wall_ns() / 1000000;
	ddb_ok("UpdateContinuousBackups",
	    PITR("'PointInTimeRecoveryEnabled':true"), NULL);
	ok(ddb_said("\"PointInTimeRecoveryStatus\":\"ENABLED\""), "enabled");
	ok(ddb_said("\"RecoveryPeriodInDays\":35"), "35 days");
	first = said_ms("EarliestRestorableDateTime");
	ok(first >= before && first <= clock_wall_ns() / 1000000,
	    "earliest: when it was enabled");
	ok(said_ms("LatestRestorableDateTime") >= first, "latest: now");
	ddb_ok("UpdateContinuousBackups",
	    PITR("'PointInTimeRecoveryEnabled':true,"
		 "'RecoveryPeriodInDays':1"), NULL);
	ddb_ok("DescribeContinuousBackups", "{'TableName':'pit'}", NULL);
	ok(ddb_said("\"RecoveryPeriodInDays\":1"), "one day");
	is_int(said_ms("EarliestRestorableDateTime"), first,
	    "earliest is still the same");
	ddb_ok("UpdateContinuousBackups",
	    PITR("'PointInTimeRecoveryEnabled':false"),
	    "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':"
	    "'ENABLED','PointInTimeRecoveryDescription':"
	    "{'PointInTimeRecoveryStatus':'DISABLED'}}}");
}

static void
test_account(void)
{
	ddb_ok("DescribeLimits", "{}",
	    "{'AccountMaxReadCapacityUnits':80000,"
	    "'AccountMaxWriteCapacityUnits':80000,"
	    "'TableMaxReadCapacityUnits':40000,"
	    "'TableMaxWriteCapacityUnits':40000}");
	ddb_ctx.host = STR("localhost:4711");
	ddb_ok("DescribeEndpoints", "{}",
	    "{'Endpoints':[{'Address':'localhost:4711',"
	    "'CachePeriodInMinutes':1440}]}");
}

/* The member of the last answer, in a buffer that the next call changes. */
static const char *
said_string(const char *name)
{
	static char text[2][256];
	static unsigned turn;
	struct json *out CLEANUP(json_freep) = NULL;
	struct json_error error;
	char *ret = text[turn++ % 2];

	ret[0] = '\0';
	if (json_parse(buf_str(&ddb_out), 9, &out, &error) == ERR_OK) {
		struct str s = json_str(json_get(out, name));

		(void)snprintf(ret, sizeof(text[0]), "%.*s",
		    s.p == NULL ? 0 : (int)s.len, s.p == NULL ? "" : s.p);
	}
	return ret;
}

static void
test_policies(void)
{
#define POLICY(text, rest)                                                   \
	"{'ResourceArn':'" ARN("pol") "','Policy':'" text "'" rest "}"
#define GOOD   "{\\'Statement\\':[{\\'Effect\\':\\'Allow\\'}]}"
#define NOT_FOUND                                                            \
	"Resource-based policy not found for the provided ResourceArn: "     \
	ARN("pol")
	char in[512], first[64];

	ddb_ok("CreateTable", TABLE("pol"), NULL);
	ddb_invalid("PutResourcePolicy", "{}",
	    "2 validation errors detected: Value null at 'resourceArn' failed "
	    "to satisfy constraint: Member must not be null; Value null at "
	    "'policy' failed to satisfy constraint: Member must not be null");
	ddb_invalid("PutResourcePolicy", POLICY("{", ""),
	    INVALID "The resource-based policy is not valid JSON: member name "
		    "expected at byte 1");
	ddb_invalid("PutResourcePolicy", POLICY("[]", ""),
	    INVALID "The resource-based policy has no Statement");
	ddb_invalid("PutResourcePolicy", POLICY("{\\'Statement\\':[]}", ""),
	    INVALID "The resource-based policy has no Statement");
	ddb_invalid("PutResourcePolicy",
	    "{'ResourceArn':'" ARN("pol") "/index/i','Policy':'" GOOD "'}",
	    INVALID "A resource-based policy can be attached to a table or a "
		    "stream");
	ddb_bad("GetResourcePolicy", "{'ResourceArn':'" ARN("pol") "'}",
	    "PolicyNotFoundException", NOT_FOUND);
	ddb_ok("DeleteResourcePolicy", "{'ResourceArn':'" ARN("pol") "'}",
	    "{}");
	ddb_bad("DeleteResourcePolicy", "{'ResourceArn':'" ARN("pol")
	    "','ExpectedRevisionId':'1'}", "PolicyNotFoundException",
	    NOT_FOUND);
	ddb_bad("PutResourcePolicy", POLICY(GOOD, ",'ExpectedRevisionId':'1'"),
	    "PolicyNotFoundException", NOT_FOUND);
	ddb_ok("PutResourcePolicy",
	    POLICY(GOOD, ",'ExpectedRevisionId':'NO_POLICY'"), NULL);
	(void)snprintf(first, sizeof(first), "%s", said_string("RevisionId"));
	ok(first[0] != '\0', "a revision");
	ddb_bad("PutResourcePolicy",
	    POLICY(GOOD, ",'ExpectedRevisionId':'NO_POLICY'"),
	    "PolicyNotFoundException", NOT_FOUND);
	ddb_ok("PutResourcePolicy", POLICY(GOOD, ""), NULL);
	ok(strcmp(said_string("RevisionId"), first) == 0,
	    "the same text keeps its revision");
	(void)snprintf(in, sizeof(in), "{'Policy':'" GOOD
	    "','RevisionId':'%s'}", first);
	ddb_ok("GetResourcePolicy", "{'ResourceArn':'" ARN("pol") "'}", in);
	ddb_ok("PutResourcePolicy", POLICY("{\\'Statement\\':{\\'a\\':1}}", ""),
	    NULL);
	ok(strcmp(said_string("RevisionId"), first) != 0,
	    "another text has another");
	(void)snprintf(in, sizeof(in), "{'ResourceArn':'" ARN("pol")
	    "','ExpectedRevisionId':'%s'}", first);
	ddb_bad("DeleteResourcePolicy", in, "PolicyNotFoundException",
	    NOT_FOUND);
	ddb_ok("DeleteResourcePolicy", "{'ResourceArn':'" ARN("pol") "'}",
	    NULL);
	ddb_bad("GetResourcePolicy", "{'ResourceArn':'" ARN("pol") "'}",
	    "PolicyNotFoundException", NOT_FOUND);
	/* {"Statement":{"a":1}} and blanks. */
	for (size_t n = 20480; n <= 20481; n++)
		is_int(ddb_run_long("PutResourcePolicy", "{'ResourceArn':'"
			   ARN("pol") "','Policy':'{\\'Statement\\':{\\'a\\':"
			   "1}}", n - 21, ' ', "'}"),
		    n == 20480 ? ERR_OK : ERR_VALIDATION, "%zu bytes", n);
}

static void
test_insights(void)
{
	ddb_ok("CreateTable", TABLE("ins"), NULL);
	ddb_ok("DescribeContributorInsights", "{'TableName':'ins'}",
	    "{'TableName':'ins','ContributorInsightsStatus':'DISABLED',"
	    "'ContributorInsightsRuleList':[]}");
	ddb_ok("ListContributorInsights", "{}",
	    "{'ContributorInsightsSummaries':[]}");
	ddb_invalid("UpdateContributorInsights",
	    "{'TableName':'ins','ContributorInsightsAction':'on'}",
	    ONE "Value 'on' at 'contributorInsightsAction' failed to satisfy "
		"constraint: Member must satisfy enum value set: [ENABLE, "
		"DISABLE]");
	ddb_bad("UpdateContributorInsights",
	    "{'TableName':'ins','IndexName':'nix',"
	    "'ContributorInsightsAction':'ENABLE'}",
	    "ResourceNotFoundException",
	    "Requested resource not found: Index: nix not found for table: "
	    "ins");
	ddb_ok("UpdateContributorInsights",
	    "{'TableName':'ins','ContributorInsightsAction':'ENABLE'}",
	    "{'TableName':'ins','ContributorInsightsStatus':'ENABLING',"
	    "'ContributorInsightsMode':'ACCESSED_AND_THROTTLED_KEYS'}");
	ddb_ok("DescribeContributorInsights", "{'TableName':'ins'}", NULL);
	ok(ddb_said("\"ContributorInsightsStatus\":\"ENABLED\"") &&
	    said_ms("LastUpdateDateTime") > 0, "enabled, and when");
	ddb_ok("UpdateContributorInsights",
	    "{'TableName':'ttl','ContributorInsightsAction':'DISABLE',"
	    "'ContributorInsightsMode':'THROTTLED_KEYS'}",
	    "{'TableName':'ttl','ContributorInsightsStatus':'DISABLING',"
	    "'ContributorInsightsMode':'THROTTLED_KEYS'}");
	ddb_ok("ListContributorInsights", "{'TableName':'ttl'}",
	    "{'ContributorInsightsSummaries':[{'TableName':'ttl',"
	    "'ContributorInsightsStatus':'DISABLED',"
	    "'ContributorInsightsMode':'THROTTLED_KEYS'}]}");
	ddb_ok("ListContributorInsights", "{'MaxResults':1}",
	    "{'ContributorInsightsSummaries':[{'TableName':'ins',"
	    "'ContributorInsightsStatus':'ENABLED',"
	    "'ContributorInsightsMode':'ACCESSED_AND_THROTTLED_KEYS'}],"
	    "'NextToken':'MWlucy8='}");
	ddb_ok("ListContributorInsights",
	    "{'MaxResults':1,'NextToken':'MWlucy8='}",
	    "{'ContributorInsightsSummaries':[{'TableName':'ttl',"
	    "'ContributorInsightsStatus':'DISABLED',"
	    "'ContributorInsightsMode':'THROTTLED_KEYS'}]}");
	ddb_invalid("ListContributorInsights", "{'NextToken':'x'}",
	    "Invalid NextToken");
	is_int(ddb_run("ListContributorInsights",
		   ddb_quote("{'MaxResults':100}")), ERR_OK, "100");
	is_int(ddb_run("ListContributorInsights",
		   ddb_quote("{'MaxResults':101}")), ERR_VALIDATION, "101");
}

int
main(void)
{
	ddb_open();
	test_table_names();
	test_arns();
	test_tags();
	test_tag_pages();
	test_time_to_live();
	test_continuous_backups();
	test_account();
	test_policies();
	test_insights();
	ddb_close();
	return tap_done();
}
