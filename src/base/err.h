/* SPDX-License-Identifier: ISC */
/*
 * err - every way in which a request or a step can fail.
 *
 * One row of err.tbl for each: what the peer is told on each surface.  A
 * function returns the code; only the spine logs and answers.
 *
 * Layer: base.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/cdefs.h"

enum err {
#define ERR(id, mcp, rpc, api, exception, text) ERR_##id,
#include "base/err.tbl"
#undef ERR
	ERR__MAX
};

struct err_row {
	const char *id;	       /* the enum's name without ERR_, for the log */
	unsigned mcp_status;   /* HTTP status on /mcp and other paths */
	int rpc_code;	       /* JSON-RPC 2.0 error code */
	unsigned api_status;   /* HTTP status on POST / */
	const char *exception; /* DynamoDB's "__type", with its prefix */
	const char *text;      /* what the peer may read when no more is said */
};

/* Never NULL. */
const struct err_row *err_row(enum err e);

#endif
