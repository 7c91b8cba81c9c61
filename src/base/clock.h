/* SPDX-License-Identifier: ISC */
/*
 * clock - the two clocks.
 *
 * Deadlines are times of the monotonic clock in milliseconds; records carry
 * wall time in nanoseconds.
 *
 * Layer: base.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/cdefs.h"

#define MS_PER_S UINT64_C(1000)
#define NS_PER_S UINT64_C(1000000000)

uint64_t clock_ms(void);      /* CLOCK_MONOTONIC */
uint64_t clock_mono_ns(void); /* the same in nanoseconds */
uint64_t clock_wall_ns(void); /* CLOCK_REALTIME since 1970 */

/* Milliseconds from now to deadline, 0 when it is past; fits poll(2). */
int clock_left(uint64_t deadline);

#endif
