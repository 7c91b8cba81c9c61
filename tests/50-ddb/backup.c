/* SPDX-License-Identifier: ISC */
/*
 * backup.t - backups, restores and point-in-time recovery: small tables at
 * once, large ones by jobs while others write.
 */
#include <time.h>

#include "ddb.h"
#include "ddb/job.h"

#define ARN(t)  "arn:aws:dynamodb:us-east-1:000000000000:table/" t
#define NO_SUCH ARN("tab") "/backup/01489173575360-b308cd7d"
#define MANY    5000 /* items: more than are copied at once */
#define CREATE(t)                                                            \
	"{'TableName':'" t "','AttributeDefinitions':[{'AttributeName':'p'," \
	"'AttributeType':'S'},{'AttributeName':'g','AttributeType':'N'}],"   \
	"'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"              \
	"'BillingMode':'PAY_PER_REQUEST','GlobalSecondaryIndexes':[{"        \
	"'IndexName':'byg','KeySchema':[{'AttributeName':'g','KeyType':"     \
	"'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}"

/* The text behind "name":" in the last answer, good until the next call. */
static const char *
member(const char *name)
{
	static char found[1024];
	char want[64];
	const char *at, *end;

	found[0] = '\0';
	(void)snprintf(want, sizeof(want), "\"%s\":", name);
	at = memmem(ddb_out.p, ddb_out.len, want, strlen(want));
	if (at == NULL)
		return found;
	at += strlen(want);
	if (*at == '"')
		at++;
	end = at;
	while (end < ddb_out.p + ddb_out.len && *end != '"' && *end != ',' &&
	    *end != '}')
		end++;
	(void)snprintf(found, sizeof(found), "%.*s", (int)(end - at), at);
	return found;
}

/* A text that is good until the next one. */
static const char *
in_use(const char *how, const char *what)
{
	static char made[512];

	(void)snprintf(made, sizeof(made), "Backup is being %s: %s", how, what);
	return made;
}

static void
put(const char *table, int i, int g)
{
	char in[256];

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'%s','Item':{'p':{'S':'k%05d'},'g':{'N':'%d'}}}",
	    table, i, g);
	if (ddb_run("PutItem", ddb_quote(in)) != ERR_OK)
		ok(false, "put %d: %.*s", i, STR_ARG(buf_str(&ddb_out)));
}

static void
del(const char *table, int i)
{
	char in[256];

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'%s','Key':{'p':{'S':'k%05d'}}}", table, i);
	if (ddb_run("DeleteItem", ddb_quote(in)) != ERR_OK)
		ok(false, "delete %d", i);
}

/* How many items a table has, and how many with this g its index has. */
static int
count(const char *table, int g)
{
	char in[256];

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'%s','IndexName':'byg','Select':'COUNT',"
	    "'KeyConditionExpression':'g=:g','ExpressionAttributeValues':"
	    "{':g':{'N':'%d'}}}",
	    table, g);
	if (ddb_run("Query", ddb_quote(in)) != ERR_OK)
		return -1;
	return atoi(member("Count"));
}

static int
total(const char *table)
{
	char in[64];

	(void)snprintf(in, sizeof(in), "{'TableName':'%s'}", table);
	return ddb_run("DescribeTable", ddb_quote(in)) == ERR_OK ?
	    atoi(member("ItemCount")) :
	    -1;
}

/* One step of the jobs that operations start; false: there is none. */
static bool
step(void)
{
	struct op_ctx ctx;
	bool more = false;

	arena_reset(ddb_ctx.arena);
	job_context(&ctx, ddb_ctx.arena, ddb_ctx.store, "requested");
	if (job_requested.step(&ctx, &more) != ERR_OK) {
		ok(false, "a step: %s", store_error(ddb_ctx.store));
		return false;
	}
	return more;
}

static char *
backup(const char *table, const char *name)
{
	char in[256];

	(void)snprintf(in, sizeof(in), "{'TableName':'%s','BackupName':'%s'}",
	    table, name);
	if (ddb_run("CreateBackup", ddb_quote(in)) != ERR_OK) {
		ok(false, "CreateBackup: %.*s", STR_ARG(buf_str(&ddb_out)));
		return strdup("");
	}
	return strdup(member("BackupArn"));
}

static void
describe(const char *arn, const char *status)
{
	char in[512];

	(void)snprintf(in, sizeof(in), "{'BackupArn':'%s'}", arn);
	ddb_ok("DescribeBackup", in, NULL);
	is_str(str_from(member("BackupStatus")), str_from(status), "status");
}

static void
restore(const char *arn, const char *to, const char *more)
{
	char in[1024];

	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'%s'%s}", arn, to, more);
	ddb_ok("RestoreTableFromBackup", in, NULL);
	is_str(str_from(member("TableStatus")), STR("CREATING"), "its status");
}

static void
test_small(void)
{
	char *arn, in[512];

	ddb_ok("CreateTable", CREATE("small"), NULL);
	for (int i = 0; i < 20; i++)
		put("small", i, i % 2);
	arn = backup("small", "first");
	ok(strncmp(arn, ARN("small") "/backup/0", strlen(ARN("small")) + 9) ==
		0,
	    "an ARN: %s", arn);
	describe(arn, "AVAILABLE");
	ok(ddb_said("\"ItemCount\":20") &&
		ddb_said("\"TableName\":\"small\"") &&
		ddb_said(
		    "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"byg\"") &&
		ddb_said("\"BillingMode\":\"PAY_PER_REQUEST\"") &&
		!ddb_said("NumberOfDecreasesToday"),
	    "what its table was like");
	for (int i = 0; i < 10; i++)
		del("small", i);
	restore(arn, "back", "");
	is_int(total("back"), 20, "all items of then");
	ok(ddb_said("\"RestoreInProgress\":false") &&
		ddb_said("\"TableStatus\":\"ACTIVE\"") &&
		ddb_said("\"SourceBackupArn\":\"" ARN("small") "/backup/"),
	    "it says where it comes from");
	is_int(count("back", 1), 10, "the index, too");
	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'back'}", arn);
	ddb_bad("RestoreTableFromBackup", in, "TableAlreadyExistsException",
	    "Table already exists: back");
	restore(arn, "bare",
	    ",'GlobalSecondaryIndexOverride':[],"
	    "'BillingModeOverride':'PROVISIONED','ProvisionedThroughput"
	    "Override':{'ReadCapacityUnits':3,'WriteCapacityUnits':4}");
	ddb_ok("DescribeTable", "{'TableName':'bare'}", NULL);
	ok(!ddb_said("GlobalSecondaryIndexes") &&
		ddb_said("\"ReadCapacityUnits\":3") &&
		!ddb_said("PAY_PER_REQUEST"),
	    "what was wanted otherwise");
	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'odd',"
	    "'GlobalSecondaryIndexOverride':[{'IndexName':'other','KeySchema':"
	    "[{'AttributeName':'g','KeyType':'HASH'}],'Projection':"
	    "{'ProjectionType':'ALL'}}]}",
	    arn);
	ddb_invalid("RestoreTableFromBackup", in,
	    "One or more parameter values were invalid: Index other is not one "
	    "of the source's");
	ddb_ok("DeleteTable", "{'TableName':'small'}", NULL);
	restore(arn, "after", "");
	is_int(total("after"), 20, "also when its table is gone");
	(void)snprintf(in, sizeof(in), "{'BackupArn':'%s'}", arn);
	ddb_ok("DeleteBackup", in, NULL);
	is_str(str_from(member("BackupStatus")), STR("DELETED"), "deleted");
	(void)snprintf(in, sizeof(in), "Backup not found: %s", arn);
	{
		char again[512];

		(void)snprintf(again, sizeof(again), "{'BackupArn':'%s'}", arn);
		ddb_bad("DeleteBackup", again, "BackupNotFoundException", in);
		ddb_bad("DescribeBackup", again, "BackupNotFoundException", in);
	}
	free(arn);
}

static void
test_refused(void)
{
	ddb_bad("CreateBackup", "{'TableName':'none','BackupName':'abc'}",
	    "TableNotFoundException", "Table not found: none");
	ddb_invalid("CreateBackup", "{'TableName':'none','BackupName':'ab'}",
	    "1 validation error detected: Value 'ab' at 'backupName' failed to "
	    "satisfy constraint: Member must have length greater than or equal "
	    "to 3");
	ddb_invalid("DescribeBackup",
	    "{'BackupArn':'" ARN("small") "/index/backup-of-no-kind'}",
	    "Invalid BackupArn: " ARN("small") "/index/backup-of-no-kind");
	ddb_bad("DescribeBackup", "{'BackupArn':'" NO_SUCH "'}",
	    "BackupNotFoundException", "Backup not found: " NO_SUCH);
	ddb_bad("RestoreTableFromBackup",
	    "{'BackupArn':'" NO_SUCH "','TargetTableName':'abc'}",
	    "BackupNotFoundException", "Backup not found: " NO_SUCH);
	ddb_invalid("RestoreTableToPointInTime", "{'TargetTableName':'abc'}",
	    "One of SourceTableName or SourceTableArn must be specified");
	ddb_bad("RestoreTableToPointInTime",
	    "{'SourceTableName':'none','TargetTableName':'abc'}",
	    "TableNotFoundException", "Table not found: none");
}

static void
test_list(void)
{
	char *arn[3], in[512];

	ddb_ok("CreateTable", CREATE("listed"), NULL);
	for (int i = 0; i < 3; i++)
		arn[i] = backup("listed", i == 0 ? "aaa" : "bbb");
	free(backup("back", "ccc"));
	ddb_ok("ListBackups", "{'TableName':'listed','Limit':2}", NULL);
	ok(ddb_said(arn[0]) && ddb_said(arn[1]) && !ddb_said(arn[2]),
	    "a page of two");
	is_str(str_from(member("LastEvaluatedBackupArn")), str_from(arn[1]),
	    "and where to go on");
	(void)snprintf(in, sizeof(in),
	    "{'TableName':'listed','ExclusiveStartBackupArn':'%s'}", arn[1]);
	ddb_ok("ListBackups", in, NULL);
	ok(!ddb_said(arn[1]) && ddb_said(arn[2]) && !ddb_said("LastEvaluated"),
	    "the rest");
	ddb_ok("ListBackups", "{'TableName':'listed','Limit':3}", NULL);
	ok(!ddb_said("LastEvaluated"), "a full page that is the last");
	ddb_ok("ListBackups", "{}", NULL);
	ok(ddb_said("\"BackupName\":\"ccc\"") && ddb_said(arn[0]), "of all");
	ddb_ok("ListBackups", "{'BackupType':'AWS_BACKUP'}",
	    "{'BackupSummaries':[]}");
	ddb_ok("ListBackups", "{'TimeRangeUpperBound':1000}",
	    "{'BackupSummaries':[]}");
	ddb_ok("ListBackups", "{'TimeRangeLowerBound':1000,'Limit':1}", NULL);
	ok(ddb_said(arn[0]), "from a time on");
	ddb_invalid("ListBackups", "{'Limit':101}",
	    "1 validation error detected: Value '101' at 'limit' failed to "
	    "satisfy constraint: Member must have value less than or equal to "
	    "100");
	for (int i = 0; i < 3; i++)
		free(arn[i]);
}

/* A copy is of one moment, whatever is written while it is made. */
static void
test_large(void)
{
	int steps = 0;
	char *arn, in[512];

	ddb_ok("CreateTable", CREATE("large"), NULL);
	for (int i = 0; i < MANY; i++)
		put("large", 2 * i, 1);
	arn = backup("large", "big");
	describe(arn, "CREATING");
	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'abc'}", arn);
	ddb_bad("RestoreTableFromBackup", in, "BackupInUseException",
	    in_use("created", arn));
	ddb_bad("DeleteTable", "{'TableName':'large'}",
	    "ResourceInUseException",
	    "Attempt to change a resource which is still in use: Table is being "
	    "backed up: large");
	do {
		/* New ones, changed ones, gone ones: before and behind. */
		for (int i = 0; i < 40; i++)
			put("large", 2 * (i * 125 + steps) + 1, 2);
		for (int i = 0; i < 40; i++)
			put("large", 2 * (i * 125 + steps), 3);
		for (int i = 0; i < 40; i++)
			del("large", 2 * (i * 125 + 60 + steps));
	} while (step() && ++steps < 1000);
	ok(steps > 10, "in %d steps", steps);
	describe(arn, "AVAILABLE");
	is_int(atoi(member("ItemCount")), MANY, "as many as there were");
	restore(arn, "whole", "");
	ddb_bad("GetItem", "{'TableName':'whole','Key':{'p':{'S':'k00000'}}}",
	    "ResourceNotFoundException", "Requested resource not found");
	(void)snprintf(in, sizeof(in), "{'BackupArn':'%s'}", arn);
	ddb_bad("DeleteBackup", in, "BackupInUseException",
	    in_use("restored", strrchr(arn, '/') + 1));
	for (steps = 0; step() && steps < 1000; steps++)
		continue;
	ok(steps > 10, "restored in %d steps", steps);
	is_int(total("whole"), MANY, "all");
	is_int(count("whole", 1), MANY, "each as it was");
	is_int(count("whole", 2) + count("whole", 3), 0,
	    "none that came later");
	put("large", 1, 9);
	ddb_ok("DeleteTable", "{'TableName':'large'}", NULL);
	free(arn);
}

static void
nap(void)
{
	const struct timespec ms = { 0, 5 * 1000 * 1000 };

	(void)nanosleep(&ms, NULL);
}

static double
now(void)
{
	return (double)(clock_wall_ns() / 1000000) / 1000;
}

static void
to_time(const char *to, double when)
{
	char in[512];

	(void)snprintf(in, sizeof(in),
	    "{'SourceTableName':'timed','TargetTableName':'%s',"
	    "'RestoreDateTime':%.3f}",
	    to, when);
	ddb_ok("RestoreTableToPointInTime", in, NULL);
	for (int i = 0; step() && i < 1000; i++)
		continue;
}

static void
test_point_in_time(void)
{
	double first, second;
	char in[512];

	ddb_ok("CreateTable", CREATE("timed"), NULL);
	put("timed", 0, 1);
	ddb_bad("RestoreTableToPointInTime",
	    "{'SourceTableName':'timed','TargetTableName':'abc',"
	    "'UseLatestRestorableTime':true}",
	    "PointInTimeRecoveryUnavailableException",
	    "Point in time recovery is not enabled for table 'timed'");
	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'timed','PointInTimeRecoverySpecification':"
	    "{'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	nap();
	for (int i = 1; i < 100; i++)
		put("timed", i, 1);
	nap();
	first = now();
	nap();
	for (int i = 0; i < 50; i++)
		del("timed", i);
	for (int i = 200; i < MANY; i++)
		put("timed", i, 2);
	nap();
	second = now();
	nap();
	for (int i = 0; i < 10; i++)
		put("timed", i, 3);
	to_time("tfirst", first);
	is_int(total("tfirst"), 100, "the first time");
	is_int(count("tfirst", 1), 100, "as it was");
	to_time("tsecond", second);
	is_int(total("tsecond"), MANY - 150, "the second time");
	is_int(count("tsecond", 2), MANY - 200, "as it was");
	is_int(count("tsecond", 3), 0, "nothing later");
	ddb_ok("RestoreTableToPointInTime",
	    "{'SourceTableArn':'" ARN(
		"timed") "','TargetTableName':'tnow',"
			 "'UseLatestRestorableTime':true}",
	    NULL);
	while (step())
		continue;
	is_int(total("tnow"), MANY - 140, "the latest");
	(void)snprintf(in, sizeof(in),
	    "{'SourceTableName':'timed','TargetTableName':'abc',"
	    "'RestoreDateTime':%.3f}",
	    now() + 10);
	ddb_bad("RestoreTableToPointInTime", in, "InvalidRestoreTimeException",
	    "The specified RestoreDateTime is not between "
	    "EarliestRestorableDateTime and LatestRestorableDateTime");
	for (int both = 0; both < 2; both++)
		ddb_invalid("RestoreTableToPointInTime", both ?
		    "{'SourceTableName':'timed','TargetTableName':'abc',"
		    "'UseLatestRestorableTime':true,'RestoreDateTime':2e9}" :
		    "{'SourceTableName':'timed','TargetTableName':'abc'}",
		    "One of UseLatestRestorableTime or RestoreDateTime must be "
		    "specified, and not both");
	ddb_ok("ListBackups", "{'TableName':'timed'}",
	    "{'BackupSummaries':[]}");
	ddb_ok("DeleteTable", "{'TableName':'timed'}", NULL);
}

/* An index that is asked for is as the source has it, but for what it costs. */
#define KEYS2(a, b)                                                        \
	"'KeySchema':[{'AttributeName':'" a "','KeyType':'HASH'},"         \
	"{'AttributeName':'" b "','KeyType':'RANGE'}]"
#define INDEX2(keys, how) \
	"{'IndexName':'ind'," keys ",'Projection':{'ProjectionType':" how "}}"
#define GLOBAL(x)  ",'GlobalSecondaryIndexOverride':[" x "]"
#define LOCAL(x)   ",'LocalSecondaryIndexOverride':[" x "]"
#define OTHER                                                              \
	"One or more parameter values were invalid: Index ind is another " \
	"than the source's: only its throughput may differ"

static void
test_overrides(void)
{
	static const char *const other[] = {
		GLOBAL(INDEX2(KEYS2("g", "s"), "'INCLUDE','NonKeyAttributes':["
					       "'a','b']")),
		GLOBAL(INDEX2("'KeySchema':[{'AttributeName':'g','KeyType':"
			      "'HASH'}]",
		    "'INCLUDE','NonKeyAttributes':['a','b']")),
		GLOBAL(INDEX2(KEYS2("g", "p"), "'ALL'")),
		GLOBAL(INDEX2(KEYS2("g", "p"), "'KEYS_ONLY'")),
		GLOBAL(INDEX2(KEYS2("g", "p"), "'INCLUDE','NonKeyAttributes':["
					       "'a']")),
		GLOBAL(INDEX2(KEYS2("g", "p"), "'INCLUDE','NonKeyAttributes':["
					       "'a','c']")),
		GLOBAL(INDEX2(KEYS2("g", "p"), "'INCLUDE','NonKeyAttributes':["
					       "'a','a']")),
	};
	char *arn, in[1024];

	ddb_ok("CreateTable",
	    "{'TableName':'over','BillingMode':'PAY_PER_REQUEST',"
	    "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
	    "{'AttributeName':'s','AttributeType':'S'},{'AttributeName':'g',"
	    "'AttributeType':'S'}]," KEYS2("p", "s")
	    ",'GlobalSecondaryIndexes':[" INDEX2(KEYS2("g", "p"),
		"'INCLUDE','NonKeyAttributes':['a','b']")
	    "],'LocalSecondaryIndexes':[{'IndexName':'loc'," KEYS2("p", "g")
	    ",'Projection':{'ProjectionType':'ALL'}}]}",
	    NULL);
	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'over','PointInTimeRecoverySpecification':{"
	    "'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	arn = backup("over", "over");
	for (size_t i = 0; i < NELEM(other); i++) {
		(void)snprintf(in, sizeof(in),
		    "{'BackupArn':'%s','TargetTableName':'over2'%s}", arn,
		    other[i]);
		ddb_invalid("RestoreTableFromBackup", in, OTHER);
		(void)snprintf(in, sizeof(in),
		    "{'SourceTableName':'over','TargetTableName':'over2',"
		    "'UseLatestRestorableTime':true%s}",
		    other[i]);
		ddb_invalid("RestoreTableToPointInTime", in, OTHER);
	}
	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'over2'" LOCAL(
		"{'IndexName':'loc'," KEYS2("p", "g")
		",'Projection':{'ProjectionType':'KEYS_ONLY'}}") "}",
	    arn);
	ddb_invalid("RestoreTableFromBackup", in,
	    "One or more parameter values were invalid: Index loc is another "
	    "than the source's: only its throughput may differ");
	restore(arn, "over2",
	    GLOBAL(INDEX2(KEYS2("g", "p"),
		"'INCLUDE','NonKeyAttributes':['b','a']")) LOCAL(""));
	ok(ddb_said("\"IndexName\":\"ind\"") && !ddb_said("\"loc\""),
	    "in another order, without the local one");
	restore(arn, "over3",
	    ",'BillingModeOverride':'PROVISIONED',"
	    "'ProvisionedThroughputOverride':{'ReadCapacityUnits':1,"
	    "'WriteCapacityUnits':1},'GlobalSecondaryIndexOverride':[{"
	    "'ProvisionedThroughput':{'ReadCapacityUnits':7,"
	    "'WriteCapacityUnits':8},'IndexName':'ind'," KEYS2("g", "p")
	    ",'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':["
	    "'a','b']}}]");
	ok(ddb_said("\"ReadCapacityUnits\":7"), "its own throughput");
	free(arn);
}

#define VECTOR(name)                                                       \
	"{'IndexName':'" name "','VectorAttribute':{'AttributeName':'v'}," \
	"'Projection':{'ProjectionType':'ALL'},'Dimensions':2,"           \
	"'DistanceFunction':'COSINE'}"

/* Vector indexes come back, as far as they are wanted. */
static void
test_vectors(void)
{
	char *arn, in[1024];

	ddb_ok("CreateTable",
	    "{'TableName':'vec','AttributeDefinitions':[{'AttributeName':'p',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'p','KeyType':"
	    "'HASH'}],'BillingMode':'PAY_PER_REQUEST','VectorIndexes':["
	    VECTOR("one") "," VECTOR("two") "]}", NULL);
	arn = backup("vec", "vectors");
	describe(arn, "AVAILABLE");
	ok(ddb_said("\"VectorIndexes\":[{\"IndexName\":\"one\""),
	    "the backup tells of them");
	restore(arn, "vec-all", "");
	ok(ddb_said("\"IndexName\":\"one\"") &&
		ddb_said("\"IndexName\":\"two\""),
	    "both");
	restore(arn, "vec-two", ",'VectorIndexOverride':[" VECTOR("two") "]");
	ok(!ddb_said("\"IndexName\":\"one\"") &&
		ddb_said("\"IndexName\":\"two\""),
	    "one of them");
	restore(arn, "vec-none", ",'VectorIndexOverride':[]");
	ok(!ddb_said("VectorIndexes"), "none");
	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'vec-odd',"
	    "'VectorIndexOverride':[" VECTOR("three") "]}", arn);
	ddb_invalid("RestoreTableFromBackup", in,
	    "One or more parameter values were invalid: Index three is not one "
	    "of the source's");
	(void)snprintf(in, sizeof(in),
	    "{'BackupArn':'%s','TargetTableName':'vec-odd',"
	    "'VectorIndexOverride':[{'IndexName':'two','VectorAttribute':{"
	    "'AttributeName':'v'},'Projection':{'ProjectionType':'ALL'},"
	    "'Dimensions':3,'DistanceFunction':'COSINE'}]}", arn);
	ddb_invalid("RestoreTableFromBackup", in,
	    "One or more parameter values were invalid: Index two is another "
	    "than the source's: only its throughput may differ");
	free(arn);
}

/* What is kept with a table beside its items comes back, as far as the
 * service brings it back: its class and encryption do, its stream, time to
 * live, tags and protection do not. */
static void
test_settings(void)
{
	char *arn;

	ddb_ok("CreateTable",
	    "{'TableName':'set','AttributeDefinitions':[{'AttributeName':'p',"
	    "'AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
	    "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
	    "'BillingMode':'PAY_PER_REQUEST','GlobalSecondaryIndexes':[{"
	    "'IndexName':'byg','KeySchema':[{'AttributeName':'g','KeyType':"
	    "'HASH'}],'Projection':{'ProjectionType':'ALL'},"
	    "'OnDemandThroughput':{'MaxReadRequestUnits':5,"
	    "'MaxWriteRequestUnits':6}}],"
	    "'TableClass':'STANDARD_INFREQUENT_ACCESS',"
	    "'SSESpecification':{'Enabled':true,'KMSMasterKeyId':'alias/k'},"
	    "'StreamSpecification':{'StreamEnabled':true,'StreamViewType':"
	    "'NEW_IMAGE'},'DeletionProtectionEnabled':true,"
	    "'Tags':[{'Key':'k','Value':'v'}]}",
	    NULL);
	arn = backup("set", "settings");
	restore(arn, "set-same", "");
	ok(ddb_said("\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\""),
	    "its class");
	ok(ddb_said("\"SSEDescription\":{\"Status\":\"ENABLED\"") &&
		ddb_said("alias/k"),
	    "its encryption");
	ok(ddb_said("\"MaxWriteRequestUnits\":6"), "its index's units");
	ok(!ddb_said("StreamSpecification"), "not its stream");
	ok(ddb_said("\"DeletionProtectionEnabled\":false"),
	    "nor its protection");
	ddb_ok("ListTagsOfResource",
	    "{'ResourceArn':'" ARN("set-same") "'}", "{'Tags':[]}");
	restore(arn, "set-plain",
	    ",'SSESpecificationOverride':{'Enabled':false}");
	ok(!ddb_said("SSEDescription"), "or what is wanted");
	free(arn);
}

int
main(void)
{
	ddb_open();
	test_small();
	test_refused();
	test_list();
	test_large();
	test_point_in_time();
	test_overrides();
	test_vectors();
	test_settings();
	ddb_close();
	return tap_done();
}
