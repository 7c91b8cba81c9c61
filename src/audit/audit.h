/* SPDX-License-Identifier: ISC */
/*
 * audit - the log as a record of who did what.
 *
 * A row as one JSON object (what a row has not is left out):
 *
 *	{"seq":7,"time":"2026-11-21T10:30:55.123456789Z","kind":"put",
 *	 "actor":"default","client":"aws-cli/2","requestId":"...",
 *	 "traceparent":"...","surface":"ddb","peer":"127.0.0.1",
 *	 "operation":"PutItem","table":"t","tableId":1,"key":"32 hex digits",
 *	 "result":"OK","detail":{...},"hash":"64 hex digits"}
 *
 * Layer: audit.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "store/store.h"

#define AUDIT_PAGE_MAX 1000  /* rows of one page */
#define AUDIT_SCAN_MAX 20000 /* rows that one page may look at */

/* What a row must be, to be given; absent and 0: anything. */
struct audit_filter {
	uint64_t from, to;    /* ns since 1970; to is exclusive */
	struct str actor;     /* the token's name, "cli" for the command */
	struct str operation; /* "PutItem" */
	struct str result;    /* "OK", an error's name, or "refused" for all
			       * that were */
	struct str table;     /* its name */
};

/*
 * One page: rows behind `after` (0: from the end that order begins with),
 * the newest first unless `upwards`, at most max.  *ret_next continues it;
 * 0: there are no more.  A page may be empty and have a next: it looks at
 * AUDIT_SCAN_MAX rows at most.  In any transaction.
 *
 * Each row is given to put(), whose name for the table is absent where nobody
 * knows it any more.  What is not ERR_OK ends the page.
 */
struct audit_page {
	uint64_t after;
	bool upwards;
	size_t max; /* 1 to AUDIT_PAGE_MAX */
	enum err (
	    *put)(void *arg, const struct store_log_row *row, struct str table);
	void *arg;
};
enum err audit_query(struct store *s, const struct audit_filter *f,
    const struct audit_page *p, struct arena *a,
    uint64_t *ret_next) NONNULL NODISCARD;

/* The row as above; without a newline. */
void audit_put_row(struct buf *out, const struct store_log_row *row,
    struct str table) NONNULL;
/* "put", "create-table", "refused" ...; never NULL. */
const char *audit_kind(unsigned kind) NODISCARD;

/* RFC 3339, UTC, with all digits of the nanoseconds. */
void audit_put_time(struct buf *out, uint64_t ns) NONNULL;
/* "2026-11-21", "2026-11-21T10:30:55Z", with a fraction, with an offset.
 * False: it is none of these, or before 1970 or after 2500. */
bool audit_time(struct str s, uint64_t *ret) NONNULL NODISCARD;

#endif
