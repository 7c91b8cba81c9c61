/* SPDX-License-Identifier: ISC */
/* GET /metrics: from the shared file and the store, since no process lives
 * to count. */
#include "base/clock.h"
#include "base/limits.h"
#include "room/request.h"
#include "sandbox/sandbox.h"

/* Whose token is for some tables is not told of others, nor how many. */
static enum err
look(struct room *r, const struct request *q, struct count_gauges *g)
{
	struct store_size size;
	struct op_ctx caller;
	enum err e = store_begin(r->store, false, clock_ms() + LIMIT_READ_MS);

	if (e != ERR_OK)
		return e;
	request_caller(r, q, &caller);
	e = store_size(r->store, &size);
	store_rollback(r->store);
	if (e == ERR_OK)
		*g = (struct count_gauges){
			.violations = sandbox_violations(),
			.database = size.database,
			.wal = size.wal,
			.tables = caller.tables.p == NULL ? size.tables :
							    COUNT_UNTOLD,
		};
	return e;
}

enum step
metrics_serve(struct room *r, struct request *q)
{
	struct count_gauges g;
	enum err e = look(r, q, &g);

	if (room_mendable(r, e))
		return STEP_MEND;
	if (e != ERR_OK) {
		request_log_failure(r, e);
		return reply_error(r, q, e, (struct str){ NULL, 0 });
	}
	buf_reset(&r->out);
	count_text(&g, &r->out);
	if (buf_err(&r->out) != ERR_OK)
		return reply_error(r, q, buf_err(&r->out),
		    (struct str){ NULL, 0 });
	return reply_send(r, q,
	    &(struct reply){
		.status = 200,
		.type = STR("text/plain; version=0.0.4; charset=utf-8"),
		.body = buf_str(&r->out),
	    });
}
