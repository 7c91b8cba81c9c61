/* SPDX-License-Identifier: ISC */
/*
 * ddb.h - a store in a directory of its own, and operations by JSON text.
 *
 *	ddb_open();
 *	ddb_ok("PutItem", "{'TableName':'t','Item':{...}}", "{}");
 *	ddb_bad("PutItem", "{}", "ValidationException", "the text");
 *	ddb_close();
 *
 * In requests and answers ' stands for ", so that they can be read; not in
 * the texts of errors.
 */
#ifndef TESTS_DDB_H
#define TESTS_DDB_H

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ddb/ddb.h"
#include "op/op.h"
#include "tap.h"

static char ddb_dir[] = "/tmp/doorward-ddb-XXXXXX";
static unsigned char ddb_key[CRYPTO_KEY_BYTES];
static struct store_conf ddb_conf;
static struct op_ctx ddb_ctx;
static uint64_t ddb_patience = 60000; /* ms that a request has */
static bool ddb_model __attribute__((unused)); /* as from a tool of MCP */
static struct buf ddb_out = { .max = LIMIT_ANSWER };
static struct buf ddb_members = { .max = LIMIT_ANSWER };

static void
ddb_open(void)
{
	const char *what = "";

	ddb_conf = (struct store_conf){ .dir = ddb_dir, .chain_key = ddb_key,
		.digest_key = ddb_key, .sync_off = true };
	ddb_ctx = (struct op_ctx){ .region = STR_INIT("us-east-1"),
		.rights = 7, .error_members = &ddb_members };
	if (crypto_init() != ERR_OK || mkdtemp(ddb_dir) == NULL ||
	    (ddb_ctx.arena = arena_new(LIMIT_ARENA)) == NULL ||
	    store_prepare(&ddb_conf, &what) != ERR_OK ||
	    store_open(&ddb_conf, STORE_WRITE, &ddb_ctx.store, &what) !=
		ERR_OK) {
		printf("Bail out! no store: %s\n", what);
		exit(1);
	}
}

static void
ddb_close(void)
{
	static const char *const files[] = { STORE_DB, STORE_DB "-wal",
		STORE_DB "-shm", STORE_LOCK };
	char path[256];

	store_close(ddb_ctx.store);
	arena_free(ddb_ctx.arena);
	buf_free(&ddb_out);
	buf_free(&ddb_members);
	for (size_t i = 0; i < NELEM(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", ddb_dir, files[i]);
		(void)remove(path);
	}
	(void)remove(ddb_dir);
}

/* Runs it; the answer, or the error's body, is in ddb_out. */
static enum err
ddb_run(const char *name, struct str text)
{
	const struct op *op = op_by_name(str_from(name));
	struct json *in CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	arena_reset(ddb_ctx.arena);
	buf_reset(&ddb_out);
	buf_reset(&ddb_members);
	ddb_ctx.deadline = clock_ms() + ddb_patience;
	ddb_ctx.actor = (struct store_actor){ .token = STR_INIT("t"),
		.client = STR_INIT("test"), .request_id = STR_INIT("r"),
		.surface = STR_INIT("ddb"), .operation = str_from(name),
		.images = ddb_model };
	ddb_ctx.set_aside = ddb_model;
	if (op == NULL || json_parse(text, LIMIT_JSON_DEPTH, &in, &error) !=
	    ERR_OK) {
		buf_puts(&ddb_out, STR("no operation, or no JSON"));
		return ERR_INTERNAL;
	}
	e = op_run(op, &ddb_ctx, in, &ddb_out);
	if (e != ERR_OK)
		ddb_error_body(e, ddb_ctx.message, buf_str(&ddb_members),
		    &ddb_out);
	return e;
}

/* A copy with " for ', good until the fourth call after this one. */
static struct str
ddb_quote(const char *z)
{
	static char *copies[4];
	static unsigned turn;
	char **copy = &copies[turn++ % NELEM(copies)];

	free(*copy);
	if ((*copy = strdup(z)) == NULL)
		abort();
	for (char *p = *copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return str_from(*copy);
}

#define ddb_ok(op, in, want) ddb_ok_at(op, in, want, __FILE__, __LINE__)
#define ddb_bad(op, in, type, text)                                            \
	ddb_bad_at(op, in, type, text, __FILE__, __LINE__)
#define ddb_invalid(op, in, text) ddb_bad(op, in, "ValidationException", text)

/* want NULL: any answer. */
__attribute__((unused)) static void
ddb_ok_at(const char *op, const char *in, const char *want, const char *file,
    int line)
{
	enum err e = ddb_run(op, ddb_quote(in));

	if (e == ERR_OK && want == NULL)
		tap_ok(true, file, line, "%s %.200s", op, in);
	else
		tap_str(buf_str(&ddb_out),
		    want == NULL ? STR("success") : ddb_quote(want), file,
		    line, "%s %.200s", op, in);
}

/* The error's whole body, of this exception and text. */
__attribute__((unused)) static void
ddb_bad_at(const char *op, const char *in, const char *type,
    const char *text, const char *file, int line)
{
	struct buf want CLEANUP(buf_free) = BUF_INIT(MIB(1));
	bool serial = strcmp(type, "SerializationException") == 0;
	const char *prefix = serial ? "com.amazon.coral.service#" :
	    strcmp(type, "ValidationException") == 0 ?
				      "com.amazon.coral.validate#" :
				      "com.amazonaws.dynamodb.v20120810#";

	(void)ddb_run(op, ddb_quote(in));
	buf_printf(&want, "{\"__type\":\"%s%s\",\"%s\":", prefix, type,
	    serial ? "Message" : "message");
	json_put_str(&want, str_from(text));
	buf_putc(&want, '}');
	tap_str(buf_str(&ddb_out), buf_str(&want), file, line, "%s %.200s",
	    op, in);
}

/* The same by parts: a request made of a text, n times a character, a text. */
__attribute__((unused)) static enum err
ddb_run_long(const char *op, const char *before, size_t n, char c,
    const char *after)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(16));

	buf_puts(&b, ddb_quote(before));
	for (size_t i = 0; i < n; i++)
		buf_putc(&b, c);
	buf_puts(&b, ddb_quote(after));
	return ddb_run(op, buf_str(&b));
}

/* Is the text in the last answer? */
__attribute__((unused)) static bool
ddb_said(const char *text)
{
	return memmem(ddb_out.p, ddb_out.len, text, strlen(text)) != NULL;
}

#endif
