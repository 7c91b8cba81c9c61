/* SPDX-License-Identifier: ISC */
#ifdef __FreeBSD__
#include <errno.h>
#include <sys/capsicum.h>
#include <sys/procctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/system.h"

enum err
system_before_ids(const char **reterr_step UNUSED)
{
	return ERR_OK;
}

enum err
system_drop(const char **reterr_step)
{
	int traced = PROC_TRACE_CTL_DISABLE, privs = PROC_NO_NEW_PRIVS_ENABLE;

	if (procctl(P_PID, getpid(), PROC_TRACE_CTL, &traced) < 0) {
		*reterr_step = "tracing";
		return ERR_SANDBOX;
	}
	if (procctl(P_PID, getpid(), PROC_NO_NEW_PRIVS_CTL, &privs) < 0) {
		*reterr_step = "no_new_privs";
		return ERR_SANDBOX;
	}
	return ERR_OK;
}

/*
 * Capability mode has no names of files at all, and a room has still to open
 * the database by its name.  So here stage 1 is what sandbox.c does; the
 * seal, which comes before the first byte as well, does the rest.
 */
enum err
system_enter(const struct sandbox_conf *c UNUSED,
    const char **reterr_step UNUSED)
{
	return ERR_OK;
}

/* A reader's files can be read, mapped for reading and locked. */
static bool
files_limit(void)
{
	cap_rights_t rights;
	struct stat st;

	cap_rights_init(&rights, CAP_PREAD, CAP_MMAP_R, CAP_FCNTL, CAP_FSTAT,
	    CAP_FLOCK);
	for (int fd = 0; fd < getdtablesize(); fd++) {
		if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		if (cap_rights_limit(fd, &rights) < 0)
			return false;
	}
	return true;
}

/* Jobs that need files fail here: nothing is opened after the seal. */
enum err
system_keep_dirs(int from UNUSED, int to UNUSED)
{
	return ERR_OK;
}

enum err
system_seal(enum sandbox_role role, const char **reterr_step)
{
	const struct rlimit none = { 0, 0 };

	if (role == SANDBOX_READER && !files_limit()) {
		*reterr_step = "capability rights";
		return ERR_SANDBOX;
	}
	/* Capability mode still forks. */
	if (setrlimit(RLIMIT_NPROC, &none) < 0) {
		*reterr_step = "resource limits";
		return ERR_SANDBOX;
	}
	if (cap_enter() < 0) {
		*reterr_step = "capability mode";
		return ERR_SANDBOX;
	}
	return ERR_OK;
}
#endif
