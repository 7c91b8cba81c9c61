/* SPDX-License-Identifier: ISC */
#include "serve/look.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/pending.h"
#include "base/clock.h"
#include "base/event.h"
#include "limit/count.h"
#include "limit/incident.h"
#include "limit/limit.h"
#include "limit/mark.h"
#include "limit/seen.h"

#define KILLED_MS 500 /* for those that were sent SIGKILL to be gone */

enum err
look_open(const struct policy *policy, const char **reterr_text)
{
	enum err e = limit_open(policy->home.data, reterr_text);

	if (e != ERR_OK)
		return e;
	if (!audit_pending_open(policy->home.data)) {
		*reterr_text = "the file " AUDIT_PENDING " cannot be opened";
		return ERR_CONF;
	}
	look_settings(policy);
	seen_lost();
	look_disk(policy);
	return ERR_OK;
}

void
look_settings(const struct policy *policy)
{
	incident_settings(&(struct incident_settings){
	    policy->incident_logins,
	    policy->incident_minutes * 60 * NS_PER_S,
	    audit_pending_incident,
	});
}

void
look_disk(const struct policy *policy)
{
	seen_disk(policy->home.data, policy->disk_free);
}

void
look_child(pid_t pid, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	mark_bury(pid);
	if (!WIFSIGNALED(status))
		return;
	EVENT_LOG(EVENT_CRASH, { "template", EVENT_NUM(pid) },
	    { "signal", EVENT_NUM(WTERMSIG(status)) });
	seen_crash();
}

void
look_killed(void)
{
	const uint64_t deadline = clock_ms() + KILLED_MS;
	pid_t pid;

	while (clock_left(deadline) > 0 &&
	    ((pid = waitpid(-1, NULL, WNOHANG)) >= 0 || errno == EINTR)) {
		if (pid > 0)
			mark_bury(pid);
		else
			(void)usleep(1000);
	}
}

bool
look_tidy(struct store *s)
{
	const unsigned before = store_checkpoints(s);
	const bool did = store_tidy(s);

	if (store_checkpoints(s) != before)
		count_event(COUNT_CHECKPOINTS);
	return did;
}
