/* SPDX-License-Identifier: ISC */
/*
 * intake - the work of imports and bulk puts: items out of the files of a
 * bucket into a table.
 *
 * The files are those beneath imports/BUCKET whose names begin with the
 * prefix, or, where there are none, beneath exports/BUCKET: what was exported
 * can be imported, though not by a token that may use some tables alone, for
 * it may be of any.  They are read in the order of their names; after each
 * transaction the job's def says how far it is.
 *
 * Layer: ddb.
 */
#ifndef DDB_INTAKE_H
#define DDB_INTAKE_H

#include "bucket/bucket.h"
#include "ddb/lines.h"
#include "ddb/table.h"
#include "ddb/transfer.h"

#define INTAKE_FILES_MAX 50000 /* the service's own limit of an import */

struct intake_way {
	bool conditions; /* a record may have a ConditionExpression */
	bool making; /* the table is, and is there for others at the end */
	/* Its status at the end: all taken, or not. */
	const char *good, *partly;
	const char *partly_code, *partly_message;
};

/* How the records are written. */
struct intake_format {
	struct str bucket, prefix;
	enum bucket_packing packing;
	bool csv, ion;
	char delimiter;
	const struct json *headers; /* NULL: each file's first line */
	const struct json *types; /* AttributeDefinitions, for CSV */
	uint64_t rate; /* write units a second; 0: as fast as can be */
	/* A file beneath exports that gets a line, {"Record":...,"Error":...},
	 * for each record that was not taken because of what it is, or of its
	 * condition; the line has the item that was there then. */
	struct str notes;
	bool note_failed, note_unmet;
	uint64_t note_most; /* of those that failed */
	size_t note_bytes;  /* of each, the rest is left out */
};

/* Of InputCompressionType, NULL where it is not there. */
enum bucket_packing intake_packing(const struct json *type) NODISCARD;

/* How far it is; kept in the job's def. */
struct intake_at {
	struct str file;   /* the one that is read; absent: none yet */
	uint64_t offset;   /* in its text */
	uint64_t items, taken, failed;
	uint64_t bytes;    /* of the files that are done */
	uint64_t total;    /* of all files */
	uint64_t written;  /* item bytes put */
	uint64_t notes;	   /* bytes of the file of what was not taken */
	uint64_t table;	   /* its id */
	uint64_t narrow;   /* 1: beneath imports alone */
};
enum err intake_begin_at(const struct op_ctx *ctx, uint64_t table,
    struct buf *out) NONNULL NODISCARD;
void intake_read_at(const struct transfer *t, struct intake_at *ret) NONNULL;

/* One step of a job. */
enum err intake_step(struct op_ctx *ctx, const struct intake_way *way,
    const struct intake_format *f, const struct store_object *o,
    const struct json *def) NONNULL NODISCARD;

/*
 * Put one record, {"Item":{...}}, into the table.  ERR_VALIDATION,
 * ERR_SERIALIZATION, ERR_JSON: it is no item of that table, ctx->message
 * says why (absent: the error's own text).  ERR_CONDITION: its condition does
 * not hold for *ret_old, which is in the arena.
 */
enum err intake_put(struct op_ctx *ctx, const struct table *t, bool conditions,
    struct str record, uint64_t *ret_size, struct str *ret_old) NONNULL
    NODISCARD;

/* A record of CSV as {"Item":{...}}; false: the fields do not fit. */
bool intake_csv(const struct lines_csv *names, const struct lines_csv *values,
    const struct json *types, struct buf *out) NODISCARD;

#endif
