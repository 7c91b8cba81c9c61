/* SPDX-License-Identifier: ISC */
/*
 * backup - a table's items and definition as of one change, kept in the
 * store: on-demand backups, and what point-in-time restore and export read.
 *
 * A STORE_BACKUP whose parent is the table, named as the last part of its
 * ARN.  Its def is one line of JSON about the backup and then the table's
 * own definition (table.h).  The items lie under its id.
 *
 * While it is made the table keeps the images of its changes: the items are
 * copied in chunks, then the changes since are taken back in the copy.  So
 * the copy is of one moment, however long it takes, and nobody waits.
 *
 * Layer: ddb.
 */
#ifndef DDB_BACKUP_H
#define DDB_BACKUP_H

#include "ddb/table.h"

struct backup {
	struct store_object object;
	struct str name;      /* as its maker called it */
	struct str table;     /* the table's name */
	struct str region;
	struct str table_def;
	uint64_t created;     /* of the table, ns since 1970 */
	uint64_t seq;	      /* the last change that is in it */
	uint64_t items, bytes;
	bool available;	      /* it is whole */
	bool hidden;	      /* made for a restore or an export */
};

/* What is asked of backup_create(). */
struct backup_wanted {
	struct str name;
	uint64_t seq;  /* as of this change; 0: now */
	bool hidden;
	struct str then; /* a job that follows: its def, the backup's id to be
			  * put behind it; absent: none */
};

/*
 * In the operation's transaction: make the backup, or, of a large table,
 * start the job that does (ret->available is false).  `then` is started with
 * it or by that job, as {...,"backup":ID}.
 */
enum err backup_create(struct op_ctx *ctx, struct table *t,
    const struct backup_wanted *w, struct backup *ret) NONNULL NODISCARD;

/* A hidden one that is whole and has no items: room for those of a job. */
enum err backup_create_empty(struct op_ctx *ctx, const struct table *t,
    struct backup *ret) NONNULL NODISCARD;

/* By its ARN.  ERR_BACKUP_NOT_FOUND, ERR_VALIDATION, ERR_SCOPE. */
enum err backup_open(struct op_ctx *ctx, struct str arn, struct backup *ret)
    NONNULL NODISCARD;
/* By its id, hidden ones too.  ERR_NOT_FOUND. */
enum err backup_at(struct op_ctx *ctx, uint64_t id, struct backup *ret) NONNULL
    NODISCARD;
/* What the store has of one. */
enum err backup_read(struct op_ctx *ctx, const struct store_object *o,
    struct backup *ret) NONNULL NODISCARD;

/*
 * {"BackupArn":...}, {"BackupDetails":...} and an element of ListBackups.
 * status NULL: what it is.
 */
void backup_put_details(const struct backup *b, const char *status,
    struct buf *out) __attribute__((nonnull(1, 3)));
enum err backup_put(const struct backup *b, const char *status,
    struct buf *out) __attribute__((nonnull(1, 3))) NODISCARD;
enum err backup_put_summary(const struct backup *b, struct buf *out) NONNULL
    NODISCARD;

/* The source as far as its definition goes, for extra_read(). */
struct table backup_source(struct str table_def);

/* "arn:...:table/NAME/backup/ID" and "arn:...:table/NAME" */
void backup_put_arn(const struct backup *b, struct buf *out) NONNULL;
void backup_put_table_arn(const struct backup *b, struct buf *out) NONNULL;

#endif
