/* SPDX-License-Identifier: ISC */
/*
 * ask - the operations that the loader runs: what is asked, what is right.
 *
 * It remembers what it wrote, so every answer is checked against what must be
 * there.
 */
#ifndef BENCH_ASK_H
#define BENCH_ASK_H

#include "client.h"

#define TABLE "bench"

enum {
	ITEMS_MAX = 1000000, /* five digits of partitions */
	SCANNED = 500,	     /* items of a page */
};

extern uint32_t *ask_versions; /* of the items: what the server must have */
extern unsigned ask_items;     /* in the table */
extern unsigned ask_newest;    /* the last version given out */

struct operation {
	const char *name, *target;
	/* Choose and remember what to ask (client k of n); the body, into
	 * out[OUT_MAX]. */
	size_t (*ask)(struct client *c, char *out, unsigned k, unsigned n);
	/* Is it right?  A write is remembered here. */
	bool (*right)(const struct client *c);
};

enum {
	ASK_GET,
	ASK_PUT,
	ASK_QUERY,
	ASK_BATCH,
	ASK_SCAN,
	ASK__MAX
};
extern const struct operation ask_operations[ASK__MAX];

#endif
