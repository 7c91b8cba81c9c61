/* SPDX-License-Identifier: ISC */
/*
 * answer - members that many answers have.
 *
 * Layer: ddb.
 */
#ifndef DDB_ANSWER_H
#define DDB_ANSWER_H

#include "ddb/table.h"
#include "json/json.h"

/* Begin a member of the object that out ends in: ,"name": */
void answer_member(struct buf *out, const char *name) NONNULL;

/*
 * Capacity is counted in half units: a read unit is 4 KiB, or 8 KiB where
 * the read need not be consistent, a write unit 1 KiB; one at least.
 */
uint64_t answer_read_halves(uint64_t bytes, bool consistent);
uint64_t answer_write_halves(uint64_t before, uint64_t after);

/* What one request takes of one table, in half units. */
#define ANSWER_VECTOR_BYTES 1024
struct capacity {
	const struct table *t;
	uint64_t table; /* its own, without the indexes' */
	/* As table.indexes; of those of vectors bytes, at least
	 * ANSWER_VECTOR_BYTES of each that was written. */
	uint64_t index[LIMIT_GLOBAL_INDEXES + LIMIT_LOCAL_INDEXES +
	    LIMIT_VECTOR_INDEXES];
};

/* In a transaction units count twice, and the answer names their kind. */
enum capacity_kind {
	CAPACITY_PLAIN,
	CAPACITY_TRANSACT_READ,
	CAPACITY_TRANSACT_WRITE,
};

/* {"TableName":...}, as ReturnConsumedCapacity (TOTAL or INDEXES) asks. */
void answer_capacity(struct buf *out, const struct json *in,
    const struct capacity *c, enum capacity_kind kind) NONNULL;
/* Does the request ask for it? */
bool answer_wants_capacity(const struct json *in) NONNULL;
/* The member ConsumedCapacity, if it is asked for. */
void answer_consumed(struct buf *out, const struct json *in,
    const struct capacity *c) NONNULL;

#endif
