/* SPDX-License-Identifier: ISC */
/*
 * room_open - how a room of any kind is set up: what room.c and jobs.c share.
 *
 * Layer: room.
 */
#ifndef ROOM_ROOM_OPEN_H
#define ROOM_ROOM_OPEN_H

#include "conf/policy.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/* SIGTERM sets conn_stopping.  Before the seal: no handler is set after it. */
void room_catch_term(void);

/* Failures are logged.  alone: no listener holds the store open. */
enum err room_open_store(const struct policy *policy, enum store_mode mode,
    bool alone, struct store **ret) NONNULL NODISCARD;
enum err room_seal(enum sandbox_role role) NODISCARD;

#endif
