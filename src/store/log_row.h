/* SPDX-License-Identifier: ISC */
/*
 * log_row - a row of the log, as it is hashed, written and read.
 *
 * For the files of the log alone.
 *
 * Layer: store.
 */
#ifndef STORE_LOG_ROW_H
#define STORE_LOG_ROW_H

#include "store/internal.h"

#define LOG_VERSION 2 /* of the row and of what its hash covers */
#define LOG_KEY_ID  0

/* The texts of a row, in the order of their columns.  A row of version 1
 * has the first LOG_TEXTS_1 alone. */
enum log_text {
	LOG_TOKEN,
	LOG_CLIENT,
	LOG_REQUEST_ID,
	LOG_TRACEPARENT,
	LOG_SURFACE,
	LOG_OPERATION,
	LOG_OUTCOME,
	LOG_PEER,
	LOG_DETAIL,
	LOG_TEXTS
};
#define LOG_TEXTS_1 LOG_PEER

struct log_row {
	uint64_t seq, version, key_id, time;
	struct str text[LOG_TEXTS];
	uint64_t change, tbl;
	struct str name, item, images, prev, hash;
};

/* Covers every column but hash itself; nothing of an unknown version. */
void log_row_hash(const struct log_row *r, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES]) NONNULL;
enum err
log_row_insert(struct store *s, const struct log_row *r) NONNULL NODISCARD;
/* Borrows from q until its next step. */
void log_row_read(sqlite3_stmt *q, struct log_row *r) NONNULL;

/* A number and a string, as all that the log hashes is hashed: no two
 * sequences of them give the same bytes, an absent string is no empty one. */
void log_hash_u64(struct crypto_hash *h, uint64_t n) NONNULL;
void log_hash_str(struct crypto_hash *h, struct str s) NONNULL;

#endif
