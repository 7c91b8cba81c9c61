/* SPDX-License-Identifier: ISC */
/*
 * export - the log's rows to the sinks of the configuration.
 *
 * Layer: serve.
 */
#ifndef SERVE_EXPORT_H
#define SERVE_EXPORT_H

#include "audit/keep.h"
#include "conf/policy.h"

/* Fields of a row in the journal, for who reads it there. */
#define EXPORT_DATA "DOORWARD_DATA" /* the data directory's path */
#define EXPORT_SEQ  "DOORWARD_SEQ"
#define EXPORT_HASH "DOORWARD_HASH"

/*
 * Deliver what is behind each sink's mark, at most max rows to each (0: all).
 * ret_n: how many were taken.  ERR_UNAVAILABLE, ERR_BUSY: the sink
 * *reterr_sink did not take all; the others were still tried.
 */
enum err export_run(const struct policy *p, struct store *s, size_t max,
    size_t *ret_n, struct str *reterr_sink) NONNULL NODISCARD;

/*
 * All that is to be done for the log now and then, by one who may open files:
 * what waits is taken in, old rows are dropped once an hour, a checkpoint
 * leaves the file, sinks are served.  pending: of audit_intake_open(), or -1.
 * True: something was done.  What failed is logged, once for each new reason.
 */
bool export_tend(const struct policy *p, struct store *s, int pending) NONNULL;

#endif
