/* SPDX-License-Identifier: ISC */
/* What has come about: rooms that ended badly, what the sandbox caught, a
 * disk that is nearly full. */
#include <sys/wait.h>

#include "audit/pending.h"
#include "base/clock.h"
#include "base/event.h"
#include "limit/incident.h"
#include "limit/mark.h"
#include "limit/seen.h"
#include "sandbox/sandbox.h"
#include "worker/worker.h"

void
worker_look_before(const struct policy *policy)
{
	incident_settings(&(struct incident_settings){
	    policy->incident_logins,
	    policy->incident_minutes * 60 * NS_PER_S,
	    audit_pending_incident,
	});
	seen_lost();
	seen_disk(policy->home.data, policy->disk_free);
}

void
worker_look_after(void)
{
	seen_violations(sandbox_violations());
}

void
worker_log_end(int pid, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == SANDBOX_EXIT) {
		EVENT_LOG(EVENT_VIOLATION, { "room", EVENT_NUM(pid) });
		mark_bury(pid);
		seen_violations(sandbox_violations());
	}
	if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGTERM)
		return;
	EVENT_LOG(EVENT_CRASH, { "room", EVENT_NUM(pid) },
	    { "signal", EVENT_NUM(WTERMSIG(status)) });
	mark_bury(pid);
	seen_crash();
}
