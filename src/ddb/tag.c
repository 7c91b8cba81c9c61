/* SPDX-License-Identifier: ISC */
#include "ddb/tag.h"

#define INVALID "One or more parameter values were invalid: "

static const struct shape members[] = {
	{ "Key", SHAPE_STRING, SHAPE_REQUIRED, .min = 1, .max = LIMIT_TAG_KEY },
	{ "Value", SHAPE_STRING, SHAPE_REQUIRED, .max = LIMIT_TAG_VALUE },
	{ NULL },
};
const struct shape tag_shape[] = { { "member", SHAPE_STRUCT, .of = members,
    .type = SHAPE_MODEL "Tag" } };

enum err
tag_check_count(struct op_ctx *ctx, size_t n)
{
	if (n > LIMIT_TAGS)
		return op_fail(ctx, ERR_VALIDATION,
		    "Too many tags, at most %d can be given", LIMIT_TAGS);
	return ERR_OK;
}

enum err
tag_check(struct op_ctx *ctx, const struct json *tags)
{
	for (size_t i = 0; i < json_len(tags); i++) {
		struct str key = json_str(json_get(json_at(tags, i), "Key"));

		if (str_starts(key, STR("aws:")))
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID "Tag keys that begin with aws: are "
				    "reserved");
		for (size_t k = 0; k < i; k++)
			if (str_eq(key,
				json_str(json_get(json_at(tags, k), "Key"))))
				return op_fail(ctx, ERR_VALIDATION,
				    "Duplicate tag keys are not allowed");
	}
	return ERR_OK;
}
