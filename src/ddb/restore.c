/* SPDX-License-Identifier: ISC */
#include "ddb/restore.h"

#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/job.h"
#include "ddb/task.h"
#include "ddb/write.h"

#define CHUNK         200    /* items of one transaction */
#define CHUNK_BYTES   MIB(1) /* about */
#define SMALL         1000   /* items that are put at once */
#define SMALL_BYTES   MIB(2)
#define REQUEST_MAX   MIB(1)
#define REQUEST_DEPTH 16

/* ---- the new table: a CreateTable request */

static bool
names(const struct json *schema, struct str name)
{
	for (size_t i = 0; i < json_len(schema); i++)
		if (str_eq(json_str(
			       json_get(json_at(schema, i), "AttributeName")),
			name))
			return true;
	return false;
}

static bool
list_names(const struct json *indexes, struct str name)
{
	for (size_t i = 0; i < json_len(indexes); i++)
		if (names(json_get(json_at(indexes, i), "KeySchema"), name))
			return true;
	return false;
}

/* What is wanted of the source's: another, or its own. */
struct source {
	const struct json *d; /* the members of its description */
	const struct json *global, *local, *vector;
	bool demand;
};

/* An attribute that no key names is none that may be defined. */
static void
put_definitions(struct buf *out, const struct source *s)
{
	const struct json *all = json_get(s->d, "AttributeDefinitions");
	const char *comma = "";

	answer_member(out, "AttributeDefinitions");
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(all); i++) {
		struct str name =
		    json_str(json_get(json_at(all, i), "AttributeName"));

		if (!names(json_get(s->d, "KeySchema"), name) &&
		    !list_names(s->global, name) && !list_names(s->local, name))
			continue;
		buf_puts(out, str_from(comma));
		json_put(out, json_at(all, i));
		comma = ",";
	}
	buf_putc(out, ']');
}

static void
put_units(struct buf *out, const struct json *units)
{
	if (units == NULL)
		return;
	answer_member(out, "ProvisionedThroughput");
	buf_printf(out,
	    "{\"ReadCapacityUnits\":%.*s,\"WriteCapacityUnits\":%.*s}",
	    STR_ARG(json_number(json_get(units, "ReadCapacityUnits"))),
	    STR_ARG(json_number(json_get(units, "WriteCapacityUnits"))));
}

static void
put_indexes(struct buf *out, const char *name, const struct json *all,
    bool units)
{
	static const char *const members[] = { "IndexName", "KeySchema",
		"Projection" };

	if (json_len(all) == 0)
		return;
	answer_member(out, name);
	for (size_t i = 0; i < json_len(all); i++) {
		const struct json *one = json_at(all, i);

		buf_puts(out, i == 0 ? STR("[{") : STR(",{"));
		for (size_t k = 0; k < NELEM(members); k++) {
			answer_member(out, members[k]);
			json_put(out, json_get(one, members[k]));
		}
		if (units)
			put_units(out, json_get(one, "ProvisionedThroughput"));
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void
put_member(struct buf *out, const char *name, const struct json *v)
{
	if (v == NULL)
		return;
	answer_member(out, name);
	json_put(out, v);
}

static void
put_request(struct buf *out, const struct json *in, const struct source *s)
{
	const struct json *units =
	    shape_get(in, "ProvisionedThroughputOverride");
	const struct json *demand = shape_get(in, "OnDemandThroughputOverride");

	buf_putc(out, '{');
	put_member(out, "TableName", json_get(in, "TargetTableName"));
	put_definitions(out, s);
	put_member(out, "KeySchema", json_get(s->d, "KeySchema"));
	answer_member(out, "BillingMode");
	buf_puts(out,
	    s->demand ? STR("\"PAY_PER_REQUEST\"") : STR("\"PROVISIONED\""));
	if (units != NULL || !s->demand)
		put_units(out,
		    units != NULL ? units :
				    json_get(s->d, "ProvisionedThroughput"));
	put_member(out, "OnDemandThroughput",
	    demand != NULL || !s->demand ?
		demand :
		json_get(s->d, "OnDemandThroughput"));
	put_member(out, "SSESpecification",
	    shape_get(in, "SSESpecificationOverride"));
	put_indexes(out, "GlobalSecondaryIndexes", s->global, !s->demand);
	put_indexes(out, "LocalSecondaryIndexes", s->local, false);
	if (json_len(s->vector) > 0)
		put_member(out, "VectorIndexes", s->vector);
	buf_putc(out, '}');
}

/* An index that is asked for is one of the source's. */
static enum err
check_subset(struct op_ctx *ctx, const struct json *wanted,
    const struct json *have)
{
	for (size_t i = 0; i < json_len(wanted); i++) {
		struct str name =
		    json_str(json_get(json_at(wanted, i), "IndexName"));
		bool found = false;

		for (size_t k = 0; k < json_len(have); k++)
			found = found ||
			    str_eq(name,
				json_str(
				    json_get(json_at(have, k), "IndexName")));
		if (!found)
			return op_fail(ctx, ERR_VALIDATION,
			    "One or more parameter values were invalid: "
			    "Index %.*s is not one of the source's",
			    STR_ARG(name));
	}
	return ERR_OK;
}

static enum err
choose(struct op_ctx *ctx, const struct json *in, const struct json *d,
    const struct json *vector, struct source *ret)
{
	const struct json *global = json_get(d, "GlobalSecondaryIndexes");
	const struct json *local = json_get(d, "LocalSecondaryIndexes");
	const struct json *g = shape_get(in, "GlobalSecondaryIndexOverride");
	const struct json *l = shape_get(in, "LocalSecondaryIndexOverride");
	const struct json *v = shape_get(in, "VectorIndexOverride");
	struct str mode = json_str(shape_get(in, "BillingModeOverride"));
	enum err e = check_subset(ctx, g, global);

	if (e == ERR_OK)
		e = check_subset(ctx, l, local);
	if (e == ERR_OK)
		e = check_subset(ctx, v, vector);
	*ret = (struct source){
		.d = d,
		.global = g != NULL ? g : global,
		.local = l != NULL ? l : local,
		.vector = v != NULL ? v : vector,
		.demand = mode.p != NULL ?
		    str_eq(mode, STR("PAY_PER_REQUEST")) :
		    json_get(d, "BillingModeSummary") != NULL,
	};
	return e;
}

static enum err
create(struct op_ctx *ctx, const struct restore *r)
{
	const struct table source = backup_source(r->table_def);
	struct buf text CLEANUP(buf_free) = BUF_INIT(REQUEST_MAX);
	struct buf answer CLEANUP(buf_free) = BUF_INIT(REQUEST_MAX);
	struct json *d CLEANUP(json_freep) = NULL;
	struct json *rest CLEANUP(json_freep) = NULL;
	struct json *request CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct source s;
	enum err e;

	if ((e = extra_read(&source, EXTRA_DESCRIPTION, &d)) != ERR_OK ||
	    (e = extra_read(&source, EXTRA_REST, &rest)) != ERR_OK ||
	    (e = choose(ctx, r->in, d, json_get(rest, "VectorIndexes"), &s)) !=
		ERR_OK)
		return e;
	put_request(&text, r->in, &s);
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	if (json_parse(buf_str(&text), REQUEST_DEPTH, &request, &error) !=
	    ERR_OK)
		return ERR_INTERNAL;
	return op_create_table.run(ctx, request, &answer);
}

static enum err
put_summary(struct op_ctx *ctx, const struct restore *r, struct table *t)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(8));
	enum err e;

	buf_putc(&text, '{');
	if (r->source_arn.p != NULL) {
		answer_member(&text, "SourceBackupArn");
		buf_puts(&text, r->source_arn);
	}
	answer_member(&text, "SourceTableArn");
	buf_puts(&text, r->table_arn);
	answer_member(&text, "RestoreDateTime");
	extra_put_time(&text, r->time);
	BUF_LIT(&text, ",\"RestoreInProgress\":true}");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = extra_set(ctx, t, EXTRA_HEAD, "making", STR("true"));
	if (e != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_DESCRIPTION, "RestoreSummary",
	    buf_str(&text));
}

enum err
restore_begin(struct op_ctx *ctx, const struct restore *r, struct table *ret)
{
	struct str name = json_str(json_get(r->in, "TargetTableName"));
	enum err e;

	if ((e = create(ctx, r)) == ERR_IN_USE)
		return op_fail(ctx, ERR_TABLE_EXISTS,
		    "Table already exists: %.*s", STR_ARG(name));
	if (e != ERR_OK || (e = table_open_making(ctx, name, ret)) != ERR_OK)
		return e;
	return put_summary(ctx, r, ret);
}

enum err
restore_answer(struct op_ctx *ctx, struct table *t, struct buf *out)
{
	enum err e;

	BUF_LIT(out, "{\"TableDescription\":");
	e = table_put_description(ctx, t, "CREATING", NULL, out);
	buf_putc(out, '}');
	return e;
}

/* ---- its items */

/* Up to max of them behind *key; absent then: there are no more. */
static enum err
put_some(struct op_ctx *ctx, const struct table *t, uint64_t from, size_t max,
    struct store_key *key)
{
	const struct store_table source = { .id = from };
	const struct store_range range = { .after = *key };
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct write w = { .t = t, .copied = true };
	uint64_t bytes = 0;
	bool more = true;
	enum err e = store_walk(ctx->store, &source, &range, &c);

	while (e == ERR_OK && max-- > 0 && bytes < CHUNK_BYTES) {
		if ((e = store_walk_next(c, &w.item, &more)) != ERR_OK || !more)
			break;
		w.key = w.item.key;
		bytes += w.item.size;
		if ((e = write_apply(ctx, &w, NULL)) != ERR_OK)
			return e;
	}
	if (e != ERR_OK)
		return e;
	if (!more) {
		*key = (struct store_key){ 0 };
		return ERR_OK;
	}
	key->hash = arena_str(ctx->arena, w.key.hash);
	key->range = arena_str(ctx->arena, w.key.range);
	return key->hash.p == NULL || key->range.p == NULL ? ERR_NO_MEMORY :
							     ERR_OK;
}

static enum err
finish(struct op_ctx *ctx, struct table *t)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(8));
	struct json *d CLEANUP(json_freep) = NULL;
	const struct json *summary;
	struct json_member m = { 0 };
	enum err e = extra_read(t, EXTRA_DESCRIPTION, &d);

	if (e != ERR_OK)
		return e;
	summary = json_get(d, "RestoreSummary");
	buf_putc(&text, '{');
	while (json_next(summary, &m))
		if (!str_eq(m.name, STR("RestoreInProgress"))) {
			if (text.len > 1)
				buf_putc(&text, ',');
			json_put_str(&text, m.name);
			buf_putc(&text, ':');
			json_put(&text, m.value);
		}
	BUF_LIT(&text, ",\"RestoreInProgress\":false}");
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = extra_set(ctx, t, EXTRA_HEAD, "making", (struct str){ NULL, 0 });
	if (e != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_DESCRIPTION, "RestoreSummary",
	    buf_str(&text));
}

enum err
restore_job(struct op_ctx *ctx, const struct table *t, struct str *ret)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(4));
	enum err e;

	BUF_LIT(&def, "{\"kind\":\"restore\",\"name\":");
	json_put_str(&def, t->row.name);
	buf_printf(&def, ",\"table\":%llu}", (unsigned long long)t->row.id);
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	*ret = arena_str(ctx->arena, buf_str(&def));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
restore_fill(struct op_ctx *ctx, struct table *t, const struct backup *b)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(KIB(4));
	struct store_key key = { 0 };
	struct str job, name;
	enum err e;

	if (b->items <= SMALL && b->bytes <= SMALL_BYTES) {
		do {
			e = put_some(ctx, t, b->object.id, SMALL, &key);
		} while (e == ERR_OK && key.hash.p != NULL);
		return e == ERR_OK ? finish(ctx, t) : e;
	}
	if ((e = restore_job(ctx, t, &job)) != ERR_OK)
		return e;
	job.len--;
	buf_puts(&def, job);
	buf_printf(&def, ",\"backup\":%llu}", (unsigned long long)b->object.id);
	name = str_from(arena_printf(ctx->arena, "restore %llu",
	    (unsigned long long)t->row.id));
	if (name.p == NULL || buf_err(&def) != ERR_OK)
		return ERR_NO_MEMORY;
	return task_start(ctx, name, buf_str(&def));
}

enum err
restore_refuse_reader(struct op_ctx *ctx, const struct backup *b)
{
	struct store_object o[16];
	struct str after = { NULL, 0 };
	size_t n = NELEM(o);
	enum err e = ERR_OK;

	for (uint64_t id = 0; e == ERR_OK && n == NELEM(o);) {
		e = store_object_list(ctx->store, ctx->space, STORE_JOB,
		    STORE_ALIVE, after, id, NELEM(o), ctx->arena, o, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			struct json *def CLEANUP(json_freep) = NULL;
			struct json_error error;
			int64_t reads = 0;

			after = o[i].name;
			id = o[i].id;
			if (json_parse(o[i].def, REQUEST_DEPTH, &def, &error) ==
				ERR_OK &&
			    json_int(json_get(def, "backup"), &reads) &&
			    (uint64_t)reads == b->object.id)
				e = op_fail(ctx, ERR_BACKUP_IN_USE,
				    "Backup is being restored: %.*s",
				    STR_ARG(b->object.name));
		}
	}
	return e;
}

/* ---- the job */

static enum err
save(struct op_ctx *ctx, struct store_object *o, const struct json *def,
    const struct store_key *key)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	enum err e;

	BUF_LIT(&text, "{\"kind\":\"restore\",\"name\":");
	json_put(&text, json_get(def, "name"));
	BUF_LIT(&text, ",\"table\":");
	json_put(&text, json_get(def, "table"));
	BUF_LIT(&text, ",\"backup\":");
	json_put(&text, json_get(def, "backup"));
	task_put_key(&text, key);
	buf_putc(&text, '}');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	o->def = buf_str(&text);
	return store_object_update(ctx->store, o);
}

static enum err
end(struct op_ctx *ctx, struct store_object *o, const struct backup *b)
{
	enum err e = ERR_OK;

	if (b != NULL && b->hidden)
		e = store_object_end(ctx->store, &b->object, STORE_DEAD);
	return e != ERR_OK ? e : store_object_end(ctx->store, o, STORE_DEAD);
}

static enum err
go_on(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	struct store_key key = { 0 };
	struct backup b;
	struct table t;
	int64_t backup = 0, table = 0;
	enum err e;

	if (!json_int(json_get(def, "backup"), &backup) ||
	    !json_int(json_get(def, "table"), &table))
		return ERR_STORE_VERSION;
	if ((e = backup_at(ctx, (uint64_t)backup, &b)) == ERR_NOT_FOUND)
		return end(ctx, o, NULL);
	if (e != ERR_OK)
		return e;
	e = table_open_making(ctx, json_str(json_get(def, "name")), &t);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && t.row.id != (uint64_t)table))
		return end(ctx, o, &b);
	if (e != ERR_OK || (e = task_key(ctx, def, &key)) != ERR_OK ||
	    (e = put_some(ctx, &t, b.object.id, CHUNK, &key)) != ERR_OK)
		return e;
	if (key.hash.p != NULL)
		return save(ctx, o, def, &key);
	return (e = finish(ctx, &t)) != ERR_OK ? e : end(ctx, o, &b);
}

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	enum err e = job_begin(ctx, true);

	return e != ERR_OK ? e : job_end(ctx, go_on(ctx, o, def));
}

const struct task_kind task_restore = {
	.name = "restore",
	.step = step,
};
