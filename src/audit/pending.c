/* SPDX-License-Identifier: ISC */
#include "audit/pending.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/lock.h"
#include "base/clock.h"
#include "base/crc32.h"

#define VERSION 1u
#define MUCH    (AUDIT_PENDING_MAX / 2)

static int pending = -1;

void
audit_text(char *to, size_t n, struct str s)
{
	memset(to, 0, n);
	if (s.len >= n) {
		s.len = n - 1;
		while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xc0) == 0x80)
			s.len--;
	}
	if (s.len > 0)
		memcpy(to, s.p, s.len);
}

static int
open_in(const char *data_dir, int flags)
{
	char path[4096];
	struct stat st;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/" AUDIT_PENDING,
		data_dir) >= sizeof(path))
		return -1;
	/* O_NONBLOCK: a FIFO of that name must not hold us up. */
	fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	    0600);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	(void)close(fd);
	return -1;
}

bool
audit_pending_open(const char *data_dir)
{
	const mode_t mask = umask(077);

	pending = open_in(data_dir, O_WRONLY | O_APPEND | O_CREAT);
	(void)umask(mask);
	return pending >= 0;
}

int
audit_pending_fd(void)
{
	return pending;
}

int
audit_intake_open(const char *data_dir)
{
	return open_in(data_dir, O_RDWR | O_CREAT);
}

static uint64_t
size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 0;
}

bool
audit_pending_much(void)
{
	return pending >= 0 && size_of(pending) >= MUCH;
}

bool
audit_pending_put(struct audit_pending *r)
{
	const bool refused = r->kind == STORE_NOTE_REFUSED;
	uint64_t size;
	bool done;

	if (pending < 0)
		return false;
	audit_lock(pending);
	size = size_of(pending);
	if (refused && size + 2 * sizeof(*r) > AUDIT_PENDING_MAX)
		r->kind = STORE_NOTE_LOG; /* the last: from here on, nothing */
	r->version = VERSION;
	r->pid = (uint32_t)getpid();
	r->sum = crc32_add(0, r, offsetof(struct audit_pending, sum));
	done = size + sizeof(*r) <= AUDIT_PENDING_MAX &&
	    write(pending, r, sizeof(*r)) == (ssize_t)sizeof(*r);
	audit_unlock(pending);
	return done;
}

void
audit_pending_incident(struct str name)
{
	struct audit_pending p = { .kind = STORE_NOTE_INCIDENT,
		.time = clock_wall_ns() };

	AUDIT_TEXT(p.operation, name);
	AUDIT_TEXT(p.outcome, STR("INCIDENT"));
	/* The journal has it too. */
	(void)!audit_pending_put(&p);
}
