/* SPDX-License-Identifier: ISC */
/*
 * rate - how often something may happen: `burst` times at once, and in the
 * long run once in every_ns.  every_ns 0: as often as one likes.
 *
 * Layer: base.
 */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include "base/cdefs.h"

struct rate {
	uint64_t every_ns;
	uint64_t burst;
};

#endif
