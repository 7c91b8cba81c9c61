/* SPDX-License-Identifier: ISC */
/*
 * work - the 13-step workload: what a small program does to a database in
 * one run, from CreateTable to DeleteTable.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "client.h"

/* Bodies that the loader needs too; out has OUT_MAX bytes.  A batch holds
 * BATCH items from id on. */
size_t work_batch(char *out, const char *table, unsigned id, unsigned version);
size_t work_create(char *out, const char *table, bool with_index);

/*
 * Do it and print a line: {"steps":[{"step":name,"ms":time}, ...]}, with
 * "refused":"type" in place of the time where the server answers a step with
 * an error.  A wrong answer ends the program.
 */
void work(struct client *c);

#endif
