/* SPDX-License-Identifier: ISC */
#include "ddb/pitr.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/images.h"

#define MEMBER     "PointInTimeRecovery"
#define NS_PER_DAY (UINT64_C(86400) * NS_PER_S)

static const struct str none = { NULL, 0 };

enum err
pitr_get(const struct table *t, struct pitr *ret)
{
	struct json *rest CLEANUP(json_freep) = NULL;
	const struct json *m;
	int64_t since, days;
	uint64_t now = clock_wall_ns();
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	*ret = (struct pitr){ 0 };
	if ((m = json_get(rest, MEMBER)) == NULL)
		return ERR_OK;
	if (!json_int(json_get(m, "Since"), &since) ||
	    !json_int(json_get(m, "Days"), &days))
		return ERR_STORE_VERSION;
	ret->enabled = true;
	ret->since = ret->earliest = (uint64_t)since;
	ret->days = (uint64_t)days;
	if (now > ret->days * NS_PER_DAY &&
	    now - ret->days * NS_PER_DAY > ret->since)
		ret->earliest = now - ret->days * NS_PER_DAY;
	return ERR_OK;
}

enum err
pitr_enable(struct op_ctx *ctx, struct table *t, uint64_t days)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct pitr now;
	enum err e = pitr_get(t, &now);

	if (e != ERR_OK)
		return e;
	buf_printf(&text, "{\"Since\":%llu,\"Days\":%llu}",
	    (unsigned long long)(now.enabled ? now.earliest : clock_wall_ns()),
	    (unsigned long long)days);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	if (!now.enabled)
		e = images_set(ctx, t, IMAGES_RESTORE, true);
	if (e != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_REST, MEMBER, buf_str(&text));
}

enum err
pitr_disable(struct op_ctx *ctx, struct table *t)
{
	enum err e = images_set(ctx, t, IMAGES_RESTORE, false);

	return e != ERR_OK ? e : extra_set(ctx, t, EXTRA_REST, MEMBER, none);
}

enum err
pitr_put(const struct table *t, struct buf *out)
{
	struct pitr p;
	enum err e = pitr_get(t, &p);

	if (e != ERR_OK)
		return e;
	buf_printf(out,
	    "{\"ContinuousBackupsDescription\":{"
	    "\"ContinuousBackupsStatus\":\"ENABLED\","
	    "\"PointInTimeRecoveryDescription\":{"
	    "\"PointInTimeRecoveryStatus\":\"%s\"",
	    p.enabled ? "ENABLED" : "DISABLED");
	if (p.enabled) {
		buf_printf(out, ",\"RecoveryPeriodInDays\":%llu",
		    (unsigned long long)p.days);
		answer_member(out, "EarliestRestorableDateTime");
		extra_put_time(out, p.earliest);
		answer_member(out, "LatestRestorableDateTime");
		extra_put_time(out, clock_wall_ns());
	}
	BUF_LIT(out, "}}}");
	return ERR_OK;
}

bool
pitr_read_time(const struct json *number, uint64_t *ret)
{
	const struct str s = json_number(number);
	char text[64] = "";
	double seconds;

	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	seconds = strtod(text, NULL);
	if (!(seconds > 0 && seconds < 9e9))
		return false;
	*ret = (uint64_t)(seconds * 1000) * (NS_PER_S / MS_PER_S);
	return true;
}

enum err
pitr_find(struct op_ctx *ctx, uint64_t time, uint64_t *ret)
{
	uint64_t next;
	enum err e;

	/* What was written in that millisecond is in it. */
	e = store_log_seek(ctx->store, time + NS_PER_S / MS_PER_S, &next);
	if (e == ERR_OK)
		*ret = next - 1;
	return e;
}
