/* SPDX-License-Identifier: ISC */
/*
 * store - tables, items and the log in one SQLite database.
 *
 * A struct store is one connection of one process: it never crosses a fork.
 * Every call below store_begin() happens inside one transaction; a read
 * transaction sees one state of the database, a write transaction holds the
 * writers' lock.  Nothing here knows DynamoDB: keys are bytes whose order is
 * the order, items are texts that are returned as they were stored, a
 * table's definition is a text with the few columns that the store needs.
 *
 * What store_get() gave lives until the next store_get() or the end of the
 * transaction; what a walk gave until its next step or its end.  All else is
 * copied into the caller's arena.
 *
 * SIGALRM and ITIMER_REAL of a writer's process are the store's: they bound
 * the wait for the lock.
 *
 * Layer: store.  The only user of SQLite.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "crypto/crypto.h"

#define STORE_DB   "doorward.db"
#define STORE_LOCK "doorward.lock" /* writers and checkpoints, flock(2) */

enum store_mode {
	STORE_READ,  /* only O_RDONLY descriptors and read-only maps */
	STORE_WRITE, /* may write; never checkpoints by itself */
};

struct store_conf {
	const char *dir;		/* the data directory */
	const unsigned char *chain_key; /* CRYPTO_KEY_BYTES; NULL in a reader */
	const unsigned char *digest_key;
	uint64_t max_size; /* bytes, 0: none */
	bool sync_off;	   /* --ephemeral */
};

struct store;

/*
 * Make database, -wal, -shm and lock file where they are missing, bring the
 * schema up to date, sync the directory.  Opens and closes.  Call it before
 * the sandbox; cheap when all is there (no database is opened then).
 * ERR_STORE_VERSION: the file is newer.  ERR_STORE: *reterr_text says what.
 */
enum err store_prepare(const struct store_conf *c, const char **reterr_text)
    NONNULL NODISCARD;

/*
 * Open, read the schema, prepare what most requests need: after it no file
 * is opened any more, so the caller may seal itself.  c and its keys must
 * outlive the store.  In a reader ERR_BUSY means what it does at
 * store_begin().
 */
enum err store_open(const struct store_conf *c, enum store_mode mode,
    struct store **ret, const char **reterr_text) NONNULL NODISCARD;
void store_close(struct store *s);

/* SQLite's words for the last failure; for the log, never for a peer. */
const char *store_error(const struct store *s) NONNULL;

/*
 * A transaction.  Writing takes the writers' lock first, waiting until
 * deadline (clock_ms) at most: ERR_BUSY.  A reader answers ERR_BUSY after
 * 0.1 s where a writer was killed while it changed the WAL's index: it
 * cannot mend that.  A writer does so at its next store_begin(), of a read
 * transaction as well.  ERR_STORE_VERSION: the schema was changed under us;
 * the process must end.  rollback never fails and may follow anything.
 *
 * commit: ERR_OK means that it is on the disk.  Other processes see it some
 * 0.1 ms earlier, once the lock is free; where only the sync has failed
 * (ERR_STORE) they go on seeing it.  On any other failure nothing is visible.
 *
 * When a call inside of a write transaction has failed with ERR_STORE,
 * ERR_FULL, ERR_NO_MEMORY or ERR_INTERNAL, the transaction can only be
 * rolled back: store_commit() then does that and fails.
 */
enum err store_begin(struct store *s, bool write, uint64_t deadline) NONNULL
    NODISCARD;
enum err store_commit(struct store *s) NONNULL NODISCARD;
void store_rollback(struct store *s) NONNULL;

/*
 * After an answer is sent: when the WAL has grown past its threshold, copy
 * it back under the writers' lock; and drop some rows of deleted tables.
 * Never fails the caller; true if it did something.
 */
bool store_tidy(struct store *s) NONNULL;

#define STORE_LOG_TEXT 128 /* bytes of each of these that the log keeps */

/* Who does it: the frame fills this in for each request, the log keeps it. */
struct store_actor {
	struct str token;	/* the token's name */
	struct str client;	/* User-Agent or clientInfo */
	struct str request_id;
	struct str traceparent; /* absent if none */
	struct str surface;	/* "ddb", "mcp", "stdio", "cli" */
	struct str operation;	/* "PutItem" */
};
/* Borrowed until the transaction ends. */
void store_actor(struct store *s, const struct store_actor *a) NONNULL;

/* A user's table: one incarnation of a name. */
struct store_table {
	uint64_t id;	   /* the incarnation, never used twice */
	uint64_t space;	   /* separation by key and region; 0 */
	struct str name;
	struct str def;	   /* opaque to the store */
	uint64_t created;  /* ns since 1970 */
	uint64_t items;	   /* count and bytes now; store_table_get() only */
	uint64_t bytes;
};

/* ERR_NOT_FOUND.  Strings are copied into a. */
enum err store_table_get(struct store *s, uint64_t space, struct str name,
    struct arena *a, struct store_table *ret) NONNULL NODISCARD;
/* t->id, t->created are filled in.  ERR_IN_USE: the name is there. */
enum err store_table_create(struct store *s, struct store_table *t) NONNULL
    NODISCARD;
/* Replace t->def. */
enum err store_table_update(struct store *s, const struct store_table *t)
    NONNULL NODISCARD;
/* The name is free at once; the rows go later, by store_tidy(). */
enum err store_table_delete(struct store *s, const struct store_table *t)
    NONNULL NODISCARD;
/* Names after `after` (absent: from the start) in byte order, at most max.
 * ret_names has room for max; copied into a. */
enum err store_table_list(struct store *s, uint64_t space, struct str after,
    size_t max, struct arena *a, struct str *ret_names, size_t *ret_n) NONNULL
    NODISCARD;

/*
 * The primary key of an item: two byte strings, compared by memcmp, the
 * shorter first.  range is empty where the table has no sort key.
 */
struct store_key {
	struct str hash;
	struct str range;
};

/* A stored item.  text is what was put, byte for byte. */
struct store_item {
	struct str text;
	uint64_t size; /* the API's measure, as given at put */
	struct store_key key;
};

/* ERR_NOT_FOUND is not used: an absent item has text.p == NULL. */
enum err store_get(struct store *s, const struct store_table *t,
    const struct store_key *k, struct store_item *ret) NONNULL NODISCARD;

/*
 * Insert or replace; appends to the log, keeps the table's counters.  old is
 * what store_get() of the same transaction gave, or one with text.p == NULL:
 * the caller has always looked first (conditions, ReturnValues, sizes).
 */
enum err store_put(struct store *s, const struct store_table *t,
    const struct store_item *item, const struct store_item *old) NONNULL
    NODISCARD;
/* Nothing is written or logged when old is absent. */
enum err store_delete(struct store *s, const struct store_table *t,
    const struct store_item *old) NONNULL NODISCARD;

/*
 * Rows in key order, from a range of it.  Bounds are on the range key and
 * absent where open; after is exclusive and absent (hash.p == NULL) at the
 * start.  hash.p == NULL in query walks the whole table (then no bounds,
 * forward only); from/to bound the hash key then (from inclusive, to
 * exclusive, absent where open), which is how segments of a scan are cut.
 * In a query only after.range counts.  The bytes stay until the walk's end.
 */
struct store_range {
	struct str hash;
	struct str lo, hi;	 /* range key bounds */
	bool lo_excl, hi_excl;
	bool reverse;
	struct store_key after;
	struct str from, to;
};
struct store_cursor;
enum err store_walk(struct store *s, const struct store_table *t,
    const struct store_range *r, struct store_cursor **ret) NONNULL NODISCARD;
/* *ret_more is false at the end.  ret borrows until the next call. */
enum err store_walk_next(struct store_cursor *c, struct store_item *ret,
    bool *ret_more) NONNULL NODISCARD;
/* Always; before the transaction ends.  At most one walk at a time. */
void store_walk_end(struct store_cursor *c);
void store_walk_endp(struct store_cursor **c) NONNULL; /* for CLEANUP */

/*
 * The log's chain: each row carries the hash of the row before and its own,
 * both with chain_key.  Checks every row from sequence number `from` on
 * (0: the first that is left).  The first row's link to the one before is
 * taken on trust, for retention trims the start.  A cut end shows only
 * against a last sequence number and hash that were kept elsewhere.
 */
struct store_log_check {
	uint64_t rows;	    /* that are good */
	uint64_t first, last; /* their sequence numbers */
	unsigned char hash[CRYPTO_HASH_BYTES]; /* the last one's own */
	uint64_t bad;	    /* the first row that is not good, or 0 */
	const char *fault;  /* why; static */
};
enum err store_log_verify(struct store *s, uint64_t from,
    struct store_log_check *ret) NONNULL NODISCARD;

#endif
