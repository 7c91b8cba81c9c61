/* SPDX-License-Identifier: ISC */
#include "audit/lock.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define TRIES  1000
#define NAP_NS 200000

bool
audit_lock(int fd)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	for (int i = 0; i < TRIES; i++) {
		if (fcntl(fd, F_SETLK, &l) == 0)
			return true;
		(void)nanosleep(&nap, NULL);
	}
	return false;
}

void
audit_unlock(int fd)
{
	struct flock l = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	(void)fcntl(fd, F_SETLK, &l);
}
