/* SPDX-License-Identifier: ISC */
/* DescribeEndpoints - where this server is, as the caller has found it. */
#include "ddb/shape.h"

#define CACHE_MINUTES 1440

static enum err
describe_endpoints(struct op_ctx *ctx, const struct json *in UNUSED,
    struct buf *out)
{
	BUF_LIT(out, "{\"Endpoints\":[{\"Address\":");
	json_put_str(out,
	    ctx->host.len > 0 ? ctx->host : STR("localhost:3667"));
	buf_printf(out, ",\"CachePeriodInMinutes\":%d}]}", CACHE_MINUTES);
	return ERR_OK;
}

const struct op op_describe_endpoints = {
	.name = "DescribeEndpoints",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_endpoints,
};
