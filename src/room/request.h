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
#include "room/room.h"
#include "store/store.h"

#define REQUEST_ID_BYTES 52 /* of [A-Z0-9], as the service's */

/* What a room keeps from one request to the next. */
struct room {
	enum room_kind kind;
	const struct policy *policy;
	struct store *store;
	struct conn conn;
	struct arena *arena; /* emptied for each request */
	struct buf in;	     /* raw bytes: this request, and what follows it */
	struct buf body;     /* a decoded chunked body */
	struct buf scratch;  /* of the gates */
	struct buf out;	     /* the answer's body */
	struct buf head;     /* the answer's head */
	bool ending; /* answer, and close */
	bool handed; /* the request at the start of in came by hand-over */
	bool mended; /* the write room has mended for this request */
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

/* answer.c: what is said to the peer; all append and send. */

struct reply {
	unsigned status;
	struct str type;
	struct str fields; /* more header lines, each with CRLF */
	struct str body;
	bool close;
	bool bare; /* no Date: the same bytes at any time */
};

enum step reply_send(struct room *r, const struct request *q,
    const struct reply *p) NONNULL NODISCARD;

/* The answer to a failure, in the words of the surface it came by. */
enum step reply_error(struct room *r, const struct request *q, enum err e,
    struct str text) NONNULL NODISCARD;

/* An answer of the DynamoDB API: request id, checksum, content type. */
enum step reply_api(struct room *r, const struct request *q, unsigned status,
    struct str body) NONNULL NODISCARD;

/* Constant answers: health, preflight, what is always 404. */
enum step reply_constant(struct room *r, const struct request *q) NONNULL
    NODISCARD;

#endif
