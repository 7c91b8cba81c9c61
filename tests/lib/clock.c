/* SPDX-License-Identifier: ISC */
/*
 * clock - to be preloaded: the wall clock of a program is CLOCK_SHIFT
 * seconds off.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *ts);

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	const char *shift = getenv("CLOCK_SHIFT");
	int r = (int)syscall(SYS_clock_gettime, id, ts);

	if (r == 0 && id == CLOCK_REALTIME && shift != NULL)
		ts->tv_sec += strtol(shift, NULL, 10);
	return r;
}
