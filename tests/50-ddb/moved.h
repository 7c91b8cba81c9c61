/* SPDX-License-Identifier: ISC */
/*
 * moved.h - a wall clock that a test moves: `moved` seconds ahead.
 */
#ifndef TESTS_MOVED_H
#define TESTS_MOVED_H

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t moved;

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int r = (int)syscall(SYS_clock_gettime, id, ts);

	if (id == CLOCK_REALTIME)
		ts->tv_sec += moved;
	return r;
}

#endif
