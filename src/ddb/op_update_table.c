/* SPDX-License-Identifier: ISC */
/*
 * UpdateTable - what can be changed of a table.  The definition is written
 * once, in the transaction of the request; every process reads it anew in
 * each of its own.
 */
#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/backfill.h"
#include "ddb/extra.h"
#include "ddb/stream.h"
#include "ddb/table_update.h"
#include "ddb/vector.h"

#define INVALID "One or more parameter values were invalid: "

static const struct shape request[] = {
	{ "TableName", SHAPE_STRING,
	    SHAPE_MUST | SHAPE_TABLE | SHAPE_NAME | SHAPE_ARN },
	{ "AttributeDefinitions", SHAPE_LIST, .of = table_definitions_shape },
	TABLE_SHAPES,
	{ "GlobalSecondaryIndexUpdates", SHAPE_LIST,
	    .of = table_update_index_shape },
	{ "VectorIndexUpdates", SHAPE_LIST, .of = vector_update_shape },
	{ "ReplicaUpdates", SHAPE_LIST, .of = table_update_replica_shape,
	    .min = 1 },
	{ "MultiRegionConsistency", SHAPE_STRING,
	    .values = "EVENTUAL, STRONG" },
	{ "GlobalTableWitnessUpdates", SHAPE_LIST, SHAPE_UNSERVED,
	    .of = table_update_witness_shape },
	{ "GlobalTableSettingsReplicationMode", SHAPE_STRING, SHAPE_UNSERVED },
	{ "DisassociationProtectionEnabled", SHAPE_BOOLEAN, SHAPE_UNSERVED },
	{ NULL },
};

/* ---- what is wrong without the table */

static bool
any_given(const struct json *in)
{
	static const char *const names[] = { "ProvisionedThroughput",
		"BillingMode", "TableClass", "DeletionProtectionEnabled",
		"SSESpecification", "OnDemandThroughput", "WarmThroughput",
		"StreamSpecification", "ReplicaUpdates" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (shape_get(in, names[i]) != NULL)
			return true;
	return json_len(shape_get(in, "GlobalSecondaryIndexUpdates")) > 0 ||
	    json_len(shape_get(in, "VectorIndexUpdates")) > 0;
}

static enum err
check(struct op_ctx *ctx, const struct json *in)
{
	const struct json *units = shape_get(in, "ProvisionedThroughput");
	enum err e = shape_check(ctx, request, in);

	if (e != ERR_OK)
		return e;
	if (!any_given(in))
		return op_fail(ctx, ERR_VALIDATION,
		    "At least one of ProvisionedThroughput, BillingMode, "
		    "UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
		    "SSESpecification or ReplicaUpdates is required");
	if (units == NULL &&
	    str_eq(json_str(shape_get(in, "BillingMode")), STR("PROVISIONED")))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "ProvisionedThroughput must be specified when "
			    "BillingMode is PROVISIONED");
	if ((e = table_def_check_units(ctx, units)) != ERR_OK)
		return e;
	e = table_update_check_indexes(ctx, in);
	return e == ERR_OK ? table_def_check_stream(ctx,
				 shape_get(in, "StreamSpecification"), false) :
			     e;
}

/* ---- members */

enum err
table_update_set(struct table_update *u, struct table_line *line,
    const char *name, struct str text)
{
	if (text.len == 0) {
		text.p = NULL;
	} else {
		text = arena_str(u->ctx->arena, text);
		if (text.p == NULL)
			return ERR_NO_MEMORY;
	}
	if (line->n == TABLE_UPDATE_MEMBERS)
		return ERR_INTERNAL;
	line->members[line->n++] = (struct table_member){ name, text };
	return ERR_OK;
}

static enum err
set_buf(struct table_update *u, const char *name, const struct buf *text)
{
	enum err e = buf_err(text);

	return e == ERR_OK ?
	    table_update_set(u, &u->description, name, buf_str(text)) :
	    e;
}

static bool
decreases(const struct json *old, const struct json *units, const char *name)
{
	return shape_int(units, name, 0) < shape_int(old, name, 0);
}

static bool
increases(const struct json *old, const struct json *units, const char *name)
{
	return shape_int(units, name, 0) > shape_int(old, name, 0);
}

/* A time that is now or as it was. */
static void
put_time(struct table_update *u, struct buf *out, const struct json *old,
    const char *name, bool is_now)
{
	int64_t at = is_now ? (int64_t)u->now : shape_int(old, name, 0);

	if (at > 0)
		buf_printf(out, "\"%s\":%lld,", name, (long long)at);
}

void
table_update_put_units(struct table_update *u, struct buf *out,
    const struct json *old, const struct json *units)
{
	static const char read[] = "ReadCapacityUnits";
	static const char write[] = "WriteCapacityUnits";
	bool more = increases(old, units, read) || increases(old, units, write);
	bool less = decreases(old, units, read) || decreases(old, units, write);
	long long n = shape_int(old, "NumberOfDecreasesToday", 0);
	int64_t last = shape_int(old, "LastDecreaseDateTime", 0);
	const int64_t day = 86400;

	if (last / day != (int64_t)u->now / day)
		n = 0;
	if (less)
		n++;
	buf_putc(out, '{');
	put_time(u, out, old, "LastIncreaseDateTime", more);
	put_time(u, out, old, "LastDecreaseDateTime", less);
	buf_printf(out,
	    "\"NumberOfDecreasesToday\":%lld,\"%s\":%lld,\"%s\":%lld}", n, read,
	    (long long)shape_int(units, read, 0), write,
	    (long long)shape_int(units, write, 0));
}

enum err
table_update_check_units(struct table_update *u, const struct json *old,
    const struct json *units)
{
	long long r = (long long)shape_int(old, "ReadCapacityUnits", 0);
	long long w = (long long)shape_int(old, "WriteCapacityUnits", 0);

	if (r != shape_int(units, "ReadCapacityUnits", 0) ||
	    w != shape_int(units, "WriteCapacityUnits", 0))
		return ERR_OK;
	return op_fail(u->ctx, ERR_VALIDATION,
	    "The provisioned throughput for the table will not change. The "
	    "requested value equals the current value. Current "
	    "ReadCapacityUnits provisioned for the table: %lld. Requested "
	    "ReadCapacityUnits: %lld. Current WriteCapacityUnits provisioned "
	    "for the table: %lld. Requested WriteCapacityUnits: %lld. Refer to "
	    "the Amazon DynamoDB Developer Guide for current limits and how to "
	    "request higher limits.",
	    r, r, w, w);
}

static enum err
set_billing(struct table_update *u)
{
	struct buf units CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf mode CLEANUP(buf_free) = BUF_INIT(KIB(4));
	const struct json *new = shape_get(u->in, "ProvisionedThroughput");
	const struct json *old =
	    json_get(u->description.old, "ProvisionedThroughput");
	const struct json *was =
	    json_get(u->description.old, "BillingModeSummary");
	int64_t since = shape_int(was, "LastUpdateToPayPerRequestDateTime", 0);
	enum err e = ERR_OK;

	if (new != NULL && !u->was_demand)
		e = table_update_check_units(u, old, new);
	if (e == ERR_OK && (new != NULL || u->demand != u->was_demand)) {
		table_update_put_units(u, &units, old, new);
		e = set_buf(u, "ProvisionedThroughput", &units);
	}
	if (e != ERR_OK || u->demand == u->was_demand)
		return e;
	if (u->demand)
		since = (int64_t)u->now;
	buf_printf(&mode,
	    "{\"BillingMode\":\"%s\",\"LastUpdateToPayPerRequestDateTime\":"
	    "%lld}",
	    u->demand ? "PAY_PER_REQUEST" : "PROVISIONED", (long long)since);
	return set_buf(u, "BillingModeSummary", &mode);
}

static enum err
set_protection(struct table_update *u)
{
	static const struct str no = { NULL, 0 };
	bool on = shape_bool(u->in, "DeletionProtectionEnabled");
	enum err e;

	if (shape_get(u->in, "DeletionProtectionEnabled") == NULL)
		return ERR_OK;
	e = table_update_set(u, &u->head, "protected", on ? STR("true") : no);
	return e == ERR_OK ?
	    table_update_set(u, &u->description, "DeletionProtectionEnabled",
		on ? STR("true") : STR("false")) :
	    e;
}

static enum err
set_stream(struct table_update *u)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf type CLEANUP(buf_free) = BUF_INIT(KIB(4));
	const struct json *spec = shape_get(u->in, "StreamSpecification");
	bool is = json_get(u->head.old, "stream") != NULL;
	bool on = shape_bool(spec, "StreamEnabled");
	struct str label;
	enum err e;

	if (spec == NULL)
		return ERR_OK;
	if (on && is)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "Table already has an enabled stream: TableName: %.*s",
		    STR_ARG(u->t.row.name));
	if (!on && !is)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "Table is already without a stream: TableName: %.*s",
		    STR_ARG(u->t.row.name));
	if (on) {
		json_put(&type, json_get(spec, "StreamViewType"));
		shape_put(&text,
		    &(struct shape){ .kind = SHAPE_STRUCT,
			.of = table_stream_shape },
		    spec);
		e = stream_enable(u->ctx, &u->t,
		    json_str(json_get(spec, "StreamViewType")), &label);
		if (e == ERR_OK)
			e = table_update_set(u, &u->description,
			    "LatestStreamLabel", label);
	} else {
		e = stream_disable(u->ctx, &u->t);
	}
	if (e == ERR_OK)
		e = table_update_set(u, &u->head, "stream", buf_str(&type));
	return e == ERR_OK ? set_buf(u, "StreamSpecification", &text) : e;
}

/* What is written as its own member with nothing to decide. */
static enum err
set_rest(struct table_update *u)
{
	struct buf class CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf most CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct buf key CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct buf warm CLEANUP(buf_free) = BUF_INIT(KIB(4));
	const struct json *v;
	struct str text;
	enum err e = ERR_OK;

	if ((v = shape_get(u->in, "TableClass")) != NULL) {
		BUF_LIT(&class, "{\"TableClass\":");
		json_put(&class, v);
		buf_putc(&class, '}');
		e = set_buf(u, "TableClassSummary", &class);
	}
	if (e == ERR_OK &&
	    (v = shape_get(u->in, "OnDemandThroughput")) != NULL) {
		json_put(&most, v);
		e = set_buf(u, "OnDemandThroughput", &most);
	}
	if (e == ERR_OK && (v = shape_get(u->in, "SSESpecification")) != NULL) {
		table_def_put_encryption(u->ctx, &key, v);
		(void)str_cut(buf_str(&key), ':', &text);
		e = table_update_set(u, &u->description, "SSEDescription",
		    text);
	}
	if (e == ERR_OK && (v = shape_get(u->in, "WarmThroughput")) != NULL) {
		table_def_put_warm(&warm, v);
		(void)str_cut(buf_str(&warm), ':', &text);
		e = table_update_set(u, &u->description, "WarmThroughput",
		    text);
	}
	return e;
}

/* ---- all of it */

static enum err
check_billing(struct table_update *u)
{
	struct str asked = json_str(shape_get(u->in, "BillingMode"));

	u->was_demand = str_eq(json_str(json_get(json_get(u->description.old,
						     "BillingModeSummary"),
				   "BillingMode")),
	    STR("PAY_PER_REQUEST"));
	u->demand = asked.p == NULL ? u->was_demand :
				      str_eq(asked, STR("PAY_PER_REQUEST"));
	if (u->demand && shape_get(u->in, "ProvisionedThroughput") != NULL)
		return op_fail(u->ctx, ERR_VALIDATION,
		    INVALID
		    "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
		    "specified when BillingMode is PAY_PER_REQUEST");
	return ERR_OK;
}

/* The whole definition, in the arena. */
static enum err
write_def(struct table_update *u, struct str *ret)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	struct str rest = { NULL, 0 };
	enum err e;

	(void)str_cut(u->t.row.def, '\n', &rest);
	(void)str_cut(rest, '\n', &rest);
	buf_putc(&def, '{');
	table_def_put_members(&def, u->head.old, u->head.members, u->head.n);
	BUF_LIT(&def, "}\n");
	table_def_put_members(&def, u->description.old, u->description.members,
	    u->description.n);
	buf_putc(&def, '\n');
	buf_puts(&def, rest);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	*ret = arena_str(u->ctx->arena, buf_str(&def));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
put_answer(struct table_update *u, struct buf *out)
{
	struct table_line *d = &u->description;
	const struct table_mark *mark =
	    u->mark.status == NULL ? NULL : &u->mark;
	struct str def, rest;
	enum err e;

	/* What goes is still to be seen in the answer. */
	for (size_t i = 0; i < d->n && u->shown.len > 0; i++)
		if (str_eq(str_from(d->members[i].name),
			STR("GlobalSecondaryIndexes")))
			d->members[i].text = u->shown;
	if ((e = write_def(u, &def)) != ERR_OK)
		return e;
	(void)str_cut(def, '\n', &rest);
	u->t.description = str_cut(rest, '\n', &rest);
	BUF_LIT(out, "{\"TableDescription\":");
	e = table_put_description(u->ctx, &u->t, "UPDATING", mark, out);
	buf_putc(out, '}');
	return e;
}

static enum err
change(struct table_update *u, struct buf *out)
{
	struct store_table *row = &u->t.row;
	struct str old = row->def;
	enum err e;

	if ((e = check_billing(u)) != ERR_OK ||
	    (e = set_billing(u)) != ERR_OK ||
	    (e = table_update_indexes(u)) != ERR_OK ||
	    (e = set_protection(u)) != ERR_OK ||
	    (e = set_stream(u)) != ERR_OK || (e = set_rest(u)) != ERR_OK ||
	    (e = table_update_replicas(u)) != ERR_OK ||
	    (e = write_def(u, &row->def)) != ERR_OK ||
	    (e = store_table_update(u->ctx->store, row)) != ERR_OK)
		return e;
	row->def = old;
	if ((e = put_answer(u, out)) != ERR_OK || u->created == 0)
		return e;
	return backfill_begin(u->ctx, u->created);
}

static enum err
update_vectors(struct table_update *u)
{
	enum err e = vector_update(u->ctx, u->in, &u->t, &u->created);

	return e == ERR_OK ? table_open_named(u->ctx, u->in, &u->t) : e;
}

static enum err
update_table(struct op_ctx *ctx, const struct json *in, struct buf *out)
{
	struct table_update u = { .ctx = ctx,
		.in = in,
		.now = clock_wall_ns() / NS_PER_S };
	enum err e = check(ctx, in);

	if (e == ERR_OK)
		e = table_open_named(ctx, in, &u.t);
	if (e == ERR_OK && json_len(shape_get(in, "VectorIndexUpdates")) > 0)
		e = update_vectors(&u);
	if (e == ERR_OK)
		e = extra_read(&u.t, EXTRA_HEAD, &u.head.old);
	if (e == ERR_OK)
		e = extra_read(&u.t, EXTRA_DESCRIPTION, &u.description.old);
	if (e == ERR_OK)
		e = change(&u, out);
	json_free(u.head.old);
	json_free(u.description.old);
	return e;
}

const struct op op_update_table = {
	.name = "UpdateTable",
	.target = "DynamoDB_20120810.",
	.flags = OP_WRITE,
	.body_max = LIMIT_BODY_SMALL,
	.run = update_table,
};
