/* SPDX-License-Identifier: ISC */
/* rooms.t - from inside: paths, ways to write, ways out; and the record. */
#include <linux/audit.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "inside.h"

static char db_path[128], db_proc[64];
static int db_fd;
static char *db_map; /* PROT_READ, MAP_SHARED */

/* ---- paths */

static const char *const paths[] = { "/", "/etc/passwd", "/etc/shadow",
	"/etc/hostname", "/etc/ld.so.cache", "/root", "/root/.ssh", "/home",
	"/home/..", "/tmp", "/var/tmp", "/var/run", "/usr/bin/sh", "/bin/sh",
	"/usr/lib", "/boot", "/sys", "/sys/kernel", "/run", "/run/systemd",
	"/proc", "/proc/self", "/proc/self/mem", "/proc/self/maps",
	"/proc/self/environ", "/proc/self/fd", "/proc/self/fd/0",
	"/proc/self/root", "/proc/self/cwd", "/proc/self/exe",
	"/proc/self/attr/current", "/proc/1/environ", "/proc/sys/kernel",
	"/proc/sysrq-trigger", "/dev/null", "/dev/zero", "/dev/tty", "/dev/mem",
	"/dev/shm", "/dev/urandom", ".", "..", "../../etc/passwd" };

/* None of them changes a file that it opens: where the sandbox is broken the
 * test goes red, and the machine stays whole. */
static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_DIRECTORY,
	O_WRONLY | O_APPEND, O_RDWR | O_TMPFILE };

static int
open_paths(void *p UNUSED)
{
	int opened = 0;

	for (size_t i = 0; i < NELEM(paths); i++)
		for (size_t m = 0; m < NELEM(modes); m++) {
			if (open(paths[i], modes[m], 0600) < 0)
				continue;
			opened++;
			(void)snprintf(shared->text, sizeof(shared->text),
			    "%s, 0%o", paths[i], (unsigned)modes[m]);
		}
	return opened;
}

/* The data directory by every name that leads there. */
static int
open_data(void *p UNUSED)
{
	static const char *const how[] = { "%s", "%s/doorward.db", "%s/new",
		"%s/violations", "%s/../../etc/passwd", "%s/." };
	char path[256];
	int opened = 0;

	for (size_t i = 0; i < NELEM(how); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(path, sizeof(path), how[i], inside_dir);
#pragma GCC diagnostic pop
		for (size_t m = 0; m < NELEM(modes); m++)
			opened += open(path, modes[m], 0600) >= 0;
	}
	(void)snprintf(path, sizeof(path), "%s/new", inside_dir);
	opened += open(path, O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0;
	opened += open(db_proc, O_RDWR) >= 0;
	return opened;
}

/* What a room must be able to do before its seal, and what not even then. */
static int
open_as_room(void *p UNUSED)
{
	char path[128];
	int fd = open(db_path, O_RDWR | O_CLOEXEC);

	if (fd < 0 || ftruncate(fd, 16) < 0)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/doorward.db-wal", inside_dir);
	if (open(path, O_RDWR | O_CREAT, 0600) < 0)
		return 2;
	if (unlink(path) == 0 || errno != EACCES)
		return 3;
	(void)snprintf(path, sizeof(path), "%s/../escape", inside_dir);
	return open(path, O_RDWR | O_CREAT, 0600) >= 0 ? 4 : 0;
}

static void
test_paths(void)
{
	for (enum where w = WORKER; w < WHERE__MAX; w++) {
		shared->text[0] = '\0';
		if (!is_int(inside(w, open_paths, NULL), 0,
			"%zu paths in %zu modes from the %s", NELEM(paths),
			NELEM(modes), where_name[w]))
			printf("# %s\n", shared->text);
	}
	is_int(inside(WORKER, open_as_room, NULL), 0,
	    "a room opens and creates in its directory, and only there");
	is_int(inside(READER, open_data, NULL), 0,
	    "the data directory from the reader");
	is_int(inside(WRITER, open_data, NULL), 0,
	    "the data directory from the writer");
}

/* ---- ways to write, ways out: each must trap or fail */

struct way {
	const char *name;
	long nr;
	long arg[6];
};

static int
try_way(void *p)
{
	const struct way *w = p;

	shared->ret = syscall(w->nr, w->arg[0], w->arg[1], w->arg[2], w->arg[3],
	    w->arg[4], w->arg[5]);
	shared->error = errno;
	shared->returned = true;
	_exit(0);
}

static void
must_fail(enum where where, const struct way *ways, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct way w = ways[i];
		int status;

		shared->returned = false;
		status = inside(where, try_way, &w);
		ok(shared->returned ? shared->ret < 0 : status == SANDBOX_EXIT,
		    "%s from the %s: %s", w.name, where_name[where],
		    shared->returned ? strerror(shared->error) : "trapped");
	}
}

/*
 * Nothing here does harm where the sandbox is broken and the caller is root:
 * the process does not exist, names lie in the test's own directory.
 */
#define NO_PID 0x3fffffff
#define P(x)   (long)(x)
static char bytes[64] = "forged";
static struct {
	void *base;
	size_t len;
} vec = { bytes, 6 };

/*
 * With the descriptor that a reader has, and again with one that can write,
 * as if the store had left it open: then the filter alone is in the way, of
 * all but write(2) itself, which the connection needs.
 */
static void
test_writing(int fd, char *map, bool plain)
{
	const long db = fd, here = AT_FDCWD;
	const struct way ways[] = {
		{ "write", SYS_write, { db, P(bytes), 6 } },
		{ "writev", SYS_writev, { db, P(&vec), 1 } },
		{ "pwrite64", SYS_pwrite64, { db, P(bytes), 6, 0 } },
		{ "pwritev", SYS_pwritev, { db, P(&vec), 1, 0 } },
		{ "pwritev2", SYS_pwritev2, { db, P(&vec), 1, 0, 0, 0 } },
		{ "ftruncate", SYS_ftruncate, { db, 0 } },
		{ "truncate", SYS_truncate, { P(db_path), 0 } },
		{ "fallocate", SYS_fallocate, { db, 0, 0, 4096 } },
		{ "mmap shared", SYS_mmap,
		    { 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, db, 0 } },
		{ "mmap shared, validated", SYS_mmap,
		    { 0, 4096, PROT_WRITE, MAP_SHARED_VALIDATE, db, 0 } },
		{ "mprotect of the map", SYS_mprotect,
		    { P(map), 4096, PROT_READ | PROT_WRITE } },
		{ "pkey_mprotect", SYS_pkey_mprotect,
		    { P(map), 4096, PROT_READ | PROT_WRITE, -1 } },
		{ "madvise REMOVE", SYS_madvise, { P(map), 4096, 9 } },
		{ "remap_file_pages", SYS_remap_file_pages,
		    { P(map), 4096, 0, 0, 0 } },
		{ "dup", SYS_dup, { db } },
		{ "dup3 onto 1", SYS_dup3, { db, 1, 0 } },
		{ "F_DUPFD", SYS_fcntl, { db, F_DUPFD, 0 } },
		{ "F_SETFL", SYS_fcntl, { db, F_SETFL, O_RDWR } },
		{ "F_SETFD", SYS_fcntl, { db, F_SETFD, 0 } },
		{ "open anew", SYS_openat, { here, P(db_path), O_RDWR } },
		{ "open /proc/self/fd", SYS_openat,
		    { here, P(db_proc), O_RDWR } },
		{ "openat2", SYS_openat2, { here, P(db_path), P(bytes), 24 } },
		{ "open_by_handle_at", SYS_open_by_handle_at,
		    { here, P(bytes), O_RDWR } },
		{ "copy_file_range", SYS_copy_file_range,
		    { db, 0, db, 0, 6, 0 } },
		{ "sendfile", SYS_sendfile, { db, db, 0, 6 } },
		{ "splice", SYS_splice, { db, 0, db, 0, 6, 0 } },
		{ "vmsplice", SYS_vmsplice, { db, P(&vec), 1, 0 } },
		{ "io_uring_setup", SYS_io_uring_setup, { 1, P(bytes) } },
		{ "io_setup", SYS_io_setup, { 1, P(bytes) } },
		{ "io_submit", SYS_io_submit, { 0, 1, P(bytes) } },
		{ "process_vm_writev", SYS_process_vm_writev,
		    { NO_PID, P(&vec), 1, P(&vec), 1, 0 } },
		{ "FICLONE", SYS_ioctl, { db, 0x40049409, db } },
		{ "renameat2", SYS_renameat2,
		    { here, P(db_path), here, P("x"), 0 } },
		{ "unlinkat", SYS_unlinkat, { here, P(db_path), 0 } },
		{ "linkat", SYS_linkat, { here, P(db_path), here, P("x"), 0 } },
		{ "symlinkat", SYS_symlinkat, { P("x"), here, P("y") } },
		{ "mknodat", SYS_mknodat, { here, P("x"), S_IFREG, 0 } },
		{ "mkdirat", SYS_mkdirat, { here, P("x"), 0700 } },
		{ "fchmod", SYS_fchmod, { db, 0666 } },
		{ "fchmodat", SYS_fchmodat, { here, P(db_path), 0666 } },
		{ "fchown", SYS_fchown, { db, 1, 1 } },
		{ "utimensat", SYS_utimensat, { db, 0, 0, 0 } },
		{ "fsetxattr", SYS_fsetxattr,
		    { db, P("user.x"), P("x"), 1, 0 } },
		{ "flock", SYS_flock, { db, 2 } },
		{ "memfd_create", SYS_memfd_create, { P("x"), 0 } },
		{ "SO_ATTACH_FILTER", SYS_setsockopt,
		    { db, SOL_SOCKET, SO_ATTACH_FILTER, P(bytes), 16 } },
	};
	char now[17] = "";

	must_fail(READER, plain ? ways : ways + 2,
	    NELEM(ways) - (plain ? 0 : 2));
	ok(pread(db_fd, now, 16, 0) == 16 &&
		strcmp(now, "0123456789abcdef") == 0,
	    "and the file is as it was");
}

static void
test_ways_out(void)
{
	const struct way ways[] = {
		{ "execve", SYS_execve, { P("/bin/sh"), 0, 0 } },
		{ "execveat", SYS_execveat, { db_fd, P(""), 0, 0, 0x1000 } },
		{ "socket", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
		{ "socket, unix", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
		{ "socket, netlink", SYS_socket, { 16, SOCK_RAW, 0 } },
		{ "connect", SYS_connect, { 0, P(bytes), 16 } },
		{ "bind", SYS_bind, { 0, P(bytes), 16 } },
		{ "listen", SYS_listen, { 0, 1 } },
		{ "accept4", SYS_accept4, { 0, 0, 0, 0 } },
		{ "ptrace", SYS_ptrace, { 0, 0, 0, 0 } },
		{ "process_vm_readv", SYS_process_vm_readv,
		    { NO_PID, P(&vec), 1, P(&vec), 1, 0 } },
		{ "pidfd_open", SYS_pidfd_open, { NO_PID, 0 } },
		{ "pidfd_getfd", SYS_pidfd_getfd, { 0, 0, 0 } },
		{ "kill", SYS_kill, { NO_PID, 0 } },
		{ "tkill", SYS_tkill, { NO_PID, 0 } },
		{ "setuid", SYS_setuid, { 0 } },
		{ "setresuid", SYS_setresuid, { 0, 0, 0 } },
		{ "setgroups", SYS_setgroups, { 0, 0 } },
		{ "capset", SYS_capset, { P(bytes), P(bytes) } },
		{ "unshare", SYS_unshare, { CLONE_NEWUSER } },
		{ "setns", SYS_setns, { 0, 0 } },
		{ "clone, a thread", SYS_clone, { CLONE_VM | CLONE_THREAD } },
		{ "clone, a namespace", SYS_clone,
		    { CLONE_NEWUSER | SIGCHLD } },
		{ "clone3", SYS_clone3, { P(bytes), 64 } },
		{ "chroot", SYS_chroot, { P("/") } },
		{ "chdir", SYS_chdir, { P("/") } },
		{ "mount", SYS_mount, { P("x"), P("x"), P("tmpfs"), 0, 0 } },
		{ "bpf", SYS_bpf, { 0, 0, 0 } },
		{ "perf_event_open", SYS_perf_event_open, { 0, 0, 0, 0, 0 } },
		{ "userfaultfd", SYS_userfaultfd, { 0 } },
		{ "keyctl", SYS_keyctl, { 0, 0, 0, 0, 0 } },
		{ "personality", SYS_personality, { 0x0400000 } },
		{ "prctl DUMPABLE", SYS_prctl, { PR_SET_DUMPABLE, 1 } },
		{ "mmap, to run", SYS_mmap,
		    { 0, 4096, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0 } },
		{ "mprotect, to run", SYS_mprotect,
		    { P(db_map), 4096, PROT_EXEC } },
		{ "ioctl TIOCSTI", SYS_ioctl, { 0, 0x5412, P(bytes) } },
		{ "setrlimit", SYS_setrlimit, { 7, P(bytes) } },
		{ "prlimit64", SYS_prlimit64, { 0, 7, P(bytes), 0 } },
	};

	for (enum where w = WORKER; w < WHERE__MAX; w++)
		must_fail(w, ways, NELEM(ways));
}

/* ---- the record */

static int
violate(void *p UNUSED)
{
	shared->ret = getpid();
	(void)syscall(SYS_chroot, "/");
	return 0;
}

static void
test_record(void)
{
	struct sandbox_violation v = { 0 };
	uint64_t before = clock_wall_ns();
	char path[128];
	struct stat st;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/" SANDBOX_VIOLATIONS,
	    inside_dir);
	for (enum where w = WORKER; w < WHERE__MAX; w++) {
		off_t was = stat(path, &st) == 0 ? st.st_size : 0;

		is_int(inside(w, violate, NULL), SANDBOX_EXIT,
		    "the status of a trapped %s", where_name[w]);
		if ((fd = open(path, O_RDONLY)) < 0 || fstat(fd, &st) < 0 ||
		    pread(fd, &v, sizeof(v), was) != sizeof(v)) {
			ok(false, "no record");
			continue;
		}
		(void)close(fd);
		is_int(st.st_size, was + 32, "one record");
		ok((st.st_mode & 07777) == 0600, "for its owner alone");
		ok(v.time_ns >= before && v.time_ns <= clock_wall_ns(),
		    "its time");
		is_int(v.pid, shared->ret, "its process");
		is_int(v.uid, getuid(), "its user");
		is_int(v.syscall, SYS_chroot, "its call");
#ifdef __x86_64__
		is_int(v.arch, AUDIT_ARCH_X86_64, "its architecture");
#else
		is_int(v.arch, AUDIT_ARCH_AARCH64, "its architecture");
#endif
		is_int(v.role, w, "its role");
		is_int(v.version, SANDBOX_VIOLATION_VERSION, "its version");
	}
}

/* ---- a job's two directories */

struct how {
	uint64_t flags, mode, resolve;
};
#define BENEATH 0x08 /* RESOLVE_BENEATH */

static long
open_beneath(int dir, const char *name, uint64_t flags)
{
	struct how how = { flags | O_CLOEXEC, flags & O_CREAT ? 0600 : 0,
		BENEATH };
	long fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/* Without RESOLVE_BENEATH: then Landlock alone is in the way. */
static long
open_free(int dir, const char *name, uint64_t flags)
{
	struct how how = { flags, flags & O_CREAT ? 0600 : 0, 0 };
	long fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/* The number of the first thing that is not as it must be. */
static int
use_dirs(void *arg UNUSED)
{
	const char *step = "";
	int data = open(inside_dir, O_RDONLY | O_DIRECTORY), from, to;

	if (mkdirat(data, "from", 0700) < 0 || mkdirat(data, "to", 0700) < 0 ||
	    (from = openat(data, "from", O_RDONLY | O_DIRECTORY)) < 0 ||
	    (to = openat(data, "to", O_RDONLY | O_DIRECTORY)) < 0 ||
	    close(openat(from, "in", O_WRONLY | O_CREAT, 0600)) < 0 ||
	    symlinkat("../doorward.db", from, "link") < 0)
		return 1;
	if (sandbox_enter(&inside_conf, &step) != ERR_OK ||
	    sandbox_keep_dirs(from, to) != ERR_OK ||
	    sandbox_seal(SANDBOX_JOB, &step) != ERR_OK)
		return 2;
	if (open_beneath(from, "in", O_RDONLY) < 0)
		return 3;
	if (open_beneath(from, "in", O_WRONLY) != -EACCES ||
	    open_beneath(from, "new", O_WRONLY | O_CREAT) != -EACCES)
		return 4;
	if (open_beneath(to, "new", O_WRONLY | O_CREAT | O_EXCL) < 0 ||
	    syscall(SYS_mkdirat, to, "sub", 0700) != 0 ||
	    open_beneath(to, "sub/new", O_WRONLY | O_CREAT) < 0)
		return 5;
	if (open_beneath(from, "../doorward.db", O_RDONLY) != -EXDEV ||
	    open_beneath(from, "/etc/hostname", O_RDONLY) != -EXDEV ||
	    open_beneath(from, "link", O_RDONLY) != -EXDEV)
		return 6;
	if (open_free(from, "../doorward.db", O_RDONLY) != -EACCES ||
	    open_free(from, "link", O_RDONLY) != -EACCES ||
	    open_free(from, "/etc/hostname", O_RDONLY) != -EACCES ||
	    open_free(data, "doorward.db", O_RDONLY) != -EACCES ||
	    open_free(from, "/proc/self/fd/0", O_RDONLY) != -EACCES)
		return 7;
	return 0;
}

static void
test_job_dirs(void)
{
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) == 0)
		_exit(use_dirs(NULL));
	is_int(inside_wait(pid), 0,
	    "a job reads in one directory, writes in another, and opens "
	    "nothing else");
}

int
main(void)
{
	int rw;

	if (INSIDE_SKIP)
		return inside_skip();
	inside_init();
	(void)snprintf(db_path, sizeof(db_path), "%s/doorward.db", inside_dir);
	if ((db_fd = open(db_path, O_RDONLY)) < 0 ||
	    (rw = open(db_path, O_RDWR)) < 0)
		abort();
	db_map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, db_fd, 0);
	(void)snprintf(db_proc, sizeof(db_proc), "/proc/self/fd/%d", db_fd);
	test_paths();
	if (chdir(inside_dir) < 0)
		abort();
	test_writing(db_fd, db_map, true);
	test_writing(rw, mmap(NULL, 4096, PROT_READ, MAP_SHARED, rw, 0), false);
	test_ways_out();
	test_record();
	test_job_dirs();
	return inside_done();
}
