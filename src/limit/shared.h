/* SPDX-License-Identifier: ISC */
/*
 * shared - how data/limits lies on disk and in memory.
 *
 * Layer: limit; for this directory only.
 */
#ifndef LIMIT_SHARED_H
#define LIMIT_SHARED_H

#include "base/limits.h"
#include "limit/count.h"
#include "limit/incident.h"
#include "limit/limit.h"
#include "limit/turn.h"

/* "DWLIMIT" and a version, and the size: one word, stored at once. */
#define SHARED_MAGIC \
	(UINT64_C(0x0154494d494c5744) ^ sizeof(struct shared) << 32)

#define SHARED_NAMES 2048 /* cells of budgets: twice as many as tokens */
#define SHARED_WAYS  8
#define SHARED_PEERS (512 * SHARED_WAYS)
#define SHARED_MARKS 1024

struct shared {
	uint64_t magic;
	uint64_t since; /* ns since 1970: when it was made */
	uint64_t seen;  /* records of the violations file that were told */
	uint64_t bell;    /* bell.c */
	uint64_t waiting;
	uint64_t spare[27];
	struct counts count;
	struct {
		uint64_t told;  /* ns since 1970, 0: never */
		uint64_t more;  /* times that it was not told again since */
		uint64_t noted; /* `told` of the one that the log has */
		uint64_t spare;
	} incident[16];
	struct {
		uint64_t key; /* of a name, 0: free; never changes then */
		uint64_t tat;
	} name[SHARED_NAMES];
	uint64_t peer[SHARED_PEERS]; /* rate.c says what is in one */
	uint64_t mark[SHARED_MARKS]; /* mark.c */
	struct {
		uint64_t key, n;
	} turn[TURNS];
	uint64_t seat[LIMIT_SUBSCRIPTIONS]; /* ms since 1970: bell.c */
};
_Static_assert(INCIDENT__MAX <= 16, "room for each");

extern struct shared *limit_shared; /* NULL: not open */

static inline uint64_t
load(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline void
store(uint64_t *p, uint64_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

static inline void
add(uint64_t *p, uint64_t n)
{
	(void)__atomic_fetch_add(p, n, __ATOMIC_RELAXED);
}

/* False: another was faster, *old is what it is now. */
static inline bool
swap(uint64_t *p, uint64_t *old, uint64_t v)
{
	return __atomic_compare_exchange_n(p, old, v, false, __ATOMIC_RELAXED,
	    __ATOMIC_RELAXED);
}

#endif
