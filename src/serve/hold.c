/* SPDX-License-Identifier: ISC */
#include "serve/hold.h"

#include "audit/pending.h"
#include "base/event.h"
#include "limit/bell.h"
#include "serve/export.h"
#include "serve/look.h"

enum err
hold_open(const struct policy *policy, struct hold *ret)
{
	static struct store_conf conf;
	const char *why = "";
	enum err e;

	conf = (struct store_conf){
		.dir = policy->home.data,
		.chain_key = policy->keys->chain,
		.digest_key = policy->keys->digest,
		.max_size = policy->max_size,
		.sync_off = policy->sync_off,
		.changed = bell_ring,
	};
	*ret = (struct hold){ .pending = -1, .reads = policy->read_only };
	/* Held open all the same: the files of the WAL stay where they are. */
	e = store_prepare(&conf, &why);
	if (e == ERR_OK)
		e = look_open(policy, &why);
	if (e == ERR_OK)
		e = store_open(&conf, ret->reads ? STORE_READ : STORE_WRITE,
		    &ret->store, &why);
	if (e == ERR_OK && !ret->reads)
		ret->pending = audit_intake_open(conf.dir);
	if (e != ERR_OK)
		EVENT_LOG(EVENT_START_FAILED, { "step", STR("store") },
		    { "error", str_from(err_row(e)->id) },
		    { "why", str_from(why) });
	return e;
}

bool
hold_tend(const struct hold *h, const struct policy *policy)
{
	bool more;

	if (h->reads)
		return false;
	more = look_tidy(h->store);
	return export_tend(policy, h->store, h->pending) || more;
}

void
hold_close(struct hold *h, const struct policy *policy)
{
	(void)hold_tend(h, policy);
	if (!h->reads)
		store_rest(h->store);
	store_close(TAKE(h->store));
}
