/* SPDX-License-Identifier: ISC */
/*
 * op - what the store can be asked to do, one const row for each operation.
 *
 * An operation is one file that exports one row, and one line in op.tbl.
 * The row states what the frame enforces: rights, body limit, transaction.
 * DynamoDB requests and MCP tools call the same rows.
 *
 * Layer: op.
 */
#ifndef OP_OP_H
#define OP_OP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "json/json.h"
#include "store/store.h"

/* The bits are those of the rights that the caller needs. */
#define OP_READ	 0x1u /* runs in the read room, in a read transaction */
#define OP_WRITE 0x2u /* runs in the write room, in one write transaction */
#define OP_ADMIN 0x4u /* needs the admin right */

struct op;
struct models; /* model/model.h */

/* A human has agreed, once, to what was there when it was asked. */
struct op_consent {
	struct str id;	  /* is taken in the transaction; ERR_CONSENT: it was */
	uint64_t expires; /* ns since 1970 */
	/* A table with an id in (asked, begun] came since: ERR_CONSENT, too.
	 * The first is op_newest() of then, the second is set by the frame. */
	uint64_t asked, begun;
};

struct op_ctx {
	struct arena *arena; /* lives until the answer is sent */
	struct store *store;
	uint64_t space;	     /* op_space(); 0: shared by all */
	uint64_t stale_ms;   /* reads that need not be consistent may be so old */
	uint64_t deadline;   /* clock_ms by which the answer must be out */
	struct str region;   /* for ARNs; "us-east-1" where none was named */
	struct str host;     /* the request's Host; absent: none */
	uint32_t rights;     /* TOKEN_READ | ... that the caller has here */
	bool read_only;      /* nobody may write here: rights are without it */
	struct str tables;   /* the token's table patterns, absent: all */
	uint32_t groups;     /* its tool groups, a bit for each; 0: all */
	/* MCP: what the states are sealed with in which a human's consent is
	 * asked for, by default for the tools that destroy; NULL: none asks. */
	const unsigned char *seal_key;
	const unsigned char *task_key; /* MCP: seals the ids of tasks */
	struct str token_id; /* that of the caller's token */
	const struct str *asking; /* patterns of further tools that ask */
	size_t nasking;
	bool table_header;   /* MCP: the table argument has a header, too */
	bool list_all;	     /* MCP: every tool is listed, not the core alone */
	const struct models *models; /* what tables hold; NULL: nobody says */
	int imports, exports; /* directories; a job's process alone has them */
	struct store_actor actor;
	/* Told of each table that an operation which only reads opens; NULL:
	 * nobody is.  False: it could not be recorded, so it is not read. */
	bool (*on_read)(struct op_ctx *ctx, struct str table);
	void *on_read_arg;
	bool reading; /* set by the frame */
	bool set_aside; /* a table that is deleted can be brought back */
	struct op_consent consent; /* no id: it may be done, and again */
	/* After success: the rows of the log that it wrote; 0: none. */
	uint64_t first_change, last_change;
	/* What is to go wrong, before the operation; NULL: nothing. */
	enum err (*fault)(struct op_ctx *ctx, const struct op *op,
	    const struct json *in);
	const void *fault_arg;
	void *prepared; /* by op.prepare, for op.run */
	/* Set by op_fail(): the public text, in arena; it may hold a NUL. */
	struct str message;
	struct buf *error_members; /* more members of the error's JSON object,
				    * each with a comma before it: ,"Item":{} */
	bool again; /* op.once: it was done before; answer, change nothing */
};

struct op {
	const char *name;  /* "PutItem": the API's own name */
	const char *target; /* prefix of X-Amz-Target: "DynamoDB_20120810." */
	unsigned flags;
	size_t body_max;
	bool eventual; /* unless "ConsistentRead" is true, of it or of a table */
	/*
	 * Where the body alone says whether it reads or writes, flags is 0
	 * and this tells; it looks at nothing but in, which is not checked.
	 */
	bool (*writes)(const struct json *in);
	/*
	 * The member with a token of the caller's, or NULL.  A writing
	 * request with a token that was used is run with ctx->again.
	 */
	const char *once;
	/*
	 * All that can be said and made ready without the store, before the
	 * transaction: who writes keeps all others from it.  What it leaves
	 * in ctx->prepared is run's, and lives in the arena.  NULL: nothing.
	 */
	enum err (*prepare)(struct op_ctx *ctx, const struct json *in);
	/*
	 * Appends the whole answer, one JSON object, to out.  in is an object.
	 * On failure out's content is dropped and the transaction undone.
	 */
	enum err (*run)(struct op_ctx *ctx, const struct json *in,
	    struct buf *out);
};

#define OP(sym) extern const struct op op_##sym;
#include "op/op.tbl"
#undef OP

/* Every row, in the order of op.tbl; NULL past the end. */
const struct op *op_at(size_t i) NODISCARD;

/* By X-Amz-Target's full value, as "DynamoDB_20120810.PutItem"; or NULL. */
const struct op *op_by_target(struct str target) NODISCARD;
const struct op *op_by_name(struct str name) NODISCARD;

/* What this request needs: OP_READ, OP_WRITE and so on. */
unsigned op_flags(const struct op *op, const struct json *in)
    __attribute__((nonnull(1))) NODISCARD;

/*
 * The frame: rights, prepare, transaction, run, commit.  On failure out is as it was
 * and ctx->message holds the public text (never absent).
 */
enum err op_run(const struct op *op, struct op_ctx *ctx,
    const struct json *in, struct buf *out) NONNULL NODISCARD;

/* The newest id of all that there is, in a read transaction of its own. */
enum err op_newest(struct op_ctx *ctx, uint64_t *ret) NONNULL NODISCARD;

/*
 * The space of an access key id in a region; absent ones do not count, and
 * where neither does it is 0.
 */
uint64_t op_space(struct str key_id, struct str region) NODISCARD;

/*
 * May the caller do what needs these flags?  ERR_READ_ONLY: nobody may here;
 * ERR_SCOPE: not with this token.
 */
enum err op_may(const struct op_ctx *ctx, unsigned flags) NONNULL NODISCARD;

/* Do the token's patterns allow this table?  ERR_SCOPE is the caller's. */
bool op_may_table(const struct op_ctx *ctx, struct str table) NONNULL
    NODISCARD;

/* Set the public text and return e: return op_fail(ctx, ERR_X, "..."). */
enum err op_fail(struct op_ctx *ctx, enum err e, const char *fmt, ...)
    PRINTF(3, 4) NODISCARD;

#endif
