/* SPDX-License-Identifier: ISC */
/* doorward reset - empty tables, for tests. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "limit/bell.h"
#include "limit/limit.h"
#include "op/op.h"
#include "serve/ephemeral.h"
#include "json/json.h"

#define TABLES_MAX 100000 /* of one run */

struct reset {
	struct policy *policy;
	struct store_conf conf;
	struct store *store;
	struct arena *arena; /* of one operation */
	struct arena *names; /* of the run */
	struct buf in, out;
	uint64_t space;
	bool drop, ephemeral;
	char data[4096]; /* the data directory, where it is not the home's */
};

/* One operation, its request in r->in; *ret is the caller's to free. */
static enum err
run(struct reset *r, const char *name, struct json **ret)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct buf members CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct json_error error;
	char peer[32];
	struct op_ctx ctx = {
		.arena = r->arena,
		.store = r->store,
		.space = r->space,
		.deadline = clock_ms() + LIMIT_LOCK_MS,
		.region = STR("us-east-1"),
		.rights = OP_READ | OP_WRITE | OP_ADMIN,
		.imports = -1,
		.exports = -1,
		.actor = { .token = STR("(command)"),
		    .surface = STR("cli"),
		    .operation = str_from(name) },
		.error_members = &members,
	};
	enum err e;

	(void)snprintf(peer, sizeof(peer), "uid:%lu", (unsigned long)getuid());
	ctx.actor.peer = str_from(peer);
	arena_reset(r->arena);
	buf_reset(&r->out);
	if ((e = buf_err(&r->in)) != ERR_OK ||
	    (e = json_parse(buf_str(&r->in), LIMIT_JSON_DEPTH, &in, &error)) !=
		ERR_OK)
		return e;
	e = op_run(op_by_name(str_from(name)), &ctx, in, &r->out);
	buf_reset(&r->in);
	if (e != ERR_OK) {
		(void)fprintf(stderr, "doorward: %s: %.*s\n", name,
		    STR_ARG(ctx.message));
		return e;
	}
	return json_parse(buf_str(&r->out), LIMIT_JSON_DEPTH, ret, &error);
}

/* {"TableName":"t" */
static void
begin(struct reset *r, struct str table)
{
	BUF_LIT(&r->in, "{\"TableName\":");
	json_put_str(&r->in, table);
}

/* ---- the items of one table */

/* Whose page of keys is asked for, the names of the key's attributes. */
static void
put_scan(struct reset *r, struct str table, const struct json *schema)
{
	static const char *const marks[] = { "#h", "#r" };

	begin(r, table);
	buf_printf(&r->in,
	    ",\"Limit\":%d,\"ConsistentRead\":true,"
	    "\"ProjectionExpression\":\"%s\",\"ExpressionAttributeNames\":{",
	    LIMIT_BATCH_WRITE, json_len(schema) > 1 ? "#h,#r" : "#h");
	for (size_t i = 0; i < json_len(schema) && i < NELEM(marks); i++) {
		buf_printf(&r->in, "%s\"%s\":", i > 0 ? "," : "", marks[i]);
		json_put(&r->in, json_get(json_at(schema, i), "AttributeName"));
	}
	BUF_LIT(&r->in, "}}");
}

static enum err
delete_page(struct reset *r, struct str table, const struct json *items)
{
	struct json *answer CLEANUP(json_freep) = NULL;

	BUF_LIT(&r->in, "{\"RequestItems\":{");
	json_put_str(&r->in, table);
	BUF_LIT(&r->in, ":[");
	for (size_t i = 0; i < json_len(items); i++) {
		if (i > 0)
			buf_putc(&r->in, ',');
		BUF_LIT(&r->in, "{\"DeleteRequest\":{\"Key\":");
		json_put(&r->in, json_at(items, i));
		BUF_LIT(&r->in, "}}");
	}
	BUF_LIT(&r->in, "]}}");
	return run(r, "BatchWriteItem", &answer);
}

static enum err
empty(struct reset *r, struct str table, const struct json *schema,
    size_t *ret_n)
{
	enum err e;

	for (*ret_n = 0;;) {
		struct json *page CLEANUP(json_freep) = NULL;
		const struct json *items;

		put_scan(r, table, schema);
		if ((e = run(r, "Scan", &page)) != ERR_OK)
			return e;
		items = json_get(page, "Items");
		if (json_len(items) == 0)
			return ERR_OK;
		if ((e = delete_page(r, table, items)) != ERR_OK)
			return e;
		*ret_n += json_len(items);
	}
}

static enum err
one(struct reset *r, struct str table)
{
	struct json *t CLEANUP(json_freep) = NULL;
	size_t n = 0;
	enum err e;

	begin(r, table);
	buf_putc(&r->in, '}');
	if (r->drop) {
		if ((e = run(r, "DeleteTable", &t)) == ERR_OK)
			printf("%.*s: dropped\n", STR_ARG(table));
		return e;
	}
	if ((e = run(r, "DescribeTable", &t)) != ERR_OK)
		return e;
	e = empty(r, table, json_get(json_get(t, "Table"), "KeySchema"), &n);
	if (e == ERR_OK)
		printf("%.*s: %zu items removed\n", STR_ARG(table), n);
	return e;
}

/* ---- which tables */

static enum err
all_tables(struct reset *r, struct str *names, size_t *ret_n)
{
	struct str last = { NULL, 0 };
	enum err e;

	for (*ret_n = 0;;) {
		struct json *page CLEANUP(json_freep) = NULL;
		const struct json *list;

		buf_putc(&r->in, '{');
		if (last.p != NULL) {
			BUF_LIT(&r->in, "\"ExclusiveStartTableName\":");
			json_put_str(&r->in, last);
		}
		buf_putc(&r->in, '}');
		if ((e = run(r, "ListTables", &page)) != ERR_OK)
			return e;
		list = json_get(page, "TableNames");
		for (size_t i = 0; i < json_len(list); i++) {
			if (*ret_n == TABLES_MAX)
				return ERR_LIMIT;
			last = arena_str(r->names, json_str(json_at(list, i)));
			if (last.p == NULL)
				return ERR_NO_MEMORY;
			names[(*ret_n)++] = last;
		}
		if (json_get(page, "LastEvaluatedTableName") == NULL)
			return ERR_OK;
	}
}

/* Nothing is touched where one of them is not there. */
static enum err
named_tables(struct reset *r, char **argv, struct str *names, size_t *ret_n)
{
	enum err e = ERR_OK;

	for (*ret_n = 0; e == ERR_OK && *argv != NULL; argv++) {
		struct json *t CLEANUP(json_freep) = NULL;

		if (*ret_n == TABLES_MAX)
			return ERR_LIMIT;
		names[*ret_n] = str_from(*argv);
		begin(r, names[(*ret_n)++]);
		buf_putc(&r->in, '}');
		e = run(r, "DescribeTable", &t);
	}
	return e;
}

static enum err
reset_all(struct reset *r, char **argv)
{
	struct str *names;
	size_t n = 0;
	enum err e;

	names = arena_alloc(r->names, TABLES_MAX * sizeof(names[0]));
	if (names == NULL)
		return ERR_NO_MEMORY;
	e = *argv == NULL ? all_tables(r, names, &n) :
			    named_tables(r, argv, names, &n);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = one(r, names[i]);
	return e;
}

/* ---- the command */

static enum err
open_store(struct reset *r, bool sync_off, const char **reterr_text)
{
	enum err e;

	r->conf = (struct store_conf){
		.dir = r->data[0] != '\0' ? r->data : r->policy->home.data,
		.chain_key = r->policy->keys->chain,
		.digest_key = r->policy->keys->digest,
		.max_size = r->policy->max_size,
		.sync_off = sync_off,
		.changed = bell_ring,
	};
	e = store_prepare(&r->conf, reterr_text);
	if (e == ERR_OK)
		e = limit_open(r->conf.dir, reterr_text);
	if (e != ERR_OK)
		return e;
	return store_open(&r->conf, STORE_WRITE, &r->store, reterr_text);
}

/* Not one wait for the disk each: the row of the log that says that it was
 * done is waited for, and what was written before it with it. */
static int
work(struct reset *r, const struct cmd_env *env, char **argv)
{
	const char *why = "out of memory";
	enum err e;

	r->arena = arena_new(LIMIT_ARENA);
	r->names = arena_new(LIMIT_ARENA);
	e = r->arena == NULL || r->names == NULL ?
	    ERR_NO_MEMORY :
	    open_store(r, r->data[0] == '\0' || r->ephemeral, &why);
	if (e != ERR_OK) {
		cmd_complain(why);
		return EX_UNAVAILABLE;
	}
	e = reset_all(r, argv);
	store_close(r->store);
	if (e == ERR_OK && r->data[0] == '\0')
		cmd_note(env, r->drop ? "Drop" : "Reset", STR("tables"));
	return e == ERR_OK ? EX_OK : EX_DATAERR;
}

static bool
find_space(struct reset *r, const char *key, const char *region)
{
	const struct policy *p = r->policy;

	if (p->separate_key && key == NULL) {
		cmd_complain("each access key has tables of its own here: "
			     "expected --key ID");
		return false;
	}
	if (p->separate_region && region == NULL)
		region = "us-east-1";
	r->space = op_space(p->separate_key ? str_from(key) :
					      (struct str){ NULL, 0 },
	    p->separate_region ? str_from(region) : (struct str){ NULL, 0 });
	return true;
}

/* That of a server with --ephemeral, or the one that was named. */
static bool
find_data(struct reset *r, const char *data)
{
	const char *why = "--data: expected a shorter path";
	bool found = true;

	if (data != NULL) {
		found = strlen(data) < sizeof(r->data);
		if (found)
			memcpy(r->data, data, strlen(data) + 1);
	} else if (r->ephemeral) {
		found =
		    ephemeral_find(r->data, sizeof(r->data), &why) == ERR_OK;
	}
	if (!found)
		cmd_complain(why);
	return found;
}

static int
run_reset(const struct cmd_env *env, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "drop", no_argument, NULL, 'd' },
		{ "ephemeral", no_argument, NULL, 'e' },
		{ "data", required_argument, NULL, 'D' },
		{ "key", required_argument, NULL, 'k' },
		{ "region", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const struct policy_flags flags = { 0 };
	struct reset r = { .in = BUF_INIT(LIMIT_BODY),
		.out = BUF_INIT(LIMIT_ANSWER) };
	const char *key = NULL, *region = NULL, *data = NULL;
	int c, status;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (c == 'd')
			r.drop = true;
		else if (c == 'e')
			r.ephemeral = true;
		else if (c == 'D')
			data = optarg;
		else if (c == 'k')
			key = optarg;
		else if (c == 'r')
			region = optarg;
		else
			return cmd_usage(&cmd_reset, NULL);
	}
	if (!find_data(&r, data))
		return EX_UNAVAILABLE;
	if ((status = cmd_load(env, &flags, &r.policy)) != EX_OK)
		return status;
	status = EX_USAGE;
	if (r.policy->read_only)
		cmd_complain("read-only = yes is set");
	else if (find_space(&r, key, region))
		status = work(&r, env, argv + optind);
	arena_free(r.arena);
	arena_free(r.names);
	buf_free(&r.in);
	buf_free(&r.out);
	policy_free(r.policy);
	return status;
}

const struct cmd cmd_reset = {
	.name = "reset",
	.args = "[--drop] [--ephemeral | --data DIR] [--key ID] "
		"[--region NAME] [TABLE ...]",
	.summary = "empty tables, for tests",
	.run = run_reset,
};
