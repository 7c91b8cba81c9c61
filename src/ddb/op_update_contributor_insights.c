/* SPDX-License-Identifier: ISC */
/* UpdateContributorInsights - ask for them, or no more. */
#include "base/clock.h"
#include "ddb/extra.h"
#include "ddb/insights.h"
#include "ddb/shape.h"

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "IndexName", SHAPE_STRING, SHAPE_NAME, .min = 3, .max = 255 },
	{ "ContributorInsightsAction", SHAPE_STRING, SHAPE_REQUIRED,
	    .values = "ENABLE, DISABLE" },
	{ "ContributorInsightsMode", SHAPE_STRING, .values = INSIGHTS_MODES },
	{ NULL },
};

static enum err
update_insights(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct buf entry CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct str mode = json_str(shape_get(in, "ContributorInsightsMode"));
	bool on = str_eq(json_str(shape_get(in, "ContributorInsightsAction")),
	    STR("ENABLE"));
	struct str index;
	struct table t;
	enum err e = shape_check(ctx, request, in);

	if (e == ERR_OK)
		e = insights_open(ctx, in, &t, &index);
	if (e != ERR_OK)
		return e;
	if (mode.p == NULL)
		mode = STR("ACCESSED_AND_THROTTLED_KEYS");
	buf_printf(&entry,
	    "{\"Status\":\"%s\",\"Mode\":\"%.*s\",\"Updated\":%llu}",
	    on ? "ENABLED" : "DISABLED", STR_ARG(mode),
	    (unsigned long long)clock_wall_ns());
	if ((e = buf_err(&entry)) != ERR_OK)
		return e;
	buf_putc(out, '{');
	insights_put(out, t.row.name, index, on ? "ENABLING" : "DISABLING",
	    mode);
	buf_putc(out, '}');
	return extra_set_in(ctx, &t, INSIGHTS_MEMBER, index, buf_str(&entry));
}

const struct op op_update_contributor_insights = {
	.name = "UpdateContributorInsights",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_insights,
};
