/* SPDX-License-Identifier: ISC */
/*
 * sandbox - what a process of ours can no longer do.
 *
 * Stage 1 (sandbox_enter) is passed by the worker before a peer's first
 * byte: ids and groups, capabilities, no_new_privs, resource limits, no
 * core, descriptors closed, Landlock to the data directory, seccomp.  After
 * it there is no exec, no socket but socketpair(2), no file outside the data
 * directory.  A worker may fork, wait and pass descriptors; a room may open
 * the database.
 *
 * Stage 2 (sandbox_seal) is passed by a room after it has opened the
 * database and before it gets a connection: no fork, no open, no dup, no
 * new map that could write the database (reader), memory never executable.
 *
 * Both fail closed: on any error the caller ends.  SIGSYS is trapped; the
 * handler appends one fixed record to the violations file and ends the
 * process.
 *
 * One file for each system: linux.c, openbsd.c, freebsd.c, none.c.
 *
 * Layer: sandbox.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <sys/types.h>

#include "base/err.h"

enum sandbox_role {
	SANDBOX_READER,
	SANDBOX_WRITER,
};

struct sandbox_conf {
	const char *data_dir;
	const char *user; /* to become as root; NULL: the owner of data_dir */
	bool none;	  /* the operator asked for no sandbox */
	int max_files;	  /* RLIMIT_NOFILE */
	size_t max_memory; /* RLIMIT_DATA, 0: none */
};

/*
 * Close every descriptor but 0, 1, 2 and those in keep; 0-2 that are not
 * open become /dev/null.  Call it first of all.
 */
enum err sandbox_close_others(const int *keep, size_t nkeep) NODISCARD;

/*
 * Stage 1.  Opens the violations file of data_dir itself.  *reterr_step
 * names the step that failed, for the log.
 */
enum err sandbox_enter(const struct sandbox_conf *c, const char **reterr_step)
    NONNULL NODISCARD;

/* Stage 2, in a room. */
enum err sandbox_seal(enum sandbox_role role, const char **reterr_step)
    NONNULL NODISCARD;

/*
 * One record of the violations file: 32 bytes, little-endian.  The kernel
 * appends it whole.
 */
struct sandbox_violation {
	uint64_t time_ns;
	uint32_t pid;
	uint32_t uid;
	int32_t syscall;
	uint32_t arch;
	uint32_t role; /* 0 worker, 1 reader, 2 writer */
	uint32_t version;
};
_Static_assert(sizeof(struct sandbox_violation) == 32, "32 bytes on disk");
#define SANDBOX_VIOLATIONS "violations"

#endif
