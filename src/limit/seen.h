/* SPDX-License-Identifier: ISC */
/*
 * seen - what an operator should hear of, as processes come to see it.
 *
 * Each of these counts, and raises the incident.
 *
 * Layer: limit.
 */
#ifndef LIMIT_SEEN_H
#define LIMIT_SEEN_H

#include "base/cdefs.h"

/* A process of ours died by a signal; its parent says so. */
void seen_crash(void);

/* Those whose end nobody saw (mark.h); needs kill(2). */
void seen_lost(void);

/* The violations file has so many records now; those that are new are told,
 * by whoever comes first. */
void seen_violations(uint64_t records);

/* Is less than `least` bytes free for us where dir is?  Needs statvfs(2). */
void seen_disk(const char *dir, uint64_t least) NONNULL;

#endif
