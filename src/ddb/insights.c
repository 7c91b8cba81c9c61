/* SPDX-License-Identifier: ISC */
#include "ddb/insights.h"

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/shape.h"

enum err
insights_open(struct op_ctx *ctx, const struct json *in, struct table *ret,
    struct str *ret_index)
{
	struct json *description CLEANUP(json_freep) = NULL;
	struct str index = json_str(shape_get(in, "IndexName"));
	enum err e = table_open_named(ctx, in, ret);

	if (e != ERR_OK)
		return e;
	*ret_index = STR("");
	if (index.p == NULL)
		return ERR_OK;
	e = extra_read(ret, EXTRA_DESCRIPTION, &description);
	if (e != ERR_OK)
		return e;
	if (!extra_has_index(description, index))
		return op_fail(ctx, ERR_NOT_FOUND,
		    "Requested resource not found: Index: %.*s not found for "
		    "table: %.*s",
		    STR_ARG(index), STR_ARG(ret->row.name));
	*ret_index = index;
	return ERR_OK;
}

void
insights_put(struct buf *out, struct str table, struct str index,
    const char *status, struct str mode)
{
	answer_member(out, "TableName");
	json_put_str(out, table);
	if (index.len > 0) {
		answer_member(out, "IndexName");
		json_put_str(out, index);
	}
	answer_member(out, "ContributorInsightsStatus");
	json_put_str(out, str_from(status));
	if (mode.len > 0) {
		answer_member(out, "ContributorInsightsMode");
		json_put_str(out, mode);
	}
}
