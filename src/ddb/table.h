/* SPDX-License-Identifier: ISC */
/*
 * table - a user's table as the operations see it.
 *
 * store_table.def is three lines.  The first is what every item operation
 * needs and nothing else: {"v":1,"keys":[["pk","S"],["sk","N"]]}, with
 * "protected":true where it is, "indexes" and "vectors" (index.h),
 * "making":true until it is whole, "stream": the view type of its stream, and
 * "images" (images.h); with one of these two the images of changes are kept.
 * The second holds the members of the table's description that do not change by
 * themselves, as the API writes them, without braces; those of its indexes
 * have neither ARN, status nor counts.  The third holds what is stored with
 * the table and is not part of its description: {"Tags":[...]}.
 *
 * Layer: ddb.
 */
#ifndef DDB_TABLE_H
#define DDB_TABLE_H

#include "ddb/attr.h"
#include "json/json.h"
#include "op/op.h"

/* An attribute of the primary key; name.p is NULL where there is none. */
struct table_key {
	struct str name;
	char type; /* 'S', 'N', 'B', or TABLE_KEY_ANY of these */
};
#define TABLE_KEY_ANY '*' /* in a vector index alone */

/* A whole key: HASH attributes, then RANGE attributes. */
#define TABLE_KEYS_MAX 4 /* of each, in a global index; else 1 */
struct table_schema {
	struct table_key keys[2 * TABLE_KEYS_MAX];
	unsigned hashes, n;
};

enum projection {
	PROJECTION_ALL,
	PROJECTION_KEYS_ONLY,
	PROJECTION_INCLUDE,
};

/*
 * What an index of vectors has beside: the vector, a list of so many numbers,
 * and the attributes that a search may ask for.
 */
struct table_vector {
	struct table_key attribute;
	uint16_t at; /* in table.attrs */
	size_t dimensions;
	bool cosine; /* zeros have no direction, and are not in it */
	const struct table_key *filters;
	const uint16_t *filter_at; /* in table.attrs */
	size_t nfilters;
};

/*
 * A secondary index.  What it shows beside PROJECTION_ALL: the table's key,
 * then its own, then what is included; shown are places in table.attrs, the
 * first nkeys of them those of the keys.
 */
struct table_index {
	uint64_t id; /* of its STORE_INDEX, whose name is "table/index" */
	struct str name;
	bool local;
	bool building; /* not yet filled: kept, but not read */
	enum projection projection;
	struct table_schema schema;
	uint16_t key_at[2 * TABLE_KEYS_MAX]; /* of schema.keys */
	const uint16_t *shown;
	size_t nshown, nkeys;
	/* NULL: it is none of vectors.  Else its schema is the HASH of its
	 * search schema, or empty. */
	const struct table_vector *vector;
};

/* When items expire (ttl.h); index is 0 where they do not. */
struct table_ttl {
	struct attr_name attr;
	uint64_t index; /* of its STORE_INDEX */
	bool building;  /* not all items have their entries yet */
};

struct table {
	struct store_table row;
	struct str asked; /* its name, or its ARN, as the request has it */
	struct table_key hash, range;
	bool is_making;		/* only the operations on tables see it yet */
	bool is_protected;      /* against deletion */
	struct str description; /* the second line */
	/* Global ones, then local ones, which are the nindexes that queries
	 * know, then those of vectors. */
	const struct table_index *indexes;
	size_t nindexes, nall;
	const struct attr_name *attrs; /* that the indexes need of an item */
	size_t nattrs;
	struct table_ttl ttl;
};

/*
 * By name or ARN.  ERR_SCOPE: the token's patterns do not allow it.
 * ERR_NOT_FOUND.  Everything lives in the arena.
 */
enum err table_open(struct op_ctx *ctx, struct str name, struct table *ret)
    NONNULL NODISCARD;

/* The same, also while the table is being made. */
enum err table_open_making(struct op_ctx *ctx, struct str name,
    struct table *ret) NONNULL NODISCARD;

/* The same for the operations on tables, whose refusal names the table and
 * which need ret->row's items and bytes. */
enum err table_open_named(struct op_ctx *ctx, const struct json *in,
    struct table *ret) NONNULL NODISCARD;

/* ["pk","S"] of a definition. */
bool table_read_key(struct arena *a, const struct json *pair,
    struct table_key *ret) __attribute__((nonnull(1, 3))) NODISCARD;

/* The name out of a name or an ARN. */
struct str table_name(struct str s);

/*
 * The table's description: {"TableName":...,"TableStatus":status,...}.  While
 * the table is CREATING its global indexes are, too.  mark: an index whose
 * status is another than it seems; NULL: none.
 */
struct table_mark {
	struct str index;
	const char *status;
};
enum err table_put_description(struct op_ctx *ctx, const struct table *t,
    const char *status, const struct table_mark *mark, struct buf *out)
    __attribute__((nonnull(1, 2, 3, 5))) NODISCARD;

#endif
