/* SPDX-License-Identifier: ISC */
#include "limit/incident.h"

#include "base/clock.h"
#include "limit/rate.h"
#include "limit/shared.h"

static const char *const names[] = {
#define INCIDENT(id, name, text) [INCIDENT_##id] = (name),
#include "limit/incident.tbl"
#undef INCIDENT
};
_Static_assert(NELEM(names) == INCIDENT__MAX, "a name for each");

static struct incident_settings settings;

void
incident_settings(const struct incident_settings *s)
{
	settings = *s;
}

const char *
incident_name(enum incident kind)
{
	return names[kind];
}

/* One that was told in the future was told by a clock that was put back. */
bool
incident_due(enum incident kind, uint64_t now_ns, uint64_t quiet_ns,
    uint64_t *ret_before)
{
	uint64_t told;

	*ret_before = 0;
	if (limit_shared == NULL)
		return true;
	told = load(&limit_shared->incident[kind].told);
	if ((told != 0 && told <= now_ns && now_ns - told < quiet_ns) ||
	    !swap(&limit_shared->incident[kind].told, &told, now_ns)) {
		add(&limit_shared->incident[kind].more, 1);
		return false;
	}
	*ret_before = __atomic_exchange_n(&limit_shared->incident[kind].more, 0,
	    __ATOMIC_RELAXED);
	return true;
}

void
incident_raise(enum incident kind, struct event_field extra)
{
	uint64_t before;

	if (!incident_due(kind, clock_wall_ns(), settings.quiet_ns, &before))
		return;
	EVENT_LOG(EVENT_INCIDENT, { "kind", str_from(names[kind]) },
	    { "before", EVENT_NUM((int64_t)before) }, extra);
	if (settings.record != NULL)
		settings.record(str_from(names[kind]));
}

/* The cell of all peers together has a name that no token can have. */
void
incident_login(struct str peer, uint64_t now_ns)
{
	struct rate_state s;

	if (!rate_name(STR("(logins)"), &settings.logins, now_ns, &s))
		incident_raise(INCIDENT_LOGINS,
		    (struct event_field){ "peer", peer });
}
