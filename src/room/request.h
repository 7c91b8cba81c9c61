/* SPDX-License-Identifier: ISC */
/*
 * request - one request of a connection: head, gates, body, operation,
 * answer.
 *
 * Layer: room.
 */
#ifndef ROOM_REQUEST_H
#define ROOM_REQUEST_H

#include "conn/conn.h"
#include "gate/gate.h"
#include "limit/count.h"
#include "limit/rate.h"
#include "op/op.h"
#include "room/room.h"
#include "store/store.h"

#define REQUEST_ID_BYTES 52 /* of [A-Z0-9], as the service's */

/* What a room keeps from one request to the next. */
struct room {
	enum room_kind kind;
	const struct policy *policy;
	struct store *store;
	struct conn conn;
	char peer[CONN_PEER]; /* as the log is to name it */
	uint64_t peer_key; /* by which its refusals are counted */
	struct arena *arena; /* emptied for each request */
	struct buf in;	     /* raw bytes: this request, and what follows it */
	struct buf body;     /* a decoded chunked body */
	struct buf scratch;  /* of the gates */
	struct buf out;	     /* the answer's body */
	struct buf head;     /* the answer's head */
	bool ending; /* answer, and close */
	bool handed; /* the request at the start of in came by hand-over */
	bool mended; /* the write room has mended for this request */
	bool called; /* there is a write room */
	bool trusted; /* the last request had a right token */
	unsigned tidied; /* how often room_tidy() was called */
	int tell;    /* room_conf.tell */
	int lease;   /* the listener counts the connection while it is open */
	int pending; /* write room: what waits for the log; or -1 */
	unsigned char id_seed[CRYPTO_KEY_BYTES];
	uint64_t ids;
};

struct request {
	struct http_head head; /* borrows from room->in */
	size_t head_len;
	struct caller caller; /* borrows from head and room->scratch */
	struct str body;
	size_t raw;	   /* bytes of room->in that are this request's */
	uint64_t deadline; /* for the last byte of the body */
	uint64_t began_ns; /* wall clock: when the head was whole; 0: not yet */
	struct rate_state rate; /* what the answer is to say of it */
	bool parsed;	   /* head is valid */
	bool body_read;
	char id[REQUEST_ID_BYTES + 1];
};

enum step {
	STEP_NEXT,     /* answered; the connection goes on */
	STEP_HANDOVER, /* nothing done; the other room must */
	STEP_MEND,     /* nothing done; the write room must mend the WAL index */
	STEP_LINGER,   /* answered; close once the peer has seen it */
	STEP_CLOSE,    /* close, nothing to say */
};

enum step request_serve(struct room *r) NONNULL NODISCARD;
/* The gates, with what the head in q says: again, while a stream goes on. */
enum err request_gates(struct room *r, struct request *q,
    const char **reterr_gate, struct str *reterr_text) NONNULL NODISCARD;

/* room.c: one room to the other. */

/* See that there is a write room; nothing in a write room itself. */
enum err room_call_writer(const struct room_conf *c, struct room *r) NONNULL
    NODISCARD;
/*
 * The database's WAL index was left half-changed by a writer that was
 * killed; a reader cannot mend it, a writer does when it begins.
 */
enum err room_ask_to_mend(const struct room_conf *c, struct room *r,
    int channel) NONNULL NODISCARD;
void room_mend(struct room *r) NONNULL;
/* In a write room: say that there are jobs to work on, if so. */
void room_tell_jobs(struct room *r) NONNULL;
/* Is the failure e one that the write room may mend, and is there one? */
bool room_mendable(const struct room *r, enum err e) NONNULL NODISCARD;
/* tend.c: in a write room, after an answer: what there is to do. */
void room_tidy(struct room *r) NONNULL;

/*
 * stdio.c: a message of MCP in each line of standard input, its answer on
 * standard output, which is conn.  stdio_begin: before the seal.
 */
void stdio_begin(const struct room_conf *c) NONNULL;
void stdio_serve(const struct room_conf *c, struct room *r, int channel)
    NONNULL;

/* context.c: what an operation is told about its request. */

/* Name the peer for the log: its address, or a keyed hash of it. */
void request_name_peer(struct room *r) NONNULL;
/* The request's own id, into q->id. */
void request_make_id(struct room *r, struct request *q) NONNULL;
/* What the token may do, and no more of a context: before the body. */
void request_caller(const struct room *r, const struct request *q,
    struct op_ctx *ret) NONNULL;
/* Borrows from q and members, which are to outlive ctx. */
void request_context(struct room *r, struct request *q, struct str surface,
    struct op_ctx *ctx, struct buf *members) NONNULL;
/* What is our fault is logged; a store of another version ends the room. */
void request_log_failure(struct room *r, enum err e) NONNULL;

/* stream.c: answer with a stream, which r->out begins, until it ends. */
struct mcp_stream;
enum step stream_serve(struct room *r, struct request *q, struct mcp_stream *s,
    struct op_ctx *ctx) NONNULL NODISCARD;

/* record.c: rows of the log for what changes nothing. */
void record_refusal(const struct room *r, const struct request *q, enum err e,
    const char *gate) NONNULL;
/* See that what the operation reads of tables of audit-reads is recorded. */
void record_reads(struct room *r, struct request *q,
    struct op_ctx *ctx) NONNULL;

/* get.c: what a token may GET. */
enum step get_serve(struct room *r, struct request *q) NONNULL NODISCARD;

/* limits.c: what is counted of a request, and when there were too many. */

/* By what the peer's refusals are counted: its address, or IPv6's first 64
 * bits, or its uid; hashed with a key. */
void request_know_peer(struct room *r) NONNULL;
/* It is refused: counted, and where the peer has sent too many wrong
 * credentials ERR_RATE in the place of e, and another gate. */
enum err request_refused(struct room *r, struct request *q, enum err e,
    const char **gate) NONNULL NODISCARD;
/*
 * The caller is who it says: one request of its token's budget.  ERR_RATE:
 * that is spent.  by_head: the head alone says which room's it is.
 */
enum err request_budget(struct room *r, struct request *q,
    bool by_head) NONNULL NODISCARD;
/* The fields that tell of it; none where there is no limit. */
void request_rate_fields(const struct request *q, unsigned status,
    struct buf *out) NONNULL;
/* It was answered. */
void request_count(const struct room *r, const struct request *q,
    unsigned status) NONNULL;

/* metrics.c: GET /metrics. */
enum step metrics_serve(struct room *r, struct request *q) NONNULL NODISCARD;

/* answer.c: what is said to the peer; all append and send. */

struct reply {
	unsigned status;
	struct str type;
	struct str fields; /* more header lines, each with CRLF */
	struct str body;
	bool close;
	bool stream; /* body is the first of it; ends with the connection */
	bool bare; /* no Date: the same bytes at any time */
};

enum step reply_send(struct room *r, const struct request *q,
    const struct reply *p) NONNULL NODISCARD;

/* The answer to a failure, in the words of the surface it came by. */
enum step reply_error(struct room *r, const struct request *q, enum err e,
    struct str text) NONNULL NODISCARD;

/* The field of a 403 for a token that is right and may not do this, RFC 6750
 * section 3.1; not on the path of the DynamoDB API.  Some clients keep
 * its description alone, and drop the body. */
extern const struct str reply_scope;

/* An answer of the DynamoDB API: request id, checksum, content type. */
enum step reply_api(struct room *r, const struct request *q, unsigned status,
    struct str body) NONNULL NODISCARD;

/* Constant answers: health, preflight, what is always 404. */
enum step reply_constant(struct room *r, const struct request *q) NONNULL
    NODISCARD;

#endif
