/* SPDX-License-Identifier: ISC */
/*
 * filter - syscall.tbl as a seccomp program.
 *
 * A binary search over the ranges of numbers that share a rule, with the
 * looks at arguments at its leaves.  Calls of another architecture (int
 * 0x80, x32) are trapped.  The program of a room is to be installed over the
 * worker's: it lacks what that one says already.
 *
 * Layer: sandbox; Linux only.
 */
#ifndef SANDBOX_FILTER_H
#define SANDBOX_FILTER_H

#include <linux/filter.h>

#include "base/cdefs.h"

#define FILTER_CALLS 512  /* numbers that the table can name */
#define FILTER_MAX   1024 /* instructions; about 300 are used */

enum filter_role {
	FILTER_WORKER,
	FILTER_READER,
	FILTER_WRITER,
	FILTER_JOB,
	FILTER__MAX,
};

struct filter {
	uint32_t self;   /* process id that tgkill(2) may name */
	uint32_t record; /* descriptor of the violations file */
	unsigned short n;
	struct sock_filter insn[FILTER_MAX];
};

/*
 * Fill in insn and n by role, self and record; about 3 microseconds, no
 * system call.  False: the table has outgrown the program.
 */
bool filter_make(struct filter *f, enum filter_role role) NONNULL NODISCARD;

#endif
