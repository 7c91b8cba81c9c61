/* SPDX-License-Identifier: ISC */
/*
 * extra - what is stored with a table beside its description.
 *
 * A table's definition is three lines (table.h).  Each is read here as a
 * JSON object, and a member of it replaced: tags, settings that the API only
 * keeps, and what the write path must know.  Also the ARNs of what belongs
 * to a table.
 *
 * Layer: ddb.
 */
#ifndef DDB_EXTRA_H
#define DDB_EXTRA_H

#include "ddb/table.h"

enum extra_line {
	EXTRA_HEAD,        /* what item operations read */
	EXTRA_DESCRIPTION, /* members of the table's description */
	EXTRA_REST,        /* what is not described */
};

/*
 * The line as an object; the caller's to free.  ERR_STORE_VERSION: it is
 * none.
 */
enum err extra_read(const struct table *t, enum extra_line line,
    struct json **ret) NONNULL NODISCARD;

/*
 * Replace the member by the JSON text, or drop it where text is absent, and
 * store the definition.  t->row.def and t->description follow, in the arena.
 */
enum err extra_set(struct op_ctx *ctx, struct table *t, enum extra_line line,
    const char *name, struct str text) NONNULL NODISCARD;

/*
 * The same for one entry of the object that is a member of EXTRA_REST; the
 * last entry takes the member with it.
 */
enum err extra_set_in(struct op_ctx *ctx, struct table *t, const char *name,
    struct str key, struct str text) NONNULL NODISCARD;

/* arn:aws:dynamodb:REGION:ACCOUNT:table/NAME[/KIND/REST] */
struct extra_arn {
	struct str table;
	struct str kind; /* "index", "stream", ...; absent: the table itself */
	struct str rest; /* absent with kind */
};
/* False: it is not the ARN of a table or of what belongs to one. */
bool extra_arn(struct str arn, struct extra_arn *ret) NONNULL NODISCARD;

/*
 * The member ResourceArn, as TagResource and its like take it, which is
 * there; and its table.  ERR_VALIDATION, ERR_NOT_FOUND in the service's
 * words, ERR_SCOPE.
 */
enum err extra_read_arn(struct op_ctx *ctx, const struct json *in,
    struct extra_arn *ret) NONNULL NODISCARD;
enum err extra_open(struct op_ctx *ctx, const struct json *in,
    const struct extra_arn *arn, struct table *ret) NONNULL NODISCARD;

/* By TableName, where the refusal is ERR_TABLE_NOT_FOUND. */
enum err extra_open_table(struct op_ctx *ctx, const struct json *in,
    struct table *ret) NONNULL NODISCARD;

/* Has the table (its EXTRA_DESCRIPTION) a global index of this name? */
bool extra_has_index(const struct json *description, struct str name) NODISCARD;

/* Seconds since 1970 with three decimals, as the API has times. */
void extra_put_time(struct buf *out, uint64_t ns) NONNULL;

#endif
