/* SPDX-License-Identifier: ISC */
/*
 * bell - rung after a commit, heard by every process of a data directory.
 *
 * It is two words of data/limits, which every room has mapped before its
 * sandbox: how often it was rung, and whether anybody waits.  Ringing is an
 * addition and two loads (some 10 ns); only where somebody waits does it make
 * a system call, futex(2), which needs no descriptor and no file that can be
 * opened.  A file that is watched would not do: inotify on the WAL fires
 * before a commit can be seen, and costs each room a descriptor.
 *
 * Who waits looks at the bell, then at the database, then waits for another
 * ring than that: nothing that happens in between is missed.  A listener that
 * dies leaves nothing to mend but its seat, which another may take after
 * BELL_STALE_MS.
 *
 * Where the file is not open nothing is rung and there is no seat.
 *
 * Layer: limit.
 */
#ifndef LIMIT_BELL_H
#define LIMIT_BELL_H

#include <stddef.h>
#include <stdint.h>

#include "base/cdefs.h"

/* There was a commit, and others can see it. */
void bell_ring(void);

/* How often it was rung: for bell_wait(). */
uint32_t bell_look(void) NODISCARD;

/* Sleep until it is rung again since bell_look() said heard, a signal comes,
 * or ms are over; any of these may come early. */
void bell_wait(uint32_t heard, unsigned ms);

/*
 * Those that listen, LIMIT_SUBSCRIPTIONS of them at once over all processes.
 * now_ms: the wall clock, so that a seat of before a restart is not kept.
 */
#define BELL_STALE_MS 20000 /* a seat that was not kept for so long is free */
struct bell_seat {
	size_t at;
	uint64_t kept;
};
/* False: all are taken. */
bool bell_sit(struct bell_seat *ret, uint64_t now_ms) NONNULL NODISCARD;
/* Every few seconds.  False: it was lost, to one that thought us dead. */
bool bell_keep(struct bell_seat *s, uint64_t now_ms) NONNULL NODISCARD;
void bell_rise(const struct bell_seat *s) NONNULL;

#endif
