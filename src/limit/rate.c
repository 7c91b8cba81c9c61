/* SPDX-License-Identifier: ISC */
#include "limit/rate.h"

#include "base/clock.h"
#include "base/limits.h"
#include "limit/shared.h"

#define NAME_PROBES 16

/* A peer's word: so many bits of its hash above a time in units of 2^20 ns:
 * both change at once. */
#define TAG_BITS  20
#define TIME_BITS (64 - TAG_BITS)
#define GRAIN     20
/* Now, until long after 2200, and the longest wait. */
_Static_assert(((UINT64_C(3600) * NS_PER_S >> GRAIN) + 1) * LIMIT_RATE *
	    LIMIT_BACK_OFF <
	(UINT64_C(7) << (TIME_BITS - 3)),
    "fits");

static uint64_t
seconds_up(uint64_t ns)
{
	return ns / NS_PER_S + (ns % NS_PER_S != 0);
}

/*
 * *tat is moved if it may happen, and, up to `bursts` ahead, if it may not:
 * with 1 what is refused costs nothing.  All times are in units of 2^grain
 * ns.  One further ahead than can have come about is that of a clock that was
 * put back, or damaged: then all that can be spent is.
 */
static bool
conforms(const struct rate *r, unsigned grain, uint64_t bursts, uint64_t now_ns,
    uint64_t *tat, struct rate_state *ret)
{
	const uint64_t every =
	    (r->every_ns + (UINT64_C(1) << grain) - 1) >> grain;
	const uint64_t whole = every * r->burst, now = now_ns >> grain;
	const uint64_t most = whole * bursts;
	uint64_t ahead = *tat > now ? *tat - now : 0;
	bool may;

	if (ahead > most)
		ahead = most;
	may = ahead + every <= whole;
	if (ahead + every <= most)
		ahead += every;
	*tat = now + ahead;
	*ret = (struct rate_state){ .limit = r->burst,
		.remaining = ahead < whole ? (whole - ahead) / every : 0,
		.reset_s = seconds_up(ahead << grain) };
	if (!may)
		ret->retry_s = seconds_up((ahead + every - whole) << grain);
	return may;
}

/* FNV-1a, 64 bits; never 0. */
static uint64_t
key_of(struct str name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.p[i]) * UINT64_C(0x100000001b3);
	return h == 0 ? 1 : h;
}

/* Its cell, claimed where it has none; a full table is shared. */
static uint64_t *
cell_of(struct shared *s, uint64_t key)
{
	const size_t first = key % SHARED_NAMES;

	for (size_t i = 0; i < NAME_PROBES; i++) {
		const size_t at = (first + i) % SHARED_NAMES;
		uint64_t is = load(&s->name[at].key);

		if (is == 0 && swap(&s->name[at].key, &is, key))
			is = key;
		if (is == key)
			return &s->name[at].tat;
	}
	return &s->name[first].tat;
}

bool
rate_name(struct str name, const struct rate *r, uint64_t now_ns,
    struct rate_state *ret)
{
	uint64_t *cell, old, tat;
	bool may;

	*ret = (struct rate_state){ .limit = 0 };
	if (limit_shared == NULL || r->every_ns == 0)
		return true;
	cell = cell_of(limit_shared, key_of(name));
	old = load(cell);
	do {
		tat = old;
		may = conforms(r, 0, 1, now_ns, &tat, ret);
	} while (tat != old && !swap(cell, &old, tat));
	return may;
}

static uint64_t
time_of(uint64_t word)
{
	return word & ((UINT64_C(1) << TIME_BITS) - 1);
}

/* The peer's own word of its set, else the one that is soonest at rest. */
static uint64_t *
word_of(struct shared *s, uint64_t tag, uint64_t set, uint64_t *ret_old)
{
	uint64_t *ways = &s->peer[set * SHARED_WAYS], *found = ways;

	*ret_old = load(ways);
	for (size_t i = 0; i < SHARED_WAYS; i++) {
		const uint64_t word = load(&ways[i]);

		if (word >> TIME_BITS == tag && word != 0) {
			*ret_old = word;
			return &ways[i];
		}
		if (time_of(word) < time_of(*ret_old)) {
			found = &ways[i];
			*ret_old = word;
		}
	}
	return found;
}

bool
rate_peer(uint64_t peer, const struct rate *r, uint64_t now_ns,
    struct rate_state *ret)
{
	const uint64_t tag = peer >> TIME_BITS;
	uint64_t *word, old, tat;
	bool may;

	*ret = (struct rate_state){ .limit = 0 };
	if (limit_shared == NULL || r->every_ns == 0)
		return true;
	word = word_of(limit_shared, tag, peer % (SHARED_PEERS / SHARED_WAYS),
	    &old);
	do {
		/* Another's word has our place: we begin at rest. */
		tat = old >> TIME_BITS == tag ? time_of(old) : 0;
		may = conforms(r, GRAIN, LIMIT_BACK_OFF, now_ns, &tat, ret);
		tat |= tag << TIME_BITS;
	} while (tat != old && !swap(word, &old, tat));
	return may;
}
