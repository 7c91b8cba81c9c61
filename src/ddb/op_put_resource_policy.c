/* SPDX-License-Identifier: ISC */
/* PutResourcePolicy - attach a policy; the same one again changes nothing. */
#include "ddb/policy.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "ResourceArn", SHAPE_STRING, SHAPE_REQUIRED, .min = 1,
	    .max = LIMIT_ARN },
	{ "Policy", SHAPE_STRING, SHAPE_REQUIRED },
	{ "ExpectedRevisionId", SHAPE_STRING, .min = 1, .max = 255 },
	{ "ConfirmRemoveSelfResourceAccess", SHAPE_BOOLEAN },
	{ NULL },
};

static enum err
put_resource_policy(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct str text = json_str(shape_get(in, "Policy")), place, revision;
	struct policy_found found;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = policy_check(ctx, text);
	if (e == ERR_OK)
		e = policy_open(ctx, in, &t, &place);
	if (e == ERR_OK)
		e = policy_get(ctx, &t, place, &found);
	if (e == ERR_OK)
		e = policy_expect(ctx, in, &found);
	if (e != ERR_OK)
		return e;
	if (found.text.p != NULL && str_eq(found.text, text))
		revision = found.revision;
	else
		e = policy_set(ctx, &t, place, text, &revision);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"RevisionId\":");
	json_put_str(out, revision);
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_put_resource_policy = {
	.name = "PutResourcePolicy",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = put_resource_policy,
};
