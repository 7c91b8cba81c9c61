/* SPDX-License-Identifier: ISC */
#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox/filter.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "no filter for this architecture: check syscall.tbl, then add it here"
#endif

enum rule {
	RULE_TRAP, /* what the table does not name */
	RULE_OK,
	RULE_EACCES,
	RULE_EPERM,
	RULE_EINVAL,
	RULE_ENOSYS,
	RULE_ENOTTY,
	RULE_CHECKS, /* from here on arguments are looked at */
	RULE__BEFORE_CHECKS = RULE_CHECKS - 1,
#define CHECK(name, ...) RULE_##name,
#include "sandbox/check.tbl"
#undef CHECK
	RULE__MAX
};

static const uint8_t calls[FILTER__MAX][FILTER_CALLS] = {
	[FILTER_WORKER] = {
#define SYS(name, worker, reader, writer, job) [__NR_##name] = RULE_##worker,
#include "sandbox/syscall.tbl"
#undef SYS
	},
	[FILTER_READER] = {
#define SYS(name, worker, reader, writer, job) [__NR_##name] = RULE_##reader,
#include "sandbox/syscall.tbl"
#undef SYS
	},
	[FILTER_WRITER] = {
#define SYS(name, worker, reader, writer, job) [__NR_##name] = RULE_##writer,
#include "sandbox/syscall.tbl"
#undef SYS
	},
	[FILTER_JOB] = {
#define SYS(name, worker, reader, writer, job) [__NR_##name] = RULE_##job,
#include "sandbox/syscall.tbl"
#undef SYS
	},
};

static const uint32_t answers[RULE_CHECKS] = {
	[RULE_TRAP] = SECCOMP_RET_TRAP,
	[RULE_OK] = SECCOMP_RET_ALLOW,
	[RULE_EACCES] = SECCOMP_RET_ERRNO | EACCES,
	[RULE_EPERM] = SECCOMP_RET_ERRNO | EPERM,
	[RULE_EINVAL] = SECCOMP_RET_ERRNO | EINVAL,
	[RULE_ENOSYS] = SECCOMP_RET_ERRNO | ENOSYS,
	[RULE_ENOTTY] = SECCOMP_RET_ERRNO | ENOTTY,
};

/* A half of an argument, under a mask, is one of the values. */
struct look {
	uint8_t word; /* twice the argument's number, and 1: the high half */
	uint8_t n;    /* of values; 0: the list of looks ends */
	enum {
		LOOK_IS,
		LOOK_IS_SELF,
		LOOK_IS_NOT_RECORD,
	} kind;
	uint32_t mask;
	uint32_t value[8];
};
#define ALL UINT32_MAX

struct check {
	struct look way[2][3];
	enum rule otherwise;
};

static const struct check checks[RULE__MAX - RULE_CHECKS] = {
#define LOOK(word, kind, mask, ...)                                       \
	{                                                                 \
		(word), NELEM(((const uint32_t[]){ __VA_ARGS__ })), kind, \
		    (mask),                                               \
		{                                                         \
			__VA_ARGS__                                       \
		}                                                         \
	}
#define MASKED(arg, mask, ...) LOOK(2 * (arg), LOOK_IS, mask, __VA_ARGS__)
#define IS(arg, ...)           MASKED(arg, ALL, __VA_ARGS__)
#define WITHOUT(arg, bits)     MASKED(arg, bits, 0)
#define NULLED(arg)            IS(arg, 0), LOOK(2 * (arg) + 1, LOOK_IS, ALL, 0)
#define SELF(arg)              LOOK(2 * (arg), LOOK_IS_SELF, ALL, 0)
#define NOT_RECORD(arg)        LOOK(2 * (arg), LOOK_IS_NOT_RECORD, ALL, 0)
#define WAY(...)            \
	{                   \
		__VA_ARGS__ \
	}
#define CHECK(name, otherwise, ...) \
	[RULE_##name - RULE_CHECKS] = { { __VA_ARGS__ }, RULE_##otherwise },
#include "sandbox/check.tbl"
#undef CHECK
};

static void
put(struct filter *f, uint16_t code, uint32_t k)
{
	if (f->n < FILTER_MAX)
		f->insn[f->n] = (struct sock_filter){ .code = code, .k = k };
	f->n++;
}

static void
put_load(struct filter *f, size_t offset)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/* The jump at `from`, taken when it holds or when it does not, lands here. */
static bool
land(struct filter *f, unsigned from, bool holds)
{
	unsigned far = f->n - from - 1;

	if (far > UINT8_MAX || f->n > FILTER_MAX)
		return false;
	if (holds)
		f->insn[from].jt = (uint8_t)far;
	else
		f->insn[from].jf = (uint8_t)far;
	return true;
}

static uint32_t
value(const struct filter *f, const struct look *l, unsigned i)
{
	if (l->kind == LOOK_IS_SELF)
		return f->self;
	if (l->kind == LOOK_IS_NOT_RECORD)
		return f->record;
	return l->value[i];
}

/* Goes on behind it when the look holds; *ret_miss is the jump if not. */
static bool
put_look(struct filter *f, const struct look *l, unsigned *ret_miss)
{
	unsigned first;

	put_load(f, offsetof(struct seccomp_data, args) + 4u * l->word);
	if (l->mask != ALL)
		put(f, BPF_ALU | BPF_AND | BPF_K, l->mask);
	first = f->n;
	for (unsigned i = 0; i < l->n; i++)
		put(f, BPF_JMP | BPF_JEQ | BPF_K, value(f, l, i));
	*ret_miss = f->n - 1u;
	if (l->kind == LOOK_IS_NOT_RECORD)
		return true;
	for (unsigned i = first; i < *ret_miss; i++)
		if (!land(f, i, true))
			return false;
	return true;
}

static bool
put_check(struct filter *f, const struct check *c)
{
	for (size_t w = 0; w < NELEM(c->way) && c->way[w][0].n > 0; w++) {
		const struct look *l = c->way[w];
		unsigned miss[NELEM(c->way[w])], n = 0;

		for (; n < NELEM(miss) && l[n].n > 0; n++)
			if (!put_look(f, &l[n], &miss[n]))
				return false;
		put(f, BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
		while (n-- > 0)
			if (!land(f, miss[n], l[n].kind == LOOK_IS_NOT_RECORD))
				return false;
	}
	put(f, BPF_RET | BPF_K, answers[c->otherwise]);
	return true;
}

static bool
put_rule(struct filter *f, uint8_t rule)
{
	if (rule >= RULE_CHECKS)
		return put_check(f, &checks[rule - RULE_CHECKS]);
	put(f, BPF_RET | BPF_K, answers[rule]);
	return true;
}

/*
 * The ranges that start at start[0..n): halve, the lower half first.  The
 * last one has no end: it traps x32 and what later kernels add.
 */
static bool
put_tree(struct filter *f, const uint8_t *rule, const uint16_t *start, size_t n)
{
	unsigned at = f->n;
	size_t half = n / 2;

	if (n == 1)
		return put_rule(f, rule[start[0]]);
	put(f, BPF_JMP | BPF_JGE | BPF_K, start[half]);
	return put_tree(f, rule, start, half) && land(f, at, true) &&
	    put_tree(f, rule, start + half, n - half);
}

/*
 * A room's program says only what the worker's, which stays below it, does
 * not say already: fewer ranges, and no argument is looked at twice.  Where
 * the worker's traps, any rule does; the one before makes no new range.
 */
static void
subtract(uint8_t *rule, const uint8_t *below)
{
	for (size_t i = 0; i < FILTER_CALLS; i++) {
		if (below[i] == RULE_TRAP)
			rule[i] = i > 0 ? rule[i - 1] : RULE_OK;
		else if (rule[i] == below[i])
			rule[i] = RULE_OK;
	}
}

bool
filter_make(struct filter *f, enum filter_role role)
{
	uint8_t rule[FILTER_CALLS];
	uint16_t start[FILTER_CALLS];
	size_t n = 0;

	memcpy(rule, calls[role], sizeof(rule));
	if (role != FILTER_WORKER)
		subtract(rule, calls[FILTER_WORKER]);
	for (uint16_t i = 0; i < FILTER_CALLS; i++)
		if (i == 0 || rule[i] != rule[i - 1])
			start[n++] = i;
	f->n = 0;
	put_load(f, offsetof(struct seccomp_data, arch));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, ARCH);
	f->insn[1].jt = 1;
	put(f, BPF_RET | BPF_K, SECCOMP_RET_TRAP);
	put_load(f, offsetof(struct seccomp_data, nr));
	return put_tree(f, rule, start, n) && f->n <= FILTER_MAX;
}
#endif
