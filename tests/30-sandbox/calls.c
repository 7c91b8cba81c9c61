/* SPDX-License-Identifier: ISC */
/* calls.t - every system call, in all four roles, against syscall.tbl. */
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "inside.h"

#define CALLS 512

struct row {
	const char *name;
	const char *rule[WHERE__MAX];
};
static const struct row rows[CALLS] = {
#define SYS(name, worker, reader, writer, job) \
	[__NR_##name] = { #name, { #worker, #reader, #writer, #job } },
#include "sandbox/syscall.tbl"
#undef SYS
};

#define TRAPPED  (-1)
#define ALLOWED  0 /* else the errno */
#define ANYTHING (-2)

/* What a rule says when every argument is -1. */
static const struct {
	const char *rule;
	int expect;
} rules[] = {
	{ "TRAP", TRAPPED },
	{ "OK", ALLOWED },
	{ "EACCES", EACCES },
	{ "EPERM", EPERM },
	{ "EINVAL", EINVAL },
	{ "ENOSYS", ENOSYS },
	{ "ENOTTY", ENOTTY },
	{ "FD", TRAPPED },
	{ "LOCK", TRAPPED },
	{ "NOT_RECORD", ALLOWED },
	{ "ALLOCATE", TRAPPED },
	{ "FSTAT", EACCES },
	{ "PAIR", TRAPPED },
	{ "NO_ADDRESS", TRAPPED },
	{ "OPTION", EPERM },
	{ "MAP", TRAPPED },
	{ "MAP_READ", TRAPPED },
	{ "PROTECT_READ", EACCES },
	{ "ADVISE", EINVAL },
	{ "FORK", TRAPPED },
	{ "ADD_FILTER", TRAPPED },
	{ "PROCESS", EINVAL },
	{ "ABORT", TRAPPED },
	{ "SELF", TRAPPED },
};

/* The filters stack: a trap of the worker's is one in its rooms. */
static int
expected(long nr, enum where where)
{
	const char *rule = nr >= 0 && nr < CALLS ? rows[nr].rule[where] : NULL;

	if (rule == NULL)
		return TRAPPED;
	if (where != WORKER && expected(nr, WORKER) == TRAPPED)
		return TRAPPED;
	for (size_t i = 0; i < NELEM(rules); i++)
		if (strcmp(rules[i].rule, rule) == 0)
			return rules[i].expect;
	abort(); /* a rule that this test does not know */
}

struct call {
	long nr;
	long arg[6];
};

static int
make_call(void *p)
{
	const struct call *c = p;
	pid_t self = getpid();
	long ret = syscall(c->nr, c->arg[0], c->arg[1], c->arg[2], c->arg[3],
	    c->arg[4], c->arg[5]);

	/* A child of fork has nothing to say: the next call may be running. */
	if (getpid() != self)
		syscall(SYS_exit_group, 0);
	shared->ret = ret;
	shared->error = ret < 0 ? errno : 0;
	shared->returned = true;
	syscall(SYS_exit_group, 0);
	return 0;
}

/*
 * How a call ended.  -1 as the argument makes every allowed call fail with
 * something else than what a filter would say.
 */
static int
outcome(int status)
{
	if (status == SANDBOX_EXIT && !shared->returned)
		return TRAPPED;
	if (status == INSIDE_NO_SEAL)
		return ANYTHING;
	if (!shared->returned)
		return ALLOWED; /* exit, rt_sigreturn */
	if (shared->error == EACCES || shared->error == EPERM ||
	    shared->error == ENOTTY || shared->error == ENOSYS ||
	    shared->error == EINVAL)
		return shared->error;
	return ALLOWED;
}

static bool
as_expected(int got, int want)
{
	/* The kernel says EINVAL and, for futex, ENOSYS by itself. */
	return got == want ||
	    (want == ALLOWED && (got == EINVAL || got == ENOSYS));
}

/*
 * From Linux 6.11 on uretprobe and uprobe of x86-64 pass by every filter;
 * they do nothing outside of the kernel's own trampoline.
 */
static bool
passes_by(long nr UNUSED)
{
#ifdef __x86_64__
	return nr == 335 || nr == 336;
#else
	return false;
#endif
}

/* In the worker: all numbers of one role; says what is wrong. */
static int
matrix(enum where where)
{
	static const long odd[] = { 1000, 0x3fffffff, 0x40000000 + 39,
		0x7fffffff, -1 };
	int bad = 0;

	for (long i = 0; i < CALLS + (long)NELEM(odd); i++) {
		struct call c = { i < CALLS ? i : odd[i - CALLS],
			{ -1, -1, -1, -1, -1, -1 } };
		int got, want = expected(c.nr, where);

		shared->returned = false;
		got = outcome(inside_room(where, make_call, &c));
		if (as_expected(got, want))
			continue;
		if (passes_by(c.nr))
			continue;
		bad++;
		(void)snprintf(shared->text, sizeof(shared->text),
		    "call %ld %s: %d, expected %d", c.nr,
		    i < CALLS && rows[i].name != NULL ? rows[i].name : "", got,
		    want);
	}
	return bad > 100 ? 100 : bad;
}

static int
matrix_in_worker(void *p)
{
	return matrix(*(enum where *)p);
}

static void
test_matrix(void)
{
	for (enum where w = WORKER; w < WHERE__MAX; w++) {
		shared->text[0] = '\0';
		is_int(inside(WORKER, matrix_in_worker, &w), 0,
		    "%d calls in the %s", CALLS, where_name[w]);
		if (shared->text[0] != '\0')
			printf("# %s\n", shared->text);
	}
}

/* Looks at arguments: each rule at its edge.  W, R, T: worker, reader, writer
 */
#define W 1u
#define R 2u
#define T 4u
static char buffer[64];
static const struct edge {
	const char *name;
	struct call c;
	unsigned where;
	int expect;
} edges[] = {
#define N(x)   SYS_##x
#define P(x)   (long)(x)
#define NO_PID 0x3fffffff /* harmless, where it is allowed by mistake */
	{ "fcntl F_GETFL", { N(fcntl), { 0, F_GETFL } }, W | R | T, 0 },
	{ "fcntl F_SETLK", { N(fcntl), { -1, F_SETLK } }, W | R | T, 0 },
	{ "fcntl F_SETFL", { N(fcntl), { 0, F_SETFL } }, R | T, TRAPPED },
	{ "fcntl F_DUPFD", { N(fcntl), { 0, F_DUPFD } }, W | R | T, TRAPPED },
	{ "fcntl F_DUPFD_CLOEXEC", { N(fcntl), { 0, F_DUPFD_CLOEXEC } },
	    W | R | T, TRAPPED },
	{ "fcntl F_SETOWN", { N(fcntl), { 0, F_SETOWN } }, W | R | T, TRAPPED },
	{ "fcntl F_OFD_SETLK", { N(fcntl), { 0, 37 } }, W | R | T, TRAPPED },
	{ "close of the record", { N(close), { 63 } }, W | R | T, TRAPPED },
	{ "close of its neighbour", { N(close), { 64 } }, W | R | T, 0 },
	{ "ftruncate of the record", { N(ftruncate), { 63 } }, T, TRAPPED },
	{ "pwrite of the record", { N(pwrite64), { 63 } }, T, TRAPPED },
	{ "fallocate of the record", { N(fallocate), { 63 } }, T, TRAPPED },
	{ "fallocate", { N(fallocate), { -1, 0, 0, 1 } }, T, 0 },
	{ "fallocate, punch", { N(fallocate), { -1, 3, 0, 1 } }, T, TRAPPED },
	{ "stat", { N(newfstatat), { AT_FDCWD, P("/"), P(0), 0 } }, R | T,
	    EACCES },
	/* By the filter, not only by Landlock, which knows what is not there.
	 */
	{ "open", { N(openat), { AT_FDCWD, P("/nonexistent"), O_RDONLY } },
	    R | T, EACCES },
	{ "socketpair",
	    { N(socketpair),
		{ AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, P(buffer) } },
	    W, 0 },
	{ "socketpair of datagrams",
	    { N(socketpair), { AF_UNIX, SOCK_DGRAM, 0, P(buffer) } }, W,
	    TRAPPED },
	{ "socketpair, another family",
	    { N(socketpair), { AF_INET, SOCK_STREAM, 0, P(buffer) } }, W,
	    TRAPPED },
	{ "sendto", { N(sendto), { -1, 0, 0, 0, 0, 0 } }, W | R | T, 0 },
	{ "sendto an address", { N(sendto), { -1, 0, 0, 0, P(buffer), 16 } },
	    W | R | T, TRAPPED },
	{ "sendto a high address",
	    { N(sendto), { -1, 0, 0, 0, 0x100000000, 16 } }, W | R | T,
	    TRAPPED },
	{ "SO_RCVTIMEO", { N(setsockopt), { -1, SOL_SOCKET, SO_RCVTIMEO } },
	    W | R | T, 0 },
	{ "TCP_NODELAY", { N(setsockopt), { -1, IPPROTO_TCP, TCP_NODELAY } },
	    W | R | T, 0 },
	{ "SO_ATTACH_FILTER",
	    { N(setsockopt), { -1, SOL_SOCKET, SO_ATTACH_FILTER } }, W | R | T,
	    EPERM },
	{ "TCP_REPAIR", { N(setsockopt), { -1, IPPROTO_TCP, TCP_REPAIR } },
	    W | R | T, EPERM },
	{ "IP_OPTIONS", { N(setsockopt), { -1, IPPROTO_IP, 4 } }, W | R | T,
	    EPERM },
	{ "mmap",
	    { N(mmap),
		{ 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0 } },
	    W | R | T, 0 },
	{ "mmap shared, to write",
	    { N(mmap),
		{ 0, 4096, PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0 } },
	    R, TRAPPED },
	{ "mmap validated, to write",
	    { N(mmap), { 0, 4096, PROT_WRITE, MAP_SHARED_VALIDATE, -1, 0 } }, R,
	    TRAPPED },
	{ "mmap shared, to write",
	    { N(mmap),
		{ 0, 4096, PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0 } },
	    W | T, 0 },
	{ "mmap shared, to read",
	    { N(mmap),
		{ 0, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0 } },
	    R, 0 },
	{ "mmap, to run",
	    { N(mmap),
		{ 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0 } },
	    W | R | T, TRAPPED },
	{ "mprotect, to write", { N(mprotect), { 0, 0, PROT_WRITE } }, R,
	    EACCES },
	{ "mprotect, to read", { N(mprotect), { 0, 0, PROT_READ } }, R, 0 },
	{ "mprotect, to write", { N(mprotect), { 0, 0, PROT_WRITE } }, W | T,
	    0 },
	{ "mprotect, to run", { N(mprotect), { 0, 0, PROT_EXEC } }, W | T,
	    TRAPPED },
	{ "madvise DONTNEED", { N(madvise), { 0, 0, MADV_DONTNEED } },
	    W | R | T, 0 },
	{ "madvise REMOVE", { N(madvise), { 0, 0, MADV_REMOVE } }, W | R | T,
	    EINVAL },
	{ "madvise WIPEONFORK", { N(madvise), { 0, 0, MADV_WIPEONFORK } },
	    W | R | T, EINVAL },
	{ "clone, as fork", { N(clone), { SIGCHLD } }, W, 0 },
	{ "clone, a thread",
	    { N(clone), { CLONE_VM | CLONE_THREAD | CLONE_SIGHAND } }, W,
	    TRAPPED },
	{ "clone, a namespace", { N(clone), { SIGCHLD | CLONE_NEWUSER } }, W,
	    TRAPPED },
	{ "clone, as vfork", { N(clone), { SIGCHLD | CLONE_VFORK | CLONE_VM } },
	    W, TRAPPED },
	{ "seccomp with a listener",
	    { N(seccomp), { SECCOMP_SET_MODE_FILTER, 8 } }, W, TRAPPED },
	{ "prctl PR_SET_NAME", { N(prctl), { PR_SET_NAME, P("x") } }, W, 0 },
	{ "prctl PR_SET_DUMPABLE", { N(prctl), { PR_SET_DUMPABLE, 1 } },
	    W | R | T, EINVAL },
	{ "tgkill of another", { N(tgkill), { NO_PID, NO_PID, SIGABRT } },
	    R | T, TRAPPED },
	{ "tgkill, another signal", { N(tgkill), { NO_PID, NO_PID, SIGTERM } },
	    W, TRAPPED },
#undef N
#undef P
};

static void
test_edges(void)
{
	for (size_t i = 0; i < NELEM(edges); i++)
		for (enum where w = WORKER; w < WHERE__MAX; w++) {
			struct call c = edges[i].c;
			int got;

			if ((edges[i].where & (1u << w)) == 0)
				continue;
			shared->returned = false;
			got = outcome(inside(w, make_call, &c));
			is_int(got == ENOSYS ? ALLOWED : got, edges[i].expect,
			    "%s in the %s", edges[i].name, where_name[w]);
		}
}

static int
do_abort(void *p UNUSED)
{
	abort();
}

static int
do_fstat(void *p UNUSED)
{
	struct stat st;

	return fstat(0, &st) == 0 ? 0 : 1;
}

#ifdef __x86_64__
/* getpid of the 32-bit table, which is another call in the 64-bit one. */
static int
do_int80(void *p UNUSED)
{
	long ret = 20;

	__asm__ volatile("int $0x80"
			 : "+a"(ret)
			 :
			 : "memory", "r8", "r9", "r10", "r11");
	return 0;
}
#endif

int
main(void)
{
	if (INSIDE_SKIP)
		return inside_skip();
	inside_init();
	test_matrix();
	test_edges();
	for (enum where w = WORKER; w < WHERE__MAX; w++) {
		is_int(inside(w, do_abort, NULL), (-SIGABRT) & 0xff,
		    "abort ends the %s by SIGABRT", where_name[w]);
		is_int(inside(w, do_fstat, NULL), 0, "fstat in the %s",
		    where_name[w]);
#ifdef __x86_64__
		is_int(inside(w, do_int80, NULL), SANDBOX_EXIT,
		    "a 32-bit call in the %s", where_name[w]);
#endif
	}
	return inside_done();
}
