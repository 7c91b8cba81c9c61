/* SPDX-License-Identifier: ISC */
/*
 * pending - what belongs into the log and was seen where the database cannot
 * be written: refusals, and reads of tables whose reads are recorded.
 *
 * A file of fixed records in the data directory.  A worker opens it for
 * appending before stage 1 of the sandbox; whoever may write the log takes
 * the records in.  It grows to AUDIT_PENDING_MAX at the most.
 *
 * Layer: audit.
 */
#ifndef AUDIT_PENDING_H
#define AUDIT_PENDING_H

#include "store/store.h"

#define AUDIT_PENDING     "pending"
#define AUDIT_PENDING_MAX MIB(4)
#define AUDIT_MINUTE_MAX  10 /* refusals of one peer with a row each */

/* One record: texts are padded with NULs, little-endian, no padding. */
struct audit_pending {
	uint64_t time; /* ns since 1970 */
	uint32_t kind; /* enum store_note_kind */
	uint32_t version;
	char outcome[24]; /* the error's name; "OK" of a read */
	char gate[16];
	char peer[48];
	char token[40];
	char client[64];
	char request_id[56];
	char operation[32];
	char surface[8];
	char table[256];
	char traceparent[56];
	unsigned char spare[16];
	uint32_t pid;
	uint32_t sum; /* crc32 of all before it */
};
_Static_assert(sizeof(struct audit_pending) == 640, "640 bytes on disk");

/* Cut to fit, between characters. */
#define AUDIT_TEXT(to, s) audit_text((to), sizeof(to), (s))
void audit_text(char *to, size_t n, struct str s) NONNULL;

/*
 * Open it for appending, and make it where it is missing; once in a process.
 * The descriptor stays this module's; -1 where there is none.
 */
bool audit_pending_open(const char *data_dir) NONNULL NODISCARD;
int audit_pending_fd(void);

/* Append; version, pid and sum are filled in.  False: it is full, or was not
 * opened, or the disk is. */
bool audit_pending_put(struct audit_pending *r) NONNULL NODISCARD;
/* An incident that was told now, by its name: "crash". */
void audit_pending_incident(struct str name);
/* Is it so full that somebody should take it in? */
bool audit_pending_much(void) NODISCARD;

/*
 * For one who writes.  Open: -1 where it cannot be.  Take in what
 * is there, in a transaction of its own, and empty the file: each record
 * gets into the log once.  Of the refusals of one peer in one minute those
 * past AUDIT_MINUTE_MAX become one row with their number.
 *
 * Unless `all`, nothing is done for the first minute of what waits, so that
 * writers are not held up, but where there is much.  True: something was
 * taken in.
 */
int audit_intake_open(const char *data_dir) NONNULL;
bool audit_intake(struct store *s, int fd, bool all) NONNULL;

#endif
