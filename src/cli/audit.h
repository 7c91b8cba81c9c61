/* SPDX-License-Identifier: ISC */
/*
 * audit - what the files of doorward audit share.
 *
 * Layer: cli.
 */
#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include "audit/audit.h"
#include "audit/keep.h"
#include "cli/cmd.h"

struct audit_args {
	struct audit_filter filter;
	bool json;
	bool oldest;
	uint64_t limit;           /* 0: all */
	uint64_t after;           /* a sequence number; 0: from the start */
	bool quick;               /* verify: from the last checkpoint on */
	struct audit_point point; /* verify: one more checkpoint */
	bool journal;             /* verify: against what that has, too */
};

/* The store of the instance, with what waits taken in. */
struct audit_at {
	struct policy *policy;
	struct store *store;
	struct store_conf conf;
	int pending;
};

/* Exit statuses of sysexits(3). */

/* What is to be done for the log now and then, for doorward sweep. */
int audit_tend(const struct cmd_env *env) NONNULL;

int audit_show(struct audit_at *at, const struct audit_args *a) NONNULL;
int audit_tail(struct audit_at *at, const struct audit_args *a) NONNULL;
int audit_verify(struct audit_at *at, const struct audit_args *a) NONNULL;
int audit_export_all(struct audit_at *at, const struct audit_args *a) NONNULL;

/* The newest rows that the journal has of the log in dir, as far as this user
 * may read it: how many, max at most. */
size_t audit_journal(const char *dir, struct audit_point *ret,
    size_t max) NONNULL NODISCARD;

/* Say what failed in the store; EX_IOERR or what fits. */
int audit_failed(const struct audit_at *at, enum err e) NONNULL;

#endif
