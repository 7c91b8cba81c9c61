/* SPDX-License-Identifier: ISC */
/* One connection that a door handed to us: inetd, systemd with Accept=yes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "room/room.h"
#include "worker/worker.h"

static void
on_child(int sig)
{
	(void)sig;
}

/* ret gets -1 if there can be no child. */
static void
fork_room(const struct room_conf *c, pid_t *ret)
{
	*ret = fork();
	if (*ret == 0)
		room_main(c);
}

struct single {
	const struct policy *policy;
	bool stdio;
	int queue[2]; /* where the read room asks for a write room */
	int tell[2];  /* what rooms say, see room.h */
	pid_t jobs;   /* the process that works on them, or 0 */
	bool wanted;  /* and another after it */
};

static enum err
fork_reader(const struct single *s, int conn)
{
	struct room_conf c = {
		.kind = ROOM_READ,
		.policy = s->policy,
		.conn = conn,
		.queue = -1,
		.writers = s->queue[0],
		.alone = true,
		.stdio = s->stdio,
		.tell = -1,
	};
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, c.channel) < 0)
		return ERR_SANDBOX;
	fork_room(&c, &pid);
	(void)close(c.channel[0]);
	(void)close(c.channel[1]);
	return pid < 0 ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
fork_writer(const struct single *s)
{
	const struct room_conf c = {
		.kind = ROOM_WRITE,
		.policy = s->policy,
		.conn = -1,
		.queue = s->queue[1],
		.writers = -1,
		.channel = { -1, -1 },
		.alone = true,
		.stdio = s->stdio,
		.tell = s->tell[1],
	};
	pid_t pid;

	fork_room(&c, &pid);
	return pid < 0 ? ERR_NO_MEMORY : ERR_OK;
}

/* One at a time; who comes too late for it gets another. */
static void
fork_jobs(struct single *s)
{
	if (!s->wanted || s->jobs > 0)
		return;
	s->wanted = false;
	s->jobs = fork();
	if (s->jobs == 0)
		room_jobs(s->policy);
}

static void
hear_rooms(struct single *s)
{
	pid_t said;

	while (read(s->tell[0], &said, sizeof(said)) == sizeof(said))
		s->wanted = s->wanted || said == 0;
}

/* True while there are rooms. */
static bool
reap(struct single *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		worker_log_end((int)pid, status);
		if (pid == s->jobs)
			s->jobs = 0;
	}
	hear_rooms(s);
	fork_jobs(s);
	return pid == 0 || s->jobs > 0;
}

/* The first writing request: one write room, once. */
static enum err
on_ask(struct single *s, bool asked)
{
	enum err e = asked ? fork_writer(s) : ERR_OK;

	(void)close(s->queue[0]);
	(void)close(s->queue[1]);
	return e;
}

static enum err
open_all(struct single *s)
{
	const struct sigaction child = { .sa_handler = on_child };
	sigset_t block;

	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGCHLD);
	if (sigaction(SIGCHLD, &child, NULL) < 0 ||
	    sigprocmask(SIG_BLOCK, &block, NULL) < 0 ||
	    pipe2(s->tell, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->queue) < 0)
		return ERR_SANDBOX;
	return ERR_OK;
}

enum err
worker_single(const struct policy *policy, int conn, bool stdio)
{
	struct single s = { .policy = policy, .stdio = stdio };
	struct pollfd fds[2];
	sigset_t none;
	enum err e;

	(void)sigemptyset(&none);
	if ((e = open_all(&s)) != ERR_OK ||
	    (e = fork_reader(&s, conn)) != ERR_OK)
		return e;
	(void)close(conn); /* the rooms' alone */
	fds[0] = (struct pollfd){ s.queue[1], POLLIN, 0 };
	fds[1] = (struct pollfd){ s.tell[0], POLLIN, 0 };
	while (reap(&s)) {
		if (ppoll(fds, NELEM(fds), NULL, &none) <= 0 ||
		    fds[0].revents == 0)
			continue;
		fds[0].fd = -1;
		if ((e = on_ask(&s,
			 (fds[0].revents & POLLIN) != 0 &&
			     !policy->read_only)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}
