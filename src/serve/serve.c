/* SPDX-License-Identifier: ISC */
#include "serve/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/limits.h"
#include "conn/pass.h"
#include "serve/hold.h"
#include "serve/jobs.h"
#include "serve/listen.h"
#include "serve/look.h"
#include "serve/refuse.h"
#include "serve/source.h"
#include "serve/template.h"

#define ACCEPTS_AT_ONCE 32
#define TIDY_MS         1000  /* quiet time before the store is tidied */
#define READY_MS        10000 /* for the template to come up */
#define STOP_MS         3000  /* for requests to end in order */

/* What an epoll event is about: the upper half of its data. */
enum wakeup {
	SOURCE_LISTEN,
	SOURCE_SIGNAL,
	SOURCE_CONTROL,
	SOURCE_LEASE,
	SOURCE_REFUSED = REFUSE_SOURCE,
};

struct server {
	const struct serve_conf *conf;
	const struct policy *policy;
	struct template template;
	struct jobs jobs;
	struct hold hold;
	struct listeners listeners;
	int epoll;
	int signals;
	struct refused refused;
	uint64_t connections; /* leases that are out */
	struct sources sources;
	uint64_t tried;   /* the generation last loaded, or that failed to */
	int waiting_conn; /* accepted, and no room took it yet; or -1 */
	int waiting_lease;
	uint64_t last; /* clock_ms of the last accept or end */
	bool tidy;     /* something may be left to do in the store */
	bool ready;
	bool stop;
	bool failed; /* the reason to stop */
};

static int
watch(struct server *s, enum wakeup source, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN,
		.data.u64 = (uint64_t)source << 32 | (uint32_t)fd };

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev);
}

/* ---- connections */

/* Try to give what was accepted to a room; false while the queue is full. */
static bool
give_waiting(struct server *s)
{
	if (s->waiting_conn < 0)
		return true;
	if (template_give(&s->template, s->waiting_conn, s->waiting_lease) ==
	    ERR_BUSY)
		return false;
	s->waiting_conn = -1;
	return true;
}

/* from: the peer's address where it counts, else NULL. */
static void
dispatch(struct server *s, int conn, const unsigned char *from)
{
	int lease[2];

	if (pipe2(lease, O_CLOEXEC) < 0) {
		refuse_one(&s->refused, s->epoll, conn);
		return;
	}
	if ((from != NULL &&
		source_add(&s->sources, lease[0], from) != ERR_OK) ||
	    watch(s, SOURCE_LEASE, lease[0]) < 0) {
		source_drop(&s->sources, lease[0]);
		(void)close(lease[0]);
		(void)close(lease[1]);
		refuse_one(&s->refused, s->epoll, conn);
		return;
	}
	s->connections++;
	s->waiting_conn = conn;
	s->waiting_lease = lease[1];
	(void)give_waiting(s);
}

static bool
is_greedy(const struct server *s, const unsigned char addr[16])
{
	const uint64_t max = s->policy->max_per_source;

	return max > 0 && source_count(&s->sources, addr) >= max;
}

static void
accept_some(struct server *s, int listener)
{
	for (int i = 0; i < ACCEPTS_AT_ONCE && give_waiting(s); i++) {
		struct sockaddr_storage peer = { 0 };
		socklen_t len = sizeof(peer);
		unsigned char addr[16];
		int conn = accept4(listener, (struct sockaddr *)&peer, &len,
		    SOCK_CLOEXEC);
		const bool counts = source_of(&peer, addr);

		if (conn < 0)
			return; /* none left, or no descriptor: next round */
		s->last = clock_ms();
		s->tidy = s->jobs.sweep = true;
		if (s->connections >= s->policy->max_connections ||
		    (counts && is_greedy(s, addr)))
			refuse_one(&s->refused, s->epoll, conn);
		else
			dispatch(s, conn, counts ? addr : NULL);
	}
}

/*
 * Out of the set first: close(2) alone does that only with the last
 * reference, and a template that is just being exec'd has one for a moment.
 */
static void
lease_ended(struct server *s, int lease)
{
	(void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, lease, NULL);
	(void)close(lease);
	source_drop(&s->sources, lease);
	template_bury(&s->template);
	s->connections--;
	s->last = clock_ms();
}

/* ---- the template */

/* Cannot go on; nothing is left half-served. */
static void
give_up(struct server *s, const char *step, const char *why)
{
	EVENT_LOG(EVENT_START_FAILED, { "step", str_from(step) },
	    { "why", str_from(why) });
	s->failed = s->stop = true;
}

static void
start_template(struct server *s)
{
	if (template_fails(&s->template))
		give_up(s, "worker", "it ends at once, again and again");
	else if (template_start(&s->template) != ERR_OK ||
	    watch(s, SOURCE_CONTROL, s->template.control) < 0)
		give_up(s, "worker", strerror(errno));
}

static void
hear_template(struct server *s, int control)
{
	if (control != s->template.control)
		return;
	switch (template_heard(&s->template)) {
	case PASS_SAYS_READY:
		s->ready = true;
		break;
	case PASS_SAYS_JOBS:
		jobs_start(&s->jobs);
		break;
	case PASS_SAYS_REPLACE:
		EVENT_LOG(EVENT_TEMPLATE, { "why", STR("forks") });
		start_template(s);
		break;
	case '\0':
		EVENT_LOG(EVENT_TEMPLATE, { "why", STR("death") });
		start_template(s);
		break;
	default:
		break;
	}
}

/*
 * The token map says that there is a newer configuration: rooms of it, for
 * new connections.  The old ones see the same and end after an answer.
 * Tried once for each generation, for one that cannot be read stays so.
 */
static void
follow(struct server *s)
{
	struct policy *fresh;
	const char *why = "";

	if (!policy_stale(s->policy) ||
	    token_map_generation(s->policy->tokens) == s->tried)
		return;
	s->tried = token_map_generation(s->policy->tokens);
	if (policy_load(&s->policy->home, &s->conf->flags, &fresh, &why) !=
	    ERR_OK) {
		EVENT_LOG(EVENT_WARNING, { "step", STR("reload") },
		    { "why", str_from(why) });
		return;
	}
	look_settings(fresh);
	s->policy = fresh; /* the old one stays: its strings are in use */
	template_end(&s->template);
	if (template_init(&s->template, s->conf) != ERR_OK) {
		give_up(s, "reload", strerror(errno));
		return;
	}
	EVENT_LOG(EVENT_TEMPLATE, { "why", STR("configuration") });
	start_template(s);
}

/* Asked to read the configuration again.  One that is wrong changes nothing;
 * a right one becomes the next generation, which everybody follows. */
static void
reload(const struct server *s)
{
	const struct home *home = &s->policy->home;
	struct policy *fresh = NULL;
	const char *why = "";

	if (policy_load(home, &s->conf->flags, &fresh, &why) != ERR_OK ||
	    token_map_bump(home->data, &why) != ERR_OK)
		EVENT_LOG(EVENT_WARNING, { "step", STR("reload") },
		    { "why", str_from(why) });
	if (fresh != NULL)
		policy_free(fresh);
}

/* ---- the loop */

static void
on_signal(struct server *s)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		switch (info.ssi_signo) {
		case SIGHUP:
			reload(s);
			break;
		case SIGCHLD:
			while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
				jobs_reap(&s->jobs, pid, status);
				look_child(pid, status);
			}
			template_bury(&s->template);
			break;
		default:
			s->stop = true;
			break;
		}
}

static void
on_event(struct server *s, const struct epoll_event *ev)
{
	const int fd = (int)(uint32_t)ev->data.u64;

	switch ((enum wakeup)(ev->data.u64 >> 32)) {
	case SOURCE_LISTEN:
		accept_some(s, fd);
		break;
	case SOURCE_SIGNAL:
		on_signal(s);
		break;
	case SOURCE_CONTROL:
		hear_template(s, fd);
		break;
	case SOURCE_LEASE:
		lease_ended(s, fd);
		break;
	case SOURCE_REFUSED:
		refuse_drain(&s->refused, fd);
		break;
	default:
		break;
	}
}

/* Milliseconds until there is something to do without an event; -1: never. */
static int
next_timeout(const struct server *s)
{
	const int sweep = jobs_timeout(&s->jobs);
	uint64_t quiet = clock_ms() - s->last, limit = 0;

	if (s->waiting_conn >= 0)
		return 1;
	if (s->refused.n > 0)
		return 50;
	if (s->tidy)
		return quiet >= TIDY_MS ? 0 : (int)(TIDY_MS - quiet);
	if (s->conf->idle_exit_s == 0 || s->connections > 0 || s->jobs.pid > 0)
		return sweep;
	limit = s->conf->idle_exit_s * MS_PER_S;
	if (sweep >= 0 && quiet + (uint64_t)sweep < limit)
		return sweep;
	return quiet >= limit ? 0 : (int)(limit - quiet);
}

static void
on_quiet(struct server *s)
{
	const uint64_t quiet = clock_ms() - s->last;

	if (s->tidy && quiet >= TIDY_MS) {
		s->tidy = hold_tend(&s->hold, s->policy);
		look_disk(s->policy);
	}
	if (s->conf->idle_exit_s == 0 || s->connections > 0 || s->tidy ||
	    quiet < s->conf->idle_exit_s * MS_PER_S)
		return;
	/* The last thing to do: what the connections have left. */
	if (s->jobs.sweep)
		jobs_start(&s->jobs);
	else if (s->jobs.pid == 0)
		s->stop = true;
}

static void
turn(struct server *s, int timeout)
{
	struct epoll_event evs[64];
	int n = epoll_wait(s->epoll, evs, NELEM(evs), timeout);

	for (int i = 0; i < n; i++)
		on_event(s, &evs[i]);
	(void)give_waiting(s);
	refuse_expire(&s->refused);
	if (!s->stop)
		follow(s);
	/* Connections that come without a pause do not put it off. */
	if (!s->stop && jobs_timeout(&s->jobs) == 0)
		jobs_start(&s->jobs);
	if (n == 0)
		on_quiet(s);
}

/* ---- start and end */

/* A lease each, and those that are told 503. */
static void
raise_files(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &l);
	}
}

static enum err
open_signals(struct server *s)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	/* Rooms whose template died come to us, so that none stays a zombie. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) < 0 ||
	    (s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0 ||
	    (s->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0 ||
	    watch(s, SOURCE_SIGNAL, s->signals) < 0)
		return ERR_INTERNAL;
	return ERR_OK;
}

static void
say_ready(const struct server *s)
{
	struct buf line CLEANUP(buf_free) = BUF_INIT(KIB(4));

	BUF_LIT(&line, "doorward: ready on");
	listen_names(&s->listeners, &line);
	buf_putc(&line, '\n');
	(void)fwrite(line.p, 1, line.len, stdout);
	(void)fflush(stdout);
	(void)sd_notify(0, "READY=1");
	EVENT_LOG(EVENT_READY,
	    { "sockets", EVENT_NUM((int64_t)s->listeners.n) });
}

static enum err
start(struct server *s)
{
	const uint64_t deadline = clock_ms() + READY_MS;
	enum err e;

	raise_files();
	if ((e = listen_all(s->conf, &s->listeners)) != ERR_OK ||
	    (e = hold_open(s->policy, &s->hold)) != ERR_OK)
		return e;
	if ((e = open_signals(s)) != ERR_OK ||
	    (e = template_init(&s->template, s->conf)) != ERR_OK) {
		give_up(s, "descriptors", strerror(errno));
		return e;
	}
	start_template(s);
	while (!s->ready && !s->stop && clock_left(deadline) > 0)
		turn(s, clock_left(deadline));
	if (!s->ready)
		return ERR_SANDBOX;
	for (size_t i = 0; i < s->listeners.n; i++)
		if (watch(s, SOURCE_LISTEN, s->listeners.fd[i]) < 0)
			return ERR_INTERNAL;
	s->last = clock_ms();
	s->tidy = s->jobs.sweep = true;
	s->jobs.last = s->last - JOBS_EVERY_MS + JOBS_FIRST_MS;
	say_ready(s);
	return ERR_OK;
}

/*
 * What runs may end in order: rooms finish the request that they are in,
 * and waiting ones see their queue end.  The signal is repeated, as it may
 * fall between a room's look at its flag and its next system call.
 */
static void
stop(struct server *s)
{
	const uint64_t deadline = clock_ms() + STOP_MS;

	(void)sd_notify(0, "STOPPING=1");
	s->stop = true;
	listen_close(&s->listeners, s->epoll);
	if (s->waiting_conn >= 0) {
		(void)close(s->waiting_conn);
		(void)close(s->waiting_lease);
		s->waiting_conn = -1;
	}
	template_end(&s->template);
	s->jobs.again = false;
	while ((template_alive(&s->template) || s->jobs.pid > 0) &&
	    clock_left(deadline) > 0) {
		template_signal(&s->template, SIGTERM);
		jobs_stop(&s->jobs, SIGTERM);
		turn(s, 20);
	}
	template_signal(&s->template, SIGKILL);
	jobs_stop(&s->jobs, SIGKILL);
	look_killed();
	hold_close(&s->hold, s->policy);
	EVENT_LOG(EVENT_STOPPED,
	    { "connections", EVENT_NUM((int64_t)s->connections) });
}

int
serve(const struct serve_conf *c)
{
	static struct server s;

	s = (struct server){ .conf = c,
		.policy = c->policy,
		.jobs = { .conf = c },
		.waiting_conn = -1 };
	if (start(&s) != ERR_OK) {
		if (s.template.pid > 0)
			template_signal(&s.template, SIGKILL);
		return EX_UNAVAILABLE;
	}
	while (!s.stop)
		turn(&s, next_timeout(&s));
	stop(&s);
	return s.failed ? EX_UNAVAILABLE : EX_OK;
}
