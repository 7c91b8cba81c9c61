/* SPDX-License-Identifier: ISC */
/*
 * limit - what all processes of one data directory count together.
 *
 * One file, data/limits, of a fixed size: counters (count.h), cells of rates
 * (rate.h), marks of rooms (mark.h), times of incidents (incident.h), the bell
 * (bell.h).  It is mapped shared and writable before the sandbox is entered,
 * so every room has it, and what is done with it is loads and stores: no
 * system call, but to wake who waits for the bell.
 *
 * Everything in it is a word of 64 bits of its own, changed by one atomic
 * store, and every value of a word means something: all zero is a new file,
 * and a time that cannot be is taken for the nearest that can.  So a process
 * that is killed at any point leaves nothing torn, and a file that was
 * damaged or cut mends itself by being used.  The kernel writes it to disk
 * when it likes; a power cut may take it back by some seconds.
 *
 * It proves nothing and holds no secret and no address: any process of the
 * user could write it, the rooms included.
 *
 * Where it was not opened counting does nothing and nothing is limited.
 *
 * Layer: limit.
 */
#ifndef LIMIT_LIMIT_H
#define LIMIT_LIMIT_H

#include "base/err.h"

#define LIMIT_FILE "limits" /* in the data directory */

/*
 * Map the file of dir, made where it is missing; once in a process.  The
 * caller is the owner that it is to have (a root has become that before).
 * ERR_CONF: *reterr_text, static storage, says what is wrong.
 */
enum err
limit_open(const char *dir, const char **reterr_text) NONNULL NODISCARD;
void limit_close(void);

#endif
