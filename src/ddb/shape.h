/* SPDX-License-Identifier: ISC */
/*
 * shape - what a request may look like: one const table for each operation.
 *
 * Checking has two passes, as in the service.  Types first, in the order of
 * the request's text: the first wrong one ends it (SerializationException).
 * Then the constraints, in the order of the table: up to ten failures are
 * collected into one ValidationException.  Members that the table does not
 * know are ignored; null is the same as absent.
 *
 * Layer: ddb.
 */
#ifndef DDB_SHAPE_H
#define DDB_SHAPE_H

#include "json/json.h"
#include "op/op.h"

enum shape_kind {
	SHAPE_STRING,
	SHAPE_INTEGER, /* 32 bits in the service's model */
	SHAPE_LONG,
	SHAPE_DOUBLE,
	SHAPE_BOOLEAN,
	SHAPE_BINARY,
	SHAPE_LIST,   /* of: its element */
	SHAPE_MAP,    /* of: its value */
	SHAPE_STRUCT, /* of: its members */
	SHAPE_VALUE,  /* an AttributeValue */
};

#define SHAPE_MODEL "com.amazonaws.dynamodb.v20120810."

#define SHAPE_REQUIRED 0x1u /* "Member must not be null" */
#define SHAPE_NAME     0x2u /* [a-zA-Z0-9_.-]+; of a map: its keys, 3 to 255 */
#define SHAPE_MUST     0x4u /* "The parameter '...' is required", before all */
#define SHAPE_TABLE    0x8u /* the length of a table name, in its own words */
/* A struct that is a member, not an element; a list in a map, a map in a
 * list: other words. */
#define SHAPE_FIELD    0x10u
#define SHAPE_RESOURCE 0x20u /* "Invalid TableArn": no ARN, before all, too */
#define SHAPE_ARN      0x40u /* a table's ARN will do for its name */
#define SHAPE_UNSERVED 0x80u /* the service has it, we refuse it by name */

/* What a string must be made of, and how the service writes that. */
struct shape_pattern {
	const char *text;
	bool (*fits)(struct str s);
};

struct shape {
	const char *name; /* the member's; NULL ends a struct's table */
	enum shape_kind kind;
	unsigned flags;
	const struct shape *of;
	const char *type; /* of a struct, of a map's list: the service's class */
	/* Length of strings, lists and maps, value of numbers; absent: 0. */
	int64_t min, max;
	const char *values; /* an enumeration, as the service lists it */
	const struct shape_pattern *pattern;
};

extern const struct shape_pattern shape_account; /* 12 digits */
extern const struct shape_pattern shape_token;	 /* without a dollar */
extern const struct shape_pattern shape_policy_name;
extern const struct shape_pattern shape_role;	   /* an ARN, or any text */
extern const struct shape_pattern shape_delimiter; /* of CSV */
extern const struct shape_pattern shape_header;	   /* of its columns */

/* A table name, of any length up to its limit: a short one is not found.  An
 * ARN of a table will do where the API takes one. */
#define SHAPE_TABLE_NAME                                                       \
	{ "TableName", SHAPE_STRING,                                           \
		SHAPE_REQUIRED | SHAPE_NAME | SHAPE_ARN, .min = 1, .max = 255 }
/* The parameters around expressions. */
#define SHAPE_NAMES                                                            \
	{ "ExpressionAttributeNames", SHAPE_MAP, .of = shape_attribute }
#define SHAPE_VALUES                                                           \
	{ "ExpressionAttributeValues", SHAPE_MAP, .of = shape_value }
#define SHAPE_CAPACITY                                                         \
	{ "ReturnConsumedCapacity", SHAPE_STRING,                              \
		.values = "INDEXES, TOTAL, NONE" }

/* The value of an AttributeValue map, as Item and Key are. */
extern const struct shape shape_value[];
extern const struct shape shape_attribute[]; /* its name */

/* ERR_SERIALIZATION, ERR_VALIDATION.  shapes: the members of the request. */
enum err shape_check(struct op_ctx *ctx, const struct shape *shapes,
    const struct json *in) NONNULL NODISCARD;

/*
 * Write what of v the shape knows, compact: so that what is stored and
 * answered holds no stranger's members.  v has passed shape_check().
 */
void shape_put(struct buf *out, const struct shape *s, const struct json *v)
    NONNULL;

/* The member, NULL when it is null. */
const struct json *shape_get(const struct json *in, const char *name);
/* An integer, or what to take where there is none. */
int64_t shape_int(const struct json *in, const char *name, int64_t absent);
/* A boolean, which may stand as a string; as checked by shape_check(). */
bool shape_bool(const struct json *in, const char *name);

#endif
