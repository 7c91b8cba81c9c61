/* SPDX-License-Identifier: ISC */
#ifdef __OpenBSD__
#include <unistd.h>

#include "sandbox/system.h"

/*
 * "error": a call that is not promised fails instead of ending the process,
 * as SQLite tries opens, and lives with the answer, after the seal.
 */
#define STAGE_1 "stdio error rpath wpath cpath flock proc sendfd recvfd"
#define STAGE_2 "stdio error flock sendfd recvfd"

enum err
system_before_ids(const char **reterr_step UNUSED)
{
	return ERR_OK;
}

enum err
system_drop(const char **reterr_step UNUSED)
{
	return ERR_OK;
}

enum err
system_enter(const struct sandbox_conf *c, const char **reterr_step)
{
	if (unveil(c->data_dir, c->read_only ? "r" : "rwc") < 0 ||
	    unveil(NULL, NULL) < 0) {
		*reterr_step = "unveil";
		return ERR_SANDBOX;
	}
	if (pledge(STAGE_1, NULL) < 0) {
		*reterr_step = "pledge";
		return ERR_SANDBOX;
	}
	return ERR_OK;
}

/* Jobs that need files fail here: nothing is opened after the seal. */
enum err
system_keep_dirs(int from UNUSED, int to UNUSED)
{
	return ERR_OK;
}

/*
 * pledge knows no reading room: what a reader cannot write is what it holds,
 * O_RDONLY descriptors and a map that was never writable.
 */
enum err
system_seal(enum sandbox_role role UNUSED, const char **reterr_step)
{
	if (pledge(STAGE_2, NULL) < 0) {
		*reterr_step = "pledge";
		return ERR_SANDBOX;
	}
	return ERR_OK;
}
#endif
