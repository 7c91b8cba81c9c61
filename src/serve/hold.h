/* SPDX-License-Identifier: ISC */
/*
 * hold - the database as the listener has it open: idle, so that no room is
 * the first, and in between to tidy and to deliver the log.
 *
 * Layer: serve.
 */
#ifndef SERVE_HOLD_H
#define SERVE_HOLD_H

#include "conf/policy.h"
#include "store/store.h"

struct hold {
	struct store *store; /* NULL: not yet */
	int pending;	     /* what waits for the log; or -1 */
	bool reads;	     /* for reading alone */
};

/* Make what is missing, and open it.  Errors are logged. */
enum err hold_open(const struct policy *policy,
    struct hold *ret) NONNULL NODISCARD;
/* True while there is more to do. */
bool hold_tend(const struct hold *h, const struct policy *policy) NONNULL;
/* The last one: nothing is left to a next start. */
void hold_close(struct hold *h, const struct policy *policy) NONNULL;

#endif
