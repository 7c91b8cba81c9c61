/* SPDX-License-Identifier: ISC */
#include "serve/template.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "conn/pass.h"
#include "serve/spawn.h"

#define QUICK_MS  1000 /* a template that dies sooner is broken */
#define QUICK_MAX 5

/* A copy of fd above the numbers that the template gets. */
static int
high(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, PASS_FD_WRITE_RECV + 1);

	(void)close(fd);
	return copy;
}

enum err
template_init(struct template *t, const struct serve_conf *c)
{
	int read_q[2], write_q[2];

	t->conf = c;
	t->control = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, read_q) < 0)
		return ERR_NO_MEMORY;
	t->read_send = read_q[0];
	t->read_recv = read_q[1];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, write_q) < 0)
		return ERR_NO_MEMORY;
	t->read_recv = high(t->read_recv);
	t->write_send = high(write_q[0]);
	t->write_recv = high(write_q[1]);
	return t->read_recv < 0 || t->write_send < 0 || t->write_recv < 0 ?
	    ERR_NO_MEMORY :
	    ERR_OK;
}

static enum err
spawn(struct template *t, int control)
{
	/* All are above PASS_FD_WRITE_RECV, see high(). */
	const struct spawn_fd fds[] = {
		{ control, PASS_FD_CONTROL },
		{ t->read_recv, PASS_FD_READ },
		{ t->write_send, PASS_FD_WRITE_SEND },
		{ t->write_recv, PASS_FD_WRITE_RECV },
	};

	return spawn_worker(t->conf, "--template", fds, NELEM(fds), &t->pid);
}

static bool
is_gone(pid_t group)
{
	return kill(-group, 0) < 0 && errno == ESRCH;
}

void
template_bury(struct template *t)
{
	for (size_t i = 0; i < NELEM(t->old); i++)
		if (t->old[i] > 0 && is_gone(t->old[i]))
			t->old[i] = 0;
}

/*
 * Remember the template that goes on until its rooms have ended.  Where
 * there are too many the oldest one's rooms have to end now, each with the
 * request that it is in.
 */
static void
retire(struct template *t)
{
	const size_t last = NELEM(t->old) - 1;
	size_t i = 0;

	template_bury(t);
	while (i < last && t->old[i] > 0)
		i++;
	if (t->old[i] > 0) {
		(void)kill(-t->old[0], SIGTERM);
		memmove(t->old, t->old + 1, last * sizeof(t->old[0]));
	}
	t->old[i] = t->pid;
	t->pid = -1;
}

bool
template_fails(struct template *t)
{
	t->quick = clock_ms() - t->started < QUICK_MS ? t->quick + 1 : 0;
	return t->quick >= QUICK_MAX;
}

enum err
template_start(struct template *t)
{
	int pair[2];
	enum err e;

	if (t->control >= 0)
		(void)close(t->control);
	t->control = -1;
	if (t->pid > 0)
		retire(t);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return ERR_NO_MEMORY;
	pair[1] = high(pair[1]);
	t->started = clock_ms();
	e = spawn(t, pair[1]);
	(void)close(pair[1]);
	if (e != ERR_OK) {
		(void)close(pair[0]);
		return e;
	}
	t->control = pair[0];
	(void)fcntl(t->control, F_SETFL, O_NONBLOCK);
	return ERR_OK;
}

enum err
template_give(struct template *t, int conn, int lease)
{
	const int fds[2] = { conn, lease };
	enum err e = pass_send(t->read_send, fds, 2, false);

	if (e == ERR_BUSY)
		return e;
	(void)close(conn);
	(void)close(lease);
	return e;
}

char
template_heard(struct template *t)
{
	char byte;
	ssize_t n = recv(t->control, &byte, 1, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return ' ';
	return n == 1 ? byte : '\0';
}

void
template_end(struct template *t)
{
	(void)close(t->read_send);
	(void)close(t->read_recv);
	(void)close(t->write_send);
	(void)close(t->write_recv);
	if (t->control >= 0)
		(void)close(t->control);
	t->control = -1;
}

bool
template_alive(struct template *t)
{
	if (t->pid > 0 && is_gone(t->pid))
		t->pid = -1;
	template_bury(t);
	for (size_t i = 0; i < NELEM(t->old); i++)
		if (t->old[i] > 0)
			return true;
	return t->pid > 0;
}

void
template_signal(const struct template *t, int sig)
{
	if (t->pid > 0)
		(void)kill(-t->pid, sig);
	for (size_t i = 0; i < NELEM(t->old); i++)
		if (t->old[i] > 0)
			(void)kill(-t->old[i], sig);
}
