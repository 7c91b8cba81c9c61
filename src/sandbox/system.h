/* SPDX-License-Identifier: ISC */
/*
 * system - what each system's file brings to sandbox.c.
 *
 * Each function names the step that failed; ERR_SANDBOX is the only error.
 *
 * Layer: sandbox; for this directory only.
 */
#ifndef SANDBOX_SYSTEM_H
#define SANDBOX_SYSTEM_H

#include "sandbox/sandbox.h"

/*
 * What the stages share.  Descriptors are -1 before they are open; they lie
 * below 64, so that a fork does not copy a larger table.
 */
struct sandbox_self {
	bool entered;
	bool none;
	int record; /* the violations file, O_APPEND */
	int rules;  /* an empty Landlock ruleset, for the seal */
	uint32_t role;
};
extern struct sandbox_self sandbox_self;

#define SANDBOX_ROLE_WORKER 0u
#define SANDBOX_ROLE(role)  ((uint32_t)(role) + 1u)

/* While still root: what cannot be given up after. */
enum err system_before_ids(const char **reterr_step) NONNULL NODISCARD;

/* Rights and traces that no process of ours needs, sandbox or not. */
enum err system_drop(const char **reterr_step) NONNULL NODISCARD;

/* Both stages proper; not called where the operator asked for none. */
enum err system_enter(const struct sandbox_conf *c,
    const char **reterr_step) NONNULL NODISCARD;
enum err system_keep_dirs(int from, int to) NODISCARD;
enum err
system_seal(enum sandbox_role role, const char **reterr_step) NONNULL NODISCARD;

#endif
