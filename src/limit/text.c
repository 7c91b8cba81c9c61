/* SPDX-License-Identifier: ISC */
/* The page of GET /metrics. */
#include "base/clock.h"
#include "limit/count.h"
#include "limit/shared.h"

static const char *const surfaces[] = {
#define COUNT_SURFACE(id, name) [COUNT_##id] = (name),
#include "limit/count.tbl"
};
static const char *const statuses[] = {
#define COUNT_STATUS(status) [COUNT_##status] = #status,
#include "limit/count.tbl"
};
static const char *const gates[] = {
#define COUNT_GATE(id, name) [COUNT_GATE_##id] = (name),
#include "limit/count.tbl"
};
static const char *const bounds[] = {
#define COUNT_BUCKET(id, ns, name) [COUNT_UPTO_##id] = (name),
#include "limit/count.tbl"
};
static const struct {
	const char *name, *help;
} events[] = {
#define COUNT_EVENT(id, name, help) [COUNT_##id] = { (name), (help) },
#include "limit/count.tbl"
};
_Static_assert(NELEM(events) == COUNT_EVENTS, "a name for each");

static const char *const rooms[] = { "read", "write" };

static void
head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
single(struct buf *out, const char *name, const char *type, const char *help,
    uint64_t n)
{
	head(out, name, type, help);
	buf_printf(out, "%s %llu\n", name, (unsigned long long)n);
}

/* Seconds with all their digits; no floating point, no locale. */
static void
seconds(struct buf *out, uint64_t ns)
{
	buf_printf(out, "%llu.%09llu\n", (unsigned long long)(ns / NS_PER_S),
	    (unsigned long long)(ns % NS_PER_S));
}

static void
put_requests(const struct counts *c, struct buf *out)
{
	head(out, "doorward_requests_total", "counter",
	    "Requests that were answered.");
	for (size_t s = 0; s < COUNT_SURFACES; s++)
		for (size_t w = 0; w < 2; w++)
			for (size_t i = 0; i < COUNT_STATUSES; i++) {
				const uint64_t n = load(&c->request[s][w][i]);

				if (n == 0)
					continue;
				buf_printf(out,
				    "doorward_requests_total{surface=\"%s\","
				    "room=\"%s\",status=\"%s\"} %llu\n",
				    surfaces[s], rooms[w], statuses[i],
				    (unsigned long long)n);
			}
}

static void
put_refusals(const struct counts *c, struct buf *out)
{
	head(out, "doorward_refusals_total", "counter",
	    "Requests that were refused, by what refused them.");
	for (size_t i = 0; i < COUNT_GATES; i++)
		buf_printf(out, "doorward_refusals_total{gate=\"%s\"} %llu\n",
		    gates[i], (unsigned long long)load(&c->refusal[i]));
}

/* The count is the sum that is shown, whatever is counted meanwhile. */
static void
put_latency(const struct counts *c, struct buf *out)
{
	head(out, "doorward_request_duration_seconds", "histogram",
	    "From the end of the head to the end of the answer.");
	for (size_t w = 0; w < 2; w++) {
		unsigned long long n = 0;

		for (size_t i = 0; i < COUNT_BUCKETS; i++) {
			n += load(&c->bucket[w][i]);
			buf_printf(out,
			    "doorward_request_duration_seconds_bucket{"
			    "room=\"%s\",le=\"%s\"} %llu\n",
			    rooms[w], bounds[i], n);
		}
		buf_printf(out,
		    "doorward_request_duration_seconds_sum{room=\"%s\"} ",
		    rooms[w]);
		seconds(out, load(&c->sum_ns[w]));
		buf_printf(out,
		    "doorward_request_duration_seconds_count{room=\"%s\"} "
		    "%llu\n",
		    rooms[w], n);
	}
}

static void
put_gauges(const struct count_gauges *g, struct buf *out)
{
	single(out, "doorward_sandbox_violations_total", "counter",
	    "Processes that were ended for what their sandbox forbids.",
	    g->violations);
	single(out, "doorward_database_bytes", "gauge",
	    "Size of the database file.", g->database);
	single(out, "doorward_wal_bytes", "gauge",
	    "Size of the write-ahead log file.", g->wal);
	if (g->tables != COUNT_UNTOLD)
		single(out, "doorward_tables", "gauge",
		    "Tables that there are.", g->tables);
}

void
count_text(const struct count_gauges *g, struct buf *out)
{
	static const struct shared nothing;
	const struct shared *s = limit_shared != NULL ? limit_shared : &nothing;

	put_requests(&s->count, out);
	put_refusals(&s->count, out);
	put_latency(&s->count, out);
	for (size_t i = 0; i < COUNT_EVENTS; i++)
		single(out, events[i].name, "counter", events[i].help,
		    load(&s->count.event[i]));
	put_gauges(g, out);
	head(out, "doorward_counters_start_time_seconds", "gauge",
	    "When counting began, since 1970.");
	BUF_LIT(out, "doorward_counters_start_time_seconds ");
	seconds(out, load(&s->since));
}
