/* SPDX-License-Identifier: ISC */
/* GetResourcePolicy - the policy that is attached, as it was given. */
#include "ddb/policy.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "ResourceArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,
	    .max = LIMIT_ARN },
	{ NULL },
};

static enum err
get_resource_policy(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct policy_found found;
	struct str place;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = policy_open(ctx, in, &t, &place);
	if (e == ERR_OK)
		e = policy_get(ctx, &t, place, &found);
	if (e != ERR_OK)
		return e;
	if (found.text.p == NULL)
		return policy_not_found(ctx, in);
	BUF_LIT(out, "{\"Policy\":");
	json_put_str(out, found.text);
	BUF_LIT(out, ",\"RevisionId\":");
	json_put_str(out, found.revision);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_get_resource_policy = {
	.name = "GetResourcePolicy",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = get_resource_policy,
};
