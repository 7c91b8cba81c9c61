/* SPDX-License-Identifier: ISC */
/*
 * mark - who has started to serve a connection, and has not ended.
 *
 * A room that dies is seen by its parent.  Where that is gone too, killed or
 * with the machine, its mark is what is left; the next start finds it.  One
 * whose number was given to another process is found when that has ended.
 *
 * Layer: limit.
 */
#ifndef LIMIT_MARK_H
#define LIMIT_MARK_H

#include <sys/types.h>

#include "base/cdefs.h"

/* This process begins, and ends in order. */
void mark_begin(void);
void mark_end(void);

/* The parent saw it end, however that was: nobody need find its mark. */
void mark_bury(pid_t pid);

/* How many have ended without a word, each counted once, whichever process
 * asks.  It calls kill(2) for each that has not, so before the sandbox. */
unsigned mark_lost(void) NODISCARD;

#endif
