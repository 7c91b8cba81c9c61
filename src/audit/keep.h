/* SPDX-License-Identifier: ISC */
/*
 * keep - how long the log is kept, and what of its chain leaves the file.
 *
 * Layer: audit.
 */
#ifndef AUDIT_KEEP_H
#define AUDIT_KEEP_H

#include "store/store.h"

/* What may be dropped. */
struct audit_keep {
	uint64_t days;           /* 0: nothing */
	const struct str *sinks; /* names: what one of these has not taken
				  * stays */
	size_t nsinks;
};

/* A row of the chain, to be kept elsewhere. */
struct audit_point {
	uint64_t seq; /* 0: none */
	unsigned char hash[CRYPTO_HASH_BYTES];
};

/*
 * Once an hour, whoever comes first (`now`: at once): drop old rows, some
 * thousand at a time, and give the newest row for a checkpoint.  Opens its
 * own transactions.  ret->seq == 0: it was not due.
 */
enum err audit_sweep(struct store *s, const struct audit_keep *k, bool now,
    struct audit_point *ret) NONNULL NODISCARD;

/* The file exports/audit.chain of the data directory: a line for each
 * checkpoint, "SEQ:HASH TIME". */
#define AUDIT_CHAIN "audit.chain"

/* "12:" and 64 hexadecimal digits. */
bool audit_point_parse(struct str s, struct audit_point *ret) NONNULL NODISCARD;
void audit_point_put(struct buf *out, const struct audit_point *p) NONNULL;
/* Append to the file, and sync it; it is begun anew where it has become
 * large, the one before stays beside it. */
bool
audit_point_save(const char *data_dir, const struct audit_point *p) NONNULL;
/* The newest ones of the file, at most max, the oldest first. */
size_t audit_points(const char *data_dir, struct audit_point *ret,
    size_t max) NONNULL NODISCARD;

/*
 * Is the row there that the checkpoint saw?  In a transaction.  NULL, or
 * what is wrong; one that retention has dropped is not wrong.
 */
enum err audit_point_check(struct store *s, const struct audit_point *p,
    const char **ret_fault) NONNULL NODISCARD;

#endif
