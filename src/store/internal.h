/* SPDX-License-Identifier: ISC */
/*
 * internal - what the files of the store share.
 *
 * Layer: store.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

#define STORE_APPLICATION 0x444f4f52 /* "DOOR", at byte 68 of the file */
#define STORE_PAGE	  4096
#define STORE_RESERVED	  48 /* bytes of each page, for encryption */
#define STORE_PATH	  4096
#define STORE_TEXT	  256 /* a failure's words */

/* A WAL of so many frames is worth copying back.  More makes checkpoints
 * rare, and each start of a process that finds no other slow: it reads the
 * whole WAL first, some 2 us a frame. */
#define CKPT_FRAMES 500
#define CKPT_ALONE  64

/* ---- stmt.c */

#define LOG_COLUMNS                                                            \
	"seq, version, key_id, time, token, client, request_id, traceparent,"  \
	" surface, operation, outcome, peer, detail, change, tbl, name, item,"  \
	" images, prev, hash"

#define OBJECT_COLUMNS \
	"id, space, kind, state, parent, created, ended, name, def"

enum stmt {
#define STMT(id, need, when, sql) STMT_##id,
#include "store/stmt.tbl"
#undef STMT
	STMT__MAX
};

/* Prepare what the mode wants ready. */
enum err stmt_open(struct store *s) NONNULL NODISCARD;
void stmt_close(struct store *s) NONNULL;

/* Reset, ready to be bound.  A reader gets none that writes. */
enum err stmt_use(struct store *s, enum stmt id, sqlite3_stmt **ret) NONNULL
    NODISCARD;
/* One step; *ret_row is false at the end, the statement is reset then. */
enum err stmt_step(struct store *s, sqlite3_stmt *q, bool *ret_row) NONNULL
    NODISCARD;
/* To the end of a statement without rows. */
enum err stmt_run(struct store *s, sqlite3_stmt *q) NONNULL NODISCARD;
/* A statement without parameters that gives one number. */
enum err stmt_number(struct store *s, enum stmt id, int64_t *ret) NONNULL
    NODISCARD;
void stmt_reset(struct store *s, enum stmt id) NONNULL;

/* Nothing is copied: the bytes stay until the statement is run. */
void bind_u64(sqlite3_stmt *q, int at, uint64_t n) NONNULL;
void bind_blob(sqlite3_stmt *q, int at, struct str s) NONNULL; /* absent: "" */
void bind_text(sqlite3_stmt *q, int at, struct str s) NONNULL; /* absent: NULL */
struct str column_str(sqlite3_stmt *q, int at) NONNULL; /* NULL: absent */
uint64_t column_u64(sqlite3_stmt *q, int at) NONNULL;

/* Ids whose counts one transaction keeps back, to write each once. */
#define TALLIES 8

/* ---- store.c */

struct store_cursor {
	struct store *store;
	sqlite3_stmt *q;
	bool index;
	struct buf lo, hi; /* bounds that are not the caller's own bytes */
};

struct store {
	const struct store_conf *conf;
	enum store_mode mode;
	sqlite3 *db;
	int lock; /* -1 in a reader */
	enum {
		TX_NONE,
		TX_READ,
		TX_WRITE,
	} tx;
	bool broken; /* a write failed: this transaction cannot commit */
	sqlite3_stmt *stmt[STMT__MAX];
	struct store_actor actor;
	struct {
		bool known; /* in this transaction */
		uint64_t seq;
		unsigned char hash[CRYPTO_HASH_BYTES];
	} tip;
	bool moved;	/* a job of this transaction is further than it was */
	uint64_t first; /* row of this transaction, or of the last; 0: none */
	struct {
		uint64_t tbl;
		int64_t items, bytes;
	} tally[TALLIES];
	size_t ntally;
	uint64_t pages_max; /* where puts end; 0: nowhere */
	struct store_cursor cursor;
	int wal_frames;   /* as of our last commit */
	int wal_next;     /* so many are worth a checkpoint */
	int wal_step;     /* that many more are worth another */
	unsigned checkpoints;
	unsigned commits; /* since tidy last looked for deleted tables */
	uint64_t held; /* clock_ms: since when a snapshot is kept; 0: none */
	bool hold;     /* this transaction's is kept beyond its end */
	bool jobs; /* one was made */
	bool dead;        /* there may be deleted tables */
	char error[STORE_TEXT];
};

/* The code for what SQLite said, its words kept; in a write transaction
 * nothing can be committed after it. */
enum err store_fail(struct store *s, int rc) NONNULL NODISCARD;
/* The same for a failure of our own finding. */
enum err store_fault(struct store *s, enum err e, const char *text) NONNULL
    NODISCARD;
/*
 * Settle the library once for each process, before its first use: an SQLite
 * code.  store_prepare() does it, and what is forked after that has it.
 */
int store_library(void) NODISCARD;
/* "dir/name", into ret of STORE_PATH; false: too long. */
bool store_path(char *ret, const char *dir, const char *name) NONNULL NODISCARD;

/* ---- vfs.c */

/*
 * The unix VFS, but that a reader's -wal is opened O_RDONLY (SQLite alone
 * asks for O_RDWR whatever the mode of the database), and that no file is
 * created.
 */
#define VFS_READER "doorward-reader"
#define VFS_WRITER "doorward-writer"
int vfs_register(void); /* an SQLite code */

/* ---- lock.c */

/* Open dir/STORE_LOCK and install the timer's handler; -1: errno. */
int lock_open(const char *path, bool create) NONNULL NODISCARD;
/* ERR_BUSY at the deadline. */
enum err lock_take(int fd, uint64_t deadline) NODISCARD;
void lock_drop(int fd);

/* ---- schema.c */

extern const char *const schema_steps[];
extern const size_t schema_nsteps; /* the schema's version */

/* store_prepare() with other steps, for tests of migration. */
enum err schema_prepare(const struct store_conf *c, const char *const *steps,
    size_t nsteps, const char **reterr_text) NONNULL NODISCARD;
/* The file's header: ours, in WAL mode, with the reserved bytes. */
enum err schema_check(sqlite3 *db, const char **reterr_text) NONNULL NODISCARD;

/* ---- table.c */

/* Write what store_put() and store_delete() have counted. */
enum err tally_flush(struct store *s) NONNULL NODISCARD;
enum err tally_add(struct store *s, uint64_t tbl, int64_t items,
    int64_t bytes) NONNULL NODISCARD;
enum err tally_create(struct store *s, uint64_t tbl) NONNULL NODISCARD;
/* ERR_FULL: n more bytes would eat the reserve that deletes live from. */
enum err quota_check(struct store *s, size_t n) NONNULL NODISCARD;

/* ---- log.c */

enum log_change {
	LOG_INSERT = 1,
	LOG_REPLACE,
	LOG_REMOVE,
	LOG_TABLE_CREATE,
	LOG_TABLE_UPDATE,
	LOG_TABLE_DELETE,
	LOG_OBJECT_CREATE,
	LOG_OBJECT_END,
	LOG_OBJECT_REVIVE,
};

struct log_entry {
	enum log_change change;
	uint64_t tbl;
	struct str name;	     /* of the table, where that changes */
	const struct store_key *key; /* NULL: a change of a table */
	struct str old, new;         /* images; absent where there is none */
	bool images;                 /* keep them */
};
enum err log_append(struct store *s, const struct log_entry *e) NONNULL
    NODISCARD;

/* ---- image.c */

enum err image_put(struct store *s, uint64_t seq,
    const struct log_entry *e) NONNULL NODISCARD;

/* ---- index.c */

/* store_walk() over an index. */
enum err index_walk(struct store_cursor *c, const struct store_table *t,
    const struct store_range *r) NONNULL NODISCARD;

/* ---- walk.c */

/* What follows s at once in the order, in b. */
struct str walk_successor(struct buf *b, struct str s) NONNULL;

#endif
