/* SPDX-License-Identifier: ISC */
#include "limit/count.h"

#include "limit/shared.h"

static const unsigned statuses[] = {
#define COUNT_STATUS(status) [COUNT_##status] = (status),
#include "limit/count.tbl"
};
_Static_assert(NELEM(statuses) == COUNT_STATUSES, "a number for each");

static const struct str gates[] = {
#define COUNT_GATE(id, name) [COUNT_GATE_##id] = STR_INIT(name),
#include "limit/count.tbl"
};
_Static_assert(NELEM(gates) == COUNT_GATES, "a name for each");

static const uint64_t bounds[] = {
#define COUNT_BUCKET(id, ns, name) [COUNT_UPTO_##id] = (ns),
#include "limit/count.tbl"
};
_Static_assert(NELEM(bounds) == COUNT_BUCKETS, "a bound for each");

void
count_request(enum count_surface s, bool writes, unsigned status,
    uint64_t took_ns)
{
	struct counts *c;
	size_t at = 0, upto = 0;

	if (limit_shared == NULL)
		return;
	c = &limit_shared->count;
	while (at < COUNT_STATUSES && statuses[at] != status)
		at++;
	if (at == COUNT_STATUSES)
		at = COUNT_500;
	while (took_ns > bounds[upto])
		upto++;
	add(&c->request[s][writes][at], 1);
	add(&c->bucket[writes][upto], 1);
	add(&c->sum_ns[writes], took_ns);
}

void
count_refusal(const char *gate)
{
	size_t at = 0;

	if (limit_shared == NULL)
		return;
	while (at < COUNT_GATE_OTHER && !str_eq(str_from(gate), gates[at]))
		at++;
	add(&limit_shared->count.refusal[at], 1);
}

void
count_event(enum count_event e)
{
	if (limit_shared != NULL)
		add(&limit_shared->count.event[e], 1);
}
