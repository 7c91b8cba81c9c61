/* SPDX-License-Identifier: ISC */
/*
 * A system that has no sandbox of its own here: it must be asked for
 * (sandbox = none), or nothing starts.
 */
#include "sandbox/system.h"

#if !defined(__linux__) && !defined(__OpenBSD__) && !defined(__FreeBSD__)
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
system_enter(const struct sandbox_conf *c UNUSED, const char **reterr_step)
{
	*reterr_step = "this system has none; see sandbox in doorward.conf(5)";
	return ERR_SANDBOX;
}

/* Jobs that need files fail here: nothing is opened after the seal. */
enum err
system_keep_dirs(int from UNUSED, int to UNUSED)
{
	return ERR_OK;
}

enum err
system_seal(enum sandbox_role role UNUSED, const char **reterr_step)
{
	*reterr_step = "this system has none; see sandbox in doorward.conf(5)";
	return ERR_SANDBOX;
}
#endif
