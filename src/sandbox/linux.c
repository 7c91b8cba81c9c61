/* SPDX-License-Identifier: ISC */
#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "sandbox/filter.h"
#include "sandbox/landlock.h"
#include "sandbox/system.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code of a trap */
#endif

static enum err
fail(const char **reterr_step, const char *step)
{
	*reterr_step = step;
	return ERR_SANDBOX;
}

/*
 * The bounding set can only be lowered by who has CAP_SETPCAP; who has not
 * is kept from gaining anything by no_new_privs.
 */
enum err
system_before_ids(const char **reterr_step)
{
	unsigned long cap = 0;

	while (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
		cap++;
	/* EINVAL: the one behind the last. */
	if (errno == EPERM || (errno == EINVAL && cap > CAP_SETPCAP))
		return ERR_OK;
	return fail(reterr_step, "capability bounding set");
}

static bool
capabilities_clear(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
	    syscall(SYS_capset, &head, data) < 0)
		return false;
	memset(data, 0xff, sizeof(data));
	if (syscall(SYS_capget, &head, data) < 0)
		return false;
	for (size_t i = 0; i < NELEM(data); i++)
		if ((data[i].effective | data[i].permitted |
			data[i].inheritable) != 0)
			return false;
	return true;
}

enum err
system_drop(const char **reterr_step)
{
	if (!capabilities_clear())
		return fail(reterr_step, "capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(reterr_step, "no_new_privs");
	/* No tracer, no core; /proc/self of this process becomes root's. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return fail(reterr_step, "dumpable");
	return ERR_OK;
}

/* All rights that this kernel knows are handled, so none is left open. */
static int
ruleset_create(void)
{
	struct landlock_ruleset r = { .fs = LANDLOCK_FS_1 };
	long abi =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	if (abi < 1)
		return -1;
	if (abi >= 2)
		r.fs = LANDLOCK_FS_2;
	if (abi >= 3)
		r.fs = LANDLOCK_FS_3;
	if (abi >= 5)
		r.fs = LANDLOCK_FS_5;
	if (abi >= 4)
		r.net = LANDLOCK_NET_4;
	if (abi >= 6)
		r.scope = LANDLOCK_SCOPE_6;
	return (int)syscall(SYS_landlock_create_ruleset, &r, sizeof(r), 0);
}

#define RIGHTS_READ (LANDLOCK_FS_READ_FILE | LANDLOCK_FS_READ_DIR)
#define RIGHTS_MAKE                                                    \
	(RIGHTS_READ | LANDLOCK_FS_WRITE_FILE | LANDLOCK_FS_MAKE_REG | \
	    LANDLOCK_FS_MAKE_DIR)

static bool
ruleset_add(int rules, int dir, uint64_t rights)
{
	struct landlock_path path = { .allowed = rights, .fd = dir };

	if ((rights & LANDLOCK_FS_WRITE_FILE) != 0 &&
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION) >=
		3)
		path.allowed |= LANDLOCK_FS_TRUNCATE;
	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_PATH_BENEATH,
		   &path, 0) == 0;
}

/*
 * What a room that opens the database needs, and a job's files.  MAKE_REG:
 * an administrator's shell that closes last has taken -wal and -shm away.
 */
static bool
ruleset_allow(int rules, const struct sandbox_conf *c)
{
	int dir = open(c->data_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool done = dir >= 0 &&
	    ruleset_add(rules, dir, c->read_only ? RIGHTS_READ : RIGHTS_MAKE);

	if (dir >= 0)
		(void)close(dir);
	return done;
}

static bool
landlock_enter(const struct sandbox_conf *c)
{
	int rules = ruleset_create(), empty = ruleset_create();
	bool done = rules >= 0 && empty >= 0 && ruleset_allow(rules, c) &&
	    syscall(SYS_landlock_restrict_self, rules, 0) == 0;

	if (done) {
		int near =
		    sandbox_self.record > 3 ? sandbox_self.record - 1 : 3;

		sandbox_self.rules = fcntl(empty, F_DUPFD_CLOEXEC, near);
		done = sandbox_self.rules >= 0;
	}
	if (rules >= 0)
		(void)close(rules);
	if (empty >= 0)
		(void)close(empty);
	return done;
}

/* One write, no lock, no allocation.  If it fails the status still tells. */
static void
on_violation(int sig UNUSED, siginfo_t *si, void *context UNUSED)
{
	struct sandbox_violation v = {
		.time_ns = clock_wall_ns(),
		.pid = (uint32_t)getpid(),
		.uid = (uint32_t)getuid(),
		.syscall = si->si_syscall,
		.arch = si->si_arch,
		.role = sandbox_self.role,
		.version = SANDBOX_VIOLATION_VERSION,
	};

	ssize_t n UNUSED = 0;

	if (si->si_code == SYS_SECCOMP)
		n = write(sandbox_self.record, &v, sizeof(v));
	_exit(SANDBOX_EXIT);
}

static bool
trap_catch(void)
{
	struct sigaction sa = { .sa_sigaction = on_violation,
		.sa_flags = SA_SIGINFO };
	sigset_t set;

	/* Every signal waits: the record is not cut short. */
	return sigfillset(&sa.sa_mask) == 0 &&
	    sigaction(SIGSYS, &sa, NULL) == 0 && sigemptyset(&set) == 0 &&
	    sigaddset(&set, SIGSYS) == 0 &&
	    sigprocmask(SIG_UNBLOCK, &set, NULL) == 0;
}

static bool
filter_install(enum filter_role role)
{
#ifdef SANDBOX_SANITIZED
	(void)role;
	return true;
#else
	/* Not on the stack: 8 KB, and a room seals once. */
	static struct filter f;
	struct sock_fprog prog;

	f.self = (uint32_t)getpid();
	f.record = (uint32_t)sandbox_self.record;
	if (!filter_make(&f, role))
		return false;
	prog = (struct sock_fprog){ .len = f.n, .filter = f.insn };
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0;
#endif
}

enum err
system_enter(const struct sandbox_conf *c, const char **reterr_step)
{
	if (!trap_catch())
		return fail(reterr_step, "SIGSYS handler");
	if (!landlock_enter(c))
		return fail(reterr_step, "Landlock");
	if (!filter_install(FILTER_WORKER))
		return fail(reterr_step, "seccomp");
	return ERR_OK;
}

/* In the place of the empty one. */
enum err
system_keep_dirs(int from, int to)
{
	int rules = ruleset_create();

	if (rules < 0)
		return ERR_SANDBOX;
	(void)close(sandbox_self.rules);
	sandbox_self.rules = rules;
	return ruleset_add(rules, from, RIGHTS_READ) &&
		ruleset_add(rules, to, RIGHTS_MAKE) ?
	    ERR_OK :
	    ERR_SANDBOX;
}

enum err
system_seal(enum sandbox_role role, const char **reterr_step)
{
	static const enum filter_role roles[] = {
		[SANDBOX_READER] = FILTER_READER,
		[SANDBOX_WRITER] = FILTER_WRITER,
		[SANDBOX_JOB] = FILTER_JOB,
	};

	/* So that nothing opens even where the filter has a hole. */
	if (syscall(SYS_landlock_restrict_self, sandbox_self.rules, 0) < 0)
		return fail(reterr_step, "Landlock");
	(void)close(sandbox_self.rules);
	sandbox_self.rules = -1;
	if (!filter_install(roles[role]))
		return fail(reterr_step, "seccomp");
	return ERR_OK;
}
#endif
