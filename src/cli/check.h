/* SPDX-License-Identifier: ISC */
/*
 * check - is the instance what its operator believes it to be?
 *
 * A check looks at effects: it starts a worker and reads what the kernel
 * says of it, writes a row of the log and verifies it, asks who listens.
 *
 * Layer: cli.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "base/buf.h"
#include "cli/cmd.h"
#include "store/store.h"

enum check_state {
	CHECK_OK,
	CHECK_SKIP, /* there is nothing to look at */
	CHECK_WARN, /* fails with --production */
	CHECK_FAIL,
};

struct check {
	const struct cmd_env *env;
	struct home home;
	struct policy *policy; /* NULL: could not be loaded */
	struct store *store;   /* NULL: could not be opened */
	struct buf text;       /* what a check has found */
};

/* One line for each: it says in c->text what it found. */
enum check_state check_key(struct check *c) NONNULL;
enum check_state check_configuration(struct check *c) NONNULL;
enum check_state check_files(struct check *c) NONNULL;
enum check_state check_socket(struct check *c) NONNULL;
enum check_state check_sandbox(struct check *c) NONNULL;
enum check_state check_database(struct check *c) NONNULL;
enum check_state check_audit(struct check *c) NONNULL;
enum check_state check_export(struct check *c) NONNULL;
enum check_state check_backup(struct check *c) NONNULL;
enum check_state check_clock(struct check *c) NONNULL;
enum check_state check_limits(struct check *c) NONNULL;

/* Under this name of kind MEMO_MARK lies the last result, as JSON. */
#define CHECK_MEMO "check"

#endif
