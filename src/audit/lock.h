/* SPDX-License-Identifier: ISC */
/*
 * lock - who appends to the file of pending records, or empties it.
 *
 * fcntl(2)'s locks: a sealed room may take them.  One that holds on to it
 * delays the others for a moment and no more.
 *
 * Layer: audit; for this directory only.
 */
#ifndef AUDIT_LOCK_H
#define AUDIT_LOCK_H

#include "base/cdefs.h"

/* Tries for 0.2 s at least; true: we have it. */
bool audit_lock(int fd);
void audit_unlock(int fd);

#endif
