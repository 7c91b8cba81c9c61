/* SPDX-License-Identifier: ISC */
/*
 * table_shape - the parts of a request that CreateTable and UpdateTable
 * share.
 *
 * Layer: ddb.
 */
#ifndef DDB_TABLE_SHAPE_H
#define DDB_TABLE_SHAPE_H

#include "ddb/shape.h"

#define TABLE_THROUGHPUT_MAX INT64_C(1000000000000)

extern const struct shape table_definitions_shape[]; /* AttributeDefinitions */
extern const struct shape table_keys_shape[];	     /* KeySchema */
extern const struct shape table_throughput_shape[];
extern const struct shape table_on_demand_shape[];
extern const struct shape table_warm_shape[];
extern const struct shape table_encryption_shape[];
extern const struct shape table_stream_shape[];
extern const struct shape table_global_shape[]; /* GlobalSecondaryIndexes */
extern const struct shape table_local_shape[];	/* LocalSecondaryIndexes */
/* What stands alone in an update: the members of one global index. */
extern const struct shape table_create_index_shape[];

#define TABLE_SHAPE_STRUCT(name, members, class)                               \
	{ name, SHAPE_STRUCT, SHAPE_FIELD, .of = (members),                     \
	    .type = SHAPE_MODEL class }

/* The members that both have, apart from what is required. */
#define TABLE_SHAPES                                                           \
	{ "BillingMode", SHAPE_STRING,                                         \
	    .values = "PROVISIONED, PAY_PER_REQUEST" },                        \
	    TABLE_SHAPE_STRUCT("ProvisionedThroughput",                        \
		table_throughput_shape, "ProvisionedThroughput"),              \
	    { "TableClass", SHAPE_STRING,                                      \
		.values = "STANDARD, STANDARD_INFREQUENT_ACCESS" },            \
	    { "DeletionProtectionEnabled", SHAPE_BOOLEAN },                    \
	    TABLE_SHAPE_STRUCT("SSESpecification", table_encryption_shape,     \
		"SSESpecification"),                                           \
	    TABLE_SHAPE_STRUCT("OnDemandThroughput", table_on_demand_shape,    \
		"OnDemandThroughput"),                                         \
	    TABLE_SHAPE_STRUCT("WarmThroughput", table_warm_shape,             \
		"WarmThroughput"),                                             \
	    TABLE_SHAPE_STRUCT("StreamSpecification", table_stream_shape,      \
		"StreamSpecification")

#endif
