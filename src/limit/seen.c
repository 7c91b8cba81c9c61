/* SPDX-License-Identifier: ISC */
#include "limit/seen.h"

#include <sys/statvfs.h>

#include "limit/mark.h"
#include "limit/shared.h"

static const struct event_field no_field;

void
seen_crash(void)
{
	count_event(COUNT_CRASHES);
	incident_raise(INCIDENT_CRASH, no_field);
}

void
seen_lost(void)
{
	for (unsigned n = mark_lost(); n > 0; n--)
		seen_crash();
}

/* Fewer than before: somebody has put the file away. */
void
seen_violations(uint64_t records)
{
	uint64_t old;

	if (limit_shared == NULL)
		return;
	old = load(&limit_shared->seen);
	while (old != records)
		if (swap(&limit_shared->seen, &old, records)) {
			if (records > old)
				incident_raise(INCIDENT_VIOLATION, no_field);
			return;
		}
}

void
seen_disk(const char *dir, uint64_t least)
{
	struct statvfs st;
	uint64_t left;

	if (least == 0 || statvfs(dir, &st) < 0)
		return;
	left = (uint64_t)st.f_bavail * st.f_frsize;
	if (left < least)
		incident_raise(INCIDENT_DISK,
		    (struct event_field){ "free",
			EVENT_NUM(
			    (int64_t)(left < INT64_MAX ? left : INT64_MAX)) });
}
