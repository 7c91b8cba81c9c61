/* SPDX-License-Identifier: ISC */
#include "ddb/scaling.h"

#include "ddb/answer.h"
#include "ddb/extra.h"

#define INVALID "One or more parameter values were invalid: "

static const struct shape target[] = {
	{ "DisableScaleIn", SHAPE_BOOLEAN },
	{ "ScaleInCooldown", SHAPE_INTEGER },
	{ "ScaleOutCooldown", SHAPE_INTEGER },
	{ "TargetValue", SHAPE_DOUBLE, SHAPE_REQUIRED },
	{ NULL },
};
static const struct shape policy[] = {
	{ "PolicyName", SHAPE_STRING, .min = 1, .max = 256,
	    .pattern = &shape_policy_name },
	{ "TargetTrackingScalingPolicyConfiguration", SHAPE_STRUCT,
	    SHAPE_REQUIRED | SHAPE_FIELD, .of = target,
	    .type = SHAPE_MODEL
	    "AutoScalingTargetTrackingScalingPolicyConfigurationUpdate" },
	{ NULL },
};
const struct shape scaling_update[] = {
	{ "MinimumUnits", SHAPE_LONG, .min = 1 },
	{ "MaximumUnits", SHAPE_LONG, .min = 1 },
	{ "AutoScalingDisabled", SHAPE_BOOLEAN },
	{ "AutoScalingRoleArn", SHAPE_STRING, .min = 1, .max = 1600,
	    .pattern = &shape_role },
	{ "ScalingPolicyUpdate", SHAPE_STRUCT, SHAPE_FIELD, .of = policy,
	    .type = SHAPE_MODEL "AutoScalingPolicyUpdate" },
	{ NULL },
};
static const struct shape one_policy[] = { { "member", SHAPE_STRUCT,
    .of = policy } };

char *
scaling_key_write(struct op_ctx *ctx, struct str index)
{
	return arena_printf(ctx->arena, index.len > 0 ? "W/%.*s" : "W%.*s",
	    STR_ARG(index));
}

char *
scaling_key_read(struct op_ctx *ctx, struct str region, struct str index)
{
	return arena_printf(ctx->arena,
	    index.len > 0 ? "R/%.*s/%.*s" : "R/%.*s%.*s", STR_ARG(region),
	    STR_ARG(index));
}

/* An update as the description that it leads to. */
static void
put_settings(struct buf *out, const struct json *u)
{
	static const char *const plain[] = { "MinimumUnits", "MaximumUnits",
		"AutoScalingRoleArn" };
	const struct json *v;

	buf_putc(out, '{');
	for (size_t i = 0; i < NELEM(plain); i++) {
		if ((v = shape_get(u, plain[i])) == NULL)
			continue;
		answer_member(out, plain[i]);
		json_put(out, v);
	}
	answer_member(out, "AutoScalingDisabled");
	buf_puts(out,
	    shape_bool(u, "AutoScalingDisabled") ? STR("true") : STR("false"));
	if ((v = shape_get(u, "ScalingPolicyUpdate")) != NULL) {
		answer_member(out, "ScalingPolicies");
		buf_putc(out, '[');
		shape_put(out, one_policy, v);
		buf_putc(out, ']');
	}
	buf_putc(out, '}');
}

enum err
scaling_set(struct op_ctx *ctx, struct table *t, const char *key,
    const struct json *in, const char *member)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(16));
	const struct json *u = shape_get(in, member);
	enum err e;

	if (u == NULL)
		return ERR_OK;
	if (shape_int(u, "MinimumUnits", 1) >
	    shape_int(u, "MaximumUnits", INT64_MAX))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "MinimumUnits must not be greater than "
			    "MaximumUnits");
	put_settings(&text, u);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	return extra_set_in(ctx, t, "Scaling", str_from(key), buf_str(&text));
}

enum err
scaling_set_units(struct op_ctx *ctx, struct table *t, const char *key,
    const struct json *in, const char *member)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(1));
	const struct json *v = shape_get(in, member);
	enum err e;

	if (v == NULL)
		return ERR_OK;
	json_put(&text, v);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	return extra_set_in(ctx, t, "Units", str_from(key), buf_str(&text));
}

void
scaling_put(struct buf *out, const char *name, const struct json *rest,
    const char *key)
{
	const struct json *v =
	    json_find(json_get(rest, "Scaling"), str_from(key));

	answer_member(out, name);
	if (v == NULL)
		BUF_LIT(out, "{\"AutoScalingDisabled\":true}");
	else
		json_put(out, v);
}

void
scaling_put_units(struct buf *out, const char *name, const struct json *rest,
    const char *key, const struct json *otherwise)
{
	const struct json *v =
	    json_find(json_get(rest, "Units"), str_from(key));

	if (v == NULL && (v = otherwise) == NULL)
		return;
	answer_member(out, name);
	json_put(out, v);
}
