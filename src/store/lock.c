/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>

#include "base/clock.h"
#include "store/internal.h"

/* The timer rings again every so often: one alarm that comes between two
 * calls of flock() would be lost. */
#define AGAIN_US 10000

static void
on_alarm(int sig)
{
	(void)sig; /* it only ends flock() with EINTR */
}

int
lock_open(const char *path, bool create)
{
	struct sigaction sa = { .sa_handler = on_alarm }; /* no SA_RESTART */

	(void)sigemptyset(&sa.sa_mask);
	if (sigaction(SIGALRM, &sa, NULL) != 0)
		return -1;
	if (create)
		return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	/* For flock() any mode will do. */
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

static void
timer_set(uint64_t ms)
{
	struct itimerval t = { 0 };

	if (ms > 0) {
		t.it_value.tv_sec = (time_t)(ms / MS_PER_S);
		t.it_value.tv_usec = (suseconds_t)(ms % MS_PER_S * 1000);
		t.it_interval.tv_usec = AGAIN_US;
	}
	(void)setitimer(ITIMER_REAL, &t, NULL);
}

enum err
lock_take(int fd, uint64_t deadline)
{
	int left, rc;

	/* Mostly it is free, and no timer is needed to find that out.  It is
	 * no less fair: a flock() that waits tries first in the same way. */
	while ((rc = flock(fd, LOCK_EX | LOCK_NB)) != 0 && errno == EINTR)
		;
	if (rc == 0)
		return ERR_OK;
	if (errno != EWOULDBLOCK)
		return ERR_STORE;
	if ((left = clock_left(deadline)) == 0)
		return ERR_BUSY;
	timer_set((uint64_t)left);
	while ((rc = flock(fd, LOCK_EX)) != 0 && errno == EINTR &&
	    clock_left(deadline) > 0)
		;
	if (rc != 0)
		rc = errno;
	timer_set(0);
	return rc == 0 ? ERR_OK : rc == EINTR ? ERR_BUSY : ERR_STORE;
}

void
lock_drop(int fd)
{
	(void)flock(fd, LOCK_UN);
}
