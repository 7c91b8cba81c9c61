/* SPDX-License-Identifier: ISC */
#include "base/err.h"

#define VALIDATE "com.amazon.coral.validate#"
#define SERVICE  "com.amazon.coral.service#"
#define LIMITED  "com.amazon.coral.availability#"
#define DYNAMO   "com.amazonaws.dynamodb.v20120810#"

static const struct err_row rows[] = {
#define ERR(id, mcp, rpc, api, exception, text) \
	[ERR_##id] = { #id, mcp, rpc, api, exception, text },
#include "base/err.tbl"
#undef ERR
};
_Static_assert(NELEM(rows) == ERR__MAX, "a row for each error");

const struct err_row *
err_row(enum err e)
{
	return &rows[(unsigned)e < ERR__MAX ? e : ERR_INTERNAL];
}
