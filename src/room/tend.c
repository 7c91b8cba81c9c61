/* SPDX-License-Identifier: ISC */
/* What a write room does for the store behind its answers. */
#include "audit/keep.h"
#include "audit/pending.h"
#include "base/event.h"
#include "room/request.h"

#define SWEEP_EVERY 256 /* answers; it is due once an hour */

/* Where there is no listener somebody must do it. */
static void
sweep(const struct room *r)
{
	struct str sinks[POLICY_SINKS];
	const struct audit_keep k = { r->policy->audit_days, sinks,
		policy_sinks(r->policy, sinks) };
	struct buf text CLEANUP(buf_free) = BUF_INIT(128);
	struct audit_point at;

	if (audit_sweep(r->store, &k, false, &at) != ERR_OK || at.seq == 0)
		return;
	audit_point_put(&text, &at);
	EVENT_LOG(EVENT_CHAIN, { "at", buf_str(&text) });
}

void
room_tidy(struct room *r)
{
	const unsigned before = store_checkpoints(r->store);

	(void)store_tidy(r->store);
	if (store_checkpoints(r->store) != before)
		count_event(COUNT_CHECKPOINTS);
	(void)audit_intake(r->store, r->pending, false);
	if (r->tidied++ % SWEEP_EVERY == 0 && !r->policy->sync_off)
		sweep(r);
}
