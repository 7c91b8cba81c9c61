/* SPDX-License-Identifier: ISC */
#include "ddb/table_shape.h"

static const struct shape definition[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "AttributeType", SHAPE_STRING, SHAPE_REQUIRED, .values = "B, N, S" },
	{ NULL },
};
const struct shape table_definitions_shape[] = { { "member", SHAPE_STRUCT,
    .of = definition, .type = SHAPE_MODEL "AttributeDefinition" } };

static const struct shape key[] = {
	{ "AttributeName", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = 255 },
	{ "KeyType", SHAPE_STRING, SHAPE_REQUIRED, .values = "HASH, RANGE" },
	{ NULL },
};
const struct shape table_keys_shape[] = { { "member", SHAPE_STRUCT, .of = key,
    .type = SHAPE_MODEL "KeySchemaElement" } };

const struct shape table_throughput_shape[] = {
	{ "WriteCapacityUnits", SHAPE_LONG, SHAPE_REQUIRED, .min = 1 },
	{ "ReadCapacityUnits", SHAPE_LONG, SHAPE_REQUIRED, .min = 1 },
	{ NULL },
};
const struct shape table_on_demand_shape[] = {
	{ "MaxReadRequestUnits", SHAPE_LONG },
	{ "MaxWriteRequestUnits", SHAPE_LONG },
	{ NULL },
};
const struct shape table_warm_shape[] = {
	{ "ReadUnitsPerSecond", SHAPE_LONG, .min = 1 },
	{ "WriteUnitsPerSecond", SHAPE_LONG, .min = 1 },
	{ NULL },
};
const struct shape table_encryption_shape[] = {
	{ "Enabled", SHAPE_BOOLEAN },
	{ "SSEType", SHAPE_STRING, .values = "AES256, KMS" },
	{ "KMSMasterKeyId", SHAPE_STRING, .min = 0, .max = 2048 },
	{ NULL },
};
const struct shape table_stream_shape[] = {
	{ "StreamEnabled", SHAPE_BOOLEAN, SHAPE_REQUIRED },
	{ "StreamViewType", SHAPE_STRING,
	    .values = "NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY" },
	{ NULL },
};

static const struct shape attribute[] = { { "member", SHAPE_STRING, .min = 1,
    .max = 255 } };
static const struct shape projection[] = {
	{ "ProjectionType", SHAPE_STRING, .values = "ALL, INCLUDE, KEYS_ONLY" },
	{ "NonKeyAttributes", SHAPE_LIST, .of = attribute, .min = 1,
	    .max = 20 },
	{ NULL },
};

#define INDEX_NAME                                                      \
	{                                                               \
		"IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, \
		    .min = 3, .max = 255                                \
	}
#define INDEX_SHAPES                                                       \
	{ "KeySchema", SHAPE_LIST, SHAPE_REQUIRED, .of = table_keys_shape, \
		.min = 1, .max = 8 },                                      \
	{                                                                  \
		"Projection", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_REQUIRED,  \
		    .of = projection, .type = SHAPE_MODEL "Projection"     \
	}

const struct shape table_create_index_shape[] = {
	INDEX_SHAPES,
	INDEX_NAME,
	TABLE_SHAPE_STRUCT("ProvisionedThroughput", table_throughput_shape,
	    "ProvisionedThroughput"),
	TABLE_SHAPE_STRUCT("OnDemandThroughput", table_on_demand_shape,
	    "OnDemandThroughput"),
	TABLE_SHAPE_STRUCT("WarmThroughput", table_warm_shape,
	    "WarmThroughput"),
	{ NULL },
};
/* In another order than the global ones. */
static const struct shape local[] = { INDEX_NAME, INDEX_SHAPES, { NULL } };

const struct shape table_global_shape[] = { { "member", SHAPE_STRUCT,
    .of = table_create_index_shape,
    .type = SHAPE_MODEL "GlobalSecondaryIndex" } };
const struct shape table_local_shape[] = { { "member", SHAPE_STRUCT,
    .of = local, .type = SHAPE_MODEL "LocalSecondaryIndex" } };
