/* SPDX-License-Identifier: ISC */
/* One connection that a door handed to us: inetd, systemd with Accept=yes. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/event.h"
#include "room/room.h"
#include "sandbox/sandbox.h"
#include "worker/worker.h"

void
worker_log_end(int pid, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == SANDBOX_EXIT)
		EVENT_LOG(EVENT_VIOLATION, { "room", EVENT_NUM(pid) });
	if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGTERM)
		return;
	EVENT_LOG(EVENT_CRASH, { "room", EVENT_NUM(pid) },
	    { "signal", EVENT_NUM(WTERMSIG(status)) });
}

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

static enum err
fork_reader(const struct policy *policy, int conn, bool stdio,
    const int queue[2])
{
	struct room_conf c = {
		.kind = ROOM_READ,
		.policy = policy,
		.conn = conn,
		.queue = -1,
		.writers = queue[0],
		.stdio = stdio,
		.taken = -1,
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
fork_writer(const struct policy *policy, bool stdio, const int queue[2])
{
	const struct room_conf c = {
		.kind = ROOM_WRITE,
		.policy = policy,
		.conn = -1,
		.queue = queue[1],
		.writers = -1,
		.channel = { -1, -1 },
		.stdio = stdio,
		.taken = -1,
	};
	pid_t pid;

	fork_room(&c, &pid);
	return pid < 0 ? ERR_NO_MEMORY : ERR_OK;
}

/* True while there are rooms. */
static bool
reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		worker_log_end((int)pid, status);
	return pid == 0;
}

enum err
worker_single(const struct policy *policy, int conn, bool stdio)
{
	const struct sigaction child = { .sa_handler = on_child };
	sigset_t block, none;
	struct pollfd ask;
	int queue[2];
	enum err e;

	(void)sigemptyset(&none);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGCHLD);
	if (sigaction(SIGCHLD, &child, NULL) < 0 ||
	    sigprocmask(SIG_BLOCK, &block, NULL) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, queue) < 0)
		return ERR_SANDBOX;
	if ((e = fork_reader(policy, conn, stdio, queue)) != ERR_OK)
		return e;
	(void)close(conn); /* the rooms' alone */
	ask = (struct pollfd){ queue[1], POLLIN, 0 };
	while (reap()) {
		if (ppoll(&ask, 1, NULL, &none) <= 0)
			continue;
		/* The first writing request: one write room, once. */
		if ((ask.revents & POLLIN) != 0 && !policy->read_only)
			e = fork_writer(policy, stdio, queue);
		ask.fd = -1;
		(void)close(queue[0]);
		(void)close(queue[1]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
