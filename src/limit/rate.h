/* SPDX-License-Identifier: ISC */
/*
 * rate - may it happen once more?  For a token's requests and a peer's
 * refusals, over all processes together.
 *
 * The generic cell rate algorithm: a cell holds the time at which its owner
 * would be back at rest (the theoretical arrival time).  What happens moves
 * it by one interval, and may happen while it is less than a burst ahead.
 * So there is no window, and no edge of one to straddle: in any time t at
 * most burst + t / every_ns happen.
 *
 * Times are of the wall clock, so that they mean the same after a restart.
 * A clock that is put back costs at most the burst.
 *
 * Layer: limit.
 */
#ifndef LIMIT_RATE_H
#define LIMIT_RATE_H

#include "base/rate.h"
#include "base/str.h"

/* What an answer says of it. */
struct rate_state {
	uint64_t limit;     /* the burst; 0: there is no limit */
	uint64_t remaining; /* that may happen at once now */
	uint64_t reset_s;   /* until all of the burst may, rounded up */
	uint64_t retry_s;   /* until the next may, 1 at least; 0: it may now */
};

/* One more of the token of that name; false: it may not, and was not counted.
 * Cost: some 50 ns. */
bool rate_name(struct str name, const struct rate *r, uint64_t now_ns,
    struct rate_state *ret) NONNULL NODISCARD;

/*
 * The same of a peer, by a hash of its address, which backs off: one that may
 * not is counted too, so who goes on waits longer, up to LIMIT_BACK_OFF
 * bursts.  There are 4,096 cells; of
 * many peers those are forgotten that are soonest at rest.  Where two share
 * 29 bits of their hashes they share a cell.  The grain is a millisecond.
 */
bool rate_peer(uint64_t peer, const struct rate *r, uint64_t now_ns,
    struct rate_state *ret) NONNULL NODISCARD;

#endif
