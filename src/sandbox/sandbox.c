/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/system.h"

struct sandbox_self sandbox_self = { .record = -1, .rules = -1 };

/*
 * Close from..to.  A hole in the table costs a call, so this is for systems
 * that have a call for ranges, and bounded by the limit elsewhere.
 */
static void
close_gap(unsigned from, unsigned to)
{
#if defined(__linux__) || defined(__FreeBSD__)
	if (close_range(from, to, 0) == 0)
		return;
#endif
	long max = sysconf(_SC_OPEN_MAX);

	if (max < 0)
		max = 65536;
	for (unsigned fd = from; fd <= to && fd < (unsigned long)max; fd++)
		(void)close((int)fd);
}

/* The lowest descriptor at or past `from` that is to stay, -1: none. */
static int
next_kept(int from, const int *keep, size_t nkeep)
{
	const int ours[] = { sandbox_self.record, sandbox_self.rules };
	int next = -1;

	for (size_t i = 0; i < nkeep + NELEM(ours); i++) {
		int fd = i < nkeep ? keep[i] : ours[i - nkeep];

		if (fd >= from && (next < 0 || fd < next))
			next = fd;
	}
	return next;
}

enum err
sandbox_close_others(const int *keep, size_t nkeep)
{
	int from = 3, fd;

	/* open(2) takes the lowest free number: the one that was missing. */
	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", O_RDWR | O_NOCTTY) != fd)
			return ERR_SANDBOX;
	while ((fd = next_kept(from, keep, nkeep)) >= 0) {
		if (fd > from)
			close_gap((unsigned)from, (unsigned)fd - 1);
		from = fd + 1;
	}
	close_gap((unsigned)from, ~0u);
	return ERR_OK;
}

#ifdef __GLIBC__
#define LIMIT_NAME enum __rlimit_resource
#else
#define LIMIT_NAME int
#endif

/* Both limits; never more than the hard one that is there. */
static bool
limit_set(LIMIT_NAME what, rlim_t n)
{
	struct rlimit l;

	if (getrlimit(what, &l) < 0)
		return false;
	if (l.rlim_max != RLIM_INFINITY && n > l.rlim_max)
		n = l.rlim_max;
	l.rlim_cur = l.rlim_max = n;
	return setrlimit(what, &l) == 0;
}

static bool
limits_set(const struct sandbox_conf *c)
{
	if (!limit_set(RLIMIT_CORE, 0))
		return false;
	if (c->max_files > 0 && !limit_set(RLIMIT_NOFILE, (rlim_t)c->max_files))
		return false;
#ifndef SANDBOX_SANITIZED
	if (c->max_memory > 0 && !limit_set(RLIMIT_DATA, c->max_memory))
		return false;
#endif
	return true;
}

/*
 * Of /etc/passwd alone: getpwnam(3) loads, as root, what nsswitch.conf(5)
 * names, and a static program cannot.
 */
static bool
user_find(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
#ifdef __linux__
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *pw = NULL;

	while (f != NULL && (pw = fgetpwent(f)) != NULL &&
	    strcmp(pw->pw_name, name) != 0)
		;
	if (f != NULL)
		(void)fclose(f);
#else
	struct passwd *pw = getpwnam(name);
#endif
	if (pw == NULL)
		return false;
	*ret_uid = pw->pw_uid;
	*ret_gid = pw->pw_gid;
	return true;
}

/* Whom root becomes: the user of the configuration, or the data's owner. */
static bool
ids_find(const struct sandbox_conf *c, uid_t *ret_uid, gid_t *ret_gid)
{
	struct stat st;

	*ret_uid = geteuid();
	*ret_gid = getegid();
	if (*ret_uid != 0)
		return true;
	if (c->user != NULL)
		return user_find(c->user, ret_uid, ret_gid);
	if (stat(c->data_dir, &st) < 0)
		return false;
	*ret_uid = st.st_uid;
	*ret_gid = st.st_gid;
	return true;
}

/* And root is out of reach. */
enum err
sandbox_become(uid_t uid, gid_t gid)
{
	bool root = geteuid() == 0;

	/* A root that stays root may lack the right, in a container. */
	if (root && setgroups(1, &gid) < 0 && (uid != 0 || errno != EPERM))
		return ERR_SANDBOX;
	if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return ERR_SANDBOX;
	if (getuid() != uid || geteuid() != uid || getgid() != gid ||
	    getegid() != gid)
		return ERR_SANDBOX;
	if (uid != 0 && (setuid(0) == 0 || seteuid(0) == 0))
		return ERR_SANDBOX;
	if (uid != 0 && root && gid != 0 && (setgid(0) == 0 || setegid(0) == 0))
		return ERR_SANDBOX;
	return ERR_OK;
}

/* On a number below 64, where the limit allows it. */
static bool
record_open(const char *data_dir)
{
	int dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;
	long max = sysconf(_SC_OPEN_MAX);
	struct stat st;

	if (dir < 0)
		return false;
	/* O_NONBLOCK: a FIFO of that name must not hold us up. */
	fd = openat(dir, SANDBOX_VIOLATIONS,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
		O_NONBLOCK | O_NOCTTY,
	    0600);
	(void)close(dir);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		sandbox_self.record = fcntl(fd, F_DUPFD_CLOEXEC,
		    max > 0 && max < 64 ? (int)max - 1 : 63);
	(void)close(fd);
	return sandbox_self.record >= 0;
}

enum err
sandbox_enter(const struct sandbox_conf *c, const char **reterr_step)
{
	uid_t uid;
	gid_t gid;
	enum err e;

	if (sandbox_self.entered) {
		*reterr_step = "entered twice";
		return ERR_SANDBOX;
	}
	if (!limits_set(c)) {
		*reterr_step = "resource limits";
		return ERR_SANDBOX;
	}
	if (!ids_find(c, &uid, &gid)) {
		*reterr_step = "whom to become";
		return ERR_SANDBOX;
	}
	if ((e = system_before_ids(reterr_step)) != ERR_OK)
		return e;
	if (sandbox_become(uid, gid) != ERR_OK) {
		*reterr_step = "user and group ids";
		return ERR_SANDBOX;
	}
	if ((e = system_drop(reterr_step)) != ERR_OK)
		return e;
	/* As the user it belongs to: the next worker may not be root. */
	if (!c->none && !record_open(c->data_dir)) {
		*reterr_step = "violations file";
		return ERR_SANDBOX;
	}
	sandbox_self.none = c->none;
	if (!c->none && (e = system_enter(c, reterr_step)) != ERR_OK)
		return e;
	sandbox_self.entered = true;
	return ERR_OK;
}

uint64_t
sandbox_violations(void)
{
	struct stat st;

	if (sandbox_self.record < 0 || fstat(sandbox_self.record, &st) < 0)
		return 0;
	return (uint64_t)st.st_size / sizeof(struct sandbox_violation);
}

enum err
sandbox_keep_dirs(int from, int to)
{
	return sandbox_self.none ? ERR_OK : system_keep_dirs(from, to);
}

enum err
sandbox_seal(enum sandbox_role role, const char **reterr_step)
{
	enum err e;

	if (!sandbox_self.entered) {
		*reterr_step = "sealed before stage 1";
		return ERR_SANDBOX;
	}
	if (sandbox_self.role != SANDBOX_ROLE_WORKER) {
		*reterr_step = "sealed twice";
		return ERR_SANDBOX;
	}
	if (!sandbox_self.none &&
	    (e = system_seal(role, reterr_step)) != ERR_OK)
		return e;
	sandbox_self.role = SANDBOX_ROLE(role);
	return ERR_OK;
}
