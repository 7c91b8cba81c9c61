/* SPDX-License-Identifier: ISC */
/*
 * Capacities and auto scaling of replicas.  They are kept and shown; nothing
 * is limited or scaled here, so that a model has little use for them.
 */
#include "mcp/tool.h"

#define UNITS_MAX 1000000000000 /* the service's, of capacity */
#define KEPT      " The settings are kept; nothing is limited or scaled here."

/* ---- auto scaling, as it is asked for and as it is described */

static const struct form policy_in[] = {
	FORM("name", STRING, .min = 1, .api = "PolicyName"),
	FORM("target", INTEGER, .required = true, .min = 1, .max = 100,
	    .text = "Percent of the units in use, as 70.",
	    .api = "TargetTrackingScalingPolicyConfiguration.TargetValue"),
};
static const struct form scaling_in[] = {
	FORM("min", INTEGER, .min = 1, .max = UNITS_MAX, .api = "MinimumUnits"),
	FORM("max", INTEGER, .min = 1, .max = UNITS_MAX, .api = "MaximumUnits"),
	FORM("off", BOOL, .api = "AutoScalingDisabled"),
	FORM("policy", OBJECT, .api = "ScalingPolicyUpdate",
	    FORM_MEMBERS(policy_in)),
};
static const struct form policy_out[] = {
	FORM("name", STRING, .api = "PolicyName"),
	FORM("target", ANY,
	    .api = "TargetTrackingScalingPolicyConfiguration.TargetValue"),
};
static const struct form scaling_out[] = {
	FORM("min", INTEGER, .api = "MinimumUnits"),
	FORM("max", INTEGER, .api = "MaximumUnits"),
	FORM("off", BOOL, .api = "AutoScalingDisabled"),
	FORM("policies", ARRAY, .api = "ScalingPolicies",
	    FORM_EACH(OBJECT, FORM_MEMBERS(policy_out))),
};
#define SCALING(n, member_) \
	FORM(n, OBJECT, .api = (member_), FORM_MEMBERS(scaling_in))
#define SCALED(n, member_) \
	FORM(n, OBJECT, .api = (member_), FORM_MEMBERS(scaling_out))
#define SETTINGS "ProvisionedReadCapacityAutoScalingSettings"
#define WRITES   "ProvisionedWriteCapacityAutoScalingSettings"

#define INDEX  FORM("index", STRING, .required = true, .api = "IndexName")
#define REGION FORM("region", STRING, .required = true, .api = "RegionName")
#define UNITS(n, member_)                                              \
	FORM(n, INTEGER, .min = 1, .max = UNITS_MAX, .api = (member_), \
	    .text = "A second.")
#define LIST(n, member_, each_)                    \
	FORM(n, ARRAY, .min = 1, .api = (member_), \
	    FORM_EACH(OBJECT, FORM_MEMBERS(each_)))

/* What is in a replica explains itself, and is not worth its tokens. */
#define BRIEF "{\"type\":\"array\"}"

/* ---- of a table's replicas */

static const struct form scaled_index[] = {
	INDEX,
	SCALED("read", SETTINGS),
	SCALED("write", WRITES),
};
static const struct form scaled_replica[] = {
	REGION,
	FORM("status", STRING, .api = "ReplicaStatus"),
	SCALED("read", "Replica" SETTINGS),
	SCALED("write", "Replica" WRITES),
	LIST("indexes", "GlobalSecondaryIndexes", scaled_index),
};
#define T_ "TableAutoScalingDescription."
#define SCALED_TABLE                                                           \
	TOOL_FORM(FORM("table", STRING, .required = true,                      \
		      .api = T_ "TableName"),                                  \
	    FORM("status", STRING, .required = true, .api = T_ "TableStatus"), \
	    FORM("replicas", ARRAY, .required = true, .api = T_ "Replicas",    \
		.schema = BRIEF,                                               \
		FORM_EACH(OBJECT, FORM_MEMBERS(scaled_replica))))

const struct tool tool_describe_replica_scaling = {
	.name = "describe_replica_scaling",
	.title = "Describe auto scaling",
	.text = "The auto scaling that is set for each replica of a table, "
		"and for its indexes." KEPT,
	.op = "DescribeTableReplicaAutoScaling",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(TOOL_TABLE),
	.out = SCALED_TABLE,
};

static const struct form write_index[] = {
	INDEX,
	SCALING("write", "ProvisionedWriteCapacityAutoScalingUpdate"),
};
static const struct form read_index[] = {
	INDEX,
	SCALING("read", "ProvisionedReadCapacityAutoScalingUpdate"),
};
static const struct form read_replica[] = {
	REGION,
	SCALING("read", "ReplicaProvisionedReadCapacityAutoScalingUpdate"),
	LIST("indexes", "ReplicaGlobalSecondaryIndexUpdates", read_index),
};

const struct tool tool_update_replica_scaling = {
	.name = "update_replica_scaling",
	.title = "Set auto scaling",
	.text = "Set the auto scaling of a table and its indexes: of writes "
		"for all replicas, of reads for each; what is not named "
		"stays." KEPT,
	.op = "UpdateTableReplicaAutoScaling",
	.group = TOOL_ADMIN,
	.destructive = true,
	.idempotent = true,
	.back = "update_replica_scaling, with the values of before, "
		"of policies one as policy",
	.before = &tool_describe_replica_scaling,
	.in = TOOL_FORM(TOOL_TABLE,
	    SCALING("write", "ProvisionedWriteCapacityAutoScalingUpdate"),
	    LIST("indexes", "GlobalSecondaryIndexUpdates", write_index),
	    LIST("replicas", "ReplicaUpdates", read_replica)),
	.out = SCALED_TABLE,
};

/* ---- of a global table */

#define GLOBAL_TABLE \
	FORM("table", STRING, .required = true, .api = "GlobalTableName")
#define BILLING(member_)                                              \
	FORM("billing", STRING, .api = (member_), .as = FORM_AS_CODE, \
	    .values = FORM_ONE_OF("on_demand", "provisioned"),        \
	    .codes = FORM_ONE_OF("PAY_PER_REQUEST", "PROVISIONED"))
#define CLASS(member_)                                              \
	FORM("class", STRING, .api = (member_), .as = FORM_AS_CODE, \
	    .values = FORM_ONE_OF("standard", "infrequent_access"), \
	    .codes = FORM_ONE_OF("STANDARD", "STANDARD_INFREQUENT_ACCESS"))

static const struct form set_index[] = {
	INDEX,
	UNITS("read_units", "ProvisionedReadCapacityUnits"),
	UNITS("write_units", "ProvisionedWriteCapacityUnits"),
	SCALED("read", SETTINGS),
	SCALED("write", WRITES),
};
static const struct form set_replica[] = {
	REGION,
	FORM("status", STRING, .api = "ReplicaStatus"),
	BILLING("ReplicaBillingModeSummary.BillingMode"),
	CLASS("ReplicaTableClassSummary.TableClass"),
	UNITS("read_units", "ReplicaProvisionedReadCapacityUnits"),
	UNITS("write_units", "ReplicaProvisionedWriteCapacityUnits"),
	SCALED("read", "Replica" SETTINGS),
	SCALED("write", "Replica" WRITES),
	LIST("indexes", "ReplicaGlobalSecondaryIndexSettings", set_index),
};
#define GLOBAL_SETTINGS                                    \
	TOOL_FORM(GLOBAL_TABLE,                            \
	    FORM("replicas", ARRAY, .required = true,      \
		.api = "ReplicaSettings", .schema = BRIEF, \
		FORM_EACH(OBJECT, FORM_MEMBERS(set_replica))))

const struct tool tool_describe_global_settings = {
	.name = "describe_global_settings",
	.title = "Describe replicas' settings",
	.text = "Capacities, billing, class and auto scaling of each replica "
		"of a global table." KEPT,
	.op = "DescribeGlobalTableSettings",
	.group = TOOL_ADMIN,
	.in = TOOL_FORM(GLOBAL_TABLE),
	.out = GLOBAL_SETTINGS,
};

static const struct form set_write_index[] = {
	INDEX,
	UNITS("write_units", "ProvisionedWriteCapacityUnits"),
	SCALING("write", WRITES "Update"),
};
static const struct form set_read_index[] = {
	INDEX,
	UNITS("read_units", "ProvisionedReadCapacityUnits"),
	SCALING("read", SETTINGS "Update"),
};
static const struct form set_read_replica[] = {
	REGION,
	UNITS("read_units", "ReplicaProvisionedReadCapacityUnits"),
	SCALING("read", "Replica" SETTINGS "Update"),
	LIST("indexes", "ReplicaGlobalSecondaryIndexSettingsUpdate",
	    set_read_index),
	CLASS("ReplicaTableClass"),
};

const struct tool tool_update_global_settings = {
	.name = "update_global_settings",
	.title = "Set replicas' capacity",
	.text = "Set capacities, billing, class and auto scaling of a global "
		"table: of writes for all replicas, of reads for each; what "
		"is not named stays." KEPT,
	.op = "UpdateGlobalTableSettings",
	.group = TOOL_ADMIN,
	.destructive = true,
	.idempotent = true,
	.back = "update_global_settings, with the values of before, "
		"of policies one as policy",
	.before = &tool_describe_global_settings,
	.in = TOOL_FORM(GLOBAL_TABLE, BILLING("GlobalTableBillingMode"),
	    UNITS("write_units", "GlobalTableProvisionedWriteCapacityUnits"),
	    SCALING("write", "GlobalTable" WRITES "Update"),
	    LIST("indexes", "GlobalTableGlobalSecondaryIndexSettingsUpdate",
		set_write_index),
	    LIST("replicas", "ReplicaSettingsUpdate", set_read_replica)),
	.out = GLOBAL_SETTINGS,
};
