/* SPDX-License-Identifier: ISC */
/* Backups of tables, and the tables that are made from them. */
#include "mcp/tool.h"

#define BACKUP_TEXT "The name that create_backup and list_backups give it."
#define BACKUP                                                       \
	FORM("backup", STRING, .required = true, .api = "BackupArn", \
	    .text = BACKUP_TEXT)

/* What is told of one; in: where the answer has it. */
#define ABOUT(in)                                                        \
	FORM("backup", STRING, .required = true, .api = in "BackupArn"), \
	    FORM("name", STRING, .api = in "BackupName"),                \
	    FORM("status", STRING, .api = in "BackupStatus"),            \
	    FORM("bytes", INTEGER, .api = in "BackupSizeBytes"),         \
	    FORM("created", STRING, .api = in "BackupCreationDateTime",  \
		.as = FORM_AS_TIME)

/* ---- backups */

static const struct tool_work backup_work = {
	.op = "DescribeBackup",
	.by = "BackupArn",
	.under = "BackupDescription",
	.name = "BackupDetails.BackupArn",
	.status = "BackupDetails.BackupStatus",
	TOOL_WORK,
};

const struct tool tool_create_backup = {
	.name = "create_backup",
	.title = "Back a table up",
	.text = "Keep a table as it is now, with its indexes and settings, "
		"until delete_backup. It is AVAILABLE, and can be restored, "
		"a moment later: describe_backup tells.",
	.op = "CreateBackup",
	.group = TOOL_BACKUPS,
	.back = "delete_backup, with this backup",
	.in = TOOL_FORM(TOOL_TABLE,
	    FORM("name", STRING, .required = true, .min = 3, .max = 255,
		.api = "BackupName",
		.text = "For people; several backups may have the same.")),
	.out = TOOL_FORM(ABOUT("BackupDetails.")),
	.work = &backup_work,
};

const struct tool tool_describe_backup = {
	.name = "describe_backup",
	.title = "Describe a backup",
	.text = "Of which table a backup is, when it was made, and whether it "
		"can be restored already: then its status is AVAILABLE.",
	.op = "DescribeBackup",
	.group = TOOL_BACKUPS,
	.shows = "list_backups shows the backups",
	.in = TOOL_FORM(BACKUP),
	.out = TOOL_FORM(ABOUT("BackupDescription.BackupDetails."),
	    FORM("table", STRING,
		.api = "BackupDescription.SourceTableDetails.TableName"),
	    FORM("items", INTEGER,
		.api = "BackupDescription.SourceTableDetails.ItemCount")),
};

const struct tool tool_list_backups = {
	.name = "list_backups",
	.title = "List backups",
	.text = "The backups of one table, or of all; also of tables that "
		"are deleted.",
	.op = "ListBackups",
	.group = TOOL_BACKUPS,
	.in = TOOL_FORM(FORM("table", STRING, .api = "TableName"),
	    FORM("from", STRING, .api = "TimeRangeLowerBound",
		.as = FORM_AS_TIME, .text = TOOL_TIME_TEXT),
	    FORM("to", STRING, .api = "TimeRangeUpperBound", .as = FORM_AS_TIME,
		.text = TOOL_TIME_TEXT),
	    TOOL_PAGE(100, 100, "ExclusiveStartBackupArn")),
	.out =
	    TOOL_FORM(FORM("backups", ARRAY, .required = true,
			  .api = "BackupSummaries",
			  FORM_EACH(OBJECT,
			      FORM_LIST(ABOUT(""),
				  FORM("table", STRING, .api = "TableName")))),
		TOOL_NEXT("LastEvaluatedBackupArn")),
};

const struct tool tool_delete_backup = {
	.name = "delete_backup",
	.title = "Delete a backup",
	.text = "Delete a backup. This cannot be undone; the table that it "
		"was made of stays as it is.",
	.op = "DeleteBackup",
	.group = TOOL_BACKUPS,
	.destructive = true,
	.loses = "The backup is deleted for good.",
	.shows = "list_backups shows the backups",
	.in = TOOL_FORM(BACKUP),
	.out = TOOL_FORM(ABOUT("BackupDescription.BackupDetails.")),
};

/* ---- tables from them */

#define TO                                                             \
	FORM("to", STRING, .required = true, .api = "TargetTableName", \
	    .text = "The new table.")
#define MADE                                                \
	TOOL_FORM(FORM("table", STRING, .required = true,   \
		      .api = "TableDescription.TableName"), \
	    FORM("status", STRING, .required = true,        \
		.api = "TableDescription.TableStatus"))

const struct tool tool_restore_backup = {
	.name = "restore_backup",
	.title = "Make a table from a backup",
	.text = "Make a new table with what a backup has. The table that it "
		"was made of stays as it is. The new one can be used when "
		"describe_table says ACTIVE.",
	.op = "RestoreTableFromBackup",
	.group = TOOL_BACKUPS,
	.back = "delete_table, with the new table",
	.shows = "list_backups shows the backups",
	.in = TOOL_FORM(BACKUP, TO),
	.out = MADE,
	.work = &tool_table_work,
};

const struct tool tool_restore_table_to_time = {
	.name = "restore_table_to_time",
	.title = "Make a table as it was",
	.text = "Make a new table with what a table had at a time within its "
		"continuous backups; describe_continuous_backups has the "
		"first and the last. The table itself stays as it is.",
	.op = "RestoreTableToPointInTime",
	.group = TOOL_BACKUPS,
	.back = "delete_table, with the new table",
	.in = TOOL_FORM(FORM("from", STRING, .required = true,
			    .api = "SourceTableName", .text = "The table."),
	    TO,
	    FORM("time", STRING, .api = "RestoreDateTime", .as = FORM_AS_TIME,
		.text = TOOL_TIME_TEXT " Not with latest."),
	    FORM("latest", BOOL, .api = "UseLatestRestorableTime",
		.text = "As it is now.")),
	.out = MADE,
	.work = &tool_table_work,
};

/* ---- continuous backups */

#define PITR "ContinuousBackupsDescription.PointInTimeRecoveryDescription."
#define CONTINUOUS                                                             \
	TOOL_FORM(FORM("status", STRING, .required = true,                     \
		      .api = PITR "PointInTimeRecoveryStatus"),                \
	    FORM("days", INTEGER, .api = PITR "RecoveryPeriodInDays"),         \
	    FORM("earliest", STRING, .api = PITR "EarliestRestorableDateTime", \
		.as = FORM_AS_TIME),                                           \
	    FORM("latest", STRING, .api = PITR "LatestRestorableDateTime",     \
		.as = FORM_AS_TIME))

const struct tool tool_update_continuous_backups = {
	.name = "update_continuous_backups",
	.title = "Keep a table's past",
	.text = "From now on keep what is needed to restore a table as it was "
		"at any second of the last days; or keep it no longer: then "
		"what was kept is dropped.",
	.op = "UpdateContinuousBackups",
	.group = TOOL_BACKUPS,
	.destructive = true,
	.idempotent = true,
	.back = "update_continuous_backups, with enabled and days of "
		"before; times before a disabling stay lost",
	.before = &tool_describe_continuous_backups,
	.in = TOOL_FORM(TOOL_TABLE,
	    FORM("enabled", BOOL, .required = true,
		.api = "PointInTimeRecoverySpecification."
		       "PointInTimeRecoveryEnabled"),
	    FORM("days", INTEGER, .min = 1, .max = 35,
		.api = "PointInTimeRecoverySpecification."
		       "RecoveryPeriodInDays",
		.text = "Default 35.")),
	.out = CONTINUOUS,
};

const struct tool tool_describe_continuous_backups = {
	.name = "describe_continuous_backups",
	.title = "Is a table's past kept?",
	.text = "Whether a table can be restored as it was at an earlier "
		"time, and from when to when.",
	.op = "DescribeContinuousBackups",
	.group = TOOL_BACKUPS,
	.in = TOOL_FORM(TOOL_TABLE),
	.out = CONTINUOUS,
};
