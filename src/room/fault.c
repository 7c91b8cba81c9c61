/* SPDX-License-Identifier: ISC */
#include "room/fault.h"

#include <time.h>

#include "base/clock.h"
#include "crypto/crypto.h"
#include "limit/turn.h"

_Static_assert(TURNS == POLICY_FAULTS_MAX, "a count for each");

/* Does any member of an object, a table's name, fit? */
static bool
names_fit(struct str pattern, const struct json *object)
{
	struct json_member m = { 0 };

	while (json_next(object, &m))
		if (str_matches(pattern, m.name))
			return true;
	return false;
}

/* Does any action of a transaction? */
static bool
actions_fit(struct str pattern, const struct json *list)
{
	for (size_t i = 0; i < json_len(list); i++) {
		struct json_member m = { 0 };

		while (json_next(json_at(list, i), &m))
			if (str_matches(pattern,
				json_str(json_get(m.value, "TableName"))))
				return true;
	}
	return false;
}

static bool
fits(const struct policy_fault *f, const struct op *op, const struct json *in)
{
	const struct str name = json_str(json_get(in, "TableName"));

	if (!str_matches(f->operation, str_from(op->name)))
		return false;
	if (str_eq(f->table, STR("*")))
		return true;
	return str_matches(f->table, name) ||
	    names_fit(f->table, json_get(in, "RequestItems")) ||
	    actions_fit(f->table, json_get(in, "TransactItems"));
}

/* Is it this request's turn? */
static bool
strikes(const struct policy *p, size_t i)
{
	const struct policy_fault *f = &p->faults[i];
	const uint64_t key = p->generation << 32 | f->sum;
	uint32_t chance;

	switch (f->when) {
	case FAULT_EVERY:
		return (turn_take(i, key) + 1) % f->n == 0;
	case FAULT_FIRST:
		return turn_take(i, key) < f->n;
	case FAULT_PERCENT:
	default:
		crypto_random(&chance, sizeof(chance));
		return chance % 100 < f->n;
	}
}

static void
wait(uint64_t ms)
{
	const struct timespec t = { .tv_sec = (time_t)(ms / MS_PER_S),
		.tv_nsec = (long)(ms % MS_PER_S * (NS_PER_S / MS_PER_S)) };

	(void)nanosleep(&t, NULL);
}

/* In a transaction a conflict is a reason, of each action. */
static enum err
conflict(struct op_ctx *ctx, const struct json *in)
{
	const struct json *all = json_get(in, "TransactItems");
	struct buf codes CLEANUP(buf_free) = BUF_INIT(KIB(16));

	if (json_len(all) == 0)
		return ERR_CONFLICT;
	BUF_LIT(ctx->error_members, ",\"CancellationReasons\":[");
	for (size_t i = 0; i < json_len(all); i++) {
		if (i > 0) {
			buf_putc(ctx->error_members, ',');
			BUF_LIT(&codes, ", ");
		}
		BUF_LIT(ctx->error_members,
		    "{\"Code\":\"TransactionConflict\","
		    "\"Message\":\"Transaction is ongoing for the item\"}");
		BUF_LIT(&codes, "TransactionConflict");
	}
	buf_putc(ctx->error_members, ']');
	return op_fail(ctx, ERR_CANCELED,
	    "Transaction cancelled, please refer cancellation reasons for "
	    "specific reasons [%.*s]",
	    STR_ARG(buf_str(&codes)));
}

enum err
fault_apply(struct op_ctx *ctx, const struct op *op, const struct json *in)
{
	const struct policy *p = ctx->fault_arg;

	for (size_t i = 0; i < p->nfaults; i++) {
		const struct policy_fault *f = &p->faults[i];

		if (!fits(f, op, in) || !strikes(p, i))
			continue;
		if (f->error == ERR_OK)
			wait(f->delay_ms);
		else if (f->error == ERR_CONFLICT)
			return conflict(ctx, in);
		else
			return f->error;
	}
	return ERR_OK;
}
