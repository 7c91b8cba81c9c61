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
	bool alone; /* nobody may hold the store open: see store_tidy() */
	void (*changed)(void); /* others can see more of the log, or of what a
				 * job has done; or NULL */
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

/* SQLite's version, "3.40.1". */
const char *store_library_version(void);

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
enum err
store_begin(struct store *s, bool write, uint64_t deadline) NONNULL NODISCARD;
/*
 * A read transaction that may see what an earlier one of this saw, if that
 * was not more than age_ms ago; the next one of store_begin() sees what is
 * there.  In a writer, and with 0, it is store_begin().  Meanwhile the WAL
 * cannot be started anew.
 */
enum err store_begin_old(struct store *s, uint64_t age_ms, uint64_t deadline)
    NONNULL NODISCARD;
enum err store_commit(struct store *s) NONNULL NODISCARD;
/* The same without waiting for the disk: others see it at once, and it
 * lasts when a commit that comes after it does. */
enum err store_commit_unsynced(struct store *s) NONNULL NODISCARD;
void store_rollback(struct store *s) NONNULL;

/*
 * After an answer is sent: when the WAL has grown past its threshold, copy
 * it back under the writers' lock; and drop some rows of deleted tables.
 * Never fails the caller; true if it did something.  The threshold is lower
 * where conf->alone is set: each process that opens a store that nobody
 * holds open reads the whole WAL first.
 */
bool store_tidy(struct store *s) NONNULL;

/*
 * The last that a holder does: copy all of the WAL back and empty it, so that
 * who opens the store next has nothing to read first.  Where others are
 * using it, or it is open for reading, nothing is done.
 */
void store_rest(struct store *s) NONNULL;

/* How large it is: bytes of the files, and tables.  In a transaction. */
struct store_size {
	uint64_t database, wal, tables;
};
enum err store_size(struct store *s, struct store_size *ret) NONNULL NODISCARD;

/* Checkpoints that this connection has made. */
unsigned store_checkpoints(const struct store *s) NONNULL NODISCARD;

#define STORE_LOG_TEXT 128 /* bytes of each of these that the log keeps */

/* Who does it: the frame fills this in for each request, the log keeps it. */
struct store_actor {
	struct str token;	/* the token's name */
	struct str client;	/* User-Agent or clientInfo */
	struct str request_id;
	struct str traceparent; /* absent if none */
	struct str surface;     /* "ddb", "mcp", "stdio", "cli" */
	struct str operation;   /* "PutItem" */
	struct str peer;        /* its address; absent: a command */
	bool images;            /* keep the images of what it changes */
};
/* Borrowed until the transaction ends. */
void store_actor(struct store *s, const struct store_actor *a) NONNULL;

/* A user's table: one incarnation of a name. */
struct store_table {
	uint64_t id;	   /* the incarnation, never used twice */
	uint64_t space;	   /* separation by key and region; 0 */
	struct str name;
	struct str def;   /* opaque to the store */
	uint64_t created; /* ns since 1970 */
	uint64_t items;   /* count and bytes now: store_table_count() */
	uint64_t bytes;
	bool images; /* the caller's: keep the images of its changes */
};

/* ERR_NOT_FOUND.  Strings are copied into a.  items and bytes stay 0. */
enum err store_table_get(struct store *s, uint64_t space, struct str name,
    struct arena *a, struct store_table *ret) NONNULL NODISCARD;
/* Fill in t->items and t->bytes. */
enum err
store_table_count(struct store *s, struct store_table *t) NONNULL NODISCARD;
/* t->id, t->created are filled in.  ERR_IN_USE: the name is there. */
enum err store_table_create(struct store *s, struct store_table *t) NONNULL
    NODISCARD;
/* Replace t->def. */
enum err store_table_update(struct store *s,
    const struct store_table *t) NONNULL NODISCARD;
/* The name is free at once; the rows go later, by store_tidy().  Indexes go
 * with it, streams are closed. */
enum err store_table_delete(struct store *s,
    const struct store_table *t) NONNULL NODISCARD;
/* The same, but that all of it is only closed: store_object_revive() of its
 * id brings it back, with its indexes; not its streams. */
enum err store_table_set_aside(struct store *s,
    const struct store_table *t) NONNULL NODISCARD;
/* Names after `after` (absent: from the start) in byte order, at most max.
 * ret_names has room for max; copied into a. */
enum err store_table_list(struct store *s, uint64_t space, struct str after,
    size_t max, struct arena *a, struct str *ret_names, size_t *ret_n) NONNULL
    NODISCARD;

/*
 * Whatever has an id, a table among it.  Ids are never used twice.  An index,
 * a stream and a backup have their table's id as parent, also when that is
 * gone; an index, a backup and a table have items and bytes.
 */
enum store_kind {
	STORE_TABLE = 1,
	STORE_INDEX,
	STORE_STREAM,
	STORE_BACKUP,
	STORE_JOB,
};
enum store_state {
	STORE_ALIVE = 1,
	STORE_DEAD,   /* store_tidy() drops its rows, then itself */
	STORE_CLOSED, /* ended, and kept */
};
struct store_object {
	uint64_t id, parent, space;
	uint64_t created, ended; /* ns since 1970; ended 0: not */
	enum store_kind kind;
	enum store_state state;
	struct str name; /* one of its kind and space is alive under it */
	struct str def;  /* opaque */
};

/* o->id and o->created are filled in.  ERR_IN_USE: the name is there.  A
 * backup and a job have a row in the log, the others are their table's. */
enum err
store_object_create(struct store *s, struct store_object *o) NONNULL NODISCARD;
/* The one that is alive.  ERR_NOT_FOUND; strings are copied into a. */
enum err store_object_get(struct store *s, uint64_t space, enum store_kind kind,
    struct str name, struct arena *a,
    struct store_object *ret) NONNULL NODISCARD;
/* In whatever state. */
enum err store_object_at(struct store *s, uint64_t id, struct arena *a,
    struct store_object *ret) NONNULL NODISCARD;
/* Replace o->def. */
enum err store_object_update(struct store *s,
    const struct store_object *o) NONNULL NODISCARD;
/* To STORE_CLOSED or STORE_DEAD; a table with its indexes, and its streams
 * are closed.  ERR_NOT_FOUND: it is that already. */
enum err store_object_end(struct store *s, const struct store_object *o,
    enum store_state state) NONNULL NODISCARD;
/* Back from STORE_CLOSED, a table with its indexes.  ERR_IN_USE: another one
 * has the name now.  ERR_NOT_FOUND: it is not closed. */
enum err store_object_revive(struct store *s,
    const struct store_object *o) NONNULL NODISCARD;
/* Alive or closed, by name and id, behind those two (absent, 0: from the
 * start), at most max; ret has room for max. */
enum err
store_object_list(struct store *s, uint64_t space, enum store_kind kind,
    enum store_state state, struct str after, uint64_t after_id, size_t max,
    struct arena *a, struct store_object *ret, size_t *ret_n) NONNULL NODISCARD;
/* The first space from `from` on in which something is alive, or closed.
 * ERR_NOT_FOUND: there is none. */
enum err store_space_next(struct store *s, enum store_state state,
    uint64_t from, uint64_t *ret) NONNULL NODISCARD;
/* Tables that were set aside, whatever their space, by id, behind after_id. */
enum err store_object_closed_tables(struct store *s, uint64_t after_id,
    size_t max, struct arena *a, struct store_object *ret, size_t *ret_n)
    NONNULL NODISCARD;
/* The living STORE_JOB that was made first, whatever its space. */
enum err store_job_oldest(struct store *s, struct arena *a,
    struct store_object *ret) NONNULL NODISCARD;
/* Was a STORE_JOB made here, or found by store_tidy(), since the last call, or has
 * store_jobs_wanted() said that there is other work for the jobs' process? */
bool store_jobs_made(struct store *s) NONNULL;
void store_jobs_wanted(struct store *s) NONNULL;
/* A table's, alive and closed, by id, behind after_id. */
enum err store_object_children(struct store *s, uint64_t parent,
    enum store_kind kind, uint64_t after_id, size_t max, struct arena *a,
    struct store_object *ret, size_t *ret_n) NONNULL NODISCARD;
/* The newest id that there is, 0: none.  What comes later has a greater one. */
enum err store_object_newest(struct store *s, uint64_t *ret) NONNULL NODISCARD;
/* Items and bytes of a table, an index or a backup. */
enum err store_object_count(struct store *s, uint64_t id, uint64_t *ret_items,
    uint64_t *ret_bytes) NONNULL NODISCARD;

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
	struct store_key entry; /* the index's own; a walk over one only */
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
 * An index: entries of its own key, each with the key of the item it stands
 * for.  idx is the id of a STORE_INDEX; the bytes are what its tally counts.
 * Both may be repeated: an entry that is there is not put again, one that is
 * not there is not deleted, and the tally heeds only what was done.
 * store_entry_resize() is for an entry that stays where it is.
 */
struct store_entry {
	struct str hash, range;
	struct store_key item;
};
enum err store_entry_put(struct store *s, uint64_t idx,
    const struct store_entry *entry, uint64_t bytes) NONNULL NODISCARD;
enum err store_entry_delete(struct store *s, uint64_t idx,
    const struct store_entry *entry, uint64_t bytes) NONNULL NODISCARD;
enum err store_entry_resize(struct store *s, uint64_t idx,
    int64_t bytes) NONNULL NODISCARD;

/*
 * How many bytes an item collection has: the items of one hash key and what
 * the table's indexes show of them, as the caller counts them.
 * ERR_NOT_FOUND: nobody has counted it, or it is empty; bytes 0 make it so.
 * It goes with its table.
 */
enum err store_collection_get(struct store *s, const struct store_table *t,
    struct str hash, uint64_t *ret_bytes) NONNULL NODISCARD;
enum err store_collection_set(struct store *s, const struct store_table *t,
    struct str hash, uint64_t bytes) NONNULL NODISCARD;
/* Its items one by one, without their keys, until one fails; may be called
 * during a walk.  each must not call the store. */
enum err store_collection_items(struct store *s, const struct store_table *t,
    struct str hash, enum err (*each)(void *arg, const struct store_item *item),
    void *arg) __attribute__((nonnull(1, 2, 4))) NODISCARD;

/*
 * Copy up to max items of `from` to the id `to`, which has none of them yet,
 * from the key `start` on (absent: the first).  *ret_next is where the next
 * call goes on, copied into a; its hash is absent at the end.  Nothing is
 * logged: what changes meanwhile is in the images of `from`.
 */
enum err store_copy(struct store *s, uint64_t from, uint64_t to,
    const struct store_key *start, size_t max, struct arena *a,
    struct store_key *ret_next) NONNULL NODISCARD;
/* Make the item of that key what item says, or (text.p NULL) take it away;
 * not logged.  For copies: table ids are store_copy()'s `to`. */
enum err store_copy_set(struct store *s, uint64_t to,
    const struct store_item *item) NONNULL NODISCARD;

/*
 * Rows in key order, from a range of it.  Bounds are on the range key and
 * absent where open; after is exclusive and absent (hash.p == NULL) at the
 * start.  hash.p == NULL in query walks the whole table (then no bounds,
 * forward only); from/to bound the hash key then (from inclusive, to
 * exclusive, absent where open), which is how segments of a scan are cut.
 * In a query only after.range counts.  The bytes stay until the walk's end.
 *
 * With index all of that is about the entries of that index of the table,
 * equal keys of which are ordered by the item's key: after is the entry's
 * own key then and after_item its item's.
 */
struct store_range {
	uint64_t index; /* 0: the table itself */
	struct str hash;
	struct str lo, hi;	 /* range key bounds */
	bool lo_excl, hi_excl;
	bool reverse;
	struct store_key after;
	struct store_key after_item;
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
 * Rows that are no change of an item or a table: what was refused, what has
 * happened, what was read, what was done to the log itself.  Who it was about
 * is the actor's.
 */
enum store_note_kind {
	STORE_NOTE_REFUSED = 64, /* smaller ones are changes: see kind below */
	STORE_NOTE_INCIDENT,
	STORE_NOTE_READ,
	STORE_NOTE_LOG,
};
struct store_note {
	enum store_note_kind kind;
	uint64_t time;	    /* ns since 1970; 0: now */
	uint64_t tbl;	    /* 0: none */
	struct str name;    /* of the table; absent */
	struct str outcome; /* "OK", or an error's name: "TOKEN" */
	struct str detail;  /* what else there is to say: JSON; or absent */
};
/* In a write transaction, after store_actor(). */
enum err
store_log_note(struct store *s, const struct store_note *n) NONNULL NODISCARD;

#define STORE_LOG_ITEM	  3 /* the highest kind of an item */
#define STORE_LOG_DEFINED 5 /* a table has another definition */

/* A row.  What is not there is absent. */
struct store_log_row {
	uint64_t seq, time; /* time: ns since 1970 */
	unsigned kind;	    /* an enum store_note_kind; or of an item: 1 put,
			     * 2 replaced, 3 deleted; of a table or another
			     * thing with an id, then with its name: others */
	struct store_actor who;
	struct str outcome, detail;
	uint64_t tbl;
	struct str name;
	struct str item; /* keyed digest of the item's key, 16 bytes */
	struct str hash;
};
/* Rows from `from` on, upwards or downwards, ended with store_walk_end(); at
 * most one walk at a time.  *ret_more is false at the end; ret borrows until
 * the next call. */
enum err store_log_walk(struct store *s, uint64_t from, bool reverse,
    struct store_cursor **ret) NONNULL NODISCARD;
enum err store_log_next(struct store_cursor *c, struct store_log_row *ret,
    bool *ret_more) NONNULL NODISCARD;
/* The name of the table or other thing that has or had this id; absent where
 * nobody knows any more.  May be called during such a walk. */
enum err store_log_table(struct store *s, uint64_t tbl, struct arena *a,
    struct str *ret) NONNULL NODISCARD;

/*
 * The log's chain: each row carries the hash of the row before and its own,
 * both with chain_key.  Checks every row from sequence number `from` on
 * (0: the first that is left, and that no more are missing before it than
 * store_log_trim() has dropped).  The first row's link to the one before is
 * else taken on trust.  A cut end shows only against a last sequence number
 * and hash that were kept elsewhere.
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

/* Drop rows before `before`, at most max, never the newest; where the log
 * begins now is sealed with chain_key, so that it still verifies. */
enum err store_log_trim(struct store *s, uint64_t before, size_t max,
    size_t *ret_n) NONNULL NODISCARD;

/* The rows that this transaction, or the last one, has written; they follow
 * each other.  False: none. */
bool store_changes(const struct store *s, uint64_t *ret_first,
    uint64_t *ret_last) NONNULL NODISCARD;
/* The newest sequence number; 0: there is none. */
enum err store_log_last(struct store *s, uint64_t *ret) NONNULL NODISCARD;
/* The first row at time_ns or later, or the newest one's plus 1.  Looks at
 * some 20 rows; as exact as the clock was steady. */
enum err store_log_seek(struct store *s, uint64_t time_ns,
    uint64_t *ret) NONNULL NODISCARD;

/*
 * What was kept of a table's changes, by sequence number: from `from` on, or
 * backwards from it (UINT64_MAX: from the newest).  Ended with
 * store_walk_end(); at most one walk at a time.  old or new is absent where
 * there was none.
 */
struct store_image {
	uint64_t seq;
	uint64_t time; /* ns since 1970 */
	struct store_key key;
	struct str old, new;
	struct str token, surface, operation;
};
enum err store_images(struct store *s, uint64_t tbl, uint64_t from,
    bool reverse, struct store_cursor **ret) NONNULL NODISCARD;
enum err store_images_next(struct store_cursor *c, struct store_image *ret,
    bool *ret_more) NONNULL NODISCARD;
/* The oldest one that is left; 0: none. */
enum err store_images_first(struct store *s, uint64_t tbl,
    uint64_t *ret) NONNULL NODISCARD;
/* The next id that has images, behind `after`; 0: none. */
enum err store_images_table(struct store *s, uint64_t after,
    uint64_t *ret) NONNULL NODISCARD;
/* Drop those before `before`, at most max. */
enum err store_images_trim(struct store *s, uint64_t tbl, uint64_t before,
    size_t max, size_t *ret_n) NONNULL NODISCARD;

/*
 * Small things by name: a token that counts once, how far a sweep has come.
 * One that has expired is as if it were not there; each add drops some.
 */
enum store_memo_kind {
	MEMO_MARK = 1, /* id: a name; never expires */
	MEMO_TRANSACT, /* id: a ClientRequestToken with its caller */
	MEMO_STATEMENT,
	MEMO_BULK,
	MEMO_CONSENT, /* id: of a request state that was used */
};
struct store_memo {
	enum store_memo_kind kind;
	struct str id;
	uint64_t expires; /* ns since 1970, 0: never */
	int64_t n;
	struct str data;
};
/* ERR_NOT_FOUND.  data is copied into a, id is the caller's. */
enum err store_memo_get(struct store *s, enum store_memo_kind kind,
    struct str id, struct arena *a, struct store_memo *ret) NONNULL NODISCARD;
/* ERR_IN_USE: it is there, and not expired. */
enum err
store_memo_add(struct store *s, const struct store_memo *m) NONNULL NODISCARD;
/* Add or replace. */
enum err
store_memo_set(struct store *s, const struct store_memo *m) NONNULL NODISCARD;
enum err store_memo_delete(struct store *s, enum store_memo_kind kind,
    struct str id) NONNULL NODISCARD;
/* Those of a kind in the order of their ids, behind `after`, at most max. */
enum err store_memo_list(struct store *s, enum store_memo_kind kind,
    struct str after, size_t max, struct arena *a, struct store_memo *ret,
    size_t *ret_n) NONNULL NODISCARD;

#endif
