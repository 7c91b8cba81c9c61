/* SPDX-License-Identifier: ISC */
/*
 * export - the log's rows to sinks outside of the store, each at least once.
 *
 * How far a sink has come is a memo by its name, written when the sink has
 * said that it has them: one that is down gets them when it is up again.
 *
 * Layer: audit.
 */
#ifndef AUDIT_EXPORT_H
#define AUDIT_EXPORT_H

#include "store/store.h"

#define AUDIT_EXPORTS "exports" /* in the data directory */
#define AUDIT_JSON    "audit.jsonl"

struct audit_sink {
	struct str name;
	/* Take one row; table: its table's name, or absent. */
	enum err (
	    *put)(void *arg, const struct store_log_row *row, struct str table);
	/* All that was put is safe now. */
	enum err (*flush)(void *arg);
	void *arg;
};

/*
 * Deliver the next rows to a sink; *ret_n is how many it took, 0: it has all.
 * Opens its own transactions.  A failure of the sink is returned; what it
 * took before is remembered.
 */
enum err audit_export(struct store *s, const struct audit_sink *sink,
    size_t *ret_n) NONNULL NODISCARD;

/* The last row that the sink has taken, 0: none.  In a transaction. */
enum err audit_mark(struct store *s, struct str sink, struct arena *a,
    uint64_t *ret) NONNULL NODISCARD;

/* A descriptor of the directory, which is made if `make`; -1. */
int audit_exports(const char *data_dir, bool make) NONNULL;

/*
 * exports/audit.jsonl: a line for each row.  ERR_BUSY: another process is
 * at it.  A line that a kill has cut is taken off.
 */
struct audit_json {
	int fd;
	struct buf lines;
};
enum err
audit_json_open(struct audit_json *j, const char *data_dir) NONNULL NODISCARD;
struct audit_sink audit_json_sink(struct audit_json *j) NONNULL;
void audit_json_close(struct audit_json *j) NONNULL;

/* RFC 5424 to a unix datagram socket.  ERR_UNAVAILABLE: nobody is there. */
struct audit_syslog {
	int fd;
	char host[256];
};
enum err
audit_syslog_open(struct audit_syslog *l, const char *path) NONNULL NODISCARD;
struct audit_sink audit_syslog_sink(struct audit_syslog *l) NONNULL;
void audit_syslog_close(struct audit_syslog *l) NONNULL;

#endif
