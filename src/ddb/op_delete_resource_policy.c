/* SPDX-License-Identifier: ISC */
/* DeleteResourcePolicy - detach; where there is none nothing is said. */
#include "ddb/policy.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "ResourceArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,
	    .max = LIMIT_ARN },
	{ "ExpectedRevisionId", SHAPE_STRING, .min = 1, .max = 255 },
	{ NULL },
};

static enum err
delete_resource_policy(struct op_ctx *ctx, const struct json *in,
    struct buf *out)
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
	if (found.text.p == NULL) {
		if (shape_get(in, "ExpectedRevisionId") != NULL)
			return policy_not_found(ctx, in);
		BUF_LIT(out, "{}");
		return ERR_OK;
	}
	if ((e = policy_expect(ctx, in, &found)) != ERR_OK ||
	    (e = policy_drop(ctx, &t, place)) != ERR_OK)
		return e;
	BUF_LIT(out, "{\"RevisionId\":");
	json_put_str(out, found.revision);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_delete_resource_policy = {
	.name = "DeleteResourcePolicy",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = delete_resource_policy,
};
