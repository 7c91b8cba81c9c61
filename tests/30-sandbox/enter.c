/* SPDX-License-Identifier: ISC */
/* enter.t - what stage 1 leaves behind, and that every failure is one. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/resource.h>

#include "inside.h"

#define NOBODY 65534

/* ---- what /proc says of a process that holds a connection */

/* The text behind "name:" of /proc/pid/status. */
static struct str
field(const char *status, const char *name)
{
	const char *p = strstr(status, name);

	if (p == NULL)
		return STR("");
	p += strlen(name) + 1;
	return str_trim((struct str){ p, strcspn(p, "\n") });
}

static int
hold(void *p UNUSED)
{
	char c;

	shared->ret = getpid();
	shared->returned = true;
	while (read(0, &c, 1) >= 0)
		(void)usleep(1000);
	return 0;
}

static bool
zero(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != '0')
			return false;
	return s.len > 0;
}

static void
read_proc(long pid, const char *name, char *to, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	if ((fd = open(path, O_RDONLY)) >= 0) {
		n = read(fd, to, size - 1);
		(void)close(fd);
	}
	to[n < 0 ? 0 : n] = '\0';
}

/* The one line of a limit, without the spaces. */
static bool
limit_is(const char *limits, const char *name, const char *soft,
    const char *hard)
{
	char a[32], b[32];
	const char *p = strstr(limits, name);

	return p != NULL &&
	    sscanf(p + strlen(name), "%31s %31s", a, b) == 2 &&
	    strcmp(a, soft) == 0 && strcmp(b, hard) == 0;
}

static void
look_at(long pid, enum where w, unsigned uid, const char *who)
{
	static const char *const caps[] = { "\nCapInh", "\nCapPrm", "\nCapEff",
		"\nCapBnd", "\nCapAmb" };
	char status[4096], limits[4096], ids[64];
	struct stat st;

	read_proc(pid, "status", status, sizeof(status));
	read_proc(pid, "limits", limits, sizeof(limits));
	(void)snprintf(ids, sizeof(ids), "%u\t%u\t%u\t%u", uid, uid, uid, uid);
	is_str(field(status, "\nUid"), str_from(ids), "%s, %s: user", who,
	    where_name[w]);
	for (size_t i = 0; i < NELEM(caps); i++)
		/* Who was never root cannot empty the bounding set. */
		if (i != 3 || getuid() == 0)
			ok(zero(field(status, caps[i])), "%s, %s:%s", who,
			    where_name[w], caps[i] + 1);
	is_str(field(status, "\nNoNewPrivs"), STR("1"), "%s, %s: no_new_privs",
	    who, where_name[w]);
	if (!INSIDE_SKIP)
		is_str(field(status, "\nSeccomp"), STR("2"), "%s, %s: seccomp",
		    who, where_name[w]);
	/* Its files in /proc are root's when nobody may look into it. */
	if (uid != 0) {
		(void)snprintf(ids, sizeof(ids), "/proc/%ld/status", pid);
		ok(stat(ids, &st) == 0 && st.st_uid == 0, "%s, %s: untraceable",
		    who, where_name[w]);
	}
	ok(limit_is(limits, "Max core file size", "0", "0"), "%s, %s: no core",
	    who, where_name[w]);
	ok(limit_is(limits, "Max open files", "256", "256"),
	    "%s, %s: open files", who, where_name[w]);
	if (getuid() == 0 && uid != 0)
		is_str(field(status, "\nGroups"), STR("65534"),
		    "%s, %s: groups", who, where_name[w]);
}

static void
test_status(unsigned uid, const char *who)
{
	for (enum where w = WORKER; w < WHERE__MAX; w++) {
		int hands[2];
		pid_t pid;

		shared->returned = false;
		if (pipe(hands) < 0)
			abort();
		if ((pid = fork()) == 0) {
			(void)dup2(hands[0], 0);
			(void)close(hands[1]);
			_exit(inside(w, hold, NULL));
		}
		(void)close(hands[0]);
		for (int i = 0; i < 5000 && !*(volatile bool *)
		    &shared->returned; i++)
			(void)usleep(1000);
		if (ok(shared->returned && shared->ret > 1, "%s, %s: it runs",
			who, where_name[w])) {
			look_at(shared->ret, w, uid, who);
			(void)kill((pid_t)shared->ret, SIGTERM);
		} else
			printf("# %s\n", shared->step);
		is_int(inside_wait(pid), (-SIGTERM) & 0xff,
		    "%s, %s: and a signal from outside ends it", who,
		    where_name[w]);
		(void)close(hands[1]);
	}
}

/* The record file is the user's, so that the next worker can open it. */
static void
test_owner(unsigned uid, const char *who)
{
	char path[128];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/" SANDBOX_VIOLATIONS, inside_dir);
	ok(stat(path, &st) == 0 && st.st_uid == uid, "%s: owner of the record",
	    who);
	(void)unlink(path);
}

static void
test_ids(void)
{
	if (getuid() != 0) {
		test_status(getuid(), "as any user");
		return;
	}
	test_status(0, "root's directory");
	test_owner(0, "root's directory");
	if (chown(inside_dir, NOBODY, NOBODY) < 0)
		abort();
	test_status(NOBODY, "another's directory");
	test_owner(NOBODY, "another's directory");
	if (chown(inside_dir, 0, 0) < 0 || chmod(inside_dir, 0777) < 0)
		abort();
	inside_conf.user = "nobody";
	test_status(NOBODY, "user = nobody");
	test_owner(NOBODY, "user = nobody");
	inside_conf.user = NULL;
	if (chmod(inside_dir, 0700) < 0)
		abort();
}

/* ---- failures: fn breaks something, then stage 1 is tried */

static int
enter_after(void (*fn)(void), char *step, size_t size)
{
	const char *s = "";
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		fn();
		status = sandbox_enter(&inside_conf, &s) == ERR_SANDBOX;
		inside_step(s);
		_exit(status);
	}
	status = inside_wait(pid);
	(void)snprintf(step, size, "%s", shared->step);
	return status;
}

/* A kernel in which one call answers with an error, seen from inside. */
static void
kernel_without(unsigned nr, unsigned error)
{
	struct sock_filter insn[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		    offsetof(struct seccomp_data, nr) },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, nr },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
	};
	struct sock_fprog prog = { NELEM(insn), insn };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		_exit(99);
}

static void
no_landlock(void)
{
	kernel_without(SYS_landlock_create_ruleset, ENOSYS);
}
static void
landlock_off(void)
{
	kernel_without(SYS_landlock_create_ruleset, EOPNOTSUPP);
}
static void
no_landlock_restrict(void)
{
	kernel_without(SYS_landlock_restrict_self, E2BIG);
}
static void
no_seccomp(void)
{
	kernel_without(SYS_seccomp, EINVAL);
}
static void
no_capset(void)
{
	kernel_without(SYS_capset, EPERM);
}
static void
no_setresuid(void)
{
	kernel_without(SYS_setresuid, EAGAIN);
}

/* n descriptors are left. */
static void
descriptors_left(int n)
{
	int fd = dup(0);
	struct rlimit l = { (rlim_t)(fd + n), (rlim_t)(fd + n) };

	(void)close(fd);
	if (fd < 0 || setrlimit(RLIMIT_NOFILE, &l) < 0)
		_exit(99);
}
static void
no_descriptor(void)
{
	descriptors_left(0);
}
static void
one_descriptor(void)
{
	descriptors_left(1);
}
static void
three_descriptors(void)
{
	descriptors_left(3);
}
static void
no_directory(void)
{
	inside_conf.data_dir = "/nonexistent";
}
static void
no_user(void)
{
	inside_conf.user = "nobody-of-this-name";
}

static void
record_is(const char *what)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/" SANDBOX_VIOLATIONS, inside_dir);
	(void)unlink(path);
	if ((what == NULL ? mkfifo(path, 0600) : symlink(what, path)) < 0)
		_exit(99);
}
static void
record_fifo(void)
{
	record_is(NULL);
}
static void
record_link(void)
{
	record_is("nowhere");
}

static void
test_failures(void)
{
	static const struct {
		const char *name;
		void (*fn)(void);
		const char *step;
		bool root, seccomp;
	} cases[] = {
		{ "Landlock not built in", no_landlock, "Landlock", 0, 0 },
		{ "Landlock disabled", landlock_off, "Landlock", 0, 0 },
		{ "Landlock fails", no_landlock_restrict, "Landlock", 0, 0 },
		{ "no seccomp", no_seccomp, "seccomp", 0, 1 },
		{ "no capset", no_capset, "capabilities", 0, 0 },
		{ "no setresuid", no_setresuid, "user and group ids", 0, 0 },
		{ "no descriptor", no_descriptor, "violations file", 0, 0 },
		{ "one descriptor", one_descriptor, "violations file", 0, 0 },
		{ "three descriptors", three_descriptors, "Landlock", 0, 0 },
		{ "no directory", no_directory, NULL, 0, 0 },
		{ "no such user", no_user, "whom to become", 1, 0 },
		{ "the record is a FIFO", record_fifo, "violations file", 0,
		    0 },
		{ "the record is a link", record_link, "violations file", 0,
		    0 },
	};
	char step[64], path[128];

	(void)snprintf(path, sizeof(path), "%s/" SANDBOX_VIOLATIONS, inside_dir);
	/* What a run that failed has left must not fail this one. */
	(void)unlink("/tmp/doorward-nowhere");
	for (size_t i = 0; i < NELEM(cases); i++) {
		if ((cases[i].root && getuid() != 0) ||
		    (cases[i].seccomp && INSIDE_SKIP))
			continue;
		is_int(enter_after(cases[i].fn, step, sizeof(step)), 1,
		    "%s: refused", cases[i].name);
		if (cases[i].step != NULL)
			is_str(str_from(step), str_from(cases[i].step),
			    "%s: and the step has a name", cases[i].name);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/nowhere", inside_dir);
	ok(access(path, F_OK) < 0, "no link was followed");
}

/* ---- order */

static int
seal_first(void *p UNUSED)
{
	const char *step;

	return sandbox_seal(SANDBOX_READER, &step) == ERR_SANDBOX ? 0 : 1;
}

static int
seal_again(void *p UNUSED)
{
	const char *step;

	return sandbox_seal(SANDBOX_WRITER, &step) == ERR_SANDBOX ? 0 : 1;
}

static int
enter_again(void *p UNUSED)
{
	const char *step;

	return sandbox_enter(&inside_conf, &step) == ERR_SANDBOX ? 0 : 1;
}

/* A room in which the second Landlock ruleset cannot be had. */
static int
seal_without_rules(void *p UNUSED)
{
	const char *step;
	int e;

	(void)close(62);
	e = (int)sandbox_seal(SANDBOX_READER, &step);
	return e == ERR_SANDBOX && strcmp(step, "Landlock") == 0 ? 0 : 1;
}

static void
test_order(void)
{
	is_int(inside_room(WORKER, seal_first, NULL), 0,
	    "no seal before stage 1");
	is_int(inside(READER, seal_again, NULL), 0, "no second seal");
	is_int(inside(WORKER, enter_again, NULL), 0, "no second stage 1");
	is_int(inside(WORKER, seal_without_rules, NULL), 0,
	    "a seal that fails says so");
}

/* ---- descriptors */

static int
close_others(void *p UNUSED)
{
	const int keep[] = { 40, 12, 7 };
	int fd;

	for (fd = 3; fd < 100; fd++)
		(void)dup2(1, fd);
	(void)close(0);
	if (sandbox_close_others(keep, NELEM(keep)) != ERR_OK)
		return 1;
	for (fd = 0; fd < 200; fd++)
		if ((fcntl(fd, F_GETFD) >= 0) !=
		    (fd < 3 || fd == 7 || fd == 12 || fd == 40))
			return 2;
	if (sandbox_close_others(NULL, 0) != ERR_OK)
		return 3;
	for (fd = 3; fd < 200; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return 4;
	return 0;
}

static int
close_inside(void *p UNUSED)
{
	if (sandbox_close_others(NULL, 0) != ERR_OK)
		return 1;
	for (int fd = 3; fd < 200; fd++)
		if ((fcntl(fd, F_GETFD) >= 0) != (fd == 62 || fd == 63))
			return 2;
	return 0;
}

/* ---- memory, and none */

static int
allocate(void *p UNUSED)
{
	return mmap(NULL, MIB(64), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 1 : 0;
}

static int
without_sandbox(void *p UNUSED)
{
	char status[4096];

	read_proc(getpid(), "status", status, sizeof(status));
	if (!str_eq(field(status, "\nNoNewPrivs"), STR("1")))
		return 1;
	if (!str_eq(field(status, "\nSeccomp"), STR("0")))
		return 2;
	if (!zero(field(status, "\nCapEff")))
		return 3;
	return open("/", O_RDONLY | O_DIRECTORY) >= 0 ? 0 : 4;
}

/* 0: the data directory can be read and not be written. */
static int
only_reads(void *p UNUSED)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/doorward.db", inside_dir);
	if (open(path, O_RDONLY) < 0)
		return 1;
	if (open(path, O_WRONLY) >= 0 || errno != EACCES)
		return 2;
	if (open(path, O_RDWR) >= 0 || errno != EACCES)
		return 3;
	(void)snprintf(path, sizeof(path), "%s/new", inside_dir);
	if (open(path, O_RDWR | O_CREAT, 0600) >= 0 || errno != EACCES)
		return 4;
	return 0;
}

static void
test_read_only(void)
{
	is_int(inside(WORKER, only_reads, NULL), 2, "read and written");
	inside_conf.read_only = true;
	is_int(inside(WORKER, only_reads, NULL), 0,
	    "B2: read_only: nothing is opened for writing, nothing made");
	inside_conf.read_only = false;
}

static void
test_none(void)
{
	inside_conf.none = true;
	is_int(inside(WRITER, without_sandbox, NULL), 0,
	    "none: no_new_privs and no capabilities, and no more");
	inside_conf.none = false;
}

int
main(void)
{
	inside_init();
	test_ids();
	test_failures();
	test_order();
	is_int(inside_room(WORKER, close_others, NULL), 0,
	    "descriptors are closed but for those that are kept");
	is_int(inside(WORKER, close_inside, NULL), 0,
	    "and its own, where it is called again");
	test_none();
	test_read_only();
	if (!INSIDE_SKIP) {
		inside_conf.max_memory = MIB(96);
		is_int(inside(READER, allocate, NULL), 0, "within the limit");
		inside_conf.max_memory = MIB(32);
		is_int(inside(READER, allocate, NULL), 1, "past the limit");
	}
	return inside_done();
}
