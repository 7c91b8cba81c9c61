/* SPDX-License-Identifier: ISC */
/*
 * count - how often what happened, over all processes and since the file was
 * made.  count.tbl is the list.
 *
 * Layer: limit.
 */
#ifndef LIMIT_COUNT_H
#define LIMIT_COUNT_H

#include "base/buf.h"
#include "base/str.h"

enum count_surface {
#define COUNT_SURFACE(id, name) COUNT_##id,
#include "limit/count.tbl"
	COUNT_SURFACES
};

enum count_status {
#define COUNT_STATUS(status) COUNT_##status,
#include "limit/count.tbl"
	COUNT_STATUSES
};

enum count_gate {
#define COUNT_GATE(id, name) COUNT_GATE_##id,
#include "limit/count.tbl"
	COUNT_GATES
};

enum count_bucket {
#define COUNT_BUCKET(id, ns, name) COUNT_UPTO_##id,
#include "limit/count.tbl"
	COUNT_BUCKETS
};

enum count_event {
#define COUNT_EVENT(id, name, help) COUNT_##id,
#include "limit/count.tbl"
	COUNT_EVENTS
};

/* One room answered; `writes`: the room that may write.  took_ns is from the
 * last byte of the head, there, to the last of the answer. */
void count_request(enum count_surface s, bool writes, unsigned status,
    uint64_t took_ns);
/* By its name in gate.c; one that count.tbl does not know is "other". */
void count_refusal(const char *gate) NONNULL;
void count_event(enum count_event e);

/* What is not counted but looked at, for the same page. */
struct count_gauges {
	uint64_t violations;    /* the sandbox's, in all */
	uint64_t database, wal; /* bytes */
	uint64_t tables;        /* or COUNT_UNTOLD */
};
#define COUNT_UNTOLD UINT64_MAX

/*
 * All of it in the text format of Prometheus, version 0.0.4, which readers
 * of OpenMetrics take as well.  Nothing of it is from a peer.
 */
void count_text(const struct count_gauges *g, struct buf *out) NONNULL;

/* Private to limit: as it lies in the file. */
struct counts {
	uint64_t request[COUNT_SURFACES][2][COUNT_STATUSES];
	uint64_t refusal[COUNT_GATES];
	uint64_t bucket[2][COUNT_BUCKETS]; /* each without the ones below */
	uint64_t sum_ns[2];
	uint64_t event[COUNT_EVENTS];
};

#endif
