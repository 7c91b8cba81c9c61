/* SPDX-License-Identifier: ISC */
/* Many connections: spare rooms, forked before they are needed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/event.h"
#include "base/limits.h"
#include "conn/pass.h"
#include "room/room.h"
#include "worker/worker.h"

#define SPARES_MAX 64
#define REFILL_NS  (2 * 1000 * 1000)

struct template
{
	const struct policy *policy;
	const struct worker_queues *q;
	int tell[2]; /* what rooms say, see room.h */
	pid_t idle[2][SPARES_MAX];
	size_t nidle[2];
	unsigned forks;
	bool retired; /* no more spares: another template takes over */
};

static const size_t spares_wanted[2] = {
	[ROOM_READ] = LIMIT_SPARE_READERS,
	[ROOM_WRITE] = LIMIT_SPARE_WRITERS,
};

/* Where nothing may be written there is no write room. */
static size_t
wanted(const struct template *t, enum room_kind kind)
{
	return kind == ROOM_WRITE && t->policy->read_only ? 0 :
							    spares_wanted[kind];
}

static void
on_child(int sig)
{
	(void)sig;
}

/* In the child: keep what this kind of room needs and no more. */
NORETURN static void
become_room(struct template *t, enum room_kind kind, const int channel[2])
{
	const bool read = kind == ROOM_READ;
	const struct room_conf c = {
		.kind = kind,
		.policy = t->policy,
		.conn = -1,
		.queue = read ? t->q->read : t->q->write_recv,
		.writers = read ? t->q->write_send : -1,
		.channel = { channel[0], channel[1] },
		.tell = t->tell[1],
	};

	(void)close(t->q->control);
	(void)close(t->tell[0]);
	(void)close(read ? t->q->write_recv : t->q->read);
	if (!read)
		(void)close(t->q->write_send);
	room_main(&c);
}

static enum err
fork_spare(struct template *t, enum room_kind kind)
{
	int channel[2] = { -1, -1 };
	pid_t pid;

	if (kind == ROOM_READ &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
		return ERR_NO_MEMORY;
	if ((pid = fork()) == 0)
		become_room(t, kind, channel);
	if (kind == ROOM_READ) {
		(void)close(channel[0]);
		(void)close(channel[1]);
	}
	if (pid < 0)
		return ERR_NO_MEMORY;
	t->idle[kind][t->nidle[kind]++] = pid;
	t->forks++;
	return ERR_OK;
}

/* True if pid was an idle spare. */
static bool
forget(struct template *t, pid_t pid)
{
	for (int kind = ROOM_READ; kind <= ROOM_WRITE; kind++)
		for (size_t i = 0; i < t->nidle[kind]; i++)
			if (t->idle[kind][i] == pid) {
				t->idle[kind][i] =
				    t->idle[kind][--t->nidle[kind]];
				return true;
			}
	return false;
}

/* Bury the dead; *ret_lost counts spares that died before they had work. */
static bool
reap(struct template *t, unsigned *ret_lost)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		worker_log_end((int)pid, status);
		if (forget(t, pid))
			++*ret_lost;
	}
	return pid == 0;
}

static void
say(const struct template *t, char what)
{
	/* A listener that is gone will be noticed where control is polled. */
	if (send(t->q->control, &what, 1, MSG_NOSIGNAL) < 0)
		return;
}

static void
hear_rooms(struct template *t)
{
	pid_t pids[SPARES_MAX];
	ssize_t n = read(t->tell[0], pids, sizeof(pids));

	for (ssize_t i = 0; i < n / (ssize_t)sizeof(pids[0]); i++)
		if (pids[i] == 0)
			say(t, PASS_SAYS_JOBS);
		else
			(void)forget(t, pids[i]);
}

/* Up to what is wanted of each kind, and no more than most. */
static void
fill(struct template *t, size_t most)
{
	for (int kind = ROOM_READ; kind <= ROOM_WRITE; kind++)
		while (t->nidle[kind] < most &&
		    t->nidle[kind] < wanted(t, (enum room_kind)kind)) {
			if (t->forks >= LIMIT_FORKS) {
				t->retired = true;
				say(t, PASS_SAYS_REPLACE);
				return;
			}
			if (fork_spare(t, (enum room_kind)kind) != ERR_OK)
				return;
		}
}

/*
 * A room was taken: a connection is being served just now.  As long as there
 * are enough others the new spare waits, so that its making does not compete
 * with the serving for a processor.
 */
static const struct timespec *
when_to_fill(const struct template *t)
{
	static const struct timespec soon = { 0, REFILL_NS };
	const struct timespec *when = NULL;

	for (int kind = ROOM_READ; kind <= ROOM_WRITE && !t->retired; kind++)
		if (t->nidle[kind] < wanted(t, (enum room_kind)kind))
			when = &soon;
	return when;
}

static bool
is_short(const struct template *t)
{
	for (int kind = ROOM_READ; kind <= ROOM_WRITE; kind++) {
		const size_t n = wanted(t, (enum room_kind)kind);

		if (n > 0 && t->nidle[kind] <= n / 2)
			return true;
	}
	return false;
}

/*
 * Spares that die at once must not become a fork storm: a pause, which only
 * the listener can cut short.
 */
static bool
pause_after(struct pollfd *control, unsigned lost)
{
	return lost > 0 && poll(control, 1, 100) > 0;
}

/* The listener is gone, or has another template: wait for our rooms. */
static void
outlive(struct template *t)
{
	int status;
	pid_t pid;

	(void)close(t->q->read);
	(void)close(t->q->write_send);
	(void)close(t->q->write_recv);
	while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
		if (pid > 0)
			worker_log_end((int)pid, status);
}

enum err
worker_template(const struct policy *policy, const struct worker_queues *queues)
{
	struct template t = { .policy = policy, .q = queues };
	const struct sigaction child = { .sa_handler = on_child };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct pollfd fds[2];
	sigset_t block, none;

	(void)sigemptyset(&none);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGCHLD);
	/* The listener signals the whole group; rooms catch it themselves. */
	if (sigaction(SIGTERM, &ignore, NULL) < 0 ||
	    sigaction(SIGCHLD, &child, NULL) < 0 ||
	    sigprocmask(SIG_BLOCK, &block, NULL) < 0 ||
	    pipe2(t.tell, O_CLOEXEC | O_NONBLOCK) < 0)
		return ERR_SANDBOX;
	/* One of each serves the first connection, which may be waiting; with
	 * all others beside it the first would be ready last. */
	fill(&t, 1);
	say(&t, PASS_SAYS_READY);
	fds[0] = (struct pollfd){ queues->control, POLLIN, 0 };
	fds[1] = (struct pollfd){ t.tell[0], POLLIN, 0 };
	for (;;) {
		unsigned lost = 0;
		int n = ppoll(fds, NELEM(fds), when_to_fill(&t), &none);

		hear_rooms(&t);
		(void)reap(&t, &lost);
		if (fds[0].revents != 0 || pause_after(&fds[0], lost))
			break;
		if (!t.retired && (n == 0 || is_short(&t)))
			fill(&t, n == 0 ? SPARES_MAX : t.forks);
	}
	outlive(&t);
	return ERR_OK;
}
