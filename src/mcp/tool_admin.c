/* SPDX-License-Identifier: ISC */
/* What is kept around a table, and seldom asked for. */
#include "mcp/tool.h"

/* ---- quotas */

const struct tool tool_describe_limits = {
	.name = "describe_limits",
	.title = "Describe quotas",
	.text = "The most read and write capacity units that a provisioned "
		"table, and all of them together, may have.",
	.op = "DescribeLimits",
	.group = TOOL_ADMIN,
	.in = TOOL_NO_FORM,
	.out = TOOL_FORM(FORM("table_read", INTEGER,
			     .api = "TableMaxReadCapacityUnits"),
	    FORM("table_write", INTEGER, .api = "TableMaxWriteCapacityUnits"),
	    FORM("all_read", INTEGER, .api = "AccountMaxReadCapacityUnits"),
	    FORM("all_write", INTEGER, .api = "AccountMaxWriteCapacityUnits")),
};

const struct tool tool_describe_endpoints = {
	.name = "describe_endpoints",
	.title = "Describe endpoints",
	.text = "The address at which programs reach this server, as the "
		"caller has found it.",
	.op = "DescribeEndpoints",
	.group = TOOL_ADMIN,
	.in = TOOL_NO_FORM,
	.out = TOOL_FORM(
	    FORM("endpoints", ARRAY, .required = true, .api = "Endpoints",
		FORM_EACH(OBJECT,
		    FORM_LIST(FORM("address", STRING, .required = true,
			.api = "Address"))))),
};

/* ---- policies */

#define REVISION FORM("revision", STRING, .api = "RevisionId")
#define EXPECTED                                              \
	FORM("expected", STRING, .api = "ExpectedRevisionId", \
	    .text = "Only where this is the revision.")

const struct tool tool_get_resource_policy = {
	.name = "get_resource_policy",
	.title = "Read a table's policy",
	.text = "The policy that is kept with a table, as JSON text. Here it "
		"grants and refuses nothing: the tokens do.",
	.op = "GetResourcePolicy",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(TOOL_TABLE_ARN),
	.out =
	    TOOL_FORM(FORM("policy", STRING, .required = true, .api = "Policy"),
		REVISION),
};

const struct tool tool_put_resource_policy = {
	.name = "put_resource_policy",
	.title = "Keep a table's policy",
	.text = "Keep a policy, JSON text as of IAM, with a table, in place "
		"of the one before. Here it grants and refuses nothing.",
	.op = "PutResourcePolicy",
	.group = TOOL_ADMIN,
	.destructive = true,
	.idempotent = true,
	.back = "put_resource_policy, with the policy of before; "
		"delete_resource_policy where there is no before",
	.before = &tool_get_resource_policy,
	.in = TOOL_FORM(TOOL_TABLE_ARN,
	    FORM("policy", STRING, .required = true, .min = 1, .api = "Policy"),
	    EXPECTED),
	.out = TOOL_FORM(REVISION),
};

const struct tool tool_delete_resource_policy = {
	.name = "delete_resource_policy",
	.title = "Delete a table's policy",
	.text = "Keep no policy with a table any more. One that has none is "
		"no error.",
	.op = "DeleteResourcePolicy",
	.group = TOOL_ADMIN,
	.destructive = true,
	.idempotent = true,
	.back = "put_resource_policy, with the policy of before",
	.before = &tool_get_resource_policy,
	.in = TOOL_FORM(TOOL_TABLE_ARN, EXPECTED),
	.out = TOOL_FORM(REVISION),
};

/* ---- insights */

#define INDEX FORM("index", STRING, .api = "IndexName")
#define INSIGHTS                                          \
	FORM("table", STRING, .api = "TableName"), INDEX, \
	    FORM("status", STRING, .required = true,      \
		.api = "ContributorInsightsStatus")

const struct tool tool_update_contributor_insights = {
	.name = "update_contributor_insights",
	.title = "Switch key insights",
	.text = "Say whether a table or an index is to have contributor "
		"insights. The setting is kept; nothing is measured here.",
	.op = "UpdateContributorInsights",
	.group = TOOL_ADMIN,
	.idempotent = true,
	.back = "update_contributor_insights, with the other action",
	.before = &tool_describe_contributor_insights,
	.in = TOOL_FORM(TOOL_TABLE, INDEX,
	    FORM("action", STRING, .required = true,
		.api = "ContributorInsightsAction", .as = FORM_AS_CODE,
		.values = FORM_ONE_OF("enable", "disable"),
		.codes = FORM_ONE_OF("ENABLE", "DISABLE"))),
	.out = TOOL_FORM(INSIGHTS),
};

const struct tool tool_describe_contributor_insights = {
	.name = "describe_contributor_insights",
	.title = "Describe key insights",
	.text = "Whether a table or an index is set to have contributor "
		"insights.",
	.op = "DescribeContributorInsights",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(TOOL_TABLE, INDEX),
	.out = TOOL_FORM(INSIGHTS),
};

const struct tool tool_list_contributor_insights = {
	.name = "list_contributor_insights",
	.title = "List key insights",
	.text = "The tables and indexes that are set to have contributor "
		"insights.",
	.op = "ListContributorInsights",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(FORM("table", STRING, .api = "TableName"),
	    TOOL_CURSOR("NextToken")),
	.out = TOOL_FORM(FORM("insights", ARRAY, .required = true,
			     .api = "ContributorInsightsSummaries",
			     FORM_EACH(OBJECT, FORM_LIST(INSIGHTS))),
	    TOOL_NEXT("NextToken")),
};

/* ---- Kinesis, which this server does not reach */

#define NO_KINESIS \
	" The setting is kept; no Kinesis data stream is reached from here."
#define DATA_STREAM                                                  \
	FORM("stream", STRING, .required = true, .api = "StreamArn", \
	    .text = "Its ARN.")
#define DESTINATION                                        \
	TOOL_FORM(FORM("stream", STRING, .required = true, \
		      .api = "StreamArn"),                 \
	    FORM("status", STRING, .required = true,       \
		.api = "DestinationStatus"))

const struct tool tool_enable_kinesis_destination = {
	.name = "enable_kinesis_destination",
	.title = "Name a Kinesis stream",
	.text = "Name a Kinesis data stream for a table's changes." NO_KINESIS,
	.op = "EnableKinesisStreamingDestination",
	.group = TOOL_ADMIN,
	.back = "disable_kinesis_destination, with the same table and "
		"stream",
	.in = TOOL_FORM(TOOL_TABLE, DATA_STREAM),
	.out = DESTINATION,
};

const struct tool tool_disable_kinesis_destination = {
	.name = "disable_kinesis_destination",
	.title = "Drop a Kinesis stream",
	.text = "Send a table's changes to a Kinesis data stream no "
		"longer." NO_KINESIS,
	.op = "DisableKinesisStreamingDestination",
	.group = TOOL_ADMIN,
	.destructive = true,
	.back = "enable_kinesis_destination, with the same table and "
		"stream",
	.in = TOOL_FORM(TOOL_TABLE, DATA_STREAM),
	.out = DESTINATION,
};

const struct tool tool_update_kinesis_destination = {
	.name = "update_kinesis_destination",
	.title = "Change a Kinesis stream",
	.text = "Change the precision of a named stream's times. It is "
		"refused: no stream becomes active, since none is reached "
		"from here.",
	.op = "UpdateKinesisStreamingDestination",
	.group = TOOL_ADMIN,
	.destructive = true,
	.idempotent = true,
	.in = TOOL_FORM(TOOL_TABLE, DATA_STREAM,
	    FORM("precision", STRING, .required = true,
		.api = "UpdateKinesisStreamingConfiguration."
		       "ApproximateCreationDateTimePrecision",
		.as = FORM_AS_CODE,
		.values = FORM_ONE_OF("millisecond", "microsecond"),
		.codes = FORM_ONE_OF("MILLISECOND", "MICROSECOND"))),
	.out = DESTINATION,
};

const struct tool tool_describe_kinesis_destination = {
	.name = "describe_kinesis_destination",
	.title = "Describe Kinesis streams",
	.text =
	    "The Kinesis data streams that are named for a table." NO_KINESIS,
	.op = "DescribeKinesisStreamingDestination",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(TOOL_TABLE),
	.out = TOOL_FORM(FORM("streams", ARRAY, .required = true,
	    .api = "KinesisDataStreamDestinations",
	    FORM_EACH(OBJECT,
		FORM_LIST(FORM("stream", STRING, .api = "StreamArn"),
		    FORM("status", STRING, .api = "DestinationStatus"),
		    FORM("why", STRING,
			.api = "DestinationStatusDescription"))))),
};

/* ---- global tables */

#define GLOBAL_TABLE \
	FORM("table", STRING, .required = true, .api = "GlobalTableName")
#define REGION FORM("region", STRING, .required = true, .api = "RegionName")
#define REGIONS(in)                                            \
	FORM("replicas", ARRAY, .required = true, .api = (in), \
	    .text = "As [{\"region\":\"eu-west-1\"}].",        \
	    FORM_EACH(OBJECT, FORM_LIST(REGION)))
#define G_ "GlobalTableDescription."
#define GLOBAL                                            \
	TOOL_FORM(FORM("table", STRING, .required = true, \
		      .api = G_ "GlobalTableName"),       \
	    FORM("status", STRING, .required = true,      \
		.api = G_ "GlobalTableStatus"),           \
	    REGIONS(G_ "ReplicationGroup"))

const struct tool tool_create_global_table = {
	.name = "create_global_table",
	.title = "Make a table global",
	.text = "Say that an empty table whose stream is on (both) has "
		"replicas in other regions. It is kept; there is one store "
		"here, which every region shows unless it is set otherwise.",
	.op = "CreateGlobalTable",
	.group = TOOL_ADMIN,
	.back = "update_global_table, with remove for each region",
	.in = TOOL_FORM(GLOBAL_TABLE, REGIONS("ReplicationGroup")),
	.out = GLOBAL,
};

const struct tool tool_update_global_table = {
	.name = "update_global_table",
	.title = "Change replicas",
	.text = "Add regions to a global table, or remove them.",
	.op = "UpdateGlobalTable",
	.group = TOOL_ADMIN,
	.destructive = true,
	.back = "update_global_table, with add for what was removed "
		"and remove for what was added",
	.before = &tool_describe_global_table,
	.in = TOOL_FORM(GLOBAL_TABLE,
	    FORM("changes", ARRAY, .required = true, .min = 1,
		.api = "ReplicaUpdates",
		.text = "As [{\"add\":\"eu-west-1\"}]; one of add and remove.",
		FORM_EACH(OBJECT,
		    FORM_LIST(FORM("add", STRING, .api = "Create.RegionName"),
			FORM("remove", STRING, .api = "Delete.RegionName"))))),
	.out = GLOBAL,
};

const struct tool tool_describe_global_table = {
	.name = "describe_global_table",
	.title = "Describe a global table",
	.text = "In which regions a global table has replicas.",
	.op = "DescribeGlobalTable",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(GLOBAL_TABLE),
	.out = GLOBAL,
};

static const struct form global_member[] = {
	FORM("table", STRING, .api = "GlobalTableName"),
	REGIONS("ReplicationGroup"),
};

const struct tool tool_list_global_tables = {
	.name = "list_global_tables",
	.title = "List global tables",
	.text = "The tables that are global, with the regions of their "
		"replicas.",
	.op = "ListGlobalTables",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(FORM("region", STRING, .api = "RegionName",
			    .text = "Those with a replica there."),
	    TOOL_PAGE(100, 100, "ExclusiveStartGlobalTableName")),
	.out = TOOL_FORM(FORM("tables", ARRAY, .required = true,
			     .api = "GlobalTables",
			     FORM_EACH(OBJECT, FORM_MEMBERS(global_member))),
	    TOOL_NEXT("LastEvaluatedGlobalTableName")),
};
