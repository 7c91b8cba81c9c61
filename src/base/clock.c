/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <limits.h>
#include <time.h>

static uint64_t
now_ns(clockid_t id)
{
	struct timespec ts;

	/* Cannot fail: both clocks exist on every system that is served. */
	(void)clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t
clock_ms(void)
{
	return now_ns(CLOCK_MONOTONIC) / (NS_PER_S / MS_PER_S);
}

uint64_t
clock_mono_ns(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

uint64_t
clock_wall_ns(void)
{
	return now_ns(CLOCK_REALTIME);
}

int
clock_left(uint64_t deadline)
{
	uint64_t now = clock_ms();

	if (deadline <= now)
		return 0;
	return deadline - now > INT_MAX ? INT_MAX : (int)(deadline - now);
}
