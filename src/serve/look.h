/* SPDX-License-Identifier: ISC */
/*
 * look - what the listener sees that is counted, or that an operator should
 * hear of.
 *
 * Layer: serve.
 */
#ifndef SERVE_LOOK_H
#define SERVE_LOOK_H

#include <sys/types.h>

#include "conf/policy.h"
#include "store/store.h"

/* Map the shared file, open that of pending records, and look for what an
 * earlier listener has left. */
enum err look_open(const struct policy *policy,
    const char **reterr_text) NONNULL NODISCARD;
/* There is another configuration. */
void look_settings(const struct policy *policy) NONNULL;
/* It is quiet: how full the disk is. */
void look_disk(const struct policy *policy) NONNULL;
/* A child of ours has ended, or an orphan that came to us. */
void look_child(pid_t pid, int status);
/* All that were killed for being too slow to end; none of them has crashed. */
void look_killed(void);

/* store_tidy(), counted. */
bool look_tidy(struct store *s) NONNULL;

#endif
