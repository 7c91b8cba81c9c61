/* SPDX-License-Identifier: ISC */
/*
 * work.t - DescribeWork and CancelWork: how far each kind is that goes on
 * behind its request, step by step, and what is left where it is cancelled.
 */
#include "transfer.h"

#define ITEMS 2500 /* more than are copied at once */
#define NO_BACKUP ARN("tab/backup/01489602797149-73d8d5bc")

static void
make_table(void)
{
	char ask[1024];
	int bad = 0;

	ddb_ok("CreateTable",
	    "{'TableName':'tab','AttributeDefinitions':[{'AttributeName':'p',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'p',"
	    "'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}",
	    NULL);
	for (int i = 0; i < ITEMS; i++) {
		(void)snprintf(ask, sizeof(ask),
		    "{'TableName':'tab','Item':{'p':{'S':'%d'}}}", i);
		bad += ddb_run("PutItem", ddb_quote(ask)) != ERR_OK;
	}
	is_int(bad, 0, "%d items", ITEMS);
}

static void
describe(const char *name, const char *want)
{
	char ask[1200];

	(void)snprintf(ask, sizeof(ask), "{'Name':'%s'}", name);
	ddb_ok("DescribeWork", ask, want);
}

static void
cancel(const char *name)
{
	char ask[1200];

	(void)snprintf(ask, sizeof(ask), "{'Name':'%s'}", name);
	ddb_ok("CancelWork", ask, "{}");
}

static char *
backup(void)
{
	ddb_ok("CreateBackup", "{'TableName':'tab','BackupName':'kept'}", NULL);
	return strdup(member("BackupArn"));
}

static void
describe_backup(const char *arn, bool there)
{
	char ask[1200];

	(void)snprintf(ask, sizeof(ask), "{'BackupArn':'%s'}", arn);
	is_int(ddb_run("DescribeBackup", ddb_quote(ask)) == ERR_OK, there,
	    there ? "the backup is there" : "the backup is gone");
}

static void
test_refused(void)
{
	ddb_invalid("DescribeWork", "{}",
	    "1 validation error detected: Value null at 'name' failed to "
	    "satisfy constraint: Member must not be null");
	ddb_invalid("CancelWork", "{'Name':''}",
	    "1 validation error detected: Value '' at 'name' failed to satisfy "
	    "constraint: Member must have length greater than or equal to 1");
	is_int(ddb_run_long("DescribeWork", "{'Name':'", 1025, 'a', "'}"),
	    ERR_VALIDATION, "a name of 1025 characters");
	ddb_bad("DescribeWork", "{'Name':'" NO_BACKUP "'}",
	    "BackupNotFoundException", "Backup not found: " NO_BACKUP);
	ddb_bad("CancelWork", "{'Name':'" ARN("tab/export/x") "'}",
	    "ExportNotFoundException",
	    "Export not found: " ARN("tab/export/x"));
	ddb_bad("CancelWork", "{'Name':'" ARN("tab/import/x") "'}",
	    "ImportNotFoundException",
	    "Import not found: " ARN("tab/import/x"));
	is_int(ddb_run("DescribeWork", ddb_quote("{'Name':'nix'}")),
	    ERR_NOT_FOUND, "no such table");
	describe("tab", "{}");
	cancel("tab");
	ddb_ok("DescribeTable", "{'TableName':'tab'}", NULL);
}

static void
test_backup(void)
{
	char *arn = backup(), ask[1200];

	describe(arn, "{'Done':0,'Total':2500,'Unit':'items'}");
	ok(step(), "a step");
	describe(arn, "{'Done':500,'Total':2500,'Unit':'items'}");
	cancel(arn);
	describe_backup(arn, false);
	while (step())
		continue;
	free(arn);
	arn = backup();
	while (step())
		continue;
	describe(arn, "{'Done':2500,'Total':2500,'Unit':'items'}");
	cancel(arn);
	describe_backup(arn, true);

	(void)snprintf(ask, sizeof(ask),
	    "{'BackupArn':'%s','TargetTableName':'new'}", arn);
	ddb_ok("RestoreTableFromBackup", ask, NULL);
	describe("new", "{'Done':0,'Total':2500,'Unit':'items'}");
	ok(step(), "a step");
	ok(ddb_run("DescribeWork", ddb_quote("{'Name':'new'}")) == ERR_OK &&
		atoi(member("Done")) > 0,
	    "some are there");
	cancel("new");
	is_int(ddb_run("DescribeTable", ddb_quote("{'TableName':'new'}")),
	    ERR_NOT_FOUND, "the table is gone");
	while (step())
		continue;
	describe_backup(arn, true);
	free(arn);
}

static void
test_export(void)
{
	char *arn, ask[1200];

	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'tab','PointInTimeRecoverySpecification':{"
	    "'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	ddb_ok("ExportTableToPointInTime",
	    "{'TableArn':'" ARN("tab") "','S3Bucket':'out'}", NULL);
	arn = strdup(member("ExportArn"));
	ok(ddb_run("DescribeWork", ddb_quote("{'Name':'tab'}")) == ERR_OK,
	    "the table itself is at rest");
	cancel(arn);
	while (step())
		continue;
	(void)snprintf(ask, sizeof(ask), "{'ExportArn':'%s'}", arn);
	ddb_ok("DescribeExport", ask, NULL);
	is_str(str_from(member("ExportStatus")), STR("FAILED"), "it has ended");
	is_str(str_from(member("FailureCode")), STR("Cancelled"), "as wanted");
	cancel(arn);
	ddb_ok("DescribeExport", ask, NULL);
	is_str(str_from(member("FailureCode")), STR("Cancelled"), "once");
	free(arn);
}

/* A table is in use while it is backed up, and no longer. */
static void
test_free(void)
{
	char *arn = backup();

	is_int(ddb_run("DeleteTable", ddb_quote("{'TableName':'tab'}")),
	    ERR_IN_USE, "in use");
	cancel(arn);
	ddb_ok("DeleteTable", "{'TableName':'tab'}", NULL);
	free(arn);
}

int
main(void)
{
	ddb_open();
	open_dirs();
	make_table();
	test_refused();
	test_backup();
	test_export();
	test_free();
	close_dirs();
	ddb_close();
	return tap_done();
}
