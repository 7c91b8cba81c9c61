/* SPDX-License-Identifier: ISC */
/*
 * gate - decide from the request head alone whether the peer may go on.
 *
 * Gates run in table order after http_head_parse() and before one byte of
 * the body is read.  A gate is a pure predicate: it does no I/O, allocates
 * nothing but what the signature's scratch buffer holds, keeps no state and
 * does not log.  The first refusal wins, so the order of the rows in gate.c
 * is part of the security argument.
 *
 * Layer: gate.
 */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include "base/err.h"
#include "conf/policy.h"
#include "crypto/sigv4.h"
#include "http/head.h"

/* Where a request goes, by path alone. */
enum gate_route {
	ROUTE_ROOT,	  /* "/": DynamoDB by POST, "healthy" by GET */
	ROUTE_HEALTH,	  /* /healthz */
	ROUTE_WELL_KNOWN, /* /.well-known and below: always 404 */
	ROUTE_MCP,	  /* /mcp */
	ROUTE_COMPLIANCE, /* /compliance-status */
	ROUTE_METRICS,	  /* /metrics */
	ROUTE_AUDIT,	  /* /audit */
	ROUTE_UNKNOWN,
	ROUTE__MAX
};

/* What the gates look at beside the head; constant for one connection. */
struct gate_env {
	const struct policy *policy;
	uint16_t port;	   /* of the accepted socket; 0: unix socket */
	bool peer_trusted; /* unix socket whose peer is our own uid */
	uint64_t now_ns;   /* wall clock, taken once for each request */
};

/* A peer that passed every gate, or a request that needs none. */
struct caller {
	enum gate_route route;
	bool constant;	/* a constant answer: no token was needed.  Its
			   request may have a body, which nobody reads */
	bool preflight; /* an allowed CORS preflight; constant too */
	bool cors;	/* Origin was present and is allowed */
	bool sigv4;	/* signed: the signature awaits the body */
	struct token_record token; /* a copy; zero where constant; where no
				      token was needed or AWS credentials are
				      not checked all but name and rights are
				      zero, the name being (none), (peer) or
				      (any) */
	struct sigv4 signature; /* where sigv4; borrows from head, scratch.
				   Unchecked credentials: key_id and region
				   alone, if they look like that */
	uint32_t rights;	/* TOKEN_READ | ... */
};

/*
 * Run every gate over head.
 *
 * ERR_OK fills *ret_caller.  On refusal returns that gate's error and points
 * *reterr_gate at its name, a constant for the log that is never sent; where
 * the service words the refusal itself *reterr_text has it, else absent.
 * *ret_caller then has what was known by that gate: the route always, the
 * token behind the token gate, cors behind the origin gate, constant where
 * the refusal is a constant answer (the 404 below /.well-known).
 *
 * The route's least rights are checked here, an operation's own are not.
 *
 * Cost: a bearer text is one hash; all else is a few comparisons.
 */
enum err gate_run(const struct http_head *head, const struct gate_env *env,
    struct buf *scratch, struct caller *ret_caller, const char **reterr_gate,
    struct str *reterr_text) NONNULL NODISCARD;

#endif
