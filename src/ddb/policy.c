/* SPDX-License-Identifier: ISC */
#include "ddb/policy.h"

#include "base/clock.h"
#include "ddb/extra.h"
#include "ddb/shape.h"
#include "ddb/stream.h"

#define MEMBER  "Policies"
#define INVALID "One or more parameter values were invalid: "

enum err
policy_check(struct op_ctx *ctx, struct str text)
{
	struct json *policy CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum json_kind statements;
	enum err e;

	if (text.len > LIMIT_POLICY)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "The resource-based policy is larger than the "
			    "maximum of %d bytes",
		    LIMIT_POLICY);
	e = json_parse(text, LIMIT_JSON_DEPTH, &policy, &error);
	if (e == ERR_JSON)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "The resource-based policy is not valid JSON: %s "
			    "at byte %zu",
		    error.what, error.at);
	if (e != ERR_OK)
		return e;
	statements = json_kind(json_get(policy, "Statement"));
	if (json_kind(policy) != JSON_OBJECT ||
	    (statements != JSON_ARRAY && statements != JSON_OBJECT) ||
	    json_len(json_get(policy, "Statement")) == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "The resource-based policy has no Statement");
	return ERR_OK;
}

enum err
policy_open(struct op_ctx *ctx, const struct json *in, struct table *ret,
    struct str *ret_place)
{
	struct extra_arn arn;
	struct stream stream;
	const char *text;
	enum err e = extra_read_arn(ctx, in, &arn);

	if (e == ERR_OK)
		e = extra_open(ctx, in, &arn, ret);
	if (e != ERR_OK)
		return e;
	if (arn.kind.p == NULL) {
		*ret_place = STR("");
		return ERR_OK;
	}
	if (!str_eq(arn.kind, STR("stream")))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "A resource-based policy can be attached to a "
			    "table or a stream");
	e = stream_find(ctx, arn.table, arn.rest, &stream);
	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: ResourcArn: %.*s not found",
		    STR_ARG(json_str(shape_get(in, "ResourceArn"))));
	if (e != ERR_OK)
		return e;
	text = arena_printf(ctx->arena, "stream/%.*s", STR_ARG(arn.rest));
	if (text == NULL)
		return ERR_NO_MEMORY;
	*ret_place = str_from(text);
	return ERR_OK;
}

enum err
policy_get(struct op_ctx *ctx, const struct table *t, struct str place,
    struct policy_found *ret)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *m;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	*ret = (struct policy_found){ 0 };
	if ((m = json_find(json_get(rest, MEMBER), place)) == NULL)
		return ERR_OK;
	ret->text = arena_str(ctx->arena, json_str(json_get(m, "Policy")));
	ret->revision =
	    arena_str(ctx->arena, json_str(json_get(m, "RevisionId")));
	return ret->text.p == NULL || ret->revision.p == NULL ? ERR_NO_MEMORY :
								ERR_OK;
}

enum err
policy_not_found(struct op_ctx *ctx, const struct json *in)
{
	return op_fail(ctx, ERR_POLICY_NOT_FOUND,
	    "Resource-based policy not found for the provided ResourceArn: "
	    "%.*s",
	    STR_ARG(json_str(shape_get(in, "ResourceArn"))));
}

enum err
policy_expect(struct op_ctx *ctx, const struct json *in,
    const struct policy_found *found)
{
	struct str id = json_str(shape_get(in, "ExpectedRevisionId"));

	if (id.p == NULL ||
	    str_eq(id,
		found->text.p == NULL ? STR("NO_POLICY") : found->revision))
		return ERR_OK;
	return policy_not_found(ctx, in);
}

enum err
policy_set(struct op_ctx *ctx, struct table *t, struct str place,
    struct str text, struct str *ret_revision)
{
	struct buf entry CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL);
	char *revision = arena_printf(ctx->arena, "%llu",
	    (unsigned long long)clock_wall_ns());
	enum err e;

	if (revision == NULL)
		return ERR_NO_MEMORY;
	BUF_LIT(&entry, "{\"Policy\":");
	json_put_str(&entry, text);
	buf_printf(&entry, ",\"RevisionId\":\"%s\"}", revision);
	if ((e = buf_err(&entry)) != ERR_OK)
		return e;
	*ret_revision = str_from(revision);
	return extra_set_in(ctx, t, MEMBER, place, buf_str(&entry));
}

enum err
policy_drop(struct op_ctx *ctx, struct table *t, struct str place)
{
	return extra_set_in(ctx, t, MEMBER, place, (struct str){ NULL, 0 });
}
