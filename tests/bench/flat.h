/* SPDX-License-Identifier: ISC */
/*
 * flat - what tests/bench/flat asks of a table beyond the loader's own runs.
 * Each prints a line, {}; a wrong answer ends the program.
 */
#ifndef BENCH_FLAT_H
#define BENCH_FLAT_H

#include "client.h"

/* The attribute t, in seconds of the epoch, ends an item's life. */
void flat_ttl(struct client *c, const char *table);

/* A stream with the new images. */
void flat_stream(struct client *c, const char *table);

/* Put n items, a multiple of BATCH, that end at this second; they share a
 * partition of their own. */
void flat_expire(struct client *c, const char *table, unsigned n, unsigned at);

/* There must be n items in that partition. */
void flat_count(struct client *c, const char *table, unsigned n);

#endif
