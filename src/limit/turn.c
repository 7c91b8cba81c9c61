/* SPDX-License-Identifier: ISC */
#include "limit/turn.h"

#include "limit/shared.h"

uint64_t
turn_take(size_t i, uint64_t key)
{
	uint64_t old;

	if (limit_shared == NULL || i >= TURNS)
		return 0;
	old = load(&limit_shared->turn[i].key);
	/* Who sees the new key first starts the count. */
	if (old != key && swap(&limit_shared->turn[i].key, &old, key))
		store(&limit_shared->turn[i].n, 0);
	return __atomic_fetch_add(&limit_shared->turn[i].n, 1,
	    __ATOMIC_RELAXED);
}
