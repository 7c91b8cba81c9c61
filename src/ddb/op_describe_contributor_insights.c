/* SPDX-License-Identifier: ISC */
/* DescribeContributorInsights - of a table or one of its indexes. */
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/insights.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "IndexName", SHAPE_STRING, SHAPE_NAME, .min = 3, .max = 255 },
	{ NULL },
};

static enum err
describe_insights(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *entry;
	struct str index;
	struct table t;
	int64_t updated;
	bool on;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = insights_open(ctx, in, &t, &index);
	if (e == ERR_OK)
		e = extra_read(&t, EXTRA_REST, &rest);
	if (e != ERR_OK)
		return e;
	entry = json_find(json_get(rest, INSIGHTS_MEMBER), index);
	on = str_eq(json_str(json_get(entry, "Status")), STR("ENABLED"));
	buf_putc(out, '{');
	insights_put(out, t.row.name, index, on ? "ENABLED" : "DISABLED",
	    json_str(json_get(entry, "Mode")));
	BUF_LIT(out, ",\"ContributorInsightsRuleList\":[]");
	if (json_int(json_get(entry, "Updated"), &updated)) {
		answer_member(out, "LastUpdateDateTime");
		extra_put_time(out, (uint64_t)updated);
	}
	buf_putc(out, '}');
	return ERR_OK;
}

const struct op op_describe_contributor_insights = {
	.name = "DescribeContributorInsights",
	.target = "DynamoDB_20120810.",
	.flags = OP_READ,
	.body_max = LIMIT_BODY_SMALL,
	.run = describe_insights,
};
