/* SPDX-License-Identifier: ISC */
/*
 * sandbox - what a process of ours can no longer do.
 *
 * Stage 1 (sandbox_enter) is passed by the worker before a peer's first
 * byte: ids and groups, capabilities, no_new_privs, resource limits, no
 * core, descriptors closed, Landlock to the data directory, seccomp.  After
 * it there is no exec, no socket but socketpair(2) of streams, no file
 * outside the data directory, no dup, no kill, no executable memory.  A
 * worker may fork, wait and pass descriptors, and ask to be told of its
 * parent's death (PR_SET_PDEATHSIG); a room may open the database.
 *
 * Stage 2 (sandbox_seal) is passed by a room after it has opened the
 * database and before it gets a connection: no fork, no open, no new signal
 * handler, no new map that could write the database (reader).  Timers are
 * the writer's: setitimer(2), alarm(3).
 *
 * Both fail closed: on any error the caller ends.  What each stage answers
 * to each system call is syscall.tbl.  A call that nobody needs is trapped
 * (SIGSYS): the handler appends one fixed record to the violations file and
 * ends the process with SANDBOX_EXIT.  OpenBSD and FreeBSD write no record.
 *
 * Built with AddressSanitizer (SANDBOX_SANITIZED) the seccomp part and
 * RLIMIT_DATA are left out, as its run-time calls what it likes and maps
 * terabytes; all else stays.
 *
 * linux.c, openbsd.c, freebsd.c: one file for each system; none.c: others.
 *
 * Layer: sandbox.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <sys/types.h>

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif

enum sandbox_role {
	SANDBOX_READER,
	SANDBOX_WRITER,
	SANDBOX_JOB, /* no peer; a writer that also has files of its own */
};

struct sandbox_conf {
	const char *data_dir;
	const char *user; /* to become as root; NULL: the owner of data_dir */
	bool none;	  /* the operator asked for no sandbox */
	bool read_only;	  /* nothing below data_dir is opened for writing */
	int max_files;	  /* RLIMIT_NOFILE, 0: as it is */
	size_t max_memory; /* RLIMIT_DATA, 0: none */
};

/*
 * Close every descriptor but 0, 1, 2, those in keep and this part's own; 0-2
 * that are not open become /dev/null.  Call it first of all; a room that
 * closes what it does not need may call it again.
 */
enum err sandbox_close_others(const int *keep, size_t nkeep) NODISCARD;

/*
 * Stage 1.  Opens the violations file of data_dir itself.  *reterr_step
 * names the step that failed, for the log.  Root becomes the user; any other
 * caller stays who it is, and where the target is root it stays uid 0
 * without capabilities.  Numbers past a hard limit become that limit.
 *
 * Two descriptors, 63 and 62 where they are free, stay open in the worker
 * and one of them in its rooms.
 */
enum err sandbox_enter(const struct sandbox_conf *c, const char **reterr_step)
    NONNULL NODISCARD;

/*
 * Become that user and group, and no other group: real, effective and saved.
 * There is no way back.  Part of stage 1; alone, for who needs no more.
 */
enum err sandbox_become(uid_t uid, gid_t gid) NODISCARD;

/* Stage 2, in a room, once; every signal handler is set before it. */
enum err sandbox_seal(enum sandbox_role role, const char **reterr_step)
    NONNULL NODISCARD;

/*
 * Before a SANDBOX_JOB is sealed: it may still read beneath `from`, and make
 * and write beneath `to`, two open directories of the data directory, with
 * openat2(2).  Where there is no Landlock nothing is opened after the seal.
 */
enum err sandbox_keep_dirs(int from, int to) NODISCARD;

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
	uint32_t role; /* 0 worker, 1 reader, 2 writer, 3 job */
	uint32_t version;
};
_Static_assert(sizeof(struct sandbox_violation) == 32, "32 bytes on disk");
#define SANDBOX_VIOLATIONS	  "violations"
#define SANDBOX_VIOLATION_VERSION 1u

/* Records of the violations file, as many as there are; 0 where there is no
 * sandbox.  From stage 1 on, and in a sealed room. */
uint64_t sandbox_violations(void) NODISCARD;

/* The exit status of a process that was trapped: 128 + SIGSYS. */
#define SANDBOX_EXIT 159

#endif
